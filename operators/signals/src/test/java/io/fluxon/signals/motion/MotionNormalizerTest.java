package io.fluxon.signals.motion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MotionNormalizerTest {

    private static final long PERIOD = 50_000_000;
    private static final double GRAVITY_SECONDS = 2;

    private final MotionNormalizer plain = new MotionNormalizer(PERIOD, GRAVITY_SECONDS, 0);
    private final float[] out = new float[MotionNormalizer.CHANNELS];

    @Test
    void aWristAtRestShowsHowItIsHeldAndNothingElse() {
        NormalizerState state = plain.newState();
        for (int n = 0; n < 100; n++) {
            plain.normalize(state, n == 0, new float[] {0, 9.80665f, 0, 0, 0, 0}, out);
            assertThat(out).containsExactly(0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0);
        }
    }

    @Test
    void gravityIsTheMeanAtFirst() {
        NormalizerState state = plain.newState();
        double sum = 0;
        for (int n = 1; n <= 20; n++) {
            float x = n * n % 7;
            sum += x;
            plain.normalize(state, n == 1, new float[] {x, 0, 0, 0, 0, 0}, out);
            assertThat((double) out[0]).isCloseTo(sum / n / 9.80665, within(1e-6));
            assertThat((double) out[3]).isCloseTo(asinh(x - sum / n), within(1e-5));
        }
    }

    @Test
    void afterAStepGravityFollowsExponentially() {
        NormalizerState state = plain.newState();
        int before = 400;
        for (int n = 0; n < before; n++) {
            plain.normalize(state, n == 0, new float[] {0, 0, 0, 0, 0, 0}, out);
        }
        for (int n = 1; n <= 200; n++) {
            plain.normalize(state, false, new float[] {1, 0, 0, 0, 0, 0}, out);
            double expected = 1 - Math.exp(-n * PERIOD / (1e9 * GRAVITY_SECONDS));
            assertThat((double) state.gravity[0]).isCloseTo(expected, within(1e-5));
        }
    }

    @Test
    void angularVelocityIsCompressedByAsinhOfTwiceItsValue() {
        NormalizerState state = plain.newState();
        for (float w : new float[] {0, 0.1f, -0.1f, 2, -30}) {
            plain.normalize(state, false, new float[] {0, 0, 0, w, 0, -w}, out);
            assertThat((double) out[6]).isCloseTo(asinh(w / 0.5), within(1e-6));
            assertThat(out[8]).isEqualTo(-out[6]);
            assertThat((double) out[10]).isCloseTo(asinh(Math.abs(w) * Math.sqrt(2) / 0.5), within(1e-6));
        }
    }

    @Test
    void theGainBringsALastingMovementToUnitPowerAndNeverAmplifies() {
        MotionNormalizer adaptive = new MotionNormalizer(PERIOD, GRAVITY_SECONDS, 0.005);
        NormalizerState strong = adaptive.newState();
        NormalizerState weak = adaptive.newState();
        for (int n = 0; n < 20_000; n++) {
            float w = n % 2 == 0 ? 8 : -8;
            adaptive.normalize(strong, n == 0, new float[] {0, 0, 0, w, w, w}, out);
            adaptive.normalize(weak, n == 0, new float[] {0, 0, 0, 0.1f, 0, 0}, out);
        }
        // |r|^2 / 3 = (8 / (1 + k))^2 = 1 for k = 7.
        assertThat((double) strong.gains[1]).isCloseTo(7, within(1e-3));
        assertThat(weak.gains[1]).isZero();
        assertThat((double) out[6]).isCloseTo(asinh(0.2), within(1e-6));
        adaptive.normalize(strong, true, new float[] {0, 0, 0, 8, 8, 8}, out);
        assertThat((double) out[6]).as("a new segment keeps the gain").isCloseTo(asinh(2), within(1e-3));
    }

    @Test
    void aNewSegmentForgetsGravity() {
        NormalizerState state = plain.newState();
        plain.normalize(state, true, new float[] {9, 9, 9, 0, 0, 0}, out);
        plain.normalize(state, true, new float[] {0, 0, 9.80665f, 0, 0, 0}, out);
        assertThat(out).containsExactly(0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    @Test
    void aCheckpointBetweenAnyTwoSamplesChangesNoBit() throws IOException {
        MotionNormalizer adaptive = new MotionNormalizer(PERIOD, GRAVITY_SECONDS, 0.005);
        Random random = new Random(1);
        NormalizerState whole = adaptive.newState();
        NormalizerState cut = adaptive.newState();
        float[] cutOut = new float[MotionNormalizer.CHANNELS];
        for (int n = 0; n < 300; n++) {
            float[] sample = new float[6];
            for (int i = 0; i < 6; i++) {
                sample[i] = random.nextFloat() * 20 - 10;
            }
            boolean newSegment = random.nextInt(50) == 0;
            NormalizerState restored = NormalizerState.readFrom(input(bytesOf(cut)));
            assertThat(restored).isEqualTo(cut).hasSameHashCodeAs(cut);
            assertThat(cut.copy()).isEqualTo(cut);
            cut = restored;
            adaptive.normalize(whole, newSegment, sample, out);
            adaptive.normalize(cut, newSegment, sample, cutOut);
            assertThat(cutOut).containsExactly(out);
        }
    }

    private static NormalizerState busyState() {
        MotionNormalizer adaptive = new MotionNormalizer(PERIOD, GRAVITY_SECONDS, 0.25);
        NormalizerState state = adaptive.newState();
        float[] normalized = new float[MotionNormalizer.CHANNELS];
        adaptive.normalize(state, true, new float[] {1, 2, 3, 4, 5, 6}, normalized);
        adaptive.normalize(state, false, new float[] {3, -2, 8, 4, 5, 6}, normalized);
        return state;
    }

    @Test
    void theBytesOfVersion1StillRestore() throws IOException {
        byte[] stored;
        try (InputStream in = getClass().getResourceAsStream("normalizer-state-v1.bin")) {
            stored = in.readAllBytes();
        }
        assertThat(NormalizerState.readFrom(input(stored))).isEqualTo(busyState());
        assertThat(bytesOf(busyState())).isEqualTo(stored);
    }

    @Test
    void brokenBytesAreRefused() throws IOException {
        byte[] bytes = bytesOf(busyState());
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> NormalizerState.readFrom(input(cut))).isInstanceOf(EOFException.class);
        }
        bytes[0] = 2;
        assertThatThrownBy(() -> NormalizerState.readFrom(input(bytes)))
                .isInstanceOf(IOException.class)
                .hasMessage("normalizer state of version 2, this release reads 1");
    }

    @Test
    void theParametersTravelInMetadataAndBadOnesAreRefused() {
        MotionNormalizer adaptive = new MotionNormalizer(PERIOD, 3, 0.01);
        assertThat(MotionNormalizer.of(adaptive.metadata(), PERIOD).metadata()).isEqualTo(adaptive.metadata());
        assertThatThrownBy(() -> MotionNormalizer.of(Map.of("gravity_seconds", "x"), PERIOD))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("metadata: gravity_seconds is 'x', must be a number");
        assertThatThrownBy(() -> MotionNormalizer.of(Map.of("gravity_seconds", "2", "gain_rate", "NaN"), PERIOD))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("gain_rate NaN");
    }

    private static double asinh(double x) {
        return Math.signum(x) * Math.log(Math.abs(x) + Math.sqrt(x * x + 1));
    }

    private static byte[] bytesOf(NormalizerState state) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        state.writeTo(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private static DataInputStream input(byte[] bytes) {
        return new DataInputStream(new ByteArrayInputStream(bytes));
    }
}
