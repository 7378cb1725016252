package io.fluxon.connectors.camera.packets;

import io.fluxon.connectors.camera.files.CameraReader;
import io.fluxon.connectors.camera.files.CameraRecording;
import io.fluxon.connectors.packets.PacketEnvelope;
import io.fluxon.connectors.packets.PacketSource;
import io.fluxon.connectors.packets.Playable;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.schemas.PacketKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.Topic;
import io.fluxon.schemas.Truth;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * A recording as one epoch of a sensor: START, the data packets, END. Offsets are the recording's own times; START stands at
 * the beginning of the first packet's interval.
 *
 * @param number the epoch, larger than every earlier one of the sensor
 * @param clockDomain the clock that {@code startUnixNanos} belongs to
 * @param startUnixNanos Unix time of START; a clock that had run longer than since 1970 by then is taken to count from there
 */
public record CameraEpoch(
        CameraRecording recording, String sensorId, long number, String clockDomain, long startUnixNanos) {

    /** Event time of a packet, unless told otherwise. */
    public static final long PACKET_MICROS = 10_000;

    private static final long NANOS_PER_MICRO = 1_000;
    private static final long MAX_MICROS = PacketEnvelope.maxOffset(CameraPackets.PICOSECONDS_PER_MICROSECOND);
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /**
     * What of a recording its packets carry, and what they leave out: a recording that is no stream of words travels as pixel
     * events only.
     *
     * @param events everything that packets count as an event: pixel events, and of a stream of words the markers too
     */
    public record Contents(long events, long triggersLeftOut, long specialLeftOut, long imuLeftOut) {}

    /** Cuts everything once, so that a recording that cannot be played is known before any of it is published. */
    public static Contents check(CameraRecording recording) throws IOException {
        long events = 0;
        long lastMicros = 0;
        try (Packetizer packetizer = packetizer(recording, PACKET_MICROS)) {
            for (Packetizer.Packet packet = packetizer.next(); packet != null; packet = packetizer.next()) {
                lastMicros = lastAfter(recording, lastMicros, packet);
                events += packet.events();
            }
            if (events == 0) {
                throw noEvents(recording);
            }
            Optional<EventWords> words = packetizer.eventWords();
            return new Contents(
                    events,
                    words.map(EventWords::triggersLeftOut).orElse(0L),
                    words.map(EventWords::specialLeftOut).orElse(0L),
                    words.map(EventWords::imuLeftOut).orElse(0L));
        }
    }

    private static Packetizer packetizer(CameraRecording recording, long packetMicros) throws IOException {
        CameraReader reader = recording.open();
        try {
            return new Packetizer(recording.origin(), reader, packetMicros, Topic.Limits.PACKET_PAYLOAD);
        } catch (IOException | RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    /** The greatest time of the epoch after a packet, whose times must be those of a clock that does not run back. */
    private static long lastAfter(CameraRecording recording, long lastMicros, Packetizer.Packet packet)
            throws RecordingException {
        if (packet.firstMicros() < 0) {
            throw new RecordingException(recording.origin() + ": an event at " + packet.firstMicros()
                    + " us, before the 0 of the camera's clock");
        }
        if (packet.lastMicros() > MAX_MICROS) {
            throw new RecordingException(recording.origin() + ": an event at " + packet.lastMicros()
                    + " us; packets hold times up to " + MAX_MICROS + " us");
        }
        if (packet.firstMicros() < lastMicros - CameraPackets.MAY_RUN_BACK_MICROS) {
            throw new RecordingException(recording.origin() + ": times run back from " + lastMicros + " to "
                    + packet.firstMicros() + " us; an epoch has one clock that does not");
        }
        return Math.max(lastMicros, packet.lastMicros());
    }

    private static RecordingException noEvents(CameraRecording recording) {
        return new RecordingException(recording.origin() + ": holds no events");
    }

    /** The recording for a replay on a clock of the replay's own; its label, if known, is the truth of the whole epoch. */
    public static Playable playable(CameraRecording recording, String sensorId, Optional<String> label) {
        return (number, startUnixNanos) -> new Playable.Episode(
                new CameraEpoch(recording, sensorId, number, "replay", startUnixNanos)
                        .open(PACKET_MICROS, startUnixNanos),
                label.map(name -> List.of(new Truth(sensorId, number, recording.id(), name, null, null)))
                        .orElse(List.of()));
    }

    /** The records of the epoch in order. */
    public PacketSource open(long packetMicros, long receivedUnixNanos) throws IOException {
        Packetizer packetizer = packetizer(recording, packetMicros);
        try {
            return new Records(packetizer, packetMicros, receivedUnixNanos);
        } catch (IOException | RuntimeException e) {
            packetizer.close();
            throw e;
        }
    }

    /** All records of the epoch at once, for recordings that are known to be short. */
    public List<SensorPacket> packets(long packetMicros, long receivedUnixNanos) throws IOException {
        try (PacketSource records = open(packetMicros, receivedUnixNanos)) {
            return records.toList();
        }
    }

    private final class Records implements PacketSource {

        private final Packetizer packetizer;
        private final long receivedUnixNanos;
        private final long startMicros;
        private final long baseUnixNanos;
        private Packetizer.Packet following;
        private long sequence;
        private long lastMicros;
        private boolean ended;

        Records(Packetizer packetizer, long packetMicros, long receivedUnixNanos) throws IOException {
            this.packetizer = packetizer;
            this.receivedUnixNanos = receivedUnixNanos;
            following = packetizer.next();
            if (following == null) {
                throw noEvents(recording);
            }
            lastAfter(recording, 0, following);
            startMicros = following.firstMicros() / packetMicros * packetMicros;
            baseUnixNanos = Math.max(0, startUnixNanos - startMicros * NANOS_PER_MICRO);
        }

        @Override
        public SensorPacket next() throws IOException {
            if (sequence == 0) {
                return packet(PacketKind.START, startMicros, startMicros, 0, NOTHING);
            }
            if (following != null) {
                Packetizer.Packet data = following;
                following = packetizer.next();
                lastMicros = lastAfter(recording, lastMicros, data);
                return packet(
                        PacketKind.DATA,
                        data.firstMicros(),
                        data.lastMicros(),
                        data.events(),
                        ByteBuffer.wrap(data.payload()));
            }
            if (ended) {
                return null;
            }
            ended = true;
            return packet(PacketKind.END, lastMicros, lastMicros, 0, NOTHING);
        }

        private SensorPacket packet(
                PacketKind kind, long firstMicros, long packetLastMicros, int events, ByteBuffer payload) {
            return SensorPacket.newBuilder()
                    .setSensorId(sensorId)
                    .setEpoch(number)
                    .setSequence(sequence++)
                    .setKind(kind)
                    .setRecordingId(recording.id())
                    .setOrigin(PacketEnvelope.shortened(recording.origin()))
                    .setEncoding(packetizer.encoding().encodingName())
                    .setLayout(packetizer.layout())
                    .setClockDomain(clockDomain)
                    .setBaseUnixNanos(baseUnixNanos)
                    .setOffsetUnitPicoseconds(CameraPackets.PICOSECONDS_PER_MICROSECOND)
                    .setFirstOffset(firstMicros)
                    .setLastOffset(packetLastMicros)
                    .setEventCount(events)
                    .setReceivedUnixNanos(receivedUnixNanos)
                    .setPayload(payload)
                    .build();
        }

        @Override
        public void close() throws IOException {
            packetizer.close();
        }
    }
}
