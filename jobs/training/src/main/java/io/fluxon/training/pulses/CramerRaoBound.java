package io.fluxon.training.pulses;

import io.fluxon.connectors.simulation.PulseShape;

/**
 * Cramer-Rao bound of amplitude and start of one pulse: no unbiased estimator from the samples w_k = A s(t_k - t0) + b +
 * noise of standard deviation sigma, white and normal, has smaller standard deviations than the square roots of the
 * diagonal of F<sup>-1</sup>,
 *
 * <pre>
 * F = J^T J / sigma^2,   J_k = [ds/dA, ds/dt0, ds/db] = [s(t_k - t0), -A s'(t_k - t0), 1],   t_k = k period
 * </pre>
 *
 * where the last row and column are left out if the level b is known. Source: Kay, Fundamentals of Statistical Signal
 * Processing, vol. 1, ch. 3.
 *
 * @param timeNanos bound of t0
 * @param amplitude bound of A, in the unit of A
 */
public record CramerRaoBound(double timeNanos, double amplitude) {

    /** The bound with an unknown level. */
    public static CramerRaoBound unknownLevel(
            PulseShape shape, int samples, double periodNanos, double startNanos, double amplitude, double noise) {
        return of(shape, samples, periodNanos, startNanos, amplitude, noise, true);
    }

    /** The bound with a known level. */
    public static CramerRaoBound knownLevel(
            PulseShape shape, int samples, double periodNanos, double startNanos, double amplitude, double noise) {
        return of(shape, samples, periodNanos, startNanos, amplitude, noise, false);
    }

    private static CramerRaoBound of(
            PulseShape shape,
            int samples,
            double periodNanos,
            double startNanos,
            double amplitude,
            double noise,
            boolean levelUnknown) {
        double ss = 0;
        double sd = 0;
        double dd = 0;
        double s1 = 0;
        double d1 = 0;
        for (int k = 0; k < samples; k++) {
            double t = k * periodNanos - startNanos;
            double s = shape.value(t);
            double d = -amplitude * shape.derivative(t);
            ss += s * s;
            sd += s * d;
            dd += d * d;
            s1 += s;
            d1 += d;
        }
        if (levelUnknown) {
            // Schur complement of the level's entry, the number of samples
            ss -= s1 * s1 / samples;
            sd -= s1 * d1 / samples;
            dd -= d1 * d1 / samples;
        }
        double determinant = ss * dd - sd * sd;
        return new CramerRaoBound(noise * Math.sqrt(ss / determinant), noise * Math.sqrt(dd / determinant));
    }
}
