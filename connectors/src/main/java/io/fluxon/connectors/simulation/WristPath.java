package io.fluxon.connectors.simulation;

import java.util.SplittableRandom;

/**
 * Where the wrist is and how it is turned during one run of activities, and what ideal inertial sensors in the frame of
 * the forearm measure there.
 *
 * <p>World: x to the front of the wearer, y to the left, z up. Forearm: x towards the hand, z out of the back of the hand.
 * The forearm is turned by R = Rz(yaw) Ry(-elevation) Rx(roll); the wrist is at p = elbow + R (0.25 m, 0, 0). The six
 * coordinates yaw, elevation, roll and elbow are twice differentiable functions of time: posture (that of {@link
 * WristActivity}, the wearer's own way and N(0, (5 deg)<sup>2</sup>) per stretch) + drift (rms 4 deg, 0.02 to 0.15 Hz) +
 * (1 + envelope (rms 0.25, 0.1 to 0.4 Hz)) times the movement of the activity. From one activity to the next they are blended for one second, centred on the
 * change, by 10 s<sup>3</sup> - 15 s<sup>4</sup> + 6 s<sup>5</sup>.
 *
 * <p>The accelerometer measures R<sup>T</sup> (p'' + g z), the gyroscope the angular velocity of R in its own frame: (roll'
 * + yaw' sin e, yaw' cos e sin roll - e' cos roll, yaw' cos e cos roll + e' sin roll), with e the elevation. Derivatives
 * are central differences over 1 ms.
 */
final class WristPath {

    static final int YAW = 0;
    static final int ELEVATION = 1;
    static final int ROLL = 2;
    static final int ELBOW = 3;
    static final int COORDINATES = 6;

    static final double GRAVITY = 9.80665;
    static final double FOREARM_METRES = 0.25;

    private static final double BLEND_SECONDS = 1;
    private static final double STEP_SECONDS = 1e-3;

    private static final double POSTURE_DEGREES = 5;
    private static final double DRIFT_DEGREES = 4;
    private static final double DRIFT_LOW_HERTZ = 0.02;
    private static final double DRIFT_HIGH_HERTZ = 0.15;
    private static final double ENVELOPE = 0.25;
    private static final double ENVELOPE_LOW_HERTZ = 0.1;
    private static final double ENVELOPE_HIGH_HERTZ = 0.4;
    private static final double WEARER_SHARE_OF_TEMPO = 0.7;

    private final WristWearer wearer;
    private final Stretch[] stretches;
    private final double[] changesSeconds;
    private final double[] other = new double[COORDINATES];
    private final double[] before = new double[COORDINATES];
    private final double[] now = new double[COORDINATES];
    private final double[] after = new double[COORDINATES];

    /**
     * @param activities places in {@link WristActivity#ALL}
     * @param changesSeconds times from one activity to the next: the beginning, the changes and the end
     */
    WristPath(WristWearer wearer, int[] activities, double[] changesSeconds, SplittableRandom random) {
        this.wearer = wearer;
        this.changesSeconds = changesSeconds.clone();
        this.stretches = new Stretch[activities.length];
        for (int index = 0; index < activities.length; index++) {
            stretches[index] =
                    new Stretch(wearer, activities[index], changesSeconds[index], changesSeconds[index + 1], random);
        }
    }

    /** Yaw, elevation and roll in radians and the place of the elbow in metres. */
    void coordinates(double seconds, double[] coordinates) {
        int index = 0;
        while (index < stretches.length - 1 && seconds >= changesSeconds[index + 1] + BLEND_SECONDS / 2) {
            index++;
        }
        stretches[index].coordinates(seconds, coordinates);
        double blend = index == stretches.length - 1
                ? 0
                : (seconds - changesSeconds[index + 1] + BLEND_SECONDS / 2) / BLEND_SECONDS;
        if (blend > 0) {
            double weight = blend * blend * blend * (10 + blend * (6 * blend - 15));
            stretches[index + 1].coordinates(seconds, other);
            for (int axis = 0; axis < COORDINATES; axis++) {
                coordinates[axis] += weight * (other[axis] - coordinates[axis]);
            }
        }
        if (!wearer.left()) {
            coordinates[YAW] = -coordinates[YAW];
            coordinates[ROLL] = -coordinates[ROLL];
            coordinates[ELBOW + 1] = -coordinates[ELBOW + 1];
        }
    }

