package io.fluxon.connectors.simulation;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * The simulated front end "pulse-v1": digitised pulses of known start and amplitude, for training and for tables of
 * errors. Everything about it stands here and in docs/pulse-network.md.
 *
 * <p>Digitiser: 250 MS/s (4 ns), 12 bits, 64 samples a waveform. The clock tick after the start of the pulse is sample
 * {@value #TRIGGER_SAMPLE}, so the start is uniform in [15, 16) samples: samples 0 to 15 lie before the pulse.
 *
 * <p>Pulse: {@link PulseShape} with rise 2 ns, decay 40 ns, shaping 25 ns. Amplitude uniform in [0.2, 1] x 0.9 x 4096
 * least significant bits (LSB). Level: pedestal 200 LSB and an offset that nobody knows, uniform in [-100, 100] LSB per
 * waveform. Noise: white, normal, 3686.4 / 234.4 = 15.73 LSB (47.4 dB under the highest pulse). Rounded to the nearest
 * LSB and clipped to [0, 4095].
 *
 * <p>Disturbances, see {@link Disturbance}. A front end's waveforms depend on its seed alone, bit for bit.
 */
public final class PulseFrontEnd {

    public static final String NAME = "pulse-v1";
    public static final int SAMPLES = 64;
    public static final int TRIGGER_SAMPLE = 16;
    public static final int SAMPLE_PERIOD_PICOSECONDS = 4_000;
    public static final int ADC_BITS = 12;

    /** Nominal shape. */
    public static final PulseShape SHAPE = new PulseShape(2, 40, 25);

    public static final double MAX_AMPLITUDE = 0.9 * (1 << ADC_BITS);
    public static final double MIN_AMPLITUDE = 0.2 * MAX_AMPLITUDE;
    public static final double NOISE = MAX_AMPLITUDE / 234.4;
    public static final double PEDESTAL = 200;

    /** Largest offset of the level from the pedestal, LSB. */
    public static final double MAX_OFFSET = 100;

    /** Rate of other pulses under {@link Disturbance#PILE_UP}. */
    public static final double PILE_UP_HERTZ = 1e6;

    /** Time before the trigger sample from which other pulses come; older ones have left less than 2 % of their height. */
    public static final double PILE_UP_BEFORE_NANOS = 400;

    /** Largest slope under {@link Disturbance#DRIFT}, LSB from the first sample to the last. */
    public static final double MAX_SLOPE = 60;

    /** Largest amplitude of the slow wave under {@link Disturbance#DRIFT}, LSB. */
    public static final double MAX_WAVE = 20;

    /** Largest relative deviation of rise, decay and shaping time under {@link Disturbance#SHAPE}. */
    public static final double MAX_SHAPE_DEVIATION = 0.1;

    static final double PERIOD_NANOS = SAMPLE_PERIOD_PICOSECONDS / 1e3;

    private static final double WINDOW_NANOS = SAMPLES * PERIOD_NANOS;

    /** What is wrong with a waveform. */
    public enum Disturbance {
        /** Nothing. */
        IDEAL,
        /**
         * Other pulses of the same shape and the same distribution of amplitudes, Poisson with 1 MHz from 400 ns before
         * the trigger sample to the end of the waveform (592 ns: 0.59 on average, none in 55 % of the waveforms).
         */
        PILE_UP,
        /**
         * The level moves: a slope uniform in [-60, 60] LSB over the waveform, and a sine with amplitude uniform in
         * [0, 20] LSB, period uniform in [1, 4] waveforms and any phase.
         */
        DRIFT,
        /** Rise, decay and shaping time each deviate by a factor uniform in [0.9, 1.1]; the height stays. */
        SHAPE,
        /** All of them at once. */
        ALL
    }

    private final SplittableRandom random;
    private final double[] waveform = new double[SAMPLES];
    private double amplitude;
    private double startSamples;
    private int others;

    public PulseFrontEnd(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** Writes the next waveform to {@code samples} from {@code start} on; the truth about it is then to be asked for. */
    public void next(Disturbance disturbance, short[] samples, int start) {
        boolean all = disturbance == Disturbance.ALL;
        PulseShape shape = all || disturbance == Disturbance.SHAPE
                ? new PulseShape(
                        SHAPE.riseNanos() * deviation(),
                        SHAPE.decayNanos() * deviation(),
                        SHAPE.shapingNanos() * deviation())
                : SHAPE;
        amplitude = nextAmplitude();
        startSamples = TRIGGER_SAMPLE - 1 + random.nextDouble();
        level(all || disturbance == Disturbance.DRIFT);
        shape.addTo(waveform, PERIOD_NANOS, startSamples * PERIOD_NANOS, amplitude);
        others = 0;
        if (all || disturbance == Disturbance.PILE_UP) {
            double nanos = TRIGGER_SAMPLE * PERIOD_NANOS - PILE_UP_BEFORE_NANOS;
            while ((nanos += 1e9 / PILE_UP_HERTZ * exponential(random)) < WINDOW_NANOS) {
                shape.addTo(waveform, PERIOD_NANOS, nanos, nextAmplitude());
                others++;
            }
        }
        digitise(waveform, random, samples, start);
    }

    /** True height of the last pulse, LSB. */
    public double amplitude() {
        return amplitude;
    }

    /** True start of the last pulse, samples from the first sample. */
    public double startSamples() {
        return startSamples;
    }

    /** Number of other pulses in or before the last waveform. */
    public int others() {
        return others;
    }

    private double nextAmplitude() {
        return MIN_AMPLITUDE + (MAX_AMPLITUDE - MIN_AMPLITUDE) * random.nextDouble();
    }

    private double deviation() {
        return 1 + MAX_SHAPE_DEVIATION * symmetric(random);
    }

    /** Fills the waveform with the level before pulses and noise. */
    private void level(boolean drift) {
        double offset = PEDESTAL + MAX_OFFSET * symmetric(random);
        Arrays.fill(waveform, offset);
        if (!drift) {
            return;
        }
        double slope = MAX_SLOPE * symmetric(random);
        double wave = MAX_WAVE * random.nextDouble();
        double waves = 1 / (1 + 3 * random.nextDouble());
        double phase = random.nextDouble();
        for (int k = 0; k < SAMPLES; k++) {
            double way = (double) k / (SAMPLES - 1);
            waveform[k] += slope * (way - 0.5) + wave * StrictMath.sin(2 * Math.PI * (waves * way + phase));
        }
    }

    /** Adds the noise, rounds and clips. */
    static void digitise(double[] waveform, SplittableRandom random, short[] samples, int start) {
        int top = (1 << ADC_BITS) - 1;
        for (int k = 0; k < waveform.length; k += 2) {
            // Box and Muller's pair
            double radius = NOISE * Math.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
            double angle = 2 * Math.PI * random.nextDouble();
            double first = waveform[k] + radius * StrictMath.cos(angle);
            double second = waveform[k + 1] + radius * StrictMath.sin(angle);
            samples[start + k] = (short) Math.max(0, Math.min(top, Math.round(first)));
            samples[start + k + 1] = (short) Math.max(0, Math.min(top, Math.round(second)));
        }
    }

    /** A deviate of the exponential distribution with mean 1. */
    static double exponential(SplittableRandom random) {
        return -StrictMath.log(1 - random.nextDouble());
    }

    private static double symmetric(SplittableRandom random) {
        return 2 * random.nextDouble() - 1;
    }
}
