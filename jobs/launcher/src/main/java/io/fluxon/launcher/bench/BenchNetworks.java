package io.fluxon.launcher.bench;

import io.fluxon.networks.model.Dialect;
import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.NirGraph;
import io.fluxon.networks.model.NirNode;
import io.fluxon.networks.model.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Networks whose cost is known: made here, not trained. Steps of 1 ms; LIF neurons of 20 ms and threshold 1; a readout of
 * two leaky integrators behind them.
 */
public final class BenchNetworks {

    private static final double STEP_SECONDS = 1e-3;
    private static final double NEURON_TAU_SECONDS = 0.02;
    private static final double READOUT_TAU_SECONDS = 0.1;
    private static final double[] ZERO = {0};
    private static final double[] ONE = {1};
    private static final List<String> CLASSES = List.of("even", "odd");

    private BenchNetworks() {}

    /**
     * One synapse an event: both polarities of a pixel of [2, side, side] reach the pixel's own neuron with a weight of 0.3 of
     * the threshold, by a convolution whose kernel is one pixel. A neuron spikes after about 35 of uniformly random events.
     */
    public static Model plane(int side) {
        int neurons = side * side;
        double weight = 0.3 * NEURON_TAU_SECONDS / STEP_SECONDS;
        Map<String, NirNode> nodes = new LinkedHashMap<>();
        nodes.put("input", new NirNode.Input(new int[] {2, side, side}));
        nodes.put(
                "synapses",
                new NirNode.Conv2d(
                        new int[] {side, side},
                        new Tensor(new int[] {1, 2, 1, 1}, new double[] {weight, weight}),
                        new int[] {1, 1},
                        new NirNode.Padding(NirNode.Padding.Mode.EXPLICIT, 0, 0),
                        new int[] {1, 1},
                        1,
                        new Tensor(new int[] {1}, new double[1])));
        nodes.put("neurons", new NirNode.Lif(new double[] {NEURON_TAU_SECONDS}, ONE, ZERO, ONE, ZERO));
        nodes.put("flat", new NirNode.Flatten(new int[] {1, side, side}, 0, -1));
        return withReadout(nodes, neurons, "bench-plane-" + side);
    }

    /** Every event of [2, side, side] reaches all of the neurons, with random weights that let one spike now and then. */
    public static Model fanOut(int side, int neurons) {
        int inputs = 2 * side * side;
        Random random = new Random(1);
        double deviation = 0.02 * NEURON_TAU_SECONDS / STEP_SECONDS;
        Map<String, NirNode> nodes = new LinkedHashMap<>();
        nodes.put("input", new NirNode.Input(new int[] {2, side, side}));
        nodes.put("flat", new NirNode.Flatten(new int[] {2, side, side}, 0, -1));
        nodes.put("synapses", new NirNode.Linear(gaussian(random, deviation, neurons, inputs)));
        nodes.put("neurons", new NirNode.Lif(new double[] {NEURON_TAU_SECONDS}, ONE, ZERO, ONE, ZERO));
        return withReadout(nodes, neurons, "bench-fan-out-" + neurons);
    }

    private static Model withReadout(Map<String, NirNode> nodes, int neurons, String name) {
        nodes.put("weights", new NirNode.Linear(gaussian(new Random(2), 1, CLASSES.size(), neurons)));
        nodes.put("readout", new NirNode.Li(new double[] {READOUT_TAU_SECONDS}, ONE, ZERO));
        nodes.put("output", new NirNode.Output(new int[] {CLASSES.size()}));
        return new Model(chain(nodes), name, "1", CLASSES, 1000, Dialect.Preset.NORSE.dialect(STEP_SECONDS), "");
    }

    private static NirGraph chain(Map<String, NirNode> nodes) {
        List<String> names = new ArrayList<>(nodes.keySet());
        List<NirGraph.Edge> edges = IntStream.range(1, names.size())
                .mapToObj(i -> new NirGraph.Edge(names.get(i - 1), names.get(i)))
                .toList();
        return new NirGraph(nodes, edges, Map.of());
    }

    private static Tensor gaussian(Random random, double deviation, int rows, int columns) {
        double[] values = new double[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = deviation * random.nextGaussian();
        }
        return new Tensor(new int[] {rows, columns}, values);
    }
}
