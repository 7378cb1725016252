package io.fluxon.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxon.connectors.kafka.KafkaRecord;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.connectors.simulation.SimulatedDetector;
import io.fluxon.schemas.Coincidence;
import io.fluxon.schemas.CoincidenceBatch;
import io.fluxon.schemas.DeadLetter;
import io.fluxon.schemas.DetectorLayout;
import io.fluxon.schemas.Hit;
import io.fluxon.schemas.HitBatch;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.SequenceReport;
import io.fluxon.schemas.SequenceReportKind;
import io.fluxon.schemas.Spectrum;
import io.fluxon.schemas.Topic;
import io.fluxon.signals.pulses.PulseSettings;
import io.fluxon.streams.PacketFunction;
import io.fluxon.streams.pulses.PulseFunction;
import io.fluxon.streams.pulses.PulseWindows;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole pipeline between ends in memory. */
class PulsePipelineTest {

    @RegisterExtension
    static final MiniClusterExtension CLUSTER = new MiniClusterExtension(new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(2)
            .build());

    private static final int DIGITISERS = 3;
    private static final long WINDOW_PICOS = 50_000_000_000L;
    private static final long COINCIDENCE_PICOS = 20_000;
    private static final PulseAnalysis ANALYSIS = new PulseAnalysis(
            PulseAnalysis.shipped().settings(),
            new PulseWindows(WINDOW_PICOS, 0, 1, COINCIDENCE_PICOS),
            PulseAnalysis.shipped().modelFile());

    @TempDir
    private Path folder;

    private final TestingPipeline pipeline = new TestingPipeline(
            SensorKind.PULSES,
            (packets, exactlyOnce, atLeastOnce) -> Pipeline.build(
                    packets,
                    exactlyOnce,
                    atLeastOnce,
                    PipelineFile.shipped(SensorKind.PULSES).withAnalysis(ANALYSIS)));
    private final List<SensorPacket> packets = new ArrayList<>();
    private final Results expected = new Results();

    private static final class Results implements PacketFunction.Output {

        private final List<HitBatch> hits = new ArrayList<>();
        private final List<CoincidenceBatch> coincidences = new ArrayList<>();
        private final List<Spectrum> spectra = new ArrayList<>();

        @Override
        public void emit(Topic topic, SpecificRecordBase result) {
            switch (topic) {
                case PULSES_HITS -> hits.add((HitBatch) result);
                case PULSES_COINCIDENCES -> coincidences.add((CoincidenceBatch) result);
                case PULSES_SPECTRA -> spectra.add((Spectrum) result);
                default -> assertThat(topic).isEqualTo(Topic.PULSES_LIVE_HITS);
            }
        }

        @Override
        public void report(SequenceReport report) {
            throw new AssertionError(report);
        }
    }

