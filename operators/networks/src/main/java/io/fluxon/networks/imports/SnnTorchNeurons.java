package io.fluxon.networks.imports;

import io.fluxon.networks.model.Dialect;
import io.fluxon.networks.model.ModelException;
import io.fluxon.networks.model.NirNode;
import io.fluxon.networks.model.Tensor;

/**
 * Neurons of snnTorch by their stored parameters. With H the step function, {@code Leaky} is
 *
 * <pre>
 * u(k) = clamp(beta, 0, 1) u(k-1) + x(k) - threshold H(u(k-1) - threshold),   s(k) = H(u(k) - threshold)
 * </pre>
 *
 * and {@code Synaptic} the same of i(k) = clamp(alpha, 0, 1) i(k-1) + x(k) instead of x(k). In NIR's words, with dt one step
 * (preset snntorch): tau = dt / (1 - beta), r = tau / dt, and of the current tau_syn = dt / (1 - alpha), w_in = tau_syn /
 * dt. A neuron with beta 1 is an integrator without leak.
 */
final class SnnTorchNeurons {

    private final WeightFolder weights;
    private final double stepSeconds;
    private Dialect.Reset reset;

    SnnTorchNeurons(WeightFolder weights, double stepSeconds) {
        this.weights = weights;
        this.stepSeconds = stepSeconds;
    }

    /** The neurons named so, each parameter of the given shape or a single value. */
    NirNode take(String name, int[] shape) {
        requireReset(name);
        Tensor threshold = parameter(name, "threshold", shape);
        Tensor zero = Tensor.filled(0, shape);
        double[] tau = timeConstants(name, "beta", shape);
        if (weights.has(name + ".alpha")) {
            double[] tauSyn = timeConstants(name, "alpha", shape);
            if (isInfinite(name, "beta", tau) || isInfinite(name, "alpha", tauSyn)) {
                throw new ModelException(name + ": alpha or beta is 1, which NIR's CubaLIF has no time constant for");
            }
            return new NirNode.CubaLif(
                    new Tensor(shape, tauSyn),
                    new Tensor(shape, tau),
                    inSteps(shape, tau),
                    zero,
                    inSteps(shape, tauSyn),
                    threshold,
                    zero);
        }
        if (isInfinite(name, "beta", tau)) {
            return new NirNode.If(Tensor.filled(1, shape), threshold, zero);
        }
        return new NirNode.Lif(new Tensor(shape, tau), inSteps(shape, tau), zero, threshold, zero);
    }

    /** What the neurons taken so far have in common. */
    Dialect dialect() {
        Dialect usual = Dialect.Preset.SNNTORCH.dialect(stepSeconds);
        return new Dialect(
                stepSeconds,
                usual.integrator(),
                reset == null ? usual.reset() : reset,
                usual.resetTime(),
                usual.spikeTest(),
                usual.spikesPerStep(),
                usual.current(),
                usual.transmissionSteps());
    }

    /** reset_mechanism_val is 0 for subtract, 1 for zero and 2 for none; graded_spikes_factor is the size of a spike. */
    private void requireReset(String name) {
        Dialect.Reset own = Dialect.Reset.SUBTRACT;
        if (weights.has(name + ".reset_mechanism_val")) {
            double value = weights.take(name + ".reset_mechanism_val", 1).values()[0];
            if (value != 0 && value != 1) {
                throw new ModelException(
                        name + ".reset_mechanism_val is " + value + ", must be 0 (subtract) or 1 (zero)");
            }
            own = value == 0 ? Dialect.Reset.SUBTRACT : Dialect.Reset.ZERO;
        }
        if (reset != null && reset != own) {
            throw new ModelException(name + ": resets otherwise than the neurons before, which is not supported");
        }
        reset = own;
        if (weights.has(name + ".graded_spikes_factor")) {
            for (double factor : weights.take(name + ".graded_spikes_factor").values()) {
                if (factor != 1) {
                    throw new ModelException(name + ".graded_spikes_factor is " + factor + ", must be 1");
                }
            }
        }
    }

    private Tensor parameter(String layer, String name, int[] shape) {
        Tensor tensor = weights.take(layer + "." + name);
        if (tensor.size() == 1) {
            return Tensor.filled(tensor.values()[0], shape);
        }
        if (tensor.size() != Tensor.size(shape)) {
            throw new ModelException(
                    layer + "." + name + " has " + tensor.size() + " values for " + Tensor.size(shape) + " neurons");
        }
        return new Tensor(shape, tensor.values());
    }

    private double[] timeConstants(String layer, String name, int[] shape) {
        double[] decay = parameter(layer, name, shape).values();
        double[] tau = new double[decay.length];
        for (int i = 0; i < tau.length; i++) {
            tau[i] = stepSeconds / (1 - Math.max(0, Math.min(1, decay[i])));
        }
        return tau;
    }

    private static boolean isInfinite(String layer, String name, double[] tau) {
        int infinite = 0;
        for (double one : tau) {
            infinite += Double.isInfinite(one) ? 1 : 0;
        }
        if (infinite > 0 && infinite < tau.length) {
            throw new ModelException(layer + "." + name + " is 1 for some neurons only, which is not supported");
        }
        return infinite > 0;
    }

    private Tensor inSteps(int[] shape, double[] tau) {
        double[] steps = new double[tau.length];
        for (int i = 0; i < steps.length; i++) {
            steps[i] = tau[i] / stepSeconds;
        }
        return new Tensor(shape, steps);
    }
}
