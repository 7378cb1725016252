package io.fluxon.launcher.cluster;

import static io.fluxon.launcher.cluster.TestingClusterRun.AT_ONCE;
import static io.fluxon.launcher.cluster.TestingClusterRun.COMMITTED;
import static org.assertj.core.api.Assertions.assertThat;

import io.fluxon.connectors.camera.files.CameraRecording;
import io.fluxon.connectors.camera.packets.CameraEpoch;
import io.fluxon.connectors.simulation.SimulatedCamera;
import io.fluxon.connectors.simulation.SimulatedDetector;
import io.fluxon.launcher.cluster.TestingClusterRun.Sent;
import io.fluxon.networks.model.ModelFile;
import io.fluxon.pipelines.PipelineSettings;
import io.fluxon.pipelines.ShippedModels;
import io.fluxon.schemas.AvroCodec;
import io.fluxon.schemas.BadRecordException;
import io.fluxon.schemas.DeadLetter;
import io.fluxon.schemas.Decision;
import io.fluxon.schemas.DecisionKind;
import io.fluxon.schemas.HitBatch;
import io.fluxon.schemas.PacketKind;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.SequenceReport;
import io.fluxon.schemas.SequenceReportKind;
import io.fluxon.schemas.Spectrum;
import io.fluxon.schemas.Topic;
import io.fluxon.streams.PacketFunction;
import io.fluxon.streams.network.NetworkFunction;
import io.fluxon.streams.network.NetworkSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pipelines on separate processes, some of which are ended by SIGKILL, stopped, moved, or fed what they should not be: every
 * topic of results holds in the end what the same rule gives without Kafka and Flink, record for record and byte for byte.
 * docs/failures.md tells of each. {@code -Dfluxon.seed} repeats the random choices of a run, if not its moments.
 */
@Timeout(value = 12, unit = TimeUnit.MINUTES)
class FailureITCase {

    private static final int TASK_MANAGERS = 2;
    private static final int SLOTS = 2;
    private static final int ALL_SLOTS = TASK_MANAGERS * SLOTS;

    private static final int CAMERAS = 8;
    private static final int RECORDINGS = 12;
    private static final int CAMERA_RECORDS_PER_SECOND = 200;

    /** Longer than the grace, as between two recordings of a camera. */
    private static final long NANOS_BETWEEN_EPOCHS = 2_000_000_000L;

    private static final int TURNS_BETWEEN_SENSORS = 4;

    private static final int DIGITISERS = 3;
    private static final double PULSES_PER_SECOND = 50;
    private static final long DETECTOR_EPOCH_PICOS = 4_000_000_000_000L;

    /** As many as the digitisers send by their own clocks: packets of 10 ms. */
    private static final int DETECTOR_RECORDS_PER_SECOND = DIGITISERS * 100;

    private static final String HEAP = "state: {backend: heap}\n";

    /** Fewer hot keys than a task has cameras. */
    private static final String WRITE_BEHIND = "state: {backend: rocksdb, hot-keys: 2}\n";

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private static Path folder;

    private static LocalCluster cluster;
    private static List<CameraRecording> recordings;

    private final long seed = Long.getLong("fluxon.seed", new Random().nextLong());

    /** What happens to packets. */
    private final Random random = new Random(seed);

    /** Which task manager is killed, and when. */
    private final Random kills = new Random(seed);

    /** What the sensors sent and was not lost on the way, by key and in order. */
    private final Map<String, List<SensorPacket>> arrived = new TreeMap<>();

    private final AvroCodec<SensorPacket> packetCodec = new AvroCodec<>(SensorPacket.class);

    @BeforeAll
    static void start() throws Exception {
        SimulatedCamera camera = new SimulatedCamera(7);
        recordings = new ArrayList<>();
        for (int i = 0; i < RECORDINGS; i++) {
            recordings.add(camera.next().recording());
        }
        cluster = LocalCluster.start(new ClusterSettings(
                folder.resolve("cluster"),
                TASK_MANAGERS,
                SLOTS,
                0,
                0,
                Map.of(
                        "taskmanager.memory.process.size", "1024m",
                        "jobmanager.memory.process.size", "1024m",
                        "heartbeat.interval", "500 ms",
                        // A job waits for the slots of a task manager that comes back, instead of failing again and
                        // again.
                        "resourcemanager.standalone.start-up-time", "1 h",
                        // What REST says of a job is not older.
                        "web.refresh-interval", "200 ms")));
    }

