package io.fluxon.training.watch;

import io.fluxon.connectors.simulation.Gaussian;
import io.fluxon.networks.engine.Activations;
import io.fluxon.networks.engine.DeltaGru;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The parameters of a delta GRU with affine readout, and backpropagation through time for them.
 *
 * <p>Forward as in {@link DeltaGru}, thresholds included. Backward, with a = dL/dh(k):
 *
 * <pre>
 *   d_n = a (1 - z) (1 - n^2)           e_n = d_n r
 *   d_r = d_n B_n r (1 - r)             e_r = d_r
 *   d_z = a (h(k - 1) - n) z (1 - z)    e_z = d_z
 *   dL/dA = d, dL/dB = e    dL/dh(k - 1) = a z + W_hh^T e    dL/dW_ih += d x^(k)^T    dL/dW_hh += e h^(k - 1)^T
 * </pre>
 *
 * What was sent is constant between changes, so the sum over steps of d x^(k)^T is a sum over changes, dx(k) times the sum of
 * all d from step k on: the gradient, too, is paid by change. Thresholds pass the gradient straight through: dh^/dh = 1. Loss: cross-entropy of the softmax at the end of every window.
 * Optimiser: Adam (Kingma and Ba 2015) with decoupled weight decay, the gradient's length held to at most 1.
 *
 * <p>Layout of the parameters, as arrays without offsets, which the compiler turns into vector loops: the columns of W_ih,
 * the columns of W_hh, b_ih, b_hh with rows r, z, n, the rows of V, c.
 */
final class GruLearner {

    private static final float BETA_1 = 0.9f;
    private static final float BETA_2 = 0.999f;
    private static final float EPSILON = 1e-8f;
    private static final float MAX_GRADIENT = 1;
    private static final int LONGEST_MEMORY_STEPS = 80;

    final int inputs;
    final int hidden;
    final int classes;
    final float[][] parameters;

    private final int rows;
    private final int inputBias;
    private final int hiddenBias;
    private final int readout;
    private final int readoutBias;
    private final float inputThreshold;
    private final float hiddenThreshold;
    private final float[][] mean;
    private final float[][] square;
    private int updates;

    /** W_hh by rows. */
    private final float[][] hiddenRows;

    GruLearner(int inputs, int classes, WatchSettings settings, SplittableRandom random) {
        this.inputs = inputs;
        this.hidden = settings.hidden();
        this.classes = classes;
        this.rows = 3 * hidden;
        this.inputThreshold = settings.inputThreshold();
        this.hiddenThreshold = settings.hiddenThreshold();
        inputBias = inputs + hidden;
        hiddenBias = inputBias + 1;
        readout = hiddenBias + 1;
        readoutBias = readout + classes;
        parameters = zeros();
        mean = zeros();
        square = zeros();
        hiddenRows = new float[rows][hidden];
        for (int block = 0; block < readoutBias; block++) {
            double deviation =
                    block == inputBias || block == hiddenBias ? 0 : 1 / Math.sqrt(block < inputs ? inputs : hidden);
            for (int i = 0; i < parameters[block].length; i++) {
                parameters[block][i] = (float) (deviation * Gaussian.next(random));
            }
        }
        // Chrono initialisation (Tallec and Ollivier 2018): a bias of ln(T - 1) makes a memory of about T steps.
        for (int j = 0; j < hidden; j++) {
            parameters[inputBias][hidden + j] =
                    (float) StrictMath.log(1 + (LONGEST_MEMORY_STEPS - 2) * random.nextDouble());
        }
        transposeHidden();
    }

    private float[][] zeros() {
        float[][] blocks = new float[readoutBias + 1][];
        Arrays.setAll(blocks, b -> new float[b < readout ? rows : b < readoutBias ? hidden : classes]);
        return blocks;
    }

    private void transposeHidden() {
        for (int j = 0; j < hidden; j++) {
            for (int k = 0; k < rows; k++) {
                hiddenRows[k][j] = parameters[inputs + j][k];
            }
        }
    }

