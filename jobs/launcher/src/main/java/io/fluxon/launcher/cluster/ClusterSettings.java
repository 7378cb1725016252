package io.fluxon.launcher.cluster;

import java.nio.file.Path;
import java.util.Map;

/**
 * What a cluster is started with.
 *
 * @param directory where everything of the cluster lies
 * @param slots of each task manager
 * @param restPort of the REST interface and the web UI on 127.0.0.1; 0 takes a free one
 * @param kafkaPort of the broker on 127.0.0.1; 0 takes a free one
 * @param flinkOptions Flink's own options by key; they win over the defaults, but not over addresses, ports and slots
 */
public record ClusterSettings(
        Path directory, int taskManagers, int slots, int restPort, int kafkaPort, Map<String, String> flinkOptions) {

    public static final int DEFAULT_TASK_MANAGERS = 2;
    public static final int DEFAULT_SLOTS = 2;
    public static final int DEFAULT_REST_PORT = 8081;
    public static final int DEFAULT_KAFKA_PORT = 9092;

    public ClusterSettings {
        directory = directory.toAbsolutePath().normalize();
        flinkOptions = Map.copyOf(flinkOptions);
    }
}
