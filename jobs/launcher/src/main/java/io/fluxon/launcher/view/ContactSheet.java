package io.fluxon.launcher.view;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/** Thumbnails of many recordings in a grid, each with its own scale and its caption. */
final class ContactSheet {

    /** What still fits into memory and onto one picture. */
    static final int MAX_RECORDINGS = 1_200;

    /** Longest side; larger sensors are drawn with several pixels to a cell, whose events come together. */
    private static final int THUMBNAIL = 320;

    private static final int GAP = 4;

    /** @param scale side of a cell on the sheet */
    private record Thumbnail(byte[] colours, int columns, int scale, List<String> caption) {

        int width() {
            return columns * scale;
        }

        int height() {
            return colours.length / columns * scale;
        }
    }

    private final Mode mode;
    private final List<Thumbnail> thumbnails = new ArrayList<>();

    ContactSheet(Mode mode) {
        this.mode = mode;
    }

    /** An empty grid for a thumbnail. */
    EventGrid grid(Summary summary) {
        int side = mode == Mode.RASTER ? summary.height() : Math.max(summary.width(), summary.height());
        int pixelsPerCell = (side + THUMBNAIL - 1) / THUMBNAIL;
        return new EventGrid(mode, summary, THUMBNAIL, pixelsPerCell);
    }

    /** Adds a recording whose events the grid has gathered. */
    void add(Summary summary, EventGrid grid) {
        byte[] colours = new byte[grid.columns() * grid.rows()];
        grid.learnFullCount();
        grid.colours(summary.lastMicros(), colours);
        List<String> caption = new ArrayList<>(Page.wrapped(summary.name(), true, THUMBNAIL));
        caption.addAll(Page.wrapped(summary.shortContent(), false, THUMBNAIL));
        int scale = THUMBNAIL / Math.max(grid.columns(), grid.rows());
        thumbnails.add(new Thumbnail(colours, grid.columns(), scale, caption));
    }

    BufferedImage draw() {
        int columns = (int) Math.max(1, Math.round(Math.sqrt(thumbnails.size() * 1.3)));
        int width = Page.MARGIN + columns * (THUMBNAIL + Page.MARGIN);
        List<String> meaning = Page.wrapped(meaning(), false, width - 2 * Page.MARGIN);
        List<List<Thumbnail>> rows = new ArrayList<>();
        int height = 2 * Page.MARGIN + Page.lines(meaning.size() + 1);
        for (int i = 0; i < thumbnails.size(); i += columns) {
            rows.add(thumbnails.subList(i, Math.min(i + columns, thumbnails.size())));
            height += height(rows.get(rows.size() - 1));
        }
        Page page = new Page(width, height);
        int y = Page.MARGIN;
        for (List<Thumbnail> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                draw(row.get(i), page, Page.MARGIN + i * (THUMBNAIL + Page.MARGIN), y);
            }
            y += height(row);
        }
        page.text(meaning, false, Page.MARGIN, y);
        page.legend(mode, Page.MARGIN, y + Page.lines(meaning.size()));
        return page.image();
    }

    private static int height(List<Thumbnail> row) {
        int height = 0;
        for (Thumbnail thumbnail : row) {
            height = Math.max(
                    height, thumbnail.height() + Page.lines(thumbnail.caption().size()));
        }
        return height + GAP + Page.MARGIN;
    }

    private static void draw(Thumbnail thumbnail, Page page, int x, int y) {
        int scale = thumbnail.scale();
        int left = x + (THUMBNAIL - thumbnail.width()) / 2;
        page.cells(thumbnail.colours(), thumbnail.columns(), left, y, scale, scale);
        page.text(thumbnail.caption(), true, x, y + thumbnail.height() + GAP);
    }

    private String meaning() {
        return switch (mode) {
            case COUNTS ->
                "counts: brightness is the square root of a pixel's events, each picture on a scale of its own";
            case TIME_SURFACE ->
                "time-surface at the end: brightness is exp(-age of a pixel's last event / a tenth of the recording)";
            case RASTER ->
                "raster: time to the right, rows downwards; brightness is the square root of the events, each"
                        + " picture on a scale of its own";
        };
    }
}
