package io.fluxon.connectors.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fluxon.connectors.detector.PulseBatch;
import io.fluxon.connectors.simulation.SimulatedDetector.Slice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SimulatedDetectorTest {

    private static final long MILLISECOND = 1_000_000_000L;

    private static List<Slice> run(SimulatedDetector detector, int slices) {
        List<Slice> result = new ArrayList<>();
        for (int i = 0; i < slices; i++) {
            result.add(detector.next());
        }
        return result;
    }

    @Test
    void stampsAreTheClockTickAfterTheStartAndRunOnFromSliceToSlice() {
        long before = 0;
        long from = 0;
        for (Slice slice : run(new SimulatedDetector(1, 50_000, 10 * MILLISECOND), 20)) {
            assertThat(slice.fromPicos()).isEqualTo(from);
            from = slice.toPicos();
            PulseBatch batch = slice.batch();
            for (int i = 0; i < batch.size(); i++) {
                long stamp = batch.stampPicos()[i];
                assertThat(stamp).isBetween(slice.fromPicos(), slice.toPicos() - 1);
                assertThat(stamp % 4_000).isZero();
                assertThat(stamp - slice.truePicos()[i]).isBetween(0L, 4_000L);
                assertThat(stamp).isGreaterThanOrEqualTo(before - 4_000);
                assertThat(batch.sampleEnd(i) - batch.sampleStart(i)).isEqualTo(64);
                before = stamp;
            }
        }
    }

    /** A dead time of 192 ns is 1 % of the mean interval: subtracted, the intervals of one channel are exponential. */
    @Test
    void intervalsAreExponential() {
        List<Double> starts = new ArrayList<>();
        for (Slice slice : run(new SimulatedDetector(2, 50_000, 10 * MILLISECOND), 60)) {
            for (int i = 0; i < slice.batch().size(); i++) {
                if (slice.batch().channel()[i] == 0) {
                    starts.add((double) slice.truePicos()[i]);
                }
            }
        }
        double mean = (starts.get(starts.size() - 1) - starts.get(0)) / (starts.size() - 1) - 192_000;
        double[] uniform = new double[starts.size() - 1];
        for (int i = 0; i < uniform.length; i++) {
            uniform[i] = 1 - Math.exp(-Math.max(0, starts.get(i + 1) - starts.get(i) - 192_000) / mean);
        }
        assertThat(PulseFrontEndTest.kolmogorovSmirnov(uniform)).isLessThan(1.63 / Math.sqrt(uniform.length));
    }

    @Test
    void theLinesOfTheSourceStandWhereTheyBelong() {
        double[] annihilation = new double[3];
        double[] gamma = new double[3];
        int all = 0;
        for (Slice slice : run(new SimulatedDetector(3, 50_000, 10 * MILLISECOND), 60)) {
            for (double kev : slice.trueEnergyKev()) {
                assertThat(kev).isGreaterThanOrEqualTo(SimulatedDetector.THRESHOLD_KEV);
                add(annihilation, kev, 440, 580);
                add(gamma, kev, 1170, 1400);
                all++;
            }
        }
        assertThat(annihilation[1] / annihilation[0]).isEqualTo(511, within(2.0));
        assertThat(gamma[1] / gamma[0]).isEqualTo(1274.5, within(4.0));
        double sigma = Math.sqrt(gamma[2] / gamma[0] - Math.pow(gamma[1] / gamma[0], 2));
        assertThat(sigma).isEqualTo(0.08 / 2.3548 * Math.sqrt(511 * 1274.5), within(2.0));
        assertThat(annihilation[0] / all).isBetween(0.5, 0.8);
    }

    private static void add(double[] sums, double value, double from, double to) {
        if (value > from && value < to) {
            sums[0]++;
            sums[1] += value;
            sums[2] += value * value;
        }
    }

    @Test
    void pairsComeWithTheStatedDelayAndJitter() {
        double count = 0;
        double sum = 0;
        double squares = 0;
        for (Slice slice : run(new SimulatedDetector(4, 10_000, 100 * MILLISECOND), 20)) {
            long[] last = {Long.MIN_VALUE / 2, Long.MIN_VALUE / 2};
            for (int i = 0; i < slice.batch().size(); i++) {
                last[slice.batch().channel()[i]] = slice.truePicos()[i];
                double difference = last[1] - last[0];
                if (Math.abs(difference) < 2_000) {
                    count++;
                    sum += difference;
                    squares += difference * difference;
                }
            }
        }
        double mean = sum / count;
        assertThat(count).isGreaterThan(2_000);
        assertThat(mean).isEqualTo(700, within(10.0));
        assertThat(Math.sqrt(squares / count - mean * mean)).isEqualTo(70 * Math.sqrt(2), within(5.0));
    }

    /** The waveform's height over its first samples is the energy, where the pulse is alone. */
    @Test
    void waveformsHoldThePulsesOfTheTruth() {
        int alone = 0;
        int all = 0;
        for (Slice slice : run(new SimulatedDetector(5, 500_000, MILLISECOND), 10)) {
            PulseBatch batch = slice.batch();
            for (int i = 0; i < batch.size(); i++) {
                all++;
                if (slice.alone()[i]) {
                    alone++;
                    double peak = 0;
                    double level = 0;
                    for (int k = 0; k < 16; k++) {
                        level += batch.samples()[batch.sampleStart(i) + k] / 16.0;
                    }
                    for (int k = 36; k < 40; k++) {
                        peak += batch.samples()[batch.sampleStart(i) + k] / 4.0;
                    }
                    double expected = slice.trueEnergyKev()[i] * SimulatedDetector.LSB_PER_KEV;
                    assertThat(peak - level).isEqualTo(expected, within(0.01 * expected + 50));
                }
            }
        }
        // 0.7 pulses per event and channel seen: within 592 ns at 500 kHz, another with 1 - exp(-0.2)
        assertThat(1 - (double) alone / all).isBetween(0.12, 0.25);
    }

    @Test
    void runsAreRepeatable() {
        Slice one = run(new SimulatedDetector(6, 20_000, MILLISECOND), 5).get(4);
        Slice other = run(new SimulatedDetector(6, 20_000, MILLISECOND), 5).get(4);
        assertThat(other.truePicos()).isEqualTo(one.truePicos());
        assertThat(Arrays.equals(other.batch().samples(), one.batch().samples()))
                .isTrue();
    }

    @Test
    void refusesRatesThatItCannotSimulate() {
        assertThatThrownBy(() -> new SimulatedDetector(1, 0, MILLISECOND)).hasMessageContaining("eventHertz is 0.0");
        assertThatThrownBy(() -> new SimulatedDetector(1, 1_000, 10)).hasMessageContaining("slicePicos is 10");
    }
}
