package io.fluxon.launcher.demo;

import io.fluxon.connectors.kafka.OutgoingRecord;
import io.fluxon.schemas.AvroCodec;
import io.fluxon.schemas.BadRecordException;
import io.fluxon.schemas.Decision;
import io.fluxon.schemas.DecisionKind;
import io.fluxon.schemas.SequenceReport;
import io.fluxon.schemas.Topic;
import io.fluxon.schemas.Truth;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches a camera pipeline from outside, by Kafka alone: durable topics as a read_committed consumer, live ones as
 * read_uncommitted, and the progress of the pipeline's consumer group. A decision becomes visible when a poll returns
 * it.
 */
final class DemoMonitor implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DemoMonitor.class);

    private static final List<Topic> DURABLE =
            List.of(Topic.CAMERA_DECISIONS, Topic.CAMERA_SEQUENCE_REPORTS, Topic.CAMERA_DEAD_LETTERS);
    private static final List<Topic> LIVE = List.of(Topic.CAMERA_LIVE_DECISIONS, Topic.CAMERA_TRUTH);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final long LAG_INTERVAL_MILLIS = 1_000;

    private final String bootstrap;
    private final int partitions;
    private final Tally tally = new Tally();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final List<KafkaConsumer<byte[], byte[]>> consumers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Admin admin;

    /** Offset before which every record is counted, by partition; guarded by itself. */
    private final Map<TopicPartition, Long> positions = new HashMap<>();

    private final Thread lagWatcher;
    private volatile boolean closing;
    private volatile OptionalLong lagPackets = OptionalLong.empty();
    private volatile long lastArrivalNanos = System.nanoTime();

    /**
     * @param partitions number of partitions of every topic
     * @param groupId consumer group of the pipeline
     */
    DemoMonitor(String bootstrap, int partitions, String groupId) {
        this.bootstrap = bootstrap;
        this.partitions = partitions;
        admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap));
        read("read_committed", DURABLE);
        read("read_uncommitted", LIVE);
        lagWatcher = start("lag", () -> watchLag(groupId));
    }

    Tally tally() {
        return tally;
    }

    /** Packets published and not yet part of a completed checkpoint; empty before the first. */
    OptionalLong lagPackets() {
        return lagPackets;
    }

    /** When the last record arrived on any topic, by {@link System#nanoTime()}. */
    long lastArrivalNanos() {
        return lastArrivalNanos;
    }

    /** What stopped the watching; null as long as all is well. */
    Throwable failure() {
        return failure.get();
    }

    @Override
    public void close() {
        closing = true;
        consumers.forEach(KafkaConsumer::wakeup);
        lagWatcher.interrupt();
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        admin.close(Duration.ZERO);
    }

    private interface Task {

        void run() throws BadRecordException, InterruptedException;
    }

    private Thread start(String name, Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (Throwable e) { // unseen, the demo would wait for its records for ever
                        // Being woken up is how the threads end on close.
                        if (!closing) {
                            failure.compareAndSet(null, e);
                        }
                    }
                },
                "fluxon-demo-" + name);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
        return thread;
    }

    private void read(String isolationLevel, List<Topic> topics) {
        Properties properties = new Properties();
        properties.setProperty(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        properties.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolationLevel);
        properties.setProperty(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        properties.setProperty(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "100");
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumers.add(consumer);
        List<TopicPartition> assignment = partitionsOf(topics);
        consumer.assign(assignment);
        consumer.seekToBeginning(assignment);
        start(isolationLevel, () -> {
            try (consumer) {
                Counter counter = new Counter();
                while (!closing) {
                    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                        lastArrivalNanos = System.nanoTime();
                        counter.count(record, System.currentTimeMillis());
                    }
                    synchronized (positions) {
                        for (TopicPartition partition : assignment) {
                            positions.put(partition, consumer.position(partition));
                        }
                        positions.notifyAll();
                    }
                }
            }
        });
    }

    private List<TopicPartition> partitionsOf(List<Topic> topics) {
        List<TopicPartition> topicPartitions = new ArrayList<>();
        for (Topic topic : topics) {
            for (int partition = 0; partition < partitions; partition++) {
                topicPartitions.add(new TopicPartition(topic.topicName(), partition));
            }
        }
        return topicPartitions;
    }

    /**
     * Waits until all that lies on the watched topics now is counted. That includes records of open transactions: the
     * sinks of one checkpoint commit one after the other, so at the first decision the reports beside it may be
     * uncommitted still.
     *
     * @return false if it takes longer, or the broker does not tell
     */
    boolean awaitCaughtUp(Duration patience) throws InterruptedException {
        long deadlineNanos = System.nanoTime() + patience.toNanos();
        List<TopicPartition> watched = partitionsOf(DURABLE);
        watched.addAll(partitionsOf(LIVE));
        Map<TopicPartition, Long> ends;
        try {
            ends = ends(watched);
        } catch (ExecutionException e) {
            LOG.warn("the broker does not tell the ends of the topics", e);
            return false;
        }
        synchronized (positions) {
            while (!ends.entrySet().stream()
                    .allMatch(end -> positions.getOrDefault(end.getKey(), 0L) >= end.getValue())) {
                long remainingMillis = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
                if (remainingMillis <= 0) {
                    return false;
                }
                positions.wait(remainingMillis);
            }
        }
        return true;
    }

    /** Offsets after the last record of every partition, committed or not. */
    private Map<TopicPartition, Long> ends(List<TopicPartition> topicPartitions)
            throws InterruptedException, ExecutionException {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        topicPartitions.forEach(partition -> latest.put(partition, OffsetSpec.latest()));
        Map<TopicPartition, Long> ends = new HashMap<>();
        admin.listOffsets(latest).all().get().forEach((partition, end) -> ends.put(partition, end.offset()));
        return ends;
    }

    /** Codecs are for one thread, so each reader has its own. */
    private final class Counter {

        private final AvroCodec<Decision> decisions = new AvroCodec<>(Decision.class);
        private final AvroCodec<SequenceReport> reports = new AvroCodec<>(SequenceReport.class);
        private final AvroCodec<Truth> truths = new AvroCodec<>(Truth.class);

        private void count(ConsumerRecord<byte[], byte[]> record, long visibleUnixMillis) throws BadRecordException {
            String topic = record.topic();
            if (topic.equals(Topic.CAMERA_DECISIONS.topicName())) {
                Decision decision = decisions.decode(record.value());
                if (decision.getKind() == DecisionKind.FINAL) {
                    tally.committed(decision, appendUnixMillis(record), visibleUnixMillis);
                }
            } else if (topic.equals(Topic.CAMERA_LIVE_DECISIONS.topicName())) {
                tally.live(decisions.decode(record.value()), appendUnixMillis(record), visibleUnixMillis);
            } else if (topic.equals(Topic.CAMERA_SEQUENCE_REPORTS.topicName())) {
                tally.sequenceReport(reports.decode(record.value()));
            } else if (topic.equals(Topic.CAMERA_DEAD_LETTERS.topicName())) {
                tally.deadLetter();
            } else {
                tally.truth(truths.decode(record.value()));
            }
        }
    }

    private static long appendUnixMillis(ConsumerRecord<byte[], byte[]> record) throws BadRecordException {
        Header header = record.headers().lastHeader(OutgoingRecord.SOURCE_APPEND_HEADER);
        if (header == null) {
            throw new BadRecordException(record.topic() + ", offset " + record.offset() + ": no header "
                    + OutgoingRecord.SOURCE_APPEND_HEADER);
        }
        return Long.parseLong(new String(header.value(), StandardCharsets.US_ASCII));
    }

    private void watchLag(String groupId) throws InterruptedException {
        while (!closing) {
            try {
                lagPackets = lagPackets(groupId);
            } catch (ExecutionException e) {
                LOG.info("the lag is unknown", e);
                lagPackets = OptionalLong.empty();
            }
            Thread.sleep(LAG_INTERVAL_MILLIS);
        }
    }

    private OptionalLong lagPackets(String groupId) throws InterruptedException, ExecutionException {
        Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(groupId)
                .partitionsToOffsetAndMetadata()
                .get();
        if (committed.isEmpty()) {
            return OptionalLong.empty();
        }
        long lag = 0;
        for (Map.Entry<TopicPartition, Long> end :
                ends(partitionsOf(List.of(Topic.CAMERA_PACKETS))).entrySet()) {
            OffsetAndMetadata offset = committed.get(end.getKey());
            lag += end.getValue() - (offset == null ? 0 : offset.offset());
        }
        return OptionalLong.of(lag);
    }
}
