package io.fluxon.launcher.explain;

import io.fluxon.connectors.kafka.KafkaRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The committed records of one key in its partition of a topic. */
final class KeyLog implements AutoCloseable {

    private static final long FIRST_STEP = 64;
    private static final long LARGEST_STEP = 4096;
    private static final Duration POLL = Duration.ofMillis(500);
    private static final int PATIENT_POLLS = 30;
    private static final int TIMEOUT_MILLIS = 8_000;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final String bootstrap;
    private final TopicPartition partition;
    private final byte[] key;
    private final long beginOffset;
    private final long endOffset;

    private KeyLog(KafkaConsumer<byte[], byte[]> consumer, String bootstrap, TopicPartition partition, byte[] key) {
        this.consumer = consumer;
        this.bootstrap = bootstrap;
        this.partition = partition;
        this.key = key;
        consumer.assign(List.of(partition));
        this.beginOffset = consumer.beginningOffsets(List.of(partition)).get(partition);
        this.endOffset = consumer.endOffsets(List.of(partition)).get(partition);
    }

    static KeyLog open(String bootstrap, String topic, String key) throws IOException {
        Properties properties = new Properties();
        properties.setProperty(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        properties.setProperty(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        properties.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.setProperty(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Integer.toString(TIMEOUT_MILLIS));
        properties.setProperty(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, Integer.toString(TIMEOUT_MILLIS / 2));
        KafkaConsumer<byte[], byte[]> consumer = null;
        try {
            consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
            int partitions = consumer.partitionsFor(topic).size();
            byte[] keyBytes = key.getBytes(StandardCharsets.UTF_8);
            if (partitions == 0) {
                throw new IOException(bootstrap + ": no topic " + topic);
            }
            return new KeyLog(
                    consumer,
                    bootstrap,
                    new TopicPartition(topic, BuiltInPartitioner.partitionForKey(keyBytes, partitions)),
                    keyBytes);
        } catch (KafkaException | IOException e) {
            if (consumer != null) {
                consumer.close();
            }
            throw e instanceof IOException io ? io : failed(bootstrap, topic, e);
        }
    }

    private static IOException failed(String bootstrap, String what, Exception e) {
        String reason = (e.getCause() == null ? e : e.getCause()).getMessage();
        return new IOException(bootstrap + ": " + what + " cannot be read: " + reason, e);
    }

    /** Offset of the oldest record that the partition still has. */
    long beginOffset() {
        return beginOffset;
    }

    /** Offset behind the newest record at the time of opening. */
    long endOffset() {
        return endOffset;
    }

    int partition() {
        return partition.partition();
    }

    /** Topic, partition and offsets, for people. */
    String place() {
        return partition + " offsets " + beginOffset + " to " + endOffset;
    }

    /** The first offset whose record was appended at a time or later; the end if there is none. */
    long offsetAt(long unixMillis) throws IOException {
        try {
            OffsetAndTimestamp found =
                    consumer.offsetsForTimes(Map.of(partition, unixMillis)).get(partition);
            return found == null ? endOffset : Math.min(found.offset(), endOffset);
        } catch (KafkaException e) {
            throw failed(bootstrap, partition.toString(), e);
        }
    }

    /** What looks at records one after the other. */
    interface Reader {

        /** Returns false once no more are wanted. */
        boolean accept(KafkaRecord record, Iterable<Header> headers) throws IOException;
    }

    /** Hands on the key's records within {@code [from, to)} in their order. */
    void read(long from, long to, Reader reader) throws IOException {
        try {
            consumer.seek(partition, from);
            int pollsInVain = 0;
            while (consumer.position(partition) < to) {
                long before = consumer.position(partition);
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    if (record.offset() < to
                            && Arrays.equals(record.key(), key)
                            && !reader.accept(record(record), record.headers())) {
                        return;
                    }
                }
                pollsInVain = consumer.position(partition) > before ? 0 : pollsInVain + 1;
                if (pollsInVain == PATIENT_POLLS) {
                    throw new IOException(
                            bootstrap + ": " + partition + " cannot be read: nothing comes from offset " + before);
                }
            }
        } catch (KafkaException e) {
            throw failed(bootstrap, partition.toString(), e);
        }
    }

    /**
     * Goes back from an offset in steps that grow, until a step's records, in their order, are enough.
     *
     * @param isEnough sees the key's records of each step
     * @return where the last step began
     */
    long searchBack(long from, Predicate<List<KafkaRecord>> isEnough) throws IOException {
        long to = Math.min(from, endOffset);
        for (long step = FIRST_STEP; to > beginOffset; step = Math.min(2 * step, LARGEST_STEP)) {
            long begin = Math.max(beginOffset, to - step);
            List<KafkaRecord> records = new ArrayList<>();
            read(begin, to, (record, headers) -> records.add(record));
            to = begin;
            if (isEnough.test(records)) {
                break;
            }
        }
        return to;
    }

    private static KafkaRecord record(ConsumerRecord<byte[], byte[]> record) {
        return new KafkaRecord(
                record.topic(), record.partition(), record.offset(), record.timestamp(), record.key(), record.value());
    }

    @Override
    public void close() {
        consumer.close();
    }
}
