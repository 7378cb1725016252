package io.fluxon.networks.engine;

import io.fluxon.networks.engine.NetworkPlan.Scratch;

/**
 * What has no memory from step to step: Threshold, and the place where several linear nodes meet, which passes on what it
 * gathers.
 */
final class MemorylessPopulation extends Population {

    /** What biases add in every step, per element of a block. */
    private final double[] constant;

    /** Per element of a block; null where what is gathered is passed on. */
    private final double[] threshold;

    MemorylessPopulation(
            int index,
            String name,
            String type,
            Layout layout,
            double[] constant,
            double[] threshold,
            String steppedBecause) {
        super(index, name, type, layout, steppedBecause);
        this.constant = constant;
        this.threshold = threshold;
    }

    @Override
    boolean spikes() {
        return threshold != null;
    }

    @Override
    boolean passesOn() {
        return threshold == null;
    }

    @Override
    boolean fireBlock(NetworkState state, Scratch scratch, int block, long step) {
        double[] drive = state.drive[index];
        Spikes spikes = scratch.spikes[index];
        int base = block * layout.blockSize();
        for (int j = 0; j < constant.length; j++) {
            double x = drive[base + j] + constant[j];
            drive[base + j] = 0;
            if (threshold == null ? x != 0 : x > threshold[j]) {
                spikes.add(base + j, threshold == null ? x : 1);
            }
        }
        return false;
    }
}
