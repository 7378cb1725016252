package io.fluxon.connectors.camera;

import java.util.Arrays;

/** Triggers and special events of a camera's stream as parallel arrays, in the order of the stream. */
public final class CameraMarkers {

    /** What a marker means. */
    public enum Kind {
        /** A level changed on a trigger line. channel: the line; value: the new level, 1 rising, 0 falling. */
        TRIGGER,
        /** A pulse came on a trigger line. channel: the line; value: 1. */
        PULSE,
        /** The camera's clock was set back to 0. */
        TIME_RESET,
        /** Anything else. channel: 0; value: the format's own code for it; AEDAT 3.1: 256 + code. */
        OTHER
    }

    private static final Kind[] KINDS = Kind.values();
    private static final int INITIAL_CAPACITY = 16;

    private int size;
    private long[] timeMicros = new long[INITIAL_CAPACITY];
    private byte[] kind = new byte[INITIAL_CAPACITY];
    private int[] channel = new int[INITIAL_CAPACITY];
    private int[] value = new int[INITIAL_CAPACITY];

    public int size() {
        return size;
    }

    /** Microseconds on the clock of the stream. */
    public long timeMicros(int i) {
        return timeMicros[i];
    }

    public Kind kind(int i) {
        return KINDS[kind[i]];
    }

    public int channel(int i) {
        return channel[i];
    }

    public int value(int i) {
        return value[i];
    }

    /** Whether marker i came from a trigger line. */
    public boolean isTrigger(int i) {
        return kind(i) == Kind.TRIGGER || kind(i) == Kind.PULSE;
    }

    /** How many came from trigger lines. */
    public int triggers() {
        int triggers = 0;
        for (int i = 0; i < size; i++) {
            triggers += isTrigger(i) ? 1 : 0;
        }
        return triggers;
    }

    public void clear() {
        size = 0;
    }

    public void add(long markerTimeMicros, Kind markerKind, int markerChannel, int markerValue) {
        if (size == timeMicros.length) {
            timeMicros = Arrays.copyOf(timeMicros, 2 * size);
            kind = Arrays.copyOf(kind, 2 * size);
            channel = Arrays.copyOf(channel, 2 * size);
            value = Arrays.copyOf(value, 2 * size);
        }
        timeMicros[size] = markerTimeMicros;
        kind[size] = (byte) markerKind.ordinal();
        channel[size] = markerChannel;
        value[size] = markerValue;
        size++;
    }
}
