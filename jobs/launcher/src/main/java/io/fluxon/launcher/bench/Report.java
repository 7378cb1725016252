package io.fluxon.launcher.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.HdrHistogram.Histogram;

/** Figures as JSON and as lines of text, with the machine that they are of. */
final class Report {

    private final ObjectNode root = new ObjectMapper().createObjectNode();
    private final StringBuilder lines = new StringBuilder();

    Report(boolean quick) {
        ObjectNode machine = root.putObject("machine");
        Runtime runtime = Runtime.getRuntime();
        machine.put("cores", runtime.availableProcessors());
        machine.put("architecture", System.getProperty("os.arch"));
        machine.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        machine.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
        machine.put("heapMebibytes", runtime.maxMemory() >> 20);
        machine.put(
                "collectors",
                String.join(
                        ", ",
                        ManagementFactory.getGarbageCollectorMXBeans().stream()
                                .map(GarbageCollectorMXBean::getName)
                                .toList()));
        machine.put(
                "vectorModule",
                ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent());
        root.put("oneProcess", true);
        root.put("quick", quick);
        line(
                "%s cores, Java %s, heap %,d MiB; broker, cluster and measurement in this one process%s",
                runtime.availableProcessors(),
                Runtime.version(),
                runtime.maxMemory() >> 20,
                quick ? "; --quick: small and short, no figures to go by" : "");
    }

    ObjectNode result() {
        return root;
    }

    String text() {
        return lines.toString().stripTrailing();
    }

    void line(String format, Object... values) {
        lines.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    /** Puts median, least, most and all of some values. */
    static void spread(ObjectNode parent, String name, List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        ObjectNode node = parent.putObject(name);
        node.put("median", rounded(median(values)));
        node.put("least", rounded(sorted[0]));
        node.put("most", rounded(sorted[sorted.length - 1]));
        Arrays.stream(values.stream().mapToDouble(Double::doubleValue).toArray())
                .map(Report::rounded)
                .forEach(node.withArray("runs")::add);
    }

    static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Median (least to most), each divided by a unit. */
    static String spread(List<Double> values, double unit, String format) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        String whole = values.size() == 1 ? format : format + " (" + format + " to " + format + ")";
        return String.format(
                Locale.ROOT, whole, median(values) / unit, sorted[0] / unit, sorted[sorted.length - 1] / unit);
    }

    /** Puts quantiles of times in nanoseconds as milliseconds. */
    static void millis(ObjectNode node, Histogram nanos) {
        node.put("count", nanos.getTotalCount());
        node.put("p50", nanos.getValueAtPercentile(50) / 1e6);
        node.put("p90", nanos.getValueAtPercentile(90) / 1e6);
        node.put("p99", nanos.getValueAtPercentile(99) / 1e6);
        node.put("p999", nanos.getValueAtPercentile(99.9) / 1e6);
        node.put("most", nanos.getMaxValue() / 1e6);
    }

    /** To four significant digits, so that nobody takes the rest for something. */
    static double rounded(double value) {
        return value == 0 || !Double.isFinite(value)
                ? value
                : new BigDecimal(value).round(new MathContext(4)).doubleValue();
    }
}
