package io.fluxon.launcher.bench;

import io.fluxon.schemas.AvroCodec;
import io.fluxon.schemas.BadRecordException;
import io.fluxon.schemas.Decision;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads a topic of decisions from its beginning, as they are appended: those of open transactions too. */
final class Decisions implements AutoCloseable {

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final AvroCodec<Decision> codec = new AvroCodec<>(Decision.class);

    /** @param appendUnixMillis when the broker appended it, milliseconds since 1970 */
    record Appended(Decision decision, long appendUnixMillis) {}

    Decisions(String bootstrap, String topicName, int partitions) {
        Properties properties = new Properties();
        properties.setProperty(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        properties.setProperty(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.setProperty(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> all = IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(topicName, partition))
                .toList();
        consumer.assign(all);
        consumer.seekToBeginning(all);
    }

    /** What has come; waits for something, but no longer than told. */
    List<Appended> poll(Duration longest) throws IOException {
        List<Appended> decisions = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> in : consumer.poll(longest)) {
            try {
                decisions.add(new Appended(codec.decode(in.value()), in.timestamp()));
            } catch (BadRecordException e) {
                throw new IOException("a decision that cannot be read: " + e.getMessage(), e);
            }
        }
        return decisions;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
