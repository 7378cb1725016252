package io.fluxon.launcher.demo;

import io.fluxon.connectors.kafka.OutgoingRecord;
import io.fluxon.schemas.AvroCodec;
import io.fluxon.schemas.BadRecordException;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.SequenceReport;
import io.fluxon.schemas.SequenceReportKind;
import java.nio.charset.StandardCharsets;
import org.HdrHistogram.Histogram;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * Counts what arrives on the topics of one kind of sensor. All methods may be called by any thread; those that
 * subclasses implement are called under the lock of this object, one record at a time.
 */
abstract class Tally {

    private static final long MAX_LATENCY_MILLIS = 3_600_000;

    private final SensorKind kind;
    private final AvroCodec<SequenceReport> reports = new AvroCodec<>(SequenceReport.class);
    private final Histogram liveLatencyMillis = new Histogram(MAX_LATENCY_MILLIS, 3);
    private final Histogram committedLatencyMillis = new Histogram(MAX_LATENCY_MILLIS, 3);

    private long deadLetters;
    private long gaps;
    private long duplicates;
    private long firstLiveUnixMillis = -1;
    private long firstCommittedUnixMillis = -1;
    private volatile long lastArrivalNanos = System.nanoTime();

    Tally(SensorKind kind) {
        this.kind = kind;
    }

    /** A latency distribution in milliseconds; null where nothing was measured. */
    record Latency(Long p50Millis, Long p99Millis) {

        private static Latency of(Histogram histogram) {
            return histogram.getTotalCount() == 0
                    ? new Latency(null, null)
                    : new Latency(histogram.getValueAtPercentile(50), histogram.getValueAtPercentile(99));
        }
    }

    /**
     * A decision and, where it is known, the truth about it.
     *
     * @param truth null where unknown
     * @param source recording or device that it is about; null where unknown
     */
    record LastDecision(String label, String truth, String source) {}

    /**
     * What is counted for every kind of sensor.
     *
     * @param live time from the append of the packet that a live result rests on to its visibility
     * @param committed the same for results that read_committed consumers see
     * @param firstLiveUnixMillis when the first live result was seen; -1 before
     * @param firstCommittedUnixMillis when the first committed result was seen; -1 before
     */
    record Common(
            long deadLetters,
            long gaps,
            long duplicates,
            Latency live,
            Latency committed,
            long firstLiveUnixMillis,
            long firstCommittedUnixMillis) {}

    /** Counts a record of one of the topics of the kind, as read when a consumer of the topic's delivery sees it. */
    final synchronized void count(ConsumerRecord<byte[], byte[]> record, long visibleUnixMillis)
            throws BadRecordException {
        lastArrivalNanos = System.nanoTime();
        String topic = record.topic();
        if (topic.equals(kind.deadLetters().topicName())) {
            deadLetter();
        } else if (topic.equals(kind.sequenceReports().topicName())) {
            sequenceReport(reports.decode(record.value()));
        } else if (topic.equals(kind.truth().topicName())) {
            countTruth(record.value());
        } else if (topic.equals(kind.live().topicName())) {
            countLive(record.value(), appendUnixMillis(record), visibleUnixMillis);
        } else {
            countResult(topic, record.value(), appendUnixMillis(record), visibleUnixMillis);
        }
    }

    /** A record of the truth topic, which may come before or after what it is about. */
    abstract void countTruth(byte[] value) throws BadRecordException;

    /** A record of the live topic, which may come again after a restart. */
    abstract void countLive(byte[] value, long appendUnixMillis, long visibleUnixMillis) throws BadRecordException;

    /** A record of one of the result topics as read_committed consumers see it: exactly once. */
    abstract void countResult(String topic, byte[] value, long appendUnixMillis, long visibleUnixMillis)
            throws BadRecordException;

    /** What the live topic has brought so far, in the unit of its rate in the view. */
    abstract long liveResults();

    final synchronized void sequenceReport(SequenceReport report) {
        if (report.getKind() == SequenceReportKind.GAP) {
            gaps++;
        } else if (report.getKind() == SequenceReportKind.DUPLICATE) {
            duplicates++;
        }
    }

    final synchronized void deadLetter() {
        deadLetters++;
    }

    final synchronized Common common() {
        return new Common(
                deadLetters,
                gaps,
                duplicates,
                Latency.of(liveLatencyMillis),
                Latency.of(committedLatencyMillis),
                firstLiveUnixMillis,
                firstCommittedUnixMillis);
    }

    /** When the last record arrived on any of the topics, by {@link System#nanoTime()}. */
    final long lastArrivalNanos() {
        return lastArrivalNanos;
    }

    final void measureLive(long appendUnixMillis, long visibleUnixMillis) {
        record(liveLatencyMillis, appendUnixMillis, visibleUnixMillis);
        if (firstLiveUnixMillis < 0) {
            firstLiveUnixMillis = visibleUnixMillis;
        }
    }

    final void measureCommitted(long appendUnixMillis, long visibleUnixMillis) {
        record(committedLatencyMillis, appendUnixMillis, visibleUnixMillis);
        if (firstCommittedUnixMillis < 0) {
            firstCommittedUnixMillis = visibleUnixMillis;
        }
    }

    private static void record(Histogram histogram, long fromUnixMillis, long toUnixMillis) {
        histogram.recordValue(Math.min(MAX_LATENCY_MILLIS, Math.max(0, toUnixMillis - fromUnixMillis)));
    }

    private static long appendUnixMillis(ConsumerRecord<byte[], byte[]> record) throws BadRecordException {
        Header header = record.headers().lastHeader(OutgoingRecord.SOURCE_APPEND_HEADER);
        if (header == null) {
            throw new BadRecordException(record.topic() + ", offset " + record.offset() + ": no header "
                    + OutgoingRecord.SOURCE_APPEND_HEADER);
        }
        return Long.parseLong(new String(header.value(), StandardCharsets.US_ASCII));
    }
}
