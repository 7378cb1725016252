package io.fluxon.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxon.schemas.Topic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class EmbeddedKafkaITCase {

    private static final String TOPIC = Topic.CAMERA_TRUTH.topicName();

    @Test
    void keepsWhatIsPublishedUntilClosedAndLeavesNothingBehind() throws Exception {
        List<Path> before = temporaryDirectories();
        try (EmbeddedKafka kafka = EmbeddedKafka.start()) {
            assertThat(TopicAdmin.create(kafka.bootstrap(), 2)).containsExactly(Topic.values());
            assertThat(TopicAdmin.create(kafka.bootstrap(), 3)).isEmpty();
            assertThat(TopicAdmin.list(kafka.bootstrap()))
                    .containsEntry(TOPIC, 2)
                    .hasSize(Topic.values().length);

            long beforeUnixMillis = System.currentTimeMillis();
            publish(kafka.bootstrap(), "pulse");
            ConsumerRecord<byte[], byte[]> record = consume(kafka.bootstrap());

            assertThat(new String(record.value(), StandardCharsets.UTF_8)).isEqualTo("pulse");
            assertThat(record.timestamp())
                    .as("time of the append, not the producer's 1 ms after 1970")
                    .isGreaterThanOrEqualTo(beforeUnixMillis);
        }
        assertThat(temporaryDirectories()).isEqualTo(before);
    }

    @Test
    void twoBrokersRunSideBySide() throws Exception {
        try (EmbeddedKafka first = EmbeddedKafka.start();
                EmbeddedKafka second = EmbeddedKafka.start()) {
            TopicAdmin.create(first.bootstrap(), 1);

            assertThat(TopicAdmin.list(second.bootstrap())).isEmpty();
        }
    }

    private static void publish(String bootstrap, String value) throws Exception {
        Map<String, Object> properties = Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(TOPIC, 0, 1L, null, value.getBytes(StandardCharsets.UTF_8)))
                    .get();
        }
    }

    private static ConsumerRecord<byte[], byte[]> consume(String bootstrap) {
        Map<String, Object> properties = Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = List.of(new TopicPartition(TOPIC, 0));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            return consumer.poll(Duration.ofSeconds(20)).iterator().next();
        }
    }

    private static List<Path> temporaryDirectories() throws IOException {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files.filter(file -> file.getFileName().toString().startsWith(TemporaryDirectory.prefix("kafka")))
                    .sorted()
                    .toList();
        }
    }
}
