package io.fluxon.networks.engine;

import io.fluxon.networks.engine.NetworkPlan.Scratch;
import io.fluxon.networks.model.Dialect;
import io.fluxon.networks.model.NirNode.LoihiCubaLif;

/**
 * The integer neurons of {@link LoihiCubaLif}. Their values are whole numbers in doubles, exact up to 2<sup>41</sup>,
 * of which the chip's have 24 bits.
 *
 * <p>A truncating decay has no closed form, but takes at least 1 off in every step, and about d/4096 of the rest: a silence
 * is iterated until nothing changes any more.
 */
final class LoihiPopulation extends NeuronPopulation {

    private static final double UNIT = 4096;

    private final LoihiCubaLif node;
    private final double[] bias;

    LoihiPopulation(
            int index,
            String name,
            Layout layout,
            LoihiCubaLif node,
            double[] bias,
            Parameters parameters,
            Dialect dialect,
            String steppedBecause) {
        super(index, name, "LoihiCubaLIF", layout, parameters, dialect, false, steppedBecause);
        this.node = node;
        this.bias = bias;
    }

    @Override
    boolean hasCurrent() {
        return true;
    }

    @Override
    void integrate(NetworkState state, Scratch scratch, int base, long steps) {
        double[] v = state.potential[index];
        double[] u = state.current[index];
        double[] drive = state.drive[index];
        double keptCurrent = UNIT - node.currentDecay();
        double keptVoltage = UNIT - node.voltageDecay();
        for (int j = 0; j < limit.length; j++) {
            int i = base + j;
            double current = u[i];
            double voltage = v[i];
            for (long silent = 1; silent < steps; silent++) {
                double nextCurrent = (double) (long) (current * keptCurrent / UNIT) + bias[j];
                double nextVoltage = (double) (long) (voltage * keptVoltage / UNIT) + nextCurrent;
                if (nextCurrent == current && nextVoltage == voltage) {
                    break;
                }
                current = nextCurrent;
                voltage = nextVoltage;
            }
            u[i] = (double) (long) (current * keptCurrent / UNIT) + bias[j] + drive[i];
            v[i] = (double) (long) (voltage * keptVoltage / UNIT) + u[i];
            drive[i] = 0;
        }
    }

    /** Whether the current left can lift an element to its threshold: even without decay of v, it adds up to no more. */
    @Override
    boolean canRise(NetworkState state, int base) {
        double[] v = state.potential[index];
        double[] u = state.current[index];
        for (int j = 0; j < limit.length; j++) {
            double lift = u[base + j] * (UNIT - node.currentDecay()) / node.currentDecay();
            if (lift > 0 && Math.max(0, v[base + j]) + lift >= node.threshold()) {
                return true;
            }
        }
        return false;
    }
}
