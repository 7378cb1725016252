package io.fluxon.training.pulses;

import io.fluxon.connectors.simulation.PulseFrontEnd;
import io.fluxon.connectors.simulation.PulseFrontEnd.Disturbance;
import io.fluxon.networks.engine.QuantizedPulseNetwork;
import io.fluxon.networks.model.NirNode;
import java.util.SplittableRandom;

/** Batches of simulated pulses with their truth, as {@link PulseCnn} takes them. */
final class PulseExamples {

    /** Where the mean pulse starts, samples. */
    static final double REFERENCE_SAMPLES = PulseFrontEnd.TRIGGER_SAMPLE - 0.5;

    private static final int HEIGHT_FROM = 29;
    private static final int HEIGHT_TO = 45;
    private static final int LOWEST_HEIGHT_SIXTEENTHS = 16 * 512;
    private static final int PHASES = 256;

    static final NirNode.PulseNormalization NORMALIZATION = normalization();

    /** Bounds at amplitude 1 LSB and the mean start. */
    private static final CramerRaoBound BOUND = CramerRaoBound.unknownLevel(
            PulseFrontEnd.SHAPE,
            PulseFrontEnd.SAMPLES,
            PulseFrontEnd.SAMPLE_PERIOD_PICOSECONDS / 1e3,
            REFERENCE_SAMPLES * PulseFrontEnd.SAMPLE_PERIOD_PICOSECONDS / 1e3,
            1,
            PulseFrontEnd.NOISE);

    private final PulseFrontEnd frontEnd;
    private final SplittableRandom random;
    private final double ideal;
    private final double disturbedWeight;
    private final short[] samples = new short[PulseFrontEnd.SAMPLES];
    private final int[] normalized = new int[2 * PulseFrontEnd.SAMPLES];

    /** Answers that would be right, [time, height][pulse], in the units of the network. */
    final float[][] target = new float[2][PulseCnn.BATCH];

    /** Bounds over units of the network: (answer - target) x this = error over bound. */
    final float[][] precision = new float[2][PulseCnn.BATCH];

    /** Weights in the loss. */
    final float[] weight = new float[PulseCnn.BATCH];

    /** @param ideal share of undisturbed pulses; the rest is shared by the four disturbances */
    PulseExamples(long seed, double ideal, double disturbedWeight) {
        this.frontEnd = new PulseFrontEnd(seed);
        this.random = new SplittableRandom(~seed);
        this.ideal = ideal;
        this.disturbedWeight = disturbedWeight;
    }

    private static NirNode.PulseNormalization normalization() {
        double period = PulseFrontEnd.SAMPLE_PERIOD_PICOSECONDS / 1e3;
        double[] mean = new double[PulseFrontEnd.SAMPLES];
        for (int phase = 0; phase < PHASES; phase++) {
            double start = PulseFrontEnd.TRIGGER_SAMPLE - 1 + (phase + 0.5) / PHASES;
            PulseFrontEnd.SHAPE.addTo(mean, period, start * period, 1.0 / PHASES);
        }
        int[] template = new int[mean.length];
        double sum = 0;
        for (int k = 0; k < mean.length; k++) {
            template[k] = (int) Math.round(mean[k] * (1 << 14));
            sum += k >= HEIGHT_FROM && k < HEIGHT_TO ? mean[k] : 0;
        }
        return new NirNode.PulseNormalization(
                template,
                NirNode.PulseNormalization.LEVEL_SAMPLES,
                HEIGHT_FROM,
                HEIGHT_TO,
                (int) Math.round((1 << 18) / sum),
                LOWEST_HEIGHT_SIXTEENTHS);
    }

    /** Draws a batch; its inputs go to {@code input}. */
    void next(float[][] input) {
        Disturbance[] disturbances = Disturbance.values();
        for (int b = 0; b < PulseCnn.BATCH; b++) {
            int which = random.nextDouble() < ideal ? 0 : 1 + random.nextInt(disturbances.length - 1);
            frontEnd.next(disturbances[which], samples, 0);
            weight[b] = which == 0 ? 1 : (float) disturbedWeight;
            int height = load(samples, 0, normalized, input, b);
            double heightLsb = height / 16.0;
            target[0][b] = (float) ((frontEnd.startSamples() - REFERENCE_SAMPLES) / PulseCnn.TIME_SCALE);
            target[1][b] = (float) ((frontEnd.amplitude() / heightLsb - 1) / PulseCnn.HEIGHT_SCALE);
            double periodNanos = PulseFrontEnd.SAMPLE_PERIOD_PICOSECONDS / 1e3;
            precision[0][b] = (float) (PulseCnn.TIME_SCALE * periodNanos * frontEnd.amplitude() / BOUND.timeNanos());
            precision[1][b] = (float) (PulseCnn.HEIGHT_SCALE * heightLsb / BOUND.amplitude());
        }
    }

    /** Normalises a waveform into column {@code b} of a network's input; returns the coarse height, 1/16 LSB. */
    static int load(short[] samples, int start, int[] normalized, float[][] input, int b) {
        int height = QuantizedPulseNetwork.normalize(samples, start, NORMALIZATION, normalized);
        for (int i = 0; i < normalized.length; i++) {
            input[i][b] = (float) (normalized[i] * PulseCnn.INPUT_SCALE);
        }
        return height;
    }
}
