package io.fluxon.launcher;

import io.fluxon.schemas.Topic;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Creates and lists topics. Errors are one line that names the broker; an unreachable one is given up after 8 s. */
public final class TopicAdmin {

    public static final int DEFAULT_PARTITIONS = 4;

    private static final int TIMEOUT_MILLIS = 8_000;

    private TopicAdmin() {}

    /**
     * Creates the topics of the catalogue that do not exist yet, with the broker's default replication factor,
     * and returns when they can be written to.
     *
     * @return the topics created; those that exist are left as they are
     */
    public static List<Topic> create(String bootstrap, int partitions) throws IOException, InterruptedException {
        return call(bootstrap, admin -> {
            List<Topic> missing = new ArrayList<>(List.of(Topic.values()));
            missing.removeIf(existing(admin)::contains);
            List<NewTopic> newTopics = new ArrayList<>();
            for (Topic topic : missing) {
                newTopics.add(new NewTopic(topic.topicName(), Optional.of(partitions), Optional.empty())
                        .configs(topic.config()));
            }
            admin.createTopics(newTopics).all().get();
            awaitLeaders(admin, missing, partitions);
            return missing;
        });
    }

    /**
     * The controller answers before the broker has opened the partitions. An idempotent producer that sends meanwhile may
     * have its second batch accepted before its first, and is then out of order for good. The client itself repeats the
     * question while a partition has no leader, but not while the broker has not heard of the topic.
     */
    private static void awaitLeaders(Admin admin, List<Topic> topics, int partitions)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        for (Topic topic : topics) {
            for (int partition = 0; partition < partitions; partition++) {
                latest.put(new TopicPartition(topic.topicName(), partition), OffsetSpec.latest());
            }
        }
        long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS);
        while (true) {
            try {
                admin.listOffsets(latest).all().get();
                return;
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)
                        || System.nanoTime() - deadlineNanos > 0) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
    }

    /** Number of partitions by name of every topic on the broker, in the order of their names. */
    public static Map<String, Integer> list(String bootstrap) throws IOException, InterruptedException {
        return call(bootstrap, admin -> {
            Map<String, Integer> partitionsByName = new TreeMap<>();
            Map<String, TopicDescription> descriptions = admin.describeTopics(
                            admin.listTopics().names().get())
                    .allTopicNames()
                    .get();
            descriptions.forEach((name, description) ->
                    partitionsByName.put(name, description.partitions().size()));
            return partitionsByName;
        });
    }

    private static List<Topic> existing(Admin admin) throws ExecutionException, InterruptedException {
        List<Topic> existing = new ArrayList<>();
        for (String name : admin.listTopics().names().get()) {
            for (Topic topic : Topic.values()) {
                if (topic.topicName().equals(name)) {
                    existing.add(topic);
                }
            }
        }
        return existing;
    }

    private interface Request<T> {

        T send(Admin admin) throws ExecutionException, InterruptedException;
    }

    private static <T> T call(String bootstrap, Request<T> request) throws IOException, InterruptedException {
        Properties properties = new Properties();
        properties.setProperty(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        properties.setProperty(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, Integer.toString(TIMEOUT_MILLIS / 2));
        properties.setProperty(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Integer.toString(TIMEOUT_MILLIS));
        try (Admin admin = Admin.create(properties)) {
            return request.send(admin);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof TimeoutException) {
                throw new IOException(
                        bootstrap + ": no Kafka broker answers within " + TIMEOUT_MILLIS / 1_000 + " s", e);
            }
            throw new IOException(bootstrap + ": " + e.getCause().getMessage(), e);
        } catch (KafkaException e) {
            // Admin.create: the address itself is wrong; the reason is in the cause.
            throw new IOException(bootstrap + ": " + (e.getCause() == null ? e : e.getCause()).getMessage(), e);
        }
    }
}
