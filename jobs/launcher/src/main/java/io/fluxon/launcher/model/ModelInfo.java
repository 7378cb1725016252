package io.fluxon.launcher.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.fluxon.launcher.Printable;
import io.fluxon.networks.engine.FiringOrder;
import io.fluxon.networks.engine.LayerSummary;
import io.fluxon.networks.engine.NetworkPlan;
import io.fluxon.networks.model.Dialect;
import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.ModelException;
import io.fluxon.networks.model.NirGraph;
import io.fluxon.networks.model.NirGraph.Edge;
import io.fluxon.networks.model.NirNode;
import io.fluxon.networks.model.Shapes;
import io.fluxon.networks.model.Tensor;
import java.io.PrintWriter;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a model file holds.
 *
 * @param missing metadata that the file lacks
 * @param dialect how it is computed, key by key; with {@code assumed} where the file does not say
 * @param nodes in the order in which values pass through them
 * @param layers what the engine makes of it; null if it does not run the graph
 * @param notRun why the engine does not run the graph, null if it does
 * @param parameters of all nodes
 * @param stateBytes what a key keeps; null if the engine does not run the graph
 * @param denseOperations multiply-adds of a dense evaluation of one step
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record ModelInfo(
        String name,
        String version,
        List<String> classes,
        List<String> missing,
        Map<String, String> dialect,
        List<Node> nodes,
        List<Connection> edges,
        List<LayerSummary> layers,
        String notRun,
        long parameters,
        Long stateBytes,
        Long denseOperations,
        String provenance) {

    private static final List<String> WANTED = List.of("name", "version", "classes", "step_us");

    /** @param shape of what leaves it, null if it cannot be told */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Node(String name, String type, int[] shape, long parameters) {}

    /** @param previousStep whether it closes a cycle, and so carries what was given in the step before */
    record Connection(String from, String to, boolean previousStep) {}

    /**
     * @param file the graph as it is in the file
     * @param metadata the file's, with what options and defaults add
     */
    static ModelInfo of(NirGraph file, Map<String, String> metadata, String origin) {
        NirGraph graph = file.flattened();
        Map<String, String> complete = new LinkedHashMap<>(metadata);
        boolean assumed = !metadata.containsKey("step_us");
        complete.putIfAbsent("step_us", "1000");
        Model model = Model.of(graph.withMetadata(complete), origin);
        String notRun = null;
        NetworkPlan plan = null;
        Shapes shapes = null;
        try {
            shapes = Shapes.of(graph);
            plan = NetworkPlan.compile(model);
        } catch (ModelException e) {
            notRun = e.getMessage();
        }
        FiringOrder order = new FiringOrder(graph, model.dialect());
        List<Node> nodes = new ArrayList<>();
        for (String name : order.nodes()) {
            NirNode node = graph.nodes().get(name);
            nodes.add(new Node(name, NirNode.typeOf(node), shape(name, node, shapes), parameters(node)));
        }
        List<LayerSummary> layers = plan == null ? null : plan.layers();
        return new ModelInfo(
                model.name(),
                model.version(),
                model.classes(),
                WANTED.stream().filter(key -> !file.metadata().containsKey(key)).toList(),
                dialect(model, assumed),
                nodes,
                graph.edges().stream()
                        .sorted(Comparator.<Edge>comparingInt(edge -> order.position(edge.from()))
                                .thenComparingInt(edge -> order.position(edge.to())))
                        .map(edge -> new Connection(edge.from(), edge.to(), order.isClosing(edge.from(), edge.to())))
                        .toList(),
                layers,
                notRun,
                nodes.stream().mapToLong(Node::parameters).sum(),
                plan == null ? null : plan.stateBytes(),
                plan == null ? null : plan.denseOperationsPerStep(),
                model.provenance());
    }

    private static Map<String, String> dialect(Model model, boolean assumed) {
        Dialect dialect = model.dialect();
        Map<String, String> choices = new LinkedHashMap<>();
        choices.put("dt", dialect.stepSeconds() + (assumed ? " (assumed)" : ""));
        choices.put("step_us", model.stepMicros() + (assumed ? " (assumed)" : ""));
        choices.put("integrator", Dialect.text(dialect.integrator()));
        choices.put("reset", Dialect.text(dialect.reset()));
        choices.put("reset_time", Dialect.text(dialect.resetTime()));
        choices.put("spike_test", Dialect.text(dialect.spikeTest()));
        choices.put("spikes_per_step", Dialect.text(dialect.spikesPerStep()));
        choices.put("current", Dialect.text(dialect.current()));
        choices.put("transmission_steps", Integer.toString(dialect.transmissionSteps()));
        return choices;
    }

    private static int[] shape(String name, NirNode node, Shapes shapes) {
        if (shapes != null) {
            return shapes.output(name);
        }
        if (node instanceof NirNode.Input input) {
            return input.shape();
        }
        return node instanceof NirNode.Output output ? output.shape() : null;
    }

    /** Elements of its arrays. */
    static long parameters(NirNode node) {
        if (node instanceof NirNode.DeltaGru gru) {
            return gru.weightIh().length + gru.weightHh().length + gru.biasIh().length + gru.biasHh().length;
        }
        if (node instanceof NirNode.QuantizedConv1d convolution) {
            return convolution.weight().length
                    + convolution.bias().length
                    + convolution.multiplier().length
                    + convolution.shift().length;
        }
        if (node instanceof NirNode.PulseNormalization normalization) {
            return normalization.template().length;
        }
        long parameters = 0;
        for (RecordComponent component : node.getClass().getRecordComponents()) {
            if (component.getType() == Tensor.class) {
                try {
                    parameters += ((Tensor) component.getAccessor().invoke(node)).size();
                } catch (ReflectiveOperationException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
        return parameters;
    }

    void print(PrintWriter out) {
        line(out, "model", name + ", version " + version);
        if (!missing.isEmpty()) {
            line(out, "missing", String.join(", ", missing));
        }
        line(out, "classes", classes.size() > 20 ? classes.size() + "" : String.join(", ", classes));
        line(
                out,
                "dialect",
                dialect.entrySet().stream()
                        .map(choice -> choice.getKey() + " " + choice.getValue())
                        .collect(Collectors.joining(", ")));
        line(out, "nodes", "in the order of the values");
        int width = nodes.stream()
                .mapToInt(node -> Printable.of(node.name).length())
                .max()
                .orElse(1);
        for (Node node : nodes) {
            row(out, width, node.name, "%-18s %-18s %,d parameters", node.type, shape(node.shape), node.parameters);
        }
        line(out, "edges", "");
        for (Connection edge : edges) {
            out.println(Printable.of(
                    "  " + edge.from + " -> " + edge.to + (edge.previousStep ? "   of the previous step" : "")));
        }
        if (layers == null) {
            line(out, "layers", "the engine does not run it: " + notRun);
            line(out, "in all", String.format(Locale.ROOT, "%,d parameters", parameters));
        } else {
            line(out, "layers", "what a key keeps, what a step costs, and whether silence is free");
            for (LayerSummary layer : layers) {
                row(
                        out,
                        width,
                        layer.name(),
                        "%-18s %-18s %,d bytes, %,d dense operations; %s",
                        layer.type(),
                        shape(layer.shape()),
                        layer.stateBytes(),
                        layer.denseOperations(),
                        layer.steppedBecause() == null ? "silence is free" : "stepped: " + layer.steppedBecause());
            }
            line(
                    out,
                    "in all",
                    String.format(
                            Locale.ROOT,
                            "%,d parameters, %,d bytes a key, %,d dense operations a step",
                            parameters,
                            stateBytes,
                            denseOperations));
        }
        if (!provenance.isBlank()) {
            line(out, "made by", provenance);
        }
    }

    private static String shape(int[] shape) {
        return shape == null ? "?" : Arrays.toString(shape);
    }

    private static void line(PrintWriter out, String name, String value) {
        out.println(
                Printable.of(String.format(Locale.ROOT, "%-9s %s", name, value)).stripTrailing());
    }

    private static void row(PrintWriter out, int width, String name, String format, Object... values) {
        out.println(Printable.of(
                String.format(Locale.ROOT, "  %-" + width + "s  ", name) + String.format(Locale.ROOT, format, values)));
    }
}
