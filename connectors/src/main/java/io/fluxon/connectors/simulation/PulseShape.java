package io.fluxon.connectors.simulation;

/**
 * Shape of a detector pulse behind a CR-RC<sup>2</sup> shaper, with height 1 and its start at t = 0:
 *
 * <pre>
 * s(t) = g(t) / max g,   g(t) = (e^(-t/d) - e^(-t/r)) * (t^2 e^(-t/tau))      (* = convolution, both factors 0 for t &lt; 0)
 *      = E(t; d) - E(t; r),  E(t; a) = 2/l^3 e^(-t/a) - (t^2/l + 2t/l^2 + 2/l^3) e^(-t/tau),  l = 1/tau - 1/a
 * </pre>
 *
 * with d the decay and r the rise time of the detector and tau the shaping time, all in nanoseconds and all different.
 * s, s' and s'' are continuous; s(t) grows with t<sup>4</sup> from the start. Absolute error below 1e-12 for the times of
 * {@link PulseFrontEnd} and 10 % around them.
 */
public final class PulseShape {

    private final double riseNanos;
    private final double decayNanos;
    private final double shapingNanos;
    // g(t) = decay e^(-t/d) + rise e^(-t/r) + (square t^2 + linear t + constant) e^(-t/tau), over the peak
    private final double decay;
    private final double rise;
    private final double square;
    private final double linear;
    private final double constant;
    private final double peakNanos;

    public PulseShape(double riseNanos, double decayNanos, double shapingNanos) {
        this.riseNanos = riseNanos;
        this.decayNanos = decayNanos;
        this.shapingNanos = shapingNanos;
        double d = 1 / (1 / shapingNanos - 1 / decayNanos);
        double r = 1 / (1 / shapingNanos - 1 / riseNanos);
        double[] raw = {2 * d * d * d, -2 * r * r * r, r - d, 2 * (r * r - d * d), 2 * (r * r * r - d * d * d)};
        this.peakNanos = peak(raw, riseNanos, decayNanos, shapingNanos);
        double peak = raw[0] * StrictMath.exp(-peakNanos / decayNanos)
                + raw[1] * StrictMath.exp(-peakNanos / riseNanos)
                + ((raw[2] * peakNanos + raw[3]) * peakNanos + raw[4]) * StrictMath.exp(-peakNanos / shapingNanos);
        this.decay = raw[0] / peak;
        this.rise = raw[1] / peak;
        this.square = raw[2] / peak;
        this.linear = raw[3] / peak;
        this.constant = raw[4] / peak;
    }

    /** Where g' changes its sign, by bisection to 1e-7 ns; the height is then exact to rounding. */
    private static double peak(double[] raw, double riseNanos, double decayNanos, double shapingNanos) {
        double from = shapingNanos;
        double to = 10 * shapingNanos;
        for (int step = 0; step < 32; step++) {
            double t = (from + to) / 2;
            double slope = -raw[0] / decayNanos * StrictMath.exp(-t / decayNanos)
                    - raw[1] / riseNanos * StrictMath.exp(-t / riseNanos)
                    + (2 * raw[2] * t + raw[3] - ((raw[2] * t + raw[3]) * t + raw[4]) / shapingNanos)
                            * StrictMath.exp(-t / shapingNanos);
            if (slope > 0) {
                from = t;
            } else {
                to = t;
            }
        }
        return (from + to) / 2;
    }

    public double riseNanos() {
        return riseNanos;
    }

    public double decayNanos() {
        return decayNanos;
    }

    public double shapingNanos() {
        return shapingNanos;
    }

    /** Time from the start to the peak. */
    public double peakNanos() {
        return peakNanos;
    }

    /** s(t). */
    public double value(double nanos) {
        if (nanos <= 0) {
            return 0;
        }
        return decay * StrictMath.exp(-nanos / decayNanos)
                + rise * StrictMath.exp(-nanos / riseNanos)
                + ((square * nanos + linear) * nanos + constant) * StrictMath.exp(-nanos / shapingNanos);
    }

    /** s'(t), per nanosecond. */
    public double derivative(double nanos) {
        if (nanos <= 0) {
            return 0;
        }
        return -decay / decayNanos * StrictMath.exp(-nanos / decayNanos)
                - rise / riseNanos * StrictMath.exp(-nanos / riseNanos)
                + (2 * square * nanos + linear - ((square * nanos + linear) * nanos + constant) / shapingNanos)
                        * StrictMath.exp(-nanos / shapingNanos);
    }

    /**
     * Adds amplitude s(t - start) to samples that lie {@code periodNanos} apart, sample 0 at t = 0. The exponentials go
     * on from sample to sample by multiplication.
     */
    public void addTo(double[] waveform, double periodNanos, double startNanos, double amplitude) {
        int first = Math.max(0, (int) Math.ceil(startNanos / periodNanos));
        if (first >= waveform.length) {
            return;
        }
        double t = first * periodNanos - startNanos;
        double d = amplitude * decay * StrictMath.exp(-t / decayNanos);
        double r = amplitude * rise * StrictMath.exp(-t / riseNanos);
        double p = amplitude * StrictMath.exp(-t / shapingNanos);
        double dStep = StrictMath.exp(-periodNanos / decayNanos);
        double rStep = StrictMath.exp(-periodNanos / riseNanos);
        double pStep = StrictMath.exp(-periodNanos / shapingNanos);
        for (int k = first; k < waveform.length; k++) {
            waveform[k] += d + r + ((square * t + linear) * t + constant) * p;
            t += periodNanos;
            d *= dStep;
            r *= rStep;
            p *= pStep;
        }
    }
}
