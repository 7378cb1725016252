package io.fluxon.signals.pulses;

/** What was measured on one waveform; reused from pulse to pulse. Positions are in samples after the waveform's first. */
public final class PulseMeasurement {

    boolean triggered;
    boolean pileUp;
    boolean saturated;
    int pulses;
    double baseline;
    double noise;
    double energy;
    double cfdSample;
    double templateSample;
    double templateEnergy;
    double chiSquare;
    double longCharge;
    double shortCharge;
    double shape;

    void clear() {
        triggered = false;
        pileUp = false;
        saturated = false;
        pulses = 0;
        baseline = Double.NaN;
        noise = Double.NaN;
        energy = Double.NaN;
        cfdSample = Double.NaN;
        templateSample = Double.NaN;
        templateEnergy = Double.NaN;
        chiSquare = Double.NaN;
        longCharge = Double.NaN;
        shortCharge = Double.NaN;
        shape = Double.NaN;
    }

    /**
     * Whether a pulse was found and has a time; without, all but {@link #saturated}, {@link #baseline} and {@link #noise}
     * is void.
     */
    public boolean triggered() {
        return triggered;
    }

    /** Pulses that the fast channel tells apart in the waveform; the first is the one measured. */
    public int pulses() {
        return pulses;
    }

    /** Whether there are more than one, or the one begins where the waveform should be free of pulses. */
    public boolean pileUp() {
        return pileUp;
    }

    /** Whether a sample stands at the end of the digitiser's range. */
    public boolean saturated() {
        return saturated;
    }

    /** Mean of the first samples, LSB. */
    public double baseline() {
        return baseline;
    }

    /** Standard deviation of the first samples, LSB. */
    public double noise() {
        return noise;
    }

    /** Height of the trapezoid in the settings' unit of energy. */
    public double energy() {
        return energy;
    }

    /** Time by constant fraction. */
    public double cfdSample() {
        return cfdSample;
    }

    /** Time of the template's zero; NaN without template, or if the fit found no pulse of positive height. */
    public double templateSample() {
        return templateSample;
    }

    /** Energy by the template's amplitude, in the unit of {@link #energy}; NaN where {@link #templateSample} is. */
    public double templateEnergy() {
        return templateEnergy;
    }

    /** Sum of squared residuals over noise variance and degrees of freedom; NaN where {@link #templateSample} is. */
    public double chiSquare() {
        return chiSquare;
    }

    /** Sum over the baseline in the long gate, LSB x samples; NaN without gates, or if the waveform ends before. */
    public double longCharge() {
        return longCharge;
    }

    /** Sum over the baseline in the short gate, LSB x samples; NaN as the long one. */
    public double shortCharge() {
        return shortCharge;
    }

    /** 1 - short / long; NaN without gates or if the long charge is not positive. */
    public double shape() {
        return shape;
    }
}
