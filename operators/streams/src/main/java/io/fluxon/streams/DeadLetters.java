package io.fluxon.streams;

import io.fluxon.connectors.camera.MalformedPacketException;
import io.fluxon.connectors.kafka.KafkaRecord;
import io.fluxon.connectors.kafka.OutgoingRecord;
import io.fluxon.schemas.AvroCodec;
import io.fluxon.schemas.DeadLetter;
import io.fluxon.schemas.Topic;
import java.nio.ByteBuffer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** Words dead letters and counts them. */
final class DeadLetters {

    private final AvroCodec<DeadLetter> codec = new AvroCodec<>(DeadLetter.class);
    private final Counter counter;

    DeadLetters(MetricGroup metrics) {
        counter = metrics.counter("deadLetters");
    }

    OutgoingRecord letter(KafkaRecord in, MalformedPacketException e) {
        counter.inc();
        DeadLetter letter = new DeadLetter(
                e.rule().name(), e.getMessage(), in.topic, in.partition, in.offset, wrap(in.key), wrap(in.value));
        return new OutgoingRecord(Topic.CAMERA_DEAD_LETTERS, in.key, codec.encode(letter), in.appendUnixMillis);
    }

    private static ByteBuffer wrap(byte[] bytes) {
        return bytes == null ? null : ByteBuffer.wrap(bytes);
    }
}