    @AfterAll
    static void stop() throws Exception {
        if (cluster != null) {
            cluster.stop();
        }
    }

    @Test
    void tenKillsOfATaskManagerLoseAndDoubleNothing() throws Exception {
        try (TestingClusterRun run = new TestingClusterRun(cluster, SensorKind.CAMERA, "kills", folder)) {
            run.start(run.settings(ALL_SLOTS, HEAP), null);
            run.feed((number, last) -> asSent(cameras(number)), CAMERA_RECORDS_PER_SECOND);
            for (int kill = 0; kill < 10; kill++) {
                run.killTaskManager(kills);
            }
            run.finishFeeding();
            assertDecisions(run);
            assertReports(run, List.of());
            assertNoDeadLetters(run);
        }
    }

    @Test
    void aRestartOfTheBrokerLosesAndDoublesNothing() throws Exception {
        try (TestingClusterRun run = new TestingClusterRun(cluster, SensorKind.CAMERA, "broker", folder)) {
            run.start(run.settings(2, HEAP), null);
            run.feed((number, last) -> asSent(cameras(number)), CAMERA_RECORDS_PER_SECOND);
            run.awaitMore(Topic.CAMERA_DECISIONS, 2 * CAMERAS);
            cluster.restartBroker();
            run.awaitMore(Topic.CAMERA_DECISIONS, 2 * CAMERAS);
            run.finishFeeding();
            assertDecisions(run);
            assertReports(run, List.of());
            assertNoDeadLetters(run);
        }
    }

    @Test
    void savepointsCarryAJobToOtherParallelisms() throws Exception {
        try (TestingClusterRun run = new TestingClusterRun(cluster, SensorKind.CAMERA, "rescale", folder)) {
            goThrough(
                    run,
                    List.of(
                            run.settings(1, HEAP),
                            run.settings(2, HEAP),
                            run.settings(4, HEAP),
                            run.settings(1, HEAP)));
        }
    }

    @Test
    void savepointsCarryAJobFromTheHeapToWriteBehindAndBack() throws Exception {
        try (TestingClusterRun run = new TestingClusterRun(cluster, SensorKind.CAMERA, "backends", folder)) {
            goThrough(run, List.of(run.settings(2, HEAP), run.settings(2, WRITE_BEHIND), run.settings(2, HEAP)));
        }
    }

    /** Each stage goes on from the savepoint of the one before, while the cameras go on all the time. */
    private void goThrough(TestingClusterRun run, List<PipelineSettings> stages) throws Exception {
        run.feed((number, last) -> asSent(cameras(number)), CAMERA_RECORDS_PER_SECOND);
        run.start(stages.get(0), null);
        run.awaitMore(Topic.CAMERA_DECISIONS, 2 * CAMERAS);
        for (PipelineSettings next : stages.subList(1, stages.size())) {
            run.start(next, run.stop());
            run.awaitMore(Topic.CAMERA_DECISIONS, 2 * CAMERAS);
        }
        run.finishFeeding();
        assertDecisions(run);
        assertReports(run, List.of());
        assertNoDeadLetters(run);
    }

    @Test
    void shuffledRepeatedAndDroppedPacketsCostNoMoreThanTheReportedGaps() throws Exception {
        List<SequenceReport> reports = new ArrayList<>();
        try (TestingClusterRun run = new TestingClusterRun(cluster, SensorKind.CAMERA, "disorder", folder)) {
            run.start(run.settings(ALL_SLOTS, HEAP), null);
            run.feed(
                    (number, last) -> {
                        List<List<Sent>> disturbed = new ArrayList<>();
                        for (List<SensorPacket> epoch : cameras(number)) {
                            disturbed.add(disturbed(epoch, last ? 0 : 0.01, reports));
                        }
                        return turnByTurn(disturbed);
                    },
                    CAMERA_RECORDS_PER_SECOND);
            // Packets are held when it comes.
            run.killTaskManager(kills);
            run.awaitMore(Topic.CAMERA_DECISIONS, 2 * CAMERAS);
            run.finishFeeding();
            assertThat(reports.stream().map(SequenceReport::getKind))
                    .as("seed %s", seed)
                    .contains(SequenceReportKind.GAP, SequenceReportKind.DUPLICATE);
            assertDecisions(run);
            assertReports(run, reports);
            assertNoDeadLetters(run);
        }
    }

