package io.fluxon.connectors.detector;

import io.fluxon.connectors.packets.PacketEnvelope;
import io.fluxon.connectors.packets.PacketSource;
import io.fluxon.connectors.packets.Playable;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.schemas.PacketKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.Topic;
import io.fluxon.schemas.TrueHit;
import io.fluxon.schemas.TrueHits;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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

    private static final long PICOS_PER_NANO = 1000;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /**
     * The recording for a replay: on its own clock where it knows when it was made, else on the replay's.
     *
     * @param truth what is known about its pulses
     */
    public static Playable playable(DetectorRecording recording, String sensorId, Optional<TruePulses> truth)
            throws RecordingException {
        // A pulse too large for a packet is found out here.
        List<DetectorRecording.Span> spans = recording.packets(PACKET_PICOS, Topic.Limits.PACKET_PAYLOAD);
        return (number, startUnixNanos) -> {
            DetectorEpoch epoch = new DetectorEpoch(
                    recording,
                    sensorId,
                    number,
                    recording.baseUnixNanos().isPresent() ? "utc" : "replay",
                    recording.baseUnixNanos().orElse(startUnixNanos));
            return new Playable.Episode(
                    PacketSource.of(epoch.packets(spans, startUnixNanos)),
                    truth.map(known -> epoch.trueHits(spans, known)).orElse(List.of()));
        };
    }

    /** All records of the epoch in order. */
    public List<SensorPacket> packets(long packetPicos, long receivedUnixNanos) throws RecordingException {
        return packets(recording.packets(packetPicos, Topic.Limits.PACKET_PAYLOAD), receivedUnixNanos);
    }

    private List<SensorPacket> packets(List<DetectorRecording.Span> spans, long receivedUnixNanos) {
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

    /** One record for each data packet, whose sequence is 1 for the first span. */
    private List<TrueHits> trueHits(List<DetectorRecording.Span> spans, TruePulses truth) {
        List<TrueHits> records = new ArrayList<>();
        for (DetectorRecording.Span span : spans) {
            List<TrueHit> hits = new ArrayList<>();
            for (int i = span.fromPulse(); i < span.toPulse(); i++) {
                long picos = truth.picos()[i];
                hits.add(new TrueHit(
                        recording.pulses().channel()[i],
                        baseUnixNanos + Math.floorDiv(picos, PICOS_PER_NANO),
                        (int) Math.floorMod(picos, PICOS_PER_NANO),
                        truth.energy()[i],
                        truth.alone()[i]));
            }
            records.add(new TrueHits(sensorId, number, records.size() + 1L, hits));
        }
        return records;
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
                .setOrigin(PacketEnvelope.shortened(recording.origin()))
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
