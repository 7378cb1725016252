package io.fluxon.signals.pulses;

/** Absolute times of hits: whole Unix nanoseconds, rounded down, and 0 to 999 picoseconds. */
public final class PulseTimes {

    private static final long PICOSECONDS_PER_NANOSECOND = 1000;

    private PulseTimes() {}

    /**
     * Time of a position in a waveform, picoseconds since the epoch's base: stamp + (sample - stampSample) * period, rounded
     * to the nearest picosecond, half up. May be negative by the length of a waveform.
     *
     * @param stampPicos the digitiser's stamp, of which {@link PulseSettings#stampStepPicoseconds} drops the rest
     */
    public static long hitPicos(PulseSettings settings, long stampPicos, double sample) {
        long step = settings.stampStepPicoseconds();
        return Math.floorDiv(stampPicos, step) * step
                + Math.round((sample - settings.stampSample()) * settings.samplePeriodPicoseconds());
    }

    /** Whole nanoseconds of a time in picoseconds since the base. */
    public static long unixNanos(long baseUnixNanos, long picos) {
        return baseUnixNanos + Math.floorDiv(picos, PICOSECONDS_PER_NANOSECOND);
    }

    /** What {@link #unixNanos} leaves of the time, 0 to 999 ps. */
    public static int picoseconds(long picos) {
        return (int) Math.floorMod(picos, PICOSECONDS_PER_NANOSECOND);
    }
}
