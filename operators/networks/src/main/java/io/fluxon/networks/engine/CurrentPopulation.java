package io.fluxon.networks.engine;

import io.fluxon.networks.engine.NetworkPlan.Scratch;
import io.fluxon.networks.model.Dialect;
import io.fluxon.networks.model.Dialect.Current;

/**
 * Neurons with a synaptic current: CubaLIF and CubaLI. With i&#8734; the current that the bias keeps up, d(k) = i(k) - i&#8734;
 * and u(k) = v(k) - v&#8734;, a silence of n steps is
 *
 * <pre>
 * d(k + n) = alpha^n d(k)
 * u(k + n) = kappa^n u(k) + gain d(k) alpha S     (alpha only where the new current charges the membrane)
 * S = alpha^(n-1) + alpha^(n-2) kappa + ... + kappa^(n-1)
 * </pre>
 *
 * It is taken where neither v nor what the current can still lift it to, v_leak + r i, exceeds the threshold: v is a mean of
 * the two, and the current only dies away.
 */
final class CurrentPopulation extends NeuronPopulation {

    private final Synapse synapse;
    private final double[] vRest;

    /**
     * What the elements of a block have, an array per parameter.
     *
     * @param alpha decay of the current per step
     * @param bias what biases keep up as a current, i&#8734;
     * @param gain of the current on the potential per step, (1 - kappa) r
     * @param r of the current on the potential in the end
     */
    record Synapse(double[] alpha, double[] bias, double[] gain, double[] r) {}

    /**
     * @param parameters of the membrane; its constant is that of the leak alone
     */
    CurrentPopulation(
            int index,
            String name,
            String type,
            Layout layout,
            Parameters parameters,
            Synapse synapse,
            Dialect dialect,
            boolean givesPotential,
            String steppedBecause) {
        super(index, name, type, layout, parameters, dialect, givesPotential, steppedBecause);
        this.synapse = synapse;
        this.vRest = new double[layout.blockSize()];
        for (int j = 0; j < vRest.length; j++) {
            // Of the step as it is computed, so that a silence ends where its steps would.
            vRest[j] = (parameters.constant()[j] + synapse.gain[j] * synapse.bias[j])
                    / (1 - parameters.kappa()[j]);
        }
    }

    @Override
    boolean hasCurrent() {
        return true;
    }

    @Override
    double potentialAfter(NetworkState state, int element, long step) {
        long steps = step - state.clock[index][element / layout.blockSize()];
        double v = state.potential[index][element];
        return steps <= 0 ? v : silentPotential(v, state.current[index][element], element % layout.blockSize(), steps);
    }

    @Override
    void integrate(NetworkState state, Scratch scratch, int base, long steps) {
        double[] v = state.potential[index];
        double[] current = state.current[index];
        double[] drive = state.drive[index];
        if (steps > 1) {
            for (int j = 0; j < limit.length; j++) {
                int i = base + j;
                v[i] = silentPotential(v[i], current[i], j, steps - 1);
                current[i] = synapse.bias[j] + power(synapse.alpha[j], steps - 1) * (current[i] - synapse.bias[j]);
            }
        }
        if (dialect.current() == Current.NEW) {
            chargeByNewCurrent(v, current, drive, base);
        } else {
            chargeByOldCurrent(v, current, drive, base);
        }
    }

    private void chargeByNewCurrent(double[] v, double[] current, double[] drive, int base) {
        for (int j = 0; j < limit.length; j++) {
            int i = base + j;
            current[i] = synapse.alpha[j] * current[i] + (1 - synapse.alpha[j]) * synapse.bias[j] + drive[i];
            v[i] = parameters.kappa()[j] * v[i] + parameters.constant()[j] + synapse.gain[j] * current[i];
            drive[i] = 0;
        }
    }

    private void chargeByOldCurrent(double[] v, double[] current, double[] drive, int base) {
        for (int j = 0; j < limit.length; j++) {
            int i = base + j;
            v[i] = parameters.kappa()[j] * v[i] + parameters.constant()[j] + synapse.gain[j] * current[i];
            current[i] = synapse.alpha[j] * current[i] + (1 - synapse.alpha[j]) * synapse.bias[j] + drive[i];
            drive[i] = 0;
        }
    }

    /** Potential after silent steps; alpha^n, kappa^n and S grow with n from its leading bit on. */
    private double silentPotential(double v, double current, int j, long steps) {
        double alpha = synapse.alpha[j];
        double kappa = parameters.kappa()[j];
        double alphas = 1;
        double kappas = 1;
        double sum = 0;
        for (int bit = 63 - Long.numberOfLeadingZeros(steps); bit >= 0; bit--) {
            sum *= alphas + kappas;
            alphas *= alphas;
            kappas *= kappas;
            if ((steps >>> bit & 1) != 0) {
                sum = alpha * sum + kappas;
                alphas *= alpha;
                kappas *= kappa;
            }
        }
        double lift = synapse.gain[j] * (current - synapse.bias[j]) * sum;
        return vRest[j] + kappas * (v - vRest[j]) + (dialect.current() == Current.NEW ? alpha * lift : lift);
    }

    /** Whether the current left in the block can lift an element above its limit. */
    @Override
    boolean canRise(NetworkState state, int base) {
        double[] current = state.current[index];
        for (int j = 0; j < limit.length; j++) {
            double lift = synapse.r[j] * (current[base + j] - synapse.bias[j]);
            if (dialect.current() == Current.NEW) {
                lift *= synapse.alpha[j];
            }
            if (lift > 0 && canFire(vRest[j] + lift, parameters.threshold()[j])) {
                return true;
            }
        }
        return false;
    }
}
