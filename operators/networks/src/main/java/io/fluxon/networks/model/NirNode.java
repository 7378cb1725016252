package io.fluxon.networks.model;

import java.util.Arrays;

/**
 * Nodes of a NIR graph (Neuromorphic Intermediate Representation, Pedersen et al. 2024), with NIR's own names and
 * continuous-time equations, and the node types of this project's own for what NIR lacks. I is the weighted sum of what
 * reaches a node, z its spikes. Times are in seconds. The parameters of neurons hold one value per neuron, in the shape of
 * the layer, or a single value for all. Shapes are without a batch dimension, [channels, height, width] or [channels,
 * length] where there is space. Arrays are not copied: treat them as read-only.
 */
public sealed interface NirNode {

    /** Entry of the graph, for a camera [polarity, height, width]. */
    record Input(int[] shape) implements NirNode {}

    /** Exit of the graph. */
    record Output(int[] shape) implements NirNode {}

    /** A graph in a graph: what reaches it reaches its Input, and its Output is what leaves it. */
    record Graph(NirGraph graph) implements NirNode {}

    /** The type's name in a file. */
    static String typeOf(NirNode node) {
        String name = node.getClass().getSimpleName();
        return switch (name) {
            case "Graph" -> "NIRGraph";
            case "If" -> "IF";
            case "Lif" -> "LIF";
            case "Li" -> "LI";
            case "CubaLi" -> "CubaLI";
            case "CubaLif" -> "CubaLIF";
            case "LoihiCubaLif" -> "LoihiCubaLIF";
            case "DeltaGru" -> "DeltaGRU";
            default -> name;
        };
    }

    // ---- Linear maps without memory ----

    /** Joins the dimensions from {@code startDim} to {@code endDim}, both inclusive, negative ones counted from the end. */
    record Flatten(int[] inputShape, int startDim, int endDim) implements NirNode {}

    /** y = W x, with {@code weight} [..., outputs, inputs]; with leading dimensions, one matrix for each of their places. */
    record Linear(Tensor weight) implements NirNode {

        public Linear {
            requireMatrix("Linear", weight);
        }

        public Linear(float[] weight, int outputs, int inputs) {
            this(Tensor.of(weight, outputs, inputs));
        }

        /** Of one matrix. */
        public int outputs() {
            return weight.shape()[weight.rank() - 2];
        }

        /** Of one matrix. */
        public int inputs() {
            return weight.shape()[weight.rank() - 1];
        }
    }

    /** y = W x + b, with {@code weight} [..., outputs, inputs] and {@code bias} [..., outputs]. */
    record Affine(Tensor weight, Tensor bias) implements NirNode {

        public Affine {
            requireMatrix("Affine", weight);
            if (bias.size() != weight.size() / weight.shape()[weight.rank() - 1]) {
                throw new ModelException("Affine has a weight " + Arrays.toString(weight.shape()) + " and a bias "
                        + Arrays.toString(bias.shape()));
            }
        }

        public Affine(float[] weight, float[] bias, int outputs, int inputs) {
            this(Tensor.of(weight, outputs, inputs), Tensor.of(bias, bias.length));
        }

        /** Of one matrix. */
        public int outputs() {
            return weight.shape()[weight.rank() - 2];
        }

        /** Of one matrix. */
        public int inputs() {
            return weight.shape()[weight.rank() - 1];
        }
    }

    /** y = s x, element by element. */
    record Scale(Tensor scale) implements NirNode {}

    /**
     * How far a convolution or a pooling reaches beyond the border, where it finds zeros.
     *
     * @param mode EXPLICIT: by {@code sizes} on both sides; VALID: not at all; SAME: so far that the output is as large as
     *     the input, by floor(dilation (kernel - 1) / 2) before and the rest behind
     * @param sizes one per dimension of space; empty unless EXPLICIT
     */
    record Padding(Mode mode, int... sizes) {

        /** The three ways that NIR has to say it. */
        public enum Mode {
            EXPLICIT,
            SAME,
            VALID
        }

        public static Padding of(int... sizes) {
            return new Padding(Mode.EXPLICIT, sizes);
        }
    }

    /**
     * One-dimensional convolution, y[o][p] = bias[o] + sum over i, k of weight[o][i][k] x[i][stride p + dilation k -
     * padding], over the inputs of the output's group.
     *
     * @param inputLength length of the input, -1 where the file does not say
     * @param weight [outputs, inputs / groups, kernel]
     */
    record Conv1d(int inputLength, Tensor weight, int stride, Padding padding, int dilation, int groups, Tensor bias)
            implements NirNode {}

