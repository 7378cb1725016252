package io.fluxon.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxon.connectors.kafka.KafkaRecord;
import io.fluxon.connectors.motion.MotionEpoch;
import io.fluxon.connectors.motion.MotionRecording;
import io.fluxon.connectors.simulation.SimulatedWrist;
import io.fluxon.schemas.DeadLetter;
import io.fluxon.schemas.Decision;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.SequenceReport;
import io.fluxon.schemas.SequenceReportKind;
import io.fluxon.schemas.Topic;
import io.fluxon.streams.network.NetworkFunction;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole pipeline between ends in memory. */
class WatchPipelineTest {

    @RegisterExtension
    static final MiniClusterExtension CLUSTER = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(2)
            .build());

    private static final PipelineSettings SETTINGS =
            PipelineFile.shipped(SensorKind.WATCH).withModel(ShippedModels.simulatedWrist());
    private static final int DEVICES = 3;
    private static final int EPOCHS = 2;

    private final TestingPipeline pipeline = new TestingPipeline(
            SensorKind.WATCH,
            (packets, exactlyOnce, atLeastOnce) -> Pipeline.build(packets, exactlyOnce, atLeastOnce, SETTINGS));
    private final List<SensorPacket> packets = new ArrayList<>();
    private final List<Decision> expected = new ArrayList<>();

    @BeforeEach
    void classifyOffline() throws Exception {
        NetworkFunction classifier =
                new NetworkFunction(SensorKind.WATCH, SETTINGS.model().open(), SETTINGS.network());
        for (int device = 0; device < DEVICES; device++) {
            SimulatedWrist wrist = new SimulatedWrist(100 + device);
            List<SensorPacket> ofDevice = new ArrayList<>();
            for (int epoch = 0; epoch < EPOCHS; epoch++) {
                MotionRecording recording = wrist.next();
                MotionRecording renamed =
                        new MotionRecording(recording.id(), "watch-" + device, recording.origin(), recording.epochs());
                ofDevice.addAll(new MotionEpoch(renamed, 0, epoch, 0).packets(MotionEpoch.PACKET_NANOS, 0));
            }
            packets.addAll(ofDevice);
            expected.addAll(classifier.classify(ofDevice));
        }
    }

    @ParameterizedTest
    @CsvSource({"1, hashmap", "2, hashmap", "2, rocksdb"})
    void decisionsEqualAnOfflineRunAtAnyParallelismAndBackend(int parallelism, String backend) throws Exception {
        pipeline.run(pipeline.records(packets), parallelism, backend);

        assertThat(decisions(Topic.WATCH_DECISIONS)).isEqualTo(sorted(expected));
        assertThat(decisions(Topic.WATCH_LIVE_DECISIONS)).isEqualTo(sorted(expected));
        assertThat(expected).hasSizeGreaterThan(DEVICES * EPOCHS * 20);
    }

    @Test
    void aCorruptPacketBetweenGoodOnesIsOneDeadLetterAndChangesNoDecision() throws Exception {
        List<KafkaRecord> disturbed = pipeline.records(packets);
        KafkaRecord corrupt = pipeline.record(SensorPacket.newBuilder(packets.get(5))
                .setPayload(ByteBuffer.allocate(21))
                .build());
        disturbed.add(5, corrupt);

        pipeline.run(disturbed, 1, "hashmap");

        assertThat(decisions(Topic.WATCH_DECISIONS)).isEqualTo(sorted(expected));
        List<DeadLetter> letters = pipeline.read(Topic.WATCH_DEAD_LETTERS, DeadLetter.class);
        assertThat(letters).extracting(DeadLetter::getReason).containsExactly("TRUNCATED_PAYLOAD");
        assertThat(letters.get(0).getValue().array()).isEqualTo(corrupt.value);
        assertThat(reports()).isEmpty();
    }

    @Test
    void aRepeatedPacketIsOneDuplicateAndChangesNoDecision() throws Exception {
        List<KafkaRecord> disturbed = pipeline.records(packets);
        SensorPacket repeated = packets.get(6);
        disturbed.add(20, pipeline.record(repeated));

        pipeline.run(disturbed, 1, "hashmap");

        assertThat(decisions(Topic.WATCH_DECISIONS)).isEqualTo(sorted(expected));
        assertThat(reports()).containsExactly(report(repeated, SequenceReportKind.DUPLICATE));
    }

    @Test
    void aMissingPacketIsOneGapAndTheOtherDevicesDecideAsBefore() throws Exception {
        List<SensorPacket> incomplete = new ArrayList<>(packets);
        SensorPacket missing = incomplete.remove(20);

        pipeline.run(pipeline.records(incomplete), 1, "hashmap");

        assertThat(reports()).containsExactly(report(missing, SequenceReportKind.GAP));
        assertThat(ofOthers(decisions(Topic.WATCH_DECISIONS))).isEqualTo(ofOthers(sorted(expected)));
        assertThat(decisions(Topic.WATCH_DECISIONS))
                .filteredOn(decision -> decision.getSensorId().equals("watch-0") && decision.getEpoch() == 0)
                .isNotEmpty()
                .last()
                .returns(1L, Decision::getMissingPackets);
    }

    private static SequenceReport report(SensorPacket packet, SequenceReportKind kind) {
        return new SequenceReport(
                packet.getSensorId(),
                packet.getEpoch(),
                kind,
                packet.getSequence(),
                packet.getSequence(),
                packet.getRecordingId());
    }

    private static List<Decision> ofOthers(List<Decision> decisions) {
        return decisions.stream()
                .filter(decision -> !decision.getSensorId().equals("watch-0"))
                .toList();
    }

    private List<SequenceReport> reports() throws Exception {
        return pipeline.read(Topic.WATCH_SEQUENCE_REPORTS, SequenceReport.class);
    }

    private List<Decision> decisions(Topic topic) throws Exception {
        return sorted(pipeline.read(topic, Decision.class));
    }

    private static List<Decision> sorted(List<Decision> decisions) {
        return decisions.stream()
                .sorted(Comparator.comparing(Decision::getSensorId)
                        .thenComparing(Decision::getEpoch)
                        .thenComparing(Decision::getSequence))
                .toList();
    }
}
