package io.fluxon.launcher.view;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.util.ArrayList;
import java.util.List;

/** A drawing surface in the colours of the palette: cells, text, legend. */
final class Page {

    static final int MARGIN = 12;

    private static final int FONT_SIZE = 13;
    private static final Font PLAIN = new Font(Font.SANS_SERIF, Font.PLAIN, FONT_SIZE);
    private static final Font BOLD = new Font(Font.SANS_SERIF, Font.BOLD, FONT_SIZE);
    private static final int LINE = 18;
    private static final int SWATCH = 11;

    private final BufferedImage image;
    private final Graphics2D graphics;

    Page(int width, int height) {
        image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_INDEXED, Palette.MODEL);
        graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setColor(Palette.PAGE);
        graphics.fillRect(0, 0, width, height);
    }

    BufferedImage image() {
        return image;
    }

    /** Height of so many lines of text. */
    static int lines(int count) {
        return count * LINE;
    }

    /** Each cell as a rectangle of its colour. */
    void cells(byte[] colours, int columns, int x, int y, int cellWidth, int cellHeight) {
        byte[] pixels = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
        int width = image.getWidth();
        int rows = colours.length / columns;
        for (int row = 0; row < rows * cellHeight; row++) {
            int to = (y + row) * width + x;
            int from = row / cellHeight * columns;
            for (int column = 0; column < columns * cellWidth; column++) {
                pixels[to + column] = colours[from + column / cellWidth];
            }
        }
    }

    /** Text whose first line's top is at y. */
    void text(List<String> lines, boolean boldFirst, int x, int y) {
        graphics.setColor(Palette.TEXT);
        for (int i = 0; i < lines.size(); i++) {
            graphics.setFont(boldFirst && i == 0 ? BOLD : PLAIN);
            graphics.drawString(lines.get(i), x, y + i * LINE + FONT_SIZE);
        }
    }

    /** A line that says which colour is which; a pixel of a time surface has one of them. */
    void legend(Mode mode, int x, int y) {
        int at = swatch(Palette.ON, "ON, brighter", x, y);
        at = swatch(Palette.OFF, "OFF, darker", at, y);
        if (mode != Mode.TIME_SURFACE) {
            swatch(Palette.BOTH, "both", at, y);
        }
    }

    private int swatch(Color colour, String name, int x, int y) {
        graphics.setColor(colour);
        graphics.fillRect(x, y + FONT_SIZE - SWATCH + 1, SWATCH, SWATCH);
        graphics.setColor(Palette.TEXT);
        graphics.setFont(PLAIN);
        graphics.drawString(name, x + SWATCH + 5, y + FONT_SIZE);
        return x + SWATCH + 5 + graphics.getFontMetrics().stringWidth(name) + 16;
    }

    /** A tick below the point x of a horizontal axis at y, with its label. */
    void tickBelow(int x, int y, String label) {
        tick(x, y, x, y + 5);
        graphics.drawString(label, x - width(label) / 2, y + 5 + FONT_SIZE);
    }

    /** A tick left of the point y of a vertical axis at x, with its label. */
    void tickLeft(int x, int y, String label) {
        tick(x - 6, y, x - 1, y);
        graphics.drawString(label, x - 9 - width(label), y + FONT_SIZE / 2 - 2);
    }

    private void tick(int x1, int y1, int x2, int y2) {
        graphics.setColor(Palette.TEXT);
        graphics.setFont(PLAIN);
        graphics.setStroke(new BasicStroke(1));
        graphics.drawLine(x1, y1, x2, y2);
    }

    /** A label below the middle of a horizontal axis. */
    void centred(String label, int x, int y) {
        graphics.setColor(Palette.TEXT);
        graphics.setFont(PLAIN);
        graphics.drawString(label, x - width(label) / 2, y + FONT_SIZE);
    }

    private int width(String text) {
        return graphics.getFontMetrics().stringWidth(text);
    }

    /** Breaks text between words into lines of a width; a word that is too long by itself loses its end. */
    static List<String> wrapped(String text, boolean bold, int width) {
        Graphics2D measuring = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY).createGraphics();
        FontMetrics metrics = measuring.getFontMetrics(bold ? BOLD : PLAIN);
        List<String> lines = new ArrayList<>();
        String line = "";
        for (String word : text.split(" ", -1)) {
            String longer = line.isEmpty() ? word : line + " " + word;
            if (metrics.stringWidth(longer) <= width) {
                line = longer;
                continue;
            }
            if (!line.isEmpty()) {
                lines.add(line);
            }
            line = cut(word, width, metrics);
        }
        lines.add(line);
        measuring.dispose();
        return lines;
    }

    private static String cut(String word, int width, FontMetrics metrics) {
        String cut = word;
        while (!cut.isEmpty() && metrics.stringWidth(cut) > width) {
            cut = cut.substring(0, Math.max(0, cut.length() - 4)).concat(cut.length() > 4 ? "..." : "");
        }
        return cut;
    }
}
