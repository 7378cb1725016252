package io.fluxon.training.pulses;

import io.fluxon.connectors.simulation.PulseFrontEnd;
import io.fluxon.connectors.simulation.PulseShape;

/**
 * The yardstick: amplitude A, start t0 and level b that minimise the sum of (w_k - A s(t_k - t0) - b)<sup>2</sup> with the
 * true nominal shape, by Gauss and Newton's steps from the middle of the range to convergence. The start is kept within
 * half a sample of the one where the trigger says it is, so that no other pulse of the waveform can be fitted instead.
 */
final class LeastSquares {

    private static final double PERIOD_NANOS = PulseFrontEnd.SAMPLE_PERIOD_PICOSECONDS / 1e3;
    private static final double LOWEST_NANOS = (PulseFrontEnd.TRIGGER_SAMPLE - 1.5) * PERIOD_NANOS;
    private static final double HIGHEST_NANOS = (PulseFrontEnd.TRIGGER_SAMPLE + 0.5) * PERIOD_NANOS;
    private static final int MAX_STEPS = 50;
    private static final double CONVERGED_NANOS = 1e-6;

    private final PulseShape shape = PulseFrontEnd.SHAPE;
    private double startNanos;
    private double amplitude;

    void fit(short[] samples, int from) {
        startNanos = (PulseFrontEnd.TRIGGER_SAMPLE - 0.5) * PERIOD_NANOS;
        double step = Double.MAX_VALUE;
        for (int i = 0; i < MAX_STEPS && Math.abs(step) > CONVERGED_NANOS; i++) {
            double next = Math.max(LOWEST_NANOS, Math.min(HIGHEST_NANOS, startNanos + step(samples, from)));
            step = next - startNanos;
            startNanos = next;
        }
        step(samples, from);
    }

    double startSamples() {
        return startNanos / PERIOD_NANOS;
    }

    double amplitude() {
        return amplitude;
    }

    /**
     * Solves w = A s + D s' + b for A, D and b at the present start, s and s' less their means; leaves A and returns the
     * change of the start, -D / A.
     */
    private double step(short[] samples, int from) {
        int count = PulseFrontEnd.SAMPLES;
        double s1 = 0;
        double d1 = 0;
        double w1 = 0;
        double ss = 0;
        double sd = 0;
        double dd = 0;
        double sw = 0;
        double dw = 0;
        for (int k = 0; k < count; k++) {
            double t = k * PERIOD_NANOS - startNanos;
            double s = shape.value(t);
            double d = shape.derivative(t);
            double w = samples[from + k];
            s1 += s;
            d1 += d;
            w1 += w;
            ss += s * s;
            sd += s * d;
            dd += d * d;
            sw += s * w;
            dw += d * w;
        }
        ss -= s1 * s1 / count;
        sd -= s1 * d1 / count;
        dd -= d1 * d1 / count;
        sw -= s1 * w1 / count;
        dw -= d1 * w1 / count;
        double determinant = ss * dd - sd * sd;
        amplitude = (sw * dd - dw * sd) / determinant;
        double change = -(dw * ss - sw * sd) / determinant / amplitude;
        return Math.max(-PERIOD_NANOS, Math.min(PERIOD_NANOS, change));
    }
}
