package io.fluxon.networks.engine;

import io.fluxon.networks.engine.NetworkPlan.Scratch;

/** Where the network's output gathers: spikes are counted, of anything else the latest value stays. */
final class OutputPopulation extends Population {

    private final double[] constant;
    private final boolean counts;

    OutputPopulation(int index, String name, Layout layout, double[] constant, boolean counts, String steppedBecause) {
        super(index, name, "Output", layout, steppedBecause);
        this.constant = constant;
        this.counts = counts;
    }

    @Override
    int stateValues() {
        return layout.size();
    }

    @Override
    boolean fireBlock(NetworkState state, Scratch scratch, int block, long step) {
        double[] drive = state.drive[index];
        double[] output = state.potential[index];
        state.clock[index][0] = step;
        for (int i = 0; i < output.length; i++) {
            double x = drive[i] + constant[i];
            output[i] = counts ? output[i] + x : x;
            drive[i] = 0;
        }
        return false;
    }

    /** What has come out by the end of a step. */
    double valueAfter(NetworkState state, int element, long step) {
        boolean current = counts || state.clock[index][0] == step;
        return current ? state.potential[index][element] : constant[element];
    }
}
