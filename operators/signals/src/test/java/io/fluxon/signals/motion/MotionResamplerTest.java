package io.fluxon.signals.motion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fluxon.signals.motion.MotionResampler.Stream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MotionResamplerTest {

    private static final long PERIOD = 50_000_000;
    private static final long GAP = 500_000_000;
    private static final int AHEAD = 100;
    private static final long START = 83_506_777_357_134L;

    private final MotionResampler resampler = new MotionResampler(PERIOD, GAP, AHEAD);

    private record Sample(long timeNanos, float x, float y, float z) {}

    private record Joint(long timeNanos, boolean newSegment, List<Float> values) {}

    /** The definition read literally, over whole sequences. */
    private static List<Joint> bySearch(List<Sample> first, List<Sample> second) {
        List<Joint> joints = new ArrayList<>();
        long from = Math.min(first.get(0).timeNanos, second.get(0).timeNanos) / PERIOD - 1;
        long to = Math.max(first.get(first.size() - 1).timeNanos, second.get(second.size() - 1).timeNanos) / PERIOD + 1;
        boolean previous = false;
        for (long k = from; k <= to; k++) {
            List<Float> values = new ArrayList<>();
            for (List<Sample> stream : List.of(first, second)) {
                for (int i = 1; i < stream.size(); i++) {
                    Sample a = stream.get(i - 1);
                    Sample b = stream.get(i);
                    if (a.timeNanos <= k * PERIOD && k * PERIOD <= b.timeNanos && b.timeNanos - a.timeNanos <= GAP) {
                        double f = (k * PERIOD - a.timeNanos) / (double) (b.timeNanos - a.timeNanos);
                        values.add((float) (a.x * (1 - f) + b.x * f));
                        values.add((float) (a.y * (1 - f) + b.y * f));
                        values.add((float) (a.z * (1 - f) + b.z * f));
                        break;
                    }
                }
            }
            boolean covered = values.size() == 6;
            if (covered) {
                joints.add(new Joint(k * PERIOD, !previous, values));
            }
            previous = covered;
        }
        return joints;
    }

    /** Jittered, shifted and full of gaps, some samples right on the grid. */
    private static List<Sample> roughStream(Random random, long shiftNanos) {
        List<Sample> samples = new ArrayList<>();
        long t = START / PERIOD * PERIOD + shiftNanos;
        for (int i = 0; i < 400; i++) {
            samples.add(new Sample(t, random.nextFloat() * 20, random.nextFloat() - 0.5f, random.nextFloat()));
            int kind = random.nextInt(40);
            if (kind == 0) {
                t += GAP + 1 + random.nextInt(2_000_000_000);
            } else if (kind == 1) {
                t += GAP;
            } else if (kind < 6) {
                t = (t / PERIOD + 1 + random.nextInt(3)) * PERIOD;
            } else {
                t += 1 + random.nextInt(99_000_000);
            }
        }
        return samples;
    }

    private static final class Collected implements MotionResampler.Sink {

        final List<Joint> joints = new ArrayList<>();

        @Override
        public void accept(long timeNanos, boolean newSegment, float[] sample) {
            List<Float> values = new ArrayList<>();
            for (float value : sample) {
                values.add(value);
            }
            joints.add(new Joint(timeNanos, newSegment, values));
        }
    }

    private void feed(ResamplerState state, Stream stream, Sample sample, Collected out) {
        resampler.accept(state, stream, sample.timeNanos, sample.x, sample.y, sample.z, new float[6], out);
    }

    /** In order of time, each sample delayed by up to {@code jitterNanos} of its stream's own. */
    private List<Joint> resample(List<Sample> first, List<Sample> second, Random random, long jitterNanos) {
        ResamplerState state = resampler.newState();
        Collected out = new Collected();
        int i = 0;
        int j = 0;
        while (i < first.size() || j < second.size()) {
            long lead = jitterNanos == 0 ? 0 : random.nextLong(2 * jitterNanos) - jitterNanos;
            boolean takeFirst = j == second.size()
                    || (i < first.size() && first.get(i).timeNanos + lead <= second.get(j).timeNanos);
            if (takeFirst) {
                feed(state, Stream.ACCELERATION, first.get(i++), out);
            } else {
                feed(state, Stream.ANGULAR_VELOCITY, second.get(j++), out);
            }
        }
        return out.joints;
    }

    private static void assertSame(List<Joint> actual, List<Joint> expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertThat(actual.get(i).timeNanos).isEqualTo(expected.get(i).timeNanos);
            assertThat(actual.get(i).newSegment).as("segment at %d", i).isEqualTo(expected.get(i).newSegment);
            for (int c = 0; c < 6; c++) {
                assertThat(actual.get(i).values.get(c))
                        .isCloseTo(expected.get(i).values.get(c), within(1e-5f));
            }
        }
    }

    @Test
    void roughStreamsGiveWhatTheDefinitionSays() {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            List<Sample> first = roughStream(random, 0);
            List<Sample> second = roughStream(random, random.nextInt(100_000_000));
            assertSame(resample(first, second, random, 0), bySearch(first, second));
        }
    }

    @Test
    void theTurnsOfTheStreamsChangeNoBit() {
        Random random = new Random(5);
        List<Sample> first = roughStream(random, 0);
        List<Sample> second = roughStream(random, 31_000_000);
        List<Joint> inOrder = resample(first, second, random, 0);
        for (int i = 0; i < 20; i++) {
            assertThat(resample(first, second, random, 2_000_000_000)).isEqualTo(inOrder);
        }
    }

    @Test
    void sinusoidsOfShiftedClocksKeepTheirPhase() {
        // Linear interpolation of sin(w t) is off by at most (w h)^2 / 8 for samples h apart.
        double omega = 2 * Math.PI * 1.5;
        List<Sample> first = new ArrayList<>();
        List<Sample> second = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            long a = START + i * 10_000_000L;
            long b = START + 3_700_000 + i * 10_300_000L;
            first.add(sine(a, omega));
            second.add(sine(b, omega));
        }
        List<Joint> joints = resample(first, second, new Random(1), 0);
        double bound = Math.pow(omega * 0.0103, 2) / 8 + 1e-6;
        assertThat(joints).hasSize(100);
        for (Joint joint : joints) {
            Sample exact = sine(joint.timeNanos, omega);
            for (int sensor = 0; sensor < 2; sensor++) {
                assertThat((double) joint.values.get(3 * sensor)).isCloseTo(exact.x, within(bound));
                assertThat((double) joint.values.get(3 * sensor + 1)).isCloseTo(exact.y, within(bound));
            }
        }
        assertThat(joints.stream().filter(Joint::newSegment)).hasSize(1);
    }

    private static Sample sine(long nanos, double omega) {
        double seconds = (nanos - START) / 1e9;
        return new Sample(nanos, (float) Math.sin(omega * seconds), (float) Math.cos(omega * seconds), 1);
    }

    @Test
    void theGridDoesNotDependOnWhereAStreamBegins() {
        Random random = new Random(9);
        List<Sample> first = roughStream(random, 0);
        List<Sample> second = roughStream(random, 5);
        List<Joint> whole = resample(first, second, random, 0);
        List<Joint> late = resample(first.subList(100, 400), second.subList(90, 400), random, 0);
        assertThat(whole).containsSubsequence(late.subList(1, late.size()));
    }

    @Test
    void aSampleRightOnTheGridNeedsOnlyOneNeighbour() {
        ResamplerState state = resampler.newState();
        Collected out = new Collected();
        for (Stream stream : Stream.values()) {
            feed(state, stream, new Sample(PERIOD, 1, 2, 3), out);
            feed(state, stream, new Sample(PERIOD + 1, 2, 3, 4), out);
            feed(state, stream, new Sample(100 * PERIOD, 9, 9, 9), out);
        }
        assertThat(out.joints).containsExactly(new Joint(PERIOD, true, List.of(1f, 2f, 3f, 1f, 2f, 3f)));
    }

    @Test
    void repeatedAndLateSamplesAreDroppedAndCounted() {
        ResamplerState state = resampler.newState();
        Collected out = new Collected();
        for (Stream stream : Stream.values()) {
            feed(state, stream, new Sample(10, 1, 1, 1), out);
            feed(state, stream, new Sample(10, 7, 7, 7), out);
            feed(state, stream, new Sample(9, 7, 7, 7), out);
            feed(state, stream, new Sample(2 * PERIOD - 10, 1, 1, 1), out);
        }
        assertThat(state.dropped()).isEqualTo(4);
        assertThat(out.joints).containsExactly(new Joint(PERIOD, true, List.of(1f, 1f, 1f, 1f, 1f, 1f)));
    }

    @Test
    void aStreamMayRunAheadUpToTheBoundAndLosesItsOldestBeyond() {
        for (int ahead : new int[] {AHEAD, AHEAD + 7}) {
            ResamplerState state = resampler.newState();
            Collected out = new Collected();
            // Covers the grid times 1 to ahead.
            for (int i = 0; i <= ahead; i++) {
                feed(state, Stream.ACCELERATION, new Sample(i * PERIOD + 1, i, 0, 0), out);
            }
            assertThat(out.joints).isEmpty();
            for (int i = 0; i <= ahead; i++) {
                feed(state, Stream.ANGULAR_VELOCITY, new Sample(i * PERIOD + 1, i, 0, 0), out);
            }
            assertThat(out.joints).hasSize(AHEAD);
            assertThat(out.joints.get(0).timeNanos).isEqualTo((ahead - AHEAD + 1) * PERIOD);
        }
    }

    @Test
    void aPauseOfADayDoesNotCountAsRunningAhead() {
        ResamplerState state = resampler.newState();
        Collected out = new Collected();
        long day = 86_400_000_000_000L;
        for (Stream stream : Stream.values()) {
            for (long base : new long[] {0, day}) {
                for (int i = 0; i < 40; i++) {
                    feed(state, stream, new Sample(base + i * PERIOD + 1, i, 0, 0), out);
                }
            }
        }
        assertThat(out.joints).hasSize(78);
        assertThat(out.joints.stream().filter(Joint::newSegment).map(Joint::timeNanos))
                .containsExactly(PERIOD, day + PERIOD);
    }

    @Test
    void afterTheEndOfAStreamNothingWaitsForIt() {
        ResamplerState state = resampler.newState();
        Collected out = new Collected();
        feed(state, Stream.ACCELERATION, new Sample(1, 0, 0, 0), out);
        feed(state, Stream.ACCELERATION, new Sample(3 * PERIOD, 0, 0, 0), out);
        assertThat(state.sides[0].waiting).isEqualTo(3);
        resampler.end(state, Stream.ANGULAR_VELOCITY);
        assertThat(state.sides[0].waiting).isZero();
        feed(state, Stream.ANGULAR_VELOCITY, new Sample(4 * PERIOD, 0, 0, 0), out);
        feed(state, Stream.ACCELERATION, new Sample(5 * PERIOD, 0, 0, 0), out);
        assertThat(state.dropped()).isEqualTo(1);
        assertThat(state.sides[0].waiting).isZero();
        assertThat(out.joints).isEmpty();
    }

    @Test
    void aCheckpointBetweenAnyTwoSamplesChangesNoBit() throws IOException {
        Random random = new Random(3);
        List<Sample> first = roughStream(random, 0);
        List<Sample> second = roughStream(random, 20_000_000);
        Collected whole = new Collected();
        Collected cut = new Collected();
        ResamplerState wholeState = resampler.newState();
        ResamplerState cutState = resampler.newState();
        for (int i = 0; i < first.size(); i++) {
            for (Stream stream : Stream.values()) {
                Sample sample = (stream == Stream.ACCELERATION ? first : second).get(i);
                feed(wholeState, stream, sample, whole);
                ResamplerState restored = ResamplerState.readFrom(input(bytesOf(cutState)));
                assertThat(restored).isEqualTo(cutState).hasSameHashCodeAs(cutState);
                assertThat(cutState.copy()).isEqualTo(cutState);
                cutState = restored;
                feed(cutState, stream, sample, cut);
                assertThat(cutState).isEqualTo(wholeState);
            }
        }
        assertThat(cut.joints).isNotEmpty().isEqualTo(whole.joints);
    }

    private ResamplerState busyState() {
        ResamplerState state = resampler.newState();
        Collected out = new Collected();
        for (int i = 0; i < 5; i++) {
            feed(state, Stream.ACCELERATION, new Sample(i * PERIOD + 5, i, -i, 0.5f * i), out);
        }
        feed(state, Stream.ANGULAR_VELOCITY, new Sample(PERIOD + 3, 0.25f, 0.5f, 1), out);
        feed(state, Stream.ANGULAR_VELOCITY, new Sample(2 * PERIOD + 3, 0.5f, 0.5f, 1), out);
        feed(state, Stream.ANGULAR_VELOCITY, new Sample(2 * PERIOD + 3, 0.5f, 0.5f, 1), out);
        return state;
    }

    @Test
    void theBytesOfVersion1StillRestore() throws IOException {
        byte[] stored;
        try (InputStream in = getClass().getResourceAsStream("resampler-state-v1.bin")) {
            stored = in.readAllBytes();
        }
        assertThat(ResamplerState.readFrom(input(stored))).isEqualTo(busyState());
        assertThat(bytesOf(busyState())).isEqualTo(stored);
    }

    @Test
    void brokenBytesAreRefused() throws IOException {
        byte[] bytes = bytesOf(busyState());
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> ResamplerState.readFrom(input(cut))).isInstanceOf(EOFException.class);
        }
        byte[] other = bytes.clone();
        other[0] = 2;
        assertThatThrownBy(() -> ResamplerState.readFrom(input(other)))
                .isInstanceOf(IOException.class)
                .hasMessage("resampler state of version 2, this release reads 1");
    }

    private static byte[] bytesOf(ResamplerState state) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        state.writeTo(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private static DataInputStream input(byte[] bytes) {
        return new DataInputStream(new ByteArrayInputStream(bytes));
    }
}
