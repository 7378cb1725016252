package io.fluxon.networks.engine;

import io.fluxon.networks.model.ModelException;
import io.fluxon.networks.model.NirNode;
import io.fluxon.networks.model.PulseModel;
import java.util.ArrayList;
import java.util.List;

/**
 * Time and energy of a pulse by a convolutional network that computes in integers only, from the samples to the answer;
 * the same bits on every machine. One instance serves one thread and allocates nothing per pulse.
 *
 * <p>Graph: a chain Input [N] -&gt; PulseNormalization -&gt; QuantizedConv1d ... -&gt; Output [2].
 *
 * <p>Definition, for samples w(0) to w(N - 1), unsigned 16 bits each; &gt;&gt; rounds down and / rounds towards zero:
 *
 * <pre>
 * b = sum of w(k), k &lt; 16                                       level, 1/16 LSB
 * d(k) = 16 w(k) - b                                            1/16 LSB
 * c = sum of d(k), heightFrom &lt;= k &lt; heightTo
 * h = clamp((c heightGain + 2^17) &gt;&gt; 18, lowestHeight, 2^20)    coarse height, 1/16 LSB
 * r = (2^40 + h / 2) / h
 * x(0, k) = clamp(((d(k) r + 2^25) &gt;&gt; 26) - template(k), -32767, 32767)    waveform over height, 2^-14
 * x(1, k) = min(r &gt;&gt; 15, 32767)                                 reciprocal of the height, for every k
 * </pre>
 *
 * Each convolution then gives y = clamp(requantize(a), ...) from its sums a (see {@link NirNode.QuantizedConv1d}), with
 * requantize(a) = pow2(high(a, multiplier), shift):
 *
 * <pre>
 * high(a, m) = (a m + 2^30) &gt;&gt; 31      doubling high product, rounded to nearest, half up
 * pow2(v, s) = v 2^-s                      rounded to nearest, half away from zero
 * </pre>
 *
 * (the arithmetic of gemmlowp and TensorFlow Lite). The last one has two outputs u, v at one position, and
 *
 * <pre>
 * time   = reference + ((u period + 2^11) &gt;&gt; 12)    picoseconds after the trigger sample; u in 2^-12 sample
 * energy = h + ((h v + 2^11) &gt;&gt; 12)                 1/16 LSB; v in 2^-12
 * </pre>
 */
public final class QuantizedPulseNetwork {

    private static final int CHANNELS = 2;
    private static final int MAX_HEIGHT = 1 << 20;

    private final PulseModel model;
    private final NirNode.PulseNormalization normalization;
    private final Convolution[] convolutions;
    private final int[] input;
    private int height;
    private long timePicoseconds;
    private long energySixteenths;

    private QuantizedPulseNetwork(
            PulseModel model, NirNode.PulseNormalization normalization, List<Convolution> convolutions) {
        this.model = model;
        this.normalization = normalization;
        this.convolutions = convolutions.toArray(Convolution[]::new);
        this.input = new int[CHANNELS * normalization.template().length];
    }

    public static QuantizedPulseNetwork compile(PulseModel model) {
        Chain chain = new Chain(model.graph());
        if (!(chain.next() instanceof NirNode.Input input)) {
            throw chain.unexpected("Input");
        }
        int samples = chain.product(input.shape());
        if (!(chain.next() instanceof NirNode.PulseNormalization normalization)) {
            throw chain.unexpected("PulseNormalization");
        }
        if (normalization.template().length != samples) {
            throw chain.mismatch("a template of " + normalization.template().length + " samples", samples + " inputs");
        }
        int positions = samples;
        int channels = CHANNELS;
        List<Convolution> convolutions = new ArrayList<>();
        NirNode node = chain.next();
        while (node instanceof NirNode.QuantizedConv1d convolution) {
            if (convolution.inputs() != channels || convolution.kernel() > positions) {
                throw chain.mismatch(
                        convolution.inputs() + " inputs and kernel " + convolution.kernel(),
                        channels + " channels of " + positions + " positions");
            }
            positions = (positions - convolution.kernel()) / convolution.stride() + 1;
            channels = convolution.outputs();
            if ((long) positions * channels > 1 << 20) {
                throw new ModelException("node " + chain.name() + ": has more than 2^20 results");
            }
            convolutions.add(new Convolution(convolution, positions));
            node = chain.next();
        }
        if (!(node instanceof NirNode.Output output)) {
            throw chain.unexpected("QuantizedConv1d or Output");
        }
        if (convolutions.isEmpty() || positions != 1 || channels != 2 || chain.product(output.shape()) != 2) {
            throw chain.mismatch("2 outputs: time and energy", channels + " channels of " + positions + " positions");
        }
        chain.requireEnd();
        return new QuantizedPulseNetwork(model, normalization, convolutions);
    }

    public PulseModel model() {
        return model;
    }

    /** Samples of a waveform. */
    public int samples() {
        return normalization.template().length;
    }

    /** Multiplications of one waveform's convolutions. */
    public long operations() {
        long operations = 0;
        for (Convolution convolution : convolutions) {
            operations += (long) convolution.positions * convolution.weight.length;
        }
        return operations;
    }

