package io.fluxon.connectors.camera.words;

/**
 * Extends the counter of a stream, which has {@code bits} bits and starts again at 0 after 2<sup>bits</sup>, to a time that
 * does not. A counter that drops by half its period or more has started again. Any other drop is a time that runs back,
 * as event streams do by a little. Where the counter has started again before, a rise by nearly the whole period is a
 * straggler from before that.
 *
 * <p>Without a word on where the stream begins, its first value counts from 0; {@link #startNear} says otherwise.
 */
final class LoopingTime {

    /** A rise that ends within this part of the period below its end, as a power of two, is a straggler's. */
    private static final int STRAGGLER_SHIFT = 6;

    private final long period;
    private long base;
    private long raw = -1;
    private long near = -1;

    LoopingTime(int bits) {
        period = 1L << bits;
    }

    /** The first value belongs to the time within half a period of this one. */
    void startNear(long time) {
        near = time;
    }

    boolean isSet() {
        return raw >= 0;
    }

    /** What the counter said last. */
    long raw() {
        return raw;
    }

    /** What is added to the counter now. */
    long base() {
        return base;
    }

    /** Values up to this one, none of which was half a period or more from the one before it, were extended by {@link #base}. */
    void passed(long lastRaw) {
        raw = lastRaw;
    }

    /** The next value of the counter. @return the extended time */
    long next(long nextRaw) {
        if (raw < 0) {
            base = near < 0 ? 0 : firstBase(nextRaw);
        } else if (raw - nextRaw >= period >> 1) {
            base += period;
        } else if (base > 0 && nextRaw - raw >= period - (period >> STRAGGLER_SHIFT)) {
            base -= period;
        }
        raw = nextRaw;
        return base + nextRaw;
    }

    private long firstBase(long firstRaw) {
        long loops = (near - firstRaw + (period >> 1)) >> Long.numberOfTrailingZeros(period);
        return Math.max(0, loops) * period;
    }
}
