package io.fluxon.connectors.simulation;

import io.fluxon.connectors.motion.MotionBatch;
import io.fluxon.connectors.motion.MotionRecording;
import io.fluxon.connectors.motion.MotionRecording.Epoch;
import io.fluxon.connectors.motion.MotionRecording.Label;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A simulated smartwatch with an accelerometer (m/s<sup>2</sup>, gravity included) and a gyroscope (rad/s), in the manner
 * of the WISDM set of 2019. One wearer per seed; one recording is one epoch of 50 to 70 s with three to five activities of
 * 10 to 20 s each, one going over into the next. Neighbouring labels differ; the seven hand activities and {@link
 * MotionRecording#NONE} are equally probable.
 *
 * <p>Movement: {@link WristPath}, with the activities of {@link WristActivity} and the person of {@link WristWearer}.
 *
 * <p>Sensors: each takes samples of its own, with a period of 50 ms (within 0.5 %, fixed for a watch), a phase drawn for
 * each recording, and jitter N(0, (1.5 ms)<sup>2</sup>), at most 4 ms; a stamp is the time of its sample. Per sensor, one to
 * four samples are lost before one sample in 1,000. Noise is white and normal, 0.03 m/s<sup>2</sup> and 0.005 rad/s
 * per sample and axis; bias is normal, 0.05 m/s<sup>2</sup> and 0.01 rad/s per axis, and fixed for a watch. The
 * accelerometer's range is 2 g per axis, beyond which it saturates.
 *
 * <p>Times are nanoseconds since the watch booted: recording {@code index} begins 10,000 to 90,000 s (drawn for a watch) +
 * index x 100 s after that.
 *
 * <p>Recording {@code index} of a wearer depends on seed and index alone, bit for bit, on every machine.
 */
public final class SimulatedWrist {

    /** Name of the watch in every recording. */
    public static final String DEVICE_ID = "watch-sim-1";

    private static final double LEAST_EPOCH_SECONDS = 50;
    private static final double LEAST_STRETCH_SECONDS = 10;
    private static final double MOST_STRETCH_SECONDS = 20;
    private static final int MOST_STRETCHES = 5;

    private static final long NANOS_PER_SECOND = 1_000_000_000;
    private static final long LEAST_UPTIME_SECONDS = 10_000;
    private static final long MOST_UPTIME_SECONDS = 90_000;
    private static final long SECONDS_PER_RECORDING = 100;

    private static final double ACCELERATION_RANGE = 2 * WristPath.GRAVITY;
    private static final double ACCELERATION_NOISE = 0.03;
    private static final double ACCELERATION_BIAS = 0.05;
    private static final double ANGULAR_VELOCITY_NOISE = 0.005;
    private static final double ANGULAR_VELOCITY_BIAS = 0.01;

    private final long seed;
    private final long streams;
    private final WristWearer wearer;
    private final long uptimeSeconds;
    private final Sensor accelerometer;
    private final Sensor gyroscope;
    private long nextIndex;

    public SimulatedWrist(long seed) {
        this.seed = seed;
        SplittableRandom random = new SplittableRandom(seed);
        this.streams = random.nextLong();
        this.wearer = new WristWearer(random);
        this.uptimeSeconds = random.nextLong(LEAST_UPTIME_SECONDS, MOST_UPTIME_SECONDS);
        this.accelerometer = new Sensor(ACCELERATION_NOISE, ACCELERATION_BIAS, ACCELERATION_RANGE, random);
        this.gyroscope = new Sensor(ANGULAR_VELOCITY_NOISE, ANGULAR_VELOCITY_BIAS, Double.POSITIVE_INFINITY, random);
    }

    /** The recording after the last one this method gave, from index 0. */
    public MotionRecording next() {
        return recording(nextIndex++);
    }

    /** The recording of this index; may be called from several threads. */
    public MotionRecording recording(long index) {
        SplittableRandom random = new SplittableRandom(streams + index).split();
        long beginNanos = (uptimeSeconds + index * SECONDS_PER_RECORDING) * NANOS_PER_SECOND;
        int[] activities = new int[MOST_STRETCHES];
        double[] changesSeconds = new double[MOST_STRETCHES + 1];
        List<Label> labels = new ArrayList<>();
        int stretches = 0;
        while (changesSeconds[stretches] < LEAST_EPOCH_SECONDS) {
            String before = stretches == 0 ? "" : labels.get(stretches - 1).name();
            activities[stretches] = activityAfter(before, random);
            changesSeconds[stretches + 1] =
                    changesSeconds[stretches] + random.nextDouble(LEAST_STRETCH_SECONDS, MOST_STRETCH_SECONDS);
            labels.add(new Label(
                    beginNanos + nanos(changesSeconds[stretches]),
                    beginNanos + nanos(changesSeconds[stretches + 1]),
                    WristActivity.ALL.get(activities[stretches]).label()));
            stretches++;
        }
        double seconds = changesSeconds[stretches];
        WristPath path = new WristPath(
                wearer, Arrays.copyOf(activities, stretches), Arrays.copyOf(changesSeconds, stretches + 1), random);
        MotionBatch acceleration = accelerometer.sample(path::specificForce, seconds, beginNanos, wearer, random);
        MotionBatch angularVelocity = gyroscope.sample(path::angularVelocity, seconds, beginNanos, wearer, random);
        return new MotionRecording(
                "sim-" + index,
                DEVICE_ID,
                "simulated wrist, seed " + seed + ", recording " + index,
                List.of(new Epoch(acceleration, angularVelocity, labels)));
    }

    private static int activityAfter(String label, SplittableRandom random) {
        int activity;
        do {
            activity = random.nextInt(WristActivity.HAND_ACTIVITIES + 1);
            if (activity == WristActivity.HAND_ACTIVITIES) {
                activity = random.nextInt(WristActivity.HAND_ACTIVITIES, WristActivity.ALL.size());
            }
        } while (WristActivity.ALL.get(activity).label().equals(label));
        return activity;
    }

    private static long nanos(double seconds) {
        return Math.round(seconds * NANOS_PER_SECOND);
    }

    /** What an ideal sensor measures at a time, in the frame of the forearm. */
    private interface Signal {
        void at(double seconds, double[] vector);
    }

    private static final class Sensor {

        private static final double PERIOD_SECONDS = 0.05;
        private static final double PERIOD_ERROR = 0.005;
        private static final double JITTER_SECONDS = 1.5e-3;
        private static final double MOST_JITTER_SECONDS = 4e-3;
        private static final double GAP_PROBABILITY = 1e-3;
        private static final int LONGEST_GAP_SAMPLES = 4;

        private final double noise;
        private final double range;
        private final double periodSeconds;
        private final double[] bias = new double[3];

        Sensor(double noise, double biasDeviation, double range, SplittableRandom random) {
            this.noise = noise;
            this.range = range;
            this.periodSeconds = PERIOD_SECONDS * (1 + random.nextDouble(-PERIOD_ERROR, PERIOD_ERROR));
            for (int axis = 0; axis < bias.length; axis++) {
                bias[axis] = biasDeviation * Gaussian.next(random);
            }
        }

        /** The samples within the seconds from the beginning of an epoch. */
        MotionBatch sample(
                Signal signal, double seconds, long beginNanos, WristWearer wearer, SplittableRandom random) {
            MotionBatch batch = new MotionBatch();
            double[] vector = new double[3];
            double phaseSeconds = random.nextDouble(MOST_JITTER_SECONDS, PERIOD_SECONDS - MOST_JITTER_SECONDS);
            for (int sample = 0; ; sample++) {
                if (random.nextDouble() < GAP_PROBABILITY) {
                    sample += 1 + random.nextInt(LONGEST_GAP_SAMPLES);
                }
                double nominalSeconds = phaseSeconds + sample * periodSeconds;
                if (nominalSeconds + MOST_JITTER_SECONDS >= seconds) {
                    return batch;
                }
                double jitterSeconds = Math.max(
                        -MOST_JITTER_SECONDS, Math.min(MOST_JITTER_SECONDS, JITTER_SECONDS * Gaussian.next(random)));
                signal.at(nominalSeconds + jitterSeconds, vector);
                wearer.turnToWatch(vector);
                for (int axis = 0; axis < bias.length; axis++) {
                    double value = vector[axis] + bias[axis] + noise * Gaussian.next(random);
                    vector[axis] = Math.max(-range, Math.min(range, value));
                }
                batch.add(
                        beginNanos + nanos(nominalSeconds + jitterSeconds),
                        (float) vector[0],
                        (float) vector[1],
                        (float) vector[2]);
            }
        }
    }
}
