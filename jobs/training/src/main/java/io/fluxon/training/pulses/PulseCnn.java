package io.fluxon.training.pulses;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The float twin of {@link io.fluxon.networks.engine.QuantizedPulseNetwork}: convolutions without padding, ReLU after all
 * but the last, and their gradient, for {@value #BATCH} pulses at a time.
 *
 * <p>Layout of activations: [position][channel][pulse]; of weights: [output][tap][input], so that the values that a
 * kernel reaches are one stretch of memory, and every convolution is a matrix product per position. Input: the integers
 * of the normalisation x 2<sup>-11</sup>. Output: start in 1/4 sample and height in 1/16 of the coarse height.
 */
final class PulseCnn {

    /** Pulses of one call. */
    static final int BATCH = 128;

    static final double INPUT_SCALE = 1.0 / (1 << 11);
    static final double TIME_SCALE = 1.0 / 4;
    static final double HEIGHT_SCALE = 1.0 / 16;

    /** Shape of a convolution: {@code positions} results of {@code outputs} channels. */
    record Layer(int inputs, int outputs, int kernel, int stride, int positions, int weightAt, int biasAt) {

        int taps() {
            return inputs * kernel;
        }

        int hop() {
            return inputs * stride;
        }

        int results() {
            return positions * outputs;
        }
    }

    private final Layer[] layers;
    private final int inputSize;
    private final float[] parameters;

    private PulseCnn(Layer[] layers, int inputSize, float[] parameters) {
        this.layers = layers;
        this.inputSize = inputSize;
        this.parameters = parameters;
    }

    /** Untrained: weights uniform with variance 2 / taps (He), biases 0. */
    static PulseCnn of(int samples, int channels, int[][] outputsKernelStride, long seed) {
        Layer[] layers = new Layer[outputsKernelStride.length];
        int positions = samples;
        int inputs = channels;
        int at = 0;
        for (int l = 0; l < layers.length; l++) {
            int outputs = outputsKernelStride[l][0];
            int kernel = outputsKernelStride[l][1];
            int stride = outputsKernelStride[l][2];
            positions = (positions - kernel) / stride + 1;
            layers[l] = new Layer(inputs, outputs, kernel, stride, positions, at, at + outputs * inputs * kernel);
            at += outputs * (inputs * kernel + 1);
            inputs = outputs;
        }
        float[] parameters = new float[at];
        SplittableRandom random = new SplittableRandom(seed);
        for (int l = 0; l < layers.length; l++) {
            Layer layer = layers[l];
            double limit = Math.sqrt((l == layers.length - 1 ? 1.0 : 6.0) / layer.taps());
            for (int i = layer.weightAt; i < layer.biasAt; i++) {
                parameters[i] = (float) (limit * (2 * random.nextDouble() - 1));
            }
        }
        return new PulseCnn(layers, samples * channels, parameters);
    }

    /** The same network with other weights. */
    PulseCnn with(float[] others) {
        return new PulseCnn(layers, inputSize, others);
    }

    Layer[] layers() {
        return layers;
    }

    float[] parameters() {
        return parameters;
    }

    /** Activations and gradients of one thread. Every row is an array of its own: only so are the loops vectorised. */
    final class Scratch {

        /** Input of layer l at [l]; the last one is the answer, [2][BATCH]. */
        final float[][][] activations = new float[layers.length + 1][][];

        private final float[][][] deltas = new float[layers.length + 1][][];
        private final float[][][] windows = new float[layers.length][][];
        private final float[][][] weightGradients = new float[layers.length][][];

        Scratch() {
            activations[0] = new float[inputSize][BATCH];
            for (int l = 0; l < layers.length; l++) {
                activations[l + 1] = new float[layers[l].results()][BATCH];
                deltas[l + 1] = new float[layers[l].results()][BATCH];
                windows[l] = new float[BATCH][layers[l].taps()];
                weightGradients[l] = new float[layers[l].outputs][layers[l].taps()];
            }
        }

        float[][] input() {
            return activations[0];
        }

        /** [time, height][pulse]. */
        float[][] answer() {
            return activations[layers.length];
        }

        /** Derivative of the loss by the answer, to be filled in before {@link #backward}. */
        float[][] answerDelta() {
            return deltas[layers.length];
        }
    }

    void forward(Scratch scratch) {
        for (int l = 0; l < layers.length; l++) {
            Layer layer = layers[l];
            float[][] results = scratch.activations[l + 1];
            for (int position = 0; position < layer.positions; position++) {
                multiply(layer, scratch.activations[l], position * layer.hop(), results, position * layer.outputs);
            }
            if (l < layers.length - 1) {
                for (float[] row : results) {
                    rectify(row);
                }
            }
        }
    }

    /** Writes the gradient of the loss by the parameters to {@code gradient}; after {@link #forward}. */
    void backward(Scratch scratch, float[] gradient) {
        for (int l = layers.length - 1; l >= 0; l--) {
            Layer layer = layers[l];
            float[][] delta = scratch.deltas[l + 1];
            float[][] weightGradient = scratch.weightGradients[l];
            for (float[] row : weightGradient) {
                Arrays.fill(row, 0);
            }
            for (int position = 0; position < layer.positions; position++) {
                transpose(scratch.activations[l], position * layer.hop(), scratch.windows[l]);
                for (int o = 0; o < layer.outputs; o++) {
                    addWeightGradient(scratch.windows[l], delta[position * layer.outputs + o], weightGradient[o]);
                }
            }
            for (int o = 0; o < layer.outputs; o++) {
                System.arraycopy(weightGradient[o], 0, gradient, layer.weightAt + o * layer.taps(), layer.taps());
                float sum = 0;
                for (int position = 0; position < layer.positions; position++) {
                    for (float value : delta[position * layer.outputs + o]) {
                        sum += value;
                    }
                }
                gradient[layer.biasAt + o] = sum;
            }
            if (l > 0) {
                float[][] before = scratch.deltas[l];
                for (float[] row : before) {
                    Arrays.fill(row, 0);
                }
                for (int position = 0; position < layer.positions; position++) {
                    addInputDelta(layer, delta, position * layer.outputs, before, position * layer.hop());
                }
                for (int row = 0; row < before.length; row++) {
                    maskByActivity(scratch.activations[l][row], before[row]);
                }
            }
        }
    }

    /** Y[o] = bias[o] + sum over t of W[o][t] X[t], with a row per output or tap; two outputs at a time. */
    private void multiply(Layer layer, float[][] x, int xAt, float[][] y, int yAt) {
        int taps = layer.taps();
        for (int o = 0; o < layer.outputs; o += 2) {
            Arrays.fill(y[yAt + o], parameters[layer.biasAt + o]);
            Arrays.fill(y[yAt + o + 1], parameters[layer.biasAt + o + 1]);
            int upper = layer.weightAt + o * taps;
            addProducts(parameters, upper, upper + taps, 1, taps, x, xAt, y[yAt + o], y[yAt + o + 1]);
        }
    }

    /** dX[t] += sum over o of W[o][t] dY[o]; two taps at a time. */
    private void addInputDelta(Layer layer, float[][] delta, int deltaAt, float[][] before, int beforeAt) {
        int taps = layer.taps();
        for (int t = 0; t < taps; t += 2) {
            int column = layer.weightAt + t;
            addProducts(
                    parameters,
                    column,
                    column + 1,
                    taps,
                    layer.outputs,
                    delta,
                    deltaAt,
                    before[beforeAt + t],
                    before[beforeAt + t + 1]);
        }
    }

    /** first += sum over j of w[upper + j step] x[j], second += the same from lower on. {@code count} is even. */
    private static void addProducts(
            float[] w, int upper, int lower, int step, int count, float[][] x, int xAt, float[] first, float[] second) {
        int j = 0;
        for (; j + 4 <= count; j += 4) {
            int a = upper + j * step;
            int b = lower + j * step;
            addFour(w[a], w[a + step], w[a + 2 * step], w[a + 3 * step], x, xAt + j, first);
            addFour(w[b], w[b + step], w[b + 2 * step], w[b + 3 * step], x, xAt + j, second);
        }
        for (; j < count; j += 2) {
            int a = upper + j * step;
            int b = lower + j * step;
            addTwo(w[a], w[a + step], x[xAt + j], x[xAt + j + 1], first);
            addTwo(w[b], w[b + step], x[xAt + j], x[xAt + j + 1], second);
        }
    }

    private static void addFour(float a, float b, float c, float d, float[][] x, int xAt, float[] y) {
        float[] x0 = x[xAt];
        float[] x1 = x[xAt + 1];
        float[] x2 = x[xAt + 2];
        float[] x3 = x[xAt + 3];
        for (int i = 0; i < BATCH; i++) {
            y[i] += a * x0[i] + b * x1[i] + (c * x2[i] + d * x3[i]);
        }
    }

    private static void addTwo(float a, float b, float[] x0, float[] x1, float[] y) {
        for (int i = 0; i < BATCH; i++) {
            y[i] += a * x0[i] + b * x1[i];
        }
    }

    /** dW[t] += sum over pulses of dY[b] X[b][t]. */
    private static void addWeightGradient(float[][] window, float[] delta, float[] weightGradient) {
        for (int b = 0; b < BATCH; b += 4) {
            float d0 = delta[b];
            float d1 = delta[b + 1];
            float d2 = delta[b + 2];
            float d3 = delta[b + 3];
            if (d0 != 0 || d1 != 0 || d2 != 0 || d3 != 0) {
                addWeighted(d0, d1, d2, d3, window, b, weightGradient);
            }
        }
    }

    private static void addWeighted(float a, float b, float c, float d, float[][] x, int xAt, float[] y) {
        float[] x0 = x[xAt];
        float[] x1 = x[xAt + 1];
        float[] x2 = x[xAt + 2];
        float[] x3 = x[xAt + 3];
        for (int t = 0; t < y.length; t++) {
            y[t] += a * x0[t] + b * x1[t] + (c * x2[t] + d * x3[t]);
        }
    }

    private static void transpose(float[][] rows, int from, float[][] window) {
        int taps = window[0].length;
        for (int t = 0; t < taps; t++) {
            float[] row = rows[from + t];
            for (int b = 0; b < BATCH; b++) {
                window[b][t] = row[b];
            }
        }
    }

    private static void rectify(float[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.max(0, values[i]);
        }
    }

    private static void maskByActivity(float[] activations, float[] deltas) {
        for (int i = 0; i < deltas.length; i++) {
            deltas[i] = activations[i] > 0 ? deltas[i] : 0;
        }
    }
}