    /** Measures the pulse in {@code waveforms} from {@code start} on, unsigned 16 bits a sample. */
    public void measure(short[] waveforms, int start) {
        height = normalize(waveforms, start, normalization, input);
        int[] values = input;
        for (Convolution convolution : convolutions) {
            convolve(values, convolution);
            values = convolution.output;
        }
        timePicoseconds =
                model.referencePicoseconds() + (((long) values[0] * model.samplePeriodPicoseconds() + (1 << 11)) >> 12);
        energySixteenths = height + (((long) height * values[1] + (1 << 11)) >> 12);
    }

    /** Start of the pulse last measured, picoseconds after the model's trigger sample; mostly negative for pulse-v1. */
    public long timePicoseconds() {
        return timePicoseconds;
    }

    /** Height of the pulse last measured, 1/16 LSB. */
    public long energySixteenths() {
        return energySixteenths;
    }

    /** Coarse height h of the pulse last measured, 1/16 LSB. */
    public int coarseHeightSixteenths() {
        return height;
    }

    /**
     * Writes x as [sample][channel] and returns h.
     *
     * @param normalized 2 N values
     */
    public static int normalize(
            short[] waveforms, int start, NirNode.PulseNormalization normalization, int[] normalized) {
        int[] template = normalization.template();
        int level = 0;
        for (int k = 0; k < NirNode.PulseNormalization.LEVEL_SAMPLES; k++) {
            level += waveforms[start + k] & 0xffff;
        }
        long sum = 0;
        for (int k = normalization.heightFrom(); k < normalization.heightTo(); k++) {
            sum += ((waveforms[start + k] & 0xffff) << 4) - level;
        }
        long rough = (sum * normalization.heightGain() + (1 << 17)) >> 18;
        int height = (int) Math.max(normalization.lowestHeight(), Math.min(MAX_HEIGHT, rough));
        long reciprocal = ((1L << 40) + height / 2) / height;
        int noise = (int) Math.min(reciprocal >> 15, Short.MAX_VALUE);
        for (int k = 0; k < template.length; k++) {
            long difference = ((waveforms[start + k] & 0xffff) << 4) - level;
            long value = ((difference * reciprocal + (1 << 25)) >> 26) - template[k];
            normalized[2 * k] = (int) Math.max(-Short.MAX_VALUE, Math.min(Short.MAX_VALUE, value));
            normalized[2 * k + 1] = noise;
        }
        return height;
    }

    /**
     * One convolution of activations laid out as [position][channel]; weights as [tap][input channel][output], so that
     * the innermost loop runs over outputs side by side. Activations that are 0 are passed over.
     */
    private static void convolve(int[] activations, Convolution convolution) {
        int[] weight = convolution.weight;
        int[] sums = convolution.sums;
        int outputs = convolution.outputs;
        int taps = convolution.taps;
        for (int position = 0; position < convolution.positions; position++) {
            System.arraycopy(convolution.bias, 0, sums, 0, outputs);
            int from = position * convolution.hop;
            for (int tap = 0; tap < taps; tap++) {
                int activation = activations[from + tap];
                if (activation != 0) {
                    addScaledRow(sums, weight, tap * outputs, outputs, activation);
                }
            }
            requantizeRow(sums, convolution, position * outputs);
        }
    }

    private static void addScaledRow(int[] sums, int[] weight, int from, int outputs, int activation) {
        for (int o = 0; o < outputs; o++) {
            sums[o] += weight[from + o] * activation;
        }
    }

    private static void requantizeRow(int[] sums, Convolution convolution, int to) {
        for (int o = 0; o < convolution.outputs; o++) {
            int value = requantize(sums[o], convolution.multiplier[o], convolution.shift[o]);
            convolution.output[to + o] = Math.max(convolution.lowest, Math.min(Short.MAX_VALUE, value));
        }
    }

    /** a multiplier 2<sup>-31</sup> 2<sup>-shift</sup>, rounded twice as the class comment says. */
    static int requantize(int sum, int multiplier, int shift) {
        long product = (long) sum * multiplier;
        int high = (int) ((product + (1L << 30)) >> 31);
        int mask = (int) ((1L << shift) - 1);
        int remainder = high & mask;
        int threshold = (mask >> 1) + (high < 0 ? 1 : 0);
        return (high >> shift) + (remainder > threshold ? 1 : 0);
    }

    /** A QuantizedConv1d in the layout of the hot loop, with room for its results. */
    private static final class Convolution {

        private final int outputs;
        private final int positions;
        /** Values of a kernel's reach: kernel x input channels. */
        private final int taps;
        /** Values from one position to the next: stride x input channels. */
        private final int hop;

        private final int[] weight;
        private final int[] bias;
        private final int[] multiplier;
        private final int[] shift;
        private final int lowest;
        private final int[] sums;
        private final int[] output;

        private Convolution(NirNode.QuantizedConv1d node, int positions) {
            this.outputs = node.outputs();
            this.positions = positions;
            this.taps = node.kernel() * node.inputs();
            this.hop = node.stride() * node.inputs();
            this.weight = new int[taps * outputs];
            for (int o = 0; o < outputs; o++) {
                for (int i = 0; i < node.inputs(); i++) {
                    for (int k = 0; k < node.kernel(); k++) {
                        weight[(k * node.inputs() + i) * outputs + o] =
                                node.weight()[(o * node.inputs() + i) * node.kernel() + k];
                    }
                }
            }
            this.bias = node.bias();
            this.multiplier = node.multiplier();
            this.shift = node.shift();
            this.lowest = node.relu() ? 0 : -Short.MAX_VALUE;
            this.sums = new int[outputs];
            this.output = new int[positions * outputs];
        }
    }
}
