package io.fluxon.launcher.demo;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/**
 * What a demo leaves to say.
 *
 * @param live latency of the live topic
 * @param firstLiveSeconds from the start of the process to the first decision on the live topic; null if there was none
 * @param firstCommittedSeconds the same to the first final decision for read_committed
 * @param finished false if it was interrupted before its recordings ended
 */
record DemoReport(
        CameraSummary summary,
        Tally.Curve curve,
        Tally.Latency live,
        Double firstLiveSeconds,
        Double firstCommittedSeconds,
        boolean finished) {

    private static final int POINTS_PER_ROW = 10;

    void print(PrintWriter out) {
        line(
                out,
                "input",
                String.format(
                        Locale.ROOT,
                        "%,d packets, %,d events in %.1f s",
                        summary.packets(),
                        summary.events(),
                        summary.seconds()));
        line(
                out,
                "pipeline",
                String.format(
                        Locale.ROOT,
                        "%,d gaps, %,d duplicates, %,d dead letters",
                        summary.gaps(),
                        summary.duplicates(),
                        summary.deadLetters()));
        line(out, "decisions", String.format(Locale.ROOT, "%,d final", summary.decisions()));
        line(out, "right", LiveView.accuracy(summary.correct() == null ? 0 : summary.correct(), summary.labelled()));
        line(
                out,
                "latency",
                "live " + latency(live) + ", committed "
                        + latency(new Tally.Latency(summary.latencyMillisP50(), summary.latencyMillisP99())));
        line(
                out,
                "start",
                "first decision after " + seconds(firstLiveSeconds) + " (live), " + seconds(firstCommittedSeconds)
                        + " (final and committed)");
        printCurve(out);
    }

    private void printCurve(PrintWriter out) {
        List<Long> right = curve.right();
        if (curve.recordings() == 0 || right.isEmpty()) {
            return;
        }
        out.println();
        out.printf(
                Locale.ROOT,
                "Accuracy against elapsed event time, %,d recording%s%n",
                curve.recordings(),
                curve.recordings() == 1 ? "" : "s");
        for (int row = 0; row < right.size(); row += POINTS_PER_ROW) {
            StringBuilder times = new StringBuilder("  ms");
            StringBuilder shares = new StringBuilder("  % ");
            for (int point = row; point < Math.min(right.size(), row + POINTS_PER_ROW); point++) {
                times.append(String.format(Locale.ROOT, "%7d", (point + 1) * Tally.CURVE_STEP_MICROS / 1_000));
                shares.append(String.format(Locale.ROOT, "%7.1f", 100.0 * right.get(point) / curve.recordings()));
            }
            out.println(times);
            out.println(shares);
        }
        out.println();
    }

    private static void line(PrintWriter out, String name, String value) {
        out.printf(Locale.ROOT, "%-10s %s%n", name, value);
    }

    private static String latency(Tally.Latency latency) {
        return latency.p50Millis() == null
                ? "-"
                : String.format(Locale.ROOT, "p50 %,d ms p99 %,d ms", latency.p50Millis(), latency.p99Millis());
    }

    private static String seconds(Double seconds) {
        return seconds == null ? "-" : String.format(Locale.ROOT, "%.1f s", seconds);
    }
}
