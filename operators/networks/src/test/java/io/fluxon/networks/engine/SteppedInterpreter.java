package io.fluxon.networks.engine;

import io.fluxon.networks.model.NirGraph;
import io.fluxon.networks.model.NirGraph.Edge;
import io.fluxon.networks.model.NirNode;
import io.fluxon.networks.model.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The definition in {@link NetworkPlan} taken literally: every layer of every step is evaluated, one after the other, in
 * double precision, straight from the graph's nodes.
 */
final class SteppedInterpreter {

    private final List<NirNode.Linear> weights = new ArrayList<>();
    private final List<NirNode> neurons = new ArrayList<>();
    private final List<double[]> potentials = new ArrayList<>();
    private final double stepSeconds;
    private final int inputs;
    private long spikes;
    private double closestToThreshold = Double.POSITIVE_INFINITY;

    SteppedInterpreter(NirGraph graph, long stepMicros) {
        stepSeconds = stepMicros * 1e-6;
        String name = graph.nodes().entrySet().stream()
                .filter(entry -> entry.getValue() instanceof NirNode.Input)
                .findFirst()
                .orElseThrow()
                .getKey();
        while (!(graph.nodes().get(name) instanceof NirNode.Output)) {
            String here = name;
            name = graph.edges().stream()
                    .filter(edge -> edge.from().equals(here))
                    .map(Edge::to)
                    .findFirst()
                    .orElseThrow();
            NirNode node = graph.nodes().get(name);
            if (node instanceof NirNode.Linear linear) {
                weights.add(linear);
                potentials.add(new double[linear.outputs()]);
            } else if (node instanceof NirNode.Lif || node instanceof NirNode.Li) {
                neurons.add(node);
            }
        }
        inputs = weights.get(0).inputs();
    }

    int inputs() {
        return inputs;
    }

    /** Spikes of the hidden layers so far. */
    long spikes() {
        return spikes;
    }

    /** Smallest |v - threshold| that any neuron has had before its reset. */
    double closestToThreshold() {
        return closestToThreshold;
    }

    /** Potentials of the readout after the latest step. */
    double[] readout() {
        return potentials.get(potentials.size() - 1).clone();
    }

    /** Advances by one step with {@code counts[i]} events at input i. */
    void step(int[] counts) {
        double[] x = new double[counts.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = counts[i];
        }
        for (int l = 0; l < neurons.size(); l++) {
            double[] current = multiply(weights.get(l), x);
            double[] v = potentials.get(l);
            double[] out = new double[v.length];
            for (int j = 0; j < v.length; j++) {
                if (neurons.get(l) instanceof NirNode.Lif lif) {
                    v[j] = leak(v[j], current[j], valueOf(lif.tauSeconds(), j), valueOf(lif.r(), j));
                    double threshold = valueOf(lif.vThreshold(), j);
                    closestToThreshold = Math.min(closestToThreshold, Math.abs(v[j] - threshold));
                    if (v[j] > threshold) {
                        v[j] = 0;
                        out[j] = 1;
                        spikes++;
                    }
                } else if (neurons.get(l) instanceof NirNode.Li li) {
                    v[j] = leak(v[j], current[j], valueOf(li.tauSeconds(), j), valueOf(li.r(), j));
                }
            }
            x = out;
        }
    }

    private double leak(double v, double current, double tauSeconds, double r) {
        double kappa = Math.exp(-stepSeconds / tauSeconds);
        return kappa * v + (1 - kappa) * r * current;
    }

    private static double valueOf(Tensor values, int neuron) {
        return values.size() == 1 ? values.values()[0] : values.values()[neuron];
    }

    private static double[] multiply(NirNode.Linear linear, double[] x) {
        double[] y = new double[linear.outputs()];
        for (int out = 0; out < linear.outputs(); out++) {
            for (int in = 0; in < linear.inputs(); in++) {
                y[out] += (double) linear.weight().values()[out * linear.inputs() + in] * x[in];
            }
        }
        return y;
    }
}
