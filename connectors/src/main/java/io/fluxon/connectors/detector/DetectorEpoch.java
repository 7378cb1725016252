package io.fluxon.connectors.detector;

import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.schemas.PacketKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.Topic;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A recording as one epoch of a digitiser: START, the data packets, END. Packets hold 10 ms of event time by default.
 *
 * @param number the epoch, larger than every earlier one of the sensor
 * @param clockDomain the clock that {@code baseUnixNanos} belongs to
 * @param baseUnixNanos Unix time of the recording's picosecond 0
 */
public record DetectorEpoch(
        DetectorRecording recording, String sensorId, long number, String clockDomain, long baseUnixNanos) {

    public static final long PACKET_PICOS = 10_000_000_000L;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** All records of the epoch in order. */
    public List<SensorPacket> packets(long packetPicos, long receivedUnixNanos) throws RecordingException {
        List<DetectorRecording.Span> spans = recording.packets(packetPicos, Topic.Limits.PACKET_PAYLOAD);
        List<SensorPacket> packets = new ArrayList<>();
        long last = spans.get(spans.size() - 1).lastPicos();
        packets.add(packet(PacketKind.START, 0, 0, 0, 0, NOTHING, receivedUnixNanos));
        for (DetectorRecording.Span span : spans) {
            packets.add(packet(
                    PacketKind.DATA,
                    packets.size(),
                    span.firstPicos(),
                    span.lastPicos(),
                    span.pulses(),
                    recording.payload(span),
                    receivedUnixNanos));
        }
        packets.add(packet(PacketKind.END, packets.size(), last, last, 0, NOTHING, receivedUnixNanos));
        return packets;
    }

    private SensorPacket packet(
            PacketKind kind,
            long sequence,
            long firstPicos,
            long lastPicos,
            int pulses,
            ByteBuffer payload,
            long receivedUnixNanos) {
        return SensorPacket.newBuilder()
                .setSensorId(sensorId)
                .setEpoch(number)
                .setSequence(sequence)
                .setKind(kind)
                .setRecordingId(recording.id())
                .setOrigin(recording.origin())
                .setEncoding(recording.encoding())
                .setLayout(recording.layout())
                .setClockDomain(clockDomain)
                .setBaseUnixNanos(baseUnixNanos)
                .setOffsetUnitPicoseconds(PulsePackets.OFFSET_UNIT_PICOSECONDS)
                .setFirstOffset(firstPicos)
                .setLastOffset(lastPicos)
                .setEventCount(pulses)
                .setReceivedUnixNanos(receivedUnixNanos)
                .setPayload(payload)
                .build();
    }
}
