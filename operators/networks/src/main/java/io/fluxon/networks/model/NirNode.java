package io.fluxon.networks.model;

/**
 * Nodes of a NIR graph (Neuromorphic Intermediate Representation, Pedersen et al. 2024), with NIR's own names and
 * continuous-time equations. Times are in seconds. Arrays are not copied: treat them as read-only.
 */
public sealed interface NirNode {

    /** Entry of the graph; {@code shape} without a batch dimension, for a camera [polarity, height, width]. */
    record Input(int[] shape) implements NirNode {}

    /** Exit of the graph. */
    record Output(int[] shape) implements NirNode {}

    /** Joins the dimensions from {@code startDim} to {@code endDim}, both inclusive, -1 meaning the last. */
    record Flatten(int[] inputShape, int startDim, int endDim) implements NirNode {}

    /** y = W x, with {@code weight} row-major [outputs][inputs]. */
    record Linear(float[] weight, int outputs, int inputs) implements NirNode {

        public Linear {
            if (weight.length != (long) outputs * inputs) {
                throw new ModelException("Linear has " + weight.length + " weights for " + outputs + " x " + inputs);
            }
        }
    }

    /** y = W x + b, with {@code weight} row-major [outputs][inputs] and one bias per output. */
    record Affine(float[] weight, float[] bias, int outputs, int inputs) implements NirNode {

        public Affine {
            if (weight.length != (long) outputs * inputs || bias.length != outputs) {
                throw new ModelException("Affine has " + weight.length + " weights and " + bias.length + " biases for "
                        + outputs + " x " + inputs);
            }
        }
    }

    /**
     * A gated recurrent unit that sends changes only (Neil et al. 2017). Not a node of NIR's own: the type {@code DeltaGRU}
     * is this project's. The parameters are those of a GRU in PyTorch's order, gates r, z, n one after the other: {@code
     * weightIh} row-major [3 * hidden][inputs], {@code weightHh} [3 * hidden][hidden], biases [3 * hidden]. A change of an
     * input or of a hidden unit is sent when its absolute value reaches the threshold.
     */
    record DeltaGru(
            float[] weightIh,
            float[] weightHh,
            float[] biasIh,
            float[] biasHh,
            float inputThreshold,
            float hiddenThreshold,
            int inputs,
            int hidden)
            implements NirNode {

        public DeltaGru {
            long rows = 3L * hidden;
            if (weightIh.length != rows * inputs
                    || weightHh.length != rows * hidden
                    || biasIh.length != rows
                    || biasHh.length != rows) {
                throw new ModelException("DeltaGRU has " + weightIh.length + " and " + weightHh.length + " weights, "
                        + biasIh.length + " and " + biasHh.length + " biases for 3 x " + hidden + " gates of " + inputs
                        + " inputs");
            }
            if (!(inputThreshold >= 0 && inputThreshold < Float.POSITIVE_INFINITY)
                    || !(hiddenThreshold >= 0 && hiddenThreshold < Float.POSITIVE_INFINITY)) {
                throw new ModelException("DeltaGRU has the thresholds " + inputThreshold + " and " + hiddenThreshold
                        + ", must be finite and not negative");
            }
        }
    }

    /**
     * Leaky integrate-and-fire: tau v' = v_leak - v + R I; where v &gt; v_threshold, a spike leaves and v := v_reset. One
     * value per neuron in each array.
     */
    record Lif(double[] tauSeconds, double[] r, double[] vLeak, double[] vThreshold, double[] vReset)
            implements NirNode {}

    /** Leaky integrator: tau v' = v_leak - v + R I; its output is v. */
    record Li(double[] tauSeconds, double[] r, double[] vLeak) implements NirNode {}

    // ---- Pulses: this project's own node types; docs/pulse-network.md has their arithmetic ----

