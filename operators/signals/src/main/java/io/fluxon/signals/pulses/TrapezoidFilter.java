package io.fluxon.signals.pulses;

/**
 * Trapezoidal shaping (Jordanov and Knoll, Nuclear Instruments and Methods A 345 (1994) 337) of a signal whose decay is
 * corrected already: the mean of the last {@code rise} samples less that of {@code rise} samples before a gap of
 * {@code flat},
 *
 * <pre>
 * T[n] = (S[n+1] - S[n+1-r] - S[n+1-r-f] + S[n+1-2r-f]) / r,   S[n] = y[0] + ... + y[n-1],   S[n < 0] = 0
 * </pre>
 *
 * A step of height A at sample m gives T = A from m + r - 1 to m + r + f. White noise of standard deviation s gives
 * s sqrt(2 / r).
 */
public final class TrapezoidFilter {

    private TrapezoidFilter() {}

    /** Writes the running sums of {@code y[0, count)} to {@code sums[0, count]}. */
    public static void sums(double[] y, int count, double[] sums) {
        double sum = 0;
        sums[0] = 0;
        for (int i = 0; i < count; i++) {
            sum += y[i];
            sums[i + 1] = sum;
        }
    }

    /** T[n]; samples before the waveform count as 0. */
    public static double at(double[] sums, int n, int rise, int flat) {
        int end = n + 1;
        return (sums[end]
                        - sums[Math.max(0, end - rise)]
                        - sums[Math.max(0, end - rise - flat)]
                        + sums[Math.max(0, end - 2 * rise - flat)])
                / rise;
    }

    /** Writes T[0, count) to {@code out}. */
    public static void shape(double[] sums, int count, int rise, int flat, double[] out) {
        double perSample = 1.0 / rise;
        int full = Math.min(count, 2 * rise + flat);
        for (int n = 0; n < full; n++) {
            out[n] = at(sums, n, rise, flat);
        }
        for (int n = full; n < count; n++) {
            int end = n + 1;
            out[n] = (sums[end] - sums[end - rise] - sums[end - rise - flat] + sums[end - 2 * rise - flat]) * perSample;
        }
    }

    /** Largest T in [first, last]. */
    public static double maximum(double[] sums, int first, int last, int rise, int flat) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int n = first; n <= last; n++) {
            largest = Math.max(largest, at(sums, n, rise, flat));
        }
        return largest;
    }
}
