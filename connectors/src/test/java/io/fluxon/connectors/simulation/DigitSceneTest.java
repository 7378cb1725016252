package io.fluxon.connectors.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DigitSceneTest {

    private static final int SIDE = 34;

    @Test
    void movingTheSceneByWholePixelsMovesTheImage() {
        for (int digit = 0; digit < 10; digit++) {
            DigitScene scene = new DigitScene(SIDE, digit, new SplittableRandom(digit));
            double[] still = new double[SIDE * SIDE];
            double[] moved = new double[SIDE * SIDE];
            scene.logIntensity(0, 0, still);
            scene.logIntensity(2, -3, moved);
            for (int y = 3; y < SIDE; y++) {
                for (int x = 0; x < SIDE - 2; x++) {
                    assertThat(moved[(y - 3) * SIDE + x + 2]).isEqualTo(still[y * SIDE + x]);
                }
            }
        }
    }

    @Test
    void strokesAreBrightAndTheGroundIsEven() {
        for (int digit = 0; digit < 10; digit++) {
            DigitScene scene = new DigitScene(SIDE, digit, new SplittableRandom(digit));
            double[] image = new double[SIDE * SIDE];
            scene.logIntensity(0, 0, image);
            double ground = image[0];
            assertThat(ground).isBetween(Math.log(0.2), Math.log(0.401));
            int bright = 0;
            for (double value : image) {
                assertThat(value).isBetween(ground, Math.log(1.001) + 1e-12);
                bright += value > ground / 2 ? 1 : 0;
            }
            assertThat(bright).isBetween(25, 300);
        }
    }

    @Test
    void curvePassesThroughItsControlPoints() {
        double[] points = {0, 0, 1, 2, 3, 1, 2, -1};
        double[] curve = DigitStrokes.curve(points);
        int pointsPerSpan = (curve.length / 2 - 1) / 3;
        for (int point = 0; point < 4; point++) {
            assertThat(curve[2 * point * pointsPerSpan]).isCloseTo(points[2 * point], within(1e-12));
            assertThat(curve[2 * point * pointsPerSpan + 1]).isCloseTo(points[2 * point + 1], within(1e-12));
        }
    }
}