    /**
     * An epoch, whose packets overtake each other by up to eight places, but not the END. One in ten comes again, some never
     * do.
     *
     * @param reports receives what is to be said about it
     */
    private List<Sent> disturbed(List<SensorPacket> epoch, double dropped, List<SequenceReport> reports) {
        record Placed(double place, SensorPacket packet) {}
        List<Placed> placed = new ArrayList<>();
        int missingFrom = -1;
        int end = epoch.size() - 1;
        for (int i = 0; i <= end; i++) {
            SensorPacket packet = epoch.get(i);
            if (random.nextDouble() < dropped) {
                missingFrom = missingFrom < 0 ? i : missingFrom;
                continue;
            }
            if (missingFrom >= 0) {
                reports.add(report(packet, SequenceReportKind.GAP, missingFrom, i - 1));
                missingFrom = -1;
            }
            arrived.computeIfAbsent(packet.getSensorId(), key -> new ArrayList<>())
                    .add(packet);
            boolean isEnd = packet.getKind() == PacketKind.END;
            placed.add(new Placed(isEnd ? end + 8 : i + 8 * random.nextDouble(), packet));
            if (random.nextDouble() < 0.1) {
                placed.add(new Placed(isEnd ? end + 8 : i + 8 * random.nextDouble(), packet));
                reports.add(report(packet, SequenceReportKind.DUPLICATE, i, i));
            }
        }
        if (missingFrom >= 0) {
            reports.add(SequenceReport.newBuilder(
                            report(epoch.get(end), SequenceReportKind.UNFINISHED, missingFrom, missingFrom))
                    .setRecordingId(null)
                    .build());
        }
        placed.sort(Comparator.comparingDouble(Placed::place));
        return placed.stream().map(at -> asSent(at.packet())).toList();
    }

    private static SequenceReport report(SensorPacket packet, SequenceReportKind kind, long from, long to) {
        return new SequenceReport(packet.getSensorId(), packet.getEpoch(), kind, from, to, packet.getRecordingId());
    }

    @Test
    void poisonOnOneKeyBecomesDeadLettersAndTouchesNothingElse() throws Exception {
        List<DeadLetter> letters = new ArrayList<>();
        List<Integer> places = new ArrayList<>();
        int[] published = {0};
        try (TestingClusterRun run = new TestingClusterRun(cluster, SensorKind.CAMERA, "poison", folder)) {
            run.start(run.settings(2, HEAP), null);
            run.feed(
                    (number, last) -> {
                        List<Sent> records = new ArrayList<>();
                        for (Sent record : asSent(cameras(number))) {
                            // Of all records one in a hundred.
                            if (record.key().equals("cam-3") && random.nextDouble() < 0.01 * CAMERAS) {
                                DeadLetter letter = poison(letters.size(), record);
                                letters.add(letter);
                                places.add(published[0] + records.size());
                                records.add(new Sent(record.key(), bytes(letter.getValue())));
                            }
                            records.add(record);
                        }
                        published[0] += records.size();
                        return records;
                    },
                    CAMERA_RECORDS_PER_SECOND);
            run.awaitMore(Topic.CAMERA_DECISIONS, 8 * CAMERAS);
            List<RecordMetadata> metadata = run.finishFeeding();
            assertThat(letters).as("seed %s", seed).hasSizeGreaterThan(6);
            for (int i = 0; i < letters.size(); i++) {
                RecordMetadata place = metadata.get(places.get(i));
                letters.set(
                        i,
                        DeadLetter.newBuilder(letters.get(i))
                                .setTopic(place.topic())
                                .setPartition(place.partition())
                                .setOffset(place.offset())
                                .build());
            }
            assertDecisions(run);
            assertReports(run, List.of());
            assertThat(deadLetters(run.read(Topic.CAMERA_DEAD_LETTERS, COMMITTED)))
                    .as("dead letters, seed %s", seed)
                    .containsExactlyInAnyOrderElementsOf(
                            letters.stream().map(FailureITCase::text).toList());
        }
    }

