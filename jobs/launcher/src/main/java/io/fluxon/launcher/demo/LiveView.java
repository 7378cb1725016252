package io.fluxon.launcher.demo;

import io.fluxon.launcher.Printable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.Display;
import org.jline.utils.InfoCmp.Capability;

/** Shows snapshots of a running demo as a box that is redrawn in place. */
final class LiveView implements AutoCloseable {

    private static final int MAX_WIDTH = 76;
    private static final int MIN_WIDTH = 24;

    static {
        // JLine would draw the box in the terminal's old line-drawing charset, which copies as letters.
        System.setProperty("org.jline.utils.disableAlternateCharset", "true");
    }

    private final Terminal terminal;
    private final Display display;
    private final boolean echo;

    private LiveView(Terminal terminal) {
        this.terminal = terminal;
        display = new Display(terminal, false);
        echo = terminal.echo(false);
        terminal.puts(Capability.cursor_invisible);
        terminal.flush();
    }

    /** The terminal of this process, or null where it cannot be redrawn in place. */
    static LiveView onTerminal() throws IOException {
        if (System.console() == null) {
            return null;
        }
        Terminal terminal = TerminalBuilder.builder()
                .system(true)
                .dumb(true)
                .nativeSignals(false)
                .build();
        if (terminal.getStringCapability(Capability.cursor_up) == null) {
            terminal.close();
            return null;
        }
        return new LiveView(terminal);
    }

    void show(Snapshot snapshot) {
        Size size = terminal.getSize();
        int columns = size.getColumns() > 0 ? size.getColumns() : MAX_WIDTH;
        int rows = size.getRows() > 0 ? size.getRows() : Integer.MAX_VALUE;
        boolean unicode = StandardCharsets.UTF_8.equals(terminal.encoding());
        List<AttributedString> lines = new ArrayList<>();
        // The last column stays free: some terminals wrap after writing to it.
        for (String line : lines(snapshot, columns - 1)) {
            if (lines.size() < rows - 1) {
                lines.add(new AttributedString(unicode ? line : ascii(line)));
            }
        }
        display.resize(rows, columns);
        display.update(lines, -1);
    }

    @Override
    public void close() throws IOException {
        terminal.puts(Capability.cursor_visible);
        terminal.echo(echo);
        terminal.writer().println();
        terminal.flush();
        terminal.close();
    }

    /** The box for a terminal of so many columns; all lines are equally long. */
    static List<String> lines(Snapshot snapshot, int columns) {
        int width = Math.max(MIN_WIDTH, Math.min(MAX_WIDTH, columns));
        Tally.Counts counts = snapshot.counts();
        List<String> lines = new ArrayList<>();
        lines.add(rule(
                '┌',
                " Fluxon: " + Printable.of(snapshot.title()) + " ",
                elapsed(snapshot.elapsedSeconds()),
                '┐',
                width));
        lines.add(row(
                "input",
                quantity(rate(snapshot.packetsPerSecond()), "packets/s")
                        + quantity(rate(snapshot.eventsPerSecond()), "events/s"),
                width));
        lines.add(row(
                "",
                quantity(count(snapshot.packets()), "packets") + quantity(count(snapshot.events()), "events"),
                width));
        lines.add(row("", quantity(count(snapshot.recordings()), "recordings"), width));
        lines.add(row("", "", width));
        lines.add(row(
                "pipeline",
                quantity(
                                snapshot.lagPackets().isPresent()
                                        ? count(snapshot.lagPackets().getAsLong())
                                        : "-",
                                "packets lag")
                        + "  (at last checkpoint)",
                width));
        lines.add(row(
                "",
                quantity(count(counts.gaps()), "gaps") + quantity(count(counts.duplicates()), "duplicates"),
                width));
        lines.add(row(
                "",
                quantity(count(counts.deadLetters()), "dead letters") + "  job "
                        + snapshot.jobState().toLowerCase(Locale.ROOT),
                width));
        lines.add(row("", "", width));
        lines.add(row(
                "decisions",
                quantity(rate(snapshot.decisionsPerSecond()), "decisions/s")
                        + quantity(count(counts.decisions()), "final"),
                width));
        lines.add(row("", "  last " + last(counts.last()), width));
        lines.add(row("", "  right " + accuracy(counts.correct(), counts.labelled()), width));
        lines.add(row("", "", width));
        lines.add(row("latency", latency("live", counts.live()), width));
        lines.add(row("", latency("committed", counts.committed()), width));
        lines.add(row("", "", width));
        lines.add(row("web UI", "  " + snapshot.webUi(), width));
        lines.add(rule('└', "", " Ctrl-C stops ", '┘', width));
        return lines;
    }

