package io.fluxon.schemas;

import java.util.List;
import java.util.Locale;

/** The kinds of sensors; each has a pipeline and topics of its own. */
public enum SensorKind {
    CAMERA(
            Topic.CAMERA_PACKETS,
            Topic.CAMERA_LIVE_DECISIONS,
            Topic.CAMERA_TRUTH,
            Topic.CAMERA_SEQUENCE_REPORTS,
            Topic.CAMERA_DEAD_LETTERS,
            List.of(Topic.CAMERA_DECISIONS)),
    WATCH(
            Topic.WATCH_PACKETS,
            Topic.WATCH_LIVE_DECISIONS,
            Topic.WATCH_TRUTH,
            Topic.WATCH_SEQUENCE_REPORTS,
            Topic.WATCH_DEAD_LETTERS,
            List.of(Topic.WATCH_DECISIONS)),
    PULSES(
            Topic.PULSES_PACKETS,
            Topic.PULSES_LIVE_HITS,
            Topic.PULSES_TRUTH,
            Topic.PULSES_SEQUENCE_REPORTS,
            Topic.PULSES_DEAD_LETTERS,
            List.of(Topic.PULSES_HITS, Topic.PULSES_SPECTRA, Topic.PULSES_COINCIDENCES));

    private final Topic packets;
    private final Topic live;
    private final Topic truth;
    private final Topic sequenceReports;
    private final Topic deadLetters;
    private final List<Topic> results;

    SensorKind(Topic packets, Topic live, Topic truth, Topic sequenceReports, Topic deadLetters, List<Topic> results) {
        this.packets = packets;
        this.live = live;
        this.truth = truth;
        this.sequenceReports = sequenceReports;
        this.deadLetters = deadLetters;
        this.results = results;
    }

    /** Its name in topics, options and output: in lower case. */
    public String lowerCaseName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What its pipeline reads. */
    public Topic packets() {
        return packets;
    }

    /** What its pipeline says at once, at least once. */
    public Topic live() {
        return live;
    }

    /** Known answers, which no pipeline reads. */
    public Topic truth() {
        return truth;
    }

    public Topic sequenceReports() {
        return sequenceReports;
    }

    public Topic deadLetters() {
        return deadLetters;
    }

    /** What its pipeline says exactly once, the main topic first. */
    public List<Topic> results() {
        return results;
    }
}
