package io.fluxon.networks.engine;

import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.NirGraph;
import io.fluxon.networks.model.NirGraph.Edge;
import io.fluxon.networks.model.NirNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/** Small networks and event streams for tests. */
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

    /** One to three hidden layers that spike now and then, with everything drawn at random. */
    static Model random(Random random) {
        long stepMicros = new long[] {100, 250, 1000, 1000, 7919}[random.nextInt(5)];
        int[] shape = random.nextBoolean()
                ? new int[] {2, 1 + random.nextInt(4), 1 + random.nextInt(4)}
                : new int[] {1 + random.nextInt(20)};
        int width = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        List<NirNode> nodes = new ArrayList<>();
        if (shape.length > 1) {
            nodes.add(new NirNode.Flatten(shape, 0, -1));
        }
        int hiddenLayers = 1 + random.nextInt(3);
        for (int l = 0; l <= hiddenLayers; l++) {
            int outputs = 1 + random.nextInt(16);
            int values = random.nextBoolean() ? 1 : outputs;
            double tauSeconds = stepMicros * 1e-6 * Math.exp(random.nextDouble() * 5 - 1);
            double r = 0.5 + random.nextDouble() * 1.5;
            double gain = r * (1 - Math.exp(-stepMicros * 1e-6 / tauSeconds));
            float[] weight = new float[outputs * width];
            for (int i = 0; i < weight.length; i++) {
                weight[i] = (float) ((random.nextGaussian() * 0.5 + 0.1) / gain);
            }
            nodes.add(new NirNode.Linear(weight, outputs, width));
            double[] zero = new double[values];
            nodes.add(
                    l < hiddenLayers
                            ? new NirNode.Lif(
                                    filled(values, tauSeconds),
                                    filled(values, r),
                                    zero,
                                    filled(values, 0.2 + random.nextDouble()),
                                    zero)
                            : new NirNode.Li(filled(values, tauSeconds), filled(values, r), zero));
            width = outputs;
        }
        return chain(shape, nodes, stepMicros);
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

    /** Events in order of time, as {@link NetworkPlan#advance} takes them. */
    record Stream(int[] inputs, long[] timesMicros) {

        /** Bursts within a step, stretches of one event per few steps, and silences of hundreds of steps. */
        static Stream random(Random random, int inputs, long stepMicros, int events) {
            Stream stream = new Stream(new int[events], new long[events]);
            long timeMicros = random.nextInt(3) * stepMicros;
            for (int i = 0; i < events; i++) {
                int kind = random.nextInt(100);
                if (kind < 60) {
                    timeMicros += random.nextInt(3) * stepMicros / 20;
                } else if (kind < 99) {
                    timeMicros += (long) (random.nextDouble() * 3 * stepMicros);
                } else {
                    timeMicros += random.nextInt(300) * stepMicros;
                }
                // Every now and then exactly on the boundary of two steps, or one microsecond before.
                if (random.nextInt(10) == 0) {
                    timeMicros = (timeMicros / stepMicros + 1) * stepMicros - random.nextInt(2);
                }
                stream.inputs[i] = random.nextInt(inputs);
                stream.timesMicros[i] = timeMicros;
            }
            return stream;
        }

        int size() {
            return inputs.length;
        }
    }
}
