package io.fluxon.launcher.view;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One recording with its caption, and with axes if it is a raster. Small sensors are enlarged by whole numbers. */
final class Picture {

    /** Intervals of time in a raster. */
    static final int RASTER_COLUMNS = 960;

    /** Of the longer side of the sensor, and of the text. */
    private static final int MIN_SIDE = 480;

    private static final int MIN_RASTER_HEIGHT = 360;
    private static final int AXIS_LEFT = 42;
    private static final int AXIS_BELOW = 42;
    private static final int GAP = 8;
    private static final int TICKS = 8;

    private final Mode mode;
    private final Summary summary;
    private final EventGrid grid;
    private final int cellWidth;
    private final int cellHeight;
    private final int plotX;
    private final int captionY;
    private final List<String> caption = new ArrayList<>();
    private final byte[] colours;

    /** @param scope what a count or a time surface refers to, e.g. "whole recording" */
    Picture(Mode mode, Summary summary, EventGrid grid, String scope) {
        this.mode = mode;
        this.summary = summary;
        this.grid = grid;
        boolean raster = mode == Mode.RASTER;
        int longer = Math.max(grid.columns(), grid.rows());
        int enlarged = Math.max(1, (MIN_SIDE + longer - 1) / longer);
        cellWidth = raster ? 1 : enlarged;
        cellHeight = raster ? Math.max(1, (MIN_RASTER_HEIGHT + grid.rows() - 1) / grid.rows()) : enlarged;
        plotX = Page.MARGIN + (raster ? AXIS_LEFT : 0);
        captionY = Page.MARGIN + plotHeight() + (raster ? AXIS_BELOW : GAP);
        colours = new byte[grid.columns() * grid.rows()];
        caption.addAll(Page.wrapped(summary.name(), true, textWidth()));
        caption.addAll(Page.wrapped(summary.content(), false, textWidth()));
        caption.addAll(Page.wrapped(meaning(mode, grid, scope), false, textWidth()));
    }

    private int plotWidth() {
        return grid.columns() * cellWidth;
    }

    private int plotHeight() {
        return grid.rows() * cellHeight;
    }

    private int textWidth() {
        return Math.max(MIN_SIDE, plotWidth()) + plotX - Page.MARGIN;
    }

    /** What the brightness means; the legend says what the colours are. */
    static String meaning(Mode mode, EventGrid grid, String scope) {
        return switch (mode) {
            case COUNTS ->
                "counts, " + scope + ": brightness is the square root of a pixel's events, full at " + grid.fullCount()
                        + " (99 % of the active pixels)";
            case TIME_SURFACE ->
                "time-surface, " + scope + ": brightness is exp(-age of a pixel's last event / "
                        + Summary.duration(grid.tauMicros()) + ")";
            case RASTER ->
                "raster, " + scope + ": brightness is the square root of the events at a time in a row, full at "
                        + grid.fullCount() + " (99 % of those with events)";
        };
    }

    /**
     * Draws what the grid holds now.
     *
     * @param endMicros of a time surface: the time from which ages count
     * @param note a last line, empty for none
     */
    BufferedImage draw(long endMicros, String note) {
        int lines = caption.size() + 1 + (note.isEmpty() ? 0 : 1);
        Page page = new Page(
                Page.MARGIN + textWidth() + Page.MARGIN + (mode == Mode.RASTER ? Page.MARGIN : 0),
                captionY + Page.lines(lines) + Page.MARGIN);
        grid.colours(endMicros, colours);
        page.cells(colours, grid.columns(), plotX, Page.MARGIN, cellWidth, cellHeight);
        if (mode == Mode.RASTER) {
            axes(page);
        }
        page.text(caption, true, Page.MARGIN, captionY);
        page.legend(mode, Page.MARGIN, captionY + Page.lines(caption.size()));
        if (!note.isEmpty()) {
            page.text(List.of(note), false, Page.MARGIN, captionY + Page.lines(caption.size() + 1));
        }
        return page.image();
    }

    private void axes(Page page) {
        int bottom = Page.MARGIN + plotHeight();
        double length = summary.lengthMicros();
        double unit = length < 2e3 ? 1 : length < 2e6 ? 1e3 : 1e6;
        double step = tickStep(length / unit);
        for (int i = 0; i * step * unit <= length; i++) {
            int x = plotX + (int) Math.min(plotWidth() - 1, i * step * unit / length * plotWidth());
            page.tickBelow(x, bottom, number(i * step));
        }
        page.centred(
                "time since the first event (" + (unit == 1 ? "us" : unit == 1e3 ? "ms" : "s") + ")",
                plotX + plotWidth() / 2,
                bottom + 20);
        int rowStep = (int) Math.max(1, tickStep(summary.height()));
        for (int row = 0; row < summary.height(); row += rowStep) {
            page.tickLeft(plotX, Page.MARGIN + summary.line(row) * cellHeight + cellHeight / 2, Integer.toString(row));
        }
    }

    /** 1, 2 or 5 times a power of ten, so that there are up to so many ticks. */
    private static double tickStep(double range) {
        double rough = range / TICKS;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double factor = rough / power;
        return power * (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10);
    }

    private static String number(double value) {
        return Math.rint(value) == value
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, "%.4g", value).replaceFirst("0+$", "");
    }
}
