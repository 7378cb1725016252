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
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Watches a camera pipeline from outside, by Kafka alone: durable topics as a read_committed consumer, live ones as
 * read_uncommitted, and the progress of the pipeline's consumer group. A decision becomes visible when a poll returns
 * it.
 */
final class DemoMonitor implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(200);
    private static final long LAG_INTERVAL_MILLIS = 1_000;

    private final String bootstrap;
    private final int partitions;
    private final Tally tally = new Tally();
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private final List<KafkaConsumer<byte[], byte[]>> consumers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
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
        read("read_committed", Topic.CAMERA_DECISIONS, Topic.CAMERA_SEQUENCE_REPORTS, Topic.CAMERA_DEAD_LETTERS);
        read("read_uncommitted", Topic.CAMERA_LIVE_DECISIONS, Topic.CAMERA_TRUTH);
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

    /** What stopped the watching. */
    Optional<Exception> failure() {
        return Optional.ofNullable(failure.get());
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
    }

    private interface Task {

        void run() throws BadRecordException, InterruptedException, ExecutionException;
    }

    private Thread start(String name, Task task) {
        Thread thread = new Thread(
                () -> {
                    try {
                        task.run();
                    } catch (WakeupException | InterruptException | InterruptedException e) {
                        if (!closing) {
                            failure.compareAndSet(null, e);
                        }
                    } catch (BadRecordException | ExecutionException | KafkaException e) {
                        failure.compareAndSet(null, e);
                    }
                },
                "fluxon-demo-" + name);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
        return thread;
    }

    private void read(String isolationLevel, Topic... topics) {
        Properties properties = new Properties();
        properties.setProperty(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        properties.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, isolationLevel);
        properties.setProperty(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        properties.setProperty(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "100");
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumers.add(consumer);
        List<TopicPartition> assignment = new ArrayList<>();
        for (Topic topic : topics) {
            assignment.addAll(partitionsOf(topic));
        }
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
                }
            }
        });
    }

    private List<TopicPartition> partitionsOf(Topic topic) {
        List<TopicPartition> topicPartitions = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            topicPartitions.add(new TopicPartition(topic.topicName(), partition));
        }
        return topicPartitions;
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

    private void watchLag(String groupId) throws InterruptedException, ExecutionException {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        partitionsOf(Topic.CAMERA_PACKETS).forEach(partition -> ends.put(partition, OffsetSpec.latest()));
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap))) {
            while (!closing) {
                Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(groupId)
                        .partitionsToOffsetAndMetadata()
                        .get();
                Map<TopicPartition, ListOffsetsResultInfo> end =
                        admin.listOffsets(ends).all().get();
                long lag = 0;
                for (TopicPartition partition : ends.keySet()) {
                    OffsetAndMetadata offset = committed.get(partition);
                    lag += end.get(partition).offset() - (offset == null ? 0 : offset.offset());
                }
                lagPackets = committed.isEmpty() ? OptionalLong.empty() : OptionalLong.of(lag);
                Thread.sleep(LAG_INTERVAL_MILLIS);
            }
        }
    }
}
