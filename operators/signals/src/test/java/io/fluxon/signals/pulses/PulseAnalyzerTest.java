package io.fluxon.signals.pulses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fluxon.signals.pulses.PulseSettings.Gates;
import io.fluxon.signals.pulses.PulseSettings.Template;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class PulseAnalyzerTest {

    private static final double BASELINE = 2000;

    private final PulseMeasurement measured = new PulseMeasurement();

    /** Samples of baseline + shape, rounded to whole LSB. */
    private static short[] waveform(int count, DoubleUnaryOperator shape) {
        short[] samples = new short[count];
        for (int i = 0; i < count; i++) {
            samples[i] = (short) Math.max(0, Math.min(16_383, Math.rint(BASELINE + shape.applyAsDouble(i))));
        }
        return samples;
    }

    /** A step at {@code start} that rises within six samples as a raised cosine, and decays with a time constant. */
    private static double decayingStep(double i, double start, double height, double decaySamples) {
        double after = i - start;
        if (after <= 0) {
            return 0;
        }
        double rise = after >= 6 ? 1 : (1 - Math.cos(Math.PI * after / 6)) / 2;
        return height * rise * Math.exp(-after / decaySamples);
    }

    private PulseMeasurement analyze(PulseSettings settings, short[] samples) {
        new PulseAnalyzer(settings).analyze(samples, 0, samples.length, measured);
        return measured;
    }

    @Test
    void anExponentialHasItsHeightAsEnergy() {
        PulseSettings settings = TestingSettings.of(false, 400, null, null);

        analyze(settings, waveform(600, i -> i < 200 ? 0 : 5000 * Math.exp(-(i - 200) / 400)));

        assertThat(measured.triggered()).isTrue();
        assertThat(measured.baseline()).isEqualTo(BASELINE);
        assertThat(measured.noise()).isZero();
        // Rounding to whole LSB is the only error.
        assertThat(measured.energy()).isCloseTo(5000, within(0.2));
        assertThat(measured.pileUp()).isFalse();
        assertThat(measured.saturated()).isFalse();
    }

    @Test
    void theTimeDoesNotDependOnTheHeight() {
        PulseSettings settings = TestingSettings.of(false, 400, null, null);
        double first = Double.NaN;
        for (double height : new double[] {8000, 2000, 500}) {
            analyze(settings, waveform(600, i -> decayingStep(i, 250.3, height, 400)));

            first = Double.isNaN(first) ? measured.cfdSample() : first;
            assertThat(measured.cfdSample()).isCloseTo(first, within(0.01));
        }
        // Where the raised cosine has 0.4 of its height: 6 / pi * acos(1 - 0.8).
        assertThat(first).isCloseTo(250.3 + 6 / Math.PI * Math.acos(0.2), within(0.02));
    }

    @Test
    void theTimeFollowsThePulseByPartsOfASample() {
        PulseSettings settings = TestingSettings.of(false, 400, null, null);
        for (int part = 0; part < 10; part++) {
            double start = 250 + part / 10.0;
            analyze(settings, waveform(600, i -> decayingStep(i, start, 8000, 400)));

            assertThat(measured.cfdSample() - start).isCloseTo(6 / Math.PI * Math.acos(0.2), within(0.015));
        }
    }

    @Test
    void fallingPulsesAreMeasuredAsRisingOnes() {
        PulseSettings rising = TestingSettings.of(false, 400, null, new Gates(false, -5, 10, 50));
        PulseSettings falling = TestingSettings.of(true, 400, null, new Gates(false, -5, 10, 50));
        PulseMeasurement other = new PulseMeasurement();
        short[] up = waveform(600, i -> decayingStep(i, 250.3, 1500, 400));
        short[] down = waveform(600, i -> -decayingStep(i, 250.3, 1500, 400));

        analyze(rising, up);
        new PulseAnalyzer(falling).analyze(down, 0, down.length, other);

        assertThat(other.energy()).isEqualTo(measured.energy());
        assertThat(other.cfdSample()).isEqualTo(measured.cfdSample());
        assertThat(other.shape()).isEqualTo(measured.shape());
    }

    @Test
    void aSecondPulseIsPileUpOnceTheFastChannelHasRearmed() {
        PulseSettings settings = TestingSettings.of(false, 400, null, null);

        analyze(settings, waveform(800, i -> decayingStep(i, 200, 2000, 400) + decayingStep(i, 260, 900, 400)));
        assertThat(measured.pulses()).isEqualTo(2);
        assertThat(measured.pileUp()).isTrue();

        analyze(settings, waveform(800, i -> decayingStep(i, 200, 2000, 400) + decayingStep(i, 204, 900, 400)));
        assertThat(measured.pulses()).isEqualTo(1);
        assertThat(measured.pileUp()).isFalse();

        analyze(settings, waveform(800, i -> decayingStep(i, 40, 2000, 400)));
        assertThat(measured.pulses()).isEqualTo(1);
        assertThat(measured.pileUp()).as("a pulse where the baseline is taken").isTrue();
    }

    @Test
    void aSampleAtTheEndOfTheRangeIsSaturation() {
        PulseSettings settings = TestingSettings.of(false, 400, null, null);

        assertThat(analyze(settings, waveform(600, i -> decayingStep(i, 250, 14_000, 400)))
                        .saturated())
                .isFalse();
        assertThat(analyze(settings, waveform(600, i -> decayingStep(i, 250, 20_000, 400)))
                        .saturated())
                .isTrue();
        assertThat(analyze(settings, waveform(600, i -> -decayingStep(i, 250, 3000, 400)))
                        .saturated())
                .isTrue();
    }

    @Test
    void noiseAndShortWaveformsAreUntriggered() {
        PulseSettings settings = TestingSettings.of(false, 400, null, null);
        Random random = new Random(1);

        analyze(settings, waveform(4000, i -> 3 * random.nextGaussian()));

        assertThat(measured.triggered()).isFalse();
        assertThat(measured.noise()).isCloseTo(3, within(0.7));
        assertThat(measured.energy()).isNaN();
        for (int count : new int[] {0, 1, 99, 100, 101, 110}) {
            assertThat(analyze(settings, waveform(count, i -> 0)).triggered()).isFalse();
        }
    }

    @Test
    void chargesAreSumsInTheirGates() {
        PulseSettings fromStamp = TestingSettings.of(false, 0, null, new Gates(true, 150, 20, 200));
        PulseSettings fromPulse = TestingSettings.of(false, 0, null, new Gates(false, -2, 20, 200));
        short[] samples = waveform(600, i -> i >= 200 && i < 230 ? 1000 : 0);

        analyze(fromStamp, samples);
        assertThat(measured.shortCharge()).isEqualTo(20_000);
        assertThat(measured.longCharge()).isEqualTo(30_000);
        assertThat(measured.shape()).isCloseTo(1.0 / 3, within(1e-12));

        analyze(fromPulse, samples);
        assertThat(measured.longCharge()).isEqualTo(30_000);

        assertThat(analyze(fromStamp, waveform(380, i -> i >= 200 && i < 230 ? 1000 : 0))
                        .longCharge())
                .as("a gate that the waveform does not hold")
                .isNaN();
    }

    @Test
    void theTailOfAnEarlierPulseIsNoEnergy() {
        PulseSettings plain = FrontEnds.settings().get("legend-hpge");
        short[] samples = new short[8192];
        for (int i = 0; i < samples.length; i++) {
            double tail = 3000 * Math.exp(-i / 31_250.0);
            samples[i] = (short) Math.rint(15_000 + tail + decayingStep(i, 3000, 4000, 31_250));
        }

        analyze(plain, samples);

        assertThat(measured.energy()).isCloseTo(4000, within(0.5));
    }

    @Test
    void templateTimeAndHeightReachTheBoundOfCramerAndRao() {
        double sigma = 20;
        double amplitude = 4000;
        int oversampling = 32;
        Template template = template(oversampling);
        PulseSettings settings = TestingSettings.of(false, 0, template, null);
        Random random = new Random(7);
        int trials = 8000;
        double time = 0;
        double timeSquares = 0;
        double height = 0;
        double heightSquares = 0;
        double chiSquare = 0;
        double[] bound = new double[2];
        for (int trial = 0; trial < trials; trial++) {
            double start = 200 + random.nextDouble();
            analyze(settings, waveform(400, i -> amplitude * shape(i - start) + sigma * random.nextGaussian()));
            double timeError = measured.templateSample() - start;
            double heightError = measured.templateEnergy() - amplitude;
            time += timeError / trials;
            timeSquares += timeError * timeError / trials;
            height += heightError / trials;
            heightSquares += heightError * heightError / trials;
            chiSquare += measured.chiSquare() / trials;
            addBound(start, (int) Math.rint(measured.cfdSample()), template, amplitude, sigma, bound, trials);
        }

        // Three standard deviations of the mean and of the spread of so many trials are 3.4 % and 2.4 %.
        assertThat(time / Math.sqrt(bound[1])).isCloseTo(0, within(0.034));
        assertThat(height / Math.sqrt(bound[0])).isCloseTo(0, within(0.034));
        assertThat(Math.sqrt(timeSquares / bound[1])).isCloseTo(1, within(0.05));
        assertThat(Math.sqrt(heightSquares / bound[0])).isCloseTo(1, within(0.05));
        // The noise is estimated from 100 samples, whose inverse is 2 % too large on average.
        assertThat(chiSquare).isCloseTo(1.02, within(0.02));
    }

    /** Adds the bounds of the variances of height and time, baseline unknown, by inverting Fisher's matrix. */
    private static void addBound(
            double start, int centre, Template template, double amplitude, double sigma, double[] bound, int trials) {
        double[][] fisher = new double[3][3];
        double h = 1e-4;
        for (int n = centre - template.before(); n <= centre + template.after(); n++) {
            double[] gradient = {
                shape(n - start), -amplitude * (shape(n - start + h) - shape(n - start - h)) / (2 * h), 1
            };
            for (int row = 0; row < 3; row++) {
                for (int column = 0; column < 3; column++) {
                    fisher[row][column] += gradient[row] * gradient[column] / (sigma * sigma);
                }
            }
        }
        double determinant = 0;
        for (int i = 0; i < 3; i++) {
            determinant += fisher[0][i] * cofactor(fisher, 0, i);
        }
        bound[0] += cofactor(fisher, 0, 0) / determinant / trials;
        bound[1] += cofactor(fisher, 1, 1) / determinant / trials;
    }

    private static double cofactor(double[][] m, int row, int column) {
        int r1 = (row + 1) % 3;
        int r2 = (row + 2) % 3;
        int c1 = (column + 1) % 3;
        int c2 = (column + 2) % 3;
        return m[r1][c1] * m[r2][c2] - m[r1][c2] * m[r2][c1];
    }

    /** t^2 e^-t with t in sixths of the time in samples, at most 1. */
    private static double shape(double samples) {
        double t = samples / 6;
        return t <= 0 ? 0 : t * t * Math.exp(2 - t) / 4;
    }

    private static Template template(int oversampling) {
        double[] values = new double[120 * oversampling];
        for (int i = 0; i < values.length; i++) {
            values[i] = shape((double) i / oversampling - 4);
        }
        return new Template(values, oversampling, 4, 20, 60, 1);
    }

    @Test
    void settingsThatCannotBeAreRefused() {
        assertThatThrownBy(() -> new PulseSettings.Trigger(0, 2, 6, 20, 20))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("trigger.rise");
        assertThatThrownBy(() -> new PulseSettings.ConstantFraction(1, 3)).hasMessageContaining("fraction");
        assertThatThrownBy(() -> new Template(new double[] {0, Double.NaN, 1, 0}, 1, 0, 2, 2, 1))
                .hasMessageContaining("no number");
        assertThatThrownBy(() -> new Gates(true, 0, 5, 5)).hasMessageContaining("gates");
        assertThatThrownBy(() -> new PulseSettings.Bins(0, 0, 1)).hasMessageContaining("width");
    }

    @Test
    void binsTakeTheirLowerEdge() {
        PulseSettings.Bins bins = new PulseSettings.Bins(-5, 10, 3);

        assertThat(bins.bin(-5.1)).isEqualTo(-1);
        assertThat(bins.bin(-5)).isZero();
        assertThat(bins.bin(4.9)).isZero();
        assertThat(bins.bin(5)).isEqualTo(1);
        assertThat(bins.bin(25)).isEqualTo(3);
        assertThat(bins.bin(1e300)).isEqualTo(3);
    }
}
