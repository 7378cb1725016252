package io.fluxon.launcher.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fluxon.launcher.cluster.ClusterStatus.ProcessStatus;
import io.fluxon.pipelines.Pipeline;
import io.fluxon.pipelines.PipelineFile;
import io.fluxon.pipelines.PipelineSettings;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.Topic;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A pipeline on a cluster of processes, between topics of its own and fed at a steady pace, while its processes are ended and
 * started.
 */
final class TestingClusterRun implements AutoCloseable {

    static final String COMMITTED = "read_committed";
    static final String AT_ONCE = "read_uncommitted";

    private static final int PARTITIONS = 4;
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final long POLL_MILLIS = 100;
    private static final Set<String> ENDED = Set.of("FINISHED", "CANCELED", "FAILED");

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private final LocalCluster cluster;
    private final SensorKind sensor;
    private final String name;
    private final Path folder;
    private final FlinkRest rest;
    private final Map<Topic, String> topics;
    private String job;
    private Feeder feeder;

    /** A record of the packets' topic; the key tells its sensor. */
    record Sent(String key, byte[] value) {}

    /** What is published, one stretch after another. */
    interface Rounds {

        /** @param last whether nothing more is published after it */
        List<Sent> round(int number, boolean last) throws Exception;
    }

    /** @param name of the pipeline and prefix of its topics */
    TestingClusterRun(LocalCluster cluster, SensorKind sensor, String name, Path folder) throws Exception {
        this.cluster = cluster;
        this.sensor = sensor;
        this.name = name;
        this.folder = folder;
        rest = new FlinkRest(cluster.rest());
        topics = settings(1, "").topics();
        createTopics();
    }

    /**
     * The pipeline's settings, read from its file.
     *
     * @param sections of the YAML file beyond name, sensor, broker, topics, model, window, checkpoint and parallelism
     */
    PipelineSettings settings(int parallelism, String sections) throws Exception {
        StringBuilder yaml = new StringBuilder("name: " + name + "\n")
                .append("sensor: ")
                .append(sensor.lowerCaseName())
                .append("\n")
                .append("parallelism: ")
                .append(parallelism)
                .append("\n")
                .append("checkpoint: {interval: 500 ms}\n")
                .append("kafka:\n  bootstrap: ")
                .append(cluster.bootstrap())
                .append("\n  topics:\n");
        for (String role : PipelineFile.shipped(sensor).topicsByRole().keySet()) {
            yaml.append("    ")
                    .append(role)
                    .append(": ")
                    .append(name)
                    .append('.')
                    .append(role)
                    .append("\n");
        }
        if (sensor == SensorKind.CAMERA) {
            yaml.append("model: builtin:simulated\nwindow: {kind: epoch, every: 20 ms}\n");
        }
        Path file = folder.resolve(name + ".yaml");
        Files.writeString(file, yaml.append(sections));
        return PipelineFile.read(file);
    }

