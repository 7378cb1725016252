package io.fluxon.connectors.simulation;

import java.util.SplittableRandom;

/** One person and the way the watch is strapped on; drawn at random. */
final class WristWearer {

    private static final double LEAST_VIGOUR = 0.75;
    private static final double MOST_VIGOUR = 1.3;
    private static final double POSTURE_DEGREES = 10;
    private static final double STRAP_TWIST_DEGREES = 10;
    private static final double STRAP_SLANT_DEGREES = 8;

    private final boolean left;
    private final double vigour;
    private final double tempo;
    private final double[] elevationOffsets = new double[WristActivity.ALL.size()];
    private final double[] rollOffsets = new double[WristActivity.ALL.size()];
    private final double twist;
    private final double slant;

    WristWearer(SplittableRandom random) {
        left = random.nextBoolean();
        vigour = random.nextDouble(LEAST_VIGOUR, MOST_VIGOUR);
        tempo = random.nextDouble();
        for (int place = 0; place < elevationOffsets.length; place++) {
            elevationOffsets[place] = StrictMath.toRadians(POSTURE_DEGREES) * Gaussian.next(random);
            rollOffsets[place] = StrictMath.toRadians(POSTURE_DEGREES) * Gaussian.next(random);
        }
        twist = StrictMath.toRadians(STRAP_TWIST_DEGREES) * Gaussian.next(random);
        slant = StrictMath.toRadians(STRAP_SLANT_DEGREES) * Gaussian.next(random) + (left ? 0 : Math.PI);
    }

    /** Whether the watch is on the left wrist; the right one moves as its mirror image. */
    boolean left() {
        return left;
    }

    /** Factor of the size of all movements. */
    double vigour() {
        return vigour;
    }

    /** Place of this person within the ranges of frequency, 0 to 1. */
    double tempo() {
        return tempo;
    }

    /** Radians by which this person holds the forearm higher in an activity of {@link WristActivity#ALL}. */
    double elevationOffset(int activity) {
        return elevationOffsets[activity];
    }

    /** Radians by which the roll of the forearm differs likewise. */
    double rollOffset(int activity) {
        return rollOffsets[activity];
    }

    /**
     * Turns a vector from the frame of the forearm into that of the watch (x to 3 o'clock, y to 12 o'clock, z out of the
     * face): by the strap's twist about the forearm, then by its slant about the face; on the right wrist 3 o'clock points
     * to the elbow.
     */
    void turnToWatch(double[] vector) {
        double y = StrictMath.cos(twist) * vector[1] - StrictMath.sin(twist) * vector[2];
        double z = StrictMath.sin(twist) * vector[1] + StrictMath.cos(twist) * vector[2];
        double x = vector[0];
        vector[0] = StrictMath.cos(slant) * x - StrictMath.sin(slant) * y;
        vector[1] = StrictMath.sin(slant) * x + StrictMath.cos(slant) * y;
        vector[2] = z;
    }
}
