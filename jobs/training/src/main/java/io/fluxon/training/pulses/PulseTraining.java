package io.fluxon.training.pulses;

import io.fluxon.connectors.simulation.PulseFrontEnd;
import io.fluxon.networks.model.PulseModel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Trains the network for pulses of {@link PulseFrontEnd}, each seen once, by Adam (beta 0.9, 0.999) on steps of 256
 * pulses; the step size rises over the first 1 % and then falls by a half cosine. Loss per answer, with e its error over
 * the Cramer-Rao bound of the pulse and k the knee: k<sup>2</sup> (sqrt(1 + (e / k)<sup>2</sup>) - 1), half the square
 * for small errors and linear for large ones, so that pulses nobody can measure do not rule.
 *
 * <p>Then fine tuning for the integers: forward and backward with weights rounded to 8 bits, whose gradient moves the
 * unrounded ones (straight-through estimator).
 *
 * <p>Two threads; each half of a step has its own generator and gradient, and the two are added in order: the result
 * depends on the settings alone.
 */
public final class PulseTraining {

    private static final int[][] OUTPUTS_KERNEL_STRIDE = {{16, 5, 2}, {32, 5, 2}, {32, 5, 2}, {64, 5, 1}, {2, 1, 1}};
    private static final int SLOTS = 2;
    private static final int STEP_PULSES = SLOTS * PulseCnn.BATCH;
    private static final double BETA1 = 0.9;
    private static final double BETA2 = 0.999;

    private final PulseTrainingSettings settings;
    private final PulseCnn network;
    private final float[] used;
    private final List<Slot> slots = new ArrayList<>();

    public PulseTraining(PulseTrainingSettings settings) {
        this.settings = settings;
        this.network = PulseCnn.of(PulseFrontEnd.SAMPLES, 2, OUTPUTS_KERNEL_STRIDE, settings.seed());
        this.used = new float[network.parameters().length];
        for (int index = 0; index < SLOTS; index++) {
            slots.add(new Slot(index));
        }
    }

    /** Calls of {@code afterStep} of {@link #train}. */
    public long steps() {
        return steps(settings.pulses()) + steps(settings.tuningPulses());
    }

    private static long steps(long pulses) {
        return Math.max(1, pulses / STEP_PULSES);
    }

    /** Trains once; a second call goes on from where the first one ended. */
    public PulseModel train(String name, String version, String provenance, Runnable afterStep)
            throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(SLOTS);
        try {
            descend(threads, steps(settings.pulses()), settings.highestRate(), false, afterStep);
            PulseCnn trained = network.with(network.parameters().clone());
            descend(threads, steps(settings.tuningPulses()), settings.tuningRate(), true, afterStep);
            return PulseQuantization.quantize(trained, network, settings.ideal(), name, version, provenance);
        } finally {
            threads.shutdownNow();
        }
    }

    private void descend(ExecutorService threads, long steps, double highestRate, boolean rounded, Runnable afterStep)
            throws InterruptedException {
        float[] mean = new float[used.length];
        float[] square = new float[used.length];
        for (long step = 1; step <= steps; step++) {
            if (rounded) {
                PulseQuantization.roundWeights(network, used);
            } else {
                System.arraycopy(network.parameters(), 0, used, 0, used.length);
            }
            for (Future<Void> slot : threads.invokeAll(slots)) {
                try {
                    slot.get();
                } catch (ExecutionException e) {
                    throw new IllegalStateException(e.getCause());
                }
            }
            double warmUp = Math.max(1, steps / 100.0);
            double falling = (1 + StrictMath.cos(Math.PI * step / steps)) / 2;
            double rate = Math.min(1, step / warmUp)
                    * (settings.lowestRate() + (highestRate - settings.lowestRate()) * falling);
            double correction = Math.sqrt(1 - StrictMath.pow(BETA2, step)) / (1 - StrictMath.pow(BETA1, step));
            adam(mean, square, rate * correction);
            afterStep.run();
        }
    }

    private void adam(float[] mean, float[] square, double size) {
        float[] parameters = network.parameters();
        float[] first = slots.get(0).gradient;
        float[] second = slots.get(1).gradient;
        for (int i = 0; i < parameters.length; i++) {
            float gradient = first[i] + second[i];
            mean[i] += (1 - BETA1) * (gradient - mean[i]);
            square[i] += (1 - BETA2) * (gradient * (double) gradient - square[i]);
            parameters[i] -= (float) (size * mean[i] / (Math.sqrt(square[i]) + 1e-8));
        }
    }

    /** Half of a step. */
    private final class Slot implements Callable<Void> {

        private final PulseCnn forThis = network.with(used);
        private final PulseCnn.Scratch scratch = forThis.new Scratch();
        private final PulseExamples examples;
        private final float[] gradient = new float[used.length];

        private Slot(int index) {
            this.examples =
                    new PulseExamples(settings.seed() * SLOTS + index, settings.ideal(), settings.disturbedWeight());
        }

        /** Leaves the gradient. */
        @Override
        public Void call() {
            examples.next(scratch.input());
            forThis.forward(scratch);
            for (int o = 0; o < 2; o++) {
                lossGradient(scratch.answer()[o], examples.target[o], examples.precision[o], scratch.answerDelta()[o]);
            }
            forThis.backward(scratch, gradient);
            return null;
        }

        private void lossGradient(float[] answer, float[] target, float[] precision, float[] delta) {
            double knee = settings.knee();
            for (int b = 0; b < answer.length; b++) {
                double error = (answer[b] - target[b]) * (double) precision[b];
                double slope = error / Math.sqrt(1 + error / knee * (error / knee));
                delta[b] = (float) (examples.weight[b] * slope * precision[b] / STEP_PULSES);
            }
        }
    }
}
