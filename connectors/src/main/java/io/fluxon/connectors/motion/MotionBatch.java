package io.fluxon.connectors.motion;

import java.util.Arrays;

/**
 * Samples of one three-axis motion sensor in order of time, as parallel arrays; reused from packet to packet. Elements
 * from {@link #size()} on are meaningless, and an array is replaced when it has to grow.
 */
public final class MotionBatch {

    private int size;
    private long[] timeNanos = new long[256];
    private float[] x = new float[256];
    private float[] y = new float[256];
    private float[] z = new float[256];

    public void clear() {
        size = 0;
    }

    /** @param nanos nanoseconds since the epoch's base */
    public void add(long nanos, float sampleX, float sampleY, float sampleZ) {
        if (size == timeNanos.length) {
            int length = 2 * size;
            timeNanos = Arrays.copyOf(timeNanos, length);
            x = Arrays.copyOf(x, length);
            y = Arrays.copyOf(y, length);
            z = Arrays.copyOf(z, length);
        }
        timeNanos[size] = nanos;
        x[size] = sampleX;
        y[size] = sampleY;
        z[size] = sampleZ;
        size++;
    }

    public int size() {
        return size;
    }

    /** Nanoseconds since the epoch's base. */
    public long[] timeNanos() {
        return timeNanos;
    }

    /** First axis: m/s^2 or rad/s. */
    public float[] x() {
        return x;
    }

    /** Second axis. */
    public float[] y() {
        return y;
    }

    /** Third axis. */
    public float[] z() {
        return z;
    }
}
