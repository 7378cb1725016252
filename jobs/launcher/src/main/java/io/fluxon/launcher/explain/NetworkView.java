package io.fluxon.launcher.explain;

import io.fluxon.networks.engine.DeltaGru;
import io.fluxon.networks.engine.NetworkPlan;
import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.NirGraph;
import io.fluxon.networks.model.NirNode;
import io.fluxon.networks.model.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The layers of a model as a {@link io.fluxon.streams.network.NetworkListener} numbers them, and the weights by which the
 * last hidden one speaks for the classes.
 *
 * @param inputShape of the network
 * @param delta whether its layers send changes, and not spikes
 * @param readout null if the classes do not come from one layer by one matrix
 */
record NetworkView(int[] inputShape, boolean delta, List<Layer> layers, Readout readout) {

    /** Stands for the network's input among the layers. */
    static final int INPUT = -1;

    /** @param type in NIR's words */
    record Layer(String name, String type, int neurons) {}

    /**
     * Weights to the classes.
     *
     * @param layer that they come from, or {@link #INPUT}
     * @param weight [class][neuron]
     */
    record Readout(int layer, double[][] weight) {

        /**
         * How a neuron with this sum of sent values spoke for one class against another: the sum, times its weight to the
         * one less its weight to the other.
         *
         * @param runnerUp -1 for none
         */
        double contribution(int neuron, double sum, int winner, int runnerUp) {
            return sum * (weight[winner][neuron] - (runnerUp < 0 ? 0 : weight[runnerUp][neuron]));
        }

        int neurons() {
            return weight[0].length;
        }
    }

    static NetworkView of(Model model) {
        NirGraph graph = model.graph().flattened();
        Map.Entry<String, NirNode> gru = graph.nodes().entrySet().stream()
                .filter(node -> node.getValue() instanceof NirNode.DeltaGru)
                .findFirst()
                .orElse(null);
        if (gru != null) {
            DeltaGru network = DeltaGru.compile(model);
            List<Layer> layers = List.of(
                    new Layer(gru.getKey() + " inputs", "DeltaGRU", network.inputs()),
                    new Layer(gru.getKey() + " hidden", "DeltaGRU", network.hidden()));
            double[][] weight = graph.nodes().values().stream()
                    .filter(NirNode.Affine.class::isInstance)
                    .map(affine -> rows(((NirNode.Affine) affine).weight()))
                    .findFirst()
                    .orElseThrow();
            return new NetworkView(new int[] {network.inputs()}, true, layers, new Readout(1, weight));
        }
        NetworkPlan plan = NetworkPlan.compile(model);
        List<Layer> layers = new ArrayList<>();
        plan.layers().forEach(layer -> layers.add(new Layer(layer.name(), layer.type(), layer.neurons())));
        return new NetworkView(
                plan.inputShape(),
                false,
                layers,
                readout(graph, layers, model.classes().size(), plan.inputs()));
    }

    /** Walks back from the Output: nodes that keep the classes apart, one matrix, then a layer or the Input. */
    private static Readout readout(NirGraph graph, List<Layer> layers, int classes, int inputs) {
        String name = graph.nodes().entrySet().stream()
                .filter(node -> node.getValue() instanceof NirNode.Output)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
        name = before(graph, name);
        while (name != null && keepsApart(graph.nodes().get(name))) {
            name = before(graph, name);
        }
        double[][] weight = name == null ? null : matrix(graph.nodes().get(name));
        if (weight == null || weight.length != classes) {
            return null;
        }
        name = before(graph, name);
        while (name != null
                && (graph.nodes().get(name) instanceof NirNode.Flatten
                        || graph.nodes().get(name) instanceof NirNode.Delay)) {
            name = before(graph, name);
        }
        if (name == null) {
            return null;
        }
        if (graph.nodes().get(name) instanceof NirNode.Input) {
            return weight[0].length == inputs ? new Readout(INPUT, weight) : null;
        }
        for (int layer = 0; layer < layers.size(); layer++) {
            if (layers.get(layer).name().equals(name) && layers.get(layer).neurons() == weight[0].length) {
                return new Readout(layer, weight);
            }
        }
        return null;
    }

    /** The only node that leads into this one, null if there are several or none. */
    private static String before(NirGraph graph, String name) {
        List<String> sources = graph.edges().stream()
                .filter(edge -> edge.to().equals(name))
                .map(NirGraph.Edge::from)
                .toList();
        return sources.size() == 1 ? sources.get(0) : null;
    }

    /** Whether each output of the node depends on the same place of its input only. */
    private static boolean keepsApart(NirNode node) {
        return node instanceof NirNode.Li
                || node instanceof NirNode.I
                || node instanceof NirNode.CubaLi
                || node instanceof NirNode.Lif
                || node instanceof NirNode.If
                || node instanceof NirNode.CubaLif
                || node instanceof NirNode.LoihiCubaLif
                || node instanceof NirNode.Threshold
                || node instanceof NirNode.Delay
                || node instanceof NirNode.Flatten;
    }

    private static double[][] matrix(NirNode node) {
        Tensor weight = null;
        if (node instanceof NirNode.Linear linear) {
            weight = linear.weight();
        } else if (node instanceof NirNode.Affine affine) {
            weight = affine.weight();
        }
        return weight == null || weight.rank() != 2 ? null : rows(weight);
    }

    private static double[][] rows(Tensor weight) {
        int width = weight.shape()[1];
        double[][] rows = new double[weight.shape()[0]][];
        for (int row = 0; row < rows.length; row++) {
            rows[row] = Arrays.copyOfRange(weight.values(), row * width, (row + 1) * width);
        }
        return rows;
    }
}
