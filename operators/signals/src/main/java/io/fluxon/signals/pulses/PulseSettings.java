package io.fluxon.signals.pulses;

import java.io.Serializable;

/**
 * How the pulses of one front end are analysed. Lengths are in samples of {@code samplePeriodPicoseconds}; heights in
 * least significant bits of the digitiser (LSB).
 *
 * @param samplePeriodPicoseconds period that the lengths are made for; the digitiser must have the same
 * @param falling pulses go down from the baseline
 * @param stampSample position in the waveform, in samples, that the digitiser's time stamp belongs to
 * @param stampStepPicoseconds clock that the waveform's first sample lies on: what a stamp has below a multiple of it is
 *     the digitiser's own interpolation, of which the waveform knows nothing, and is dropped; 1 to keep the stamp
 * @param baselineSamples samples at the waveform's begin that are free of the pulse, at least the length of the fast
 *     channel and 4
 * @param baselineSlope whether the slope of the corrected baseline, which the tail of an earlier pulse makes, is taken off
 * @param decaySamples time constant of the preamplifier's exponential decay, which the pole-zero correction removes; 0 if
 *     the pulses are steps or return to the baseline by themselves
 * @param saturationLow a waveform with a sample at or below is saturated; negative for none
 * @param saturationHigh a waveform with a sample at or above is saturated
 * @param template shape of the pulse for least squares; null for none
 * @param gates charges for the pulse-shape parameter; null for none
 * @param calibration from heights to keV; null to keep LSB
 */
