package io.fluxon.launcher.bench;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.packets.CameraPackets;
import io.fluxon.connectors.camera.words.Evt2Encoder;
import io.fluxon.schemas.CameraLayout;
import io.fluxon.schemas.PacketKind;
import io.fluxon.schemas.SensorPacket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/**
 * What the cameras of a measurement send: events at uniformly random pixels, evenly spread in time, no two packets alike.
 * Each sensor has one epoch: START, packets of equal length, END.
 *
 * @param side rows and columns of every sensor
 * @param packets of events, per sensor
 * @param eventsPerPacket events
 * @param packetMicros length of a packet, microseconds
 */
record CameraLoad(int sensors, int side, int packets, int eventsPerPacket, long packetMicros) {

    /** Pixels and polarities that all packets are cut from. */
    private static final int ADDRESSES = 1 << 20;

    /** What Flink takes where nobody says otherwise, for up to 85 subtasks. */
    private static final int MAX_PARALLELISM = 128;

    /** Random addresses; a packet begins at a place of its own. */
    int[] addresses() {
        SplittableRandom random = new SplittableRandom(1);
        int[] addresses = new int[ADDRESSES];
        for (int i = 0; i < addresses.length; i++) {
            addresses[i] = CameraBatch.address(random.nextInt(side), random.nextInt(side), random.nextInt(2));
        }
        return addresses;
    }

    /** Names that Flink shares out evenly among so many subtasks: with 64 keys chance alone leaves one with a tenth more. */
    List<String> names(int parallelism) {
        int[] taken = new int[parallelism];
        List<String> names = new ArrayList<>();
        for (int i = 0; names.size() < sensors; i++) {
            String name = "camera-" + i;
            int subtask = KeyGroupRangeAssignment.assignKeyToParallelOperator(name, MAX_PARALLELISM, parallelism);
            if (taken[subtask] < (sensors + parallelism - 1) / parallelism) {
                taken[subtask]++;
                names.add(name);
            }
        }
        return names;
    }

    long eventsPerSensor() {
        return (long) packets * eventsPerPacket;
    }

    long events() {
        return sensors * eventsPerSensor();
    }

    /** Fills the batch with the events of one packet. */
    void fill(int[] addresses, int sensor, int packet, CameraBatch batch) {
        batch.clear();
        batch.reserve(eventsPerPacket);
        int place = (int) ((sensor * 7919L + packet * 104_729L) * 61 & ADDRESSES - 1);
        for (int i = 0; i < eventsPerPacket; i++) {
            batch.timeMicros()[i] = timeMicros(packet, i);
            batch.address()[i] = addresses[place + i & ADDRESSES - 1];
        }
        batch.filledTo(eventsPerPacket);
    }

    long timeMicros(int packet, int event) {
        return packet * packetMicros + event * packetMicros / eventsPerPacket;
    }

    SensorPacket start(String name) {
        return envelope(name, 0, PacketKind.START, 0, 0).build();
    }

    SensorPacket end(String name) {
        long endMicros = packets * packetMicros;
        return envelope(name, packets + 1, PacketKind.END, endMicros, endMicros).build();
    }

    /** Packet {@code packet} of a sensor, from 0; its sequence is one more. */
    SensorPacket data(String name, int packet, CameraBatch batch) {
        ByteArrayOutputStream payload = new ByteArrayOutputStream(5 * eventsPerPacket);
        try {
            new Evt2Encoder().encode(batch, payload);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return envelope(
                        name,
                        packet + 1,
                        PacketKind.DATA,
                        timeMicros(packet, 0),
                        timeMicros(packet, eventsPerPacket - 1))
                .setEventCount(eventsPerPacket)
                .setPayload(ByteBuffer.wrap(payload.toByteArray()))
                .build();
    }

    private SensorPacket.Builder envelope(
            String name, long sequence, PacketKind kind, long firstMicros, long lastMicros) {
        return SensorPacket.newBuilder()
                .setSensorId(name)
                .setEpoch(1)
                .setSequence(sequence)
                .setKind(kind)
                .setOrigin("fluxon bench")
                .setEncoding("evt2")
                .setLayout(new CameraLayout(side, side))
                .setClockDomain("bench")
                .setBaseUnixNanos(0)
                .setOffsetUnitPicoseconds(CameraPackets.PICOSECONDS_PER_MICROSECOND)
                .setFirstOffset(firstMicros)
                .setLastOffset(lastMicros)
                .setEventCount(0)
                .setReceivedUnixNanos(0)
                .setPayload(ByteBuffer.allocate(0));
    }
}