    /**
     * Two-dimensional convolution, as {@link Conv1d} in both dimensions; pairs are (vertical, horizontal).
     *
     * @param inputShape [height, width] of the input, empty where the file does not say
     * @param weight [outputs, inputs / groups, kernel height, kernel width]
     */
    record Conv2d(
            int[] inputShape, Tensor weight, int[] stride, Padding padding, int[] dilation, int groups, Tensor bias)
            implements NirNode {}

    /** Sum over windows of each channel; pairs are (vertical, horizontal). */
    record SumPool2d(int[] kernelSize, int[] stride, int[] padding) implements NirNode {}

    /** Mean over windows of each channel, zeros of the padding included; pairs are (vertical, horizontal). */
    record AvgPool2d(int[] kernelSize, int[] stride, int[] padding) implements NirNode {}

    // ---- Delays, thresholds, neurons ----

    /** y(t) = x(t - delay), a delay of its own for each element, seconds. */
    record Delay(Tensor delaySeconds) implements NirNode {}

    /** z = 1 where x &gt; threshold, otherwise 0; without memory. */
    record Threshold(Tensor threshold) implements NirNode {}

    /** Integrator: v' = r I; its output is v. */
    record I(Tensor r) implements NirNode {}

    /** Leaky integrator: tau v' = v_leak - v + r I; its output is v. */
    record Li(Tensor tauSeconds, Tensor r, Tensor vLeak) implements NirNode {

        public Li(double[] tauSeconds, double[] r, double[] vLeak) {
            this(Tensor.of(tauSeconds), Tensor.of(r), Tensor.of(vLeak));
        }
    }

    /** Integrate-and-fire: v' = r I; where v &gt; v_threshold, a spike leaves and v := v_reset. */
    record If(Tensor r, Tensor vThreshold, Tensor vReset) implements NirNode {}

    /** Leaky integrate-and-fire: tau v' = v_leak - v + r I; where v &gt; v_threshold, a spike leaves and v := v_reset. */
    record Lif(Tensor tauSeconds, Tensor r, Tensor vLeak, Tensor vThreshold, Tensor vReset) implements NirNode {

        public Lif(double[] tauSeconds, double[] r, double[] vLeak, double[] vThreshold, double[] vReset) {
            this(Tensor.of(tauSeconds), Tensor.of(r), Tensor.of(vLeak), Tensor.of(vThreshold), Tensor.of(vReset));
        }
    }

    /** Leaky integrator of a current: tau_syn i' = -i + w_in I, tau_mem v' = v_leak - v + r i; its output is v. */
    record CubaLi(Tensor tauSynSeconds, Tensor tauMemSeconds, Tensor r, Tensor vLeak, Tensor wIn) implements NirNode {}

    /** {@link CubaLi} that fires: where v &gt; v_threshold, a spike leaves and v := v_reset. */
    record CubaLif(
            Tensor tauSynSeconds,
            Tensor tauMemSeconds,
            Tensor r,
            Tensor vLeak,
            Tensor wIn,
            Tensor vThreshold,
            Tensor vReset)
            implements NirNode {}

    // ---- This project's own: what other people's networks have and NIR lacks ----

    /**
     * Maximum over windows of each channel of [channels, length], without padding; a window that does not fit is left
     * out. Type {@code MaxPool1d}.
     */
    record MaxPool1d(int kernelSize, int stride) implements NirNode {}

    /**
     * The current-based neuron of Loihi, in integers and in steps instead of seconds (type {@code LoihiCubaLIF}):
     *
     * <pre>
     * u(k) = trunc(u(k-1) (4096 - current_decay) / 4096) + I(k)
     * v(k) = trunc(v(k-1) (4096 - voltage_decay) / 4096) + u(k)
     * where v(k) &gt;= v_threshold, a spike leaves and v := 0
     * </pre>
     *
     * trunc rounds towards zero. I is a sum of whole numbers: the weights before it carry the factor 64 of the chip, and
     * so does {@code threshold}.
     *
     * @param shape of the layer
     * @param currentDecay 0 to 4096
     * @param voltageDecay 0 to 4096
     */
    record LoihiCubaLif(int[] shape, int currentDecay, int voltageDecay, int threshold) implements NirNode {

        public LoihiCubaLif {
            if (currentDecay < 0 || currentDecay > 4096 || voltageDecay < 0 || voltageDecay > 4096) {
                throw new ModelException(
                        "LoihiCubaLIF: decays of " + currentDecay + " and " + voltageDecay + ", must be 0 to 4096");
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

    private static void requireMatrix(String type, Tensor weight) {
        if (weight.rank() < 2) {
            throw new ModelException(
                    type + " has a weight " + Arrays.toString(weight.shape()) + ", need [..., outputs, inputs]");
        }
    }
}