public record PulseSettings(
        long samplePeriodPicoseconds,
        boolean falling,
        double stampSample,
        long stampStepPicoseconds,
        int baselineSamples,
        boolean baselineSlope,
        double decaySamples,
        int saturationLow,
        int saturationHigh,
        Trigger trigger,
        Trapezoid trapezoid,
        ConstantFraction constantFraction,
        Template template,
        Gates gates,
        Calibration calibration,
        Bins spectrum)
        implements Serializable {

    private static final int MAX_SAMPLES = 1 << 20;

    public PulseSettings {
        require(samplePeriodPicoseconds >= 1, "samplePeriodPicoseconds is below 1");
        require(Math.abs(stampSample) <= MAX_SAMPLES, "stampSample is not within +-" + MAX_SAMPLES);
        require(stampStepPicoseconds >= 1, "stampStepPicoseconds is below 1");
        require(baselineSamples <= MAX_SAMPLES, "baselineSamples is above 2^20");
        require(decaySamples == 0 || decaySamples >= 1 && decaySamples < 1e9, "decaySamples is not 0 or 1..10^9");
        require(saturationLow < saturationHigh, "saturationLow is not below saturationHigh");
        require(trigger != null && trapezoid != null, "trigger or trapezoid is missing");
        require(
                baselineSamples >= 2 * trigger.rise + trigger.flat + 4,
                "baselineSamples is not twice trigger.rise plus trigger.flat plus 4 or more");
        require(constantFraction != null && spectrum != null, "constantFraction or spectrum is missing");
    }

    /**
     * The fast channel, a short trapezoid: a pulse begins where it exceeds the threshold, and another one where it does so
     * again after it fell below half of it.
     *
     * @param rise samples averaged on each side, at least 1
     * @param flat samples between the two
     * @param noise threshold in standard deviations of the fast channel on the quieter half of the baseline
     * @param leastHeight the threshold is at least this, LSB, more than 0
     * @param resolution shortest distance of two pulses that are told apart, samples
     */
    public record Trigger(int rise, int flat, double noise, double leastHeight, int resolution)
            implements Serializable {

        public Trigger {
            require(rise >= 1 && rise <= MAX_SAMPLES, "trigger.rise is not within 1..2^20");
            require(flat >= 0 && flat <= MAX_SAMPLES, "trigger.flat is not within 0..2^20");
            require(noise >= 0 && noise < 1e6, "trigger.noise is not within 0..10^6");
            require(leastHeight > 0 && leastHeight < 1e6, "trigger.leastHeight is not within 0..10^6");
            require(resolution >= 1 && resolution <= MAX_SAMPLES, "trigger.resolution is not within 1..2^20");
        }
    }

    /**
     * The slow channel, which measures the energy.
     *
     * @param rise samples averaged on each side, at least 1
     * @param flat samples between the two, at least the pulse's rise time
     * @param pickOff samples after the trigger at which the height is read; 0 for the maximum that follows the trigger
     *     within twice rise plus flat
     */
    public record Trapezoid(int rise, int flat, int pickOff) implements Serializable {

        public Trapezoid {
            require(rise >= 1 && rise <= MAX_SAMPLES, "trapezoid.rise is not within 1..2^20");
            require(flat >= 0 && flat <= MAX_SAMPLES, "trapezoid.flat is not within 0..2^20");
            require(pickOff >= 0 && pickOff <= MAX_SAMPLES, "trapezoid.pickOff is not within 0..2^20");
        }
    }

    /**
     * The time is where fraction * y(t + delay) = y(t).
     *
     * @param fraction between 0 and 1
     * @param delay samples, at least 1
     */
    public record ConstantFraction(double fraction, int delay) implements Serializable {

        public ConstantFraction {
            require(fraction > 0 && fraction < 1, "constantFraction.fraction is not between 0 and 1");
            require(delay >= 1 && delay <= MAX_SAMPLES, "constantFraction.delay is not within 1..2^20");
        }
    }

    /**
     * The pulse's shape over the baseline, before the pole-zero correction, rising whatever the polarity; 0 outside.
     *
     * @param values shape at steps of 1 / oversampling samples
     * @param oversampling values per sample
     * @param zero position of the point whose time the fit reports, in samples after the first value
     * @param before samples before the pulse's time by constant fraction that the fit takes
     * @param after samples after it
     * @param scale height of the trapezoid for a pulse of amplitude 1, so that both energies have one calibration
     */
    public record Template(double[] values, int oversampling, double zero, int before, int after, double scale)
            implements Serializable {

        private static final int MAX_VALUES = 1 << 20;

        public Template {
            require(values != null && values.length >= 4, "template.values has not 4 or more values");
            require(values.length <= MAX_VALUES, "template.values has more than 2^20 values");
            values = values.clone();
            double largest = 0;
            for (double value : values) {
                require(Double.isFinite(value), "template.values has a value that is no number");
                largest = Math.max(largest, value);
            }
            require(largest > 0, "template.values does not rise");
            require(oversampling >= 1 && oversampling <= 4096, "template.oversampling is not within 1..4096");
            require(zero >= 0 && zero <= values.length, "template.zero is not within the values");
            require(
                    before >= 0 && after >= 0 && before + after >= 4 && before <= MAX_SAMPLES && after <= MAX_SAMPLES,
                    "template.before and after are not 4..2^20 samples");
            require(scale > 0 && scale < 1e9, "template.scale is not within 0..10^9");
        }

        @Override
        public double[] values() {
            return values.clone();
        }
    }

    /**
     * Two gates that open together. The parameter of the pulse's shape is 1 - short / long.
     *
     * @param fromStamp whether they open relative to {@code stampSample}, as a digitiser's own gates do, or to the time by
     *     constant fraction
     * @param start where they open, samples after that point; may be negative
     * @param shortLength samples of the short gate
     * @param longLength samples of the long gate, more than the short one's
     */
    public record Gates(boolean fromStamp, int start, int shortLength, int longLength) implements Serializable {

        public Gates {
            require(Math.abs((long) start) <= MAX_SAMPLES, "gates.start is not within +-2^20");
            require(
                    shortLength >= 1 && longLength > shortLength && longLength <= MAX_SAMPLES,
                    "gates: not 1 <= shortLength < longLength <= 2^20");
        }
    }

    /** Energy in keV = gain * height in LSB + offset. */
    public record Calibration(double gain, double offset) implements Serializable {

        public Calibration {
            require(gain > 0 && gain < 1e9, "calibration.gain is not within 0..10^9");
            require(Math.abs(offset) < 1e9, "calibration.offset is not within +-10^9");
        }
    }

    /**
     * Bins of the energy spectrum: bin i is [from + i * width, from + (i + 1) * width), in the unit of the energy.
     *
     * @param count 1 to 65,536
     */
    public record Bins(double from, double width, int count) implements Serializable {

        public Bins {
            require(Math.abs(from) < 1e9, "spectrum.from is not within +-10^9");
            require(width > 0 && width < 1e9, "spectrum.width is not within 0..10^9");
            require(count >= 1 && count <= 65_536, "spectrum.count is not within 1..65536");
        }

        /** Bin of an energy; -1 below the first, {@code count} above the last. */
        public int bin(double energy) {
            double bin = Math.floor((energy - from) / width);
            return (int) Math.max(-1, Math.min(count, bin));
        }
    }

    /** Name of the unit that {@link #energy} gives. */
    public String energyUnit() {
        return calibration == null ? "ADC" : "keV";
    }

    /** A height in LSB as an energy. */
    double energy(double height) {
        return calibration == null ? height : calibration.gain * height + calibration.offset;
    }

    /** The energy of a pulse that rises to so many LSB, by the template's scale; as it is where there is no template. */
    public double energyOfAmplitude(double amplitude) {
        return energy(template == null ? amplitude : template.scale() * amplitude);
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(rule);
        }
    }
}
