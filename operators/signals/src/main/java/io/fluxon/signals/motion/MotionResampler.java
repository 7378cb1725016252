package io.fluxon.signals.motion;

/**
 * Joins the two sensors of a wearable device in event time and resamples them to one fixed grid by linear interpolation.
 *
 * <p>Definition. The grid is the times k * period of the device's clock, k whole. A stream covers grid time g if two of
 * its neighbouring samples enclose it, t<sub>i</sub> &lt;= g &lt;= t<sub>i+1</sub>, no further apart than the largest gap;
 * its value there is v<sub>i</sub> + (v<sub>i+1</sub> - v<sub>i</sub>) (g - t<sub>i</sub>) / (t<sub>i+1</sub> -
 * t<sub>i</sub>). A joint sample exists at every grid time that both streams cover, and nowhere else; where the grid time
 * before it has none, it begins a new segment. A sample no later than the one before it in its stream is dropped.
 *
 * <p>So the result is a function of the two sample sequences, whatever the order in which the streams take turns, and does
 * not depend on where a stream begins. It comes as soon as both streams have passed a grid time. To bound the memory, a
 * stream may be ahead of the other by {@link #maxAhead()} covered grid times; beyond, its oldest waiting values are given
 * up, as if the other stream had a gap there. Stretches that a stream does not cover do not count, so a pause of hours costs
 * nothing.
 *
 * <p>Immutable; the memory of a device is a {@link ResamplerState}.
 */
public final class MotionResampler {

    /** Values of a joint sample: acceleration x, y, z, then angular velocity x, y, z. */
    public static final int CHANNELS = 6;

    /** Largest gap that the shipped network bridges: the gaps of its training data are below 0.4 s. */
    public static final long LARGEST_GAP_NANOS = 500_000_000;

    private static final int AXES = ResamplerState.AXES;

    private final long periodNanos;
    private final long maxGapNanos;
    private final int maxAhead;

    /** The streams of a device. */
    public enum Stream {
        ACCELERATION,
        ANGULAR_VELOCITY
    }

    /** Takes in the joint samples in order of time. */
    public interface Sink {

        /**
         * @param timeNanos grid time
         * @param newSegment whether the grid time before this one has no sample
         * @param sample acceleration x, y, z, angular velocity x, y, z; valid during the call
         */
        void accept(long timeNanos, boolean newSegment, float[] sample);
    }

    /**
     * @param periodNanos distance of grid times
     * @param maxGapNanos largest distance of two samples between which a value is interpolated, at least one period
     * @param maxAhead covered grid times by which one stream may run ahead of the other, at least 1
     */
    public MotionResampler(long periodNanos, long maxGapNanos, int maxAhead) {
        if (periodNanos < 1 || maxGapNanos < periodNanos || maxAhead < 1) {
            throw new IllegalArgumentException(
                    "period " + periodNanos + " ns, gap " + maxGapNanos + " ns, " + maxAhead + " grid times ahead");
        }
        this.periodNanos = periodNanos;
        this.maxGapNanos = maxGapNanos;
        this.maxAhead = maxAhead;
    }

    public long periodNanos() {
        return periodNanos;
    }

    /** Covered grid times by which one stream may run ahead of the other. */
    public int maxAhead() {
        return maxAhead;
    }

    public ResamplerState newState() {
        return new ResamplerState();
    }

    /**
     * Takes in one sample; allocates only where the memory of waiting values has to grow.
     *
     * @param joint scratch memory of {@link #CHANNELS} values that the sink will see
     */
    public void accept(
            ResamplerState state, Stream stream, long timeNanos, float x, float y, float z, float[] joint, Sink sink) {
        ResamplerState.Side own = state.sides[stream.ordinal()];
        ResamplerState.Side other = state.sides[1 - stream.ordinal()];
        long floor = Math.floorDiv(timeNanos, periodNanos);
        boolean onGrid = floor * periodNanos == timeNanos;
        long passed = onGrid ? floor - 1 : floor;
        if ((own.started && timeNanos <= own.timeNanos) || own.passed == Long.MAX_VALUE) {
            state.dropped++;
            return;
        }
        if (own.started) {
            long gapNanos = timeNanos - own.timeNanos;
            // A negative gap is one beyond the range of long.
            if (gapNanos > 0 && gapNanos <= maxGapNanos) {
                double perNano = 1.0 / gapNanos;
                for (long k = own.passed + 1; k <= floor; k++) {
                    double fraction = (k * periodNanos - own.timeNanos) * perNano;
                    float atX = (float) (own.x + ((double) x - own.x) * fraction);
                    float atY = (float) (own.y + ((double) y - own.y) * fraction);
                    float atZ = (float) (own.z + ((double) z - own.z) * fraction);
                    own.passed = k;
                    cover(state, stream, k, atX, atY, atZ, joint, sink);
                }
                passed = floor;
            }
        }
        own.started = true;
        own.timeNanos = timeNanos;
        own.x = x;
        own.y = y;
        own.z = z;
        own.passed = passed;
        other.dropWaitingUntil(passed);
    }

    /** No sample of this stream follows, and one that does is dropped; what waits for it is given up. */
    public void end(ResamplerState state, Stream stream) {
        state.sides[stream.ordinal()].passed = Long.MAX_VALUE;
        state.sides[1 - stream.ordinal()].dropWaitingUntil(Long.MAX_VALUE);
    }

    private void cover(
            ResamplerState state, Stream stream, long k, float x, float y, float z, float[] joint, Sink sink) {
        ResamplerState.Side own = state.sides[stream.ordinal()];
        ResamplerState.Side other = state.sides[1 - stream.ordinal()];
        other.dropWaitingUntil(k - 1);
        if (other.waiting > 0 && other.waitingIndex(0) == k) {
            int mine = stream.ordinal() * AXES;
            joint[mine] = x;
            joint[mine + 1] = y;
            joint[mine + 2] = z;
            other.takeFirst(joint, AXES - mine);
            boolean newSegment = !state.emitted || state.lastEmitted != k - 1;
            state.emitted = true;
            state.lastEmitted = k;
            sink.accept(k * periodNanos, newSegment, joint);
        } else if (other.passed < k) {
            if (own.waiting == maxAhead) {
                own.dropFirst();
            }
            own.add(k, x, y, z, maxAhead);
        }
    }
}
