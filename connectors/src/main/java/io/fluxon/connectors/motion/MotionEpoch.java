package io.fluxon.connectors.motion;

import io.fluxon.connectors.packets.PacketEnvelope;
import io.fluxon.connectors.packets.PacketSource;
import io.fluxon.connectors.packets.Playable;
import io.fluxon.schemas.MotionLayout;
import io.fluxon.schemas.MotionQuantity;
import io.fluxon.schemas.PacketKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.Topic;
import io.fluxon.schemas.Truth;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * One run of a device's clock as one epoch of each of its two sensors, {@code DEVICE/accelerometer} and {@code
 * DEVICE/gyroscope}: START, packets of 1 s of event time, END. A sensor without samples has no packets at all.
 *
 * @param number the epoch, larger than every earlier one of the device
 * @param baseUnixNanos Unix time at which the device's clock was zero, as far as it is known
 */
public record MotionEpoch(MotionRecording recording, int index, long number, long baseUnixNanos) {

    public static final long PACKET_NANOS = 1_000_000_000;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** The epochs of a recording for a replay, each with its truth under the device's name. */
    public static List<Playable> playables(MotionRecording recording) {
        List<Playable> playables = new ArrayList<>();
        for (int i = 0; i < recording.epochs().size(); i++) {
            int index = i;
            playables.add((number, startUnixNanos) -> {
                MotionEpoch epoch = new MotionEpoch(
                        recording,
                        index,
                        number,
                        Math.max(
                                0,
                                startUnixNanos - firstNanos(recording.epochs().get(index))));
                return new Playable.Episode(
                        PacketSource.of(epoch.packets(PACKET_NANOS, startUnixNanos)), epoch.truth());
            });
        }
        return playables;
    }

    /** Records of both sensors in the order of their last samples; of equals the accelerometer's first. */
    public List<SensorPacket> packets(long packetNanos, long receivedUnixNanos) {
        MotionRecording.Epoch epoch = recording.epochs().get(index);
        List<SensorPacket> packets = new ArrayList<>();
        add(packets, MotionQuantity.ACCELERATION, epoch.acceleration(), packetNanos, receivedUnixNanos);
        add(packets, MotionQuantity.ANGULAR_VELOCITY, epoch.angularVelocity(), packetNanos, receivedUnixNanos);
        packets.sort(Comparator.comparingLong(SensorPacket::getLastOffset));
        return packets;
    }

    private List<Truth> truth() {
        List<Truth> truth = new ArrayList<>();
        for (MotionRecording.Label label : recording.epochs().get(index).labels()) {
            truth.add(new Truth(
                    recording.deviceId(), number, recording.id(), label.name(), label.fromNanos(), label.toNanos()));
        }
        return truth;
    }

    private static long firstNanos(MotionRecording.Epoch epoch) {
        long first = Long.MAX_VALUE;
        for (MotionBatch batch : List.of(epoch.acceleration(), epoch.angularVelocity())) {
            if (batch.size() > 0) {
                first = Math.min(first, batch.timeNanos()[0]);
            }
        }
        return first;
    }

    private void add(
            List<SensorPacket> packets,
            MotionQuantity quantity,
            MotionBatch batch,
            long packetNanos,
            long receivedUnixNanos) {
        if (batch.size() == 0) {
            return;
        }
        long[] nanos = batch.timeNanos();
        long last = nanos[batch.size() - 1];
        int sequence = 0;
        packets.add(packet(quantity, PacketKind.START, sequence++, nanos[0], nanos[0], 0, NOTHING, receivedUnixNanos));
        int from = 0;
        while (from < batch.size()) {
            long end = (nanos[from] / packetNanos + 1) * packetNanos;
            int to = from + 1;
            while (to < batch.size()
                    && nanos[to] < end
                    && (to - from + 1) * MotionPackets.SAMPLE_BYTES <= Topic.Limits.PACKET_PAYLOAD) {
                to++;
            }
            packets.add(packet(
                    quantity,
                    PacketKind.DATA,
                    sequence++,
                    nanos[from],
                    nanos[to - 1],
                    to - from,
                    MotionPackets.encode(batch, from, to),
                    receivedUnixNanos));
            from = to;
        }
        packets.add(packet(quantity, PacketKind.END, sequence, last, last, 0, NOTHING, receivedUnixNanos));
    }

    private SensorPacket packet(
            MotionQuantity quantity,
            PacketKind kind,
            long sequence,
            long firstNanos,
            long lastNanos,
            int samples,
            ByteBuffer payload,
            long receivedUnixNanos) {
        String sensor = quantity == MotionQuantity.ACCELERATION ? "accelerometer" : "gyroscope";
        return SensorPacket.newBuilder()
                .setSensorId(recording.deviceId() + "/" + sensor)
                .setEpoch(number)
                .setSequence(sequence)
                .setKind(kind)
                .setRecordingId(recording.id())
                .setOrigin(PacketEnvelope.shortened(recording.origin()))
                .setEncoding(MotionPackets.ENCODING)
                .setLayout(new MotionLayout(recording.deviceId(), quantity))
                .setClockDomain("boot:" + recording.deviceId())
                .setBaseUnixNanos(baseUnixNanos)
                .setOffsetUnitPicoseconds(MotionPackets.PICOSECONDS_PER_NANOSECOND)
                .setFirstOffset(firstNanos)
                .setLastOffset(lastNanos)
                .setEventCount(samples)
                .setReceivedUnixNanos(receivedUnixNanos)
                .setPayload(payload)
                .build();
    }
}