    /** What an accelerometer at the wrist measures in the frame of the forearm, in m/s^2. */
    void specificForce(double seconds, double[] force) {
        coordinates(seconds - STEP_SECONDS, before);
        coordinates(seconds, now);
        coordinates(seconds + STEP_SECONDS, after);
        placeWrist(before);
        placeWrist(after);
        double yaw = now[YAW];
        double elevation = now[ELEVATION];
        double roll = now[ROLL];
        placeWrist(now);
        double square = STEP_SECONDS * STEP_SECONDS;
        double x = (before[ELBOW] - 2 * now[ELBOW] + after[ELBOW]) / square;
        double y = (before[ELBOW + 1] - 2 * now[ELBOW + 1] + after[ELBOW + 1]) / square;
        double z = (before[ELBOW + 2] - 2 * now[ELBOW + 2] + after[ELBOW + 2]) / square + GRAVITY;

        double ahead = StrictMath.cos(yaw) * x + StrictMath.sin(yaw) * y;
        double aside = StrictMath.cos(yaw) * y - StrictMath.sin(yaw) * x;
        double up = StrictMath.cos(elevation) * z - StrictMath.sin(elevation) * ahead;
        force[0] = StrictMath.cos(elevation) * ahead + StrictMath.sin(elevation) * z;
        force[1] = StrictMath.cos(roll) * aside + StrictMath.sin(roll) * up;
        force[2] = StrictMath.cos(roll) * up - StrictMath.sin(roll) * aside;
    }

    /** What a gyroscope at the wrist measures in the frame of the forearm, in rad/s. */
    void angularVelocity(double seconds, double[] velocity) {
        coordinates(seconds - STEP_SECONDS, before);
        coordinates(seconds, now);
        coordinates(seconds + STEP_SECONDS, after);
        double yawRate = (after[YAW] - before[YAW]) / (2 * STEP_SECONDS);
        double elevationRate = (after[ELEVATION] - before[ELEVATION]) / (2 * STEP_SECONDS);
        double rollRate = (after[ROLL] - before[ROLL]) / (2 * STEP_SECONDS);
        double level = yawRate * StrictMath.cos(now[ELEVATION]);
        double sinRoll = StrictMath.sin(now[ROLL]);
        double cosRoll = StrictMath.cos(now[ROLL]);
        velocity[0] = rollRate + yawRate * StrictMath.sin(now[ELEVATION]);
        velocity[1] = level * sinRoll - elevationRate * cosRoll;
        velocity[2] = level * cosRoll + elevationRate * sinRoll;
    }

    /** Replaces the place of the elbow by that of the wrist. */
    private static void placeWrist(double[] coordinates) {
        double level = FOREARM_METRES * StrictMath.cos(coordinates[ELEVATION]);
        coordinates[ELBOW] += level * StrictMath.cos(coordinates[YAW]);
        coordinates[ELBOW + 1] += level * StrictMath.sin(coordinates[YAW]);
        coordinates[ELBOW + 2] += FOREARM_METRES * StrictMath.sin(coordinates[ELEVATION]);
    }

    /** One activity, as it is done this time. */
    private static final class Stretch {

        private final double[] posture;
        private final double[] sizes;
        private final Wander[] drift = new Wander[ROLL + 1];
        private final Wander envelope;
        private final WristMovement movement;

        Stretch(WristWearer wearer, int place, double fromSeconds, double toSeconds, SplittableRandom random) {
            WristActivity activity = WristActivity.ALL.get(place);
            double spread = StrictMath.toRadians(POSTURE_DEGREES);
            posture = new double[] {
                0,
                StrictMath.toRadians(activity.elevationDegrees())
                        + wearer.elevationOffset(place)
                        + spread * Gaussian.next(random),
                StrictMath.toRadians(activity.rollDegrees()) + wearer.rollOffset(place) + spread * Gaussian.next(random)
            };
            double vigour = wearer.vigour();
            sizes = new double[] {
                vigour * StrictMath.toRadians(activity.yawDegrees()),
                vigour * StrictMath.toRadians(activity.pitchDegrees()),
                vigour * StrictMath.toRadians(activity.twistDegrees()),
                vigour * activity.aheadMetres(),
                vigour * activity.asideMetres(),
                vigour * activity.upMetres()
            };
            for (int angle = 0; angle < drift.length; angle++) {
                drift[angle] = new Wander(DRIFT_LOW_HERTZ, DRIFT_HIGH_HERTZ, random);
            }
            envelope = new Wander(ENVELOPE_LOW_HERTZ, ENVELOPE_HIGH_HERTZ, random);
            double tempo = WEARER_SHARE_OF_TEMPO * wearer.tempo() + (1 - WEARER_SHARE_OF_TEMPO) * random.nextDouble();
            movement = WristMovement.of(activity, tempo, fromSeconds, toSeconds, random);
        }

        void coordinates(double seconds, double[] coordinates) {
            double strength = 1 + ENVELOPE * envelope.at(seconds);
            for (int axis = 0; axis < COORDINATES; axis++) {
                coordinates[axis] = sizes[axis] == 0 ? 0 : strength * sizes[axis] * movement.at(seconds, axis);
            }
            for (int angle = 0; angle < drift.length; angle++) {
                coordinates[angle] += posture[angle] + StrictMath.toRadians(DRIFT_DEGREES) * drift[angle].at(seconds);
            }
        }
    }
}
