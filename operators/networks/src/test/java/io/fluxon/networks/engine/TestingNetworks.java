package io.fluxon.networks.engine;

import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.NirGraph;
import io.fluxon.networks.model.NirGraph.Edge;
import io.fluxon.networks.model.NirNode;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Small networks for tests. */
final class TestingNetworks {

    private TestingNetworks() {}

    /**
     * Inputs -&gt; one LIF layer with identity weights and (1 - kappa) r = 1 -&gt; readout with the same: a neuron's potential
     * is the leaky count of its events, a score the leaky count of its neuron's spikes.
     */
    static Model counting(int neurons, long stepMicros, double tauSeconds, double threshold) {
        double kappa = Math.exp(-stepMicros * 1e-6 / tauSeconds);
        double[] tau = filled(1, tauSeconds);
        double[] r = filled(1, 1 / (1 - kappa));
        double[] zero = new double[1];
        return chain(
                new int[] {neurons},
                List.of(
                        identity(neurons),
                        new NirNode.Lif(tau, r, zero, filled(1, threshold), zero),
                        identity(neurons),
                        new NirNode.Li(tau, r, zero)),
                stepMicros);
    }

    /** Joins the nodes between an Input and an Output; the classes are named c0, c1 and so on. */
    static Model chain(int[] inputShape, List<NirNode> between, long stepMicros) {
        int outputs = ((NirNode.Linear) between.get(between.size() - 2)).outputs();
        Map<String, NirNode> nodes = new LinkedHashMap<>();
        nodes.put("input", new NirNode.Input(inputShape));
        for (int i = 0; i < between.size(); i++) {
            nodes.put(between.get(i).getClass().getSimpleName() + i, between.get(i));
        }
        nodes.put("output", new NirNode.Output(new int[] {outputs}));
        List<String> names = List.copyOf(nodes.keySet());
        List<Edge> edges = IntStream.range(1, names.size())
                .mapToObj(i -> new Edge(names.get(i - 1), names.get(i)))
                .toList();
        List<String> classes =
                IntStream.range(0, outputs).mapToObj(i -> "c" + i).toList();
        return new Model(new NirGraph(nodes, edges, Map.of()), "testing", "1", classes, stepMicros, "");
    }

    static double[] filled(int length, double value) {
        double[] values = new double[length];
        Arrays.fill(values, value);
        return values;
    }

    private static NirNode.Linear identity(int size) {
        float[] weight = new float[size * size];
        for (int i = 0; i < size; i++) {
            weight[i * size + i] = 1;
        }
        return new NirNode.Linear(weight, size, size);
    }
}
