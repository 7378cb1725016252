package io.fluxon.signals.pulses;

/**
 * Time by constant fraction: where the bipolar signal
 *
 * <pre>
 * b[n] = fraction * y[n] - y[n - delay]
 * </pre>
 *
 * falls through 0 after its maximum, less the delay, so that fraction * y(t + delay) = y(t). That point does not depend on
 * the pulse's height; for a delay longer than the rise it is where the pulse crosses the fraction of its height. Between
 * samples, b is the cubic through the two samples on either side.
 */
public final class ConstantFractionTime {

    private ConstantFractionTime() {}

    /**
     * @param y signal over the baseline, {@code count} samples
     * @param first where the search for the maximum of b begins
     * @param last and ends; the crossing may lie behind
     * @return position in samples, NaN if b does not fall through 0 before the waveform ends
     */
    public static double of(double[] y, int count, int first, int last, double fraction, int delay) {
        int start = Math.max(first, delay);
        int highest = -1;
        double height = 0;
        for (int n = start; n <= last && n < count; n++) {
            double b = fraction * y[n] - y[n - delay];
            if (b > height) {
                height = b;
                highest = n;
            }
        }
        if (highest < 0) {
            return Double.NaN;
        }
        for (int n = highest + 1; n < count; n++) {
            double b = fraction * y[n] - y[n - delay];
            if (b <= 0) {
                return crossing(y, count, n, fraction, delay) - delay;
            }
        }
        return Double.NaN;
    }

    /** Where b is 0 between the samples n - 1, where it is positive, and n, where it is not. */
    private static double crossing(double[] y, int count, int n, double fraction, int delay) {
        double right = fraction * y[n] - y[n - delay];
        double left = fraction * y[n - 1] - y[n - 1 - delay];
        if (n - 2 - delay < 0 || n + 1 >= count) {
            return n - 1 + left / (left - right);
        }
        double before = fraction * y[n - 2] - y[n - 2 - delay];
        double after = fraction * y[n + 1] - y[n + 1 - delay];
        // Lagrange's cubic through (-1, before), (0, left), (1, right), (2, after) as c0 + c1 u + c2 u^2 + c3 u^3.
        double c1 = -before / 3 - left / 2 + right - after / 6;
        double c2 = (before + right) / 2 - left;
        double c3 = (after - before) / 6 + (left - right) / 2;
        double low = 0;
        double high = 1;
        // left > 0 >= right, so there is a crossing to halve in on.
        for (int i = 0; i < 40; i++) {
            double middle = (low + high) / 2;
            if (left + middle * (c1 + middle * (c2 + middle * c3)) > 0) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return n - 1 + (low + high) / 2;
    }
}
