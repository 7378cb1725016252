package io.fluxon.launcher.state;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fluxon.launcher.Printable;
import io.fluxon.schemas.SensorKind;
import io.fluxon.streams.network.NetworkKeyState;
import io.fluxon.streams.network.OpenEpoch;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyedStateHandle;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fluxon state list}: the operators of a savepoint. */
@Command(
        name = "list",
        description = "Lists the operators of a savepoint or kept checkpoint, and what those with keys keep of them.",
        footer = {"", "Example:", "  ./fluxon state list checkpoints/1a2b3c/chk-7 --json"})
final class StateListCommand implements Callable<Integer> {

    @Parameters(paramLabel = "SAVEPOINT", description = "Directory of a savepoint, or of a checkpoint (chk-N).")
    private Path savepoint;

    @Option(names = "--json", description = "Print one JSON object instead of text.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    /** Sizes of the states of an operator's keys. */
    private static final class Sizes {
        long keys;
        long bytes;
        long most;
        final Set<String> models = new TreeSet<>();
    }

    @Override
    public Integer call() throws IOException {
        SavepointStates states = SavepointStates.open(savepoint);
        Map<String, Object> found = new LinkedHashMap<>();
        found.put("savepoint", states.directory().toString());
        found.put("format", states.format());
        found.put("metadata_version", states.metadataVersion());
        found.put("checkpoint_id", states.checkpointId());
        List<Map<String, Object>> operators = new ArrayList<>();
        for (OperatorState operator : states.operators()) {
            operators.add(describe(states, operator));
        }
        found.put("operators", operators);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(new ObjectMapper().writeValueAsString(found));
        } else {
            print(found, operators, out);
        }
        out.flush();
        return 0;
    }

    private static Map<String, Object> describe(SavepointStates states, OperatorState operator) throws IOException {
        SensorKind kind = kindOf(operator);
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("uid", kind == null ? operator.getOperatorUid().orElse(null) : SavepointStates.uid(kind));
        values.put("name", operator.getOperatorName().orElse(null));
        values.put("id", operator.getOperatorID().toString());
        values.put("parallelism", operator.getParallelism());
        values.put("max_parallelism", operator.getMaxParallelism());
        long keyedBytes = 0;
        for (OperatorSubtaskState subtask : operator.getStates()) {
            for (KeyedStateHandle handle : subtask.getManagedKeyedState()) {
                keyedBytes += handle.getStateSize();
            }
        }
        values.put("state_bytes", operator.getStateSize());
        values.put("keyed_state_bytes", keyedBytes);
        if (kind != null && states.has(kind)) {
            Sizes sizes = new Sizes();
            states.forEach(kind, null, (key, state, bytes) -> {
                sizes.keys++;
                sizes.bytes += bytes;
                sizes.most = Math.max(sizes.most, bytes);
                if (state.function() instanceof NetworkKeyState networks) {
                    for (OpenEpoch epoch : networks.openEpochs()) {
                        sizes.models.add(epoch.model() + " " + epoch.modelVersion());
                    }
                }
            });
            values.put("keys", sizes.keys);
            values.put("key_bytes", sizes.bytes);
            values.put("key_bytes_mean", sizes.keys == 0 ? 0 : Math.round((double) sizes.bytes / sizes.keys));
            values.put("key_bytes_max", sizes.most);
            values.put("models", List.copyOf(sizes.models));
        }
        return values;
    }

    /** Null if the operator is none of ours with keys. */
    private static SensorKind kindOf(OperatorState operator) {
        for (SensorKind kind : SensorKind.values()) {
            if (operator.getOperatorID().equals(SavepointStates.operator(kind).getOperatorId())) {
                return kind;
            }
        }
        return null;
    }

    private static void print(Map<String, Object> found, List<Map<String, Object>> operators, PrintWriter out) {
        out.println(Printable.of(found.get("savepoint").toString()));
        out.println(found.get("format") + ", metadata of version " + found.get("metadata_version") + ", checkpoint "
                + found.get("checkpoint_id"));
        for (Map<String, Object> operator : operators) {
            Object name = operator.get("uid") != null
                    ? operator.get("uid")
                    : operator.get("name") != null ? operator.get("name") : operator.get("id");
            out.println(Printable.of(String.format(
                    Locale.ROOT,
                    "%-24s parallelism %s of at most %s, %s B, %s B of them keyed",
                    name,
                    operator.get("parallelism"),
                    operator.get("max_parallelism"),
                    operator.get("state_bytes"),
                    operator.get("keyed_state_bytes"))));
            if (operator.containsKey("keys")) {
                out.println(Printable.of(String.format(
                        Locale.ROOT,
                        "  %s keys, %s B: mean %s B, largest %s B; open epochs of %s",
                        operator.get("keys"),
                        operator.get("key_bytes"),
                        operator.get("key_bytes_mean"),
                        operator.get("key_bytes_max"),
                        ((List<?>) operator.get("models")).isEmpty() ? "no model" : operator.get("models"))));
            }
        }
    }
}
