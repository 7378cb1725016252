package io.fluxon.connectors.kafka;

import io.fluxon.schemas.Topic;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * A record on its way to Kafka. Value and key are pure functions of the input; the wall clock only enters the header
 * {@value #SOURCE_APPEND_HEADER}, from which a consumer reads the latency.
 */
public final class OutgoingRecord {

    /** When the broker appended the packet that made the record leave, Unix milliseconds in decimal. */
    public static final String SOURCE_APPEND_HEADER = "fluxon-source-append-unix-millis";

    public String topic;
    public byte[] key;
    public byte[] value;
    public long sourceAppendUnixMillis;

    public OutgoingRecord() {}

    public OutgoingRecord(Topic topic, byte[] key, byte[] value, long sourceAppendUnixMillis) {
        this.topic = topic.topicName();
        this.key = key;
        this.value = value;
        this.sourceAppendUnixMillis = sourceAppendUnixMillis;
    }

    public static TypeInformation<OutgoingRecord> typeInformation() {
        return Types.POJO(OutgoingRecord.class);
    }
}
