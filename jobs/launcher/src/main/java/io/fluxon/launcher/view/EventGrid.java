package io.fluxon.launcher.view;

import io.fluxon.connectors.camera.CameraBatch;
import java.util.Arrays;

/** Events gathered in the cells of a picture, and the colours that they give. */
final class EventGrid {

    /** Of a time surface: an event fades to 1/e within this part of the recording. */
    static final double FADING = 0.1;

    /** Counts reach full colour here, so that a few hot pixels do not darken all others. */
    private static final double FULL_QUANTILE = 0.99;

    private static final int MAX_COUNT = 1 << 16;

    private final Mode mode;
    private final Summary summary;
    private final int columns;
    private final int rows;
    private final int pixelsPerCell;

    // Of counts and rasters.
    private final int[] on;
    private final int[] off;
    private final long[] cellsByCount = new long[MAX_COUNT];
    private int fullCount = 1;

    // Of time surfaces.
    private final long[] newestMicros;
    private final boolean[] newestOn;

    /**
     * @param rasterColumns intervals of time in a raster
     * @param pixelsPerCell side of the square of pixels that share a cell
     */
    EventGrid(Mode mode, Summary summary, int rasterColumns, int pixelsPerCell) {
        this.mode = mode;
        this.summary = summary;
        this.pixelsPerCell = pixelsPerCell;
        columns = mode == Mode.RASTER ? rasterColumns : cells(summary.width());
        rows = cells(summary.height());
        int counts = mode == Mode.TIME_SURFACE ? 0 : columns * rows;
        on = new int[counts];
        off = new int[counts];
        int surface = mode == Mode.TIME_SURFACE ? columns * rows : 0;
        newestMicros = new long[surface];
        newestOn = new boolean[surface];
        Arrays.fill(newestMicros, Long.MIN_VALUE);
    }

    private int cells(int pixels) {
        return (pixels + pixelsPerCell - 1) / pixelsPerCell;
    }

    int columns() {
        return columns;
    }

    int rows() {
        return rows;
    }

    /** Events in a cell that give full colour. */
    int fullCount() {
        return fullCount;
    }

    double tauMicros() {
        return FADING * summary.lengthMicros();
    }

    /** Takes in the events {@code from} to {@code to}, exclusively. */
    void add(CameraBatch batch, int from, int to) {
        switch (mode) {
            case COUNTS -> addCounts(batch, from, to);
            case TIME_SURFACE -> addNewest(batch, from, to);
            case RASTER -> addRaster(batch, from, to);
        }
    }

    private void addCounts(CameraBatch batch, int from, int to) {
        for (int i = from; i < to; i++) {
            count(summary.line(batch.y(i)) / pixelsPerCell * columns + batch.x(i) / pixelsPerCell, batch.polarity(i));
        }
    }

    private void addRaster(CameraBatch batch, int from, int to) {
        double columnsPerMicro = (double) columns / summary.lengthMicros();
        for (int i = from; i < to; i++) {
            int column = (int) ((batch.timeMicros()[i] - summary.firstMicros()) * columnsPerMicro);
            count(
                    summary.line(batch.y(i)) / pixelsPerCell * columns + Math.min(column, columns - 1),
                    batch.polarity(i));
        }
    }

    private void count(int cell, int polarity) {
        if (polarity == 1) {
            on[cell]++;
        } else {
            off[cell]++;
        }
    }

    private void addNewest(CameraBatch batch, int from, int to) {
        for (int i = from; i < to; i++) {
            int cell = summary.line(batch.y(i)) / pixelsPerCell * columns + batch.x(i) / pixelsPerCell;
            newestMicros[cell] = batch.timeMicros()[i];
            newestOn[cell] = batch.polarity(i) == 1;
        }
    }

    /** Forgets the counts. */
    void clearCounts() {
        Arrays.fill(on, 0);
        Arrays.fill(off, 0);
    }

    /** Lets the present counts take part in the choice of the count that gives full colour. */
    void learnFullCount() {
        for (int cell = 0; cell < on.length; cell++) {
            cellsByCount[Math.min(on[cell], MAX_COUNT - 1)]++;
            cellsByCount[Math.min(off[cell], MAX_COUNT - 1)]++;
        }
        cellsByCount[0] = 0;
        double left = FULL_QUANTILE * Arrays.stream(cellsByCount).sum();
        fullCount = 0;
        while (left > 0 && fullCount < MAX_COUNT - 1) {
            fullCount++;
            left -= cellsByCount[fullCount];
        }
        fullCount = Math.max(1, fullCount);
    }

    /**
     * The colour of each cell, row by row.
     *
     * @param endMicros of a time surface: the time from which ages count
     */
    void colours(long endMicros, byte[] into) {
        if (mode == Mode.TIME_SURFACE) {
            surfaceColours(endMicros, into);
        } else {
            countColours(into);
        }
    }

    /** The square root lets a single event be seen beside many. */
    private void countColours(byte[] into) {
        for (int cell = 0; cell < into.length; cell++) {
            into[cell] =
                    Palette.index(Math.sqrt((double) on[cell] / fullCount), Math.sqrt((double) off[cell] / fullCount));
        }
    }

    private void surfaceColours(long endMicros, byte[] into) {
        double perMicro = 1 / tauMicros();
        for (int cell = 0; cell < into.length; cell++) {
            if (newestMicros[cell] == Long.MIN_VALUE) {
                into[cell] = Palette.index(0, 0);
                continue;
            }
            double brightness = Math.exp(-Math.max(0, endMicros - newestMicros[cell]) * perMicro);
            into[cell] = newestOn[cell] ? Palette.index(brightness, 0) : Palette.index(0, brightness);
        }
    }
}
