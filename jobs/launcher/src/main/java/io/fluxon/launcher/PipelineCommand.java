package io.fluxon.launcher;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.PulseModel;
import io.fluxon.pipelines.PipelineFile;
import io.fluxon.pipelines.PipelineFileException;
import io.fluxon.pipelines.PipelineSettings;
import io.fluxon.pipelines.PulseAnalysis;
import io.fluxon.schemas.SensorKind;
import io.fluxon.streams.network.NetworkSettings;
import io.fluxon.streams.pulses.PulseWindows;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fluxon pipeline}: files that configure a pipeline. */
@Command(
        name = "pipeline",
        description = "Checks the file of a pipeline, or prints one to begin with.",
        synopsisSubcommandLabel = "(check | init)",
        footer = {"", "Example:", "  ./fluxon pipeline init camera > camera.yaml"})
final class PipelineCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing required subcommand: check or init");
    }

    @Command(
            name = "check",
            description = "Shows what the pipeline of a file runs, or all errors of the file.",
            footer = {"", "Example:", "  ./fluxon pipeline check camera.yaml"})
    int check(
            @Parameters(paramLabel = "FILE", description = "Pipeline (YAML; docs/pipelines.md has its fields).")
                    Path file,
            @Option(names = "--json", description = "Print one JSON object instead of text.") boolean json)
            throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        try {
            Map<String, Object> runs = describe(PipelineFile.read(file));
            if (json) {
                out.println(new ObjectMapper().writeValueAsString(runs));
            } else {
                runs.forEach((name, value) -> out.println(line(name, value)));
            }
            out.flush();
            return 0;
        } catch (PipelineFileException e) {
            if (json) {
                out.println(new ObjectMapper().writeValueAsString(Map.of("errors", e.errors())));
                out.flush();
            } else {
                e.errors().forEach(error -> spec.commandLine().getErr().println("fluxon: " + Printable.of(error)));
            }
            return 1;
        }
    }

    @Command(
            name = "init",
            description = "Prints a pipeline for a kind of sensor, with comments.",
            footer = {"", "Example:", "  ./fluxon pipeline init watch > watch.yaml"})
    int init(
            @Parameters(
                            paramLabel = "KIND",
                            converter = KindConverter.class,
                            description = "Kind of the sensors: camera, watch or pulses.")
                    SensorKind kind) {
        PrintWriter out = spec.commandLine().getOut();
        out.print(PipelineFile.example(kind));
        out.flush();
        return 0;
    }

    /** Numbers have their unit in the name. */
    private static Map<String, Object> describe(PipelineSettings settings) {
        Map<String, Object> runs = new LinkedHashMap<>();
        runs.put("name", settings.name());
        runs.put("sensor", settings.sensor().lowerCaseName());
        runs.put("bootstrap", settings.bootstrap());
        runs.put("topics", settings.topicsByRole());
        runs.put("delivery", lowerCase(settings.delivery()));
        runs.put("live", settings.live());
        if (settings.network() != null) {
            Model model = settings.model().open();
            runs.put("model", model.name() + " " + model.version());
            runs.put("classes", model.classes());
            runs.put("window", window(settings.network()));
        } else {
            runs.put("analysis", analysis(settings.analysis()));
        }
        Map<String, Object> order = new LinkedHashMap<>();
        order.put("held_packets", settings.order().maxHeldPackets());
        order.put("held_bytes", settings.order().maxHeldBytes());
        order.put("grace_us", settings.order().graceMicros());
        runs.put("order", order);
        Map<String, Object> state = new LinkedHashMap<>();
        state.put("backend", lowerCase(settings.backend()));
        if (settings.backend() == PipelineSettings.Backend.ROCKSDB) {
            state.put("hot_keys", settings.state().hotKeys());
        }
        state.put("expiry_ms", settings.state().expiryMillis());
        runs.put("state", state);
        runs.put("flink", new TreeMap<>(settings.flinkConfiguration().toMap()));
        return runs;
    }

    private static Map<String, Object> window(NetworkSettings network) {
        Map<String, Object> window = new LinkedHashMap<>();
        window.put("kind", lowerCase(network.window().kind()));
        putUnlessZero(window, "length_us", network.window().lengthMicros());
        putUnlessZero(window, "slide_us", network.window().slideMicros());
        putUnlessZero(window, "gap_us", network.window().gapMicros());
        putUnlessZero(window, "every_us", network.everyMicros());
        putUnlessZero(window, "max_silence_us", network.maxSilenceMicros());
        if (network.earlyExit() != null) {
            window.put("early_exit_margin", network.earlyExit().margin());
            window.put("early_exit_then", lowerCase(network.earlyExit().then()));
        }
        return window;
    }

    private static void putUnlessZero(Map<String, Object> values, String name, long value) {
        if (value != 0) {
            values.put(name, value);
        }
    }

    private static Map<String, Object> analysis(PulseAnalysis analysis) {
        PulseWindows windows = analysis.windows();
        PulseModel model = analysis.modelFile().openPulses();
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("front_ends", List.copyOf(analysis.settings().keySet()));
        values.put("spectrum_ps", windows.spectrumPicos());
        values.put("channels", List.of(windows.firstChannel(), windows.secondChannel()));
        values.put("coincidence_ps", windows.coincidencePicos());
        values.put("model", model.name() + " " + model.version());
        return values;
    }

    private static String lowerCase(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String line(String name, Object value) {
        String text = value instanceof Map<?, ?> values
                ? values.entrySet().stream()
                        .map(entry -> entry.getKey() + " " + entry.getValue())
                        .collect(Collectors.joining(", "))
                : value.toString();
        return Printable.of(String.format(Locale.ROOT, "%-9s %s", name, text));
    }
}
