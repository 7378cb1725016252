package io.fluxon.training.pulses;

import io.fluxon.connectors.simulation.PulseFrontEnd;
import io.fluxon.connectors.simulation.PulseFrontEnd.Disturbance;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Errors of several methods on the same pulses, over the Cramer-Rao bound of each pulse: that of amplitude and start of a
 * single pulse of the nominal shape on an unknown constant level, at the pulse's own amplitude and start, also where
 * the pulse is disturbed. Nothing is cut and nothing is centred.
 */
public final class PulseTable {

    private static final double PERIOD_NANOS = PulseFrontEnd.SAMPLE_PERIOD_PICOSECONDS / 1e3;

    /** Pulses of one set and the truth about them. */
    public static final class Sample {

        final Disturbance disturbance;
        final int count;
        final short[] waveforms;
        final double[] startSamples;
        final double[] amplitudes;
        final double[] timeBoundSamples;
        final double[] amplitudeBound;

        Sample(Disturbance disturbance, int count, long seed) {
            this.disturbance = disturbance;
            this.count = count;
            this.waveforms = new short[count * PulseFrontEnd.SAMPLES];
            this.startSamples = new double[count];
            this.amplitudes = new double[count];
            this.timeBoundSamples = new double[count];
            this.amplitudeBound = new double[count];
            PulseFrontEnd frontEnd = new PulseFrontEnd(seed);
            for (int i = 0; i < count; i++) {
                frontEnd.next(disturbance, waveforms, i * PulseFrontEnd.SAMPLES);
                startSamples[i] = frontEnd.startSamples();
                amplitudes[i] = frontEnd.amplitude();
                CramerRaoBound bound = CramerRaoBound.unknownLevel(
                        PulseFrontEnd.SHAPE,
                        PulseFrontEnd.SAMPLES,
                        PERIOD_NANOS,
                        startSamples[i] * PERIOD_NANOS,
                        amplitudes[i],
                        PulseFrontEnd.NOISE);
                timeBoundSamples[i] = bound.timeNanos() / PERIOD_NANOS;
                amplitudeBound[i] = bound.amplitude();
            }
        }
    }

    /** Errors of one method on one set, over the bound; null for what the method does not measure. */
    public record Errors(Disturbance disturbance, String method, double[] time, double[] energy) {}

    /** Root mean square, and the half width that holds 68.3 % of the errors. */
    public record Spread(double rootMeanSquare, double halfWidth) {

        static Spread of(double[] errors) {
            double[] sizes = Arrays.stream(errors).map(Math::abs).sorted().toArray();
            double sum = 0;
            for (double size : sizes) {
                sum += size * size;
            }
            return new Spread(Math.sqrt(sum / sizes.length), sizes[(int) (0.683 * (sizes.length - 1))]);
        }
    }

    private final Map<Disturbance, Sample> samples = new EnumMap<>(Disturbance.class);

    /** Draws {@code count} pulses of every set; sets differ in their seeds. */
    public PulseTable(int count, long seed) {
        for (Disturbance disturbance : Disturbance.values()) {
            samples.put(disturbance, new Sample(disturbance, count, seed + disturbance.ordinal()));
        }
    }

    public Sample sample(Disturbance disturbance) {
        return samples.get(disturbance);
    }

    /** Errors of a method on every set. */
    List<Errors> measure(String name, PulseMethod method) {
        List<Errors> result = new ArrayList<>();
        for (Sample sample : samples.values()) {
            double[] time = new double[sample.count];
            double[] energy = new double[sample.count];
            method.measure(sample.waveforms, sample.count, time, energy);
            for (int i = 0; i < sample.count; i++) {
                time[i] = (time[i] - sample.startSamples[i]) / sample.timeBoundSamples[i];
                energy[i] = (energy[i] - sample.amplitudes[i]) / sample.amplitudeBound[i];
            }
            result.add(new Errors(
                    sample.disturbance,
                    name,
                    Double.isNaN(time[0]) ? null : time,
                    Double.isNaN(energy[0]) ? null : energy));
        }
        return result;
    }
}
