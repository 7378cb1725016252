package io.fluxon.signals.pulses;

/**
 * Pole-zero correction: the response of a preamplifier with one decay constant, taken out again. With b = exp(-1 / tau),
 * tau in samples, and v[n] = x[n] - baseline,
 *
 * <pre>
 * y[n] = y[n-1] + v[n] - b v[n-1],   y[-1] = v[-1] = 0
 * </pre>
 *
 * which turns A b^(n-m) from sample m on into the step A, and leaves v alone for tau = 0, a source without decay.
 */
public final class PoleZero {

    private PoleZero() {}

    /** Factor from sample to sample of an exponential with this time constant. */
    public static double decay(double decaySamples) {
        return Math.exp(-1 / decaySamples);
    }

    /** Writes {@code sign * (x - baseline)} of {@code samples[from, to)}, unsigned 16 bits, to {@code out} from 0 on. */
    public static void aboveBaseline(short[] samples, int from, int to, double baseline, double sign, double[] out) {
        for (int i = from; i < to; i++) {
            out[i - from] = sign * ((samples[i] & 0xFFFF) - baseline);
        }
    }

    /** Writes the corrected signal of {@code v[0, count)} to {@code out}. */
    public static void correct(double[] v, int count, double decay, double[] out) {
        double sum = 0;
        double gone = 1 - decay;
        for (int i = 0; i < count; i++) {
            out[i] = v[i] + gone * sum;
            sum += v[i];
        }
    }
}
