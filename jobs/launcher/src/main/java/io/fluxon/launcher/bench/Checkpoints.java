package io.fluxon.launcher.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.apache.flink.api.common.JobID;

/**
 * What Flink says of a job's checkpoints.
 *
 * @param completed how many
 * @param longestMillis of all, from trigger to completion, milliseconds
 * @param latestMillis of the latest, milliseconds
 * @param latestStateBytes all that the latest refers to, bytes
 * @param latestWrittenBytes what the latest wrote, bytes
 */
record Checkpoints(
        long completed, long longestMillis, long latestMillis, long latestStateBytes, long latestWrittenBytes) {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    static Checkpoints of(URI webUi, JobID job) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(webUi.resolve("/jobs/" + job + "/checkpoints"))
                .timeout(TIMEOUT)
                .build();
        HttpResponse<String> response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        JsonNode answer = new ObjectMapper().readTree(response.body());
        JsonNode latest = answer.path("latest").path("completed");
        return new Checkpoints(
                answer.path("counts").path("completed").asLong(),
                answer.path("summary").path("end_to_end_duration").path("max").asLong(),
                latest.path("end_to_end_duration").asLong(),
                latest.path("state_size").asLong(),
                latest.path("checkpointed_size").asLong());
    }

    /** What is said once one more has been completed that began after now. */
    static Checkpoints awaitNext(URI webUi, PipelineRun.Running running) throws IOException, InterruptedException {
        JobID job = running.job().getJobID();
        long before = of(webUi, job).completed();
        long deadlineNanos = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (true) {
            Checkpoints now = of(webUi, job);
            // The next may have begun before.
            if (now.completed() >= before + 2) {
                return now;
            }
            running.throwFailure();
            if (System.nanoTime() - deadlineNanos > 0) {
                throw new IOException("no checkpoint has been completed for 2 min");
            }
            Thread.sleep(100);
        }
    }
}
