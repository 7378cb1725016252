package io.fluxon.connectors.simulation;

import io.fluxon.connectors.camera.files.CameraRecording;
import java.util.SplittableRandom;

/**
 * A simulated event camera of 34 x 34 pixels that is shown one handwritten-like digit per recording, for 300 ms, in the
 * manner of the N-MNIST data set (Orchard et al., 2015): three saccades of 100 ms each move the digit along the sides of
 * a triangle and back to where it began.
 *
 * <p>Scene: {@link DigitScene}; digit, place, size, slant, stroke and contrast differ from recording to recording. Along
 * a side of the triangle the position is p(t) = p0 + (p1 - p0) (1 - cos(pi t / 100 ms)) / 2. The log intensity L = ln(I +
 * eps) of each pixel is computed every millisecond.
 *
 * <p>Pixels: {@link ContrastPixels}. The thresholds of each pixel and polarity are drawn once per camera, theta ~ N(0.25,
 * 0.02<sup>2</sup>) (Lichtsteiner et al., 2008, measured a mismatch of 2.1 % contrast); the refractory time is 500 us;
 * shot noise adds 0.3 events per second and pixel.
 *
 * <p>Recording {@code index} of a camera depends on seed and index alone, bit for bit, on every machine.
 */
public final class SimulatedCamera {

    private static final int SIDE_PIXELS = 34;
    private static final int CLASSES = 10;
    private static final int EVENT_BYTES = 5;

    private static final double[][] CORNERS_PIXELS = {{-3, -1.75}, {0, 3.5}, {3, -1.75}, {-3, -1.75}};
    private static final int SACCADES = CORNERS_PIXELS.length - 1;
    private static final int STEPS_PER_SACCADE = 100;
    private static final long STEP_MICROS = 1_000;

    private static final double THRESHOLD = 0.25;
    private static final double THRESHOLD_DEVIATION = 0.02;
    private static final double REFRACTORY_MICROS = 500;
    private static final double NOISE_HERTZ = 0.3;

    private final long seed;
    private final long streams;
    private final double[] onThresholds;
    private final double[] offThresholds;
    private long nextIndex;

    public SimulatedCamera(long seed) {
        this.seed = seed;
        SplittableRandom random = new SplittableRandom(seed);
        this.streams = random.nextLong();
        this.onThresholds = thresholds(random);
        this.offThresholds = thresholds(random);
    }

    /** The recording after the last one this method gave, from index 0. */
    public LabelledRecording next() {
        return recording(nextIndex++);
    }

    /** The recording of this index; may be called from several threads. */
    public LabelledRecording recording(long index) {
        SplittableRandom random = new SplittableRandom(streams + index).split();
        int digit = random.nextInt(CLASSES);
        DigitScene scene = new DigitScene(SIDE_PIXELS, digit, random);
        double[] logIntensity = new double[SIDE_PIXELS * SIDE_PIXELS];
        scene.logIntensity(CORNERS_PIXELS[0][0], CORNERS_PIXELS[0][1], logIntensity);
        ContrastPixels pixels = new ContrastPixels(onThresholds, offThresholds, REFRACTORY_MICROS, logIntensity);
        for (int step = 1; step <= SACCADES * STEPS_PER_SACCADE; step++) {
            int saccade = (step - 1) / STEPS_PER_SACCADE;
            double[] from = CORNERS_PIXELS[saccade];
            double[] to = CORNERS_PIXELS[saccade + 1];
            double phase = (double) (step - saccade * STEPS_PER_SACCADE) / STEPS_PER_SACCADE;
            double way = (1 - StrictMath.cos(Math.PI * phase)) / 2;
            scene.logIntensity(from[0] + way * (to[0] - from[0]), from[1] + way * (to[1] - from[1]), logIntensity);
            pixels.advance(logIntensity, step * STEP_MICROS);
        }
        pixels.addShotNoise(NOISE_HERTZ, random);

        String origin = "simulated camera, seed " + seed + ", recording " + index + ", digit " + digit;
        return new LabelledRecording(
                CameraRecording.of("sim-" + index, origin, encode(pixels.sortedEvents())), Integer.toString(digit));
    }

    /** The events in the N-MNIST layout; their times must be below 2<sup>23</sup> us. */
    static byte[] encode(long[] events) {
        byte[] bytes = new byte[events.length * EVENT_BYTES];
        int at = 0;
        for (long event : events) {
            int micros = (int) ContrastPixels.timeMicros(event);
            bytes[at] = (byte) (ContrastPixels.pixel(event) % SIDE_PIXELS);
            bytes[at + 1] = (byte) (ContrastPixels.pixel(event) / SIDE_PIXELS);
            bytes[at + 2] = (byte) (ContrastPixels.polarity(event) << 7 | micros >>> 16);
            bytes[at + 3] = (byte) (micros >>> 8);
            bytes[at + 4] = (byte) micros;
            at += EVENT_BYTES;
        }
        return bytes;
    }

    private static double[] thresholds(SplittableRandom random) {
        double[] thresholds = new double[SIDE_PIXELS * SIDE_PIXELS];
        for (int pixel = 0; pixel < thresholds.length; pixel++) {
            thresholds[pixel] = THRESHOLD + THRESHOLD_DEVIATION * Gaussian.next(random);
        }
        return thresholds;
    }
}
