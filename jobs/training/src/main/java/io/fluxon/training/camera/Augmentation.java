package io.fluxon.training.camera;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.simulation.Gaussian;
import java.util.SplittableRandom;

/**
 * Random distortion of a whole recording: rotation, zoom, shear and shift of the pixel plane, a smooth elastic
 * displacement of two plane waves per axis, and an independent jitter of each event. Events that leave the sensor are
 * dropped; times stay.
 */
final class Augmentation {

    private static final int SIDE = LabelledEvents.SIDE;
    private static final double CENTRE = (SIDE - 1) / 2.0;
    private static final double MAX_WAVE_NUMBER = 0.3;

    private final TrainingSettings settings;
    private final SplittableRandom random;
    private final double[] mappedX = new double[SIDE * SIDE];
    private final double[] mappedY = new double[SIDE * SIDE];

    Augmentation(TrainingSettings settings, SplittableRandom random) {
        this.settings = settings;
        this.random = random;
    }

    void distort(LabelledEvents example, StepEvents out) {
        drawMap();
        CameraBatch events = example.events();
        out.clear();
        for (int i = 0; i < events.size(); i++) {
            int pixel = events.y(i) * SIDE + events.x(i);
            int x = (int) Math.floor(mappedX[pixel] + uniform(settings.jitterPixels()) + 0.5);
            int y = (int) Math.floor(mappedY[pixel] + uniform(settings.jitterPixels()) + 0.5);
            if (x >= 0 && y >= 0 && x < SIDE && y < SIDE) {
                out.add(input(x, y, events.polarity(i)), (int) (events.timeMicros()[i] / settings.stepMicros()));
            }
        }
        out.group((int) (example.lastMicros() / settings.stepMicros()) + 1);
    }

    static int input(int x, int y, int polarity) {
        return (polarity * SIDE + y) * SIDE + x;
    }

    private void drawMap() {
        double angle = StrictMath.toRadians(uniform(settings.rotationDegrees()));
        double zoomX = 1 + uniform(settings.zoom());
        double zoomY = 1 + uniform(settings.zoom());
        double shear = uniform(settings.shear());
        double shiftX = uniform(settings.shiftPixels());
        double shiftY = uniform(settings.shiftPixels());
        double cos = StrictMath.cos(angle);
        double sin = StrictMath.sin(angle);
        double[][] waves = {wave(), wave(), wave(), wave()};
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                double px = x - CENTRE;
                double py = y - CENTRE;
                int pixel = y * SIDE + x;
                mappedX[pixel] = cos * zoomX * px
                        + (cos * shear - sin) * zoomY * py
                        + shiftX
                        + at(waves[0], px, py)
                        + at(waves[1], px, py)
                        + CENTRE;
                mappedY[pixel] = sin * zoomX * px
                        + (sin * shear + cos) * zoomY * py
                        + shiftY
                        + at(waves[2], px, py)
                        + at(waves[3], px, py)
                        + CENTRE;
            }
        }
    }

    /** Amplitude in pixels, wave numbers in 1/pixel, phase. */
    private double[] wave() {
        return new double[] {
            settings.elasticPixels() * Gaussian.next(random),
            uniform(MAX_WAVE_NUMBER),
            uniform(MAX_WAVE_NUMBER),
            uniform(StrictMath.PI)
        };
    }

    private static double at(double[] wave, double x, double y) {
        return wave[0] * StrictMath.sin(wave[1] * x + wave[2] * y + wave[3]);
    }

    private double uniform(double bound) {
        return (random.nextDouble() * 2 - 1) * bound;
    }
}
