package io.fluxon.benchmarks;

import java.awt.Color;
import java.awt.Dimension;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.apache.batik.svggen.SVGSyntax;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Runs the cases of {@link EngineBenchmark} in turn, a JVM for each, between them the same loop in C where there is a
 * compiler, and prints processor times of one thread beside their ratios within a turn. With a folder as its argument it
 * measures the time per step against the activity instead and writes engine-activity.csv and engine-activity.svg there.
 * To be run in the root of the project.
 */
public final class EngineFigures {

    private static final int TURNS = 3;
    private static final Path C_SOURCE = Path.of("jobs/benchmarks/src/main/c/lif_step.c");
    private static final String SIZES = "128-256-10";
    private static final int[] RATIO_PERCENTS = {5, 10, 20};
    private static final int[] CURVE_PERCENTS = {0, 1, 2, 5, 10, 15, 20, 30, 40, 60, 80, 100};
    private static final List<String> PRODUCTS = List.of("ROW", "FOUR_ROWS", "VECTOR");
    private static final int WIDTH = 800;
    private static final int HEIGHT = 500;

    /** Counters of the turns so far. */
    private final Map<String, List<Map<String, Double>>> measured = new LinkedHashMap<>();

    private EngineFigures() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 1) {
            drawActivity(Path.of(arguments[0]));
        } else {
            new EngineFigures().print();
        }
    }

    private void print() throws RunnerException, IOException, InterruptedException {
        Path program = compileC();
        for (int turn = 1; turn <= TURNS; turn++) {
            if (program != null) {
                keep("C " + SIZES, runC(program));
            }
            for (boolean vectors : List.of(true, false)) {
                String loops = vectors ? "vector " : "plain ";
                keep(loops + SIZES, steps(vectors, SIZES, 5));
                for (int percent : RATIO_PERCENTS) {
                    keep(loops + "256-256 " + percent, steps(vectors, "256-256", percent));
                }
                keep(loops + "2312-512-10", recordings(vectors, "2312-512-10"));
                if (EngineWorkloads.hasConvolutional()) {
                    keep(loops + "nir_cnn_nmnist", recordings(vectors, "nir_cnn_nmnist"));
                }
            }
            for (int percent : RATIO_PERCENTS) {
                for (String product : PRODUCTS) {
                    keep("dense " + product + " " + percent, dense("denseStep", product, percent));
                    keep("product " + product + " " + percent, dense("product", product, percent));
                }
                keep("product ACTIVE_ROWS " + percent, dense("product", "ACTIVE_ROWS", percent));
            }
            System.err.println("turn " + turn + " of " + TURNS);
        }
        printSteps(program != null);
        printRatios();
        printRecordings();
    }

    private void printSteps(boolean withC) {
        System.out.println(SIZES + ", 5 % of the inputs spike: ns per step, median (least to most)");
        if (withC) {
            System.out.println("  C, cc -O3 -march=native       " + range("C " + SIZES, EngineFigures::nanosPerStep));
        }
        for (String loops : List.of("vector ", "plain ")) {
            System.out.printf(
                    Locale.ROOT,
                    "  engine, %-22s%s%s; %.1f hidden spikes and %.3f bytes allocated a step%n",
                    loops.equals("plain ") ? "compiler's loops" : "Vector API",
                    range(loops + SIZES, EngineFigures::nanosPerStep),
                    withC ? "   of C's time " + ratio(loops + SIZES, "C " + SIZES) : "",
                    value(loops + SIZES, "hiddenSpikes") / value(loops + SIZES, "steps"),
                    value(loops + SIZES, "allocatedBytes") / value(loops + SIZES, "steps"));
        }
        if (withC) {
            System.out.printf(
                    Locale.ROOT,
                    "  spikes in the first pass, C: %.0f and %.0f%n",
                    value("C " + SIZES, "hiddenSpikes"),
                    value("C " + SIZES, "outputSpikes"));
        }
    }

    private void printRatios() {
        System.out.println("256-256, ns per step, and the best dense time of the turn over the sparse one");
        for (int percent : RATIO_PERCENTS) {
            System.out.printf("  %d %%, product of matrix and input alone%n", percent);
            printRatio("product ", percent, List.of("product ACTIVE_ROWS " + percent));
            System.out.printf("  %d %%, whole step%n", percent);
            printRatio("dense ", percent, List.of("vector 256-256 " + percent, "plain 256-256 " + percent));
        }
    }

    private void printRatio(String dense, int percent, List<String> sparse) {
        for (String product : PRODUCTS) {
            String name = dense + product + " " + percent;
            System.out.printf("    %-24s%s%n", name, range(name, EngineFigures::nanosPerStep));
        }
        for (String name : sparse) {
            List<Double> ratios = new ArrayList<>();
            for (int turn = 0; turn < TURNS; turn++) {
                double best = Double.POSITIVE_INFINITY;
                for (String product : PRODUCTS) {
                    best = Math.min(
                            best,
                            nanosPerStep(measured.get(dense + product + " " + percent)
                                    .get(turn)));
                }
                ratios.add(best / nanosPerStep(measured.get(name).get(turn)));
            }
            System.out.printf(
                    "    %-24s%s   x %s%n", name, range(name, EngineFigures::nanosPerStep), range(ratios, "%.1f"));
        }
    }

    private void printRecordings() {
        System.out.println(EngineWorkloads.recordingsAtHand()
                + ", one core: times real time, million synaptic operations/s," + " bytes allocated");
        measured.forEach((name, turns) -> {
            if (turns.get(0).getOrDefault("sensorMicros", 0.0) > 0) {
                System.out.printf(
                        "  %-24s%s   %s   %.0f%n",
                        name,
                        range(name, work -> 1e3 * work.get("sensorMicros") / work.get("cpuNanos")),
                        range(name, work -> 1e3 * work.get("synapticOperations") / work.get("cpuNanos")),
                        value(name, "allocatedBytes"));
            }
        });
    }

    private static void drawActivity(Path folder) throws RunnerException, IOException, ParserConfigurationException {
        StringBuilder csv = new StringBuilder("active_percent,engine_us,dense_us\n");
        List<Double> percents = new ArrayList<>();
        List<Double> engine = new ArrayList<>();
        List<Double> dense = new ArrayList<>();
        for (int percent : CURVE_PERCENTS) {
            double engineMicros = 1e-3 * nanosPerStep(steps(true, "256-256", percent));
            double denseMicros = 1e-3 * nanosPerStep(dense("denseStep", "VECTOR", percent));
            csv.append(String.format(Locale.ROOT, "%d,%.3f,%.3f%n", percent, engineMicros, denseMicros));
            percents.add((double) percent);
            engine.add(engineMicros);
            dense.add(denseMicros);
        }
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("engine-activity.csv"), csv);
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title("A step of 256 LIF neurons with 256 inputs, one thread")
                .xAxisTitle("inputs that spike in a step, %")
                .yAxisTitle("time per step, us")
                .build();
        chart.getStyler().setChartBackgroundColor(Color.WHITE);
        chart.getStyler().setPlotBorderVisible(false);
        chart.getStyler().setChartTitleBoxVisible(false);
        chart.getStyler().setPlotGridLinesColor(new Color(0xDDDDDD));
        chart.getStyler().setLegendPosition(LegendPosition.OutsideS);
        chart.getStyler().setLegendBorderColor(Color.WHITE);
        chart.getStyler().setYAxisMin(0.0);
        chart.getStyler().setXAxisDecimalPattern("0");
        add(chart, "event-driven: the engine", percents, engine, new Color(0x0072B2), SeriesMarkers.CIRCLE);
        add(chart, "dense: full matrix-vector product", percents, dense, new Color(0xD55E00), SeriesMarkers.SQUARE);
        write(folder.resolve("engine-activity.svg"), chart);
    }

    private static void add(XYChart chart, String name, List<Double> x, List<Double> y, Color colour, Marker marker) {
        XYSeries series = chart.addSeries(name, x, y);
        series.setLineColor(colour);
        series.setMarkerColor(colour);
        series.setMarker(marker);
    }

    private static void write(Path file, XYChart chart) throws IOException, ParserConfigurationException {
        SVGGeneratorContext context = SVGGeneratorContext.createDefault(DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .getDOMImplementation()
                .createDocument(SVGSyntax.SVG_NAMESPACE_URI, "svg", null));
        context.setComment(null);
        context.setPrecision(2);
        SVGGraphics2D graphics = new SVGGraphics2D(context, false);
        graphics.setSVGCanvasSize(new Dimension(WIDTH, HEIGHT));
        chart.paint(graphics, WIDTH, HEIGHT);
        StringWriter text = new StringWriter();
        graphics.stream(text, true);
        // A viewer would fetch the document type from the network.
        Files.writeString(file, text.toString().replaceFirst("(?s)<!DOCTYPE[^>]*>\\s*", ""), StandardCharsets.UTF_8);
    }

    private static Map<String, Double> steps(boolean vectors, String sizes, int percent) throws RunnerException {
        return run(vectors, "step", Map.of("sizes", sizes, "activePercent", Integer.toString(percent)));
    }

    private static Map<String, Double> dense(String method, String product, int percent) throws RunnerException {
        return run(true, method, Map.of("product", product, "activePercent", Integer.toString(percent)));
    }

    private static Map<String, Double> recordings(boolean vectors, String network) throws RunnerException {
        return run(vectors, "recordings", Map.of("network", network));
    }

    private static Map<String, Double> run(boolean vectors, String method, Map<String, String> parameters)
            throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(EngineBenchmark.class.getName() + "." + method + "$")
                .forks(1)
                .warmupIterations(3)
                .warmupTime(TimeValue.milliseconds(700))
                .measurementIterations(3)
                .measurementTime(TimeValue.milliseconds(700))
                .shouldFailOnError(true)
                .verbosity(VerboseMode.SILENT);
        if (vectors) {
            options = options.jvmArgs("--add-modules=jdk.incubator.vector");
        }
        for (Map.Entry<String, String> parameter : parameters.entrySet()) {
            options = options.param(parameter.getKey(), parameter.getValue());
        }
        RunResult result = new Runner(options.build()).run().iterator().next();
        Map<String, Double> counters = new TreeMap<>();
        result.getSecondaryResults().forEach((name, counter) -> counters.put(name, counter.getScore()));
        return counters;
    }

    /** The program, or null where there is no compiler. */
    private static Path compileC() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("fluxon-lif-step");
        Path program = folder.resolve("lif_step");
        try {
            int status = new ProcessBuilder(
                            "cc",
                            "-O3",
                            "-march=native",
                            "-ffp-contract=off",
                            "-o",
                            program.toString(),
                            C_SOURCE.toString())
                    .inheritIO()
                    .start()
                    .waitFor();
            if (status != 0) {
                throw new IOException("cc ends with status " + status + " for " + C_SOURCE);
            }
        } catch (IOException e) {
            System.err.println("no comparison with C: " + e.getMessage());
            return null;
        }
        EngineWorkloads.writeForC(folder.resolve("network"), EngineWorkloads.sizes(SIZES), 5);
        return program;
    }

    private static Map<String, Double> runC(Path program) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        program.toString(), program.resolveSibling("network").toString(), "2")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String[] printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                .trim()
                .split(" ");
        if (process.waitFor() != 0) {
            throw new IOException(program + " ends with status " + process.exitValue());
        }
        return Map.of(
                "cpuNanos", Double.valueOf(printed[0]),
                "steps", 1.0,
                "hiddenSpikes", Double.valueOf(printed[1]),
                "outputSpikes", Double.valueOf(printed[2]),
                "sensorMicros", 0.0);
    }

    private void keep(String name, Map<String, Double> counters) {
        measured.computeIfAbsent(name, each -> new ArrayList<>()).add(counters);
        System.err.printf(Locale.ROOT, "%-24s %.0f ns per step%n", name, nanosPerStep(counters));
    }

    private static double nanosPerStep(Map<String, Double> counters) {
        return counters.get("cpuNanos") / counters.get("steps");
    }

    /** Of the last turn. */
    private double value(String name, String counter) {
        List<Map<String, Double>> turns = measured.get(name);
        return turns.get(turns.size() - 1).get(counter);
    }

    private String ratio(String name, String yardstick) {
        List<Double> ratios = new ArrayList<>();
        for (int turn = 0; turn < TURNS; turn++) {
            ratios.add(nanosPerStep(measured.get(name).get(turn))
                    / nanosPerStep(measured.get(yardstick).get(turn)));
        }
        return range(ratios, "%.2f");
    }

    private String range(String name, ToDoubleFunction<Map<String, Double>> figure) {
        return range(measured.get(name).stream().map(figure::applyAsDouble).toList(), "%.0f");
    }

    private static String range(List<Double> values, String format) {
        List<Double> sorted = values.stream().sorted().toList();
        return String.format(
                Locale.ROOT,
                format + " (" + format + " to " + format + ")",
                sorted.get(sorted.size() / 2),
                sorted.get(0),
                sorted.get(sorted.size() - 1));
    }
}
