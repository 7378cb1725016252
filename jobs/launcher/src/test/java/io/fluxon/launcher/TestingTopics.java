package io.fluxon.launcher;

import io.fluxon.schemas.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads whole topics. */
public final class TestingTopics {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final String bootstrap;
    private final int partitions;

    public TestingTopics(String bootstrap, int partitions) {
        this.bootstrap = bootstrap;
        this.partitions = partitions;
    }

    /** Everything that a consumer of that isolation level can see at the moment, each partition in its order. */
    public List<ConsumerRecord<byte[], byte[]>> read(Topic topic, String isolationLevel) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(topic, isolationLevel)) {
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
            Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
            return records;
        }
    }

    /** Returns once that many records of the topic satisfy a condition; fails after a minute. */
    public void await(
            Topic topic, String isolationLevel, int count, Predicate<ConsumerRecord<byte[], byte[]>> condition) {
        long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        int found = 0;
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(topic, isolationLevel)) {
            while (found < count) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    found += condition.test(record) ? 1 : 0;
                }
                if (System.nanoTime() > deadlineNanos) {
                    throw new AssertionError(topic + ": " + found + " of " + count + " records after " + PATIENCE);
                }
            }
        }
    }

    private KafkaConsumer<byte[], byte[]> consumer(Topic topic, String isolationLevel) {
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrap, "isolation.level", isolationLevel),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> assignment = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            assignment.add(new TopicPartition(topic.topicName(), partition));
        }
        consumer.assign(assignment);
        consumer.seekToBeginning(assignment);
        return consumer;
    }
}
