package io.fluxon.connectors.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContrastPixelsTest {

    private static final double THRESHOLD = 0.25;

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.2, 0.3, 1.9, -0.2, -0.3, -1.9})
    void stepOfLogIntensityGivesOneEventPerThreshold(double change) {
        ContrastPixels pixels = onePixel(0, 0.4);
        pixels.advance(new double[] {0.4 + change}, 1_000);

        long[] events = pixels.sortedEvents();
        assertThat(events).hasSize((int) Math.floor(Math.abs(change) / THRESHOLD));
        assertThat(Arrays.stream(events)).allMatch(event -> ContrastPixels.polarity(event) == (change > 0 ? 1 : 0));
    }

    @Test
    void slowChangeIsSummedOverSteps() {
        ContrastPixels pixels = onePixel(0, 0);
        for (int step = 1; step <= 190; step++) {
            pixels.advance(new double[] {0.01 * step}, 1_000L * step);
        }
        assertThat(pixels.sortedEvents()).hasSize((int) Math.floor(1.9 / THRESHOLD));
    }

    @Test
    void timeIsWhereTheLineCrossesTheThreshold() {
        ContrastPixels pixels = onePixel(0, 0);
        pixels.advance(new double[] {0.125}, 1_000);
        pixels.advance(new double[] {1.125}, 3_000);

        // From 1,000 us on L = 0.125 + (t - 1,000 us) / 2,000 us, which passes 0.25, 0.5, 0.75 and 1 at these times.
        assertThat(timesMicros(pixels)).containsExactly(1_250, 1_750, 2_250, 2_750);
    }

    @Test
    void pixelRestsForTheRefractoryTimeAndMemorisesTheLevelAtItsEnd() {
        ContrastPixels pixels = onePixel(500, 0);
        pixels.advance(new double[] {0.5}, 1_000);
        pixels.advance(new double[] {1.0}, 2_000);
        pixels.advance(new double[] {1.5}, 3_000);

        // L = t / 2,000 us: an event takes 0.25 of L or 500 us, the rest after it another 500 us.
        assertThat(timesMicros(pixels)).containsExactly(500, 1_500, 2_500);
    }

    @Test
    void eventsLieWithinTheirStepAndInOrder() {
        int count = 200;
        SplittableRandom random = new SplittableRandom(3);
        double[] thresholds = new double[count];
        Arrays.fill(thresholds, THRESHOLD);
        ContrastPixels pixels = new ContrastPixels(thresholds, thresholds, 100, new double[count]);
        int before = 0;
        for (int step = 1; step <= 50; step++) {
            pixels.advance(random.doubles(count, -2, 2).toArray(), 1_000L * step);
            long[] times = timesMicros(pixels);
            assertThat(times).isSorted();
            assertThat(times.length).isGreaterThan(before);
            assertThat(times[before]).isGreaterThanOrEqualTo(1_000L * (step - 1));
            assertThat(times[times.length - 1]).isLessThanOrEqualTo(1_000L * step);
            before = times.length;
        }
    }

    @Test
    void eventNamesItsPixel() {
        double[] thresholds = {THRESHOLD, THRESHOLD, THRESHOLD};
        ContrastPixels pixels = new ContrastPixels(thresholds, thresholds, 0, new double[3]);
        pixels.advance(new double[] {0, 0.3, -0.3}, 1_000);

        assertThat(Arrays.stream(pixels.sortedEvents()).mapToInt(ContrastPixels::pixel))
                .containsExactly(1, 2);
    }

    @Test
    void shotNoiseOfAStaticSceneIsPoissonAtItsRate() {
        int count = 1_000;
        double[] thresholds = new double[count];
        Arrays.fill(thresholds, THRESHOLD);
        ContrastPixels pixels = new ContrastPixels(thresholds, thresholds, 500, new double[count]);
        pixels.advance(new double[count], 8_000_000);
        assertThat(pixels.sortedEvents()).isEmpty();

        pixels.addShotNoise(0.5, new SplittableRandom(11));
        long[] events = pixels.sortedEvents();
        double expected = 0.5 * 8 * count;
        assertThat((double) events.length).isCloseTo(expected, within(5 * Math.sqrt(expected)));
        double on = Arrays.stream(events).map(ContrastPixels::polarity).sum();
        assertThat(on).isCloseTo(expected / 2, within(5 * Math.sqrt(expected / 2)));
        double early = Arrays.stream(events)
                .filter(event -> ContrastPixels.timeMicros(event) < 4_000_000)
                .count();
        assertThat(early).isCloseTo(expected / 2, within(5 * Math.sqrt(expected / 2)));
        assertThat(Arrays.stream(events).mapToInt(ContrastPixels::pixel)).allMatch(pixel -> pixel < count);
    }

    private static ContrastPixels onePixel(double refractoryMicros, double logIntensity) {
        double[] threshold = {THRESHOLD};
        return new ContrastPixels(threshold, threshold, refractoryMicros, new double[] {logIntensity});
    }

    private static long[] timesMicros(ContrastPixels pixels) {
        return Arrays.stream(pixels.sortedEvents())
                .map(ContrastPixels::timeMicros)
                .toArray();
    }
}
