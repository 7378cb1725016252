package io.fluxon.connectors.camera.packets;

import static io.fluxon.connectors.camera.TestingRecordings.events;
import static io.fluxon.connectors.camera.TestingRecordings.join;
import static io.fluxon.connectors.camera.TestingRecordings.overflow;
import static io.fluxon.connectors.camera.TestingRecordings.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.connectors.packets.MalformedPacketException.Rule;
import io.fluxon.schemas.CameraLayout;
import io.fluxon.schemas.PacketKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.Topic;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class CameraPacketsTest {

    private final CameraBatch batch = new CameraBatch();

    private static SensorPacket.Builder data() {
        return SensorPacket.newBuilder()
                .setSensorId("camera")
                .setEpoch(3)
                .setSequence(1)
                .setKind(PacketKind.DATA)
                .setRecordingId(null)
                .setOrigin("test")
                .setEncoding("nmnist")
                .setLayout(new CameraLayout(34, 34))
                .setClockDomain("test")
                .setBaseUnixNanos(1_700_000_000_000_000_000L)
                .setOffsetUnitPicoseconds(1_000_000)
                .setFirstOffset(50_000)
                .setLastOffset(58_200)
                .setEventCount(2)
                .setReceivedUnixNanos(0)
                .setPayload(ByteBuffer.wrap(join(row(1, 2, 1, 10), overflow(), row(3, 4, 0, 18))));
    }

    private static SensorPacket.Builder marker(PacketKind kind, long sequence) {
        return data().setKind(kind)
                .setSequence(sequence)
                .setEventCount(0)
                .setLastOffset(data().getFirstOffset())
                .setPayload(ByteBuffer.allocate(0));
    }

    @Test
    void aGoodPacketFillsTheClearedBatch() throws MalformedPacketException {
        batch.add(1, 1, 1, 1);

        CameraPackets.decode(data().build(), batch);

        assertThat(events(batch)).containsExactly("50000 us (1, 2) 1", "58200 us (3, 4) 0");
    }

    @Test
    void aPayloadThatIsAViewIsReadFromItsPosition() throws MalformedPacketException {
        ByteBuffer view = ByteBuffer.wrap(join(new byte[7], row(1, 2, 1, 10), row(3, 4, 0, 8210), new byte[3]));
        SensorPacket packet = data().setPayload(
                        view.slice(4, view.capacity() - 4).position(3).limit(13))
                .build();

        CameraPackets.decode(packet, batch);

        assertThat(events(batch)).containsExactly("50000 us (1, 2) 1", "58200 us (3, 4) 0");
        assertThat(packet.getPayload().remaining()).isEqualTo(10);
    }

    @Test
    void markersLeaveTheBatchEmpty() throws MalformedPacketException {
        for (SensorPacket.Builder marker : List.of(marker(PacketKind.START, 0), marker(PacketKind.END, 9))) {
            batch.add(1, 1, 1, 1);
            CameraPackets.decode(marker.build(), batch);
            assertThat(batch.size()).isZero();
        }
    }

    @Test
    void eachRuleOfTheEnvelope() {
        assertRefused(packet -> packet.setSensorId(" "), Rule.BAD_ENVELOPE, "sensorId");
        assertRefused(packet -> packet.setSensorId("s".repeat(250)), Rule.BAD_ENVELOPE, "sensorId");
        assertAccepted(packet -> packet.setSensorId("s".repeat(249)));
        assertRefused(packet -> packet.setEpoch(-1), Rule.BAD_ENVELOPE, "epoch");
        assertRefused(packet -> packet.setEpoch((1L << 53) + 1), Rule.BAD_ENVELOPE, "epoch");
        assertRefused(packet -> packet.setSequence(-1), Rule.BAD_ENVELOPE, "sequence is not within");
        assertRefused(packet -> packet.setSequence(Long.MAX_VALUE), Rule.BAD_ENVELOPE, "sequence is not within");
        assertRefused(packet -> packet.setRecordingId("r".repeat(250)), Rule.BAD_ENVELOPE, "recordingId");
        assertRefused(packet -> packet.setClockDomain("c".repeat(250)), Rule.BAD_ENVELOPE, "clockDomain");
        assertRefused(packet -> packet.setOrigin("o".repeat(4097)), Rule.BAD_ENVELOPE, "origin");
        assertRefused(packet -> packet.setSequence(0), Rule.BAD_ENVELOPE, "sequence 0");
        assertRefused(packet -> packet.setLayout(new CameraLayout(0, 34)), Rule.BAD_ENVELOPE, "geometry");
        assertRefused(packet -> packet.setLayout(new CameraLayout(34, -1)), Rule.BAD_ENVELOPE, "geometry");
        assertRefused(packet -> packet.setLayout(new CameraLayout(32_768, 34)), Rule.BAD_ENVELOPE, "geometry");
        assertRefused(packet -> packet.setLayout(new CameraLayout(257, 34)), Rule.BAD_ENVELOPE, "at most 256x240");
        assertRefused(packet -> packet.setLayout(new CameraLayout(34, 241)), Rule.BAD_ENVELOPE, "at most 256x240");
        assertAccepted(packet -> packet.setLayout(new CameraLayout(256, 240)));
        assertRefused(packet -> packet.setLayout("no camera"), Rule.BAD_ENVELOPE, "layout");
        assertRefused(packet -> packet.setOffsetUnitPicoseconds(1000), Rule.BAD_ENVELOPE, "offset unit");
        assertRefused(packet -> packet.setFirstOffset(-1), Rule.BAD_ENVELOPE, "offsets");
        assertRefused(packet -> packet.setFirstOffset(58_201), Rule.BAD_ENVELOPE, "firstOffset is after lastOffset");
        assertRefused(packet -> packet.setLastOffset((1L << 52) + 1), Rule.BAD_ENVELOPE, "offsets");
        assertRefused(packet -> packet.setBaseUnixNanos(-1), Rule.BAD_ENVELOPE, "baseUnixNanos");
        assertRefused(packet -> packet.setBaseUnixNanos((1L << 62) + 1), Rule.BAD_ENVELOPE, "baseUnixNanos");
        assertRefused(packet -> packet.setEventCount(0), Rule.BAD_ENVELOPE, "DATA has at least one event");
        assertRefused(packet -> packet.setEventCount(-2), Rule.BAD_ENVELOPE, "DATA has at least one event");
        assertRefused(
                packet -> packet.setPayload(ByteBuffer.allocate(Topic.Limits.PACKET_PAYLOAD + 1)),
                Rule.BAD_ENVELOPE,
                "payload is larger");
    }

    @Test
    void theLargestBaseAndOffsetAddUpToNanosecondsWithoutOverflow() {
        assertThat(Math.addExact(1L << 62, Math.multiplyExact(1L << 52, 1000L))).isPositive();
        assertAccepted(packet -> packet.setBaseUnixNanos(1L << 62)
                .setFirstOffset((1L << 52) - 8200)
                .setLastOffset(1L << 52));
    }

    @Test
    void eachRuleOfTheMarkers() {
        assertRefused(marker(PacketKind.START, 1), Rule.BAD_ENVELOPE, "sequence 0");
        assertRefused(marker(PacketKind.END, 0), Rule.BAD_ENVELOPE, "sequence 0");
        assertRefused(marker(PacketKind.END, 5).setLastOffset(1L << 40), Rule.BAD_ENVELOPE, "at one time");
        assertRefused(marker(PacketKind.END, 5).setEventCount(1), Rule.BAD_ENVELOPE, "START and END have none");
        assertRefused(marker(PacketKind.START, 0).setPayload(ByteBuffer.allocate(5)), Rule.BAD_ENVELOPE, "no payload");
    }

    @Test
    void anEncodingThatNobodyDecodes() {
        assertRefused(
                packet -> packet.setEncoding("evt9"),
                Rule.UNKNOWN_ENCODING,
                "encoding evt9 is not one of [dat, evt2, evt2.1, evt2.1-legacy, evt3, libcaer, nmnist]");
        assertRefused(packet -> packet.setEncoding("NMNIST"), Rule.UNKNOWN_ENCODING, "NMNIST");
        assertRefused(packet -> packet.setEncoding(""), Rule.UNKNOWN_ENCODING, "encoding");
        assertRefused(
                packet -> packet.setEncoding("x".repeat(100_000)), Rule.UNKNOWN_ENCODING, "x".repeat(40) + "... is");
        assertRefused(packet -> packet.setEncoding("evil\nline"), Rule.UNKNOWN_ENCODING, "encoding evil is");
    }

    @Test
    void aPayloadThatContradictsItsEnvelope() {
        assertRefused(packet -> packet.setEventCount(1), Rule.EVENT_COUNT, "eventCount is 1, payload has 2");
        assertRefused(packet -> packet.setEventCount(3), Rule.EVENT_COUNT, "eventCount is 3, payload has 2");
        assertRefused(
                packet -> packet.setPayload(ByteBuffer.wrap(overflow())),
                Rule.EVENT_COUNT,
                "eventCount is 2, payload has 0");
        assertRefused(packet -> packet.setPayload(ByteBuffer.allocate(0)), Rule.EVENT_COUNT, "payload has 0");
        assertRefused(
                packet -> packet.setLastOffset(58_199),
                Rule.TIME_OUTSIDE_ENVELOPE,
                "the events are at 50000 to 58200 us");
        assertRefused(
                packet -> packet.setLastOffset(58_201),
                Rule.TIME_OUTSIDE_ENVELOPE,
                "the envelope says 50000 to 58201 us");
        // The first event is at firstOffset by definition; a wrong one shifts the last event.
        assertRefused(packet -> packet.setFirstOffset(50_001), Rule.TIME_OUTSIDE_ENVELOPE, "58201 us");
    }

    @Test
    void aPayloadOfManyMoreEventsThanItSaysTakesNoMoreMemoryThanTheyDo() {
        byte[] vectors = new byte[900_000];
        for (int at = 0; at < vectors.length; at += 2) {
            // Base 0 and a full vector of 12 in turn.
            vectors[at + 1] = (byte) (at % 4 == 0 ? 0x30 : 0x4F);
            vectors[at] = (byte) (at % 4 == 0 ? 0 : 0xFF);
        }
        byte[] payload = join(new byte[] {0, (byte) 0x80, 0, 0x60, 1, 0}, vectors);

        assertRefused(
                packet -> packet.setEncoding("evt3").setFirstOffset(0).setPayload(ByteBuffer.wrap(payload)),
                Rule.EVENT_COUNT,
                "eventCount is 2");
        assertThat(batch.timeMicros().length).isLessThan(200_000);
    }

    @Test
    void aPayloadThatBreaksItsEncoding() {
        assertRefused(
                packet -> packet.setPayload(ByteBuffer.wrap(new byte[9])), Rule.TRUNCATED_PAYLOAD, "4 of 5 bytes");
        assertRefused(packet -> packet.setLayout(new CameraLayout(3, 34)), Rule.OUTSIDE_GEOMETRY, "byte 10: x=3 y=4");
        assertRefused(
                packet -> packet.setPayload(ByteBuffer.wrap(join(row(1, 1, 1, 1), row(1, 1, 1, 0)))),
                Rule.TIME_RUNS_BACK,
                "byte 5");
    }

    private void assertAccepted(Consumer<SensorPacket.Builder> change) {
        SensorPacket.Builder packet = data();
        change.accept(packet);
        assertThat(refusal(packet)).isNull();
    }

    private void assertRefused(Consumer<SensorPacket.Builder> violation, Rule rule, String message) {
        SensorPacket.Builder packet = data();
        violation.accept(packet);
        assertRefused(packet, rule, message);
    }

    private void assertRefused(SensorPacket.Builder packet, Rule rule, String message) {
        MalformedPacketException refusal = refusal(packet);
        assertThat(refusal).as("refusal for %s: %s", rule, message).isNotNull();
        assertThat(refusal.rule()).isEqualTo(rule);
        assertThat(refusal.getMessage()).contains(message).doesNotContain("\n").hasSizeLessThan(200);
    }

    private MalformedPacketException refusal(SensorPacket.Builder packet) {
        return catchThrowableOfType(MalformedPacketException.class, () -> CameraPackets.decode(packet.build(), batch));
    }
}
