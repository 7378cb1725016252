package io.fluxon.launcher;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.HeatMapChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Pictures of results as SVG on white, text as outlines. The same data give the same bytes on a machine; another one may
 * have other fonts.
 */
public final class Plots {

    private static final int WIDTH = 800;
    private static final int HEIGHT = 500;
    private static final int CELL = 90;

    /** Okabe and Ito's colours, which colour-blind readers can tell apart. */
    private static final Color[] COLOURS = {
        new Color(0x0072B2),
        new Color(0xD55E00),
        new Color(0x009E73),
        new Color(0xCC79A7),
        new Color(0x56B4E9),
        new Color(0xE69F00),
        Color.BLACK
    };

    private static final Marker[] MARKERS = {
        SeriesMarkers.CIRCLE,
        SeriesMarkers.SQUARE,
        SeriesMarkers.TRIANGLE_UP,
        SeriesMarkers.DIAMOND,
        SeriesMarkers.TRIANGLE_DOWN,
        SeriesMarkers.CROSS,
        SeriesMarkers.PLUS
    };

    private Plots() {}

    /** Makes the folder for pictures, found out before minutes of work rather than after. */
    public static void folder(Path folder) throws IOException {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new IOException(folder + ": not a folder and cannot be made one", e);
        }
        if (!Files.isWritable(folder)) {
            throw new IOException(folder + ": cannot be written to");
        }
    }

    /** Title and axes; a label names its unit. On a logarithmic axis, points that are not positive are left out. */
    public record Axes(String title, String xLabel, String yLabel, boolean logX, boolean logY) {

        public static Axes linear(String title, String xLabel, String yLabel) {
            return new Axes(title, xLabel, yLabel, false, false);
        }
    }

    /** One named curve. */
    public record Series(String name, double[] x, double[] y) {

        public Series {
            if (x.length != y.length) {
                throw new IllegalArgumentException(name + ": " + x.length + " x, " + y.length + " y");
            }
        }
    }

    /** Curves with a marker at every point. */
    public static void lines(Path file, Axes axes, List<Series> curves) throws IOException {
        write(file, xyChart(axes, curves, XYSeriesRenderStyle.Line, true), WIDTH, HEIGHT);
    }

    /** Points without lines between them. */
    public static void points(Path file, Axes axes, List<Series> clouds) throws IOException {
        write(file, xyChart(axes, clouds, XYSeriesRenderStyle.Scatter, true), WIDTH, HEIGHT);
    }

    /** Curves without markers, for many points. */
    public static void curves(Path file, Axes axes, List<Series> curves) throws IOException {
        write(file, xyChart(axes, curves, XYSeriesRenderStyle.Line, false), WIDTH, HEIGHT);
    }

    /** Histograms: y of a series is the height of the bin that begins at x; the last bin is as wide as the one before it. */
    public static void histogram(Path file, Axes axes, List<Series> histograms) throws IOException {
        List<Series> closed = new ArrayList<>();
        for (Series series : histograms) {
            int bins = series.x().length;
            if (bins < 2) {
                throw new IllegalArgumentException(series.name() + ": " + bins + " bins, need 2");
            }
            double[] x = Arrays.copyOf(series.x(), bins + 1);
            double[] y = Arrays.copyOf(series.y(), bins + 1);
            x[bins] = 2 * x[bins - 1] - x[bins - 2];
            y[bins] = y[bins - 1];
            closed.add(new Series(series.name(), x, y));
        }
        write(file, xyChart(axes, closed, XYSeriesRenderStyle.Step, false), WIDTH, HEIGHT);
    }

    /**
     * A matrix as colours with the values written in the cells, e.g. a confusion matrix.
     *
     * @param values [row][column], rows from top to bottom
     */
    public static void heatMap(
            Path file,
            String title,
            String xLabel,
            String yLabel,
            List<String> columns,
            List<String> rows,
            int[][] values)
            throws IOException {
        int width = Math.max(500, 260 + CELL * columns.size());
        int height = Math.max(350, 150 + CELL * 2 / 3 * rows.size());
        HeatMapChart chart = new HeatMapChartBuilder()
                .width(width)
                .height(height)
                .title(title)
                .xAxisTitle(xLabel)
                .yAxisTitle(yLabel)
                .build();
        List<Number[]> cells = new ArrayList<>();
        // The y axis runs upwards.
        List<String> upwards = new ArrayList<>();
        for (int row = rows.size() - 1; row >= 0; row--) {
            upwards.add(rows.get(row));
            for (int column = 0; column < columns.size(); column++) {
                cells.add(new Number[] {column, rows.size() - 1 - row, values[row][column]});
            }
        }
        chart.getStyler().setRangeColors(new Color[] {Color.WHITE, new Color(0x56B4E9)});
        chart.getStyler().setShowValue(true);
        chart.getStyler().setValueFontColor(Color.BLACK);
        chart.getStyler().setHeatMapValueDecimalPattern("#,##0");
        chart.getStyler().setLegendVisible(false);
        plain(chart.getStyler());
        chart.getStyler().setPlotContentSize(1);
        chart.addSeries("cells", columns, upwards, cells);
        write(file, chart, width, height);
    }

    private static boolean spansADecade(List<Series> curves) {
        DoubleSummaryStatistics positive = curves.stream()
                .flatMapToDouble(curve -> Arrays.stream(curve.y()))
                .filter(y -> y > 0)
                .summaryStatistics();
        return positive.getMax() >= 10 * positive.getMin();
    }

    private static XYChart xyChart(Axes axes, List<Series> curves, XYSeriesRenderStyle style, boolean markers) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(axes.title())
                .xAxisTitle(axes.xLabel())
                .yAxisTitle(axes.yLabel())
                .build();
        plain(chart.getStyler());
        chart.getStyler().setDefaultSeriesRenderStyle(style);
        chart.getStyler().setXAxisDecimalPattern("#,##0.###");
        chart.getStyler().setXAxisLogarithmic(axes.logX());
        // Within a decade a logarithmic axis has no labels.
        chart.getStyler().setYAxisLogarithmic(axes.logY() && spansADecade(curves));
        chart.getStyler().setPlotGridLinesColor(new Color(0xDDDDDD));
        chart.getStyler().setMarkerSize(7);
        chart.getStyler().setLegendPosition(LegendPosition.OutsideS);
        chart.getStyler().setLegendLayout(Styler.LegendLayout.Horizontal);
        chart.getStyler().setLegendBorderColor(Color.WHITE);
        chart.getStyler().setLegendVisible(curves.size() > 1);
        for (int i = 0; i < curves.size(); i++) {
            Series curve = drawable(curves.get(i), axes);
            if (curve.x().length == 0) {
                continue;
            }
            XYSeries drawn = chart.addSeries(curve.name(), curve.x(), curve.y());
            drawn.setLineColor(COLOURS[i % COLOURS.length]);
            drawn.setMarkerColor(COLOURS[i % COLOURS.length]);
            drawn.setLineStyle(new BasicStroke(style == XYSeriesRenderStyle.Step ? 1.2f : 1.8f));
            drawn.setMarker(markers ? MARKERS[i % MARKERS.length] : SeriesMarkers.NONE);
        }
        return chart;
    }

    private static Series drawable(Series series, Axes axes) {
        int count = 0;
        double[] x = new double[series.x().length];
        double[] y = new double[series.x().length];
        for (int i = 0; i < series.x().length; i++) {
            if ((!axes.logX() || series.x()[i] > 0) && (!axes.logY() || series.y()[i] > 0)) {
                x[count] = series.x()[i];
                y[count++] = series.y()[i];
            }
        }
        return new Series(series.name(), Arrays.copyOf(x, count), Arrays.copyOf(y, count));
    }

    private static void plain(Styler styler) {
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setPlotBackgroundColor(Color.WHITE);
        styler.setPlotBorderVisible(false);
        styler.setChartTitleBoxVisible(false);
        styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 15));
    }

    private static void write(Path file, Chart<?, ?> chart, int width, int height) throws IOException {
        Svg.write(file, width, height, graphics -> chart.paint(graphics, width, height));
    }
}
