package io.fluxon.networks.engine;

import io.fluxon.networks.engine.NetworkPlan.Scratch;
import java.util.Arrays;

/** Holds what reaches it for a number of steps of each element's own, in a ring of as many slots as the longest delay + 1. */
final class DelayPopulation extends Population {

    private final int[] delaySteps;
    private final double[] constant;
    private final int slots;

    /** True where every delay is at least a step: then what leaves in a step is known when it begins. */
    final boolean givesAtStart;

    DelayPopulation(int index, String name, Layout layout, int[] delaySteps, double[] constant, String steppedBecause) {
        super(index, name, "Delay", layout, steppedBecause);
        this.delaySteps = delaySteps;
        this.constant = constant;
        this.slots = Arrays.stream(delaySteps).max().orElse(0) + 1;
        this.givesAtStart = Arrays.stream(delaySteps).allMatch(steps -> steps > 0);
    }

    @Override
    int stateValues() {
        return slots * layout.size();
    }

    /** Gives what is due in the step. */
    void give(NetworkState state, Scratch scratch, long step) {
        double[] ring = state.potential[index];
        Spikes spikes = scratch.spikes[index];
        spikes.count = 0;
        int slot = (int) (step % slots) * layout.size();
        for (int i = 0; i < layout.size(); i++) {
            if (ring[slot + i] != 0) {
                spikes.add(i, ring[slot + i]);
                ring[slot + i] = 0;
            }
        }
    }

    /** Takes in what has come in the step, and where it does not give at the start, gives what is due. */
    @Override
    boolean fireBlock(NetworkState state, Scratch scratch, int block, long step) {
        double[] ring = state.potential[index];
        double[] drive = state.drive[index];
        long lastDue = state.clock[index][0];
        for (int i = 0; i < delaySteps.length; i++) {
            double x = drive[i] + constant[i];
            if (x != 0) {
                long due = step + delaySteps[i];
                ring[(int) (due % slots) * delaySteps.length + i] = x;
                lastDue = Math.max(lastDue, due);
            }
            drive[i] = 0;
        }
        state.clock[index][0] = lastDue;
        if (!givesAtStart) {
            give(state, scratch, step);
        }
        return lastDue > step;
    }
}
