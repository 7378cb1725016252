package io.fluxon.networks.engine;

import io.fluxon.networks.engine.NetworkPlan.Scratch;
import io.fluxon.networks.model.NirNode.MaxPool1d;
import java.util.Arrays;

/** The maximum over windows of each channel of [channels, length], computed anew in every step in which something comes. */
final class MaxPoolPopulation extends Population {

    private final MaxPool1d node;
    private final Layout output;
    private final double[] constant;

    /**
     * @param layout of one block
     * @param constant what biases add in every step, per element
     */
    MaxPoolPopulation(
            int index,
            String name,
            Layout layout,
            Layout output,
            MaxPool1d node,
            double[] constant,
            String steppedBecause) {
        super(index, name, "MaxPool1d", layout, steppedBecause);
        this.node = node;
        this.output = output;
        this.constant = constant;
    }

    @Override
    Layout outputLayout() {
        return output;
    }

    @Override
    boolean passesOn() {
        return true;
    }

    @Override
    boolean fireBlock(NetworkState state, Scratch scratch, int block, long step) {
        double[] drive = state.drive[index];
        int channels = layout.shape()[0];
        int length = layout.shape()[1];
        int windows = output.shape()[1];
        for (int c = 0; c < channels; c++) {
            for (int w = 0; w < windows; w++) {
                int first = c * length + w * node.stride();
                double most = maximum(drive, constant, first, first + node.kernelSize());
                if (most != 0) {
                    scratch.spikes[index].add(c * windows + w, most);
                }
            }
        }
        Arrays.fill(drive, 0);
        return false;
    }

    private static double maximum(double[] drive, double[] constant, int from, int to) {
        double most = Double.NEGATIVE_INFINITY;
        for (int i = from; i < to; i++) {
            most = Math.max(most, drive[i] + constant[i]);
        }
        return most;
    }
}
