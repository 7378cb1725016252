package io.fluxon.launcher.demo;

import io.fluxon.schemas.Decision;
import io.fluxon.schemas.DecisionKind;
import io.fluxon.schemas.SequenceReport;
import io.fluxon.schemas.SequenceReportKind;
import io.fluxon.schemas.Truth;
import io.fluxon.streams.camera.EpochClassifier;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/**
 * Counts what arrives on the topics of a pipeline and joins decisions with the truth, whichever comes first. All methods
 * may be called by any thread.
 */
final class Tally {

    /** Elapsed event time between two points of the accuracy curve, microseconds. */
    static final long CURVE_STEP_MICROS = EpochClassifier.ESTIMATE_MICROS;

    /** The curve ends after one second of a recording. */
    private static final int CURVE_POINTS = 50;

    /** Epochs remembered to drop repeats and to wait for their truth; older ones are counted and forgotten. */
    private static final int REMEMBERED_EPOCHS = 10_000;

    private static final long MAX_LATENCY_MILLIS = 3_600_000;

    private final Histogram liveLatencyMillis = new Histogram(MAX_LATENCY_MILLIS, 3);
    private final Histogram committedLatencyMillis = new Histogram(MAX_LATENCY_MILLIS, 3);
    private final Map<EpochKey, Epoch> epochs = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<EpochKey, Epoch> eldest) {
            return size() > REMEMBERED_EPOCHS;
        }
    };

    private long liveDecisions;
    private long decisions;
    private long labelled;
    private long correct;
    private long deadLetters;
    private long gaps;
    private long duplicates;
    private long firstLiveUnixMillis = -1;
    private long firstCommittedUnixMillis = -1;
    private Epoch last;

    private final long[] rightAtPoint = new long[CURVE_POINTS];
    private long recordingsOnCurve;
    private int pointsOnCurve;

    private record EpochKey(String sensorId, long epoch) {}

    private static final class Epoch {
        private String recordingId;
        private String truth;
        private String liveLabel;
        private String committedLabel;
        private long lastSequence = -1;
        private boolean counted;
        private boolean onCurve;
        private boolean liveFinal;
        private int points;

        /** Label of the latest estimate at or before each point of the curve; null before the first. */
        private final String[] labelAtPoint = new String[CURVE_POINTS];
    }

    /** A latency distribution in milliseconds; null where nothing was measured. */
    record Latency(Long p50Millis, Long p99Millis) {

        private static Latency of(Histogram histogram) {
            return histogram.getTotalCount() == 0
                    ? new Latency(null, null)
                    : new Latency(histogram.getValueAtPercentile(50), histogram.getValueAtPercentile(99));
        }
    }

    /** The newest final decision on the live topic; recording and truth are null where unknown. */
    record LastDecision(String label, String truth, String recordingId) {}

    /**
     * The counts at one moment.
     *
     * @param last null before the first final decision
     * @param firstLiveUnixMillis when the first decision was seen on the live topic; -1 before
     * @param firstCommittedUnixMillis when the first final decision was seen by read_committed; -1 before
     */
    record Counts(
            long liveDecisions,
            long decisions,
            long labelled,
            long correct,
            long deadLetters,
            long gaps,
            long duplicates,
            LastDecision last,
            Latency live,
            Latency committed,
            long firstLiveUnixMillis,
            long firstCommittedUnixMillis) {}

    /**
     * Accuracy against elapsed event time: element i counts the labelled recordings whose latest estimate at or before
     * (i + 1) * 20 ms is right.
     */
    record Curve(List<Long> right, long recordings) {}

    /** A decision on the live topic, which may come again after a restart. */
    synchronized void live(Decision decision, long appendUnixMillis, long visibleUnixMillis) {
        Epoch epoch = epoch(decision.getSensorId(), decision.getEpoch());
        if (decision.getSequence() <= epoch.lastSequence) {
            return;
        }
        epoch.lastSequence = decision.getSequence();
        epoch.recordingId = decision.getRecordingId();
        epoch.liveLabel = decision.getLabel();
        liveDecisions++;
        record(liveLatencyMillis, appendUnixMillis, visibleUnixMillis);
        if (firstLiveUnixMillis < 0) {
            firstLiveUnixMillis = visibleUnixMillis;
        }
        // Offsets of the camera pipeline are microseconds.
        long toMicros = decision.getToOffset();
        long firstPoint = Math.max(0, (toMicros + CURVE_STEP_MICROS - 1) / CURVE_STEP_MICROS - 1);
        if (firstPoint < CURVE_POINTS) {
            Arrays.fill(epoch.labelAtPoint, (int) firstPoint, CURVE_POINTS, decision.getLabel());
            epoch.points = (int) firstPoint + 1;
        }
        if (decision.getKind() == DecisionKind.FINAL) {
            epoch.liveFinal = true;
            last = epoch;
        }
        judge(epoch);
    }

    /** A final decision as read_committed consumers see it: exactly once. */
    synchronized void committed(Decision decision, long appendUnixMillis, long visibleUnixMillis) {
        Epoch epoch = epoch(decision.getSensorId(), decision.getEpoch());
        epoch.recordingId = decision.getRecordingId();
        epoch.committedLabel = decision.getLabel();
        decisions++;
        record(committedLatencyMillis, appendUnixMillis, visibleUnixMillis);
        if (firstCommittedUnixMillis < 0) {
            firstCommittedUnixMillis = visibleUnixMillis;
        }
        judge(epoch);
    }

    synchronized void truth(Truth truth) {
        Epoch epoch = epoch(truth.getSensorId(), truth.getEpoch());
        epoch.truth = truth.getLabel();
        judge(epoch);
    }

    synchronized void sequenceReport(SequenceReport report) {
        if (report.getKind() == SequenceReportKind.GAP) {
            gaps++;
        } else if (report.getKind() == SequenceReportKind.DUPLICATE) {
            duplicates++;
        }
    }

    synchronized void deadLetter() {
        deadLetters++;
    }

    synchronized Counts counts() {
        return new Counts(
                liveDecisions,
                decisions,
                labelled,
                correct,
                deadLetters,
                gaps,
                duplicates,
                last == null ? null : new LastDecision(last.liveLabel, last.truth, last.recordingId),
                Latency.of(liveLatencyMillis),
                Latency.of(committedLatencyMillis),
                firstLiveUnixMillis,
                firstCommittedUnixMillis);
    }

    /** Final decisions that read_committed consumers see. */
    synchronized long decisions() {
        return decisions;
    }

    synchronized Curve curve() {
        return new Curve(Arrays.stream(rightAtPoint, 0, pointsOnCurve).boxed().toList(), recordingsOnCurve);
    }

    private Epoch epoch(String sensorId, long number) {
        return epochs.computeIfAbsent(new EpochKey(sensorId, number), key -> new Epoch());
    }

    private void judge(Epoch epoch) {
        if (epoch.truth == null) {
            return;
        }
        if (epoch.committedLabel != null && !epoch.counted) {
            epoch.counted = true;
            labelled++;
            if (epoch.committedLabel.equals(epoch.truth)) {
                correct++;
            }
        }
        if (epoch.liveFinal && !epoch.onCurve) {
            epoch.onCurve = true;
            recordingsOnCurve++;
            pointsOnCurve = Math.max(pointsOnCurve, epoch.points);
            for (int point = 0; point < CURVE_POINTS; point++) {
                if (epoch.truth.equals(epoch.labelAtPoint[point])) {
                    rightAtPoint[point]++;
                }
            }
        }
    }

    private static void record(Histogram histogram, long fromUnixMillis, long toUnixMillis) {
        histogram.recordValue(Math.min(MAX_LATENCY_MILLIS, Math.max(0, toUnixMillis - fromUnixMillis)));
    }
}