    /** {@code weight_ih}, row-major. */
    float[] weightIh() {
        return rowMajor(0, inputs);
    }

    /** {@code weight_hh}, row-major. */
    float[] weightHh() {
        return rowMajor(inputs, hidden);
    }

    float[] biasIh() {
        return parameters[inputBias].clone();
    }

    float[] biasHh() {
        return parameters[hiddenBias].clone();
    }

    float[] readoutWeights() {
        float[] flat = new float[classes * hidden];
        for (int c = 0; c < classes; c++) {
            System.arraycopy(parameters[readout + c], 0, flat, c * hidden, hidden);
        }
        return flat;
    }

    float[] readoutBias() {
        return parameters[readoutBias].clone();
    }

    private float[] rowMajor(int firstColumn, int columns) {
        float[] flat = new float[rows * columns];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = parameters[firstColumn + i % columns][i / columns];
        }
        return flat;
    }

    Walker newWalker(int maxSteps) {
        return new Walker(maxSteps);
    }

    History newHistory() {
        return new History();
    }

    /** What a stretch carries from chunk to chunk. */
    final class History {

        private final float[] sentInput = new float[inputs];
        private final float[] h = new float[hidden];
        private final float[] sentHidden = new float[hidden];
        private final float[] inputSums = new float[rows];
        private final float[] hiddenSums = new float[rows];

        void reset() {
            Arrays.fill(sentInput, 0);
            Arrays.fill(h, 0);
            Arrays.fill(sentHidden, 0);
        }

        /** A and B from their parts: the parameters have changed since. */
        private void refresh() {
            System.arraycopy(parameters[inputBias], 0, inputSums, 0, rows);
            System.arraycopy(parameters[hiddenBias], 0, hiddenSums, 0, rows);
            for (int i = 0; i < inputs; i++) {
                addScaled(parameters[i], sentInput[i], inputSums);
            }
            for (int j = 0; j < hidden; j++) {
                addScaled(parameters[inputs + j], sentHidden[j], hiddenSums);
            }
        }
    }

    /** Runs chunks forward and back and gathers their gradient; for one thread. */
    final class Walker {

        final float[][] gradient = zeros();
        /** Changes sent in each step, 0 where none was. */
        private final float[][] inputDeltas;

        private final float[][] hiddenDeltas;

        /** What had been sent before the chunk. */
        private final float[] sentInputBefore = new float[inputs];

        private final float[] sentHiddenBefore = new float[hidden];
        private final float[][] before;

        /** Gates r, z, n of each step, and B_n. */
        private final float[][] gates;

        private final float[][] hiddenPart;
        private final float[][] after;
        private final float[] inputErrors = new float[rows];
        private final float[] hiddenErrors = new float[rows];

        /** Sums of the errors from the step at hand to the chunk's end. */
        private final float[] inputErrorSums = new float[rows];

        private final float[] hiddenErrorSums = new float[rows];
        private final float[] flow = new float[hidden];
        private final float[] flowBefore = new float[hidden];
        private final float[] readoutInput = new float[hidden];
        private final float[] logits = new float[classes];

        private Walker(int maxSteps) {
            inputDeltas = new float[maxSteps][inputs];
            hiddenDeltas = new float[maxSteps][hidden];
            before = new float[maxSteps][hidden];
            gates = new float[maxSteps][rows];
            hiddenPart = new float[maxSteps][hidden];
            after = new float[maxSteps][hidden];
        }

        /**
         * Advances a history over a chunk and adds the chunk's gradient.
         *
         * @param x inputs of the steps
         * @param targets class at the end of each window
         * @param keep per window, factors with which the readout sees the hidden units
         * @param weight of a window's loss
         * @return the sum of the losses, unweighted
         */
        double learn(
                History history, float[][] x, int steps, int windowSteps, int[] targets, float[][] keep, float weight) {
            history.refresh();
            System.arraycopy(history.sentInput, 0, sentInputBefore, 0, inputs);
            System.arraycopy(history.sentHidden, 0, sentHiddenBefore, 0, hidden);
            for (int k = 0; k < steps; k++) {
                forward(history, x[k], k);
            }
            return backward(steps, windowSteps, targets, keep, weight);
        }

        private void forward(History history, float[] x, int k) {
            for (int i = 0; i < inputs; i++) {
                float delta = x[i] - history.sentInput[i];
                inputDeltas[k][i] = 0;
                if (Math.abs(delta) >= inputThreshold && delta != 0) {
                    history.sentInput[i] = x[i];
                    inputDeltas[k][i] = delta;
                    addScaled(parameters[i], delta, history.inputSums);
                }
            }
            for (int j = 0; j < hidden; j++) {
                float delta = history.h[j] - history.sentHidden[j];
                hiddenDeltas[k][j] = 0;
                if (Math.abs(delta) >= hiddenThreshold && delta != 0) {
                    history.sentHidden[j] = history.h[j];
                    hiddenDeltas[k][j] = delta;
                    addScaled(parameters[inputs + j], delta, history.hiddenSums);
                }
            }
            System.arraycopy(history.h, 0, before[k], 0, hidden);
            System.arraycopy(history.hiddenSums, 2 * hidden, hiddenPart[k], 0, hidden);
            advance(history.inputSums, history.hiddenSums, gates[k], history.h);
            System.arraycopy(history.h, 0, after[k], 0, hidden);
        }

        private double backward(int steps, int windowSteps, int[] targets, float[][] keep, float weight) {
            double loss = 0;
            Arrays.fill(flow, 0);
            Arrays.fill(inputErrorSums, 0);
            Arrays.fill(hiddenErrorSums, 0);
            for (int k = steps - 1; k >= 0; k--) {
                if ((k + 1) % windowSteps == 0) {
                    int window = k / windowSteps;
                    loss += readout(after[k], targets[window], keep[window], weight);
                }
                errors(k);
                addScaled(inputErrors, 1, inputErrorSums);
                addScaled(hiddenErrors, 1, hiddenErrorSums);
                addOuter(inputErrorSums, inputDeltas[k], gradient, 0);
                addOuter(hiddenErrorSums, hiddenDeltas[k], gradient, inputs);
                Arrays.fill(flowBefore, 0);
                for (int i = 0; i < rows; i += 3) {
                    addThreeScaled(
                            hiddenRows[i],
                            hiddenErrors[i],
                            hiddenRows[i + 1],
                            hiddenErrors[i + 1],
                            hiddenRows[i + 2],
                            hiddenErrors[i + 2],
                            flowBefore);
                }
                for (int j = 0; j < hidden; j++) {
                    flow[j] = flow[j] * gates[k][hidden + j] + flowBefore[j];
                }
            }
            addOuter(inputErrorSums, sentInputBefore, gradient, 0);
            addOuter(hiddenErrorSums, sentHiddenBefore, gradient, inputs);
            addScaled(inputErrorSums, 1, gradient[inputBias]);
            addScaled(hiddenErrorSums, 1, gradient[hiddenBias]);
            return loss;
        }

        private void errors(int k) {
            for (int j = 0; j < hidden; j++) {
                float r = gates[k][j];
                float z = gates[k][hidden + j];
                float n = gates[k][2 * hidden + j];
                float errorN = flow[j] * (1 - z) * (1 - n * n);
                float errorR = errorN * hiddenPart[k][j] * r * (1 - r);
                float errorZ = flow[j] * (before[k][j] - n) * z * (1 - z);
                inputErrors[j] = errorR;
                inputErrors[hidden + j] = errorZ;
                inputErrors[2 * hidden + j] = errorN;
                hiddenErrors[j] = errorR;
                hiddenErrors[hidden + j] = errorZ;
                hiddenErrors[2 * hidden + j] = errorN * r;
            }
        }

        private double readout(float[] h, int target, float[] keep, float weight) {
            for (int j = 0; j < hidden; j++) {
                readoutInput[j] = h[j] * keep[j];
            }
            for (int c = 0; c < classes; c++) {
                float sum = parameters[readoutBias][c];
                for (int j = 0; j < hidden; j++) {
                    sum += parameters[readout + c][j] * readoutInput[j];
                }
                logits[c] = sum;
            }
            DeltaGru.softmax(logits);
            double loss = -StrictMath.log(Math.max(logits[target], Float.MIN_NORMAL));
            for (int c = 0; c < classes; c++) {
                float error = weight * (logits[c] - (c == target ? 1 : 0));
                gradient[readoutBias][c] += error;
                addScaled(readoutInput, error, gradient[readout + c]);
                for (int j = 0; j < hidden; j++) {
                    flow[j] += error * parameters[readout + c][j] * keep[j];
                }
            }
            return loss;
        }
    }

    /** One step of Adam with the sum of the walkers' gradients, which it clears. */
    void update(Walker[] walkers, float learningRate, float weightDecay) {
        double squares = 0;
        for (int block = 0; block < parameters.length; block++) {
            float[] total = walkers[0].gradient[block];
            for (int w = 1; w < walkers.length; w++) {
                addScaled(walkers[w].gradient[block], 1, total);
                Arrays.fill(walkers[w].gradient[block], 0);
            }
            for (float g : total) {
                squares += (double) g * g;
            }
        }
        float clip = (float) Math.min(1, MAX_GRADIENT / Math.sqrt(squares));
        updates++;
        float meanCorrection = (float) (1 / (1 - StrictMath.pow(BETA_1, updates)));
        float squareCorrection = (float) (1 / (1 - StrictMath.pow(BETA_2, updates)));
        for (int block = 0; block < parameters.length; block++) {
            float[] gradient = walkers[0].gradient[block];
            for (int i = 0; i < gradient.length; i++) {
                float g = gradient[i] * clip;
                gradient[i] = 0;
                mean[block][i] = BETA_1 * mean[block][i] + (1 - BETA_1) * g;
                square[block][i] = BETA_2 * square[block][i] + (1 - BETA_2) * g * g;
                float step = meanCorrection
                        * mean[block][i]
                        / ((float) Math.sqrt(square[block][i] * squareCorrection) + EPSILON);
                parameters[block][i] -= learningRate * (step + weightDecay * parameters[block][i]);
            }
        }
        transposeHidden();
    }

    /** r, z and n into {@code gates}, and h = (1 - z) * n + z * h, with the gates' sums A and B. */
    private static void advance(float[] inputSums, float[] hiddenSums, float[] gates, float[] h) {
        int size = h.length;
        for (int j = 0; j < 2 * size; j++) {
            gates[j] = Activations.sigmoid(inputSums[j] + hiddenSums[j]);
        }
        for (int j = 0; j < size; j++) {
            float n = Activations.tanh(inputSums[2 * size + j] + gates[j] * hiddenSums[2 * size + j]);
            gates[2 * size + j] = n;
            h[j] = (1 - gates[size + j]) * n + gates[size + j] * h[j];
        }
    }

    /** columns[first + j] += changes[j] * errors where there is a change. */
    private static void addOuter(float[] errors, float[] changes, float[][] columns, int first) {
        for (int j = 0; j < changes.length; j++) {
            if (changes[j] != 0) {
                addScaled(errors, changes[j], columns[first + j]);
            }
        }
    }

    /** to[i] += f * a[i] + g * b[i] + h * c[i]. */
    private static void addThreeScaled(float[] a, float f, float[] b, float g, float[] c, float h, float[] to) {
        for (int i = 0; i < to.length; i++) {
            to[i] += f * a[i] + g * b[i] + h * c[i];
        }
    }

    /** to[i] += factor * from[i]. */
    private static void addScaled(float[] from, float factor, float[] to) {
        for (int i = 0; i < to.length; i++) {
            to[i] += factor * from[i];
        }
    }
}
