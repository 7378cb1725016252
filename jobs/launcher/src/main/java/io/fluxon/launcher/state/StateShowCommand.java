package io.fluxon.launcher.state;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fluxon.launcher.KindConverter;
import io.fluxon.launcher.Printable;
import io.fluxon.networks.engine.NetworkPlan;
import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.ModelFile;
import io.fluxon.pipelines.PipelineFile;
import io.fluxon.schemas.SensorKind;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fluxon state show}: what a savepoint keeps of its keys. */
@Command(
        name = "show",
        description =
                "Shows what a savepoint or kept checkpoint keeps of its keys: of the first 100 by name, or of one.",
        footer = {"", "Example:", "  ./fluxon state show savepoint-1a2b3c --kind camera --key cam-0 --model cnn.nir"})
final class StateShowCommand implements Callable<Integer> {

    private static final int MOST_KEYS = 100;

    @Parameters(paramLabel = "SAVEPOINT", description = "Directory of a savepoint, or of a checkpoint (chk-N).")
    private Path savepoint;

    @Option(
            names = "--kind",
            required = true,
            paramLabel = "KIND",
            converter = KindConverter.class,
            description = "Kind of the sensors: camera, watch or pulses.")
    private SensorKind kind;

    @Option(names = "--key", paramLabel = "KEY", description = "Only this sensor, or of a wearable this device.")
    private String key;

    @Option(
            names = "--model",
            paramLabel = "MODEL",
            description =
                    "Model of the networks, a file or builtin:NAME; with --key their potentials are shown by layer.")
    private String model;

    @Option(names = "--pipeline", paramLabel = "FILE", description = "Pipeline whose model it is (YAML).")
    private Path pipeline;

    @Option(names = "--json", description = "Print one JSON object instead of text.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if ((model != null || pipeline != null) && key == null) {
            throw new ParameterException(spec.commandLine(), "--model and --pipeline go with --key");
        }
        NetworkPlan plan = plan();
        SavepointStates states = SavepointStates.open(savepoint);
        TreeMap<String, Map<String, Object>> first = new TreeMap<>();
        long[] keys = new long[1];
        states.forEach(kind, key, (name, state, bytes) -> {
            keys[0]++;
            first.put(name, KeyDescription.of(state, bytes, key != null, plan));
            if (first.size() > MOST_KEYS) {
                first.pollLastEntry();
            }
        });
        if (key != null && first.isEmpty()) {
            throw new IOException(savepoint + ": no key " + key + " of " + SavepointStates.uid(kind) + " in it");
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(new ObjectMapper().writeValueAsString(Map.of("keys", keys[0], "states", first)));
        } else {
            first.forEach((name, values) -> {
                out.println(Printable.of(name));
                values.forEach((field, value) -> print("  ", field, value, out));
            });
            if (keys[0] > first.size()) {
                out.println(first.size() + " of " + keys[0] + " keys; --key shows another");
            }
        }
        out.flush();
        return 0;
    }

    /** Null if no model is given, or one that is not a graph of populations. */
    private NetworkPlan plan() throws IOException {
        ModelFile file =
                pipeline != null ? PipelineFile.read(pipeline).model() : model != null ? ModelNames.open(model) : null;
        if (file == null) {
            return null;
        }
        Model opened = file.open();
        return ModelNames.isRecurrent(opened) ? null : NetworkPlan.compile(opened);
    }

    private static void print(String indent, String field, Object value, PrintWriter out) {
        if (value instanceof List<?> list && !list.isEmpty() && list.get(0) instanceof Map<?, ?>) {
            for (Object item : list) {
                print(indent, field, item, out);
            }
        } else if (value instanceof Map<?, ?> values) {
            StringBuilder line = new StringBuilder(indent).append(field).append(':');
            values.forEach((name, inner) -> {
                if (!isNested(inner)) {
                    line.append(' ').append(name).append(' ').append(inner).append(',');
                }
            });
            out.println(Printable.of(line.substring(0, line.length() - 1)));
            values.forEach((name, inner) -> {
                if (isNested(inner)) {
                    print(indent + "  ", name.toString(), inner, out);
                }
            });
        } else {
            out.println(Printable.of(indent + field + ": " + value));
        }
    }

    private static boolean isNested(Object value) {
        return value instanceof Map<?, ?>
                || value instanceof List<?> list && !list.isEmpty() && list.get(0) instanceof Map<?, ?>;
    }
}
