package io.fluxon.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxon.connectors.detector.DetectorEpoch;
import io.fluxon.connectors.detector.DetectorRecording;
import io.fluxon.connectors.packets.PacketEnvelope;
import io.fluxon.connectors.simulation.SimulatedDetector;
import io.fluxon.launcher.TestingPipelineRun.Expected;
import io.fluxon.pipelines.Pipeline;
import io.fluxon.pipelines.PipelineFile;
import io.fluxon.pipelines.PulseAnalysis;
import io.fluxon.schemas.AvroCodec;
import io.fluxon.schemas.CoincidenceBatch;
import io.fluxon.schemas.HitBatch;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.SequenceReport;
import io.fluxon.schemas.Spectrum;
import io.fluxon.schemas.Topic;
import io.fluxon.streams.PacketFunction;
import io.fluxon.streams.pulses.PulseFunction;
import io.fluxon.streams.pulses.PulseWindows;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exactly once from topic to topic, through a failure, against the same analysis run without Kafka and Flink. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class PulsePipelineITCase {

    private static final int DIGITISERS = 3;

    /** Windows of 50 ms, so that some close before the checkpoint, some over it and some over the failure. */
    private static final PulseAnalysis ANALYSIS = new PulseAnalysis(
            PulseAnalysis.shipped().settings(),
            new PulseWindows(50_000_000_000L, 0, 1, 50_000),
            PulseAnalysis.shipped().modelFile());

    private TestingPipelineRun run;

    @BeforeEach
    void start() throws Exception {
        run = new TestingPipelineRun(SensorKind.PULSES);
    }

    @AfterEach
    void stop() {
        run.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void afterAFailureHitsCoincidencesAndSpectraOfASimulatedDetectorEqualAnOfflineRun(int parallelism)
            throws Exception {
        List<SensorPacket> packets = new ArrayList<>();
        for (int epoch = 0; epoch < 2; epoch++) {
            List<List<SensorPacket>> digitisers = new ArrayList<>();
            for (int digitiser = 0; digitiser < DIGITISERS; digitiser++) {
                digitisers.add(new SimulatedDetector(10 * epoch + digitiser, 2_000, 400_000_000_000L)
                        .next()
                        .playable("sim", "digitiser-" + digitiser)
                        .episode(epoch, 1_000_000_000L * epoch)
                        .packets()
                        .toList());
            }
            packets.addAll(TestingPipelineRun.turnByTurn(digitisers));
        }
        assertThat(offline(packets).stream().map(Expected::topic).distinct())
                .as("every kind of result")
                .contains(Topic.PULSES_HITS, Topic.PULSES_SPECTRA, Topic.PULSES_COINCIDENCES);
        failInTheMiddle(packets, parallelism);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void afterAFailureHitsOfARealRecordingEqualAnOfflineRun(int parallelism) throws Exception {
        Path file = TestingData.folder().resolve("pulses/caen_compass/compass_test_data.BIN");
        assumeTrue(Files.exists(file), "skipped: no recording at " + file + "; set FLUXON_DATA to its folder");
        DetectorRecording recording = DetectorRecording.read(file);
        failInTheMiddle(
                new DetectorEpoch(recording, "caen", 1, "test", 0).packets(DetectorEpoch.PACKET_PICOS, 0), parallelism);
    }

    private void failInTheMiddle(List<SensorPacket> packets, int parallelism) throws Exception {
        run.failInTheMiddle(
                packets,
                packets.size() / 3,
                2 * packets.size() / 3,
                (source, exactlyOnce, atLeastOnce) -> Pipeline.build(
                        source,
                        exactlyOnce,
                        atLeastOnce,
                        PipelineFile.shipped(SensorKind.PULSES).withAnalysis(ANALYSIS)),
                PulsePipelineITCase::offline,
                parallelism);
    }

    private static List<Expected> offline(List<SensorPacket> packets) throws Exception {
        PulseFunction processor = ANALYSIS.function();
        Map<String, List<SensorPacket>> byKey = new LinkedHashMap<>();
        for (SensorPacket packet : packets) {
            byKey.computeIfAbsent(PacketEnvelope.key(packet), key -> new ArrayList<>())
                    .add(packet);
        }
        AvroCodec<HitBatch> hits = new AvroCodec<>(HitBatch.class);
        AvroCodec<CoincidenceBatch> coincidences = new AvroCodec<>(CoincidenceBatch.class);
        AvroCodec<Spectrum> spectra = new AvroCodec<>(Spectrum.class);
        List<Expected> expected = new ArrayList<>();
        for (Map.Entry<String, List<SensorPacket>> sensor : byKey.entrySet()) {
            processor.process(sensor.getValue(), new PacketFunction.Output() {
                @Override
                public void emit(Topic topic, SpecificRecordBase result) {
                    byte[] value =
                            switch (topic) {
                                case PULSES_HITS, PULSES_LIVE_HITS -> hits.encode((HitBatch) result);
                                case PULSES_COINCIDENCES -> coincidences.encode((CoincidenceBatch) result);
                                case PULSES_SPECTRA -> spectra.encode((Spectrum) result);
                                default -> throw new AssertionError(topic);
                            };
                    expected.add(new Expected(topic, sensor.getKey(), value));
                }

                @Override
                public void report(SequenceReport report) {
                    throw new AssertionError(report);
                }
            });
        }
        return expected;
    }
}
