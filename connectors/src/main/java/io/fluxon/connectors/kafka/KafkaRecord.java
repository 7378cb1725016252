package io.fluxon.connectors.kafka;

import io.fluxon.schemas.AvroCodec;
import io.fluxon.schemas.BadRecordException;
import io.fluxon.schemas.SensorPacket;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;

/**
 * A record as it came from Kafka: its bytes and its origin. This is what travels between operators, so that a dead
 * letter holds the very bytes that came; the packet inside is decoded on demand, and once where a task passes objects on
 * without copying them.
 *
 * <p>Public fields and a no-argument constructor make it a Flink POJO, whose serializer evolves.
 */
public final class KafkaRecord {

    public String topic;
    public int partition;
    public long offset;

    /** When the broker appended the record, Unix milliseconds. */
    public long appendUnixMillis;

    /** Null where the record has none. */
    public byte[] key;

    /** Null where the record has none. */
    public byte[] value;

    private transient SensorPacket packet;

    public KafkaRecord() {}

    public KafkaRecord(String topic, int partition, long offset, long appendUnixMillis, byte[] key, byte[] value) {
        this.topic = topic;
        this.partition = partition;
        this.offset = offset;
        this.appendUnixMillis = appendUnixMillis;
        this.key = key;
        this.value = value;
    }

    public static TypeInformation<KafkaRecord> typeInformation() {
        return Types.POJO(KafkaRecord.class);
    }

    /** The sensor packet in the value. */
    public SensorPacket packet(AvroCodec<SensorPacket> codec) throws BadRecordException {
        if (packet == null) {
            packet = codec.decode(value);
        }
        return packet;
    }

    /** The key as text, empty where the record has none. */
    public String keyText() {
        return key == null ? "" : new String(key, StandardCharsets.UTF_8);
    }
}
