package io.fluxon.signals.pulses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fluxon.signals.pulses.PulseSettings.Template;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PulseFiltersTest {

    @Test
    void poleZeroTurnsAnExponentialIntoAStep() {
        double decay = PoleZero.decay(50);
        double[] signal = new double[300];
        for (int i = 20; i < signal.length; i++) {
            signal[i] = 700 * Math.pow(decay, i - 20);
        }
        double[] corrected = new double[300];

        PoleZero.correct(signal, 300, decay, corrected);

        for (int i = 0; i < 300; i++) {
            assertThat(corrected[i]).isCloseTo(i < 20 ? 0 : 700, within(1e-9));
        }
    }

    @Test
    void trapezoidOfAStepRisesStaysAndFallsLinearly() {
        double[] step = new double[100];
        for (int i = 30; i < 100; i++) {
            step[i] = 12;
        }
        double[] sums = new double[101];
        double[] shaped = new double[100];

        TrapezoidFilter.sums(step, 100, sums);
        TrapezoidFilter.shape(sums, 100, 10, 5, shaped);

        for (int n = 0; n < 100; n++) {
            int after = n - 30 + 1;
            double expected = after <= 0
                    ? 0
                    : after <= 10 ? 12 * after / 10.0 : after <= 15 ? 12 : Math.max(0, 12 * (25 - after) / 10.0);
            assertThat(shaped[n]).as("T[%d]", n).isCloseTo(expected, within(1e-9));
            assertThat(TrapezoidFilter.at(sums, n, 10, 5)).isCloseTo(expected, within(1e-9));
        }
        assertThat(TrapezoidFilter.maximum(sums, 0, 99, 10, 5)).isCloseTo(12, within(1e-9));
    }

    @Test
    void trapezoidIsTheDifferenceOfTwoMeans() {
        Random random = new Random(3);
        double[] y = random.doubles(200, -1, 1).toArray();
        double[] sums = new double[201];
        double[] shaped = new double[200];

        TrapezoidFilter.sums(y, 200, sums);
        TrapezoidFilter.shape(sums, 200, 7, 3, shaped);

        for (int n = 0; n < 200; n++) {
            double expected = 0;
            for (int k = 0; k < 7; k++) {
                expected += (n - k >= 0 ? y[n - k] : 0) / 7;
                expected -= (n - 10 - k >= 0 ? y[n - 10 - k] : 0) / 7;
            }
            assertThat(shaped[n]).isCloseTo(expected, within(1e-12));
        }
    }

    @Test
    void constantFractionOfALineIsExact() {
        // A ramp of 10 samples to height h crosses 0.3 h at 3 samples after its start.
        for (double height : new double[] {1, 17, 4000}) {
            double[] ramp = new double[100];
            for (int i = 0; i < 100; i++) {
                ramp[i] = height * Math.max(0, Math.min(1, (i - 40.25) / 10));
            }
            assertThat(ConstantFractionTime.of(ramp, 100, 30, 70, 0.3, 20)).isCloseTo(43.25, within(1e-9));
        }
    }

    @Test
    void aSignalWithoutCrossingHasNoTime() {
        double[] flat = new double[50];
        assertThat(ConstantFractionTime.of(flat, 50, 0, 50, 0.3, 5)).isNaN();
        double[] late = new double[50];
        late[49] = 100;
        assertThat(ConstantFractionTime.of(late, 50, 0, 50, 0.3, 5)).isNaN();
    }

    @Test
    void aShiftedTemplateIsFoundExactly() {
        Random random = new Random(5);
        double[] values = new double[200];
        for (int i = 0; i < 200; i++) {
            double t = i / 20.0;
            values[i] = t * t * Math.exp(-t);
        }
        Template template = new Template(values, 4, 2.5, 10, 40, 1);
        for (int trial = 0; trial < 50; trial++) {
            double time = 40 + 2 * random.nextDouble();
            double height = 10 + 5000 * random.nextDouble();
            double baseline = 20 * random.nextGaussian();
            double[] v = new double[100];
            for (int n = 0; n < 100; n++) {
                v[n] = baseline + height * catmullRom(values, (n - time + 2.5) * 4);
            }
            TemplateFit fit = new TemplateFit(template);

            assertThat(fit.fit(v, 30, 95, 41)).isTrue();

            assertThat(fit.timeSample()).isCloseTo(time, within(1e-7));
            assertThat(fit.amplitude()).isCloseTo(height, within(1e-6 * height));
            assertThat(fit.sumOfSquares()).isCloseTo(0, within(1e-8 * height * height));
        }
    }

    /** The same interpolation in its textbook form: Hermite's basis with slopes of central differences. */
    private static double catmullRom(double[] p, double position) {
        int i = (int) Math.floor(position);
        double u = position - i;
        double m1 = (at(p, i + 1) - at(p, i - 1)) / 2;
        double m2 = (at(p, i + 2) - at(p, i)) / 2;
        double h00 = (1 + 2 * u) * (1 - u) * (1 - u);
        double h10 = u * (1 - u) * (1 - u);
        double h01 = u * u * (3 - 2 * u);
        double h11 = u * u * (u - 1);
        return h00 * at(p, i) + h10 * m1 + h01 * at(p, i + 1) + h11 * m2;
    }

    private static double at(double[] p, int i) {
        return i >= 0 && i < p.length ? p[i] : 0;
    }

    @Test
    void aFitWithoutPulseFails() {
        Template template = new Template(new double[] {0, 1, 1, 0, 0}, 1, 0, 10, 40, 1);

        assertThat(new TemplateFit(template).fit(new double[100], 10, 90, 50)).isFalse();
    }

    @Test
    void timesAreWholeNanosecondsAndARestBelowOne() {
        PulseSettings settings = TestingSettings.of(false, 0, null, null);

        // 1 ns a sample, the stamp belongs to sample 50.
        assertThat(PulseTimes.hitPicos(settings, 0, 50)).isZero();
        assertThat(PulseTimes.hitPicos(settings, 5, 50.0625)).isEqualTo(68);
        assertThat(PulseTimes.hitPicos(settings, 0, 49.9375)).isEqualTo(-62);
        assertThat(PulseTimes.hitPicos(settings, 100, 0)).isEqualTo(-49_900);

        assertThat(PulseTimes.unixNanos(1_700_000_000_000_000_000L, 1999)).isEqualTo(1_700_000_000_000_000_001L);
        assertThat(PulseTimes.picoseconds(1999)).isEqualTo(999);
        assertThat(PulseTimes.unixNanos(1_700_000_000_000_000_000L, -1)).isEqualTo(1_699_999_999_999_999_999L);
        assertThat(PulseTimes.picoseconds(-1)).isEqualTo(999);
        assertThat(PulseTimes.picoseconds(-1000)).isZero();
        assertThat(PulseTimes.unixNanos(0, -1000)).isEqualTo(-1);
    }

    @Test
    void aStampLosesWhatLiesBelowTheSampleClock() {
        PulseSettings compass = FrontEnds.settings().get("caen-compass");

        assertThat(PulseTimes.hitPicos(compass, 497_873_561_918L, 48)).isEqualTo(497_873_560_000L);
        assertThat(PulseTimes.hitPicos(compass, 497_873_560_008L, 48.5)).isEqualTo(497_873_561_000L);
    }
}
