package io.fluxon.connectors.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fluxon.connectors.simulation.PulseFrontEnd.Disturbance;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PulseFrontEndTest {

    private static final int COUNT = 20_000;

    /** The convolution itself, by the midpoint rule with 20,000 points. */
    @Test
    void theShapeIsTheConvolutionOfItsFactors() {
        double scale = convolution(PulseFrontEnd.SHAPE.peakNanos());
        for (double t : new double[] {0.5, 3, 10, 40, 86, 100, 192, 300}) {
            assertThat(PulseFrontEnd.SHAPE.value(t)).isEqualTo(convolution(t) / scale, within(1e-7));
            double slope = (PulseFrontEnd.SHAPE.value(t + 1e-4) - PulseFrontEnd.SHAPE.value(t - 1e-4)) / 2e-4;
            assertThat(PulseFrontEnd.SHAPE.derivative(t)).isEqualTo(slope, within(1e-9));
        }
        assertThat(PulseFrontEnd.SHAPE.value(-1)).isZero();
        assertThat(PulseFrontEnd.SHAPE.value(PulseFrontEnd.SHAPE.peakNanos())).isEqualTo(1, within(1e-12));
    }

    private static double convolution(double t) {
        int steps = 20_000;
        double sum = 0;
        for (int i = 0; i < steps; i++) {
            double u = (i + 0.5) * t / steps;
            sum += (Math.exp(-u / 40) - Math.exp(-u / 2)) * (t - u) * (t - u) * Math.exp(-(t - u) / 25);
        }
        return sum * t / steps;
    }

    @Test
    void addsASampledPulseToAWaveform() {
        double[] waveform = new double[64];
        Arrays.fill(waveform, 5);
        PulseFrontEnd.SHAPE.addTo(waveform, 4, 62.3, 1000);
        for (int k = 0; k < 64; k++) {
            assertThat(waveform[k]).isEqualTo(5 + 1000 * PulseFrontEnd.SHAPE.value(4 * k - 62.3), within(1e-8));
        }
        PulseFrontEnd.SHAPE.addTo(waveform, 4, 400, 1000);
        assertThat(waveform[63]).isEqualTo(5 + 1000 * PulseFrontEnd.SHAPE.value(252 - 62.3), within(1e-8));
    }

    @Test
    void theShapeVariesWithItsTimes() {
        PulseShape slow = new PulseShape(2.2, 44, 27.5);
        assertThat(slow.peakNanos()).isEqualTo(1.1 * PulseFrontEnd.SHAPE.peakNanos(), within(1e-6));
        assertThat(slow.value(110)).isEqualTo(PulseFrontEnd.SHAPE.value(100), within(1e-12));
    }

    @Test
    void startsAndAmplitudesAreUniformAndNoiseAndOffsetAreAsStated() {
        PulseFrontEnd frontEnd = new PulseFrontEnd(11);
        short[] samples = new short[64];
        double[] phases = new double[COUNT];
        double[] heights = new double[COUNT];
        double[] offsets = new double[COUNT];
        double squares = 0;
        for (int i = 0; i < COUNT; i++) {
            frontEnd.next(Disturbance.IDEAL, samples, 0);
            phases[i] = frontEnd.startSamples() - 15;
            heights[i] = (frontEnd.amplitude() - PulseFrontEnd.MIN_AMPLITUDE)
                    / (PulseFrontEnd.MAX_AMPLITUDE - PulseFrontEnd.MIN_AMPLITUDE);
            double mean = 0;
            for (int k = 0; k < 15; k++) {
                mean += samples[k] / 15.0;
            }
            for (int k = 0; k < 15; k++) {
                squares += (samples[k] - mean) * (samples[k] - mean) / 14 / COUNT / 15;
            }
            offsets[i] = Math.max(0, Math.min(1, (mean - 100) / 200));
        }
        assertThat(kolmogorovSmirnov(phases)).isLessThan(1.63 / Math.sqrt(COUNT));
        assertThat(kolmogorovSmirnov(heights)).isLessThan(1.63 / Math.sqrt(COUNT));
        // uniform but for the noise of the mean, 4 LSB of 200
        assertThat(kolmogorovSmirnov(offsets)).isLessThan(0.02);
        assertThat(Math.sqrt(15 * squares)).isEqualTo(Math.sqrt(15.727 * 15.727 + 1.0 / 12), within(0.05));
    }

    @Test
    void pileUpIsPoisson() {
        PulseFrontEnd frontEnd = new PulseFrontEnd(12);
        short[] samples = new short[64];
        double sum = 0;
        double squares = 0;
        int none = 0;
        for (int i = 0; i < COUNT; i++) {
            frontEnd.next(Disturbance.PILE_UP, samples, 0);
            sum += frontEnd.others();
            squares += frontEnd.others() * frontEnd.others();
            none += frontEnd.others() == 0 ? 1 : 0;
        }
        double mean = sum / COUNT;
        assertThat(mean).isEqualTo(0.592, within(0.015));
        assertThat(squares / COUNT - mean * mean).isEqualTo(0.592, within(0.025));
        assertThat((double) none / COUNT).isEqualTo(Math.exp(-0.592), within(0.01));
    }

    @Test
    void driftMovesTheLevelBeforeThePulse() {
        PulseFrontEnd frontEnd = new PulseFrontEnd(13);
        short[] samples = new short[64];
        double ideal = 0;
        double drifting = 0;
        for (int i = 0; i < 2_000; i++) {
            frontEnd.next(Disturbance.IDEAL, samples, 0);
            ideal += Math.pow(mean(samples, 0, 8) - mean(samples, 8, 16), 2) / 2_000;
            frontEnd.next(Disturbance.DRIFT, samples, 0);
            drifting += Math.pow(mean(samples, 0, 8) - mean(samples, 8, 16), 2) / 2_000;
        }
        assertThat(ideal).isEqualTo(15.727 * 15.727 / 4, within(5.0));
        // the slope alone adds (60 * 8 / 63)^2 / 3
        assertThat(drifting).isGreaterThan(ideal + 15);
    }

    @Test
    void theSameSeedGivesTheSameSamples() {
        short[] one = new short[64];
        short[] other = new short[64];
        PulseFrontEnd first = new PulseFrontEnd(5);
        PulseFrontEnd second = new PulseFrontEnd(5);
        for (Disturbance disturbance : Disturbance.values()) {
            first.next(disturbance, one, 0);
            second.next(disturbance, other, 0);
            assertThat(other).isEqualTo(one);
        }
        new PulseFrontEnd(6).next(Disturbance.IDEAL, other, 0);
        assertThat(other).isNotEqualTo(one);
    }

    private static double mean(short[] samples, int from, int to) {
        double sum = 0;
        for (int k = from; k < to; k++) {
            sum += samples[k];
        }
        return sum / (to - from);
    }

    /** Largest distance of the distribution of the values from the uniform one on [0, 1]. */
    static double kolmogorovSmirnov(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double largest = 0;
        for (int i = 0; i < sorted.length; i++) {
            largest = Math.max(largest, Math.abs(sorted[i] - (i + 0.5) / sorted.length));
        }
        return largest;
    }
}
