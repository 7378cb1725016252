package io.fluxon.schemas;

import java.util.Map;
import org.apache.avro.Schema;

/**
 * The topic catalogue: name, contract, delivery and broker settings of every topic of the project, in one place.
 *
 * <p>{@link Delivery#EXACTLY_ONCE} topics are written in Flink's checkpoint transactions and must be read with
 * {@code isolation.level=read_committed}. {@link Delivery#AT_LEAST_ONCE} topics are visible at once; a reader drops
 * repeats by (sensorId, epoch, sequence).
 */
public enum Topic {
    CAMERA_PACKETS(
            "fluxon.camera.packets", SensorPacket.getClassSchema(), Delivery.AT_LEAST_ONCE, Limits.PACKET_RECORD),
    CAMERA_DECISIONS("fluxon.camera.decisions", Decision.getClassSchema(), Delivery.EXACTLY_ONCE, Limits.PACKET_RECORD),
    CAMERA_LIVE_DECISIONS(
            "fluxon.camera.decisions.live", Decision.getClassSchema(), Delivery.AT_LEAST_ONCE, Limits.PACKET_RECORD),
    CAMERA_SEQUENCE_REPORTS(
            "fluxon.camera.sequence-reports",
            SequenceReport.getClassSchema(),
            Delivery.EXACTLY_ONCE,
            Limits.PACKET_RECORD),
    CAMERA_DEAD_LETTERS(
            "fluxon.camera.dead-letters",
            DeadLetter.getClassSchema(),
            Delivery.EXACTLY_ONCE,
            Limits.DEAD_LETTER_RECORD),
    CAMERA_TRUTH("fluxon.camera.truth", Truth.getClassSchema(), Delivery.AT_LEAST_ONCE, Limits.PACKET_RECORD),

    WATCH_PACKETS("fluxon.watch.packets", SensorPacket.getClassSchema(), Delivery.AT_LEAST_ONCE, Limits.PACKET_RECORD),
    WATCH_DECISIONS("fluxon.watch.decisions", Decision.getClassSchema(), Delivery.EXACTLY_ONCE, Limits.PACKET_RECORD),
    WATCH_LIVE_DECISIONS(
            "fluxon.watch.decisions.live", Decision.getClassSchema(), Delivery.AT_LEAST_ONCE, Limits.PACKET_RECORD),
    WATCH_SEQUENCE_REPORTS(
            "fluxon.watch.sequence-reports",
            SequenceReport.getClassSchema(),
            Delivery.EXACTLY_ONCE,
            Limits.PACKET_RECORD),
    WATCH_DEAD_LETTERS(
            "fluxon.watch.dead-letters", DeadLetter.getClassSchema(), Delivery.EXACTLY_ONCE, Limits.DEAD_LETTER_RECORD),
    WATCH_TRUTH("fluxon.watch.truth", Truth.getClassSchema(), Delivery.AT_LEAST_ONCE, Limits.PACKET_RECORD),

    PULSES_PACKETS(
            "fluxon.pulses.packets", SensorPacket.getClassSchema(), Delivery.AT_LEAST_ONCE, Limits.PACKET_RECORD),
    PULSES_DECISIONS("fluxon.pulses.decisions", Decision.getClassSchema(), Delivery.EXACTLY_ONCE, Limits.PACKET_RECORD),
    PULSES_LIVE_DECISIONS(
            "fluxon.pulses.decisions.live", Decision.getClassSchema(), Delivery.AT_LEAST_ONCE, Limits.PACKET_RECORD),
    PULSES_HITS("fluxon.pulses.hits", HitBatch.getClassSchema(), Delivery.EXACTLY_ONCE, Limits.PACKET_RECORD),
    PULSES_LIVE_HITS(
            "fluxon.pulses.hits.live", HitBatch.getClassSchema(), Delivery.AT_LEAST_ONCE, Limits.PACKET_RECORD),
    PULSES_SPECTRA("fluxon.pulses.spectra", Spectrum.getClassSchema(), Delivery.EXACTLY_ONCE, Limits.PACKET_RECORD),
    PULSES_COINCIDENCES(
            "fluxon.pulses.coincidences",
            CoincidenceBatch.getClassSchema(),
            Delivery.EXACTLY_ONCE,
            Limits.PACKET_RECORD),
    PULSES_SEQUENCE_REPORTS(
            "fluxon.pulses.sequence-reports",
            SequenceReport.getClassSchema(),
            Delivery.EXACTLY_ONCE,
            Limits.PACKET_RECORD),
    PULSES_DEAD_LETTERS(
            "fluxon.pulses.dead-letters",
            DeadLetter.getClassSchema(),
            Delivery.EXACTLY_ONCE,
            Limits.DEAD_LETTER_RECORD),
    PULSES_TRUTH("fluxon.pulses.truth", TrueHits.getClassSchema(), Delivery.AT_LEAST_ONCE, Limits.PACKET_RECORD);

    /** What a reader of the topic may rely on. */
    public enum Delivery {
        AT_LEAST_ONCE,
        EXACTLY_ONCE
    }

    /** Record sizes in bytes. */
    public static final class Limits {

        /** The broker's own default; a packet's payload stays below 900 KiB so that its envelope fits. */
        public static final int PACKET_RECORD = 1_048_588;

        /** What a dead letter keeps of a record's key; a sensor's name is far shorter. */
        public static final int DEAD_LETTER_KEY = 1024;

        /** What a dead letter keeps of a record's value: all that an uncompressed record can hold. */
        public static final int DEAD_LETTER_VALUE = PACKET_RECORD;

        /** A dead letter: its value, its key twice, and its text. */
        public static final int DEAD_LETTER_RECORD = DEAD_LETTER_VALUE + 64 * 1024;

        /** Largest payload of a packet. */
        public static final int PACKET_PAYLOAD = 900 * 1024;

        private Limits() {}
    }

    private final String topicName;
    private final Schema schema;
    private final Delivery delivery;
    private final int maxRecordBytes;

    Topic(String topicName, Schema schema, Delivery delivery, int maxRecordBytes) {
        this.topicName = topicName;
        this.schema = schema;
        this.delivery = delivery;
        this.maxRecordBytes = maxRecordBytes;
    }

    public String topicName() {
        return topicName;
    }

    public Schema schema() {
        return schema;
    }

    public Delivery delivery() {
        return delivery;
    }

    /** Broker settings by Kafka's own names. Append time is the start of every latency that the project states. */
    public Map<String, String> config() {
        return Map.of("message.timestamp.type", "LogAppendTime", "max.message.bytes", Integer.toString(maxRecordBytes));
    }
}
