package io.fluxon.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fluxon.connectors.kafka.KafkaEnds;
import io.fluxon.connectors.kafka.KafkaRecord;
import io.fluxon.connectors.kafka.OutgoingRecord;
import io.fluxon.connectors.replay.PacketPublisher;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.Topic;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A pipeline between an embedded Kafka's topics on an embedded Flink, fed packets around a checkpoint and the failure of a
 * task, and compared record for record with a run of the same rule without Kafka and Flink.
 */
final class TestingPipelineRun implements AutoCloseable {

    static final String COMMITTED = "read_committed";
    static final String AT_ONCE = "read_uncommitted";

    private static final int PARTITIONS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(20);

    private final SensorKind kind;
    private final EmbeddedKafka kafka;
    private final PacketPublisher publisher;
    private final TestingTopics topics;

    /** Adds a pipeline between a source and two sinks. */
    interface Pipeline {

        void build(DataStream<KafkaRecord> packets, Sink<OutgoingRecord> exactlyOnce, Sink<OutgoingRecord> atLeastOnce);
    }

    /** A record that a pipeline should write. */
    record Expected(Topic topic, String key, byte[] value) {}

    /** The rule of a pipeline without Kafka and Flink. */
    interface Offline {

        List<Expected> run(List<SensorPacket> packets) throws Exception;
    }

    TestingPipelineRun(SensorKind kind) throws Exception {
        this.kind = kind;
        kafka = EmbeddedKafka.start();
        TopicAdmin.create(kafka.bootstrap(), PARTITIONS);
        publisher = new PacketPublisher(kafka.bootstrap());
        topics = new TestingTopics(kafka.bootstrap(), PARTITIONS);
    }

    String bootstrap() {
        return kafka.bootstrap();
    }

    TestingTopics topics() {
        return topics;
    }

    void publish(List<SensorPacket> packets) throws IOException {
        for (SensorPacket packet : packets) {
            publisher.publish(kind.packets(), packet);
        }
        publisher.flush();
    }

    /** The first packets of all sensors, the second ones, and so on. */
    static List<SensorPacket> turnByTurn(List<List<SensorPacket>> sensors) {
        List<SensorPacket> packets = new ArrayList<>();
        int longest = sensors.stream().mapToInt(List::size).max().orElse(0);
        for (int i = 0; i < longest; i++) {
            for (List<SensorPacket> sensor : sensors) {
                if (i < sensor.size()) {
                    packets.add(sensor.get(i));
                }
            }
        }
        return packets;
    }

    @Override
    public void close() {
        publisher.close();
        kafka.close();
    }

    /**
     * The packets before {@code checkpoint} are inside a checkpoint; those up to {@code failure} are processed after it and
     * then lost by the failure; the rest comes with the failure. In the end the durable topics hold what the offline run
     * says, once, and the live topic the same with repeats.
     */
    void failInTheMiddle(
            List<SensorPacket> packets,
            int checkpoint,
            int failure,
            Pipeline pipeline,
            Offline offline,
            int parallelism)
            throws Exception {
        List<Expected> expected = offline.run(packets);
        int liveAtCheckpoint = count(kind.live(), offline.run(packets.subList(0, checkpoint)));
        int liveAtFailure = count(kind.live(), offline.run(packets.subList(0, failure)));
        int live = count(kind.live(), expected);
        assertThat(List.of(liveAtCheckpoint, liveAtFailure - liveAtCheckpoint, live - liveAtFailure))
                .as("each part has results")
                .doesNotContain(0);

        Configuration configuration = new Configuration();
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofHours(1));
        configuration.set(CoreOptions.DEFAULT_PARALLELISM, parallelism);
        TestingFailure testingFailure = new TestingFailure();
        try (EmbeddedFlink flink = EmbeddedFlink.start(configuration)) {
            StreamExecutionEnvironment environment = flink.environment();
            DataStream<KafkaRecord> source = environment
                    .fromSource(
                            KafkaEnds.source(kafka.bootstrap(), kind.packets().topicName(), "test"),
                            WatermarkStrategy.noWatermarks(),
                            "packets",
                            KafkaRecord.typeInformation())
                    .map(testingFailure)
                    .returns(KafkaRecord.typeInformation());
            pipeline.build(
                    source,
                    KafkaEnds.exactlyOnceSink(kafka.bootstrap(), "test", Map.of()),
                    KafkaEnds.atLeastOnceSink(kafka.bootstrap(), Map.of()));
            JobClient job = environment.executeAsync();

            publish(packets.subList(0, checkpoint));
            topics.await(kind.live(), AT_ONCE, liveAtCheckpoint, record -> true);
            checkpoint(flink, job);
            publish(packets.subList(checkpoint, failure));
            topics.await(kind.live(), AT_ONCE, liveAtFailure, record -> true);
            testingFailure.arm();
            publish(packets.subList(failure, packets.size()));
            // What came between checkpoint and failure comes twice: once lost by the failure, once again after it.
            topics.await(kind.live(), AT_ONCE, live + liveAtFailure - liveAtCheckpoint, record -> true);
            assertThat(testingFailure.isDisarmed()).isTrue();
            checkpoint(flink, job);
            for (Topic topic : kind.results()) {
                topics.await(topic, COMMITTED, count(topic, expected), record -> true);
            }
            job.cancel().get();
        }

