package io.fluxon.launcher.cluster;

import io.fluxon.pipelines.Pipeline;
import io.fluxon.pipelines.PipelineSettings;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.streaming.api.environment.RemoteStreamEnvironment;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A pipeline on its way to a Flink cluster. Its graph is made here, so its files are read here and travel in the job; the
 * classes travel in a jar.
 *
 * @param cluster address of the REST interface, such as {@code http://127.0.0.1:8081}
 * @param jobJar see {@link LocalCluster#jobJar}
 * @param savepoint directory of a savepoint or a retained checkpoint, a path or a URI; null starts afresh
 * @param allowNonRestoredState whether a state of the savepoint that no operator takes is dropped instead of refused
 * @param parallelism null for the pipeline's own
 */
public record JobSubmission(
        URI cluster, Path jobJar, String savepoint, boolean allowNonRestoredState, Integer parallelism) {

    /** A job that has not begun to run after that is left to itself. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final long POLL_MILLIS = 100;
    private static final Set<String> BEFORE_THE_RUN = Set.of("INITIALIZING", "CREATED");

    /** Adds a job's operators. */
    public interface Job {

        void build(StreamExecutionEnvironment environment) throws Exception;
    }

    /** Submits a pipeline; see {@link #submit(String, Configuration, Job)}. */
    public String submit(PipelineSettings settings) throws IOException, InterruptedException {
        return submit(
                "fluxon " + settings.name(),
                settings.flinkConfiguration(),
                environment -> Pipeline.build(environment, settings));
    }

    /**
     * Submits a job and returns when it runs.
     *
     * @param configuration Flink's options of the job
     * @return the job's number in hexadecimal
     * @throws IOException in one line: no cluster answers, the graph cannot be made, the savepoint cannot be used
     */
    public String submit(String name, Configuration configuration, Job job) throws IOException, InterruptedException {
        FlinkRest rest = new FlinkRest(cluster);
        // Flink's client would try for a minute.
        rest.overview();
        Configuration own = new Configuration();
        // So that a job whose cluster was stopped or lost can go on from what it last kept.
        own.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        own.addAll(configuration);
        if (parallelism != null) {
            own.set(CoreOptions.DEFAULT_PARALLELISM, parallelism);
        }
        String id;
        try (StreamExecutionEnvironment environment = new RemoteStreamEnvironment(
                cluster.getHost(),
                cluster.getPort(),
                own,
                new String[] {jobJar.toString()},
                new URL[0],
                savepoint == null
                        ? SavepointRestoreSettings.none()
                        : SavepointRestoreSettings.forPath(savepoint, allowNonRestoredState))) {
            job.build(environment);
            id = environment.executeAsync(name).getJobID().toHexString();
        } catch (InterruptedException | IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(cluster + " does not take the job: " + root(e).getMessage(), e);
        }
        long deadlineNanos = System.nanoTime() + PATIENCE.toNanos();
        String state = rest.jobState(id);
        while (BEFORE_THE_RUN.contains(state) && System.nanoTime() - deadlineNanos < 0) {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            state = rest.jobState(id);
        }
        if (state.equals("FAILED")) {
            throw new IOException("job " + id + " does not start: " + rest.failure(id));
        }
        return id;
    }

    private static Throwable root(Exception e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
