package io.fluxon.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxon.connectors.kafka.OutgoingRecord;
import io.fluxon.launcher.EmbeddedKafka;
import io.fluxon.launcher.TopicAdmin;
import io.fluxon.schemas.AvroCodec;
import io.fluxon.schemas.Decision;
import io.fluxon.schemas.DecisionKind;
import io.fluxon.schemas.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class DemoMonitorITCase {

    private static final int RECORDS = 3_000;
    private static final Duration LONG = Duration.ofSeconds(60);

    private final Lane lane = new CameraLane("testing", replay -> false, false, null);

    private EmbeddedKafka kafka;

    @BeforeEach
    void start() throws Exception {
        kafka = EmbeddedKafka.start();
        TopicAdmin.create(kafka.bootstrap(), TopicAdmin.DEFAULT_PARTITIONS);
    }

    @AfterEach
    void stop() {
        kafka.close();
    }

    @Test
    void hasCaughtUpOnceEverythingThereIsCounted() throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = producer(Map.of());
                DemoMonitor monitor = monitor()) {
            publishDeadLetters(producer);

            assertThat(monitor.awaitCaughtUp(LONG)).isTrue();
            assertThat(lane.tally().common().deadLetters()).isEqualTo(RECORDS);
        }
    }

    @Test
    void hasNotCaughtUpWhileATransactionIsOpen() throws Exception {
        try (KafkaProducer<byte[], byte[]> producer =
                        producer(Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "testing"));
                DemoMonitor monitor = monitor()) {
            producer.initTransactions();
            producer.beginTransaction();
            publishDeadLetters(producer);

            assertThat(monitor.awaitCaughtUp(Duration.ofMillis(500))).isFalse();
            producer.commitTransaction();

            assertThat(monitor.awaitCaughtUp(LONG)).isTrue();
            assertThat(lane.tally().common().deadLetters()).isEqualTo(RECORDS);
        }
    }

    @Test
    void aRecordThatBreaksTheReaderIsAFailure() throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = producer(Map.of());
                DemoMonitor monitor = monitor()) {
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                    Topic.CAMERA_LIVE_DECISIONS.topicName(), new AvroCodec<>(Decision.class).encode(decision()));
            record.headers().add(OutgoingRecord.SOURCE_APPEND_HEADER, "noon".getBytes(StandardCharsets.US_ASCII));
            producer.send(record).get();

            while (monitor.failure() == null) {
                Thread.onSpinWait();
            }
            assertThat(monitor.failure()).isInstanceOf(NumberFormatException.class);
        }
    }

    private DemoMonitor monitor() {
        return new DemoMonitor(kafka.bootstrap(), TopicAdmin.DEFAULT_PARTITIONS, List.of(lane));
    }

    private KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
        Map<String, Object> properties = new HashMap<>(more);
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrap());
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static void publishDeadLetters(KafkaProducer<byte[], byte[]> producer) {
        for (int i = 0; i < RECORDS; i++) {
            int partition = i % TopicAdmin.DEFAULT_PARTITIONS;
            producer.send(new ProducerRecord<>(Topic.CAMERA_DEAD_LETTERS.topicName(), partition, null, new byte[] {1}));
        }
        producer.flush();
    }

    private static Decision decision() {
        return Decision.newBuilder()
                .setSensorId("camera")
                .setEpoch(1)
                .setSequence(0)
                .setKind(DecisionKind.FINAL)
                .setFromOffset(0)
                .setToOffset(1)
                .setBaseUnixNanos(0)
                .setOffsetUnitPicoseconds(1_000_000)
                .setLabel("7")
                .setClassIndex(0)
                .setScores(List.of())
                .setModel("testing")
                .setModelVersion("1")
                .setEvents(0)
                .setSpikes(0)
                .setSynapticOperations(0)
                .setDenseOperations(0)
                .setMissingPackets(0)
                .build();
    }
}
