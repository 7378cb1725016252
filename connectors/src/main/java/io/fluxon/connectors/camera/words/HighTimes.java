package io.fluxon.connectors.camera.words;

/**
 * The values of a counter that lead a {@link LoopingTime} from one extended time to another. A step is shorter than half
 * the period, and the counter starts again, or goes back behind its start, from one end exactly to the other: so it is
 * understood by every reader, whatever drop it takes for a new start.
 */
final class HighTimes {

    private HighTimes() {}

    /** The next extended time on the way, where it is not there yet; the counter shows its low {@code bits} bits. */
    static long next(int bits, long from, long to) {
        long period = 1L << bits;
        long longest = (period >> 1) - 1;
        if (from < to) {
            long last = from | period - 1;
            return from == last ? from + 1 : Math.min(to, Math.min(last, from + longest));
        }
        long first = from & -period;
        return from == first ? from - 1 : Math.max(to, Math.max(first, from - longest));
    }

    /** Where a counter that nobody has seen yet begins on the way to a time: at the time itself, or at its first end. */
    static long first(int bits, long to) {
        return Math.min(to, (1L << bits) - 1);
    }
}
