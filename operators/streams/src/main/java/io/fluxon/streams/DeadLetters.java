package io.fluxon.streams;

import io.fluxon.connectors.kafka.KafkaRecord;
import io.fluxon.connectors.kafka.OutgoingRecord;
import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.schemas.AvroCodec;
import io.fluxon.schemas.DeadLetter;
import io.fluxon.schemas.Topic;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** Words dead letters and counts them. */
final class DeadLetters {

    private final AvroCodec<DeadLetter> codec = new AvroCodec<>(DeadLetter.class);
    private final Topic topic;
    private final Counter counter;

    DeadLetters(Topic topic, MetricGroup metrics) {
        this.topic = topic;
        counter = metrics.counter("deadLetters");
    }

    OutgoingRecord letter(KafkaRecord in, MalformedPacketException e) {
        counter.inc();
        byte[] key = cut(in.key, Topic.Limits.DEAD_LETTER_KEY);
        byte[] value = cut(in.value, Topic.Limits.DEAD_LETTER_VALUE);
        String detail = e.getMessage() + cutNotice("key", key, in.key) + cutNotice("value", value, in.value);
        DeadLetter letter =
                new DeadLetter(e.rule().name(), detail, in.topic, in.partition, in.offset, wrap(key), wrap(value));
        return new OutgoingRecord(topic, key, codec.encode(letter), in.appendUnixMillis);
    }

    /** A broker's limit is on compressed bytes, so a record may be of any size here; a letter must fit its topic. */
    private static byte[] cut(byte[] bytes, int limit) {
        return bytes == null || bytes.length <= limit ? bytes : Arrays.copyOf(bytes, limit);
    }

    private static String cutNotice(String name, byte[] kept, byte[] whole) {
        return kept == whole ? "" : "; " + name + " cut to " + kept.length + " of " + whole.length + " bytes";
    }

    private static ByteBuffer wrap(byte[] bytes) {
        return bytes == null ? null : ByteBuffer.wrap(bytes);
    }
}
