package io.fluxon.launcher.demo;

import io.fluxon.launcher.Printable;
import java.util.Locale;
import java.util.OptionalLong;

/** Figures as words. */
final class Text {

    private Text() {}

    static String row(String name, String content) {
        return String.format(Locale.ROOT, "%-10s%s", name, content);
    }

    static String quantity(String value, String unit) {
        return String.format(Locale.ROOT, "%9s %-11s", value, unit);
    }

    static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    static String rate(double perSecond) {
        return String.format(Locale.ROOT, "%,.0f", perSecond);
    }

    static String fixed(double value, int decimals) {
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }

    static String fixedOrDash(Double value, int decimals) {
        return value == null ? "-" : fixed(value, decimals);
    }

    static String orDash(OptionalLong value) {
        return value.isPresent() ? count(value.getAsLong()) : "-";
    }

    /** "1 recording", "2 recordings". */
    static String plural(long count, String unit) {
        return count(count) + " " + unit + (count == 1 ? "" : "s");
    }

    static String accuracy(long correct, long labelled) {
        return labelled == 0
                ? "- (nothing labelled)"
                : String.format(Locale.ROOT, "%,d/%,d %.1f %%", correct, labelled, 100.0 * correct / labelled);
    }

    static String latency(Tally.Latency latency) {
        return latency.p50Millis() == null
                ? "-/- ms"
                : count(latency.p50Millis()) + "/" + count(latency.p99Millis()) + " ms";
    }

    /** The last decision, or a dash if there is none; labels and names come from outside. */
    static String last(Tally.LastDecision last) {
        if (last == null) {
            return "-";
        }
        String truth;
        if (last.truth() == null) {
            truth = "truth unknown";
        } else {
            truth = "truth " + last.truth() + (last.truth().equals(last.label()) ? "  right" : "  WRONG");
        }
        return Printable.of(last.label() + "  " + truth + (last.source() == null ? "" : "  (" + last.source() + ")"));
    }
}