    /** A record that cannot be used, before a good one of the same key; kinds come in turn. */
    private DeadLetter poison(int number, Sent good) throws BadRecordException {
        SensorPacket packet = packetCodec.decode(good.value());
        byte[] payload = bytes(packet.getPayload());
        String reason = "BAD_AVRO";
        byte[] value;
        switch (packet.getKind() == PacketKind.DATA ? number % 7 : number % 4) {
            case 0 -> {
                value = new byte[1 + random.nextInt(2000)];
                random.nextBytes(value);
            }
            case 1 -> value = Arrays.copyOf(good.value(), good.value().length / 2);
            case 2 -> value = null;
            case 3 -> {
                reason = "KEY_MISMATCH";
                value = encoded(SensorPacket.newBuilder(packet).setSensorId("cam-5"));
            }
            case 4 -> {
                reason = "EVENT_COUNT";
                value = encoded(SensorPacket.newBuilder(packet).setEventCount(packet.getEventCount() + 1));
            }
            case 5 -> {
                reason = "TRUNCATED_PAYLOAD";
                ByteBuffer cut = ByteBuffer.wrap(Arrays.copyOf(payload, payload.length - 1));
                value = encoded(SensorPacket.newBuilder(packet).setPayload(cut));
            }
            default -> {
                reason = "UNKNOWN_ENCODING";
                value = encoded(SensorPacket.newBuilder(packet).setEncoding("rot13"));
            }
        }
        return new DeadLetter(
                reason,
                "",
                "",
                0,
                0L,
                ByteBuffer.wrap(good.key().getBytes(StandardCharsets.UTF_8)),
                value == null ? null : ByteBuffer.wrap(value));
    }

    private byte[] encoded(SensorPacket.Builder packet) {
        return packetCodec.encode(packet.build());
    }

