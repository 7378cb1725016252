package io.fluxon.launcher.demo;

import io.fluxon.schemas.AvroCodec;
import io.fluxon.schemas.BadRecordException;
import io.fluxon.schemas.Decision;
import io.fluxon.schemas.DecisionKind;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.Truth;
import io.fluxon.streams.network.NetworkSettings;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Counts what arrives on the topics of cameras and joins decisions with the truth, whichever comes first. */
final class CameraTally extends Tally {

    /** Elapsed event time between two points of the accuracy curve, microseconds. */
    static final long CURVE_STEP_MICROS = NetworkSettings.ESTIMATE_MICROS;

    /** The curve ends after one second of a recording. */
    private static final int CURVE_POINTS = 50;

    /** Epochs remembered to drop repeats and to wait for their truth; older ones are counted and forgotten. */
    private static final int REMEMBERED_EPOCHS = 10_000;

    private final AvroCodec<Decision> decisionCodec = new AvroCodec<>(Decision.class);
    private final AvroCodec<Truth> truthCodec = new AvroCodec<>(Truth.class);
    private final Map<RecentEpochs.Key, Epoch> epochs = new RecentEpochs<>(REMEMBERED_EPOCHS);

    private long liveDecisions;
    private long decisions;
    private long labelled;
    private long correct;
    private Epoch last;

    private final long[] rightAtPoint = new long[CURVE_POINTS];
    private long recordingsOnCurve;
    private int pointsOnCurve;

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

    /**
     * The counts at one moment.
     *
     * @param decisions final decisions that read_committed consumers see
     * @param last the newest final decision on the live topic; null before the first
     */
    record Counts(Common common, long decisions, long labelled, long correct, LastDecision last) {}

    /**
     * Accuracy against elapsed event time: element i counts the labelled recordings whose latest estimate at or before
     * (i + 1) * 20 ms is right.
     */
    record Curve(List<Long> right, long recordings) {}

    CameraTally() {
        super(SensorKind.CAMERA);
    }

    @Override
    void countTruth(byte[] value) throws BadRecordException {
        truth(truthCodec.decode(value));
    }

    @Override
    void countLive(byte[] value, long appendUnixMillis, long visibleUnixMillis) throws BadRecordException {
        live(decisionCodec.decode(value), appendUnixMillis, visibleUnixMillis);
    }

    @Override
    void countResult(String topic, byte[] value, long appendUnixMillis, long visibleUnixMillis)
            throws BadRecordException {
        Decision decision = decisionCodec.decode(value);
        if (decision.getKind() == DecisionKind.FINAL) {
            committed(decision, appendUnixMillis, visibleUnixMillis);
        }
    }

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
        measureLive(appendUnixMillis, visibleUnixMillis);
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
        measureCommitted(appendUnixMillis, visibleUnixMillis);
        judge(epoch);
    }

    synchronized void truth(Truth truth) {
        Epoch epoch = epoch(truth.getSensorId(), truth.getEpoch());
        epoch.truth = truth.getLabel();
        judge(epoch);
    }

    synchronized Counts counts() {
        return new Counts(
                common(),
                decisions,
                labelled,
                correct,
                last == null ? null : new LastDecision(last.liveLabel, last.truth, last.recordingId));
    }

    @Override
    synchronized long liveResults() {
        return liveDecisions;
    }

    /** Final decisions that read_committed consumers see. */
    synchronized long decisions() {
        return decisions;
    }

    synchronized Curve curve() {
        return new Curve(Arrays.stream(rightAtPoint, 0, pointsOnCurve).boxed().toList(), recordingsOnCurve);
    }

    private Epoch epoch(String sensorId, long number) {
        return epochs.computeIfAbsent(new RecentEpochs.Key(sensorId, number), key -> new Epoch());
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
}
