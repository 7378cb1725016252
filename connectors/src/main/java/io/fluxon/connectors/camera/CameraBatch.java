package io.fluxon.connectors.camera;

import java.util.Arrays;

/**
 * Events of one camera as parallel arrays, oldest first. Made once and filled again and again: it grows to the largest
 * packet seen and then allocates nothing.
 */
public final class CameraBatch {

    private static final int INITIAL_CAPACITY = 4096;

    private int size;
    private long[] timeMicros = new long[INITIAL_CAPACITY];
    private short[] x = new short[INITIAL_CAPACITY];
    private short[] y = new short[INITIAL_CAPACITY];
    private byte[] polarity = new byte[INITIAL_CAPACITY];

    public int size() {
        return size;
    }

    /** Microseconds since the base of the epoch; valid below {@link #size()}. */
    public long[] timeMicros() {
        return timeMicros;
    }

    /** Column, pixels from the left. */
    public short[] x() {
        return x;
    }

    /** Row, pixels from the top. */
    public short[] y() {
        return y;
    }

    /** 1 = brighter (ON), 0 = darker (OFF). */
    public byte[] polarity() {
        return polarity;
    }

    public void clear() {
        size = 0;
    }

    public void add(long eventTimeMicros, int eventX, int eventY, int eventPolarity) {
        if (size == timeMicros.length) {
            grow(size + 1);
        }
        timeMicros[size] = eventTimeMicros;
        x[size] = (short) eventX;
        y[size] = (short) eventY;
        polarity[size] = (byte) eventPolarity;
        size++;
    }

    /** Makes room for {@code count} more events. */
    void reserve(int count) {
        if (size + count > timeMicros.length) {
            grow(size + count);
        }
    }

    /** Declares the slots up to {@code newSize} filled; they must have been reserved and written. */
    void filledTo(int newSize) {
        size = newSize;
    }

    private void grow(int needed) {
        int capacity = Math.max(needed, timeMicros.length * 2);
        timeMicros = Arrays.copyOf(timeMicros, capacity);
        x = Arrays.copyOf(x, capacity);
        y = Arrays.copyOf(y, capacity);
        polarity = Arrays.copyOf(polarity, capacity);
    }
}
