package io.fluxon.launcher.bench;

import io.fluxon.connectors.packets.PacketEnvelope;
import io.fluxon.launcher.EmbeddedKafka;
import io.fluxon.schemas.AvroCodec;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.Topic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The broker of a measurement, in this process: topics that keep all they are given, and what fills them. */
final class Broker implements AutoCloseable {

    private static final long LEADER_MILLIS = 20_000;

    private final EmbeddedKafka kafka;
    private final Admin admin;

    Broker() throws IOException {
        kafka = EmbeddedKafka.start();
        admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrap()));
    }

    String bootstrap() {
        return kafka.bootstrap();
    }

    /** Creates topics whose times are those of the log, and which lose nothing, and returns when they can be used. */
    void create(int partitions, String... names) throws IOException, InterruptedException {
        Map<String, String> config = new HashMap<>(Topic.CAMERA_PACKETS.config());
        config.put("retention.bytes", "-1");
        config.put("retention.ms", "-1");
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        for (String name : names) {
            for (int partition = 0; partition < partitions; partition++) {
                ends.put(new TopicPartition(name, partition), OffsetSpec.latest());
            }
        }
        try {
            admin.createTopics(Arrays.stream(names)
                            .map(name -> new NewTopic(name, partitions, (short) 1).configs(config))
                            .toList())
                    .all()
                    .get();
            long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(LEADER_MILLIS);
            while (true) {
                try {
                    admin.listOffsets(ends).all().get();
                    return;
                } catch (ExecutionException e) {
                    if (!(e.getCause() instanceof UnknownTopicOrPartitionException)
                            || System.nanoTime() - deadlineNanos > 0) {
                        throw e;
                    }
                    TimeUnit.MILLISECONDS.sleep(20);
                }
            }
        } catch (ExecutionException e) {
            throw new IOException(
                    "the topics of the measurement: " + e.getCause().getMessage(), e);
        }
    }

    void delete(List<String> names) throws IOException, InterruptedException {
        try {
            admin.deleteTopics(names).all().get();
        } catch (ExecutionException e) {
            throw new IOException(
                    "the topics of the measurement: " + e.getCause().getMessage(), e);
        }
    }

    /** @param lingerMillis how long the producer waits for more before it sends, milliseconds */
    Feed feed(String topicName, int lingerMillis) {
        return new Feed(topicName, lingerMillis);
    }

    /** Writes packets to a topic, each to the partition that it is told. */
    final class Feed implements AutoCloseable {

        private final String topicName;
        private final KafkaProducer<byte[], byte[]> producer;
        private final AvroCodec<SensorPacket> codec = new AvroCodec<>(SensorPacket.class);
        private final AtomicReference<Exception> failure = new AtomicReference<>();

        private Feed(String topicName, int lingerMillis) {
            this.topicName = topicName;
            Properties properties = new Properties();
            properties.setProperty(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap());
            properties.setProperty(ProducerConfig.LINGER_MS_CONFIG, Integer.toString(lingerMillis));
            properties.setProperty(ProducerConfig.BATCH_SIZE_CONFIG, Integer.toString(512 << 10));
            properties.setProperty(ProducerConfig.BUFFER_MEMORY_CONFIG, Integer.toString(64 << 20));
            producer = new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
        }

        byte[] encode(SensorPacket packet) {
            return codec.encode(packet);
        }

        void send(int partition, SensorPacket packet) throws IOException {
            send(partition, PacketEnvelope.key(packet), encode(packet));
        }

        void send(int partition, String key, byte[] value) throws IOException {
            if (failure.get() != null) {
                throw new IOException(
                        "the broker refused a packet: " + failure.get().getMessage(), failure.get());
            }
            producer.send(
                    new ProducerRecord<>(topicName, partition, key.getBytes(StandardCharsets.UTF_8), value),
                    (metadata, e) -> {
                        if (e != null) {
                            failure.compareAndSet(null, e);
                        }
                    });
        }

        /** Waits until the broker has everything. */
        @Override
        public void close() throws IOException {
            producer.close();
            if (failure.get() != null) {
                throw new IOException(
                        "the broker refused a packet: " + failure.get().getMessage(), failure.get());
            }
        }
    }

    @Override
    public void close() {
        admin.close();
        kafka.close();
    }
}
