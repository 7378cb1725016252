package io.fluxon.signals.pulses;

/**
 * Measures pulses of one front end: baseline, pole-zero correction, trigger, energy, times, charges, flags. Keeps working
 * memory for the longest waveform so far and allocates nothing else; not safe for use by several threads.
 */
public final class PulseAnalyzer {

    /** Variance of rounding to a whole LSB: no waveform is known better. */
    private static final double ROUNDING_VARIANCE = 1.0 / 12;

    private final PulseSettings settings;
    private final double sign;
    private final double decay;
    private final TemplateFit templateFit;

    /** Time by constant fraction of the template itself, samples after its zero: where the fit starts from. */
    private final double templateCfdSample;

    private double[] aboveBaseline = new double[0];
    private double[] corrected = new double[0];
    private double[] sums = new double[1];
    private double[] fast = new double[0];

    public PulseAnalyzer(PulseSettings settings) {
        this.settings = settings;
        this.sign = settings.falling() ? -1 : 1;
        this.decay = settings.decaySamples() == 0 ? 1 : PoleZero.decay(settings.decaySamples());
        this.templateFit = settings.template() == null ? null : new TemplateFit(settings.template());
        this.templateCfdSample = templateFit == null ? 0 : cfdSampleOf(settings.template());
    }

    private double cfdSampleOf(PulseSettings.Template template) {
        PulseSettings.ConstantFraction fraction = settings.constantFraction();
        int before = fraction.delay() + 2;
        double[] shape = templateFit.atSamples(template, before);
        double[] shapeCorrected = new double[shape.length];
        PoleZero.correct(shape, shape.length, decay, shapeCorrected);
        double sample = ConstantFractionTime.of(
                shapeCorrected, shape.length, 0, shape.length, fraction.fraction(), fraction.delay());
        if (Double.isNaN(sample)) {
            throw new IllegalArgumentException("template.values has no time by constant fraction");
        }
        return sample - before - template.zero();
    }

    /**
     * Measures the first pulse of the waveform in {@code samples[from, to)}, unsigned 16 bits. A waveform that is not longer
     * than the baseline is untriggered.
     */
    public void analyze(short[] samples, int from, int to, PulseMeasurement out) {
        out.clear();
        int count = to - from;
        int baselineSamples = settings.baselineSamples();
        out.saturated = saturated(samples, from, to, settings.saturationLow(), settings.saturationHigh());
        if (count <= baselineSamples) {
            return;
        }
        reserve(count);
        out.baseline = mean(samples, from, from + baselineSamples);
        PoleZero.aboveBaseline(samples, from, to, out.baseline, sign, aboveBaseline);
        out.noise = Math.sqrt(sumOfSquares(aboveBaseline, 0, baselineSamples) / (baselineSamples - 1));
        PoleZero.correct(aboveBaseline, count, decay, corrected);
        if (settings.baselineSlope()) {
            removeLine(corrected, count, baselineSamples);
        }
        TrapezoidFilter.sums(corrected, count, sums);
        int trigger = trigger(count, out);
        if (trigger < 0) {
            return;
        }
        int fastLength = 2 * settings.trigger().rise() + settings.trigger().flat();
        PulseSettings.ConstantFraction fraction = settings.constantFraction();
        out.cfdSample = ConstantFractionTime.of(
                corrected,
                count,
                trigger - fastLength,
                trigger + fastLength + fraction.delay(),
                fraction.fraction(),
                fraction.delay());
        if (Double.isNaN(out.cfdSample)) {
            return;
        }
        out.triggered = true;
        out.energy = settings.energy(height(trigger, count));
        measureCharges(count, out);
        fitTemplate(count, out);
    }

    /** First sample at which the fast channel exceeds its threshold, -1 if none; counts the pulses. */
    private int trigger(int count, PulseMeasurement out) {
        PulseSettings.Trigger trigger = settings.trigger();
        TrapezoidFilter.shape(sums, count, trigger.rise(), trigger.flat(), fast);
        // Before its own length the fast channel would compare with samples that were not taken.
        int full = 2 * trigger.rise() + trigger.flat() - 1;
        int end = settings.baselineSamples();
        double threshold = Math.max(trigger.leastHeight(), trigger.noise() * fastNoise(full, end));
        int first = nextAbove(fast, full, count, threshold);
        int crossing = first;
        while (crossing < count) {
            out.pulses++;
            int below = nextBelow(fast, crossing, count, threshold / 2);
            crossing = nextAbove(fast, Math.max(below, crossing + trigger.resolution()), count, threshold);
        }
        out.pileUp = out.pulses > 1 || first < end;
        return first < count ? first : -1;
    }