        for (Topic topic : kind.results()) {
            assertThat(read(topic, COMMITTED)).as(topic.topicName()).isEqualTo(byKey(topic, expected));
        }
        Map<String, List<String>> expectedLive = byKey(kind.live(), expected);
        read(kind.live(), AT_ONCE)
                .forEach((key, values) -> assertThat(values.stream().distinct())
                        .as("live of " + key)
                        .containsExactlyElementsOf(expectedLive.get(key)));
        assertThat(read(kind.sequenceReports(), COMMITTED)).isEmpty();
        assertThat(read(kind.deadLetters(), COMMITTED)).isEmpty();
    }

    private static int count(Topic topic, List<Expected> records) {
        return (int) records.stream().filter(record -> record.topic() == topic).count();
    }

    /** Values in hexadecimal by key, in order. */
    private static Map<String, List<String>> byKey(Topic topic, List<Expected> records) {
        Map<String, List<String>> byKey = new TreeMap<>();
        for (Expected record : records) {
            if (record.topic() == topic) {
                byKey.computeIfAbsent(record.key(), key -> new ArrayList<>())
                        .add(HexFormat.of().formatHex(record.value()));
            }
        }
        return byKey;
    }

    private Map<String, List<String>> read(Topic topic, String isolationLevel) {
        Map<String, List<String>> byKey = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : topics.read(topic, isolationLevel)) {
            byKey.computeIfAbsent(new String(record.key(), StandardCharsets.UTF_8), key -> new ArrayList<>())
                    .add(HexFormat.of().formatHex(record.value()));
        }
        return byKey;
    }

    /** Waits until every task of a job runs: only then can it be stopped with a savepoint. */
    static void awaitRunning(EmbeddedFlink flink, JobClient job) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        while (!flink.isRunning(job.getJobID())) {
            assertThat(System.nanoTime()).as("time for the tasks to run").isLessThan(deadlineNanos);
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    /**
     * Takes a checkpoint by Flink's REST interface and returns when it has completed. It is declined while a task of the
     * job is still starting, so it is asked for until it is taken.
     */
    private static void checkpoint(EmbeddedFlink flink, JobClient job) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        ObjectMapper mapper = new ObjectMapper();
        URI checkpoints = flink.webUi().resolve("/jobs/" + job.getJobID() + "/checkpoints");
        long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        JsonNode answer;
        do {
            assertThat(System.nanoTime()).as("time for a checkpoint").isLessThan(deadlineNanos);
            HttpRequest trigger = HttpRequest.newBuilder(checkpoints)
                    .POST(BodyPublishers.ofString("{}"))
                    .build();
            JsonNode triggered = mapper.readTree(
                    client.send(trigger, BodyHandlers.ofString()).body());
            URI status =
                    URI.create(checkpoints + "/" + triggered.get("request-id").asText());
            do {
                LockSupport.parkNanos(POLL.toNanos());
                HttpRequest question = HttpRequest.newBuilder(status).build();
                answer = mapper.readTree(
                        client.send(question, BodyHandlers.ofString()).body());
            } while (!answer.at("/status/id").asText().equals("COMPLETED"));
        } while (!answer.at("/operation/checkpointId").isNumber());
    }
}
