package io.fluxon.streams.camera;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxon.connectors.kafka.KafkaRecord;
import io.fluxon.connectors.kafka.OutgoingRecord;
import io.fluxon.schemas.AvroCodec;
import io.fluxon.schemas.CameraLayout;
import io.fluxon.schemas.DeadLetter;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.Topic;
import io.fluxon.streams.PacketValidator;
import io.fluxon.streams.SideOutputs;
import io.fluxon.streams.TestingPackets;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.ProcessFunctionTestHarnesses;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CameraPacketCheckTest {

    private static final SensorPacket GOOD = TestingPackets.epoch(TestingPackets.recording(1, 100), "cam", 1, 10_000)
            .get(1);

    private OneInputStreamOperatorTestHarness<KafkaRecord, KafkaRecord> harness;

    @BeforeEach
    void open() throws Exception {
        harness = ProcessFunctionTestHarnesses.forProcessFunction(
                new PacketValidator(Topic.CAMERA_DEAD_LETTERS, new CameraPacketCheck(34, 34)));
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    @Test
    void goodRecordsPassUntouched() throws Exception {
        KafkaRecord record = TestingPackets.record(GOOD, 5);
        harness.processElement(record, 0);

        assertThat(harness.extractOutputValues())
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("packet")
                .containsExactly(record);
        assertThat(harness.getSideOutput(SideOutputs.DEAD_LETTERS)).isNull();
    }

    static Stream<Arguments> badRecords() {
        return Stream.of(
                Arguments.of("BAD_AVRO", "cam", new byte[] {1, 2, 3}),
                Arguments.of("BAD_AVRO", "cam", null),
                Arguments.of("BAD_AVRO", "cam", Arrays.copyOf(encoded(builder()), 60)),
                Arguments.of("KEY_MISMATCH", "other", encoded(builder())),
                Arguments.of("KEY_MISMATCH", null, encoded(builder())),
                Arguments.of("UNKNOWN_ENCODING", "cam", encoded(builder().setEncoding("evt9"))),
                Arguments.of("TRUNCATED_PAYLOAD", "cam", encoded(builder().setPayload(shortened(1)))),
                Arguments.of("EVENT_COUNT", "cam", encoded(builder().setPayload(shortened(5)))),
                Arguments.of("OUTSIDE_GEOMETRY", "cam", encoded(builder().setLayout(new CameraLayout(3, 3)))),
                Arguments.of("UNEXPECTED_GEOMETRY", "cam", encoded(builder().setLayout(new CameraLayout(35, 35)))),
                Arguments.of("TIME_RUNS_BACK", "cam", encoded(builder().setPayload(swapped()))),
                Arguments.of(
                        "TIME_OUTSIDE_ENVELOPE", "cam", encoded(builder().setLastOffset(GOOD.getLastOffset() + 1))),
                Arguments.of("BAD_ENVELOPE", "cam", encoded(builder().setEpoch(-1))));
    }

    @ParameterizedTest
    @MethodSource("badRecords")
    void aBadRecordBecomesADeadLetterWithItsOriginAndBytes(String rule, String key, byte[] value) throws Exception {
        byte[] keyBytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
        harness.processElement(new KafkaRecord("camera", 3, 42, 7, keyBytes, value), 0);
        harness.processElement(TestingPackets.record(GOOD, 5), 0);

        assertThat(harness.extractOutputValues()).hasSize(1);
        assertThat(harness.getSideOutput(SideOutputs.DEAD_LETTERS)).hasSize(1);
        OutgoingRecord out = harness.getSideOutput(SideOutputs.DEAD_LETTERS).stream()
                .map(StreamRecord::getValue)
                .findFirst()
                .orElseThrow();
        DeadLetter letter = new AvroCodec<>(DeadLetter.class).decode(out.value);
        assertThat(letter.getReason()).isEqualTo(rule);
        assertThat(letter.getDetail()).isNotBlank().doesNotContain("\n");
        assertThat(letter.getTopic()).isEqualTo("camera");
        assertThat(letter.getPartition()).isEqualTo(3);
        assertThat(letter.getOffset()).isEqualTo(42);
        assertThat(letter.getKey()).isEqualTo(keyBytes == null ? null : ByteBuffer.wrap(keyBytes));
        assertThat(letter.getValue()).isEqualTo(value == null ? null : ByteBuffer.wrap(value));
        assertThat(out.key).isEqualTo(keyBytes);
    }

    @Test
    void aRecordThatNoLetterCanHoldIsCutAndTheLetterSaysSo() throws Exception {
        byte[] key = new byte[500_000];
        byte[] value = new byte[3_000_000];
        harness.processElement(new KafkaRecord("camera", 3, 42, 7, key, value), 0);

        OutgoingRecord out =
                harness.getSideOutput(SideOutputs.DEAD_LETTERS).peek().getValue();
        DeadLetter letter = new AvroCodec<>(DeadLetter.class).decode(out.value);
        assertThat(letter.getDetail())
                .contains("key cut to 1024 of 500000 bytes")
                .contains("value cut to 1048588 of 3000000 bytes");
        assertThat(letter.getValue().remaining()).isEqualTo(1_048_588);
        assertThat(out.key.length + out.value.length).isLessThan(Topic.Limits.DEAD_LETTER_RECORD - 1000);
    }

    private static SensorPacket.Builder builder() {
        return SensorPacket.newBuilder(GOOD);
    }

    private static byte[] encoded(SensorPacket.Builder packet) {
        return new AvroCodec<>(SensorPacket.class).encode(packet.build());
    }

    private static byte[] payload() {
        ByteBuffer view = GOOD.getPayload().duplicate();
        byte[] bytes = new byte[view.remaining()];
        view.get(bytes);
        return bytes;
    }

    private static ByteBuffer shortened(int bytes) {
        byte[] payload = payload();
        return ByteBuffer.wrap(payload, 0, payload.length - bytes);
    }

    /** The last event moved to the front, so that the second is older than the first. */
    private static ByteBuffer swapped() {
        byte[] payload = payload();
        byte[] swapped = new byte[payload.length];
        System.arraycopy(payload, payload.length - 5, swapped, 0, 5);
        System.arraycopy(payload, 0, swapped, 5, payload.length - 5);
        return ByteBuffer.wrap(swapped);
    }
}
