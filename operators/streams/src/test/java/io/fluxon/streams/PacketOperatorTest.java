package io.fluxon.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxon.connectors.kafka.KafkaRecord;
import io.fluxon.connectors.kafka.OutgoingRecord;
import io.fluxon.schemas.AvroCodec;
import io.fluxon.schemas.BadRecordException;
import io.fluxon.schemas.Control;
import io.fluxon.schemas.ControlAction;
import io.fluxon.schemas.DeadLetter;
import io.fluxon.schemas.Decision;
import io.fluxon.schemas.MotionLayout;
import io.fluxon.schemas.MotionQuantity;
import io.fluxon.schemas.PacketKind;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.SequenceReport;
import io.fluxon.schemas.Topic;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.state.rocksdb.EmbeddedRocksDBStateBackend;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacketOperatorTest {

    private static final long LAST = 5;
    private static final int MAX_PARALLELISM = 16;
    private static final long SILENCE_MILLIS = 100;
    private static final long EXPIRY_MILLIS = 1_000;
    private static final OrderSettings ORDER = new OrderSettings(3, 1 << 20, 600_000_000);

    private static final SensorPacket ANY_DATA = TestingPackets.epoch(TestingPackets.recording(1, 10), "a", 1, 10_000)
            .get(1);

    private static final AvroCodec<DeadLetter> LETTER_CODEC = new AvroCodec<>(DeadLetter.class);
    private static final AvroCodec<SequenceReport> REPORT_CODEC = new AvroCodec<>(SequenceReport.class);
    private static final AvroCodec<Decision> DECISION_CODEC = new AvroCodec<>(Decision.class);

    private final AvroCodec<Control> controlCodec = new AvroCodec<>(Control.class);
    private final List<Task> open = new ArrayList<>();

    /** What the operator said, by the topic and the key, in order. */
    private static final class Said {

        private final Map<String, List<String>> lines = new TreeMap<>();

        List<String> of(Topic topic) {
            List<String> all = new ArrayList<>();
            lines.forEach((place, own) -> {
                if (place.startsWith(topic.topicName() + " ")) {
                    all.addAll(own);
                }
            });
            return all;
        }

        List<String> letters() {
            return of(Topic.CAMERA_DEAD_LETTERS);
        }

        List<String> reports() {
            return of(Topic.CAMERA_SEQUENCE_REPORTS);
        }

        List<String> decisions() {
            return of(Topic.CAMERA_DECISIONS);
        }
    }

    /** One task of the operator. */
    private static final class Task {

        private final KeyedOneInputStreamOperatorTestHarness<String, KafkaRecord, OutgoingRecord> harness;
        private final Said said;

        Task(Settings settings, int parallelism, int index, OperatorSubtaskState restored, Said said) throws Exception {
            String alsoRefused = settings.alsoRefused;
            this.said = said;
            harness = new KeyedOneInputStreamOperatorTestHarness<>(
                    new PacketOperator<>(
                            SensorKind.CAMERA,
                            () -> new TestingFunction(SILENCE_MILLIS, alsoRefused),
                            ORDER,
                            new StateSettings(settings.hotKeys, EXPIRY_MILLIS)),
                    KafkaRecord::keyText,
                    Types.STRING,
                    MAX_PARALLELISM,
                    parallelism,
                    index);
            if (settings.rocksdb) {
                harness.setStateBackend(new EmbeddedRocksDBStateBackend());
            }
            harness.setup();
            if (restored != null) {
                harness.initializeState(restored);
            }
            harness.open();
        }

        void send(KafkaRecord in) throws Exception {
            harness.processElement(new StreamRecord<>(in, in.appendUnixMillis));
            listen();
        }

        void advanceTo(long unixMillis) throws Exception {
            harness.processWatermark(unixMillis);
            listen();
        }

        OperatorSubtaskState snapshot() throws Exception {
            return harness.snapshot(1, 1);
        }

        private void listen() throws BadRecordException {
            hear(harness.extractOutputValues(), Topic.Delivery.EXACTLY_ONCE);
            harness.getOutput().clear();
            for (OutputTag<OutgoingRecord> tag :
                    List.of(SideOutputs.LIVE, SideOutputs.SEQUENCE_REPORTS, SideOutputs.DEAD_LETTERS)) {
                Queue<StreamRecord<OutgoingRecord>> queue = harness.getSideOutput(tag);
                if (queue != null) {
                    hear(queue.stream().map(StreamRecord::getValue).toList(), null);
                    queue.clear();
                }
            }
        }

        private void hear(List<OutgoingRecord> records, Topic.Delivery main) throws BadRecordException {
            for (OutgoingRecord record : records) {
                Topic topic = Arrays.stream(Topic.values())
                        .filter(candidate -> candidate.topicName().equals(record.topic))
                        .findFirst()
                        .orElseThrow();
                boolean isDecision = topic == Topic.CAMERA_DECISIONS || topic == Topic.CAMERA_LIVE_DECISIONS;
                if (isDecision) {
                    assertThat(topic.delivery() == Topic.Delivery.EXACTLY_ONCE)
                            .as("exactly once by the main output, all else beside it")
                            .isEqualTo(main != null);
                }
                String key = record.key == null ? "" : new String(record.key, StandardCharsets.UTF_8);
                said.lines
                        .computeIfAbsent(record.topic + " " + key, name -> new ArrayList<>())
                        .add(text(topic, record.value) + " @" + record.sourceAppendUnixMillis);
            }
        }

        private static String text(Topic topic, byte[] value) throws BadRecordException {
            switch (topic) {
                case CAMERA_DEAD_LETTERS -> {
                    DeadLetter letter = LETTER_CODEC.decode(value);
                    return letter.getReason() + " " + letter.getOffset();
                }
                case CAMERA_SEQUENCE_REPORTS -> {
                    SequenceReport report = REPORT_CODEC.decode(value);
                    return report.getSensorId() + "/" + report.getEpoch() + " " + report.getKind() + " "
                            + report.getFromSequence() + ".." + report.getToSequence();
                }
                default -> {
                    return DECISION_CODEC.decode(value).getLabel();
                }
            }
        }
    }

    private record Settings(boolean rocksdb, int hotKeys, String alsoRefused) {
        private static final Settings HEAP = new Settings(false, 0, "");
    }

    @AfterEach
    void close() throws Exception {
        for (Task task : open) {
            task.harness.close();
        }
    }

    @Test
    void packetsOfAllKeysAreTakenInAndTheirResultsKeepTheTimeOfTheirRecord() throws Exception {
        Task task = task(Settings.HEAP);
        send(task, record(10, "a", 1, 0), record(20, "b", 7, 0), record(30, "a", 1, 1));

        assertThat(task.said.decisions()).hasSize(2);
        assertThat(task.said.of(Topic.CAMERA_LIVE_DECISIONS))
                .satisfiesExactly(
                        line -> assertThat(line)
                                .startsWith("a/1/0 after 1 packets")
                                .endsWith("@10"),
                        line -> assertThat(line)
                                .startsWith("a/1/1 after 2 packets")
                                .endsWith("@30"),
                        line -> assertThat(line)
                                .startsWith("b/7/0 after 1 packets")
                                .endsWith("@20"));
        assertThat(task.said.reports()).isEmpty();
        assertThat(task.said.letters()).isEmpty();
    }

    @Test
    void recordsThatCannotBeUsedAreDeadLettersAndDoNotUseUpTheirNumber() throws Exception {
        Task task = task(Settings.HEAP);
        byte[] a = bytes("a");
        byte[] good = record(0, "a", 1, 1).value;
        send(task, record(1, "a", 1, 0));
        send(task, new KafkaRecord("t", 0, 100, 2, a, new byte[] {1, 2, 3}));
        send(task, new KafkaRecord("t", 0, 101, 3, a, null));
        send(task, new KafkaRecord("t", 0, 102, 4, a, Arrays.copyOf(good, good.length - 1)));
        send(task, new KafkaRecord("t", 0, 103, 5, bytes("b"), good));
        send(task, new KafkaRecord("t", 0, 104, 6, null, good));
        send(task, new KafkaRecord("t", 0, 105, 7, a, encoded(refused("a", 1, 1, TestingFunction.REFUSED))));
        send(task, record(8, "a", 1, 1));

        assertThat(task.said.letters())
                .containsExactlyInAnyOrder(
                        "BAD_AVRO 100 @2",
                        "BAD_AVRO 101 @3",
                        "BAD_AVRO 102 @4",
                        "KEY_MISMATCH 103 @5",
                        "KEY_MISMATCH 104 @6",
                        "UNKNOWN_ENCODING 105 @7");
        assertThat(task.said.of(Topic.CAMERA_LIVE_DECISIONS)).hasSize(2);
        assertThat(task.said.reports()).isEmpty();
    }

    @Test
    void poisonUnderOneKeyLeavesTheOthersUntouched() throws Exception {
        List<KafkaRecord> good = new ArrayList<>();
        List<KafkaRecord> poisoned = new ArrayList<>();
        for (long sequence = 0; sequence <= LAST; sequence++) {
            KafkaRecord record = record(10 * sequence, "a", 1, sequence);
            good.add(record);
            poisoned.add(record);
            poisoned.add(new KafkaRecord("t", 0, 50, 10 * sequence, bytes("b"), new byte[] {1}));
            poisoned.add(record(10 * sequence, "b", 1L << 53, 3));
            poisoned.add(record(10 * sequence, "b", (1L << 53) - 1 - sequence, LAST));
        }
        Task alone = task(Settings.HEAP);
        Task beside = task(Settings.HEAP);
        send(alone, good.toArray(KafkaRecord[]::new));
        send(beside, poisoned.toArray(KafkaRecord[]::new));

        for (Topic topic : List.of(Topic.CAMERA_DECISIONS, Topic.CAMERA_LIVE_DECISIONS)) {
            assertThat(beside.said.lines.get(topic.topicName() + " a"))
                    .isEqualTo(alone.said.lines.get(topic.topicName() + " a"))
                    .isNotEmpty();
        }
    }

    @Test
    void aKeyHasEightSensorsAtMost() throws Exception {
        Task task = task(Settings.HEAP);
        for (int sensor = 0; sensor < 10; sensor++) {
            send(task, motion(sensor, "device", "s" + sensor, 1, 0));
        }
        send(task, motion(20, "device", "s7", 1, 1));

        assertThat(task.said.letters()).hasSize(2).allMatch(line -> line.startsWith("BAD_ENVELOPE"));
        assertThat(task.said.of(Topic.CAMERA_LIVE_DECISIONS)).hasSize(9);
    }

    @Test
    void aForgottenKeyBeginsAnewAndTheForgettingIsReported() throws Exception {
        Task task = task(Settings.HEAP);
        send(task, record(1, "a", 1, 0), record(2, "a", 1, 1), record(3, "a", 1, 3), forget(4, "a", "a"));
        assertThat(task.harness.numKeyedStateEntries()).isZero();
        assertThat(task.harness.numEventTimeTimers()).isZero();

        send(task, record(5, "a", 1, 0), forget(6, "b", "b"));

        assertThat(task.said.reports()).containsExactly("a/0 FORGOTTEN 0..0 @4", "b/0 FORGOTTEN 0..0 @6");
        assertThat(task.said.of(Topic.CAMERA_LIVE_DECISIONS)).last().satisfies(line -> assertThat(line)
                .startsWith("a/1/0 after 1 packets"));
    }

    @Test
    void aDamagedControlRecordOrOneUnderAnotherKeyIsADeadLetter() throws Exception {
        Task task = task(Settings.HEAP);
        byte[] damaged = forget(0, "a", "a").value;
        damaged = Arrays.copyOf(damaged, damaged.length - 1);
        send(task, record(1, "a", 1, 0));
        send(task, forget(2, "a", "b"), new KafkaRecord("t", 0, 9, 3, bytes("a"), damaged));
        send(task, record(4, "a", 1, 1));

        assertThat(task.said.letters()).containsExactly("KEY_MISMATCH 2 @2", "BAD_AVRO 9 @3");
        assertThat(task.said.reports()).isEmpty();
        assertThat(task.said.of(Topic.CAMERA_LIVE_DECISIONS)).hasSize(2);
    }

    @Test
    void aSilenceIsToldOnceAndOnceAgainAfterTheNextPackets() throws Exception {
        Task task = task(Settings.HEAP);
        send(task, record(1_000, "a", 1, 0));
        task.advanceTo(1_000 + SILENCE_MILLIS);
        assertThat(task.said.decisions()).hasSize(1);
        task.advanceTo(1_000 + SILENCE_MILLIS + 1);
        task.advanceTo(1_000 + 5 * SILENCE_MILLIS);
        assertThat(task.said.decisions()).hasSize(2).last().asString().startsWith("silent after 1 packets");

        send(task, record(2_000, "a", 1, 1));
        task.advanceTo(2_000 + 2 * SILENCE_MILLIS);

        assertThat(task.said.decisions()).hasSize(3).last().asString().startsWith("silent after 2 packets");
    }

    @Test
    void anExpiredKeyLetsItsHeldPacketsPassSaysWhatIsMissingAndIsDeleted() throws Exception {
        Task task = task(Settings.HEAP);
        send(task, record(1_000, "a", 1, 0), record(1_010, "a", 1, 2));
        task.advanceTo(1_010 + EXPIRY_MILLIS);
        assertThat(task.harness.numKeyedStateEntries()).isEqualTo(1);

        task.advanceTo(1_010 + EXPIRY_MILLIS + 1);

        assertThat(task.harness.numKeyedStateEntries()).isZero();
        assertThat(task.harness.numEventTimeTimers()).isZero();
        assertThat(task.said.reports()).containsExactly("a/1 GAP 1..1 @1010", "a/1 UNFINISHED 3..3 @1010");
        assertThat(task.said.decisions())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("a/1/0"),
                        line -> assertThat(line).startsWith("silent after 1 packets"),
                        line -> assertThat(line).startsWith("a/1/2"),
                        line -> assertThat(line).startsWith("expired after 2 packets"));
    }

    @Test
    void silenceAndExpiryGiveTheSameRecordsByTheTimerAndByTheKeysNextRecord() throws Exception {
        StringBuilder heard = new StringBuilder();
        for (long seed = 0; seed < 12; seed++) {
            List<KafkaRecord> stream = stream(seed, 120);
            long end = stream.get(stream.size() - 1).appendUnixMillis + 3 * EXPIRY_MILLIS;
            Task byTimer = task(Settings.HEAP);
            Task byRecord = task(Settings.HEAP);
            for (KafkaRecord in : stream) {
                byTimer.advanceTo(in.appendUnixMillis - 1);
                byTimer.send(in);
                byRecord.send(in);
            }
            byTimer.advanceTo(end);
            byRecord.advanceTo(end);

            assertThat(byRecord.said.lines).as("seed " + seed).isEqualTo(byTimer.said.lines);
            heard.append(byTimer.said.lines);
        }
        assertThat(heard).contains("silent", "expired", "GAP", "DUPLICATE", "LATE", "UNFINISHED", "FORGOTTEN");
    }

    @Test
    void aRestoreAtEveryRecordChangesNothing() throws Exception {
        List<KafkaRecord> stream = stream(0, 50);
        Said expected = run(Settings.HEAP, stream, Integer.MAX_VALUE);
        assertThat(expected.lines.toString()).contains("silent", "expired", "GAP");

        assertThat(run(Settings.HEAP, stream, 1).lines).isEqualTo(expected.lines);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 1_000})
    void hotKeysBeforeRocksDbGiveTheRecordsThatTheHeapGives(int hotKeys) throws Exception {
        List<KafkaRecord> stream = stream(5, 120);
        Said expected = run(Settings.HEAP, stream, Integer.MAX_VALUE);
        assertThat(expected.decisions()).hasSizeGreaterThan(20);

        Settings settings = new Settings(true, hotKeys, "");
        assertThat(run(settings, stream, Integer.MAX_VALUE).lines).isEqualTo(expected.lines);
        assertThat(run(settings, stream, 17).lines).isEqualTo(expected.lines);
    }

    @Test
    void aCheckpointAfterWhichTheTaskGoesOnHoldsWhatWasKeptAtTheBarrier() throws Exception {
        List<KafkaRecord> stream = stream(7, 60);
        for (Settings settings : List.of(Settings.HEAP, new Settings(true, 1_000, ""))) {
            Said expected = run(settings, stream, Integer.MAX_VALUE);
            Task task = task(settings);
            for (KafkaRecord in : stream.subList(0, 30)) {
                feed(task, in);
            }
            Said cut = new Said();
            task.said.lines.forEach((place, lines) -> cut.lines.put(place, new ArrayList<>(lines)));
            OperatorSubtaskState snapshot = task.snapshot();
            for (KafkaRecord in : stream.subList(30, 60)) {
                feed(task, in);
            }
            Task again = new Task(settings, 1, 0, snapshot, cut);
            open.add(again);
            for (KafkaRecord in : stream.subList(30, 60)) {
                feed(again, in);
            }
            again.advanceTo(Long.MAX_VALUE - 1);
            task.advanceTo(Long.MAX_VALUE - 1);

            assertThat(task.said.lines).isEqualTo(expected.lines);
            assertThat(cut.lines).isEqualTo(expected.lines);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void aCheckpointBeforeTheFirstRecordIsTaken(int hotKeys) throws Exception {
        Settings settings = new Settings(true, hotKeys, "");
        Task again = new Task(settings, 1, 0, task(settings).snapshot(), new Said());
        open.add(again);
        send(again, record(1, "a", 1, 0));

        assertThat(again.said.decisions()).hasSize(1);
    }

    @Test
    void fromOneTaskToTwoAndBackToOneChangesNothing() throws Exception {
        List<KafkaRecord> stream = stream(9, 90);
        for (Settings settings : List.of(Settings.HEAP, new Settings(true, 2, ""))) {
            Said expected = run(settings, stream, Integer.MAX_VALUE);
            Said said = new Said();
            Task one = new Task(settings, 1, 0, null, said);
            open.add(one);
            for (KafkaRecord in : stream.subList(0, 30)) {
                feed(one, in);
            }
            OperatorSubtaskState state = one.snapshot();
            Task[] two = new Task[2];
            for (int i = 0; i < 2; i++) {
                two[i] = new Task(settings, 2, i, repartitioned(state, 1, 2, i), said);
                open.add(two[i]);
            }
            boolean[] used = new boolean[2];
            for (KafkaRecord in : stream.subList(30, 60)) {
                int index = KeyGroupRangeAssignment.assignKeyToParallelOperator(in.keyText(), MAX_PARALLELISM, 2);
                used[index] = true;
                two[index].send(in);
                two[0].advanceTo(in.appendUnixMillis - 1);
                two[1].advanceTo(in.appendUnixMillis - 1);
            }
            assertThat(used).containsExactly(true, true);
            state = AbstractStreamOperatorTestHarness.repackageState(two[0].snapshot(), two[1].snapshot());
            Task last = new Task(settings, 1, 0, repartitioned(state, 2, 1, 0), said);
            open.add(last);
            for (KafkaRecord in : stream.subList(60, 90)) {
                feed(last, in);
            }
            last.advanceTo(Long.MAX_VALUE - 1);

            assertThat(said.lines).isEqualTo(expected.lines);
        }
    }

    @Test
    void aHeldPacketThatTheFunctionNoLongerTakesAfterARestoreIsADeadLetter() throws Exception {
        Task before = task(Settings.HEAP);
        send(before, record(1, "a", 1, 0), recordOf(2, refused("a", 1, 2, "old clock")));
        Task after = new Task(new Settings(false, 0, "old clock"), 1, 0, before.snapshot(), new Said());
        open.add(after);
        send(after, record(3, "a", 1, 1), record(4, "a", 1, 3));

        assertThat(after.said.letters()).containsExactly("UNKNOWN_ENCODING 2 @2");
        assertThat(after.said.of(Topic.CAMERA_LIVE_DECISIONS)).hasSize(2);
    }

    private Task task(Settings settings) throws Exception {
        Task task = new Task(settings, 1, 0, null, new Said());
        open.add(task);
        return task;
    }

    private static void send(Task task, KafkaRecord... records) throws Exception {
        for (KafkaRecord record : records) {
            task.send(record);
        }
    }

    /** As a source with watermarks does: they follow the records. */
    private static void feed(Task task, KafkaRecord in) throws Exception {
        task.send(in);
        task.advanceTo(in.appendUnixMillis - 1);
    }

    private Said run(Settings settings, List<KafkaRecord> stream, int restoreEvery) throws Exception {
        Task task = new Task(settings, 1, 0, null, new Said());
        for (int i = 0; i < stream.size(); i++) {
            if (i % restoreEvery == restoreEvery - 1) {
                OperatorSubtaskState snapshot = task.snapshot();
                task.harness.close();
                task = new Task(settings, 1, 0, snapshot, task.said);
            }
            feed(task, stream.get(i));
        }
        task.advanceTo(Long.MAX_VALUE - 1);
        task.harness.close();
        return task.said;
    }

    private static OperatorSubtaskState repartitioned(OperatorSubtaskState state, int from, int to, int index) {
        return AbstractStreamOperatorTestHarness.repartitionOperatorState(state, MAX_PARALLELISM, from, to, index);
    }

    /** Cameras that lose, repeat and reorder packets, fall silent, and are forgotten now and then. */
    private List<KafkaRecord> stream(long seed, int records) {
        Random random = new Random(seed);
        String[] keys = {"a", "b", "c", "d", "e", "f"};
        long[] next = new long[keys.length];
        List<KafkaRecord> stream = new ArrayList<>();
        long unixMillis = 10_000;
        while (stream.size() < records) {
            int pause = random.nextInt(100);
            unixMillis += pause < 85 ? random.nextInt(20) : pause < 96 ? random.nextInt(300) : random.nextInt(2_500);
            int key = random.nextInt(keys.length);
            int event = random.nextInt(100);
            if (event < 3) {
                stream.add(forget(unixMillis, keys[key], keys[key]));
                continue;
            }
            long shift = event < 70 ? 0 : event < 80 ? 1 : event < 85 ? 2 : event < 95 ? -1 : 3;
            long number = Math.max(0, next[key] + shift);
            next[key] = Math.max(next[key], shift > 1 ? number : next[key]) + (shift == 0 ? 1 : 0);
            stream.add(record(unixMillis, keys[key], 1 + number / (LAST + 1), number % (LAST + 1)));
        }
        return stream;
    }

    private static SensorPacket refused(String sensorId, long epoch, long sequence, String clockDomain) {
        return SensorPacket.newBuilder(packet(sensorId, epoch, sequence))
                .setClockDomain(clockDomain)
                .build();
    }

    private static SensorPacket packet(String sensorId, long epoch, long sequence) {
        return SensorPacket.newBuilder(ANY_DATA)
                .setSensorId(sensorId)
                .setEpoch(epoch)
                .setSequence(sequence)
                .setKind(sequence == 0 ? PacketKind.START : sequence == LAST ? PacketKind.END : PacketKind.DATA)
                .setBaseUnixNanos(Math.min(epoch, 1_000) * 1_000_000_000)
                .setFirstOffset(10_000 * sequence)
                .setLastOffset(10_000 * sequence + 5_000)
                .build();
    }

    private static KafkaRecord motion(
            long appendUnixMillis, String deviceId, String sensorId, long epoch, long sequence) {
        SensorPacket packet = SensorPacket.newBuilder(packet(sensorId, epoch, sequence))
                .setLayout(new MotionLayout(deviceId, MotionQuantity.ACCELERATION))
                .build();
        return new KafkaRecord("t", 0, appendUnixMillis, appendUnixMillis, bytes(deviceId), encoded(packet));
    }

    private static KafkaRecord record(long appendUnixMillis, String sensorId, long epoch, long sequence) {
        return recordOf(appendUnixMillis, packet(sensorId, epoch, sequence));
    }

    private static KafkaRecord recordOf(long appendUnixMillis, SensorPacket packet) {
        return new KafkaRecord(
                "t", 0, appendUnixMillis, appendUnixMillis, bytes(packet.getSensorId()), encoded(packet));
    }

    private KafkaRecord forget(long appendUnixMillis, String recordKey, String key) {
        byte[] value = controlCodec.encode(new Control(key, ControlAction.FORGET, "test"));
        return new KafkaRecord("t", 0, appendUnixMillis, appendUnixMillis, bytes(recordKey), value);
    }

    private static byte[] encoded(SensorPacket packet) {
        return TestingPackets.record(packet, 0).value;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