    @BeforeEach
    void analyseOffline() throws Exception {
        PulseFunction processor = ANALYSIS.function();
        for (int digitiser = 0; digitiser < DIGITISERS; digitiser++) {
            List<SensorPacket> own = new SimulatedDetector(digitiser, 2_000, 200_000_000_000L)
                    .next()
                    .playable("sim", "digitiser-" + digitiser)
                    .episode(1, 0)
                    .packets()
                    .toList();
            packets.addAll(own);
            processor.process(own, expected);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, hashmap", "2, hashmap", "2, rocksdb"})
    void resultsEqualAnOfflineRunAtAnyParallelismAndBackend(int parallelism, String backend) throws Exception {
        pipeline.run(pipeline.records(packets), parallelism, backend);

        assertThat(bySensor(pipeline.read(Topic.PULSES_HITS, HitBatch.class))).isEqualTo(expected.hits);
        assertThat(bySensor(pipeline.read(Topic.PULSES_LIVE_HITS, HitBatch.class)))
                .isEqualTo(expected.hits);
        assertThat(bySensor(pipeline.read(Topic.PULSES_COINCIDENCES, CoincidenceBatch.class)))
                .isEqualTo(expected.coincidences);
        assertThat(bySensor(pipeline.read(Topic.PULSES_SPECTRA, Spectrum.class)))
                .isEqualTo(expected.spectra);
    }

    @Test
    void everyHitIsCountedInOneSpectrumOfItsChannelAndWindow() {
        List<Hit> hits = expected.hits.stream()
                .filter(batch -> batch.getSensorId().equals("digitiser-1"))
                .flatMap(batch -> batch.getHits().stream())
                .toList();
        int counted = 0;
        for (Spectrum spectrum : expected.spectra) {
            if (!spectrum.getSensorId().equals("digitiser-1")) {
                continue;
            }
            List<Hit> inside = hits.stream()
                    .filter(hit -> hit.getChannel() == spectrum.getChannel()
                            && hit.getUnixNanos() >= spectrum.getFromUnixNanos()
                            && hit.getUnixNanos() < spectrum.getToUnixNanos())
                    .toList();
            List<Hit> clean = inside.stream()
                    .filter(hit -> !hit.getPileUp() && !hit.getSaturated())
                    .toList();
            long outside = clean.size();
            for (int bin = 0; bin < spectrum.getCounts().size(); bin++) {
                double from = spectrum.getFirstEdge() + bin * spectrum.getBinWidth();
                double to = spectrum.getFirstEdge() + (bin + 1) * spectrum.getBinWidth();
                long inBin = clean.stream()
                        .filter(hit -> hit.getEnergy() >= from && hit.getEnergy() < to)
                        .count();
                assertThat(spectrum.getCounts().get(bin)).isEqualTo(inBin);
                outside -= inBin;
            }
            assertThat(spectrum.getOutside()).isEqualTo(outside);
            assertThat(spectrum.getSaturated())
                    .isEqualTo(inside.stream().filter(Hit::getSaturated).count());
            assertThat(spectrum.getPileUps()).isEqualTo(inside.size() - clean.size() - spectrum.getSaturated());
            counted += inside.size();
        }
        assertThat(counted).isEqualTo(hits.size()).isGreaterThan(200);
    }

    @Test
    void coincidencesAreThePairsOfASlowSearchOverAllHits() {
        List<Coincidence> pairs = expected.coincidences.stream()
                .filter(batch -> batch.getSensorId().equals("digitiser-1"))
                .flatMap(batch -> batch.getPairs().stream())
                .toList();
        List<Hit> hits = expected.hits.stream()
                .filter(batch -> batch.getSensorId().equals("digitiser-1"))
                .flatMap(batch -> batch.getHits().stream())
                .toList();
        // Two pulses a channel within the window do not occur at this rate, so the pairs need no choice.
        List<Long> delays = new ArrayList<>();
        for (Hit first : hits) {
            for (Hit second : hits) {
                long delay = picos(second) - picos(first);
                if (first.getChannel() == 0 && second.getChannel() == 1 && Math.abs(delay) <= COINCIDENCE_PICOS) {
                    delays.add(delay);
                }
            }
        }

        assertThat(pairs)
                .extracting(Coincidence::getDelayPicoseconds)
                .containsExactlyInAnyOrderElementsOf(delays)
                .hasSizeGreaterThan(20);
    }

    @Test
    void aCorruptPacketBetweenGoodOnesIsOneDeadLetterAndChangesNothingElse() throws Exception {
        List<KafkaRecord> disturbed = pipeline.records(packets);
        DetectorLayout layout = (DetectorLayout) packets.get(4).getLayout();
        KafkaRecord foreign = pipeline.record(SensorPacket.newBuilder(packets.get(4))
                .setLayout(new DetectorLayout(
                        "unheard-of", layout.getChannels(), layout.getSamplePeriodPicoseconds(), layout.getAdcBits()))
                .build());
        KafkaRecord otherPeriod = pipeline.record(SensorPacket.newBuilder(packets.get(4))
                .setLayout(new DetectorLayout(layout.getFrontEnd(), layout.getChannels(), 4_001L, layout.getAdcBits()))
                .build());
        disturbed.add(4, foreign);
        disturbed.add(4, otherPeriod);

        pipeline.run(disturbed, 1, "hashmap");

        assertThat(bySensor(pipeline.read(Topic.PULSES_HITS, HitBatch.class))).isEqualTo(expected.hits);
        List<DeadLetter> letters = pipeline.read(Topic.PULSES_DEAD_LETTERS, DeadLetter.class);
        assertThat(letters).extracting(DeadLetter::getReason).containsExactly("UNKNOWN_FRONT_END", "UNKNOWN_FRONT_END");
        assertThat(letters.get(1).getValue().array()).isEqualTo(foreign.value);
    }

    @Test
    void aRepeatedPacketIsOneDuplicateAndAMissingOneIsOneGapAndMissingInItsSpectra() throws Exception {
        List<SensorPacket> disturbed = new ArrayList<>(packets);
        SensorPacket missing = disturbed.remove(8);
        SensorPacket repeated = disturbed.get(4);
        disturbed.add(6, repeated);

        pipeline.run(pipeline.records(disturbed), 1, "hashmap");

        assertThat(pipeline.read(Topic.PULSES_SEQUENCE_REPORTS, SequenceReport.class))
                .containsExactly(
                        report(repeated, SequenceReportKind.DUPLICATE), report(missing, SequenceReportKind.GAP));
        List<HitBatch> hits = new ArrayList<>(expected.hits);
        hits.removeIf(batch ->
                batch.getSensorId().equals(missing.getSensorId()) && batch.getSequence() == missing.getSequence());
        assertThat(bySensor(pipeline.read(Topic.PULSES_HITS, HitBatch.class))).isEqualTo(hits);
        assertThat(pipeline.read(Topic.PULSES_SPECTRA, Spectrum.class))
                .extracting(Spectrum::getMissingPackets)
                .contains(0L, 1L);
    }

    @Test
    void settingsOfAFrontEndAreReadFromJsonAndABadFileIsOneLine() throws Exception {
        Path file = folder.resolve("settings.json");
        String json = """
                {"my-board": {
                  "samplePeriodPicoseconds": 8000, "falling": true, "stampSample": 20, "stampStepPicoseconds": 1,
                  "baselineSamples": 40, "baselineSlope": false, "decaySamples": 0,
                  "saturationLow": 0, "saturationHigh": 4095,
                  "trigger": {"rise": 4, "flat": 2, "noise": 6, "leastHeight": 10, "resolution": 8},
                  "trapezoid": {"rise": 20, "flat": 10, "pickOff": 0},
                  "constantFraction": {"fraction": 0.3, "delay": 4},
                  "gates": {"fromStamp": false, "start": -5, "shortLength": 10, "longLength": 50},
                  "spectrum": {"from": 0, "width": 1, "count": 4096}}}
                """;
        Files.writeString(file, json);
        PulseSettings settings = PulseSettingsFile.read(file).get("my-board");
        assertThat(settings.samplePeriodPicoseconds()).isEqualTo(8000);
        assertThat(settings.gates().longLength()).isEqualTo(50);
        assertThat(settings.calibration()).isNull();
        assertThat(new TreeMap<>(PulseSettingsFile.read(file))).containsOnlyKeys("my-board");

        for (String[] change : new String[][] {
            {"\"rise\": 4", "\"rise\": 0", "trigger.rise"},
            {"\"noise\": 6", "\"nois\": 6", "nois"},
            {"4096}}}", "4096}}", "settings.json"},
            {"\"falling\": true", "\"falling\": \"maybe\"", "maybe"},
            {"\"trapezoid\": {\"rise\": 20, \"flat\": 10, \"pickOff\": 0},", "", "trapezoid"}
        }) {
            Files.writeString(file, json.replace(change[0], change[1]));
            assertThatThrownBy(() -> PulseSettingsFile.read(file))
                    .isInstanceOf(RecordingException.class)
                    .hasMessageContaining("settings.json")
                    .hasMessageContaining(change[2])
                    .message()
                    .hasLineCount(1);
        }
    }

    private static long picos(Hit hit) {
        return hit.getUnixNanos() * 1000 + hit.getPicoseconds();
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

    /** Records of each sensor in their order. */
    private static <T extends SpecificRecordBase> List<T> bySensor(List<T> records) {
        Stream<T> sorted = records.stream()
                .sorted(Comparator.comparing(record -> record.get("sensorId").toString()));
        return sorted.toList();
    }
}
