package io.fluxon.launcher.demo;

import io.fluxon.schemas.SensorKind;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * What a lane leaves to say.
 *
 * @param summary a record whose components are the figures by the names of the JSON line; null means unknown
 * @param common the counts that {@code summary} shares with the other lanes, and more of them
 * @param lines the same for people
 */
record LaneReport(SensorKind kind, Object summary, Tally.Common common, List<String> lines) {

    /** The lines of every lane, around those of its results. */
    static List<String> lines(long packets, String events, double seconds, Tally.Common common, List<String> results) {
        List<String> lines = new ArrayList<>();
        lines.add(Text.row(
                "input", Text.count(packets) + " packets, " + events + " in " + Text.fixed(seconds, 1) + " s"));
        lines.add(Text.row(
                "pipeline",
                Text.count(common.gaps()) + " gaps, " + Text.count(common.duplicates()) + " duplicates, "
                        + Text.count(common.deadLetters()) + " dead letters"));
        lines.addAll(results);
        lines.add(Text.row(
                "p50/p99", "live " + Text.latency(common.live()) + ", committed " + Text.latency(common.committed())));
        lines.add(Text.row(
                "start",
                "first result after " + sinceProcessStart(common.firstLiveUnixMillis()) + " (live), "
                        + sinceProcessStart(common.firstCommittedUnixMillis()) + " (committed)"));
        return lines;
    }

    private static String sinceProcessStart(long unixMillis) {
        return unixMillis < 0
                ? "-"
                : Text.fixed((unixMillis - ManagementFactory.getRuntimeMXBean().getStartTime()) / 1e3, 1) + " s";
    }
}
