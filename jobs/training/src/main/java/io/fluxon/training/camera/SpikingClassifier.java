package io.fluxon.training.camera;

import io.fluxon.connectors.simulation.Gaussian;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A network inputs-H-classes of leaky integrate-and-fire neurons with leaky-integrator readout, trained by
 * backpropagation through time with a surrogate gradient.
 *
 * <p>Forward, for step k with event counts x(k):
 *
 * <pre>
 *   v(k) = kappa_h * v(k-1) * [v(k-1) &lt;= 1] + W x(k),   s(k) = [v(k) &gt; 1],   u(k) = kappa_o * u(k-1) + V s(k)
 * </pre>
 *
 * with v the potential before reset. Loss: cross-entropy of softmax(u) at the end of every {@value #CHECK_MICROS} us and,
 * with weight {@value #END_WEIGHT}, at the last step; plus a cost per spike. Backward: ds/dv is replaced by 1 / (1 +
 * gamma |v - 1|)<sup>2</sup> (Zenke and Ganguli 2018), and no gradient flows through the reset. Optimiser: Adam (Kingma
 * and Ba 2015).
 *
 * <p>Layout: W [input][hidden], V [class][hidden], so that all inner loops run over hidden units. One instance trains on
 * one thread.
 */
final class SpikingClassifier {

    static final long CHECK_MICROS = 20_000;

    private static final int CHECKS = 15;
    private static final float END_WEIGHT = 5;
    private static final float THRESHOLD = 1;

    final int inputs;
    final int hidden;
    final int classes;
    final float[] inputWeights;
    final float[] readoutWeights;

    private final TrainingSettings settings;
    private final float hiddenDecay;
    private final float readoutDecay;
    private final float[] inputGradient;
    private final float[] readoutGradient;
    private final Adam inputOptimiser;
    private final Adam readoutOptimiser;

    private float[] potentials = new float[0];
    private float[] readouts = new float[0];
    private int steps;
    private long spikes;

    SpikingClassifier(int inputs, int classes, TrainingSettings settings, SplittableRandom random) {
        this.inputs = inputs;
        this.hidden = settings.hidden();
        this.classes = classes;
        this.settings = settings;
        hiddenDecay = decay(settings.hiddenTauMillis());
        readoutDecay = decay(settings.readoutTauMillis());
        inputWeights = new float[inputs * hidden];
        readoutWeights = new float[classes * hidden];
        inputGradient = new float[inputWeights.length];
        readoutGradient = new float[readoutWeights.length];
        inputOptimiser = new Adam(inputWeights, inputGradient);
        readoutOptimiser = new Adam(readoutWeights, readoutGradient);
        for (int i = 0; i < inputWeights.length; i++) {
            inputWeights[i] = settings.inputWeightDeviation() * (float) Gaussian.next(random);
        }
        for (int i = 0; i < readoutWeights.length; i++) {
            readoutWeights[i] = settings.readoutWeightDeviation() * (float) Gaussian.next(random);
        }
    }

    private float decay(double tauMillis) {
        return (float) StrictMath.exp(-settings.stepMicros() / (1000 * tauMillis));
    }

    /** Spikes of the hidden layer in the last forward pass. */
    long spikes() {
        return spikes;
    }

    /** Runs one example and keeps what {@link #backward} needs; returns the class with the highest u at the end. */
    int forward(StepEvents example) {
        steps = example.steps();
        spikes = 0;
        if (potentials.length < steps * hidden) {
            potentials = new float[steps * hidden];
            readouts = new float[steps * classes];
        }
        float[] v = new float[hidden];
        float[] u = new float[classes];
        for (int k = 0; k < steps; k++) {
            scale(v, hiddenDecay);
            for (int i = example.firstOf(k); i < example.firstOf(k + 1); i++) {
                addRow(v, inputWeights, example.input(i) * hidden);
            }
            System.arraycopy(v, 0, potentials, k * hidden, hidden);
            scale(u, readoutDecay);
            for (int h = 0; h < hidden; h++) {
                if (v[h] > THRESHOLD) {
                    v[h] = 0;
                    spikes++;
                    for (int c = 0; c < classes; c++) {
                        u[c] += readoutWeights[c * hidden + h];
                    }
                }
            }
            System.arraycopy(u, 0, readouts, k * classes, classes);
        }
        return argmax(u);
    }

    /**
     * Adds {@code weight} times the gradient of the loss of the example just run to the gradients, and returns the
     * loss.
     */
    double backward(StepEvents example, int classIndex, float weight) {
        double loss = 0;
        float[] readoutDelta = new float[classes];
        float[] potentialDelta = new float[hidden];
        float[] spikeDelta = new float[hidden];
        float[] probability = new float[classes];
        float spikeCost = settings.spikeCost() * weight;
        for (int k = steps - 1; k >= 0; k--) {
            scale(readoutDelta, readoutDecay);
            float lossWeight = lossWeight(k);
            if (lossWeight > 0) {
                softmax(readouts, k * classes, probability);
                loss -= lossWeight * StrictMath.log(Math.max(1e-30, probability[classIndex]));
                for (int c = 0; c < classes; c++) {
                    readoutDelta[c] += weight * lossWeight * (probability[c] - (c == classIndex ? 1 : 0));
                }
            }
            Arrays.fill(spikeDelta, spikeCost);
            for (int c = 0; c < classes; c++) {
                addScaledRow(spikeDelta, readoutWeights, c * hidden, readoutDelta[c]);
            }
            for (int h = 0; h < hidden; h++) {
                float v = potentials[k * hidden + h];
                boolean fired = v > THRESHOLD;
                if (fired) {
                    for (int c = 0; c < classes; c++) {
                        readoutGradient[c * hidden + h] += readoutDelta[c];
                    }
                }
                float surrogate = 1 / (1 + settings.surrogateSlope() * Math.abs(v - THRESHOLD));
                potentialDelta[h] =
                        spikeDelta[h] * surrogate * surrogate + (fired ? 0 : hiddenDecay * potentialDelta[h]);
            }
            for (int i = example.firstOf(k); i < example.firstOf(k + 1); i++) {
                addToRow(inputGradient, example.input(i) * hidden, potentialDelta);
            }
        }
        return loss;
    }

    /** One step of Adam with the gathered gradients, which it clears. */
    void update(float learningRate) {
        inputOptimiser.step(learningRate);
        readoutOptimiser.step(learningRate);
    }

    float[] inputGradient() {
        return inputGradient;
    }

    float[] readoutGradient() {
        return readoutGradient;
    }

    /** Weights of the checks and of the end, normalised to a sum of 1 over a full-length recording. */
    private float lossWeight(int k) {
        float total = END_WEIGHT + CHECKS;
        long stepsPerCheck = CHECK_MICROS / settings.stepMicros();
        boolean check = (k + 1) % stepsPerCheck == 0 && (k + 1) / stepsPerCheck <= CHECKS;
        return ((check ? 1 : 0) + (k == steps - 1 ? END_WEIGHT : 0)) / total;
    }

    static void softmax(float[] values, int from, float[] probability) {
        float max = Float.NEGATIVE_INFINITY;
        for (int c = 0; c < probability.length; c++) {
            max = Math.max(max, values[from + c]);
        }
        float sum = 0;
        for (int c = 0; c < probability.length; c++) {
            probability[c] = (float) StrictMath.exp(values[from + c] - max);
            sum += probability[c];
        }
        scale(probability, 1 / sum);
    }

    private static int argmax(float[] values) {
        int best = 0;
        for (int c = 1; c < values.length; c++) {
            best = values[c] > values[best] ? c : best;
        }
        return best;
    }

    private static void scale(float[] values, float factor) {
        for (int i = 0; i < values.length; i++) {
            values[i] *= factor;
        }
    }

    private static void addRow(float[] sum, float[] rows, int offset) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += rows[offset + i];
        }
    }

    private static void addScaledRow(float[] sum, float[] rows, int offset, float factor) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += factor * rows[offset + i];
        }
    }

    private static void addToRow(float[] rows, int offset, float[] summand) {
        for (int i = 0; i < summand.length; i++) {
            rows[offset + i] += summand[i];
        }
    }

    /** Adam with beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8. */
    private static final class Adam {

        private static final float BETA_1 = 0.9f;
        private static final float BETA_2 = 0.999f;
        private static final float EPSILON = 1e-8f;

        private final float[] weights;
        private final float[] gradient;
        private final float[] mean;
        private final float[] square;
        private int updates;

        Adam(float[] weights, float[] gradient) {
            this.weights = weights;
            this.gradient = gradient;
            mean = new float[weights.length];
            square = new float[weights.length];
        }

        void step(float learningRate) {
            updates++;
            float meanCorrection = (float) (1 / (1 - StrictMath.pow(BETA_1, updates)));
            float squareCorrection = (float) (1 / (1 - StrictMath.pow(BETA_2, updates)));
            for (int i = 0; i < weights.length; i++) {
                float g = gradient[i];
                gradient[i] = 0;
                mean[i] = BETA_1 * mean[i] + (1 - BETA_1) * g;
                square[i] = BETA_2 * square[i] + (1 - BETA_2) * g * g;
                weights[i] -= learningRate
                        * meanCorrection
                        * mean[i]
                        / ((float) Math.sqrt(square[i] * squareCorrection) + EPSILON);
            }
        }
    }
}
