package io.fluxon.signals.motion;

import java.util.Map;

/**
 * Takes the wearer out of joint motion samples, causally: parts acceleration into gravity, which tells how the wrist is
 * held, and linear acceleration, and slowly adapts one gain per sensor to how vigorously this wearer moves.
 *
 * <p>With a(n) the acceleration and w(n) the angular velocity of the n-th sample of a segment, n from 1, and the rate alpha =
 * 1 - exp(-period / gravity time):
 *
 * <pre>
 *   g(n) = g(n - 1) + max(1 / n, alpha) (a(n) - g(n - 1))       gravity: the mean at first, then a low-pass
 *   gravity channels   g(n) / 9.80665 m/s^2
 *   r_s = u_s / (1 + k_s)                                       u_1 = (a - g) / 1 m/s^2, u_2 = w / 1 rad/s
 *   k_s := max(0, k_s + eta (|r_s|^2 / 3 - 1))                  adaptive gain control, after the channels are out
 *   channels of sensor s   asinh(r_s / c_s) per axis, asinh(|r_s| / c_s)       c_1 = 1, c_2 = 0.5
 * </pre>
 *
 * The gains k are those of Duong et al.'s adaptive whitening with one fixed direction group per sensor; they live as long
 * as the state and start at 0; eta = 0 switches them off. asinh compresses the strong movements; the lengths do
 * not depend on how the watch is worn. Gravity starts anew with
 * every segment.
 *
 * <p>Immutable; the memory of a wearer is a {@link NormalizerState}.
 */
public final class MotionNormalizer {

    /**
     * Values per normalized sample: gravity x, y, z, linear acceleration x, y, z, angular velocity x, y, z, lengths of linear
     * acceleration and of angular velocity.
     */
    public static final int CHANNELS = 11;

    private static final float STANDARD_GRAVITY = 9.80665f;
    private static final String GRAVITY_SECONDS = "gravity_seconds";
    private static final String GAIN_RATE = "gain_rate";
    private static final float[] COMPRESSION = {1, 0.5f};

    private final double gravitySeconds;
    private final double gainRate;
    private final float gravityRate;

    /**
     * @param periodNanos distance of the samples
     * @param gravitySeconds time constant of the estimate of gravity
     * @param gainRate eta, per sample
     */
    public MotionNormalizer(long periodNanos, double gravitySeconds, double gainRate) {
        if (periodNanos < 1 || !(gravitySeconds > 0 && gravitySeconds < 1e6) || !(gainRate >= 0 && gainRate < 1)) {
            throw new IllegalArgumentException("period " + periodNanos + " ns, " + GRAVITY_SECONDS + " "
                    + gravitySeconds + ", " + GAIN_RATE + " " + gainRate);
        }
        this.gravitySeconds = gravitySeconds;
        this.gainRate = gainRate;
        this.gravityRate = (float) -StrictMath.expm1(-periodNanos / (1e9 * gravitySeconds));
    }

    /**
     * The normalizer that a model's metadata asks for.
     *
     * @throws IllegalArgumentException if a parameter is missing or out of range
     */
    public static MotionNormalizer of(Map<String, String> metadata, long periodNanos) {
        return new MotionNormalizer(periodNanos, number(metadata, GRAVITY_SECONDS), number(metadata, GAIN_RATE));
    }

    /** The parameters as a model's metadata keeps them. */
    public Map<String, String> metadata() {
        return Map.of(GRAVITY_SECONDS, Double.toString(gravitySeconds), GAIN_RATE, Double.toString(gainRate));
    }

    public NormalizerState newState() {
        return new NormalizerState();
    }

    /**
     * Normalizes the next sample. Allocates nothing.
     *
     * @param newSegment whether this sample begins a segment
     * @param sample acceleration x, y, z, angular velocity x, y, z
     * @param normalized receives {@link #CHANNELS} values
     */
    public void normalize(NormalizerState state, boolean newSegment, float[] sample, float[] normalized) {
        if (newSegment) {
            state.samplesOfSegment = 0;
        }
        state.samplesOfSegment++;
        float rate = Math.max(1f / state.samplesOfSegment, gravityRate);
        for (int axis = 0; axis < 3; axis++) {
            state.gravity[axis] += rate * (sample[axis] - state.gravity[axis]);
            normalized[axis] = state.gravity[axis] / STANDARD_GRAVITY;
            normalized[3 + axis] = sample[axis] - state.gravity[axis];
            normalized[6 + axis] = sample[3 + axis];
        }
        for (int sensor = 0; sensor < 2; sensor++) {
            float squares = 0;
            float attenuation = 1 / (1 + state.gains[sensor]);
            for (int channel = 3 + 3 * sensor; channel < 6 + 3 * sensor; channel++) {
                float scaled = normalized[channel] * attenuation;
                squares += scaled * scaled;
                normalized[channel] = asinh(scaled / COMPRESSION[sensor]);
            }
            normalized[9 + sensor] = asinh((float) Math.sqrt(squares) / COMPRESSION[sensor]);
            state.gains[sensor] = Math.max(0, state.gains[sensor] + (float) gainRate * (squares / 3 - 1));
        }
    }

    /** ln(x + sqrt(x^2 + 1)), odd. */
    private static float asinh(float x) {
        double magnitude = Math.abs((double) x);
        return (float) Math.copySign(StrictMath.log(magnitude + Math.sqrt(magnitude * magnitude + 1)), x);
    }

    private static double number(Map<String, String> metadata, String key) {
        String text = metadata.getOrDefault(key, "");
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("metadata: " + key + " is '" + text + "', must be a number", e);
        }
    }
}
