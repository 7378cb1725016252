package io.fluxon.launcher.infer;

import io.fluxon.networks.model.Dialect;
import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.ModelException;
import io.fluxon.networks.model.NirFile;
import io.fluxon.networks.model.NirGraph;
import io.fluxon.networks.model.NirNode;
import io.fluxon.networks.model.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * The options that say what a NIR file leaves open. They go before the file's metadata; what neither says has a default,
 * except for the time step.
 */
public final class ModelOptions {

    /** Metadata that {@code --set} takes, besides the options of their own. */
    private static final List<String> DIALECT_KEYS = List.of(
            "integrator", "reset", "reset_time", "spike_test", "spikes_per_step", "current", "transmission_steps");

    private static final Map<String, List<String>> CHOICES = Map.of(
            "integrator", texts(Dialect.Integrator.class),
            "reset", texts(Dialect.Reset.class),
            "reset_time", texts(Dialect.ResetTime.class),
            "spike_test", texts(Dialect.SpikeTest.class),
            "spikes_per_step", texts(Dialect.SpikesPerStep.class),
            "current", texts(Dialect.Current.class),
            "transmission_steps", List.of("0", "1"));

    private static final int MAX_CLASSES = 1 << 20;

    @Option(
            names = "--dt",
            paramLabel = "S",
            description = "Length of a step in the neurons' equations, seconds (default: the model's, else --bin-us).")
    private Double stepSeconds;

    @Option(
            names = "--bin-us",
            paramLabel = "N",
            description = "Sensor time that a step covers, microseconds (default: the model's, else --dt).")
    private Long binMicros;

    @Option(
            names = "--preset",
            paramLabel = "NAME",
            converter = PresetConverter.class,
            description =
                    "Compute as the simulator that the model comes from, instead of as the model says: fluxon, norse, snntorch, "
                            + "sinabs, lava, spinnaker2, nengo, rockpool, spikingjelly.")
    private Dialect.Preset preset;

    @Option(
            names = "--reset",
            paramLabel = "KIND",
            converter = ResetConverter.class,
            description = "What a spike does to the potential: zero or subtract.")
    private Dialect.Reset reset;

    @Option(
            names = "--integrator",
            paramLabel = "KIND",
            converter = IntegratorConverter.class,
            description = "How equations become steps: euler or exponential.")
    private Dialect.Integrator integrator;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description =
                    "Another choice: reset_time=at_spike|next_step, spike_test=above|at_or_above, spikes_per_step=one|many, "
                            + "current=new|old, transmission_steps=0|1. May be repeated.")
    private Map<String, String> choices = new LinkedHashMap<>();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** Reads a network's file, whatever it says of time. */
    public static NirGraph read(Path file) throws IOException {
        if (Files.isDirectory(file)) {
            throw new ModelException(file + ": a folder, need a model file");
        }
        return NirFile.read(file);
    }

    /** Reads a model; what it and the options say of the time step must be enough. */
    public Model open(Path file) throws IOException {
        NirGraph graph = read(file);
        Map<String, String> metadata = metadata(file, graph);
        if (!metadata.containsKey("step_us")) {
            throw new ParameterException(
                    spec.commandLine(),
                    file + ": does not say how long a step is; give --dt SECONDS, or --bin-us MICROSECONDS");
        }
        return Model.of(graph.withMetadata(metadata), file.toString());
    }

    /** The file's metadata, the options, and defaults for what is missing but the time step. */
    public Map<String, String> metadata(Path file, NirGraph graph) {
        check();
        Map<String, String> metadata = new HashMap<>(graph.metadata());
        if (preset != null) {
            DIALECT_KEYS.forEach(metadata::remove);
            metadata.put("preset", Dialect.text(preset));
        }
        if (reset != null) {
            metadata.put("reset", Dialect.text(reset));
        }
        if (integrator != null) {
            metadata.put("integrator", Dialect.text(integrator));
        }
        metadata.putAll(choices);
        if (stepSeconds != null) {
            metadata.put("dt", stepSeconds.toString());
        }
        if (binMicros != null) {
            metadata.put("step_us", binMicros.toString());
        } else if (!metadata.containsKey("step_us") && metadata.containsKey("dt")) {
            stepMicros(metadata.get("dt")).ifPresent(micros -> metadata.put("step_us", Long.toString(micros)));
        }
        String name = SampleInput.baseName(file);
        metadata.putIfAbsent("name", name.isBlank() ? "model" : name);
        metadata.putIfAbsent("version", "0");
        metadata.putIfAbsent("classes", classes(file, graph));
        return metadata;
    }

    private void check() {
        if (stepSeconds != null && !(stepSeconds > 0 && stepSeconds < Double.POSITIVE_INFINITY)) {
            throw new ParameterException(
                    spec.commandLine(), "--dt is " + stepSeconds + ", must be a positive number of seconds");
        }
        if (binMicros != null && binMicros < 1) {
            throw new ParameterException(spec.commandLine(), "--bin-us is " + binMicros + ", must be at least 1");
        }
        choices.forEach((key, value) -> {
            List<String> values = CHOICES.get(key);
            if (values == null) {
                throw new ParameterException(
                        spec.commandLine(), "--set " + key + ": is not one of " + String.join(", ", DIALECT_KEYS));
            }
            if (!values.contains(value)) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--set " + key + ": '" + value + "' is not one of " + String.join(", ", values));
            }
        });
    }

    /** A step of the equations in whole microseconds, at least one; empty if the text is no number of seconds. */
    private static OptionalLong stepMicros(String seconds) {
        try {
            return OptionalLong.of(Math.max(1, Math.round(Double.parseDouble(seconds) * 1e6)));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** The numbers of the outputs. */
    private static String classes(Path file, NirGraph graph) {
        long outputs = new TreeMap<>(graph.nodes())
                .values().stream()
                        .filter(NirNode.Output.class::isInstance)
                        .mapToLong(node -> Tensor.size(((NirNode.Output) node).shape()))
                        .findFirst()
                        .orElse(1);
        if (outputs < 1 || outputs > MAX_CLASSES) {
            throw new ModelException(file + ": Output has " + outputs + " values, must have 1 to " + MAX_CLASSES);
        }
        return IntStream.range(0, (int) outputs).mapToObj(Integer::toString).collect(Collectors.joining(","));
    }

    private static <E extends Enum<E>> E choice(Class<E> type, String value) {
        return Arrays.stream(type.getEnumConstants())
                .filter(candidate -> Dialect.text(candidate).equals(value))
                .findFirst()
                .orElseThrow(() ->
                        new TypeConversionException("'" + value + "' is not one of " + String.join(", ", texts(type))));
    }

    private static <E extends Enum<E>> List<String> texts(Class<E> type) {
        return Arrays.stream(type.getEnumConstants()).map(Dialect::text).toList();
    }

    private static final class PresetConverter implements ITypeConverter<Dialect.Preset> {

        @Override
        public Dialect.Preset convert(String value) {
            return choice(Dialect.Preset.class, value);
        }
    }

    private static final class ResetConverter implements ITypeConverter<Dialect.Reset> {

        @Override
        public Dialect.Reset convert(String value) {
            return choice(Dialect.Reset.class, value);
        }
    }

    private static final class IntegratorConverter implements ITypeConverter<Dialect.Integrator> {

        @Override
        public Dialect.Integrator convert(String value) {
            return choice(Dialect.Integrator.class, value);
        }
    }
}
