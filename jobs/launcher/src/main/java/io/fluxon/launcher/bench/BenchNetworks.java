package io.fluxon.launcher.bench;

import io.fluxon.networks.engine.DeltaGru;
import io.fluxon.networks.model.Dialect;
import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.NirGraph;
import io.fluxon.networks.model.NirNode;
import io.fluxon.networks.model.Tensor;
import io.fluxon.signals.motion.MotionResampler;
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

    /** A delta network of 8 units on the 6 joint values of a watch, 20 steps a second, a decision every 40. */
    public static Model watch() {
        int inputs = MotionResampler.CHANNELS;
        int units = 8;
        Random random = new Random(3);
        NirGraph chain = NirGraph.chain(
                Map.entry("input", new NirNode.Input(new int[] {inputs})),
                Map.entry(
                        "units",
                        new NirNode.DeltaGru(
                                uniform(random, 3 * units * inputs),
                                uniform(random, 3 * units * units),
                                uniform(random, 3 * units),
                                uniform(random, 3 * units),
                                0.1f,
                                0.01f,
                                inputs,
                                units)),
                Map.entry(
                        "readout",
                        new NirNode.Affine(
                                uniform(random, CLASSES.size() * units),
                                uniform(random, CLASSES.size()),
                                CLASSES.size(),
                                units)),
                Map.entry("output", new NirNode.Output(new int[] {CLASSES.size()})));
        NirGraph graph = new NirGraph(chain.nodes(), chain.edges(), Map.of(DeltaGru.WINDOW_STEPS, "40"));
        return new Model(graph, "bench-watch", "1", CLASSES, 50_000, "");
    }

    private static float[] uniform(Random random, int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = random.nextFloat() - 0.5F;
        }
        return values;
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
