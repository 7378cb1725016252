package io.fluxon.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxon.connectors.camera.packets.CameraEpoch;
import io.fluxon.connectors.simulation.LabelledRecording;
import io.fluxon.connectors.simulation.SimulatedCamera;
import io.fluxon.networks.engine.DeltaGru;
import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.ModelFile;
import io.fluxon.networks.model.NirGraph;
import io.fluxon.networks.model.NirNode;
import io.fluxon.pipelines.PulseAnalysis;
import io.fluxon.signals.motion.MotionNormalizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoITCase {

    private static final int RECORDINGS = 4;

    @TempDir
    private Path directory;

    private List<Path> temporaryBefore;

    @BeforeEach
    void rememberTemporaryDirectories() throws IOException {
        temporaryBefore = temporaryDirectories();
    }

    @AfterEach
    void nothingIsLeftBehind() throws IOException {
        assertThat(temporaryDirectories()).isEqualTo(temporaryBefore);
    }

    @Test
    void everyPublishedRecordingIsDecidedAndJudged() throws Exception {
        List<Snapshot> snapshots = new ArrayList<>();

        DemoReport report = demo(RECORDINGS, Double.POSITIVE_INFINITY).run(snapshots::add);

        assertThat(report.finished()).isTrue();
        CameraSummary summary = cameraSummary(report);
        assertThat(summary.decisions()).isEqualTo(RECORDINGS);
        assertThat(summary.labelled()).isEqualTo(RECORDINGS);
        assertThat(summary.correct())
                .as("a network with zero weights always says class 0")
                .isEqualTo(expectedZeros());
        assertThat(summary.packets()).isPositive();
        assertThat(summary.events()).isEqualTo(expectedEvents());
        assertThat(summary.gaps() + summary.duplicates() + summary.deadLetters())
                .isZero();
        assertThat(summary.latencyMillisP50()).isNotNull();
        assertThat(report.lanes().get(0).common().firstCommittedUnixMillis()).isPositive();
        assertThat(report.lanes().get(0).lines()).contains("Accuracy against elapsed event time, 4 recordings");
        assertThat(snapshots)
                .isNotEmpty()
                .allSatisfy(snapshot -> assertThat(snapshot.webUi().getHost()).isEqualTo("127.0.0.1"));
    }

    @Test
    void anEndlessDemoEndsWhenItsTimeIsOver() throws Exception {
        DemoReport report = demo(Integer.MAX_VALUE, 2).run(snapshot -> {});

        assertThat(report.finished()).isTrue();
        assertThat(cameraSummary(report).decisions()).isPositive();
    }

    @Test
    void aStoppedDemoSaysThatItDidNotFinish() throws Exception {
        Demo demo = demo(Integer.MAX_VALUE, Double.POSITIVE_INFINITY);

        DemoReport report = demo.run(snapshot -> demo.stop());

        assertThat(report.finished()).isFalse();
    }

    @Test
    void aFailingFeedFailsTheDemo() {
        Demo demo = demo(replay -> {
            throw new IOException("60001.bs2: gone");
        });

        assertThatThrownBy(() -> demo.run(snapshot -> {}))
                .isInstanceOf(IOException.class)
                .hasMessage("60001.bs2: gone");
    }

    @Test
    void anErrorInTheFeedFailsTheDemoInOneLine() {
        Demo demo = demo(replay -> {
            throw new StackOverflowError("too deep");
        });

        assertThatThrownBy(() -> demo.run(snapshot -> {}))
                .isInstanceOf(IOException.class)
                .hasMessage("the player failed: java.lang.StackOverflowError: too deep");
    }

    @Test
    void anOptionThatFlinkRefusesFailsTheDemo() {
        Demo demo = new Demo(
                List.of(camera(replay -> false)),
                1,
                Double.POSITIVE_INFINITY,
                Configuration.fromMap(Map.of("parallelism.default", "many")));

        assertThatThrownBy(() -> demo.run(snapshot -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("parallelism.default");
    }

    @Test
    void allSimulatorsPlayInOneJob() throws Exception {
        List<Lane> lanes = List.of(
                CameraLane.simulated(1, model()),
                WatchLane.simulated(1, watchModel()),
                PulsesLane.simulated(1, PulseAnalysis.shipped()));

        DemoReport report = new Demo(lanes, 1, 4, new Configuration()).run(snapshot -> {});

        assertThat(report.finished()).isTrue();
        CameraSummary camera = cameraSummary(report);
        assertThat(camera.decisions()).isPositive().isEqualTo(camera.labelled());
        WatchSummary watch = (WatchSummary) report.lanes().get(1).summary();
        assertThat(watch.decisions()).isPositive();
        assertThat(watch.labelled()).as("all within the first activity").isEqualTo(watch.decisions());
        assertThat(watch.operationsSavedPercent()).isBetween(0.0, 100.0);
        PulsesSummary pulses = (PulsesSummary) report.lanes().get(2).summary();
        assertThat(pulses.hits()).isPositive();
        assertThat(pulses.matched()).isBetween(pulses.trueHits() * 95 / 100, pulses.trueHits());
        assertThat(pulses.coincidences()).isPositive();
        assertThat(camera.deadLetters() + watch.deadLetters() + pulses.deadLetters())
                .isZero();
        assertThat(camera.gaps() + watch.gaps() + pulses.gaps()).isZero();
    }

    private Demo demo(int recordings, double durationSeconds) {
        SimulatedCamera camera = new SimulatedCamera(1);
        int[] played = {0};
        Player.Feed feed = replay -> {
            if (played[0]++ >= recordings) {
                return false;
            }
            LabelledRecording next = camera.next();
            replay.play(CameraEpoch.playable(next.recording(), "camera-1", Optional.of(next.label())));
            return true;
        };
        return new Demo(List.of(camera(feed)), 1, durationSeconds, new Configuration());
    }

    private Demo demo(Player.Feed feed) {
        return new Demo(List.of(camera(feed)), 1, Double.POSITIVE_INFINITY, new Configuration());
    }

    private Lane camera(Player.Feed feed) {
        return new CameraLane("test", feed, false, model());
    }

    private static CameraSummary cameraSummary(DemoReport report) {
        return (CameraSummary) report.lanes().get(0).summary();
    }

    private static long expectedZeros() {
        SimulatedCamera camera = new SimulatedCamera(1);
        return Stream.generate(camera::next)
                .limit(RECORDINGS)
                .filter(recording -> recording.label().equals("0"))
                .count();
    }

    private static long expectedEvents() throws IOException {
        SimulatedCamera camera = new SimulatedCamera(1);
        long events = 0;
        for (int i = 0; i < RECORDINGS; i++) {
            events += camera.next().recording().events().size();
        }
        return events;
    }

    private ModelFile model() {
        int pixels = 2 * 34 * 34;
        double[] one = {1};
        double[] zero = {0};
        double[] tau = new double[10];
        Arrays.fill(tau, 0.1);
        NirGraph graph = NirGraph.chain(
                Map.entry("input", new NirNode.Input(new int[] {2, 34, 34})),
                Map.entry("flatten", new NirNode.Flatten(new int[] {2, 34, 34}, 0, -1)),
                Map.entry("hidden_weights", new NirNode.Linear(new float[pixels], 1, pixels)),
                Map.entry("hidden", new NirNode.Lif(one, one, zero, one, zero)),
                Map.entry("readout_weights", new NirNode.Linear(new float[10], 10, 1)),
                Map.entry("readout", new NirNode.Li(tau, tau, new double[10])),
                Map.entry("output", new NirNode.Output(new int[] {10})));
        List<String> digits = List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
        Path file = directory.resolve("model.nir");
        try {
            new Model(graph, "testing", "1", digits, 1_000, "zero weights").write(file);
            return ModelFile.of(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Zero weights and windows of 1 s. */
    private ModelFile watchModel() throws IOException {
        int inputs = MotionNormalizer.CHANNELS;
        long periodNanos = 50_000_000;
        NirGraph chain = NirGraph.chain(
                Map.entry("input", new NirNode.Input(new int[] {inputs})),
                Map.entry(
                        "gru",
                        new NirNode.DeltaGru(
                                new float[3 * inputs],
                                new float[3],
                                new float[3],
                                new float[3],
                                0.05f,
                                0.02f,
                                inputs,
                                1)),
                Map.entry("readout", new NirNode.Affine(new float[2], new float[2], 2, 1)),
                Map.entry("output", new NirNode.Output(new int[] {2})));
        Map<String, String> metadata = new HashMap<>(new MotionNormalizer(periodNanos, 2, 0.005).metadata());
        metadata.put(DeltaGru.WINDOW_STEPS, "20");
        Path file = directory.resolve("watch.nir");
        new Model(
                        new NirGraph(chain.nodes(), chain.edges(), metadata),
                        "testing",
                        "1",
                        List.of("typing", "teeth"),
                        periodNanos / 1_000,
                        "zero weights")
                .write(file);
        return ModelFile.of(file);
    }

    private static List<Path> temporaryDirectories() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName()
                            .toString()
                            .matches("fluxon-.*-" + ProcessHandle.current().pid() + "-.*"))
                    .sorted()
                    .toList();
        }
    }
}
