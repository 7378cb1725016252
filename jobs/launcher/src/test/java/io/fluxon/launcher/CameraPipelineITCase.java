package io.fluxon.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxon.connectors.camera.files.CameraRecording;
import io.fluxon.connectors.camera.files.RecordingFiles;
import io.fluxon.connectors.camera.packets.CameraEpoch;
import io.fluxon.connectors.simulation.SimulatedCamera;
import io.fluxon.launcher.TestingPipelineRun.Expected;
import io.fluxon.networks.model.ModelFile;
import io.fluxon.pipelines.Pipeline;
import io.fluxon.pipelines.PipelineFile;
import io.fluxon.pipelines.ShippedModels;
import io.fluxon.schemas.AvroCodec;
import io.fluxon.schemas.BadRecordException;
import io.fluxon.schemas.DeadLetter;
import io.fluxon.schemas.Decision;
import io.fluxon.schemas.DecisionKind;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.Topic;
import io.fluxon.streams.network.NetworkFunction;
import io.fluxon.streams.network.NetworkSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
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

    private static final int SENSORS = 4;
    private static final int EPOCHS = 5;

    private TestingPipelineRun run;

    @BeforeEach
    void start() throws Exception {
        run = new TestingPipelineRun(SensorKind.CAMERA);
    }

    @AfterEach
    void stop() {
        run.close();
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
        List<SensorPacket> epoch = epoch(new SimulatedCamera(6).next().recording(), 0, 0);
        byte[] claimsTwoGigabytes = Arrays.copyOf(new AvroCodec<>(SensorPacket.class).encode(epoch.get(1)), 40);
        Arrays.fill(claimsTwoGigabytes, 10, 18, (byte) 0xFF);
        List<Decision> expected = classifier(ShippedModels.simulated()).classify(epoch);
        TestingTopics topics = run.topics();
        try (EmbeddedFlink flink = EmbeddedFlink.start(new Configuration())) {
            StreamExecutionEnvironment environment = flink.environment();
            Pipeline.build(
                    environment,
                    PipelineFile.shipped(SensorKind.CAMERA)
                            .withBootstrap(run.bootstrap())
                            .withModel(ShippedModels.simulated()));
            JobClient job = environment.executeAsync();
            run.publish(epoch.subList(0, 10));
            sendRaw(null, noise);
            sendRaw(new byte[500_000], new byte[500_000]);
            sendRaw(null, claimsTwoGigabytes);
            sendRaw(epoch.get(0).getSensorId().getBytes(StandardCharsets.UTF_8), null);
            run.publish(epoch.subList(10, epoch.size()));
            topics.await(Topic.CAMERA_DEAD_LETTERS, TestingPipelineRun.COMMITTED, 4, record -> true);
            topics.await(Topic.CAMERA_DECISIONS, TestingPipelineRun.COMMITTED, 1, record -> true);
            job.cancel().get();
        }

        List<DeadLetter> letters = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record :
                topics.read(Topic.CAMERA_DEAD_LETTERS, TestingPipelineRun.COMMITTED)) {
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
        assertThat(decisions(topics.read(Topic.CAMERA_DECISIONS, TestingPipelineRun.COMMITTED)))
                .containsExactly(expected.get(expected.size() - 1));
    }

    /** The checkpoint comes with two of five epochs done; the failure in the middle of the last. */
    private void failInTheMiddle(List<CameraRecording> recordings, ModelFile model, int parallelism) throws Exception {
        List<SensorPacket> packets = new ArrayList<>();
        List<Integer> epochEnds = new ArrayList<>();
        for (int number = 0; number < EPOCHS; number++) {
            List<List<SensorPacket>> sensors = new ArrayList<>();
            for (int sensor = 0; sensor < SENSORS; sensor++) {
                sensors.add(epoch(recordings.get(number * SENSORS + sensor), sensor, number));
            }
            packets.addAll(TestingPipelineRun.turnByTurn(sensors));
            epochEnds.add(packets.size());
        }
        run.failInTheMiddle(
                packets,
                epochEnds.get(1),
                (epochEnds.get(3) + epochEnds.get(4)) / 2,
                (source, exactlyOnce, atLeastOnce) -> Pipeline.build(
                        source,
                        exactlyOnce,
                        atLeastOnce,
                        PipelineFile.shipped(SensorKind.CAMERA).withModel(model)),
                all -> offline(all, model),
                parallelism);
    }

    private static List<Expected> offline(List<SensorPacket> packets, ModelFile model) throws Exception {
        Map<String, List<SensorPacket>> bySensorAndEpoch = new LinkedHashMap<>();
        for (SensorPacket packet : packets) {
            bySensorAndEpoch
                    .computeIfAbsent(packet.getSensorId() + "/" + packet.getEpoch(), key -> new ArrayList<>())
                    .add(packet);
        }
        NetworkFunction classifier = classifier(model);
        AvroCodec<Decision> codec = new AvroCodec<>(Decision.class);
        List<Expected> expected = new ArrayList<>();
        for (List<SensorPacket> epoch : bySensorAndEpoch.values()) {
            for (Decision decision : classifier.classify(epoch)) {
                byte[] value = codec.encode(decision);
                expected.add(new Expected(Topic.CAMERA_LIVE_DECISIONS, decision.getSensorId(), value));
                if (decision.getKind() == DecisionKind.FINAL) {
                    expected.add(new Expected(Topic.CAMERA_DECISIONS, decision.getSensorId(), value));
                }
            }
        }
        return expected;
    }

    private void sendRaw(byte[] key, byte[] value) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", run.bootstrap(), "max.request.size", 2_000_000),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(Topic.CAMERA_PACKETS.topicName(), key, value))
                    .get();
        }
    }

    private static List<Decision> decisions(List<ConsumerRecord<byte[], byte[]>> records) throws BadRecordException {
        List<Decision> decisions = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            decisions.add(new AvroCodec<>(Decision.class).decode(record.value()));
        }
        return decisions;
    }

    private static NetworkFunction classifier(ModelFile model) {
        return new NetworkFunction(SensorKind.CAMERA, model.open(), NetworkSettings.defaults(SensorKind.CAMERA));
    }

    private static List<SensorPacket> epoch(CameraRecording recording, int sensor, int number) throws IOException {
        return new CameraEpoch(recording, "cam-" + sensor, number, "test", 0).packets(CameraEpoch.PACKET_MICROS, 0);
    }

    /** N-MNIST training recordings. */
    private static List<CameraRecording> realRecordings() throws IOException {
        Path archive = TestingData.folder().resolve("dvs/nmnist/nmnist.zip");
        assumeTrue(Files.exists(archive), "skipped: no recordings at " + archive + "; set FLUXON_DATA to their folder");
        List<CameraRecording> recordings = new ArrayList<>();
        try (RecordingFiles files = RecordingFiles.of(List.of(archive))) {
            for (Path file : files.recordings().subList(0, SENSORS * EPOCHS)) {
                recordings.add(
                        CameraRecording.of("real-" + recordings.size(), file.toString(), Files.readAllBytes(file)));
            }
        }
        return recordings;
    }
}
