package io.fluxon.training.pulses;

import io.fluxon.connectors.simulation.PulseFrontEnd;
import io.fluxon.connectors.simulation.PulseFrontEnd.Disturbance;
import io.fluxon.networks.model.PulseModel;
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
    static final class Sample {

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

    /** What is measured. */
    public enum Quantity {
        TIME,
        ENERGY
    }

    /** Errors of one method on one set, over the bounds of the pulses. */
    public record Errors(Quantity quantity, Disturbance disturbance, String method, double[] overBound) {

        public Spread spread() {
            return Spread.of(overBound);
        }
    }

    public static final String CONSTANT_FRACTION = "constant fraction";
    public static final String TRAPEZOID = "trapezoid";
    public static final String LEAST_SQUARES = "least squares";
    public static final String FLOAT_NETWORK = "network, float";
    public static final String INTEGER_NETWORK = "network, integer";

    private final Map<Disturbance, Sample> samples = new EnumMap<>(Disturbance.class);
    private final List<Errors> errors = new ArrayList<>();

    /** Draws {@code count} pulses of every set and measures them with every method. */
    public PulseTable(PulseModel model, int count, long seed) {
        PulseMethod classical = PulseMethod.classical();
        PulseMethod leastSquares = PulseMethod.leastSquares();
        PulseMethod floatNetwork = PulseMethod.network(PulseQuantization.floatTwin(model));
        PulseMethod integerNetwork = PulseMethod.network(model);
        for (Disturbance disturbance : Disturbance.values()) {
            Sample sample = new Sample(disturbance, count, seed + disturbance.ordinal());
            samples.put(disturbance, sample);
            measure(sample, classical, CONSTANT_FRACTION, TRAPEZOID);
            measure(sample, leastSquares, LEAST_SQUARES, LEAST_SQUARES);
            measure(sample, floatNetwork, FLOAT_NETWORK, FLOAT_NETWORK);
            measure(sample, integerNetwork, INTEGER_NETWORK, INTEGER_NETWORK);
        }
    }

    private void measure(Sample sample, PulseMethod method, String timeName, String energyName) {
        double[] time = new double[sample.count];
        double[] energy = new double[sample.count];
        method.measure(sample.waveforms, sample.count, time, energy);
        for (int i = 0; i < sample.count; i++) {
            time[i] = (time[i] - sample.startSamples[i]) / sample.timeBoundSamples[i];
            energy[i] = (energy[i] - sample.amplitudes[i]) / sample.amplitudeBound[i];
        }
        errors.add(new Errors(Quantity.TIME, sample.disturbance, timeName, time));
        errors.add(new Errors(Quantity.ENERGY, sample.disturbance, energyName, energy));
    }

    /** All errors, by set and method. */
    public List<Errors> errors() {
        return List.copyOf(errors);
    }

    public Errors errors(Quantity quantity, Disturbance disturbance, String method) {
        return errors.stream()
                .filter(candidate -> candidate.quantity() == quantity
                        && candidate.disturbance() == disturbance
                        && candidate.method().equals(method))
                .findFirst()
                .orElseThrow();
    }

    /** True amplitudes of the pulses of a set, LSB. */
    public double[] amplitudes(Disturbance disturbance) {
        return samples.get(disturbance).amplitudes.clone();
    }

    /** Bounds of the pulses of a set, picoseconds or LSB. */
    public double[] bounds(Quantity quantity, Disturbance disturbance) {
        Sample sample = samples.get(disturbance);
        return quantity == Quantity.ENERGY
                ? sample.amplitudeBound.clone()
                : Arrays.stream(sample.timeBoundSamples)
                        .map(samples -> samples * PulseFrontEnd.SAMPLE_PERIOD_PICOSECONDS)
                        .toArray();
    }

    /**
     * The bound at the highest amplitude, 0.9 of full scale: picoseconds, or percent of the amplitude; root mean square
     * over the start.
     */
    public static double boundAtFullScale(Quantity quantity, boolean levelUnknown) {
        double sum = 0;
        int steps = 100;
        for (int i = 0; i < steps; i++) {
            double startNanos = (PulseFrontEnd.TRIGGER_SAMPLE - 1 + (i + 0.5) / steps) * PERIOD_NANOS;
            double amplitude = PulseFrontEnd.MAX_AMPLITUDE;
            CramerRaoBound bound = levelUnknown
                    ? CramerRaoBound.unknownLevel(
                            PulseFrontEnd.SHAPE,
                            PulseFrontEnd.SAMPLES,
                            PERIOD_NANOS,
                            startNanos,
                            amplitude,
                            PulseFrontEnd.NOISE)
                    : CramerRaoBound.knownLevel(
                            PulseFrontEnd.SHAPE,
                            PulseFrontEnd.SAMPLES,
                            PERIOD_NANOS,
                            startNanos,
                            amplitude,
                            PulseFrontEnd.NOISE);
            double value = quantity == Quantity.TIME ? 1e3 * bound.timeNanos() : 100 * bound.amplitude() / amplitude;
            sum += value * value;
        }
        return Math.sqrt(sum / steps);
    }
}
