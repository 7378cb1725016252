package io.fluxon.training.pulses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fluxon.connectors.simulation.PulseFrontEnd;
import io.fluxon.connectors.simulation.PulseShape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CramerRaoBoundTest {

    private static final double RATIO = 234.4;

    /** Rows of shaping CR-RC^2 of the project's reference table, 64 samples, known level, made by another program. */
    @ParameterizedTest
    @CsvSource({"2, 25, 59.1, 0.112", "4, 25, 58.9, 0.091", "8, 25, 81.7, 0.128", "25, 50, 186, 0.175"})
    void reproducesTheReferenceTable(double periodNanos, double shapingNanos, double picos, double percent) {
        Means means = means(new PulseShape(2, 40, shapingNanos), periodNanos, false);
        assertThat(means.picos).isEqualTo(picos, within(picos * 0.005));
        assertThat(means.percent).isEqualTo(percent, within(0.001));
    }

    @Test
    void anUnknownLevelCostsEnergyMoreThanTime() {
        Means means = means(PulseFrontEnd.SHAPE, 4, true);
        assertThat(means.picos).isEqualTo(59.7, within(0.1));
        assertThat(means.percent).isEqualTo(0.1436, within(0.0002));
    }

    /** Relative amplitude error goes with noise over amplitude, and so does the time. */
    @Test
    void isInverselyProportionalToTheAmplitude() {
        CramerRaoBound one = CramerRaoBound.unknownLevel(PulseFrontEnd.SHAPE, 64, 4, 62, 1000, 15);
        CramerRaoBound two = CramerRaoBound.unknownLevel(PulseFrontEnd.SHAPE, 64, 4, 62, 2000, 15);
        assertThat(two.timeNanos()).isEqualTo(one.timeNanos() / 2, within(1e-12));
        assertThat(two.amplitude()).isEqualTo(one.amplitude(), within(1e-9));
    }

    private record Means(double picos, double percent) {}

    /** Root mean squares over the start, uniform in the sample before sample 16. */
    private static Means means(PulseShape shape, double periodNanos, boolean levelUnknown) {
        double time = 0;
        double amplitude = 0;
        int steps = 200;
        for (int i = 0; i < steps; i++) {
            double start = (15 + (i + 0.5) / steps) * periodNanos;
            CramerRaoBound bound = levelUnknown
                    ? CramerRaoBound.unknownLevel(shape, 64, periodNanos, start, RATIO, 1)
                    : CramerRaoBound.knownLevel(shape, 64, periodNanos, start, RATIO, 1);
            time += bound.timeNanos() * bound.timeNanos() / steps;
            amplitude += bound.amplitude() * bound.amplitude() / steps;
        }
        return new Means(1e3 * Math.sqrt(time), 100 * Math.sqrt(amplitude) / RATIO);
    }
}
