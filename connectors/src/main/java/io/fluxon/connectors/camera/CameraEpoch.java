package io.fluxon.connectors.camera;

import io.fluxon.connectors.packets.Playable;
import io.fluxon.schemas.CameraLayout;
import io.fluxon.schemas.PacketKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.Topic;
import io.fluxon.schemas.Truth;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A recording as one epoch of a sensor: START, the data packets, END. Packets hold 10 ms of event time by default.
 *
 * @param number the epoch, larger than every earlier one of the sensor
 * @param clockDomain the clock that {@code baseUnixNanos} belongs to
 * @param baseUnixNanos Unix time of the recording's microsecond 0
 */
public record CameraEpoch(
        CameraRecording recording, String sensorId, long number, String clockDomain, long baseUnixNanos) {

    public static final long PACKET_MICROS = 10_000;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** The recording for a replay on a clock of the replay's own; its label, if known, is the truth of the whole epoch. */
    public static Playable playable(CameraRecording recording, String sensorId, Optional<String> label) {
        return (number, startUnixNanos) -> new Playable.Episode(
                new CameraEpoch(recording, sensorId, number, "replay", startUnixNanos)
                        .packets(PACKET_MICROS, startUnixNanos),
                label.map(name -> List.of(new Truth(sensorId, number, recording.id(), name, null, null)))
                        .orElse(List.of()));
    }

    /** All records of the epoch in order; payloads are views of the recording's bytes. */
    public List<SensorPacket> packets(long packetMicros, long receivedUnixNanos) {
        List<CameraRecording.Span> spans = recording.packets(packetMicros, Topic.Limits.PACKET_PAYLOAD);
        List<SensorPacket> packets = new ArrayList<>();
        long last = spans.get(spans.size() - 1).lastMicros();
        packets.add(packet(PacketKind.START, 0, 0, 0, 0, NOTHING, receivedUnixNanos));
        for (CameraRecording.Span span : spans) {
            ByteBuffer payload = ByteBuffer.wrap(recording.bytes(), span.fromByte(), span.toByte() - span.fromByte());
            packets.add(packet(
                    PacketKind.DATA,
                    packets.size(),
                    span.firstMicros(),
                    span.lastMicros(),
                    span.events(),
                    payload,
                    receivedUnixNanos));
        }
        packets.add(packet(PacketKind.END, packets.size(), last, last, 0, NOTHING, receivedUnixNanos));
        return packets;
    }

    private SensorPacket packet(
            PacketKind kind,
            long sequence,
            long firstMicros,
            long lastMicros,
            int events,
            ByteBuffer payload,
            long receivedUnixNanos) {
        CameraLayout layout = recording.layout();
        return SensorPacket.newBuilder()
                .setSensorId(sensorId)
                .setEpoch(number)
                .setSequence(sequence)
                .setKind(kind)
                .setRecordingId(recording.id())
                .setOrigin(recording.origin())
                .setEncoding(recording.encoding())
                .setLayout(layout)
                .setClockDomain(clockDomain)
                .setBaseUnixNanos(baseUnixNanos)
                .setOffsetUnitPicoseconds(CameraPackets.PICOSECONDS_PER_MICROSECOND)
                .setFirstOffset(firstMicros)
                .setLastOffset(lastMicros)
                .setEventCount(events)
                .setReceivedUnixNanos(receivedUnixNanos)
                .setPayload(payload)
                .build();
    }
}
