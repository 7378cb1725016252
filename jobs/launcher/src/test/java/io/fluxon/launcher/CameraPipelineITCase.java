package io.fluxon.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fluxon.connectors.camera.CameraEpoch;
import io.fluxon.connectors.camera.CameraRecording;
import io.fluxon.connectors.camera.RecordingFiles;
import io.fluxon.connectors.kafka.KafkaEnds;
import io.fluxon.connectors.kafka.KafkaRecord;
import io.fluxon.connectors.replay.PacketPublisher;
import io.fluxon.connectors.simulation.SimulatedCamera;
import io.fluxon.networks.engine.NetworkPlan;
import io.fluxon.networks.model.ModelFile;
import io.fluxon.pipelines.CameraPipeline;
import io.fluxon.pipelines.ShippedModels;
import io.fluxon.schemas.AvroCodec;
import io.fluxon.schemas.BadRecordException;
import io.fluxon.schemas.DeadLetter;
import io.fluxon.schemas.Decision;
import io.fluxon.schemas.DecisionKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.Topic;
import io.fluxon.streams.camera.EpochClassifier;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exactly once from topic to topic, through a failure, against the same network run without Kafka and Flink. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class CameraPipelineITCase {

    private static final int PARTITIONS = 4;
    private static final int SENSORS = 4;
    private static final int EPOCHS = 5;
    private static final String COMMITTED = "read_committed";
    private static final String AT_ONCE = "read_uncommitted";

    private final AvroCodec<Decision> decisionCodec = new AvroCodec<>(Decision.class);
    private EmbeddedKafka kafka;
    private PacketPublisher publisher;
    private TestingTopics topics;

    @BeforeEach
    void start() throws Exception {
        kafka = EmbeddedKafka.start();
        TopicAdmin.create(kafka.bootstrap(), PARTITIONS);
        publisher = new PacketPublisher(kafka.bootstrap());
        topics = new TestingTopics(kafka.bootstrap(), PARTITIONS);
    }

    @AfterEach
    void stop() {
        publisher.close();
        kafka.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void afterAFailureTheDecisionsOnSimulatedRecordingsEqualAnOfflineRun(int parallelism) throws Exception {
        SimulatedCamera camera = new SimulatedCamera(5);
        List<CameraRecording> recordings = new ArrayList<>();
        for (int i = 0; i < SENSORS * EPOCHS; i++) {
            recordings.add(camera.next().recording());
        }
        failInTheMiddle(recordings, ShippedModels.simulated(), parallelism);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void afterAFailureTheDecisionsOnRealRecordingsEqualAnOfflineRun(int parallelism) throws Exception {
        failInTheMiddle(realRecordings(), ShippedModels.nmnist(), parallelism);
    }

    @Test
    void hostileRecordsBecomeDeadLettersAndTheJobGoesOn() throws Exception {
        byte[] noise = new byte[1_048_000];
        new Random(1).nextBytes(noise);
        byte[] claimsTwoGigabytes = Arrays.copyOf(new AvroCodec<>(SensorPacket.class).encode(anyPacket()), 40);
        Arrays.fill(claimsTwoGigabytes, 10, 18, (byte) 0xFF);
        List<SensorPacket> epoch = epoch(new SimulatedCamera(6).next().recording(), 0);
        List<Decision> expected = classifier(ShippedModels.simulated()).classify(epoch);
        try (EmbeddedFlink flink = EmbeddedFlink.start(new Configuration())) {
            StreamExecutionEnvironment environment = flink.environment();
            CameraPipeline.build(
                    environment, kafka.bootstrap(), CameraPipeline.DEFAULT_NAME, ShippedModels.simulated());
            JobClient job = environment.executeAsync();
            publish(epoch.subList(0, 10));
            sendRaw(null, noise);
            sendRaw(new byte[500_000], new byte[500_000]);
            sendRaw(null, claimsTwoGigabytes);
            sendRaw(epoch.get(0).getSensorId().getBytes(StandardCharsets.UTF_8), null);
            publish(epoch.subList(10, epoch.size()));
            topics.await(Topic.CAMERA_DEAD_LETTERS, COMMITTED, 4, record -> true);
            topics.await(Topic.CAMERA_DECISIONS, COMMITTED, 1, record -> true);
            job.cancel().get();
        }

        List<DeadLetter> letters = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : topics.read(Topic.CAMERA_DEAD_LETTERS, COMMITTED)) {
            letters.add(new AvroCodec<>(DeadLetter.class).decode(record.value()));
        }
        assertThat(letters).extracting(DeadLetter::getReason).containsOnly("BAD_AVRO");
        assertThat(letters)
                .extracting(DeadLetter::getValue)
                .containsExactlyInAnyOrder(
                        ByteBuffer.wrap(noise),
                        ByteBuffer.wrap(new byte[500_000]),
                        ByteBuffer.wrap(claimsTwoGigabytes),
                        null);
        assertThat(decisions(Topic.CAMERA_DECISIONS, COMMITTED))
                .containsExactly(Map.entry("cam-0", List.of(expected.get(expected.size() - 1))));
    }

    /**
     * Epochs 0 and 1 of each sensor are inside a checkpoint; 2, 3 and half of 4 are decided after it and then lost by the
     * failure; the rest comes with the failure.
     */
    private void failInTheMiddle(List<CameraRecording> recordings, ModelFile model, int parallelism) throws Exception {
        Map<String, List<Decision>> expectedLive = new TreeMap<>();
        Map<String, List<Decision>> expectedFinal = new TreeMap<>();
        List<List<SensorPacket>> packetsOfSensor = new ArrayList<>();
        List<int[]> epochEnds = new ArrayList<>();
        EpochClassifier classifier = classifier(model);
        for (int sensor = 0; sensor < SENSORS; sensor++) {
            List<SensorPacket> packets = new ArrayList<>();
            int[] ends = new int[EPOCHS];
            List<Decision> decisions = new ArrayList<>();
            for (int number = 0; number < EPOCHS; number++) {
                List<SensorPacket> epoch = epoch(recordings.get(number * SENSORS + sensor), sensor, number);
                packets.addAll(epoch);
                ends[number] = packets.size();
                decisions.addAll(classifier.classify(epoch));
            }
            packetsOfSensor.add(packets);
            epochEnds.add(ends);
            expectedLive.put("cam-" + sensor, decisions);
            expectedFinal.put(
                    "cam-" + sensor,
                    decisions.stream()
                            .filter(decision -> decision.getKind() == DecisionKind.FINAL)
                            .toList());
        }

        Configuration configuration = new Configuration();
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofHours(1));
        configuration.set(CoreOptions.DEFAULT_PARALLELISM, parallelism);
        TestingFailure failure = new TestingFailure();
        try (EmbeddedFlink flink = EmbeddedFlink.start(configuration)) {
            StreamExecutionEnvironment environment = flink.environment();
            DataStream<KafkaRecord> source = environment
                    .fromSource(
                            KafkaEnds.source(kafka.bootstrap(), Topic.CAMERA_PACKETS, CameraPipeline.DEFAULT_NAME),
                            WatermarkStrategy.noWatermarks(),
                            "packets",
                            KafkaRecord.typeInformation())
                    .map(failure)
                    .returns(KafkaRecord.typeInformation());
            CameraPipeline.build(
                    source,
                    KafkaEnds.exactlyOnceSink(kafka.bootstrap(), "test"),
                    KafkaEnds.atLeastOnceSink(kafka.bootstrap()),
                    model);
            JobClient job = environment.executeAsync();

            publishTurnByTurn(packetsOfSensor, ends -> 0, ends -> ends[1], epochEnds);
            awaitFinalDecisions(2 * SENSORS);
            checkpoint(flink, job);
            publishTurnByTurn(packetsOfSensor, ends -> ends[1], ends -> (ends[3] + ends[4]) / 2, epochEnds);
            awaitFinalDecisions(4 * SENSORS);
            failure.arm();
            publishTurnByTurn(packetsOfSensor, ends -> (ends[3] + ends[4]) / 2, ends -> ends[4], epochEnds);
            // Epochs 2 and 3 are decided twice: once lost by the failure, once again after it.
            awaitFinalDecisions((2 + 2 * 2 + 1) * SENSORS);
            assertThat(failure.isDisarmed()).isTrue();
            checkpoint(flink, job);
            topics.await(Topic.CAMERA_DECISIONS, COMMITTED, EPOCHS * SENSORS, record -> true);
            job.cancel().get();
        }

        assertThat(decisions(Topic.CAMERA_DECISIONS, COMMITTED)).isEqualTo(expectedFinal);
        Map<String, List<Decision>> live = decisions(Topic.CAMERA_LIVE_DECISIONS, AT_ONCE);
        live.forEach((sensor, decisions) ->
                assertThat(decisions.stream().distinct()).containsExactlyElementsOf(expectedLive.get(sensor)));
        assertThat(topics.read(Topic.CAMERA_SEQUENCE_REPORTS, COMMITTED)).isEmpty();
        assertThat(topics.read(Topic.CAMERA_DEAD_LETTERS, COMMITTED)).isEmpty();
    }

    private interface Cut {
        int at(int[] epochEnds);
    }

    private void publishTurnByTurn(List<List<SensorPacket>> packetsOfSensor, Cut from, Cut to, List<int[]> epochEnds)
            throws IOException {
        List<List<SensorPacket>> parts = new ArrayList<>();
        int longest = 0;
        for (int sensor = 0; sensor < SENSORS; sensor++) {
            int[] ends = epochEnds.get(sensor);
            parts.add(packetsOfSensor.get(sensor).subList(from.at(ends), to.at(ends)));
            longest = Math.max(longest, parts.get(sensor).size());
        }
        for (int i = 0; i < longest; i++) {
            for (List<SensorPacket> part : parts) {
                if (i < part.size()) {
                    publisher.publish(Topic.CAMERA_PACKETS, part.get(i));
                }
            }
        }
        publisher.flush();
    }

    private void publish(List<SensorPacket> packets) throws IOException {
        for (SensorPacket packet : packets) {
            publisher.publish(Topic.CAMERA_PACKETS, packet);
        }
        publisher.flush();
    }

    private void sendRaw(byte[] key, byte[] value) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.bootstrap(), "max.request.size", 2_000_000),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(Topic.CAMERA_PACKETS.topicName(), key, value))
                    .get();
        }
    }

    private void awaitFinalDecisions(int count) {
        topics.await(Topic.CAMERA_LIVE_DECISIONS, AT_ONCE, count, record -> {
            try {
                return decisionCodec.decode(record.value()).getKind() == DecisionKind.FINAL;
            } catch (BadRecordException e) {
                throw new AssertionError(e);
            }
        });
    }

    /** Takes a checkpoint by Flink's REST interface and returns when it has completed. */
    private static void checkpoint(EmbeddedFlink flink, JobClient job) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        ObjectMapper mapper = new ObjectMapper();
        URI checkpoints = flink.webUi().resolve("/jobs/" + job.getJobID() + "/checkpoints");
        HttpRequest trigger = HttpRequest.newBuilder(checkpoints)
                .POST(BodyPublishers.ofString("{}"))
                .build();
        JsonNode triggered =
                mapper.readTree(client.send(trigger, BodyHandlers.ofString()).body());
        URI status = URI.create(checkpoints + "/" + triggered.get("request-id").asText());
        JsonNode answer;
        do {
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            HttpRequest question = HttpRequest.newBuilder(status).build();
            answer = mapper.readTree(
                    client.send(question, BodyHandlers.ofString()).body());
        } while (!answer.at("/status/id").asText().equals("COMPLETED"));
        assertThat(answer.at("/operation/failure-cause").isMissingNode())
                .as(answer.toString())
                .isTrue();
    }

    private Map<String, List<Decision>> decisions(Topic topic, String isolationLevel) throws BadRecordException {
        Map<String, List<Decision>> decisions = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : topics.read(topic, isolationLevel)) {
            Decision decision = decisionCodec.decode(record.value());
            assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo(decision.getSensorId());
            decisions
                    .computeIfAbsent(decision.getSensorId(), sensor -> new ArrayList<>())
                    .add(decision);
        }
        return decisions;
    }

    private static SensorPacket anyPacket() {
        return epoch(new SimulatedCamera(6).next().recording(), 0).get(1);
    }

    private static EpochClassifier classifier(ModelFile model) {
        return new EpochClassifier(NetworkPlan.compile(model.open()));
    }

    private static List<SensorPacket> epoch(CameraRecording recording, int number) {
        return epoch(recording, 0, number);
    }

    private static List<SensorPacket> epoch(CameraRecording recording, int sensor, int number) {
        return new CameraEpoch(recording, "cam-" + sensor, number, "test", 0).packets(CameraEpoch.PACKET_MICROS, 0);
    }

    /** N-MNIST training recordings. */
    private static List<CameraRecording> realRecordings() throws IOException {
        String configured = System.getenv("FLUXON_DATA");
        Path data = configured == null
                ? Path.of(System.getProperty("fluxon.root", "../.."), "..", "shared", "data")
                : Path.of(configured);
        Path archive = data.resolve("dvs/nmnist/nmnist.zip");
        assumeTrue(Files.exists(archive), "skipped: no recordings at " + archive + "; set FLUXON_DATA to their folder");
        List<CameraRecording> recordings = new ArrayList<>();
        try (RecordingFiles files = RecordingFiles.of(List.of(archive))) {
            for (Path file : files.recordings().subList(0, SENSORS * EPOCHS)) {
                recordings.add(CameraRecording.read(file));
            }
        }
        return recordings;
    }
}