    private static List<String> deadLetters(List<ConsumerRecord<byte[], byte[]>> records) throws BadRecordException {
        AvroCodec<DeadLetter> codec = new AvroCodec<>(DeadLetter.class);
        List<String> letters = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            letters.add(text(codec.decode(record.value())));
        }
        return letters;
    }

    /** All of a letter but the line for people. */
    private static String text(DeadLetter letter) {
        return letter.getReason() + " " + letter.getTopic() + "/" + letter.getPartition() + "@" + letter.getOffset()
                + " " + hex(bytes(letter.getKey())) + " " + hex(bytes(letter.getValue()));
    }

    @Test
    void aDetectorsHistogramSurvivesKillsWithItsCountsIntact() throws Exception {
        try (TestingClusterRun run = new TestingClusterRun(cluster, SensorKind.PULSES, "spectra", folder)) {
            PipelineSettings settings = run.settings(ALL_SLOTS, HEAP + "analysis: {spectrum: 2 s}\n");
            run.start(settings, null);
            run.feed((number, last) -> asSent(digitisers(number)), DETECTOR_RECORDS_PER_SECOND);
            run.killTaskManager(kills);
            run.killTaskManager(kills);
            run.finishFeeding();
            Map<Topic, Map<String, List<byte[]>>> expected = offline(settings);
            conclude(run, Topic.PULSES_SPECTRA, expected.get(Topic.PULSES_SPECTRA));
            for (Topic topic : List.of(Topic.PULSES_SPECTRA, Topic.PULSES_HITS, Topic.PULSES_COINCIDENCES)) {
                assertSame(topic, byKey(run.read(topic, COMMITTED)), expected.get(topic));
            }
            assertThat(pulsesOfSpectra(run)).as("pulses in the spectra").isEqualTo(pulsesOfHits(run));
            assertReports(run, List.of());
            assertNoDeadLetters(run);
        }
    }

    private Map<Topic, Map<String, List<byte[]>>> offline(PipelineSettings settings) throws Exception {
        Map<Topic, Map<String, List<byte[]>>> expected = new TreeMap<>();
        for (Map.Entry<String, List<SensorPacket>> sensor : arrived.entrySet()) {
            settings.analysis().function().process(sensor.getValue(), new PacketFunction.Output() {
                @Override
                public void emit(Topic topic, SpecificRecordBase result) {
                    expected.computeIfAbsent(topic, any -> new TreeMap<>())
                            .computeIfAbsent(sensor.getKey(), key -> new ArrayList<>())
                            .add(codec(topic).encode(result));
                }

                @Override
                public void report(SequenceReport report) {
                    throw new AssertionError(report);
                }
            });
        }
        return expected;
    }

    private static Map<String, Long> pulsesOfSpectra(TestingClusterRun run) throws BadRecordException {
        AvroCodec<Spectrum> codec = new AvroCodec<>(Spectrum.class);
        Map<String, Long> pulses = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : run.read(Topic.PULSES_SPECTRA, COMMITTED)) {
            Spectrum spectrum = codec.decode(record.value());
            long inside =
                    spectrum.getCounts().stream().mapToLong(Long::longValue).sum();
            pulses.merge(
                    spectrum.getSensorId(),
                    inside + spectrum.getOutside() + spectrum.getPileUps() + spectrum.getSaturated(),
                    Long::sum);
        }
        return pulses;
    }

    private static Map<String, Long> pulsesOfHits(TestingClusterRun run) throws BadRecordException {
        AvroCodec<HitBatch> codec = new AvroCodec<>(HitBatch.class);
        Map<String, Long> pulses = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : run.read(Topic.PULSES_HITS, COMMITTED)) {
            HitBatch batch = codec.decode(record.value());
            pulses.merge(batch.getSensorId(), (long) batch.getHits().size(), Long::sum);
        }
        return pulses;
    }

    /** One epoch of each camera. */
    private static List<List<SensorPacket>> cameras(int number) throws IOException {
        List<List<SensorPacket>> epochs = new ArrayList<>();
        for (int camera = 0; camera < CAMERAS; camera++) {
            CameraRecording recording = recordings.get((CAMERAS * number + camera) % RECORDINGS);
            epochs.add(new CameraEpoch(recording, "cam-" + camera, number, "test", number * NANOS_BETWEEN_EPOCHS)
                    .packets(CameraEpoch.PACKET_MICROS, 0));
        }
        return epochs;
    }

    /** One epoch of each digitiser. */
    private static List<List<SensorPacket>> digitisers(int number) throws IOException {
        List<List<SensorPacket>> epochs = new ArrayList<>();
        for (int digitiser = 0; digitiser < DIGITISERS; digitiser++) {
            epochs.add(new SimulatedDetector(DIGITISERS * number + digitiser, PULSES_PER_SECOND, DETECTOR_EPOCH_PICOS)
                    .next()
                    .playable("sim", "digitiser-" + digitiser)
                    .episode(number, DETECTOR_EPOCH_PICOS / 1000 * number)
                    .packets()
                    .toList());
        }
        return epochs;
    }

    /** The sensors' packets in turn; all of them arrive. */
    private List<Sent> asSent(List<List<SensorPacket>> sensors) {
        List<SensorPacket> packets = turnByTurn(sensors);
        for (SensorPacket packet : packets) {
            arrived.computeIfAbsent(packet.getSensorId(), key -> new ArrayList<>())
                    .add(packet);
        }
        return packets.stream().map(this::asSent).toList();
    }

    private Sent asSent(SensorPacket packet) {
        return new Sent(packet.getSensorId(), packetCodec.encode(packet));
    }

    /** Each sensor a little later than the one before, so that their epochs do not end all at once. */
    private static <T> List<T> turnByTurn(List<List<T>> sensors) {
        List<T> all = new ArrayList<>();
        int count = sensors.stream().mapToInt(List::size).sum();
        for (int turn = 0; all.size() < count; turn++) {
            for (int sensor = 0; sensor < sensors.size(); sensor++) {
                int i = turn - TURNS_BETWEEN_SENSORS * sensor;
                if (i >= 0 && i < sensors.get(sensor).size()) {
                    all.add(sensors.get(sensor).get(i));
                }
            }
        }
        return all;
    }

    /** Ends the job once the topic has all that is expected, so that nothing more can come. */
    private static void conclude(TestingClusterRun run, Topic topic, Map<String, List<byte[]>> expected)
            throws Exception {
        int count = expected.values().stream().mapToInt(List::size).sum();
        if (run.await(topic, COMMITTED, count)) {
            run.stop();
        }
    }

    /** Decisions as of the packets that arrived; the live topic has the same and may repeat them. */
    private void assertDecisions(TestingClusterRun run) throws Exception {
        ModelFile model = ShippedModels.simulated();
        NetworkFunction function =
                new NetworkFunction(SensorKind.CAMERA, model.open(), NetworkSettings.defaults(SensorKind.CAMERA));
        AvroCodec<Decision> codec = new AvroCodec<>(Decision.class);
        Map<String, List<byte[]>> expected = new TreeMap<>();
        Map<String, List<byte[]>> expectedLive = new TreeMap<>();
        for (Map.Entry<String, List<SensorPacket>> sensor : arrived.entrySet()) {
            List<byte[]> durable = new ArrayList<>();
            List<byte[]> live = new ArrayList<>();
            for (Decision decision : function.classify(sensor.getValue())) {
                byte[] value = codec.encode(decision);
                live.add(value);
                if (decision.getKind() == DecisionKind.FINAL) {
                    durable.add(value);
                }
            }
            expected.put(sensor.getKey(), durable);
            expectedLive.put(sensor.getKey(), live);
        }
        conclude(run, Topic.CAMERA_DECISIONS, expected);
        assertSame(Topic.CAMERA_DECISIONS, byKey(run.read(Topic.CAMERA_DECISIONS, COMMITTED)), expected);
        Map<String, List<byte[]>> live = byKey(run.read(Topic.CAMERA_LIVE_DECISIONS, AT_ONCE));
        live.replaceAll((key, values) -> withoutRepeats(values));
        assertSame(Topic.CAMERA_LIVE_DECISIONS, live, expectedLive);
    }

    private void assertReports(TestingClusterRun run, List<SequenceReport> expected) throws BadRecordException {
        AvroCodec<SequenceReport> codec = new AvroCodec<>(SequenceReport.class);
        List<SequenceReport> reports = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : run.read(run.reports(), COMMITTED)) {
            reports.add(codec.decode(record.value()));
        }
        assertThat(reports).as("reports, seed %s", seed).containsExactlyInAnyOrderElementsOf(expected);
    }

    private void assertNoDeadLetters(TestingClusterRun run) throws BadRecordException {
        assertThat(deadLetters(run.read(run.deadLetters(), COMMITTED)))
                .as("dead letters, seed %s", seed)
                .isEmpty();
    }

    /** The same records of each key in the same order; says first what is lost and what is too many. */
    private void assertSame(Topic topic, Map<String, List<byte[]>> actual, Map<String, List<byte[]>> expected) {
        List<String> actualLines = lines(actual);
        List<String> expectedLines = lines(expected);
        assertThat(expectedLines).isNotEmpty();
        assertThat(described(topic, difference(expectedLines, actualLines)))
                .as("lost from %s, seed %s", topic, seed)
                .isEmpty();
        assertThat(described(topic, difference(actualLines, expectedLines)))
                .as("doubled or wrong in %s, seed %s", topic, seed)
                .isEmpty();
        assertThat(actualLines.equals(expectedLines))
                .as("order of %s, seed %s", topic, seed)
                .isTrue();
    }

    private static List<String> lines(Map<String, List<byte[]>> byKey) {
        List<String> lines = new ArrayList<>();
        byKey.forEach((key, values) -> values.forEach(value -> lines.add(key + " " + hex(value))));
        return lines;
    }

    /** What of the first is not in the second, counting how often. */
    private static List<String> difference(List<String> first, List<String> second) {
        Map<String, Integer> left = new TreeMap<>();
        second.forEach(line -> left.merge(line, 1, Integer::sum));
        return first.stream()
                .filter(line -> left.merge(line, -1, Integer::sum) < 0)
                .toList();
    }

    private static List<String> described(Topic topic, List<String> lines) {
        return lines.stream()
                .map(line -> {
                    String[] keyAndValue = line.split(" ");
                    try {
                        return keyAndValue[0] + " "
                                + codec(topic).decode(HexFormat.of().parseHex(keyAndValue[1]));
                    } catch (BadRecordException e) {
                        return line;
                    }
                })
                .toList();
    }

    @SuppressWarnings("unchecked") // the schema's class is the topic's contract
    private static AvroCodec<SpecificRecordBase> codec(Topic topic) {
        return new AvroCodec<>((Class<SpecificRecordBase>) SpecificData.get().getClass(topic.schema()));
    }

    private static Map<String, List<byte[]>> byKey(List<ConsumerRecord<byte[], byte[]>> records) {
        Map<String, List<byte[]>> byKey = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            byKey.computeIfAbsent(new String(record.key(), StandardCharsets.UTF_8), key -> new ArrayList<>())
                    .add(record.value());
        }
        return byKey;
    }

    private static List<byte[]> withoutRepeats(List<byte[]> values) {
        List<byte[]> once = new ArrayList<>();
        Set<ByteBuffer> seen = new HashSet<>();
        for (byte[] value : values) {
            if (seen.add(ByteBuffer.wrap(value))) {
                once.add(value);
            }
        }
        return once;
    }

    private static byte[] bytes(ByteBuffer buffer) {
        if (buffer == null) {
            return null;
        }
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private static String hex(byte[] bytes) {
        return bytes == null ? "null" : HexFormat.of().formatHex(bytes);
    }
}
