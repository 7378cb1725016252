package io.fluxon.launcher;

import io.fluxon.networks.model.NirFile;
import io.fluxon.networks.model.NirGraph;
import io.fluxon.networks.model.NirNode;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** Model files small enough to compute by hand. */
final class TestingModels {

    private TestingModels() {}

    /** Two of {@link #thresholds}. */
    static NirGraph twoThresholds() {
        return thresholds(2);
    }

    /**
     * Neurons, each fed by one input. With Euler's method and steps of 10 ms, their tau, v(k) = x(k): each fires wherever its
     * input is above 0.5.
     */
    static NirGraph thresholds(int count) {
        float[] identity = new float[count * count];
        for (int i = 0; i < count; i++) {
            identity[i * count + i] = 1;
        }
        return NirGraph.chain(
                Map.entry("input", new NirNode.Input(new int[] {count})),
                Map.entry("weights", new NirNode.Linear(identity, count, count)),
                Map.entry("neurons", neurons(0.01, 0.5, count)),
                Map.entry("output", new NirNode.Output(new int[] {count})));
    }

    /** A camera of 34 x 34 pixels and two neurons: how many ON and OFF events a step of 10 ms has, above 0. */
    static NirGraph polarities() {
        float[] weight = new float[2 * 2312];
        Arrays.fill(weight, 0, 1156, 1);
        Arrays.fill(weight, 3 * 1156, 4 * 1156, 1);
        return NirGraph.chain(
                Map.entry("input", new NirNode.Input(new int[] {2, 34, 34})),
                Map.entry("flat", new NirNode.Flatten(new int[] {2, 34, 34}, 0, -1)),
                Map.entry("weights", new NirNode.Linear(weight, 2, 2312)),
                Map.entry("neurons", neurons(0.01, 0.5, 2)),
                Map.entry("output", new NirNode.Output(new int[] {2})));
    }

    private static NirNode.Lif neurons(double tauSeconds, double threshold, int count) {
        return new NirNode.Lif(
                values(tauSeconds, count),
                values(1, count),
                values(0, count),
                values(threshold, count),
                values(0, count));
    }

    private static double[] values(double value, int count) {
        double[] values = new double[count];
        Arrays.fill(values, value);
        return values;
    }

    static Path write(NirGraph graph, Path file) {
        NirFile.write(graph, file);
        return file;
    }
}
