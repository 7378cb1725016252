package io.fluxon.connectors.kafka;

import io.fluxon.schemas.Topic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaSinkBuilder;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;

/** The ends of a pipeline in Kafka: its source and its sinks. */
public final class KafkaEnds {

    /** Below the broker's default bound of 15 min. A job that is down for longer loses what its last checkpoint held back. */
    private static final String TRANSACTION_TIMEOUT_MILLIS = "600000";

    private KafkaEnds() {}

    /**
     * Reads a topic. Times of the stream are those at which the broker appended the records. A job that restarts or starts from a savepoint goes on at the offsets of its checkpoint. One that
     * starts without takes the group's committed offsets, which follow the checkpoints, or else the beginning.
     */
    public static KafkaSource<KafkaRecord> source(String bootstrap, String topicName, String groupId) {
        return KafkaSource.<KafkaRecord>builder()
                .setBootstrapServers(bootstrap)
                .setTopics(topicName)
                .setGroupId(groupId)
                .setStartingOffsets(OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST))
                .setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed")
                .setDeserializer(new RecordReader())
                .build();
    }

    /**
     * Writes in transactions that commit with Flink's checkpoints: a read_committed consumer sees each record exactly
     * once.
     *
     * @param transactionalIdPrefix unique among the jobs that write to this broker
     * @param topicNames names of topics by those of the catalogue, where they differ
     */
    public static KafkaSink<OutgoingRecord> exactlyOnceSink(
            String bootstrap, String transactionalIdPrefix, Map<String, String> topicNames) {
        return sink(bootstrap, topicNames)
                .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                .setTransactionalIdPrefix(transactionalIdPrefix)
                .build();
    }

    /** Writes at once; after a restart records may come again. */
    public static KafkaSink<OutgoingRecord> atLeastOnceSink(String bootstrap, Map<String, String> topicNames) {
        return sink(bootstrap, topicNames)
                .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                .build();
    }

    private static KafkaSinkBuilder<OutgoingRecord> sink(String bootstrap, Map<String, String> topicNames) {
        return KafkaSink.<OutgoingRecord>builder()
                .setBootstrapServers(bootstrap)
                .setKafkaProducerConfig(producerProperties())
                .setRecordSerializer(new RecordWriter(new TreeMap<>(topicNames)));
    }

    private static Properties producerProperties() {
        Properties properties = new Properties();
        properties.setProperty(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_TIMEOUT_MILLIS);
        properties.setProperty(
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(Topic.Limits.DEAD_LETTER_RECORD));
        // The sink flushes at every checkpoint; waiting for fuller batches would only add latency.
        properties.setProperty(ProducerConfig.LINGER_MS_CONFIG, "0");
        return properties;
    }

    private static final class RecordReader implements KafkaRecordDeserializationSchema<KafkaRecord> {

        private static final long serialVersionUID = 1;

        @Override
        public void deserialize(ConsumerRecord<byte[], byte[]> in, Collector<KafkaRecord> out) throws IOException {
            out.collect(new KafkaRecord(in.topic(), in.partition(), in.offset(), in.timestamp(), in.key(), in.value()));
        }

        @Override
        public TypeInformation<KafkaRecord> getProducedType() {
            return KafkaRecord.typeInformation();
        }
    }

    private static final class RecordWriter implements KafkaRecordSerializationSchema<OutgoingRecord> {

        private static final long serialVersionUID = 1;

        private final TreeMap<String, String> topicNames;

        RecordWriter(TreeMap<String, String> topicNames) {
            this.topicNames = topicNames;
        }

        @Override
        public ProducerRecord<byte[], byte[]> serialize(OutgoingRecord out, KafkaSinkContext context, Long timestamp) {
            byte[] append = Long.toString(out.sourceAppendUnixMillis).getBytes(StandardCharsets.US_ASCII);
            return new ProducerRecord<>(
                    topicNames.getOrDefault(out.topic, out.topic),
                    null,
                    null,
                    out.key,
                    out.value,
                    List.of(new RecordHeader(OutgoingRecord.SOURCE_APPEND_HEADER, append)));
        }
    }
}
