package io.fluxon.signals.pulses;

/**
 * Least squares with a template: minimises
 *
 * <pre>
 * sum over n of (v[n] - B - A s(n - t))^2
 * </pre>
 *
 * over height A, time t and rest of the baseline B by Gauss-Newton steps: with the derivatives s, -A s' and 1, a 3 x 3
 * normal system. The shape s is interpolated between its samples by cubic Hermite pieces with central differences for
 * slopes (Catmull and Rom), which have a continuous derivative. For white noise its errors reach the bound of Cramer and
 * Rao.
 */
final class TemplateFit {

    private static final int MAX_STEPS = 20;

    /** Steps in time below this many samples end the fit. */
    private static final double CONVERGED_SAMPLES = 1e-9;

    private final double[] values;
    private final double perSample;
    private final double zero;
    private double amplitude;
    private double timeSample;
    private double sumOfSquares;
    private double shapeAt;
    private double slopeAt;

    TemplateFit(PulseSettings.Template template) {
        this.values = template.values();
        this.perSample = template.oversampling();
        this.zero = template.zero();
    }

    /** The shape sample by sample, its first value after {@code before} zeros. */
    double[] atSamples(PulseSettings.Template template, int before) {
        double[] shape = new double[before + values.length / template.oversampling() + 2 + before];
        for (int i = 0; i < shape.length; i++) {
            shapeAt(i - before - zero);
            shape[i] = shapeAt;
        }
        return shape;
    }

    double amplitude() {
        return amplitude;
    }

    /** Position of the template's zero in the waveform, samples. */
    double timeSample() {
        return timeSample;
    }

    /** What is left after the fit, LSB squared. */
    double sumOfSquares() {
        return sumOfSquares;
    }

    /**
     * Fits the samples {@code v[first, last]} over the baseline, at least 4.
     *
     * @param startSample first guess of the time of the template's zero
     * @return whether the steps converged inside the window on a positive height
     */
    boolean fit(double[] v, int first, int last, double startSample) {
        timeSample = startSample;
        amplitude = 0;
        // With A = 0 the time has no derivative: the first step finds A and B alone.
        if (!step(v, first, last, false)) {
            return false;
        }
        for (int i = 0; i < MAX_STEPS; i++) {
            double before = timeSample;
            if (!step(v, first, last, true) || timeSample < first - 1 || timeSample > last + 1 || amplitude <= 0) {
                return false;
            }
            if (Math.abs(timeSample - before) < CONVERGED_SAMPLES) {
                return residuals(v, first, last);
            }
        }
        return false;
    }

    /** One Gauss-Newton step; a step in time is cut to 2 samples. False if the system is singular. */
    private boolean step(double[] v, int first, int last, boolean withTime) {
        double ss = 0;
        double sd = 0;
        double dd = 0;
        double s1 = 0;
        double d1 = 0;
        double sv = 0;
        double dv = 0;
        double v1 = 0;
        int count = last - first + 1;
        for (int n = first; n <= last; n++) {
            shapeAt(n - timeSample);
            double s = shapeAt;
            double d = -amplitude * slopeAt;
            ss += s * s;
            sd += s * d;
            dd += d * d;
            s1 += s;
            d1 += d;
            sv += s * v[n];
            dv += d * v[n];
            v1 += v[n];
        }
        // Without B: every sum less the product of its means.
        double aa = ss - s1 * s1 / count;
        double at = sd - s1 * d1 / count;
        double tt = dd - d1 * d1 / count;
        double ay = sv - s1 * v1 / count;
        double ty = dv - d1 * v1 / count;
        if (!withTime) {
            amplitude = ay / aa;
            return aa > 0 && Double.isFinite(amplitude);
        }
        // The new A is solved for itself, the time for its change; the model is A s + d * change.
        double determinant = aa * tt - at * at;
        if (!(determinant > 0)) {
            return false;
        }
        double change = (aa * ty - at * ay) / determinant;
        amplitude = (tt * ay - at * ty) / determinant;
        timeSample += Math.max(-2, Math.min(2, change));
        return Double.isFinite(amplitude) && Double.isFinite(timeSample);
    }

    private boolean residuals(double[] v, int first, int last) {
        double sum = 0;
        double squares = 0;
        for (int n = first; n <= last; n++) {
            shapeAt(n - timeSample);
            double rest = v[n] - amplitude * shapeAt;
            sum += rest;
            squares += rest * rest;
        }
        sumOfSquares = squares - sum * sum / (last - first + 1);
        return true;
    }

    /** Sets {@code shapeAt} and {@code slopeAt}, per sample, at a time relative to the template's zero. */
    private void shapeAt(double samples) {
        double position = (samples + zero) * perSample;
        double whole = Math.floor(position);
        if (!(whole >= -2 && whole <= values.length)) {
            shapeAt = 0;
            slopeAt = 0;
            return;
        }
        int i = (int) whole;
        double u = position - whole;
        double p0 = value(i - 1);
        double p1 = value(i);
        double p2 = value(i + 1);
        double p3 = value(i + 2);
        double c1 = (p2 - p0) / 2;
        double c2 = p0 - 2.5 * p1 + 2 * p2 - p3 / 2;
        double c3 = (p3 - p0) / 2 + 1.5 * (p1 - p2);
        shapeAt = p1 + u * (c1 + u * (c2 + u * c3));
        slopeAt = perSample * (c1 + u * (2 * c2 + u * 3 * c3));
    }

    private double value(int i) {
        return i >= 0 && i < values.length ? values[i] : 0;
    }
}
