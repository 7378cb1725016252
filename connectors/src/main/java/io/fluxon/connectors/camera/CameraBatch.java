package io.fluxon.connectors.camera;

import java.util.Arrays;

/**
 * What a camera told in a stretch of its stream, as parallel arrays: pixel events in the order of the stream, and beside
 * them the rarer {@link CameraMarkers markers} and {@link CameraImu inertial samples}. Made once and filled again and
 * again: it grows to the largest stretch seen and then allocates nothing.
 *
 * <p>An event is a time in microseconds and an address of 32 bits: column in bits 0 to 15, row in bits 16 to 30, polarity
 * in bit 31. Two stores an event instead of four are what lets the decoders run at their speed.
 */
public final class CameraBatch {

    /** Columns and rows of the largest sensor; what the address of an event can hold. */
    public static final int MAX_SIDE = Short.MAX_VALUE;

    private static final int INITIAL_CAPACITY = 4096;
    private static final int ROW_SHIFT = 16;
    private static final int POLARITY_SHIFT = 31;

    private int size;
    private long[] timeMicros = new long[INITIAL_CAPACITY];
    private int[] address = new int[INITIAL_CAPACITY];
    private final CameraMarkers markers = new CameraMarkers();
    private final CameraImu imu = new CameraImu();

    /** Number of pixel events. */
    public int size() {
        return size;
    }

    /** Pixel events, markers and inertial samples together. */
    public int sizeOfAll() {
        return size + markers.size() + imu.size();
    }

    /** Microseconds on the clock of the stream; valid below {@link #size()}. */
    public long[] timeMicros() {
        return timeMicros;
    }

    /** Packed pixel and polarity; valid below {@link #size()}. */
    public int[] address() {
        return address;
    }

    /** Column of event i, pixels from the left. */
    public int x(int i) {
        return address[i] & 0xFFFF;
    }

    /** Row of event i, pixels from the top; of the formats that count from the bottom, from there. */
    public int y(int i) {
        return address[i] >>> ROW_SHIFT & MAX_SIDE;
    }

    /** 1 = brighter (ON), 0 = darker (OFF). */
    public int polarity(int i) {
        return address[i] >>> POLARITY_SHIFT;
    }

    /** Triggers and special events. */
    public CameraMarkers markers() {
        return markers;
    }

    /** Samples of the camera's own accelerometer and gyroscope. */
    public CameraImu imu() {
        return imu;
    }

    /** Empties the events, the markers and the inertial samples. */
    public void clear() {
        size = 0;
        markers.clear();
        imu.clear();
    }

    /** Packs a pixel and a polarity; all three must be in range. */
    public static int address(int x, int y, int polarity) {
        return x | y << ROW_SHIFT | polarity << POLARITY_SHIFT;
    }

    public void add(long eventTimeMicros, int x, int y, int polarity) {
        add(eventTimeMicros, address(x, y, polarity));
    }

    public void add(long eventTimeMicros, int packedAddress) {
        if (size == timeMicros.length) {
            grow(size + 1);
        }
        timeMicros[size] = eventTimeMicros;
        address[size] = packedAddress;
        size++;
    }

    /** Appends the pixel events of another batch. */
    public void addEvents(CameraBatch other) {
        reserve(other.size);
        System.arraycopy(other.timeMicros, 0, timeMicros, size, other.size);
        System.arraycopy(other.address, 0, address, size, other.size);
        size += other.size;
    }

    /** Makes room for {@code count} more events; the arrays asked for before may be replaced. */
    public void reserve(int count) {
        if (size + count > timeMicros.length) {
            grow(size + count);
        }
    }

    /** Declares the slots up to {@code newSize} filled; they must have been reserved and written. */
    public void filledTo(int newSize) {
        size = newSize;
    }

    private void grow(int needed) {
        int capacity = Math.max(needed, timeMicros.length * 2);
        timeMicros = Arrays.copyOf(timeMicros, capacity);
        address = Arrays.copyOf(address, capacity);
    }
}
