package io.fluxon.launcher.demo;

import io.fluxon.schemas.AvroCodec;
import io.fluxon.schemas.BadRecordException;
import io.fluxon.schemas.Decision;
import io.fluxon.schemas.DecisionKind;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.Truth;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;

/**
 * Counts what arrives on the topics of wearables. A decision is labelled if one interval of the truth about its epoch
 * contains its own interval wholly; decision and interval may come in any order.
 */
final class WatchTally extends Tally {

    /** Epochs remembered to drop repeats and to join; older ones are counted and forgotten. */
    private static final int REMEMBERED_EPOCHS = 200;

    /** Intervals of truth, and decisions without one, remembered of an epoch. */
    private static final int REMEMBERED_INTERVALS = 1_000;

    private final AvroCodec<Decision> decisionCodec = new AvroCodec<>(Decision.class);
    private final AvroCodec<Truth> truthCodec = new AvroCodec<>(Truth.class);
    private final Map<RecentEpochs.Key, Epoch> epochs = new RecentEpochs<>(REMEMBERED_EPOCHS);

    private long liveDecisions;
    private long decisions;
    private long labelled;
    private long correct;
    private long synapticOperations;
    private long denseOperations;
    private Interval last;
    private String lastDevice;
    private Epoch lastEpoch;

    /** A label of a stretch of time, in offset units. */
    private record Interval(long fromOffset, long toOffset, String label) {

        boolean contains(Interval other) {
            return fromOffset <= other.fromOffset && other.toOffset <= toOffset;
        }
    }

    private static final class Epoch {
        private long lastSequence = -1;
        private long synapticOperations;
        private long denseOperations;
        private final Deque<Interval> truth = new ArrayDeque<>();
        private final Deque<Interval> unlabelled = new ArrayDeque<>();

        /** Null where it is unknown. */
        private String truthOf(Interval decision) {
            for (Iterator<Interval> newest = truth.descendingIterator(); newest.hasNext(); ) {
                Interval interval = newest.next();
                if (interval.contains(decision)) {
                    return interval.label();
                }
            }
            return null;
        }
    }

    /**
     * The counts at one moment.
     *
     * @param decisions final decisions that read_committed consumers see
     * @param operationsSavedPercent of the weights that a dense evaluation would have multiplied, how many were not; null
     *     if there is no decision
     * @param last the newest final decision on the live topic; null before the first
     */
    record Counts(
            Common common,
            long decisions,
            long labelled,
            long correct,
            Double operationsSavedPercent,
            LastDecision last) {}

    WatchTally() {
        super(SensorKind.WATCH);
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
        committed(decisionCodec.decode(value), appendUnixMillis, visibleUnixMillis);
    }

    /** A decision on the live topic, which may come again after a restart. */
    synchronized void live(Decision decision, long appendUnixMillis, long visibleUnixMillis) {
        Epoch epoch = epoch(decision.getSensorId(), decision.getEpoch());
        if (decision.getSequence() <= epoch.lastSequence) {
            return;
        }
        epoch.lastSequence = decision.getSequence();
        liveDecisions++;
        measureLive(appendUnixMillis, visibleUnixMillis);
        if (decision.getKind() == DecisionKind.FINAL) {
            last = interval(decision);
            lastDevice = decision.getSensorId();
            lastEpoch = epoch;
        }
    }

    /** A decision as read_committed consumers see it: exactly once. */
    synchronized void committed(Decision decision, long appendUnixMillis, long visibleUnixMillis) {
        if (decision.getKind() != DecisionKind.FINAL) {
            return;
        }
        decisions++;
        measureCommitted(appendUnixMillis, visibleUnixMillis);
        Epoch epoch = epoch(decision.getSensorId(), decision.getEpoch());
        // Both count from the start of the epoch.
        synapticOperations += decision.getSynapticOperations() - epoch.synapticOperations;
        epoch.synapticOperations = decision.getSynapticOperations();
        denseOperations += decision.getDenseOperations() - epoch.denseOperations;
        epoch.denseOperations = decision.getDenseOperations();
        Interval interval = interval(decision);
        String truth = epoch.truthOf(interval);
        if (truth == null) {
            addBounded(epoch.unlabelled, interval);
        } else {
            judge(interval, truth);
        }
    }

    synchronized void truth(Truth truth) {
        Epoch epoch = epoch(truth.getSensorId(), truth.getEpoch());
        Interval known = new Interval(
                truth.getFromOffset() == null ? Long.MIN_VALUE : truth.getFromOffset(),
                truth.getToOffset() == null ? Long.MAX_VALUE : truth.getToOffset(),
                truth.getLabel());
        addBounded(epoch.truth, known);
        for (Iterator<Interval> waiting = epoch.unlabelled.iterator(); waiting.hasNext(); ) {
            Interval decision = waiting.next();
            if (known.contains(decision)) {
                waiting.remove();
                judge(decision, known.label());
            }
        }
    }

    synchronized Counts counts() {
        return new Counts(
                common(),
                decisions,
                labelled,
                correct,
                denseOperations == 0 ? null : 100 * (1 - (double) synapticOperations / denseOperations),
                last == null ? null : new LastDecision(last.label(), lastEpoch.truthOf(last), lastDevice));
    }

    @Override
    synchronized long liveResults() {
        return liveDecisions;
    }

    private void judge(Interval decision, String truth) {
        labelled++;
        if (decision.label().equals(truth)) {
            correct++;
        }
    }

    private Epoch epoch(String deviceId, long number) {
        return epochs.computeIfAbsent(new RecentEpochs.Key(deviceId, number), key -> new Epoch());
    }

    private static Interval interval(Decision decision) {
        return new Interval(decision.getFromOffset(), decision.getToOffset(), decision.getLabel());
    }

    private static void addBounded(Deque<Interval> intervals, Interval interval) {
        intervals.addLast(interval);
        if (intervals.size() > REMEMBERED_INTERVALS) {
            intervals.removeFirst();
        }
    }
}
