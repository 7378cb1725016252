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
        List<String> lines = new ArrayList<>();
        lines.add(rule('┌', " Fluxon ", elapsed(snapshot.elapsedSeconds()), '┐', width));
        lines.add(row(
                Text.row("job", "  " + snapshot.jobState().toLowerCase(Locale.ROOT) + "  web UI " + snapshot.webUi()),
                width));
        for (Lane.Section section : snapshot.sections()) {
            lines.add(rule('├', " " + Printable.of(section.title()) + " ", "", '┤', width));
            for (String row : section.rows()) {
                lines.add(row(row, width));
            }
        }
        lines.add(rule('└', "", " Ctrl-C stops ", '┘', width));
        return lines;
    }

    /** A line for each lane, for where nothing can be redrawn. */
    static List<String> plainLines(Snapshot snapshot) {
        String elapsed = elapsed(snapshot.elapsedSeconds()).strip();
        return snapshot.sections().stream()
                .map(section -> elapsed + "  " + section.plainLine())
                .toList();
    }

    private static String elapsed(double seconds) {
        long whole = (long) seconds;
        return String.format(Locale.ROOT, " %d:%02d:%02d ", whole / 3600, whole / 60 % 60, whole % 60);
    }

    private static String row(String content, int width) {
        return "│ " + fitted(content, width - 4) + " │";
    }

    private static String rule(char left, String from, String to, char right, int width) {
        String title = fitted(from, Math.min(from.length(), width - 2 - to.length() - 2));
        return left + "─" + title + "─".repeat(width - 3 - title.length() - to.length() - 1) + to + "─" + right;
    }

    private static String fitted(String text, int width) {
        return text.length() > width ? text.substring(0, width) : text + " ".repeat(width - text.length());
    }

    static String ascii(String line) {
        return Sparkline.ascii(line)
                .replace('─', '-')
                .replace('│', '|')
                .replaceAll("[┌┐└┘├┤]", "+")
                .replace('±', '~');
    }
}
