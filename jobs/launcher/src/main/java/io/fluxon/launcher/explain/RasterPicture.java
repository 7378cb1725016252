package io.fluxon.launcher.explain;

import io.fluxon.launcher.Svg;
import io.fluxon.launcher.explain.Activity.Entries;
import io.fluxon.schemas.Decision;
import io.fluxon.schemas.DecisionKind;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;

/**
 * Inputs and messages of each layer over time, one panel each, index upwards, with the estimates and the decision as lines.
 * A mark covers {@value #CELL} by {@value #CELL} pixels: what lies closer is one mark.
 */
final class RasterPicture {

    private static final int WIDTH = 960;
    private static final int LEFT = 170;
    private static final int RIGHT = 20;
    private static final int TOP = 64;
    private static final int BOTTOM = 46;
    private static final int GAP = 18;
    private static final int MIN_PANEL = 48;
    private static final int MAX_PANEL = 220;
    private static final int CELL = 2;
    private static final int TICKS = 8;
    private static final int MAX_LABELLED_LINES = 12;
    private static final double MICROS_PER_MILLI = 1000;

    private static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 15);
    private static final Font TEXT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);

    private static final Color INK = new Color(0x222222);
    private static final Color FRAME = new Color(0xBBBBBB);
    private static final Color INPUT = new Color(0x0072B2);
    private static final Color LAYER = new Color(0x009E73);
    private static final Color ESTIMATE = new Color(0xE69F00);
    private static final Color DECISION = new Color(0xD55E00);

    private record Panel(String name, String extent, Entries entries, int neurons, Color colour, int height) {}

    private final Explanation explanation;
    private final List<Panel> panels = new ArrayList<>();
    private final long fromMicros;
    private final long toMicros;

    private RasterPicture(Explanation explanation) {
        this.explanation = explanation;
        int inputs = 1;
        for (int size : explanation.view().inputShape()) {
            inputs *= size;
        }
        add("input", explanation.activity().inputs(), inputs, INPUT);
        for (int l = 0; l < explanation.view().layers().size(); l++) {
            NetworkView.Layer layer = explanation.view().layers().get(l);
            add(layer.name(), explanation.activity().layer(l), layer.neurons(), LAYER);
        }
        long from = explanation.fromMicros();
        long to = explanation.toMicros();
        for (Panel panel : panels) {
            if (panel.entries.count() > 0) {
                from = Math.min(from, panel.entries.firstMicros());
                to = Math.max(to, panel.entries.lastMicros());
            }
        }
        this.fromMicros = from;
        this.toMicros = Math.max(to, from + 1);
    }

    private void add(String name, Entries entries, int neurons, Color colour) {
        int height = Math.max(MIN_PANEL, Math.min(MAX_PANEL, 2 * CELL * neurons));
        String extent = String.format(Locale.ROOT, "%,d of %,d", entries.listed(), entries.count());
        panels.add(new Panel(name, extent, entries, neurons, colour, height));
    }

    static void write(Path file, Explanation explanation) throws IOException {
        RasterPicture picture = new RasterPicture(explanation);
        Svg.write(file, WIDTH, picture.height(), picture::paint);
    }

    private int height() {
        return TOP + panels.stream().mapToInt(panel -> panel.height + GAP).sum() - GAP + BOTTOM;
    }

    private void paint(Graphics2D graphics) {
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, WIDTH, height());
        graphics.setColor(INK);
        graphics.setFont(TITLE);
        Decision decision = explanation.replayed();
        graphics.drawString(
                DecisionName.of(decision) + ": " + decision.getKind() + " " + decision.getLabel() + " by "
                        + decision.getModel() + " " + decision.getModelVersion(),
                16,
                26);
        int y = TOP;
        for (Panel panel : panels) {
            paint(graphics, panel, y);
            y += panel.height + GAP;
        }
        paintLines(graphics, y - GAP);
        paintAxis(graphics, y - GAP);
    }

    private void paint(Graphics2D graphics, Panel panel, int top) {
        graphics.setColor(FRAME);
        graphics.setStroke(new BasicStroke(1));
        graphics.drawRect(LEFT, top, WIDTH - LEFT - RIGHT, panel.height);
        graphics.setColor(INK);
        graphics.setFont(TEXT);
        int middle = top + panel.height / 2;
        graphics.drawString(shortened(panel.name), 16, middle - 10);
        graphics.drawString(String.format(Locale.ROOT, "0 to %,d", panel.neurons - 1), 16, middle + 6);
        graphics.drawString(panel.extent, 16, middle + 22);
        graphics.setColor(panel.colour);
        int rows = panel.height / CELL;
        BitSet[] marks = marks(panel, rows);
        for (int row = 0; row < rows; row++) {
            int cellTop = top + panel.height - (row + 1) * CELL;
            // Neighbours in a row are one rectangle.
            for (int from = marks[row].nextSetBit(0); from >= 0; ) {
                int to = marks[row].nextClearBit(from);
                graphics.fillRect(LEFT + from * CELL, cellTop, (to - from) * CELL, CELL);
                from = marks[row].nextSetBit(to);
            }
        }
    }

    private static String shortened(String name) {
        return name.length() > 22 ? name.substring(0, 21) + "…" : name;
    }

    private BitSet[] marks(Panel panel, int rows) {
        BitSet[] marks = new BitSet[rows];
        for (int row = 0; row < rows; row++) {
            marks[row] = new BitSet();
        }
        for (int i = 0; i < panel.entries.listed(); i++) {
            if (panel.entries.value(i) != 0) {
                int row = (int) ((long) panel.entries.neuron(i) * rows / panel.neurons);
                marks[row].set((x(panel.entries.timeMicros(i)) - LEFT) / CELL);
            }
        }
        return marks;
    }

    private int x(long timeMicros) {
        double part = (double) (timeMicros - fromMicros) / (toMicros - fromMicros);
        return LEFT + (int) Math.round(part * (WIDTH - LEFT - RIGHT - CELL));
    }

    private void paintLines(Graphics2D graphics, int bottom) {
        graphics.setFont(TEXT);
        List<Decision> decisions = explanation.window();
        boolean labelled = decisions.size() <= MAX_LABELLED_LINES;
        for (int d = 0; d < decisions.size(); d++) {
            Decision decision = decisions.get(d);
            boolean last = d == decisions.size() - 1;
            int x = x(Math.min(toMicros, Explanation.micros(decision, decision.getToOffset())));
            graphics.setColor(last ? DECISION : ESTIMATE);
            graphics.setStroke(
                    last || decision.getKind() != DecisionKind.ESTIMATE
                            ? new BasicStroke(2)
                            : new BasicStroke(
                                    1, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 1, new float[] {4, 4}, 0));
            graphics.drawLine(x, TOP - 6, x, bottom);
            if (last || labelled) {
                int width = graphics.getFontMetrics().stringWidth(decision.getLabel());
                graphics.drawString(decision.getLabel(), Math.min(x - width / 2, WIDTH - RIGHT - width), TOP - 10);
            }
        }
    }

    private void paintAxis(Graphics2D graphics, int bottom) {
        graphics.setFont(TEXT);
        graphics.setColor(INK);
        graphics.setStroke(new BasicStroke(1));
        double spanMillis = (toMicros - fromMicros) / MICROS_PER_MILLI;
        double step = Math.pow(10, Math.floor(Math.log10(spanMillis / TICKS)));
        for (double factor : new double[] {1, 2, 5, 10}) {
            if (spanMillis / (step * factor) <= TICKS) {
                step *= factor;
                break;
            }
        }
        for (double tick = Math.ceil(fromMicros / MICROS_PER_MILLI / step) * step;
                tick <= toMicros / MICROS_PER_MILLI;
                tick += step) {
            int x = x(Math.round(tick * MICROS_PER_MILLI));
            graphics.drawLine(x, bottom, x, bottom + 4);
            String text =
                    step >= 1 ? String.format(Locale.ROOT, "%,.0f", tick) : String.format(Locale.ROOT, "%.3g", tick);
            graphics.drawString(text, x - graphics.getFontMetrics().stringWidth(text) / 2, bottom + 18);
        }
        graphics.drawString("time on the epoch's clock (ms)", LEFT + (WIDTH - LEFT - RIGHT) / 2 - 80, bottom + 36);
    }
}
