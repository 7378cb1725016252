package io.fluxon.launcher.demo;

import io.fluxon.schemas.BadRecordException;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
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
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the pipelines of some lanes from outside, by Kafka alone: durable topics as a read_committed consumer, live
 * ones as read_uncommitted, and the progress of the pipelines' consumer groups. A result becomes visible when a poll
 * returns it; the tally of its lane counts it.
 */
final class DemoMonitor implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(DemoMonitor.class);

    private static final Duration POLL = Duration.ofMillis(200);
    private static final long LAG_INTERVAL_MILLIS = 500;

    private final String bootstrap;
    private final int partitions;
    private final List<Lane> lanes;
    private final List<Topic> durable = new ArrayList<>();
    private final List<Topic> live = new ArrayList<>();
    private final Map<String, Tally> tallyByTopic = new HashMap<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final List<KafkaConsumer<byte[], byte[]>> consumers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final Admin admin;

    /** Offset before which every record is counted, by partition; guarded by itself. */
    private final Map<TopicPartition, Long> positions = new HashMap<>();

    private final Thread lagWatcher;
    private volatile boolean closing;
    private volatile Lags lags = new Lags(System.nanoTime(), Map.of());

    /**
     * Packets published and not yet part of a completed checkpoint, by kind of sensor.
     *
     * @param askedNanos when the broker was asked, by {@link System#nanoTime()}; what was published before is included
     * @param packets empty if the broker did not tell
     */
    record Lags(long askedNanos, Map<SensorKind, Long> packets) {

        OptionalLong packets(SensorKind kind) {
            Long lag = packets.get(kind);
            return lag == null ? OptionalLong.empty() : OptionalLong.of(lag);
        }
    }

    /** @param partitions number of partitions of every topic */
    DemoMonitor(String bootstrap, int partitions, List<Lane> lanes) {
        this.bootstrap = bootstrap;
        this.partitions = partitions;
        this.lanes = List.copyOf(lanes);
        for (Lane lane : lanes) {
            SensorKind kind = lane.kind();
            durable.addAll(kind.results());
            durable.addAll(List.of(kind.sequenceReports(), kind.deadLetters()));
            live.addAll(List.of(kind.live(), kind.truth()));
            for (Topic topic : kind.results()) {
                tallyByTopic.put(topic.topicName(), lane.tally());
            }
            for (Topic topic : List.of(kind.sequenceReports(), kind.deadLetters(), kind.live(), kind.truth())) {
                tallyByTopic.put(topic.topicName(), lane.tally());
            }
        }
        admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap));
        read("read_committed", durable);
        read("read_uncommitted", live);
        lagWatcher = start("lag", this::watchLag);
    }

    Lags lags() {
        return lags;
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
                while (!closing) {
                    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                        tallyByTopic.get(record.topic()).count(record, System.currentTimeMillis());
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
        List<TopicPartition> watched = partitionsOf(durable);
        watched.addAll(partitionsOf(live));
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

    private void watchLag() throws InterruptedException {
        while (!closing) {
            long askedNanos = System.nanoTime();
            try {
                Map<SensorKind, Long> packets = new EnumMap<>(SensorKind.class);
                for (Lane lane : lanes) {
                    packets.put(lane.kind(), lagPackets(lane));
                }
                lags = new Lags(askedNanos, packets);
            } catch (ExecutionException e) {
                LOG.info("the lag is unknown", e);
                lags = new Lags(askedNanos, Map.of());
            }
            Thread.sleep(LAG_INTERVAL_MILLIS);
        }
    }

    private long lagPackets(Lane lane) throws InterruptedException, ExecutionException {
        // The ends first: the group may come to know more meanwhile, but never that of packets not yet published.
        Map<TopicPartition, Long> ends = ends(partitionsOf(List.of(lane.kind().packets())));
        Map<TopicPartition, OffsetAndMetadata> committed = admin.listConsumerGroupOffsets(lane.groupId())
                .partitionsToOffsetAndMetadata()
                .get();
        long lag = 0;
        for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
            OffsetAndMetadata offset = committed.get(end.getKey());
            lag += Math.max(0, end.getValue() - (offset == null ? 0 : offset.offset()));
        }
        return lag;
    }
}