    /**
     * Turns the waveform of a pulse into the input of an integer network, in integers: level from the first {@code
     * levelSamples} samples, coarse height from the samples {@code heightFrom} (inclusive) to {@code heightTo}
     * (exclusive), waveform over height less {@code template}. One output position per sample and two channels: the
     * normalised waveform and the reciprocal of the height. {@code io.fluxon.networks.engine.QuantizedPulseNetwork} has
     * the equations.
     *
     * @param template mean pulse of height 1, 2<sup>-14</sup>
     * @param lowestHeight the coarse height is at least this, 1/16 LSB
     * @param heightGain 2<sup>18</sup> / 16 x coarse height over the sum of the samples from heightFrom to heightTo
     */
    record PulseNormalization(
            int[] template, int levelSamples, int heightFrom, int heightTo, int heightGain, int lowestHeight)
            implements NirNode {

        public PulseNormalization {
            if (levelSamples != LEVEL_SAMPLES || template.length < LEVEL_SAMPLES || template.length > 1024) {
                throw new ModelException("PulseNormalization takes " + levelSamples + " level samples of "
                        + template.length + ", must be " + LEVEL_SAMPLES + " of at most 1024");
            }
            if (heightFrom < 0 || heightTo <= heightFrom || heightTo > template.length) {
                throw new ModelException("PulseNormalization takes the height from samples " + heightFrom + " to "
                        + heightTo + " of " + template.length);
            }
            if (heightGain < 1 || heightGain > 1 << 18) {
                throw new ModelException("PulseNormalization: heightGain is " + heightGain + ", not in [1, 2^18]");
            }
            if (lowestHeight < 1 << 10 || lowestHeight > 1 << 20) {
                throw new ModelException(
                        "PulseNormalization: lowestHeight is " + lowestHeight + ", not in [2^10, 2^20]");
            }
            for (int value : template) {
                if (Math.abs((long) value) > Short.MAX_VALUE) {
                    throw new ModelException("PulseNormalization: template holds " + value + ", beyond 16 bits");
                }
            }
        }

        /** The only number of level samples there is: the level is kept as their sum, in 1/16. */
        public static final int LEVEL_SAMPLES = 16;
    }

    /**
     * One-dimensional convolution in integers without padding: int8 weights, int32 sums, int16 results. Per output o and
     * position p
     *
     * <pre>
     * a = bias[o] + sum over i, k of weight[o][i][k] x[i][stride p + k]
     * y[o][p] = clamp(a multiplier[o] 2^-31 2^-shift[o], relu ? 0 : -32767, 32767)
     * </pre>
     *
     * rounded as {@code io.fluxon.networks.engine.QuantizedPulseNetwork} says. A dense layer is a convolution whose
     * kernel is as long as its input.
     *
     * @param weight [outputs][inputs][kernel], -127 to 127
     * @param multiplier 2<sup>30</sup> to 2<sup>31</sup> - 1
     * @param shift 0 to 31
     * @param floatWeight what the weights were rounded from; only to compare with
     * @param floatBias the same of the biases
     */
    record QuantizedConv1d(
            byte[] weight,
            int[] bias,
            int[] multiplier,
            int[] shift,
            int outputs,
            int inputs,
            int kernel,
            int stride,
            boolean relu,
            float[] floatWeight,
            float[] floatBias)
            implements NirNode {

        public QuantizedConv1d {
            if (outputs < 1 || inputs < 1 || kernel < 1 || stride < 1) {
                throw new ModelException("QuantizedConv1d: outputs, inputs, kernel and stride are " + outputs + ", "
                        + inputs + ", " + kernel + ", " + stride + ", must be at least 1");
            }
            long weights = (long) outputs * inputs * kernel;
            if (weight.length != weights || floatWeight.length != weights) {
                throw new ModelException("QuantizedConv1d has " + weight.length + " weights and " + floatWeight.length
                        + " float weights for " + outputs + " x " + inputs + " x " + kernel);
            }
            if (bias.length != outputs
                    || multiplier.length != outputs
                    || shift.length != outputs
                    || floatBias.length != outputs) {
                throw new ModelException("QuantizedConv1d: bias, multiplier, shift and float bias have " + bias.length
                        + ", " + multiplier.length + ", " + shift.length + ", " + floatBias.length
                        + " values for " + outputs + " outputs");
            }
            for (int o = 0; o < outputs; o++) {
                if (multiplier[o] < 1 << 30 || shift[o] < 0 || shift[o] > 31) {
                    throw new ModelException("QuantizedConv1d: output " + o + " has multiplier " + multiplier[o]
                            + " and shift " + shift[o] + ", not in [2^30, 2^31) and [0, 31]");
                }
                long largest = Math.abs((long) bias[o]);
                for (int i = o * inputs * kernel; i < (o + 1) * inputs * kernel; i++) {
                    largest += Math.abs((long) weight[i]) * Short.MAX_VALUE;
                }
                if (largest > Integer.MAX_VALUE) {
                    throw new ModelException("QuantizedConv1d: the sum of output " + o + " can leave 32 bits");
                }
            }
        }
    }

    // ---- end of pulses ----
}
