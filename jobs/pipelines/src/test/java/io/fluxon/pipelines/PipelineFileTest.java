package io.fluxon.pipelines;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.NirGraph;
import io.fluxon.networks.model.NirNode;
import io.fluxon.pipelines.PipelineSettings.Backend;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.Topic;
import io.fluxon.signals.pulses.FrontEnds;
import io.fluxon.streams.OrderSettings;
import io.fluxon.streams.StateSettings;
import io.fluxon.streams.network.NetworkSettings;
import io.fluxon.streams.network.NetworkSettings.EarlyExit;
import io.fluxon.streams.network.NetworkSettings.Kind;
import io.fluxon.streams.network.NetworkSettings.Then;
import io.fluxon.streams.network.NetworkSettings.Window;
import io.fluxon.streams.pulses.PulseWindows;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PipelineFileTest {

    private static final String CAMERA = "name: a\nsensor: camera\nkafka: {bootstrap: 'b:1'}\nmodel: small.nir\n";
    private static final String EPOCH = CAMERA + "window: {kind: epoch, every: 20 ms}\n";
    private static final String PULSES = "name: a\nsensor: pulses\nkafka: {bootstrap: 'b:1'}\n";

    @TempDir
    private Path directory;

    /** Two pixels in, two classes out, steps of 1 ms. */
    @BeforeEach
    void writeSmallModels() throws Exception {
        small(2, 1, 1).write(directory.resolve("small.nir"));
        small(2).write(directory.resolve("channels.nir"));
    }

    private static Model small(int... inputShape) {
        NirGraph graph = NirGraph.chain(
                Map.entry("input", new NirNode.Input(inputShape)),
                Map.entry("flatten", new NirNode.Flatten(inputShape, 0, -1)),
                Map.entry("linear", new NirNode.Linear(new float[] {1, 0, 0, 1}, 2, 2)),
                Map.entry("readout", new NirNode.Li(new double[] {0.1}, new double[] {1}, new double[1])),
                Map.entry("output", new NirNode.Output(new int[] {2})));
        return new Model(graph, "small", "1", List.of("a", "b"), 1000, "");
    }

    private Path file(String text) throws Exception {
        return Files.writeString(directory.resolve("p.yaml"), text);
    }

    private PipelineSettings read(String text) throws Exception {
        return PipelineFile.read(file(text));
    }

    /** The errors without the folder in front. */
    private List<String> errors(Path file) {
        PipelineFileException failure =
                catchThrowableOfType(PipelineFileException.class, () -> PipelineFile.read(file));
        assertThat(failure).isNotNull();
        return failure.errors().stream()
                .map(error -> error.replace(directory + "/", ""))
                .toList();
    }

    private List<String> errors(String text) throws Exception {
        return errors(file(text));
    }

    @ParameterizedTest
    @EnumSource(SensorKind.class)
    void theShippedExamplesAreWhatTheDemoRuns(SensorKind sensor) throws Exception {
        PipelineSettings settings = read(PipelineFile.example(sensor));

        assertThat(settings.sensor()).isEqualTo(sensor);
        assertThat(settings.name()).isEqualTo("fluxon-" + sensor.lowerCaseName());
        assertThat(settings.bootstrap()).isEqualTo("localhost:9092");
        assertThat(settings.topics())
                .allSatisfy((topic, name) -> assertThat(name).isEqualTo(topic.topicName()));
        assertThat(settings.topics().keySet())
                .contains(sensor.packets(), sensor.live(), sensor.sequenceReports(), sensor.deadLetters())
                .containsAll(sensor.results())
                .doesNotContain(sensor.truth());
        assertThat(settings.delivery()).isEqualTo(Topic.Delivery.EXACTLY_ONCE);
        assertThat(settings.live()).isTrue();
        assertThat(settings.order()).isEqualTo(new OrderSettings(64, 4_194_304, 1_000_000));
        assertThat(settings.backend()).isEqualTo(Backend.HEAP);
        assertThat(settings.state()).isEqualTo(new StateSettings(0, 3_600_000));
        assertThat(settings.checkpointMillis()).isEqualTo(500);
        assertThat(settings.checkpointDirectory()).isNull();
        assertThat(settings.parallelism()).isEqualTo(1);
    }

    /** The topics in comments are the catalogue's, so that who takes a comment away changes nothing. */
    @ParameterizedTest
    @EnumSource(SensorKind.class)
    void theExamplesNameAllTheirTopicsInComments(SensorKind sensor) throws Exception {
        String example = PipelineFile.example(sensor);
        PipelineSettings settings = read(example.replaceAll("(?m)^  # (topics:|  )", "  $1"));

        assertThat(settings.topics()).isEqualTo(read(example).topics());
        for (String role : settings.topicsByRole().keySet()) {
            assertThat(example).contains("  #   " + role + ": ");
        }
    }

    @Test
    void theExamplesDecideAsTheDemoDoes() throws Exception {
        PipelineSettings camera = read(PipelineFile.example(SensorKind.CAMERA));
        PipelineSettings watch = read(PipelineFile.example(SensorKind.WATCH));
        PipelineSettings pulses = read(PipelineFile.example(SensorKind.PULSES));

        assertThat(camera.network()).isEqualTo(new NetworkSettings(new Window(Kind.EPOCH, 0, 0, 0), 20_000, 0, null));
        assertThat(camera.model().open().name())
                .isEqualTo(ShippedModels.nmnist().open().name());
        assertThat(watch.network()).isEqualTo(new NetworkSettings(new Window(Kind.CONTINUOUS, 0, 0, 0), 0, 0, null));
        assertThat(watch.model().open().name())
                .isEqualTo(ShippedModels.wisdm().open().name());
        assertThat(pulses.model()).isNull();
        assertThat(pulses.network()).isNull();
        assertThat(pulses.analysis().settings()).isEqualTo(FrontEnds.settings());
        assertThat(pulses.analysis().windows()).isEqualTo(PulseWindows.DEFAULT);
        assertThat(pulses.analysis().modelFile().openPulses().name())
                .isEqualTo(ShippedModels.pulseV1().openPulses().name());
    }

    @Test
    void theExamplesOfTheManualAreRead() throws Exception {
        Files.copy(directory.resolve("small.nir"), directory.resolve("gestures.nir"));
        Files.writeString(directory.resolve("my-boards.json"), "{}");
        String manual = Files.readString(Path.of(System.getProperty("fluxon.root", "../.."), "docs/pipelines.md"));

        List<String> names = new ArrayList<>();
        for (MatchResult example : Pattern.compile("(?s)```yaml\n(.*?)```")
                .matcher(manual)
                .results()
                .toList()) {
            names.add(read(example.group(1)).name());
        }

        assertThat(names).containsExactly("wrist-1", "gestures", "pairs");
    }

    @Test
    void everyFieldIsRead() throws Exception {
        Files.copy(resource("models/simulated-wrist.nir"), directory.resolve("own.nir"));

        PipelineSettings settings = read("""
                        name: wrist-1
                        sensor: watch
                        kafka:
                          bootstrap: "one:9092, [::1]:9093"
                          topics: {packets: a.b.c, dead-letters: d_e-f}
                        delivery: at-least-once
                        live: false
                        model: own.nir
                        window: {kind: sliding, length: 2 s, slide: 0.5 s, every: 50ms, max-silence: 1 min}
                        early-exit: {margin: 0.25, then: revise}
                        order: {held-packets: 0, held-bytes: 1.5 KiB, grace: 20 us}
                        state: {backend: rocksdb, hot-keys: 7, expiry: 2 d}
                        checkpoint: {interval: 200 ms, directory: 'file:///some/where'}
                        parallelism: 2
                        """);

        assertThat(settings.name()).isEqualTo("wrist-1");
        assertThat(settings.bootstrap()).isEqualTo("one:9092, [::1]:9093");
        assertThat(settings.topicsByRole())
                .containsExactly(
                        Map.entry("packets", "a.b.c"),
                        Map.entry("decisions", "fluxon.watch.decisions"),
                        Map.entry("reports", "fluxon.watch.sequence-reports"),
                        Map.entry("dead-letters", "d_e-f"));
        assertThat(settings.delivery()).isEqualTo(Topic.Delivery.AT_LEAST_ONCE);
        assertThat(settings.live()).isFalse();
        assertThat(settings.model().open().name())
                .isEqualTo(ShippedModels.simulatedWrist().open().name());
        assertThat(settings.network())
                .isEqualTo(new NetworkSettings(
                        new Window(Kind.SLIDING, 2_000_000, 500_000, 0),
                        50_000,
                        60_000_000,
                        new EarlyExit(0.25, Then.REVISE)));
        assertThat(settings.order()).isEqualTo(new OrderSettings(0, 1536, 20));
        assertThat(settings.backend()).isEqualTo(Backend.ROCKSDB);
        assertThat(settings.state()).isEqualTo(new StateSettings(7, 172_800_000));
        assertThat(settings.checkpointMillis()).isEqualTo(200);
        assertThat(settings.checkpointDirectory()).isEqualTo("file:///some/where");
        assertThat(settings.parallelism()).isEqualTo(2);
    }

    @Test
    void theAnalysisOfPulsesIsRead() throws Exception {
        String frontEnd = """
                {"board": {"samplePeriodPicoseconds": 8000, "falling": true, "stampSample": 20, "stampStepPicoseconds": 1,
                 "baselineSamples": 40, "baselineSlope": false, "decaySamples": 0, "saturationLow": 0,
                 "saturationHigh": 4095,
                 "trigger": {"rise": 4, "flat": 2, "noise": 6, "leastHeight": 10, "resolution": 8},
                 "trapezoid": {"rise": 20, "flat": 10, "pickOff": 0}, "constantFraction": {"fraction": 0.3, "delay": 4},
                 "spectrum": {"from": 0, "width": 1, "count": 4096}}}
                """;
        Files.writeString(directory.resolve("boards.json"), frontEnd);
        Files.copy(resource("models/pulse-v1-cnn.nir"), directory.resolve("own.nir"));

        PulseAnalysis analysis = read(PULSES
                        + "analysis: {settings: boards.json, spectrum: 20 us, channels: [2, 5], coincidence: 250 ps,"
                        + " model: own.nir}")
                .analysis();

        assertThat(analysis.settings()).hasSize(FrontEnds.settings().size() + 1).containsKey("board");
        assertThat(analysis.windows()).isEqualTo(new PulseWindows(20_000_000, 2, 5, 250));
        assertThat(analysis.modelFile()).isNotNull();
    }

    @Test
    void pulsesWithAWindowAreDecidedByANetwork() throws Exception {
        PipelineSettings settings = read(PULSES + "model: channels.nir\nwindow: {kind: continuous, every: 20 ms}\n");

        assertThat(settings.analysis()).isNull();
        assertThat(settings.network())
                .isEqualTo(new NetworkSettings(new Window(Kind.CONTINUOUS, 0, 0, 0), 20_000, 0, null));
        assertThat(settings.topics())
                .containsOnlyKeys(
                        Topic.PULSES_PACKETS,
                        Topic.PULSES_DECISIONS,
                        Topic.PULSES_LIVE_DECISIONS,
                        Topic.PULSES_SEQUENCE_REPORTS,
                        Topic.PULSES_DEAD_LETTERS);
    }

    /** Each line stands behind the four of a camera's pipeline, so the first place is line 5. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "window: {kind: epoch, lenght: 1 s} | 5:23: window.lenght: unknown field, did you mean length?",
                "window: {kind: epoch, colour: 1} | 5:23: window.colour: unknown field, must be one of kind, length,",
                "window: {kind: epochs} | 5:10: window.kind: is epochs, must be one of epoch, tumbling, sliding,",
                "window: {every: 20 ms} | 5:1: window.kind: missing",
                "window: epoch | 5:1: window: must be a mapping of fields",
                "window: | 5:1: window: must be a mapping of fields",
                "window: [epoch] | 5:1: window: must be a mapping of fields",
                "window: {kind: [epoch]} | 5:10: window.kind: must be one of epoch",
                "window: {kind: } | 5:10: window.kind: empty, must be one of epoch",
                "window: {kind: epoch, kind: epoch} | 5:23: window.kind: given twice",
                "window: {kind: epoch, [a]: b} | 5:23: window.?: a field's name must be text",
                "window: {kind: tumbling} | 5:1: window.length: missing",
                "window: {kind: sliding, length: 1 s} | 5:1: window.slide: missing",
                "window: {kind: session} | 5:1: window.gap: missing",
                "window: {kind: continuous} | 5:1: window.every: missing",
                "window: {kind: epoch, length: 1 s} | 5:23: window.length: goes with kind tumbling or sliding",
                "window: {kind: tumbling, length: 1 s, slide: 1 s} | 5:39: window.slide: goes with kind sliding",
                "window: {kind: epoch, gap: 1 s} | 5:23: window.gap: goes with kind session",
                "window: {kind: epoch, every: 20} | 5:23: window.every: is 20, must be a duration in whole us from 1 us",
                "window: {kind: epoch, every: 20 MiB} | 5:23: window.every: is 20 MiB, must be a duration",
                "window: {kind: epoch, every: 0 ms} | 5:23: window.every: is 0 ms, must be a duration in whole us",
                "window: {kind: epoch, every: 25 h} | 5:23: window.every: is 25 h, must be a duration in whole us from"
                        + " 1 us to 1 d",
                "window: {kind: epoch, every: 1.5 ns} | 5:23: window.every: is 1.5 ns, must be a duration",
                "window: {kind: epoch, every: -1 ms} | 5:23: window.every: is -1 ms, must be a duration",
                "window: {kind: epoch, every: 1500 us} | 5:23: window.every: is 1500 us, must be a whole number of the"
                        + " model's steps of 1 ms",
                "window: {kind: tumbling, length: 1 s, every: 1 s} | 5:39: window.every: is 1 s, must be shorter than",
                "window: {kind: sliding, length: 1 s, slide: 2 s} | 5:38: window.slide: is 2 s, must be at most the",
                "window: {kind: sliding, length: 1 s, slide: 1 ms} | 5:38: window.slide: is 1 ms, must be at most the"
                        + " length of 1 s and at least a 64th of it",
                "windows: {kind: epoch} | 5:1: windows: unknown field, did you mean window?",
            })
    void aWrongWindowIsNamedByItsPlace(String line, String error) throws Exception {
        assertThat(errors(CAMERA + line)).anySatisfy(found -> assertThat(found).startsWith("p.yaml:" + error));
    }

    /** Each line stands behind the five of a whole pipeline, so the first place is line 6. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "name: b | 6:1: name: given twice",
                "early-exit: {} | 6:1: early-exit.margin: missing",
                "early-exit: {margin: 0} | 6:14: early-exit.margin: is 0, must be a number above 0",
                "early-exit: {margin: 1e999} | 6:14: early-exit.margin: is 1e999, must be a number above 0",
                "early-exit: {margin: .nan} | 6:14: early-exit.margin: is .nan, must be a number above 0",
                "early-exit: {margin: 1, then: go} | 6:25: early-exit.then: is go, must be one of stop, revise",
                "delivery: twice | 6:1: delivery: is twice, must be one of at-least-once, exactly-once",
                "live: yes | 6:1: live: is yes, must be true or false",
                "analysis: {} | 6:1: analysis: goes with sensor pulses without window",
                "order: {held-packets: -1} | 6:9: order.held-packets: is -1, must be a whole number from 0 to 4096",
                "order: {held-packets: 1.0} | 6:9: order.held-packets: is 1.0, must be a whole number from 0 to 4096",
                "order: {held-packets: 99999999999999999999} | 6:9: order.held-packets: is 99999999999999999999, must",
                "order: {held-bytes: 4 MB} | 6:9: order.held-bytes: is 4 MB, must be a size in whole B from 0 B to"
                        + " 64 MiB",
                "order: {held-bytes: 65 MiB} | 6:9: order.held-bytes: is 65 MiB, must be a size",
                "order: {grace: 2 h} | 6:9: order.grace: is 2 h, must be a duration in whole us from 0 us to 10 min",
                "order: {hold: 1} | 6:9: order.hold: unknown field, must be one of held-packets, held-bytes, grace",
                "state: {backend: disk} | 6:9: state.backend: is disk, must be one of heap, rocksdb",
                "state: {hot-keys: 5} | 6:9: state.hot-keys: goes with backend rocksdb",
                "state: {backend: heap, hot-keys: 5} | 6:24: state.hot-keys: goes with backend rocksdb",
                "state: {backend: rocksdb, hot-keys: 0} | 6:27: state.hot-keys: is 0, must be a whole number from 1",
                "state: {expiry: 1 ms} | 6:9: state.expiry: is 1 ms, must be a duration in whole ms from 1 s to 365 d",
                "checkpoint: {interval: 1 ms} | 6:14: checkpoint.interval: is 1 ms, must be a duration in whole ms from"
                        + " 10 ms to 5 min",
                "checkpoint: {interval: 6 min} | 6:14: checkpoint.interval: is 6 min, must be a duration",
                "checkpoint: {directory: some/where} | 6:14: checkpoint.directory: is some/where, must be a URI",
                "checkpoint: {directory: 'file:where'} | 6:14: checkpoint.directory: is file:where, must be a URI",
                "checkpoint: {directory: 'file:///a b'} | 6:14: checkpoint.directory: is file:///a b, must be a URI",
                "parallelism: 0 | 6:1: parallelism: is 0, must be a whole number from 1 to 128",
                "parallelism: 129 | 6:1: parallelism: is 129, must be a whole number from 1 to 128",
                "colour: red | 6:1: colour: unknown field, must be one of name, sensor,",
                "paralelism: 2 | 6:1: paralelism: unknown field, did you mean parallelism?",
                "<<: {parallelism: 2} | 6:1: <<: unknown field",
                "? [a] \\n: b | 6:3: ?: a field's name must be text",
            })
    void aWrongFieldIsNamedByItsPlace(String line, String error) throws Exception {
        assertThat(errors(EPOCH + line.replace("\\n", "\n"))).singleElement().satisfies(found -> assertThat(found)
                .startsWith("p.yaml:" + error));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "kafka: | 2:1: kafka: must be a mapping of fields",
                "kafka: {} | 2:1: kafka.bootstrap: missing",
                "kafka: {bootstrap: b} | 2:9: kafka.bootstrap: is b, must be HOST:PORT, or several joined by commas",
                "kafka: {bootstrap: 'b:0'} | 2:9: kafka.bootstrap: is b:0, must be HOST:PORT",
                "kafka: {bootstrap: 'b:65536'} | 2:9: kafka.bootstrap: is b:65536, must be HOST:PORT",
                "kafka: {bootstrap: 'b:1,'} | 2:9: kafka.bootstrap: is b:1,, must be HOST:PORT",
                "kafka: {bootstrap: 'b:1', topics: {hits: a}} | 2:36: kafka.topics.hits: unknown field, must be one of"
                        + " packets, decisions, live, reports, dead-letters",
                "kafka: {bootstrap: 'b:1', topics: {live: a b}} | 2:36: kafka.topics.live: is a b, must be a name of",
                "kafka: {bootstrap: 'b:1', topics: {live: ..}} | 2:36: kafka.topics.live: is .., must be a name of",
                "kafka: {bootstrap: 'b:1', topics: {live: fluxon.camera.decisions}} | 2:36: kafka.topics.live: is"
                        + " fluxon.camera.decisions, the topic of decisions",
                "kafka: {bootstrap: 'b:1', topics: {live: a, reports: a}} | 2:45: kafka.topics.reports: is a, the topic"
                        + " of live",
            })
    void wrongTopicsAreNamedByTheirPlace(String kafka, String error) throws Exception {
        String text = "name: a\n" + kafka + "\nsensor: camera\nmodel: small.nir\nwindow: {kind: epoch, every: 20 ms}\n";
        assertThat(errors(text)).singleElement().satisfies(found -> assertThat(found)
                .startsWith("p.yaml:" + error));
    }

    @Test
    void aTopicNameMayHave249Characters() throws Exception {
        String text = EPOCH.replace("'b:1'", "'b:1', topics: {live: NAME}");
        assertThat(read(text.replace("NAME", "n".repeat(249))).topicsByRole()).containsEntry("live", "n".repeat(249));

        assertThat(errors(text.replace("NAME", "n".repeat(250))))
                .singleElement()
                .satisfies(error ->
                        assertThat(error).startsWith("p.yaml:3:36: kafka.topics.live: is " + "n".repeat(40) + "..."));
    }

    @Test
    void twoTopicsMaySwapTheirNames() throws Exception {
        PipelineSettings settings = read(EPOCH.replace(
                "'b:1'", "'b:1', topics: {live: fluxon.camera.decisions, decisions: fluxon.camera.decisions.live}"));

        assertThat(settings.topics())
                .containsEntry(Topic.CAMERA_LIVE_DECISIONS, "fluxon.camera.decisions")
                .containsEntry(Topic.CAMERA_DECISIONS, "fluxon.camera.decisions.live");
    }

    @Test
    void aTopicThatIsNotWrittenCannotBeNamed() throws Exception {
        assertThat(errors(EPOCH.replace("'b:1'", "'b:1', topics: {live: a}") + "live: false"))
                .containsExactly("p.yaml:3:36: kafka.topics.live: goes with live: true");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "builtin:mnist | 4:1: model: is builtin:mnist, must be a path or one of builtin:nmnist,"
                        + " builtin:pulse-v1, builtin:simulated, builtin:simulated-wrist, builtin:wisdm",
                "missing.nir | 4:1: model: DIR/missing.nir: no such file",
                "notes.nir | 4:1: model: DIR/notes.nir: not a readable HDF5 model file",
                "folder | 4:1: model: DIR/folder: a folder, not a file",
                "builtin:pulse-v1 | 4:1: model: models/pulse-v1-cnn.nir: ",
            })
    void aModelThatCannotBeUsedIsAnErrorOfItsLine(String model, String error) throws Exception {
        Files.writeString(directory.resolve("notes.nir"), "some notes");
        Files.createDirectory(directory.resolve("folder"));

        assertThat(errors(EPOCH.replace("small.nir", model))).singleElement().satisfies(found -> assertThat(found)
                .startsWith("p.yaml:" + error.replace("DIR/", "")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "model: builtin:pulse-v1 | 4:1: model: goes with window; the network of an analysis is analysis.model",
                "early-exit: {margin: 1} | 4:1: early-exit: goes with window",
                "window: {kind: epoch} | 1:1: model: missing",
                "analysis: {settings: missing.json} | 4:12: analysis.settings: missing.json: no such file",
                "analysis: {settings: bad.json} | 4:12: analysis.settings: bad.json, line 1: ",
                "analysis: {spectrum: 1.5 ns} | 4:12: analysis.spectrum: is 1.5 ns, must be a duration in whole ns from"
                        + " 1 ns to 1 d",
                "analysis: {channels: 1} | 4:12: analysis.channels: must be a list of 2 whole numbers from 0 to 65535",
                "analysis: {channels: [0]} | 4:12: analysis.channels: must be a list of 2 whole numbers",
                "analysis: {channels: [0, 1, x]} | 4:12: analysis.channels: must be a list of 2 whole numbers",
                "analysis: {channels: [1, 0]} | 4:12: analysis.channels: is [1, 0], must be the lower channel first",
                "analysis: {coincidence: 2 d} | 4:12: analysis.coincidence: is 2 d, must be a duration in whole ps from",
                "analysis: {model: builtin:nmnist} | 4:12: analysis.model: models/nmnist-lif.nir: ",
            })
    void aWrongAnalysisIsNamedByItsPlace(String line, String error) throws Exception {
        Files.writeString(directory.resolve("bad.json"), "{");

        assertThat(errors(PULSES + line)).singleElement().satisfies(found -> assertThat(found)
                .startsWith("p.yaml:" + error));
    }

    @Test
    void anEarlyExitNeedsTimesToLookForIt() throws Exception {
        assertThat(errors(CAMERA + "window: {kind: epoch}\nearly-exit: {margin: 1}"))
                .containsExactly("p.yaml:6:1: early-exit: needs window.every, the times at which it is looked for");
        assertThat(errors(CAMERA + "window: {kind: continuous, every: 20 ms}\nearly-exit: {margin: 1}"))
                .containsExactly("p.yaml:6:1: early-exit: does not go with window.kind continuous, which has no end to"
                        + " be early for");
    }

    @Test
    void aStateOutlivesWhatItWaitsFor() throws Exception {
        assertThat(errors(EPOCH + "order: {grace: 3 s}\nstate: {expiry: 2 s}"))
                .containsExactly("p.yaml:7:9: state.expiry: is 2 s, must not be shorter than order.grace, 3 s");
        assertThat(errors(CAMERA + "window: {kind: session, gap: 2 h}"))
                .containsExactly("p.yaml:5:25: window.gap: is 2 h, must not be longer than state.expiry, 1 h");
        assertThat(read(CAMERA + "window: {kind: session, gap: 2 h}\nstate: {expiry: 2 h}")
                        .network()
                        .window()
                        .gapMicros())
                .isEqualTo(7_200_000_000L);
    }

    @Test
    void allErrorsOfAFileAreToldInTheOrderOfTheirPlaces() throws Exception {
        assertThat(errors("""
                        parallelism: 0
                        sensor: watch
                        window:
                          kind: tumbling
                          length: 30 ms
                        state: {hot-keys: 1}
                        model: builtin:wisdm
                        """))
                .containsExactly(
                        "p.yaml:1:1: name: missing",
                        "p.yaml:1:1: kafka: missing",
                        "p.yaml:1:1: parallelism: is 0, must be a whole number from 1 to 128",
                        "p.yaml:5:3: window.length: is 30 ms, must be a whole number of the model's steps of 50 ms",
                        "p.yaml:6:9: state.hot-keys: goes with backend rocksdb");
    }

    @Test
    void aWrongSensorIsTheLastErrorAsTheOthersDependOnIt() throws Exception {
        assertThat(errors("name: a/b\nsensor: radar\nhits: 5\n"))
                .containsExactly(
                        "p.yaml:1:1: name: is a/b, must be 1 to 100 letters, digits, dots, hyphens or underscores",
                        "p.yaml:2:1: sensor: is radar, must be one of camera, watch, pulses");
        assertThat(errors("name: a\n")).containsExactly("p.yaml:1:1: sensor: missing");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "'' | 1:1: the file is empty, must be a mapping of fields",
                "'# nothing' | 1:1: the file is empty, must be a mapping of fields",
                "'- a' | 1:1: the file must be a mapping of fields",
                "'text' | 1:1: the file must be a mapping of fields",
                "'a: 1\\n---\\nb: 2' | 2:1: a second document, there must be one",
                "'a: &x 1' | 1:4: an anchor, which is not allowed",
                "'a: *x' | 1:4: an alias, which is not allowed",
                "'a: !!int 1' | 1:4: a tag, which is not allowed",
                "'a: !!java.net.URL [x]' | 1:4: a tag, which is not allowed",
                "'a: [[[[[[[[]]]]]]]]' | 1:11: nested deeper than 8",
                "'a: 1\\n\\tb: 2' | 2:1: not YAML: ",
                "'a: b: c' | 1:5: not YAML: mapping values are not allowed here",
                "'a: [1' | 1:6: not YAML: expected",
                "'a: 1\\n  é\\u0007' | 2:4: the character U+0007, which YAML does not allow",
            })
    void whatIsNoPlainYamlIsRefused(String quoted, String error) throws Exception {
        String text = quoted.substring(1, quoted.length() - 1)
                .replace("\\n", "\n")
                .replace("\\t", "\t")
                .replace("\\u0007", "\u0007");

        assertThat(errors(text)).singleElement().satisfies(found -> assertThat(found)
                .startsWith("p.yaml:" + error));
    }

    @Test
    void aFileThatNestsWithoutEndIsRefusedBeforeItIsTakenIn() throws Exception {
        assertThat(errors("[".repeat(60_000))).containsExactly("p.yaml:1:9: nested deeper than 8");
        assertThat(errors("- ".repeat(30_000))).containsExactly("p.yaml:1:17: nested deeper than 8");
    }

    @Test
    void aFileIsReadUpToABound() throws Exception {
        String padding = "#".repeat(YamlMapping.MAX_FILE_BYTES - EPOCH.length());
        assertThat(read(EPOCH + padding).name()).isEqualTo("a");

        assertThat(errors(EPOCH + padding + "#")).containsExactly("p.yaml: larger than 65536 bytes");
        assertThat(errors(directory.resolve("missing.yaml"))).containsExactly("missing.yaml: no such file");
        assertThatThrownBy(() -> PipelineFile.read(directory)).hasMessageEndingWith(": a folder, not a file");
    }

    @Test
    void bytesThatAreNotUtf8AreNamedByTheirPlace() throws Exception {
        byte[] latin1 = (EPOCH + "# gr\u00fc\u00df").getBytes(StandardCharsets.ISO_8859_1);
        assertThat(errors(Files.write(directory.resolve("p.yaml"), latin1))).containsExactly("p.yaml:6:5: not UTF-8");

        byte[] cut = {'a', ':', ' ', (byte) 0xC3};
        assertThat(errors(Files.write(directory.resolve("p.yaml"), cut))).containsExactly("p.yaml:1:4: not UTF-8");
    }

    @Test
    void aByteOrderMarkAndCrLfChangeNothing() throws Exception {
        assertThat(read("\uFEFF" + EPOCH.replace("\n", "\r\n")).name()).isEqualTo("a");
    }

    @Test
    void anErrorIsOneLineWhateverStandsInTheFile() throws Exception {
        assertThat(errors(EPOCH + "\"a\\nb\\e[2J\": 1\n")).singleElement().satisfies(error -> assertThat(error)
                .startsWith("p.yaml:6:1: a b [2J: unknown field"));
    }

    @ParameterizedTest
    @CsvSource({"heap, hashmap, false", "rocksdb, rocksdb, true"})
    void flinkIsConfiguredAsTheFileSays(String backend, String stateBackend, String incremental) throws Exception {
        PipelineSettings settings = read(EPOCH + "state: {backend: " + backend + "}\nparallelism: 3\n"
                + "checkpoint: {interval: 200 ms, directory: 'file:///some/where'}");
        Configuration configuration = settings.flinkConfiguration();

        assertThat(configuration.toMap())
                .containsEntry("state.backend.type", stateBackend)
                .containsEntry("execution.checkpointing.incremental", incremental)
                .containsEntry("execution.checkpointing.dir", "file:///some/where")
                .containsEntry("pipeline.generic-types", "false")
                .containsEntry("restart-strategy.type", "exponential-delay");
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.getExecutionEnvironment();
        environment.configure(configuration);
        assertThat(environment.getParallelism()).isEqualTo(3);
        assertThat(environment.getBufferTimeout()).isEqualTo(1);
        assertThat(environment.getConfig().isObjectReuseEnabled()).isTrue();
        assertThat(environment.getCheckpointConfig().getCheckpointInterval()).isEqualTo(200);
        assertThat(environment.getCheckpointConfig().getCheckpointingConsistencyMode())
                .isEqualTo(CheckpointingMode.EXACTLY_ONCE);
    }

    @Test
    void withoutADirectoryCheckpointsGoWhereTheClusterSays() throws Exception {
        assertThat(read(EPOCH).flinkConfiguration().toMap()).doesNotContainKey("execution.checkpointing.dir");
    }

    @Test
    void aFailedJobIsRestartedForEverAfterBoundedDelays() throws Exception {
        Configuration configuration = read(EPOCH).flinkConfiguration();

        assertThat(configuration.toMap())
                .containsEntry(
                        "restart-strategy.exponential-delay.attempts-before-reset-backoff",
                        Integer.toString(Integer.MAX_VALUE))
                .containsEntry("restart-strategy.exponential-delay.backoff-multiplier", "2.0");
        assertThat(configuration.get(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF))
                .isEqualTo(Duration.ofMinutes(1));
    }

    private static InputStream resource(String name) {
        return PipelineFile.class.getClassLoader().getResourceAsStream(name);
    }
}
