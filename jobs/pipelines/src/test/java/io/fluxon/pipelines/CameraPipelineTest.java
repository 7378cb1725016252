package io.fluxon.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxon.connectors.camera.packets.CameraEpoch;
import io.fluxon.connectors.kafka.KafkaRecord;
import io.fluxon.connectors.kafka.OutgoingRecord;
import io.fluxon.connectors.simulation.SimulatedCamera;
import io.fluxon.schemas.AvroCodec;
import io.fluxon.schemas.BadRecordException;
import io.fluxon.schemas.DeadLetter;
import io.fluxon.schemas.Decision;
import io.fluxon.schemas.DecisionKind;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.SequenceReport;
import io.fluxon.schemas.SequenceReportKind;
import io.fluxon.schemas.Topic;
import io.fluxon.streams.network.NetworkFunction;
import io.fluxon.streams.network.NetworkSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.java.typeutils.GenericTypeInfo;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamNode;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole pipeline between ends in memory. */
class CameraPipelineTest {

    @RegisterExtension
    static final MiniClusterExtension CLUSTER = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(2)
            .build());

    private static final PipelineSettings SETTINGS =
            PipelineFile.shipped(SensorKind.CAMERA).withBootstrap("127.0.0.1:1").withModel(ShippedModels.simulated());
    private static final int SENSORS = 3;
    private static final int EPOCHS = 2;

    private final AvroCodec<SensorPacket> packetCodec = new AvroCodec<>(SensorPacket.class);
    private final AvroCodec<Decision> decisionCodec = new AvroCodec<>(Decision.class);
    private final TestingSink exactlyOnce = new TestingSink();
    private final TestingSink atLeastOnce = new TestingSink();
    private final List<SensorPacket> packets = new ArrayList<>();
    private final List<Decision> expected = new ArrayList<>();

    @BeforeEach
    void classifyOffline() throws Exception {
        NetworkFunction classifier = new NetworkFunction(
                SensorKind.CAMERA, ShippedModels.simulated().open(), NetworkSettings.defaults(SensorKind.CAMERA));
        for (int sensor = 0; sensor < SENSORS; sensor++) {
            SimulatedCamera camera = new SimulatedCamera(100 + sensor);
            for (int epoch = 0; epoch < EPOCHS; epoch++) {
                List<SensorPacket> epochPackets = new CameraEpoch(
                                camera.next().recording(), "cam-" + sensor, epoch, "test", 0)
                        .packets(CameraEpoch.PACKET_MICROS, 0);
                packets.addAll(epochPackets);
                expected.addAll(classifier.classify(epochPackets));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"1, hashmap", "2, hashmap", "2, rocksdb"})
    void decisionsEqualAnOfflineRunAtAnyParallelismAndBackend(int parallelism, String backend) throws Exception {
        run(records(packets), parallelism, backend);

        assertThat(decisions(Topic.CAMERA_LIVE_DECISIONS, atLeastOnce)).isEqualTo(sorted(expected));
        assertThat(decisions(Topic.CAMERA_DECISIONS, exactlyOnce)).isEqualTo(sorted(finals(expected)));
        assertThat(exactlyOnce.records()).hasSize(SENSORS * EPOCHS);
    }

    @Test
    void aCorruptPacketBetweenGoodOnesIsOneDeadLetterAndChangesNoDecision() throws Exception {
        List<KafkaRecord> disturbed = records(packets);
        KafkaRecord corrupt = record(SensorPacket.newBuilder(packets.get(3))
                .setEncoding("unheard-of")
                .build());
        disturbed.add(3, corrupt);

        run(disturbed, 1, "hashmap");

        assertThat(decisions(Topic.CAMERA_LIVE_DECISIONS, atLeastOnce)).isEqualTo(sorted(expected));
        List<OutgoingRecord> letters = of(Topic.CAMERA_DEAD_LETTERS, exactlyOnce);
        assertThat(letters).hasSize(1);
        DeadLetter letter = new AvroCodec<>(DeadLetter.class).decode(letters.get(0).value);
        assertThat(letter.getReason()).isEqualTo("UNKNOWN_ENCODING");
        assertThat(letter.getValue().array()).isEqualTo(corrupt.value);
        assertThat(reports()).isEmpty();
    }

    @Test
    void aRepeatedPacketIsOneDuplicateAndChangesNoDecision() throws Exception {
        List<KafkaRecord> disturbed = records(packets);
        disturbed.add(9, record(packets.get(5)));

        run(disturbed, 1, "hashmap");

        assertThat(decisions(Topic.CAMERA_LIVE_DECISIONS, atLeastOnce)).isEqualTo(sorted(expected));
        assertThat(reports())
                .containsExactly(new SequenceReport("cam-0", 0L, SequenceReportKind.DUPLICATE, 5L, 5L, "sim-0"));
    }

    @Test
    void aMissingPacketIsOneGapAndTheOtherEpochsDecideAsBefore() throws Exception {
        List<SensorPacket> incomplete = new ArrayList<>(packets);
        incomplete.remove(7);

        run(records(incomplete), 1, "hashmap");

        assertThat(reports()).containsExactly(new SequenceReport("cam-0", 0L, SequenceReportKind.GAP, 7L, 7L, "sim-0"));
        List<Decision> decided = decisions(Topic.CAMERA_DECISIONS, exactlyOnce);
        List<Decision> undisturbed = sorted(finals(expected));
        assertThat(decided).hasSize(SENSORS * EPOCHS);
        assertThat(decided.get(0).getMissingPackets()).isEqualTo(1);
        assertThat(decided.subList(1, decided.size())).isEqualTo(undisturbed.subList(1, undisturbed.size()));
    }

    @Test
    void everyOperatorHasAnIdAndAName() {
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
        Pipeline.build(environment, SETTINGS);

        assertThat(environment.getStreamGraph(false).getStreamNodes())
                .hasSizeGreaterThan(3)
                .allSatisfy(node -> assertThat(node.getTransformationUID())
                        .as(node.getOperatorName())
                        .isNotBlank())
                .extracting(StreamNode::getOperatorName)
                .doesNotContain("", "Map", "Process");
    }

    @Test
    void whatTravelsBetweenOperatorsHasASerializerOfItsOwn() {
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
        Pipeline.build(environment, SETTINGS);

        for (StreamNode node : environment.getStreamGraph(false).getStreamNodes()) {
            List<TypeSerializer<?>> serializers = new ArrayList<>(List.of(node.getTypeSerializersIn()));
            serializers.add(node.getTypeSerializerOut());
            serializers.add(node.getStateKeySerializer());
            assertThat(serializers)
                    .as(node.getOperatorName())
                    .extracting(serializer ->
                            serializer == null ? "none" : serializer.getClass().getSimpleName())
                    .doesNotContain("KryoSerializer", "JavaSerializer");
        }
    }

    @Test
    void theMainClassNamesTheLineOfAFileItCannotUse(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("camera.yaml"), "name: a\nsensor: camra\n");

        assertThatThrownBy(() -> Pipeline.main(new String[] {file.toString()}))
                .isInstanceOf(PipelineFileException.class)
                .hasMessageContaining("camera.yaml:2:1: sensor: ");
    }

    @Test
    void aTypeThatNeedsKryoIsRefused() {
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
        Pipeline.build(environment, SETTINGS);

        assertThatThrownBy(() -> new GenericTypeInfo<>(Object.class)
                        .createSerializer(environment.getConfig().getSerializerConfig()))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("Generic types have been disabled");
    }

    private void run(List<KafkaRecord> records, int parallelism, String backend) throws Exception {
        Configuration configuration = new Configuration();
        configuration.set(StateBackendOptions.STATE_BACKEND, backend);
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        environment.setParallelism(parallelism);
        Pipeline.build(
                environment.fromData(records, KafkaRecord.typeInformation()), exactlyOnce, atLeastOnce, SETTINGS);
        environment.execute();
    }

    private List<KafkaRecord> records(List<SensorPacket> from) {
        List<KafkaRecord> records = new ArrayList<>();
        for (SensorPacket packet : from) {
            records.add(record(packet));
        }
        return records;
    }

    private KafkaRecord record(SensorPacket packet) {
        byte[] key = packet.getSensorId().getBytes(StandardCharsets.UTF_8);
        return new KafkaRecord(Topic.CAMERA_PACKETS.topicName(), 0, 0, 0, key, packetCodec.encode(packet));
    }

    private static List<OutgoingRecord> of(Topic topic, TestingSink sink) {
        return sink.records().stream()
                .filter(record -> record.topic.equals(topic.topicName()))
                .toList();
    }

    private List<Decision> decisions(Topic topic, TestingSink sink) throws BadRecordException {
        List<Decision> decisions = new ArrayList<>();
        for (OutgoingRecord record : of(topic, sink)) {
            decisions.add(decisionCodec.decode(record.value));
        }
        return sorted(decisions);
    }

    private static List<Decision> finals(List<Decision> decisions) {
        return decisions.stream()
                .filter(decision -> decision.getKind() == DecisionKind.FINAL)
                .toList();
    }

    private static List<Decision> sorted(List<Decision> decisions) {
        return decisions.stream()
                .sorted(Comparator.comparing(Decision::getSensorId)
                        .thenComparing(Decision::getEpoch)
                        .thenComparing(Decision::getSequence))
                .toList();
    }

    private List<SequenceReport> reports() throws BadRecordException {
        AvroCodec<SequenceReport> codec = new AvroCodec<>(SequenceReport.class);
        List<SequenceReport> reports = new ArrayList<>();
        for (OutgoingRecord record : of(Topic.CAMERA_SEQUENCE_REPORTS, exactlyOnce)) {
            reports.add(codec.decode(record.value));
        }
        return reports;
    }
}
