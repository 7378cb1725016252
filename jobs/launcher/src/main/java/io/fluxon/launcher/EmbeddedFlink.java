package io.fluxon.launcher;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.dag.Pipeline;
import org.apache.flink.client.deployment.ClusterClientJobClientAdapter;
import org.apache.flink.client.deployment.executors.PipelineExecutorUtils;
import org.apache.flink.client.program.MiniClusterClient;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.PipelineExecutor;
import org.apache.flink.core.execution.PipelineExecutorFactory;
import org.apache.flink.core.execution.PipelineExecutorServiceLoader;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Flink cluster inside this process, with its web UI on a free port of 127.0.0.1 and nothing on any other address.
 * The web UI takes no job uploads. Checkpoints and working files go to
 * a temporary directory that is deleted on close.
 */
public final class EmbeddedFlink implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedFlink.class);

    private static final String HOST = "127.0.0.1";
    private static final int DEFAULT_SLOTS = 2;

    private final Path directory;
    private final Configuration configuration;
    private final MiniCluster cluster;

    private EmbeddedFlink(Path directory, Configuration configuration, MiniCluster cluster) {
        this.directory = directory;
        this.configuration = configuration;
        this.cluster = cluster;
    }

    /**
     * Starts a cluster of one task manager.
     *
     * @param overrides options that win over the embedded defaults; slots follow a larger parallelism
     */
    public static EmbeddedFlink start(Configuration overrides) throws IOException {
        Path directory = TemporaryDirectory.create("flink");
        MiniCluster cluster = null;
        try {
            Configuration configuration = defaults(directory);
            configuration.addAll(overrides);
            if (!overrides.contains(TaskManagerOptions.NUM_TASK_SLOTS)) {
                configuration.set(
                        TaskManagerOptions.NUM_TASK_SLOTS,
                        Math.max(DEFAULT_SLOTS, configuration.get(CoreOptions.DEFAULT_PARALLELISM)));
            }
            cluster = new MiniCluster(new MiniClusterConfiguration.Builder()
                    .setConfiguration(configuration)
                    .setNumTaskManagers(1)
                    .setNumSlotsPerTaskManager(configuration.get(TaskManagerOptions.NUM_TASK_SLOTS))
                    .build());
            cluster.start();
            return new EmbeddedFlink(directory, configuration, cluster);
        } catch (Exception e) {
            try {
                if (cluster != null) {
                    cluster.closeAsync().join();
                }
            } finally {
                TemporaryDirectory.delete(directory);
            }
            throw new IOException("the embedded Flink cluster does not start: " + e.getMessage(), e);
        }
    }

    private static Configuration defaults(Path directory) {
        Configuration defaults = new Configuration();
        defaults.set(CoreOptions.DEFAULT_PARALLELISM, 1);
        defaults.set(CoreOptions.TMP_DIRS, directory.toString());
        defaults.set(WebOptions.TMP_DIR, directory.toString());
        defaults.set(RestOptions.ADDRESS, HOST);
        defaults.set(RestOptions.BIND_ADDRESS, HOST);
        defaults.set(RestOptions.BIND_PORT, "0");
        // The blob server takes its address from the job manager; by default it listens on every interface.
        defaults.set(JobManagerOptions.BIND_HOST, HOST);
        defaults.set(TaskManagerOptions.BIND_HOST, HOST);
        defaults.set(WebOptions.SUBMIT_ENABLE, false);
        defaults.set(ExecutionOptions.BUFFER_TIMEOUT, Duration.ofMillis(1));
        defaults.set(PipelineOptions.OBJECT_REUSE, true);
        defaults.set(PipelineOptions.GENERIC_TYPES, false);
        defaults.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(500));
        defaults.set(CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE, CheckpointingMode.EXACTLY_ONCE);
        defaults.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                directory.resolve("checkpoints").toUri().toString());
        defaults.set(StateBackendOptions.STATE_BACKEND, "hashmap");
        defaults.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        defaults.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 3);
        defaults.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofSeconds(1));
        defaults.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(16));
        defaults.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(32));
        defaults.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(32));
        return defaults;
    }

    /** An environment with the cluster's configuration whose jobs run on this cluster. */
    public StreamExecutionEnvironment environment() {
        Configuration target = new Configuration(configuration);
        target.set(DeploymentOptions.TARGET, ThisCluster.NAME);
        return new StreamExecutionEnvironment(new ThisCluster(), target, EmbeddedFlink.class.getClassLoader());
    }

    /** Address of the web UI. */
    public URI webUi() {
        return cluster.getRestAddress().join();
    }

    /** True once every task of the job runs. */
    public boolean isRunning(JobID job) throws InterruptedException {
        try {
            return StreamSupport.stream(
                            cluster.getExecutionGraph(job)
                                    .get()
                                    .getAllExecutionVertices()
                                    .spliterator(),
                            false)
                    .allMatch(vertex -> vertex.getExecutionState() == ExecutionState.RUNNING);
        } catch (ExecutionException e) {
            return false;
        }
    }

    /** Cancels what still runs and removes the temporary directory. Never throws: a failure to do so is logged. */
    @Override
    public void close() {
        try {
            cluster.closeAsync().join();
        } catch (RuntimeException e) {
            LOG.warn("the embedded Flink cluster does not stop", e);
        } finally {
            TemporaryDirectory.delete(directory);
        }
    }

    /** Flink's way from an environment to a cluster, with this one as the only target. */
    private final class ThisCluster implements PipelineExecutorServiceLoader, PipelineExecutorFactory {

        static final String NAME = "fluxon-embedded";

        @Override
        public PipelineExecutorFactory getExecutorFactory(Configuration target) {
            return this;
        }

        @Override
        public Stream<String> getExecutorNames() {
            return Stream.of(NAME);
        }

        @Override
        public String getName() {
            return NAME;
        }

        @Override
        public boolean isCompatibleWith(Configuration target) {
            return NAME.equals(target.get(DeploymentOptions.TARGET));
        }

        @Override
        public PipelineExecutor getExecutor(Configuration target) {
            return (pipeline, jobConfiguration, classLoader) -> submit(pipeline, jobConfiguration, classLoader);
        }

        private CompletableFuture<JobClient> submit(
                Pipeline pipeline, Configuration jobConfiguration, ClassLoader classLoader) throws Exception {
            MiniClusterClient client = new MiniClusterClient(configuration, cluster);
            return client.submitJob(PipelineExecutorUtils.getStreamGraph(pipeline, jobConfiguration))
                    .thenApply(job -> new ClusterClientJobClientAdapter<>(() -> client, job, classLoader));
        }
    }
}
