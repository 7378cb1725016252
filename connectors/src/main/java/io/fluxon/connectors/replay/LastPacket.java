package io.fluxon.connectors.replay;

import io.fluxon.schemas.AvroCodec;
import io.fluxon.schemas.BadRecordException;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.Topic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Finds the last packet of a sensor in its topic: in the partition of its key, from the end backwards in steps that grow, so
 * that a sensor that was published of late is found at once and one that was not costs one reading of the partition. Records
 * of other sensors, and those that are no packet, are passed over.
 */
public final class LastPacket {

    private static final long FIRST_STEP = 16;
    private static final long LARGEST_STEP = 4096;
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final int PATIENT_POLLS = 30;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final TopicPartition partition;
    private final byte[] key;
    private final String sensorId;
    private final AvroCodec<SensorPacket> codec = new AvroCodec<>(SensorPacket.class);

    private LastPacket(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, byte[] key, String sensorId) {
        this.consumer = consumer;
        this.partition = partition;
        this.key = key;
        this.sensorId = sensorId;
    }

    /**
     * The last packet of a sensor whose key is its name.
     *
     * @return empty if the topic has none
     */
    public static Optional<SensorPacket> find(String bootstrap, Topic topic, String sensorId) throws IOException {
        Properties properties = new Properties();
        properties.setProperty(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        properties.setProperty(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        byte[] key = sensorId.getBytes(StandardCharsets.UTF_8);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            int partitions = consumer.partitionsFor(topic.topicName()).size();
            TopicPartition partition =
                    new TopicPartition(topic.topicName(), BuiltInPartitioner.partitionForKey(key, partitions));
            consumer.assign(List.of(partition));
            return new LastPacket(consumer, partition, key, sensorId).find();
        } catch (KafkaException e) {
            throw new IOException(bootstrap + ": " + topic.topicName() + " cannot be read: " + e.getMessage(), e);
        }
    }

    private Optional<SensorPacket> find() throws IOException {
        long begin = consumer.beginningOffsets(List.of(partition)).get(partition);
        long to = consumer.endOffsets(List.of(partition)).get(partition);
        Optional<SensorPacket> last = Optional.empty();
        for (long step = FIRST_STEP; last.isEmpty() && to > begin; step = Math.min(2 * step, LARGEST_STEP)) {
            long from = Math.max(begin, to - step);
            last = lastWithin(from, to);
            to = from;
        }
        return last;
    }

    private Optional<SensorPacket> lastWithin(long from, long to) throws IOException {
        Optional<SensorPacket> last = Optional.empty();
        consumer.seek(partition, from);
        int pollsInVain = 0;
        while (consumer.position(partition) < to) {
            long before = consumer.position(partition);
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                if (record.offset() < to && Arrays.equals(record.key(), key)) {
                    Optional<SensorPacket> packet = packet(record.value());
                    last = packet.isPresent() ? packet : last;
                }
            }
            pollsInVain = consumer.position(partition) > before ? 0 : pollsInVain + 1;
            if (pollsInVain == PATIENT_POLLS) {
                throw new IOException(partition + " cannot be read: nothing comes from offset " + before);
            }
        }
        return last;
    }

    private Optional<SensorPacket> packet(byte[] value) {
        try {
            SensorPacket packet = codec.decode(value);
            return packet.getSensorId().equals(sensorId) ? Optional.of(packet) : Optional.empty();
        } catch (BadRecordException e) {
            // A dead letter of the pipeline is none of the replay's business.
            return Optional.empty();
        }
    }
}