    private void createTopics() throws Exception {
        List<NewTopic> wanted = new ArrayList<>();
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        topics.forEach((topic, topicName) -> {
            wanted.add(new NewTopic(topicName, PARTITIONS, (short) 1).configs(topic.config()));
            partitions(topicName).forEach(partition -> ends.put(partition, OffsetSpec.latest()));
        });
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrap()))) {
            admin.createTopics(wanted).all().get();
            long deadlineNanos = deadlineNanos();
            boolean open = false;
            while (!open) {
                try {
                    admin.listOffsets(ends).all().get();
                    open = true;
                } catch (ExecutionException e) {
                    // The broker opens a partition after the controller has made it.
                    if (!(e.getCause() instanceof UnknownTopicOrPartitionException)
                            || System.nanoTime() - deadlineNanos > 0) {
                        throw e;
                    }
                }
            }
        }
    }

    /**
     * Submits the pipeline and returns when all its tasks run. It restarts soon after every failure: the pipeline's own delays
     * grow with each.
     *
     * @param savepoint null starts afresh
     */
    void start(PipelineSettings settings, String savepoint) throws Exception {
        Configuration configuration = settings.flinkConfiguration();
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, Integer.MAX_VALUE);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(500));
        job = new JobSubmission(cluster.rest(), LocalCluster.jobJar(), savepoint, false, null)
                .submit(name, configuration, environment -> Pipeline.build(environment, settings));
        awaitRun(0, Duration.ZERO);
    }

    /** Stops the job and returns its savepoint; all results of what it read are committed. */
    String stop() throws Exception {
        String savepoint = rest.stopWithSavepoint(
                job, cluster.directory().resolve("savepoints").toUri().toString(), false);
        awaitEnd();
        return savepoint;
    }

    /**
     * Ends a task manager at a random moment 3 to 5 s after all tasks run and results come, starts it again, and returns when
     * they all run anew. All task managers must be in use.
     */
    void killTaskManager(Random random) throws Exception {
        awaitRun(0, Duration.ZERO);
        // Tasks that run may be far from their first record.
        awaitResult();
        int attempt = awaitRun(0, Duration.ofMillis(3000 + random.nextInt(2000)));
        int number = 1 + random.nextInt(cluster.taskManagers());
        cluster.killTaskManager(number);
        cluster.startTaskManager(number);
        awaitRun(attempt + 1, Duration.ZERO);
    }

    /**
     * Returns when all tasks have run for so long without an end.
     *
     * @param attempt starts of the job before this one do not count, from 0
     * @return the number of the start
     */
    int awaitRun(int attempt, Duration length) throws Exception {
        long deadlineNanos = deadlineNanos();
        long sinceNanos = System.nanoTime();
        int running = -1;
        while (running < attempt || System.nanoTime() - sinceNanos < length.toNanos()) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            int now = runningAttempt();
            if (now < attempt || now != running) {
                sinceNanos = System.nanoTime();
                running = now;
            }
            assertThat(System.nanoTime())
                    .as("time for start %s of %s to run", attempt, name)
                    .isLessThan(deadlineNanos);
        }
        return running;
    }

    /** How often the job had been restarted when its tasks, all running now, were started; -1 while not all run. */
    private int runningAttempt() throws Exception {
        JsonNode details = ask(HttpRequest.newBuilder(cluster.rest().resolve("/jobs/" + job)));
        int attempt = -1;
        for (JsonNode vertex : details.path("vertices")) {
            if (vertex.at("/tasks/RUNNING").asInt()
                    != vertex.path("parallelism").asInt()) {
                return -1;
            }
            String tasks = "/jobs/" + job + "/vertices/" + vertex.path("id").asText();
            JsonNode first = ask(HttpRequest.newBuilder(cluster.rest().resolve(tasks)));
            attempt = Math.max(attempt, first.at("/subtasks/0/attempt").asInt());
        }
        return attempt;
    }

    private JsonNode ask(HttpRequest.Builder request) throws Exception {
        HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
        return response.body().isEmpty() ? MAPPER.nullNode() : MAPPER.readTree(response.body());
    }

    private void awaitEnd() throws Exception {
        long deadlineNanos = deadlineNanos();
        while (!ENDED.contains(rest.jobState(job))) {
            assertThat(System.nanoTime()).as("time for %s to end", name).isLessThan(deadlineNanos);
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        job = null;
    }

    /** Begins to publish rounds, at a steady pace, by a thread of its own. */
    void feed(Rounds rounds, int recordsPerSecond) {
        feeder = new Feeder(rounds, recordsPerSecond);
        feeder.start();
    }

    /** Returns once a last round has followed the one under way. */
    List<RecordMetadata> finishFeeding() throws Exception {
        feeder.isEnough = true;
        feeder.join(PATIENCE.toMillis());
        assertThat(feeder.isAlive()).as("still publishing").isFalse();
        if (feeder.failure != null) {
            throw new AssertionError("publishing failed", feeder.failure);
        }
        return feeder.places;
    }

    private final class Feeder extends Thread {

        private final Rounds rounds;
        private final long periodNanos;

        /** Where each record came to lie, in the order of publishing. */
        private final List<RecordMetadata> places = new ArrayList<>();

        private volatile boolean isEnough;
        private volatile Exception failure;

        Feeder(Rounds rounds, int recordsPerSecond) {
            super("feeder");
            setDaemon(true);
            this.rounds = rounds;
            this.periodNanos = TimeUnit.SECONDS.toNanos(1) / recordsPerSecond;
        }

        @Override
        public void run() {
            Properties properties = new Properties();
            properties.setProperty("bootstrap.servers", cluster.bootstrap());
            properties.setProperty("enable.idempotence", "true");
            properties.setProperty("acks", "all");
            properties.setProperty("linger.ms", "0");
            try (KafkaProducer<byte[], byte[]> producer =
                    new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
                List<Future<RecordMetadata>> sent = new ArrayList<>();
                long dueNanos = System.nanoTime();
                boolean last = false;
                for (int number = 0; !last; number++) {
                    last = isEnough;
                    for (Sent record : rounds.round(number, last)) {
                        sent.add(producer.send(new ProducerRecord<>(
                                topics.get(sensor.packets()),
                                record.key().getBytes(StandardCharsets.UTF_8),
                                record.value())));
                        dueNanos += periodNanos;
                        while (dueNanos - System.nanoTime() > 0) {
                            LockSupport.parkNanos(dueNanos - System.nanoTime());
                        }
                    }
                }
                for (Future<RecordMetadata> place : sent) {
                    places.add(place.get());
                }
            } catch (Exception e) {
                failure = e;
            }
        }
    }

    /** Returns once there is one more live result than now. */
    private void awaitResult() throws Exception {
        long deadlineNanos = deadlineNanos();
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(sensor.live(), AT_ONCE)) {
            long before = total(consumer.endOffsets(consumer.assignment()));
            while (total(consumer.endOffsets(consumer.assignment())) == before) {
                assertThat(System.nanoTime())
                        .as("time for a result of %s", name)
                        .isLessThan(deadlineNanos);
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            }
        }
    }

    private static long total(Map<TopicPartition, Long> offsets) {
        return offsets.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Everything that a reader of that isolation level sees, by partition. */
    List<ConsumerRecord<byte[], byte[]>> read(Topic topic, String isolationLevel) {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(topic, isolationLevel)) {
            List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
            Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(POLL_MILLIS)).forEach(records::add);
            }
            return records;
        }
    }

    Topic reports() {
        return sensor.sequenceReports();
    }

    Topic deadLetters() {
        return sensor.deadLetters();
    }

    /** Whether so many records are visible within 3 min. */
    boolean await(Topic topic, String isolationLevel, int count) {
        long deadlineNanos = deadlineNanos();
        int found = 0;
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(topic, isolationLevel)) {
            while (found < count && System.nanoTime() - deadlineNanos < 0) {
                found += consumer.poll(Duration.ofMillis(POLL_MILLIS)).count();
            }
        }
        return found >= count;
    }

    /** Returns once so many more records are visible than now. */
    void awaitMore(Topic topic, int count) {
        assertThat(await(topic, COMMITTED, read(topic, COMMITTED).size() + count))
                .as("%s more of %s", count, topic)
                .isTrue();
    }

    private KafkaConsumer<byte[], byte[]> consumer(Topic topic, String isolationLevel) {
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", cluster.bootstrap(), "isolation.level", isolationLevel),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        List<TopicPartition> assignment = partitions(topics.get(topic));
        consumer.assign(assignment);
        consumer.seekToBeginning(assignment);
        return consumer;
    }

    private static List<TopicPartition> partitions(String topicName) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            partitions.add(new TopicPartition(topicName, partition));
        }
        return partitions;
    }

    private static long deadlineNanos() {
        return System.nanoTime() + PATIENCE.toNanos();
    }

    /** Leaves no job behind, and every process running. */
    @Override
    public void close() throws Exception {
        if (feeder != null) {
            feeder.isEnough = true;
        }
        if (!cluster.status().brokerAnswers()) {
            cluster.startBroker();
        }
        for (ProcessStatus process : cluster.status().processes()) {
            if (!process.alive() && process.name().startsWith("taskmanager-")) {
                cluster.startTaskManager(Integer.parseInt(process.name().substring("taskmanager-".length())));
            }
        }
        if (job != null) {
            ask(HttpRequest.newBuilder(cluster.rest().resolve("/jobs/" + job + "?mode=cancel"))
                    .method("PATCH", BodyPublishers.noBody()));
            awaitEnd();
        }
    }
}
