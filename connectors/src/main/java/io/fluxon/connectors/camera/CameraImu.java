package io.fluxon.connectors.camera;

import java.util.Arrays;

/**
 * Samples of the inertial unit on a camera's board, in the order of the stream. A sample is {@value #VALUES} floats:
 * acceleration x, y, z in g; angular velocity x, y, z in degrees/s; magnetic field x, y, z in uT, NaN where the unit has no
 * compass; temperature in degrees Celsius, NaN where it is not told.
 */
public final class CameraImu {

    public static final int ACCELERATION = 0;
    public static final int ANGULAR_VELOCITY = 3;
    public static final int MAGNETIC_FIELD = 6;
    public static final int TEMPERATURE = 9;

    /** Floats of a sample. */
    public static final int VALUES = 10;

    private static final int INITIAL_CAPACITY = 16;

    private int size;
    private long[] timeMicros = new long[INITIAL_CAPACITY];
    private float[] values = new float[INITIAL_CAPACITY * VALUES];

    /** Number of samples. */
    public int size() {
        return size;
    }

    /** Microseconds on the clock of the stream. */
    public long timeMicros(int i) {
        return timeMicros[i];
    }

    /** @param column {@link #ACCELERATION} and the next two, and so on */
    public float value(int i, int column) {
        return values[i * VALUES + column];
    }

    public void clear() {
        size = 0;
    }

    /** Adds a sample whose values are all NaN until they are set. */
    public void add(long sampleTimeMicros) {
        if (size == timeMicros.length) {
            timeMicros = Arrays.copyOf(timeMicros, 2 * size);
            values = Arrays.copyOf(values, 2 * size * VALUES);
        }
        timeMicros[size] = sampleTimeMicros;
        Arrays.fill(values, size * VALUES, (size + 1) * VALUES, Float.NaN);
        size++;
    }

    /** Sets a value of the sample that was added last. */
    public void set(int column, float value) {
        values[(size - 1) * VALUES + column] = value;
    }
}
