package io.fluxon.connectors.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.fluxon.connectors.motion.MotionBatch;
import io.fluxon.connectors.motion.MotionRecording;
import io.fluxon.connectors.motion.MotionRecording.Epoch;
import io.fluxon.connectors.motion.MotionRecording.Label;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SimulatedWristTest {

    private static final List<String> NAMES =
            List.of("catch", "clapping", "dribbling", "folding", "none", "teeth", "typing", "writing");
    private static final int RESTING = 7;

    private static final List<Epoch> EPOCHS = epochs();

    private static List<Epoch> epochs() {
        List<Epoch> epochs = new ArrayList<>();
        for (int seed = 0; seed < 20; seed++) {
            SimulatedWrist wrist = new SimulatedWrist(seed);
            for (int index = 0; index < 6; index++) {
                epochs.add(wrist.next().epochs().get(0));
            }
        }
        return epochs;
    }

    @Test
    void recordingDependsOnSeedAndIndexAlone() {
        SimulatedWrist wrist = new SimulatedWrist(5);
        MotionRecording first = wrist.next();
        MotionRecording second = wrist.next();
        MotionRecording secondAlone = new SimulatedWrist(5).recording(1);

        assertThat(first.id()).isEqualTo("sim-0");
        assertThat(second.id()).isEqualTo("sim-1");
        assertThat(second.deviceId()).isEqualTo("watch-sim-1");
        assertThat(second.origin()).isEqualTo("simulated wrist, seed 5, recording 1");
        assertThat(hash(second)).isNotEqualTo(hash(first));
        assertThat(hash(secondAlone)).isEqualTo(hash(second));
        assertThat(hash(new SimulatedWrist(6).recording(1))).isNotEqualTo(hash(second));
    }

    @Test
    void samplesAreTheSameOnEveryMachine() {
        SimulatedWrist wrist = new SimulatedWrist(1);
        int hash = 0;
        for (int index = 0; index < 3; index++) {
            hash = 31 * hash + hash(wrist.next());
        }
        assertThat(hash).isEqualTo(-2_037_642_097);
    }

    @Test
    void labelsCoverTheEpochWithoutGapOrOverlapAndNeighboursDiffer() {
        SimulatedWrist wrist = new SimulatedWrist(2);
        Map<String, Integer> stretches = new TreeMap<>();
        long endNanos = 0;
        for (int index = 0; index < 100; index++) {
            MotionRecording recording = wrist.next();
            assertThat(recording.epochs()).hasSize(1);
            Epoch epoch = recording.epochs().get(0);
            List<Label> labels = epoch.labels();
            assertThat(labels).hasSizeBetween(3, 5);
            for (int label = 0; label < labels.size(); label++) {
                Label current = labels.get(label);
                assertThat(current.toNanos() - current.fromNanos()).isBetween(10_000_000_000L, 20_000_000_000L);
                stretches.merge(current.name(), 1, Integer::sum);
                if (label > 0) {
                    assertThat(current.fromNanos())
                            .isEqualTo(labels.get(label - 1).toNanos());
                    assertThat(current.name())
                            .isNotEqualTo(labels.get(label - 1).name());
                }
            }
            long fromNanos = labels.get(0).fromNanos();
            long toNanos = labels.get(labels.size() - 1).toNanos();
            assertThat(fromNanos).isGreaterThan(endNanos).isBetween(10_000_000_000_000L, 100_000_000_000_000L);
            assertThat(toNanos - fromNanos).isBetween(50_000_000_000L, 70_000_000_000L);
            for (MotionBatch batch : List.of(epoch.acceleration(), epoch.angularVelocity())) {
                assertThat(batch.timeNanos()[0]).isBetween(fromNanos, fromNanos + 300_000_000);
                assertThat(batch.timeNanos()[batch.size() - 1]).isBetween(toNanos - 300_000_000, toNanos - 1);
            }
            endNanos = toNanos;
        }
        assertThat(stretches.keySet()).containsExactlyElementsOf(NAMES);
        assertThat(stretches.values()).allSatisfy(count -> assertThat(count).isBetween(25, 80));
    }

    @Test
    void stampsRunForwardAtTwentyHertzWithJitterAndShortGaps() {
        int samples = 0;
        int gaps = 0;
        long longest = 0;
        double shortest = Double.POSITIVE_INFINITY;
        double most = 0;
        for (Epoch epoch : EPOCHS) {
            for (MotionBatch batch : List.of(epoch.acceleration(), epoch.angularVelocity())) {
                double squares = 0;
                int intervals = 0;
                for (int sample = 1; sample < batch.size(); sample++) {
                    double millis = (batch.timeNanos()[sample] - batch.timeNanos()[sample - 1]) / 1e6;
                    long periods = Math.round(millis / 50);
                    longest = Math.max(longest, periods);
                    shortest = Math.min(shortest, millis);
                    most = Math.max(most, Math.abs(millis - 50 * periods) - 0.25 * periods);
                    if (periods == 1) {
                        squares += (millis - 50) * (millis - 50);
                        intervals++;
                    } else {
                        gaps++;
                    }
                }
                // The difference of two stamps of jitter 1.5 ms, on a period up to 0.25 ms off.
                assertThat(Math.sqrt(squares / intervals)).isBetween(1.9, 2.4);
                samples += batch.size();
            }
        }
        assertThat(longest).isEqualTo(5);
        assertThat(shortest).isGreaterThan(41);
        assertThat(most).isLessThanOrEqualTo(8.0001);
        assertThat(gaps / (samples / 1000.0)).isBetween(0.8, 1.2);
    }

    @Test
    void sensorsDoNotShareStamps() {
        Epoch epoch = new SimulatedWrist(3).next().epochs().get(0);
        TreeSet<Long> shared = new TreeSet<>();
        for (long nanos : Arrays.copyOf(
                epoch.acceleration().timeNanos(), epoch.acceleration().size())) {
            shared.add(nanos);
        }
        shared.retainAll(Arrays.stream(epoch.angularVelocity().timeNanos())
                .limit(epoch.angularVelocity().size())
                .boxed()
                .toList());
        assertThat(shared).isEmpty();
    }

    @Test
    void gravityIsMeasuredWhateverTheWristDoes() {
        Map<String, double[]> sums = new HashMap<>();
        float largest = 0;
        for (Epoch epoch : EPOCHS) {
            MotionBatch batch = epoch.acceleration();
            for (Label whole : epoch.labels()) {
                Label label = withoutEnds(whole);
                double[] sum = sums.computeIfAbsent(label.name(), name -> new double[2]);
                for (int sample = first(batch, label); sample < last(batch, label); sample++) {
                    sum[0] += Math.sqrt(square(batch, sample));
                    sum[1]++;
                    largest = Math.max(largest, Math.abs(batch.z()[sample]));
                }
            }
        }
        assertThat(sums.get("typing")[0] / sums.get("typing")[1]).isCloseTo(9.81, within(0.05));
        assertThat(sums.get("writing")[0] / sums.get("writing")[1]).isCloseTo(9.81, within(0.05));
        assertThat(sums.get("dribbling")[0] / sums.get("dribbling")[1]).isBetween(9.81, 17.0);
        assertThat(largest).isEqualTo((float) (2 * 9.80665));
    }

    /** A strapdown navigator knows only where it began and what the two ideal sensors say. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 4, 7, 8})
    void integratingBothSensorsGivesBackOrientationAndPlaceOfTheWrist(int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] activities = {1 + seed, 6};
        double[] changes = {0, 10, 20};
        WristPath path = new WristPath(new WristWearer(random), activities, changes, random);
        double step = 5e-4;
        double begin = 7;
        double end = 13;
        double[] coordinates = new double[WristPath.COORDINATES];
        path.coordinates(begin, coordinates);
        double[][] orientation = orientation(coordinates);
        double[] place = wrist(coordinates);
        double[] speed = wristSpeed(path, begin);
        double[] vector = new double[3];
        double farthest = 0;
        double turned = 0;
        int steps = (int) Math.round((end - begin) / step);
        for (int index = 0; index < steps; index++) {
            double middle = begin + (index + 0.5) * step;
            path.angularVelocity(middle, vector);
            double[][] half = rotation(vector, step / 2);
            orientation = product(orientation, half);
            path.specificForce(middle, vector);
            for (int axis = 0; axis < 3; axis++) {
                double acceleration = orientation[axis][0] * vector[0]
                        + orientation[axis][1] * vector[1]
                        + orientation[axis][2] * vector[2]
                        - (axis == 2 ? 9.80665 : 0);
                place[axis] += step * (speed[axis] + step / 2 * acceleration);
                speed[axis] += step * acceleration;
            }
            orientation = product(orientation, half);
            if (index % 200 == 199) {
                path.coordinates(begin + (index + 1) * step, coordinates);
                farthest = Math.max(farthest, distance(place, wrist(coordinates)));
                turned = Math.max(turned, angle(orientation, orientation(coordinates)));
            }
        }
        assertThat(turned).isLessThan(2e-4);
        assertThat(farthest).isLessThan(0.02);
    }

    /** A field that stands still in the world changes by f x w in a frame that turns with w. */
    @Test
    void gyroscopeAndAccelerometerOfTheWatchShareOneFrame() {
        for (int seed = 0; seed < 12; seed++) {
            SimulatedWrist wrist = new SimulatedWrist(seed);
            double product = 0;
            double changeSquares = 0;
            double turnSquares = 0;
            for (int index = 0; index < 12; index++) {
                Epoch epoch = wrist.next().epochs().get(0);
                for (Label whole : epoch.labels()) {
                    if (!whole.name().equals("folding")) {
                        continue;
                    }
                    Label label = withoutEnds(whole);
                    MotionBatch force = epoch.acceleration();
                    MotionBatch rate = epoch.angularVelocity();
                    for (int sample = first(force, label) + 2; sample < last(force, label) - 2; sample++) {
                        double seconds = (force.timeNanos()[sample + 2] - force.timeNanos()[sample - 2]) / 1e9;
                        int nearest = first(rate, new Label(force.timeNanos()[sample], Long.MAX_VALUE, ""));
                        double[] f = {force.x()[sample], force.y()[sample], force.z()[sample]};
                        double[] w = {rate.x()[nearest], rate.y()[nearest], rate.z()[nearest]};
                        double[] change = {
                            (force.x()[sample + 2] - force.x()[sample - 2]) / seconds,
                            (force.y()[sample + 2] - force.y()[sample - 2]) / seconds,
                            (force.z()[sample + 2] - force.z()[sample - 2]) / seconds
                        };
                        double[] turn = cross(f, w);
                        for (int axis = 0; axis < 3; axis++) {
                            product += change[axis] * turn[axis];
                            changeSquares += change[axis] * change[axis];
                            turnSquares += turn[axis] * turn[axis];
                        }
                    }
                }
            }
            assertThat(product / Math.sqrt(changeSquares * turnSquares)).isGreaterThan(0.4);
        }
    }

    @ParameterizedTest
    @CsvSource({"teeth, 3, 5", "dribbling, 1.2, 2.2", "clapping, 2, 3", "writing, 2, 5", "typing, 3, 8"})
    void strongestFrequencyLiesWithinTheRangeOfTheActivity(String name, double lowHertz, double highHertz) {
        int stretches = 0;
        double least = Double.POSITIVE_INFINITY;
        double most = 0;
        for (Epoch epoch : EPOCHS) {
            for (Label label : epoch.labels()) {
                if (label.name().equals(name)) {
                    double hertz = strongestHertz(epoch.angularVelocity(), label);
                    assertThat(hertz).as("%s", label).isBetween(lowHertz - 0.2, highHertz + 0.2);
                    least = Math.min(least, hertz);
                    most = Math.max(most, hertz);
                    stretches++;
                }
            }
        }
        assertThat(stretches).isGreaterThan(20);
        assertThat(most - least).isGreaterThan((highHertz - lowHertz) / 6);
    }

    @ParameterizedTest
    @CsvSource({
        "catch, 7.53, 3.94",
        "clapping, 7.94, 2.26",
        "dribbling, 9.60, 4.99",
        "folding, 6.89, 3.03",
        "none, 2.38, 0.83",
        "teeth, 3.66, 1.17",
        "typing, 1.51, 0.35",
        "writing, 1.50, 0.53"
    })
    void movementsAreAsStrongAsStated(String name, double acceleration, double angularVelocity) {
        double[] sums = new double[2];
        int stretches = 0;
        for (Epoch epoch : EPOCHS) {
            for (Label label : epoch.labels()) {
                if (label.name().equals(name)) {
                    sums[0] += deviation(epoch.acceleration(), withoutEnds(label));
                    sums[1] += deviation(epoch.angularVelocity(), withoutEnds(label));
                    stretches++;
                }
            }
        }
        assertThat(sums[0] / stretches).isCloseTo(acceleration, withinPercentage(5));
        assertThat(sums[1] / stretches).isCloseTo(angularVelocity, withinPercentage(5));
    }

    @Test
    void seedsAreDifferentWearers() {
        TreeSet<Double> sizes = new TreeSet<>();
        int left = 0;
        for (int seed = 0; seed < 40; seed++) {
            WristWearer wearer = new WristWearer(new SplittableRandom(seed));
            sizes.add(wearer.vigour());
            left += wearer.left() ? 1 : 0;
        }
        assertThat(sizes).hasSize(40);
        assertThat(sizes.last() - sizes.first()).isGreaterThan(0.4);
        assertThat(left).isBetween(10, 30);
    }

    @Test
    void watchOnTheRightWristMovesAsTheMirrorImage() {
        WristWearer leftWearer = wearer(true);
        WristWearer rightWearer = wearer(false);
        double[] left = new double[WristPath.COORDINATES];
        double[] right = new double[WristPath.COORDINATES];
        int[] activities = {RESTING};
        double[] changes = {0, 10};
        new WristPath(leftWearer, activities, changes, new SplittableRandom(1)).coordinates(5, left);
        new WristPath(rightWearer, activities, changes, new SplittableRandom(1)).coordinates(5, right);
        assertThat(Math.signum(left[WristPath.ROLL])).isNegative();
        assertThat(Math.signum(right[WristPath.ROLL])).isPositive();
        double[] towardsHand = {1, 0, 0};
        leftWearer.turnToWatch(towardsHand);
        assertThat(towardsHand[0]).isPositive();
        towardsHand = new double[] {1, 0, 0};
        rightWearer.turnToWatch(towardsHand);
        assertThat(towardsHand[0]).isNegative();
    }

    private static WristWearer wearer(boolean left) {
        for (int seed = 0; ; seed++) {
            WristWearer wearer = new WristWearer(new SplittableRandom(seed));
            if (wearer.left() == left) {
                return wearer;
            }
        }
    }

    /** Frequency of most power between 0.5 and 9.75 Hz, all axes together, on a grid of 0.05 Hz. */
    private static double strongestHertz(MotionBatch batch, Label label) {
        int from = first(batch, withoutEnds(label));
        int to = last(batch, withoutEnds(label));
        double strongest = 0;
        double hertzOfStrongest = 0;
        for (int step = 10; step <= 195; step++) {
            double power = 0;
            for (float[] values : List.of(batch.x(), batch.y(), batch.z())) {
                double mean = 0;
                for (int sample = from; sample < to; sample++) {
                    mean += values[sample] / (to - from);
                }
                double real = 0;
                double imaginary = 0;
                for (int sample = from; sample < to; sample++) {
                    double angle =
                            2 * Math.PI * 0.05 * step * (batch.timeNanos()[sample] - batch.timeNanos()[from]) / 1e9;
                    double window = 1 - Math.cos(2 * Math.PI * (sample - from + 0.5) / (to - from));
                    real += window * (values[sample] - mean) * Math.cos(angle);
                    imaginary += window * (values[sample] - mean) * Math.sin(angle);
                }
                power += real * real + imaginary * imaginary;
            }
            if (power > strongest) {
                strongest = power;
                hertzOfStrongest = 0.05 * step;
            }
        }
        return hertzOfStrongest;
    }

    /** The stretch without the half seconds in which activities are blended. */
    private static Label withoutEnds(Label label) {
        return new Label(label.fromNanos() + 500_000_000, label.toNanos() - 500_000_000, label.name());
    }

    private static int first(MotionBatch batch, Label label) {
        int place = Arrays.binarySearch(batch.timeNanos(), 0, batch.size(), label.fromNanos());
        return Math.min(place < 0 ? -place - 1 : place, batch.size() - 1);
    }

    private static int last(MotionBatch batch, Label label) {
        return first(batch, new Label(label.toNanos(), label.toNanos(), ""));
    }

    /** Standard deviation of a sensor's vector. */
    private static double deviation(MotionBatch batch, Label label) {
        int from = first(batch, label);
        int samples = last(batch, label) - from;
        double variance = 0;
        for (float[] values : List.of(batch.x(), batch.y(), batch.z())) {
            double sum = 0;
            double squares = 0;
            for (int sample = from; sample < from + samples; sample++) {
                sum += values[sample];
                squares += values[sample] * values[sample];
            }
            variance += squares / samples - sum / samples * sum / samples;
        }
        return Math.sqrt(variance);
    }

    private static double square(MotionBatch batch, int sample) {
        return batch.x()[sample] * batch.x()[sample]
                + batch.y()[sample] * batch.y()[sample]
                + batch.z()[sample] * batch.z()[sample];
    }

    private static int hash(MotionRecording recording) {
        int hash = recording.epochs().get(0).labels().hashCode();
        Epoch epoch = recording.epochs().get(0);
        for (MotionBatch batch : List.of(epoch.acceleration(), epoch.angularVelocity())) {
            hash = 31 * hash + Arrays.hashCode(Arrays.copyOf(batch.timeNanos(), batch.size()));
            hash = 31 * hash + Arrays.hashCode(Arrays.copyOf(batch.x(), batch.size()));
            hash = 31 * hash + Arrays.hashCode(Arrays.copyOf(batch.y(), batch.size()));
            hash = 31 * hash + Arrays.hashCode(Arrays.copyOf(batch.z(), batch.size()));
        }
        return hash;
    }

    /** Rz(yaw) Ry(-elevation) Rx(roll), from three turns about one axis each. */
    private static double[][] orientation(double[] coordinates) {
        double[][] yaw = rotation(new double[] {0, 0, coordinates[WristPath.YAW]}, 1);
        double[][] elevation = rotation(new double[] {0, -coordinates[WristPath.ELEVATION], 0}, 1);
        double[][] roll = rotation(new double[] {coordinates[WristPath.ROLL], 0, 0}, 1);
        return product(product(yaw, elevation), roll);
    }

    private static double[] wrist(double[] coordinates) {
        double[][] orientation = orientation(coordinates);
        double[] place = new double[3];
        for (int axis = 0; axis < 3; axis++) {
            place[axis] = coordinates[WristPath.ELBOW + axis] + 0.25 * orientation[axis][0];
        }
        return place;
    }

    private static double[] wristSpeed(WristPath path, double seconds) {
        double step = 1e-4;
        double[] coordinates = new double[WristPath.COORDINATES];
        path.coordinates(seconds - step, coordinates);
        double[] before = wrist(coordinates);
        path.coordinates(seconds + step, coordinates);
        double[] after = wrist(coordinates);
        double[] speed = new double[3];
        for (int axis = 0; axis < 3; axis++) {
            speed[axis] = (after[axis] - before[axis]) / (2 * step);
        }
        return speed;
    }

    /** Rodrigues' formula. */
    private static double[][] rotation(double[] velocity, double seconds) {
        double speed = Math.sqrt(dot(velocity, velocity));
        double angle = speed * seconds;
        double[][] rotation = new double[3][3];
        double sin = Math.sin(angle);
        double cos = Math.cos(angle);
        double[] axis = new double[3];
        for (int index = 0; index < 3; index++) {
            axis[index] = speed == 0 ? 0 : velocity[index] / speed;
        }
        for (int row = 0; row < 3; row++) {
            for (int column = 0; column < 3; column++) {
                rotation[row][column] = (row == column ? cos : 0) + (1 - cos) * axis[row] * axis[column];
            }
            rotation[row][(row + 1) % 3] -= sin * axis[(row + 2) % 3];
            rotation[row][(row + 2) % 3] += sin * axis[(row + 1) % 3];
        }
        return rotation;
    }

    private static double[][] product(double[][] left, double[][] right) {
        double[][] product = new double[3][3];
        for (int row = 0; row < 3; row++) {
            for (int column = 0; column < 3; column++) {
                for (int index = 0; index < 3; index++) {
                    product[row][column] += left[row][index] * right[index][column];
                }
            }
        }
        return product;
    }

    /** Size of the rotation between two orientations, for small ones. */
    private static double angle(double[][] left, double[][] right) {
        double squares = 0;
        for (int row = 0; row < 3; row++) {
            squares += Math.pow(distance(left[row], right[row]), 2);
        }
        return Math.sqrt(squares / 2);
    }

    private static double distance(double[] left, double[] right) {
        double squares = 0;
        for (int axis = 0; axis < 3; axis++) {
            squares += Math.pow(left[axis] - right[axis], 2);
        }
        return Math.sqrt(squares);
    }

    private static double dot(double[] left, double[] right) {
        return left[0] * right[0] + left[1] * right[1] + left[2] * right[2];
    }

    private static double[] cross(double[] left, double[] right) {
        return new double[] {
            left[1] * right[2] - left[2] * right[1],
            left[2] * right[0] - left[0] * right[2],
            left[0] * right[1] - left[1] * right[0]
        };
    }
}
