package io.fluxon.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxon.connectors.kafka.KafkaRecord;
import io.fluxon.connectors.kafka.OutgoingRecord;
import io.fluxon.schemas.AvroCodec;
import io.fluxon.schemas.BadRecordException;
import io.fluxon.schemas.DeadLetter;
import io.fluxon.schemas.PacketKind;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.SequenceReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SequencerTest {

    private static final long LAST = 5;

    private final AvroCodec<SensorPacket> packetCodec = new AvroCodec<>(SensorPacket.class);
    private KeyedOneInputStreamOperatorTestHarness<String, KafkaRecord, KafkaRecord> harness;
    private long kafkaOffset;

    @BeforeEach
    void open() throws Exception {
        harness = newHarness();
        harness.open();
    }

    @AfterEach
    void close() throws Exception {
        harness.close();
    }

    @Test
    void packetsInOrderPassAtOnce() throws Exception {
        for (long sequence = 0; sequence <= LAST; sequence++) {
            send("a", 1, sequence);
            assertThat(passed()).hasSize((int) sequence + 1);
        }
        assertThat(passed()).containsExactly("a/1/0", "a/1/1", "a/1/2", "a/1/3", "a/1/4", "a/1/5");
        assertThat(reports()).isEmpty();
    }

    @Test
    void aRepeatedPacketIsDroppedAndReportedOnce() throws Exception {
        send("a", 1, 0, 1, 1, 2);

        assertThat(passed()).containsExactly("a/1/0", "a/1/1", "a/1/2");
        assertThat(reports()).containsExactly("a/1 DUPLICATE 1..1");
    }

    @Test
    void missingPacketsAreOneGapAndTheRestPasses() throws Exception {
        send("a", 1, 0, 1, 4, 5);

        assertThat(passed()).containsExactly("a/1/0", "a/1/1", "a/1/4", "a/1/5");
        assertThat(reports()).containsExactly("a/1 GAP 2..3");
    }

    @Test
    void aPacketOfAReportedGapIsLateAndARepeatBesideItIsARepeat() throws Exception {
        send("a", 1, 0, 2, 1, 2);

        assertThat(passed()).containsExactly("a/1/0", "a/1/2");
        assertThat(reports()).containsExactly("a/1 GAP 1..1", "a/1 LATE 1..1", "a/1 DUPLICATE 2..2");
    }

    @Test
    void aLostStartIsAGap() throws Exception {
        send("a", 1, 1, 2);

        assertThat(passed()).containsExactly("a/1/1", "a/1/2");
        assertThat(reports()).containsExactly("a/1 GAP 0..0");
    }

    @Test
    void afterTheEndNothingOfTheEpochPasses() throws Exception {
        send("a", 1, 0, LAST);
        send("a", 1, LAST, LAST + 1, 2);

        assertThat(passed()).containsExactly("a/1/0", "a/1/5");
        assertThat(reports()).containsExactly("a/1 GAP 1..4", "a/1 DUPLICATE 5..5", "a/1 LATE 6..6", "a/1 LATE 2..2");
    }

    @Test
    void aNewEpochBeforeTheEndReportsTheUnfinishedOne() throws Exception {
        send("a", 1, 0, 1);
        send("a", 3, 0);

        assertThat(passed()).containsExactly("a/1/0", "a/1/1", "a/3/0");
        assertThat(reports()).containsExactly("a/1 UNFINISHED 2..2");
    }

    @Test
    void packetsOfAnEarlierEpochAreLate() throws Exception {
        send("a", 2, 0);
        send("a", 1, 0);

        assertThat(passed()).containsExactly("a/2/0");
        assertThat(reports()).containsExactly("a/1 LATE 0..0");
    }

    @Test
    void timeRunningBackIsADeadLetterThatDoesNotUseUpItsNumber() throws Exception {
        send("a", 1, 0, 1, 2);
        SensorPacket backwards = packet("a", 1, 3);
        backwards = SensorPacket.newBuilder(backwards).setFirstOffset(0).build();
        KafkaRecord record = TestingPackets.record(backwards, 99);
        harness.processElement(record, 0);
        send("a", 1, 3);

        assertThat(passed()).containsExactly("a/1/0", "a/1/1", "a/1/2", "a/1/3");
        assertThat(reports()).isEmpty();
        List<OutgoingRecord> letters = sideOutput(SideOutputs.DEAD_LETTERS);
        assertThat(letters).hasSize(1);
        DeadLetter letter = new AvroCodec<>(DeadLetter.class).decode(letters.get(0).value);
        assertThat(letter.getReason()).isEqualTo("TIME_RUNS_BACK");
        assertThat(letter.getOffset()).isEqualTo(99);
        assertThat(letter.getValue().array()).isEqualTo(record.value);
    }

    @Test
    void aCamerasTimesMayRunBackByAsMuchAsItsWordsMay() throws Exception {
        send("a", 1, 0, 1, 2);
        SensorPacket late = packet("a", 1, 3);
        long lastOffset = packet("a", 1, 2).getLastOffset();
        late = SensorPacket.newBuilder(late).setFirstOffset(lastOffset - 10_000).build();
        SensorPacket tooLate = SensorPacket.newBuilder(late)
                .setFirstOffset(lastOffset - 10_001)
                .build();
        harness.processElement(TestingPackets.record(tooLate, 98), 0);
        harness.processElement(TestingPackets.record(late, 99), 0);

        assertThat(passed()).containsExactly("a/1/0", "a/1/1", "a/1/2", "a/1/3");
        assertThat(sideOutput(SideOutputs.DEAD_LETTERS)).hasSize(1);
    }

    @Test
    void sensorsDoNotDisturbEachOther() throws Exception {
        send("a", 1, 0);
        send("b", 7, 0);
        send("a", 1, 3);
        send("b", 7, 1);

        assertThat(passed()).containsExactly("a/1/0", "b/7/0", "a/1/3", "b/7/1");
        assertThat(reports()).containsExactly("a/1 GAP 1..2");
    }

    @Test
    void thePositionSurvivesARestore() throws Exception {
        send("a", 1, 0, 2);
        OperatorSubtaskState snapshot = harness.snapshot(1, 1);
        harness.close();
        harness = newHarness();
        harness.initializeState(snapshot);
        harness.open();
        send("a", 1, 1, 2, 3);

        assertThat(passed()).containsExactly("a/1/3");
        assertThat(reports()).containsExactly("a/1 LATE 1..1", "a/1 DUPLICATE 2..2");
    }

    @Test
    void theMemoryOfGapsIsBounded() {
        Sequencer.Position position = new Sequencer.Position();
        for (long i = 0; i < 10_000; i++) {
            position.addGap(2 * i, 2 * i);
        }

        assertThat(position.gaps).hasSize(2 * Sequencer.Position.REMEMBERED_GAPS);
        assertThat(position.isInGap(2 * 9_999)).isTrue();
        assertThat(position.isInGap(2 * 9_999 + 1)).isFalse();
    }

    private static KeyedOneInputStreamOperatorTestHarness<String, KafkaRecord, KafkaRecord> newHarness()
            throws Exception {
        return new KeyedOneInputStreamOperatorTestHarness<>(
                new KeyedProcessOperator<>(new Sequencer(SensorKind.CAMERA)), KafkaRecord::keyText, Types.STRING);
    }

    private void send(String sensorId, long epoch, long... sequences) throws Exception {
        for (long sequence : sequences) {
            harness.processElement(TestingPackets.record(packet(sensorId, epoch, sequence), kafkaOffset++), 0);
        }
    }

    /** Packet n covers the microseconds 100 n to 100 n + 50; the last is the END. */
    private static SensorPacket packet(String sensorId, long epoch, long sequence) {
        PacketKind kind = sequence == 0 ? PacketKind.START : sequence == LAST ? PacketKind.END : PacketKind.DATA;
        return SensorPacket.newBuilder(TestingPackets.epoch(TestingPackets.recording(1, 10), sensorId, epoch, 10_000)
                        .get(1))
                .setSequence(sequence)
                .setKind(kind)
                .setFirstOffset(10_000 * sequence)
                .setLastOffset(10_000 * sequence + 5_000)
                .build();
    }

    private List<String> passed() throws BadRecordException {
        List<String> names = new ArrayList<>();
        for (KafkaRecord record : harness.extractOutputValues()) {
            SensorPacket packet = record.packet(packetCodec);
            names.add(packet.getSensorId() + "/" + packet.getEpoch() + "/" + packet.getSequence());
        }
        return names;
    }

    private List<String> reports() throws BadRecordException {
        AvroCodec<SequenceReport> codec = new AvroCodec<>(SequenceReport.class);
        List<String> lines = new ArrayList<>();
        for (OutgoingRecord record : sideOutput(SideOutputs.SEQUENCE_REPORTS)) {
            SequenceReport report = codec.decode(record.value);
            lines.add(report.getSensorId() + "/" + report.getEpoch() + " " + report.getKind() + " "
                    + report.getFromSequence() + ".." + report.getToSequence());
        }
        return lines;
    }

    private List<OutgoingRecord> sideOutput(OutputTag<OutgoingRecord> tag) {
        Queue<StreamRecord<OutgoingRecord>> queue = harness.getSideOutput(tag);
        return queue == null
                ? List.of()
                : queue.stream().map(StreamRecord::getValue).toList();
    }
}
