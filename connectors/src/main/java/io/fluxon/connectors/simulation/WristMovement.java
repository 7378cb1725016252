package io.fluxon.connectors.simulation;

import java.util.SplittableRandom;

/** How the six coordinates of {@link WristPath} move in time during one stretch of an activity, in units of their size. */
interface WristMovement {

    double at(double seconds, int axis);

    /**
     * @param tempo place within the range of frequency, 0 to 1
     * @param fromSeconds first time at which a burst may come
     * @param toSeconds first time after that
     */
    static WristMovement of(
            WristActivity activity, double tempo, double fromSeconds, double toSeconds, SplittableRandom random) {
        return switch (activity.rhythm()) {
            case SWAY -> new Sway(activity, random);
            case BEAT -> new Beat(activity, tempo, random);
            case BURSTS -> new Bursts(activity, fromSeconds, toSeconds, random);
        };
    }

    /** Every coordinate is a {@link Wander} of its own. */
    final class Sway implements WristMovement {

        private final Wander[] wanders = new Wander[WristPath.COORDINATES];

        private Sway(WristActivity activity, SplittableRandom random) {
            for (int axis = 0; axis < wanders.length; axis++) {
                wanders[axis] = new Wander(activity.low(), activity.high(), random);
            }
        }

        @Override
        public double at(double seconds, int axis) {
            return wanders[axis].at(seconds);
        }
    }

    /**
     * sum<sub>k=1..4</sub> s<sup>k-1</sup> cos(k phi) / k<sup>2</sup> with phi = 2 pi f t + 0.3 w(t) + phi<sub>axis</sub>: f
     * one frequency, w a {@link Wander} of 0.1 to 0.4 Hz, phi<sub>axis</sub> within 0.5 rad of each other. The acceleration
     * of harmonic k is s<sup>k-1</sup> times that of the first, so that s near 1 gives the short strong accelerations of
     * impacts, cut off at the fourth harmonic.
     */
    final class Beat implements WristMovement {

        private static final int HARMONICS = 4;
        private static final double WANDER_RADIANS = 0.3;
        private static final double WANDER_LOW_HERTZ = 0.1;
        private static final double WANDER_HIGH_HERTZ = 0.4;
        private static final double SPREAD_RADIANS = 0.5;

        private final double radiansPerSecond;
        private final double sharpness;
        private final Wander wander;
        private final double[] phases = new double[WristPath.COORDINATES];

        private Beat(WristActivity activity, double tempo, SplittableRandom random) {
            radiansPerSecond = 2 * Math.PI * (activity.low() + (activity.high() - activity.low()) * tempo);
            sharpness = activity.shape();
            wander = new Wander(WANDER_LOW_HERTZ, WANDER_HIGH_HERTZ, random);
            double beginning = 2 * Math.PI * random.nextDouble();
            for (int axis = 0; axis < phases.length; axis++) {
                phases[axis] = beginning + SPREAD_RADIANS * random.nextDouble();
            }
        }

        @Override
        public double at(double seconds, int axis) {
            double phase = radiansPerSecond * seconds + WANDER_RADIANS * wander.at(seconds) + phases[axis];
            double sum = 0;
            double weight = 1;
            for (int harmonic = 1; harmonic <= HARMONICS; harmonic++) {
                sum += weight * StrictMath.cos(harmonic * phase) / (harmonic * harmonic);
                weight *= sharpness;
            }
            return sum;
        }
    }

    /**
     * sum<sub>i</sub> b<sub>i</sub> exp(-(t - t<sub>i</sub>)<sup>2</sup> / (2 width<sup>2</sup>)), the same for every
     * coordinate; b<sub>i</sub> is 0.7 to 1.3, and -0.5 times that for every other burst.
     */
    final class Bursts implements WristMovement {

        private static final double LEAST_SIZE = 0.7;
        private static final double MOST_SIZE = 1.3;
        private static final double WAY_BACK = -0.5;

        private final double widthSeconds;
        private final double[] centresSeconds;
        private final double[] sizes;
        private int bursts;

        private Bursts(WristActivity activity, double fromSeconds, double toSeconds, SplittableRandom random) {
            widthSeconds = activity.shape();
            int most = (int) ((toSeconds - fromSeconds) / activity.low()) + 1;
            centresSeconds = new double[most];
            sizes = new double[most];
            double centre = fromSeconds + activity.low() * random.nextDouble();
            while (centre < toSeconds && bursts < most) {
                centresSeconds[bursts] = centre;
                sizes[bursts] = random.nextDouble(LEAST_SIZE, MOST_SIZE) * (bursts % 2 == 0 ? 1 : WAY_BACK);
                bursts++;
                centre += random.nextDouble(activity.low(), activity.high());
            }
        }

        @Override
        public double at(double seconds, int axis) {
            double sum = 0;
            for (int burst = 0; burst < bursts; burst++) {
                double widths = (seconds - centresSeconds[burst]) / widthSeconds;
                sum += sizes[burst] * StrictMath.exp(-widths * widths / 2);
            }
            return sum;
        }
    }
}
