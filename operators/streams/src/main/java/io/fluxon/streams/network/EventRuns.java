package io.fluxon.streams.network;

/** The loops over the events of a packet between its decoder and the network. */
public final class EventRuns {

    private EventRuns() {}

    /**
     * The first event from {@code from + 1} on that is at {@code limitMicros} or later, or comes {@code silenceMicros} or
     * more after all before it; {@code size} if there is none.
     *
     * @param lastMicros latest time of the events before {@code from}
     */
    public static int endOfRun(
            long[] timesMicros, int from, int size, long limitMicros, long lastMicros, long silenceMicros) {
        long last = Math.max(lastMicros, timesMicros[from]);
        int to = from + 1;
        while (to < size && timesMicros[to] < limitMicros && timesMicros[to] - last < silenceMicros) {
            last = Math.max(last, timesMicros[to]);
            to++;
        }
        return to;
    }

    /**
     * clock[i] = max(timesMicros[i], leastMicros) - clockMicros.
     *
     * @return events before {@code fromMicros}
     */
    public static int rebaseTimes(
            long[] timesMicros, int from, int to, long fromMicros, long leastMicros, long clockMicros, long[] clock) {
        int late = 0;
        for (int i = from; i < to; i++) {
            late += timesMicros[i] < fromMicros ? 1 : 0;
            clock[i] = Math.max(timesMicros[i], leastMicros) - clockMicros;
        }
        return late;
    }

    /**
     * The same of the events at {@code fromMicros} or later only, and their inputs, one after the other from index 0.
     *
     * @return number of these events
     */
    public static int selectEvents(
            int[] inputs,
            long[] timesMicros,
            int from,
            int to,
            long fromMicros,
            long leastMicros,
            long clockMicros,
            int[] selected,
            long[] clock) {
        int count = 0;
        for (int i = from; i < to; i++) {
            selected[count] = inputs[i];
            clock[count] = Math.max(timesMicros[i], leastMicros) - clockMicros;
            count += timesMicros[i] >= fromMicros ? 1 : 0;
        }
        return count;
    }

    /** The greatest of the times. */
    public static long latest(long[] timesMicros, int from, int to) {
        long latest = timesMicros[from];
        for (int i = from + 1; i < to; i++) {
            latest = Math.max(latest, timesMicros[i]);
        }
        return latest;
    }
}