    /** One line for where nothing can be redrawn. */
    static String plainLine(Snapshot snapshot) {
        Tally.Counts counts = snapshot.counts();
        return String.format(
                Locale.ROOT,
                "%s  %s packets/s  %s events/s  lag %s  %d decisions  right %s  p50/p99 live %s/%s ms committed %s/%s ms"
                        + "  gaps %d  duplicates %d  dead letters %d",
                elapsed(snapshot.elapsedSeconds()).strip(),
                rate(snapshot.packetsPerSecond()),
                rate(snapshot.eventsPerSecond()),
                snapshot.lagPackets().isPresent() ? snapshot.lagPackets().getAsLong() : "-",
                counts.decisions(),
                accuracy(counts.correct(), counts.labelled()),
                orDash(counts.live().p50Millis()),
                orDash(counts.live().p99Millis()),
                orDash(counts.committed().p50Millis()),
                orDash(counts.committed().p99Millis()),
                counts.gaps(),
                counts.duplicates(),
                counts.deadLetters());
    }

    static String accuracy(long correct, long labelled) {
        return labelled == 0
                ? "- (nothing labelled)"
                : String.format(Locale.ROOT, "%,d/%,d  %.1f %%", correct, labelled, 100.0 * correct / labelled);
    }

    private static String last(Tally.LastDecision last) {
        if (last == null) {
            return "-";
        }
        String truth;
        if (last.truth() == null) {
            truth = "truth unknown";
        } else {
            truth = "truth " + last.truth() + (last.truth().equals(last.label()) ? "  right" : "  WRONG");
        }
        return Printable.of(
                last.label() + "  " + truth + (last.recordingId() == null ? "" : "  (" + last.recordingId() + ")"));
    }

    private static String latency(String name, Tally.Latency latency) {
        return String.format(
                Locale.ROOT,
                "  %-10s p50 %6s ms   p99 %6s ms",
                name,
                orDash(latency.p50Millis()),
                orDash(latency.p99Millis()));
    }

    private static String orDash(Long value) {
        return value == null ? "-" : count(value);
    }

    private static String quantity(String value, String unit) {
        return String.format(Locale.ROOT, "%12s %-13s", value, unit);
    }

    private static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String rate(double perSecond) {
        return String.format(Locale.ROOT, "%,.0f", perSecond);
    }

    private static String elapsed(double seconds) {
        long whole = (long) seconds;
        return String.format(Locale.ROOT, " %d:%02d:%02d ", whole / 3600, whole / 60 % 60, whole % 60);
    }

    private static String row(String name, String content, int width) {
        return "│ " + fitted(String.format(Locale.ROOT, "%-9s %s", name, content), width - 4) + " │";
    }

    private static String rule(char left, String from, String to, char right, int width) {
        String title = fitted(from, Math.min(from.length(), width - 2 - to.length() - 2));
        return left + "─" + title + "─".repeat(width - 3 - title.length() - to.length() - 1) + to + "─" + right;
    }

    private static String fitted(String text, int width) {
        return text.length() > width ? text.substring(0, width) : text + " ".repeat(width - text.length());
    }

    private static String ascii(String line) {
        return line.replace('─', '-').replace('│', '|').replaceAll("[┌┐└┘]", "+");
    }
}