    /** Root mean square of the fast channel in the quieter half of [from, to): a pulse in the other does not count. */
    private double fastNoise(int from, int to) {
        int middle = (from + to) / 2;
        double first = sumOfSquares(fast, from, middle) / (middle - from);
        double second = sumOfSquares(fast, middle, to) / (to - middle);
        return Math.sqrt(Math.min(first, second));
    }

    private double height(int trigger, int count) {
        PulseSettings.Trapezoid trapezoid = settings.trapezoid();
        int rise = trapezoid.rise();
        int flat = trapezoid.flat();
        return trapezoid.pickOff() > 0
                ? TrapezoidFilter.at(sums, Math.min(count - 1, trigger + trapezoid.pickOff()), rise, flat)
                : TrapezoidFilter.maximum(sums, trigger, Math.min(count - 1, trigger + 2 * rise + flat), rise, flat);
    }

    private void measureCharges(int count, PulseMeasurement out) {
        PulseSettings.Gates gates = settings.gates();
        if (gates == null) {
            return;
        }
        long start = Math.round(gates.fromStamp() ? settings.stampSample() : out.cfdSample) + gates.start();
        if (start < 0 || start + gates.longLength() > count) {
            return;
        }
        out.shortCharge = sum(aboveBaseline, (int) start, gates.shortLength());
        out.longCharge = sum(aboveBaseline, (int) start, gates.longLength());
        if (out.longCharge > 0) {
            out.shape = 1 - out.shortCharge / out.longCharge;
        }
    }

    private void fitTemplate(int count, PulseMeasurement out) {
        if (templateFit == null) {
            return;
        }
        PulseSettings.Template template = settings.template();
        int centre = (int) Math.rint(out.cfdSample);
        int first = Math.max(0, centre - template.before());
        int last = Math.min(count - 1, centre + template.after());
        int freedom = last - first + 1 - 3;
        if (freedom < 1 || !templateFit.fit(aboveBaseline, first, last, out.cfdSample - templateCfdSample)) {
            return;
        }
        out.templateSample = templateFit.timeSample();
        out.templateEnergy = settings.energy(template.scale() * templateFit.amplitude());
        double variance = Math.max(ROUNDING_VARIANCE, out.noise * out.noise);
        out.chiSquare = templateFit.sumOfSquares() / (variance * freedom);
    }

    private void reserve(int count) {
        if (count > corrected.length) {
            aboveBaseline = new double[count];
            corrected = new double[count];
            fast = new double[count];
            sums = new double[count + 1];
        }
    }

    private static boolean saturated(short[] samples, int from, int to, int low, int high) {
        int smallest = 0xFFFF;
        int largest = 0;
        for (int i = from; i < to; i++) {
            int sample = samples[i] & 0xFFFF;
            smallest = Math.min(smallest, sample);
            largest = Math.max(largest, sample);
        }
        return to > from && (smallest <= low || largest >= high);
    }

    private static double mean(short[] samples, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            sum += samples[i] & 0xFFFF;
        }
        return (double) sum / (to - from);
    }

    private static double sum(double[] values, int from, int count) {
        double sum = 0;
        for (int i = from; i < from + count; i++) {
            sum += values[i];
        }
        return sum;
    }

    private static double sumOfSquares(double[] values, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += values[i] * values[i];
        }
        return sum;
    }

    /** Takes the straight line that fits the first samples best off all of them. */
    private static void removeLine(double[] y, int count, int baselineSamples) {
        double middle = (baselineSamples - 1) / 2.0;
        double sum = 0;
        double moment = 0;
        for (int i = 0; i < baselineSamples; i++) {
            sum += y[i];
            moment += (i - middle) * y[i];
        }
        double mean = sum / baselineSamples;
        double length = baselineSamples;
        double slope = moment / (length * (length * length - 1) / 12);
        for (int i = 0; i < count; i++) {
            y[i] -= mean + slope * (i - middle);
        }
    }

    private static int nextAbove(double[] values, int from, int count, double threshold) {
        int i = from;
        while (i < count && values[i] <= threshold) {
            i++;
        }
        return i;
    }

    private static int nextBelow(double[] values, int from, int count, double threshold) {
        int i = from;
        while (i < count && values[i] >= threshold) {
            i++;
        }
        return i;
    }
}
