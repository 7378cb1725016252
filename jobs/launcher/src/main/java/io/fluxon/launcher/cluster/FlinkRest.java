package io.fluxon.launcher.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fluxon.launcher.cluster.ClusterStatus.JobStatus;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What is asked of a Flink cluster over its REST interface. Errors are one line that names the address. */
public final class FlinkRest {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(20);
    private static final long POLL_MILLIS = 100;
    private static final int NOT_FOUND = 404;

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).build();
    private final URI address;

    /** @param address such as {@code http://127.0.0.1:8081} */
    public FlinkRest(URI address) {
        this.address = address;
    }

    /** What has registered with the job manager. */
    public record Overview(int taskManagers, int slots, int freeSlots) {}

    public Overview overview() throws IOException, InterruptedException {
        JsonNode answer = get("/overview");
        return new Overview(
                answer.path("taskmanagers").asInt(),
                answer.path("slots-total").asInt(),
                answer.path("slots-available").asInt());
    }

    /** The jobs that the cluster knows, ended ones too. */
    public List<JobStatus> jobs() throws IOException, InterruptedException {
        List<JobStatus> jobs = new ArrayList<>();
        for (JsonNode job : get("/jobs/overview").path("jobs")) {
            jobs.add(new JobStatus(
                    job.path("jid").asText(),
                    job.path("name").asText(),
                    job.path("state").asText()));
        }
        return jobs;
    }

    /** Flink's word for the state of a job, such as RUNNING. */
    public String jobState(String job) throws IOException, InterruptedException {
        return get("/jobs/" + job + "/status").path("status").asText();
    }

    /** Why a job failed, in one line. */
    public String failure(String job) throws IOException, InterruptedException {
        JsonNode history = get("/jobs/" + job + "/exceptions").at("/exceptionHistory/entries/0/stacktrace");
        return lastCause(history.asText());
    }

    /**
     * Stops a job with a savepoint in Flink's canonical format, which any state backend can be started from. Returns when
     * the savepoint is complete.
     *
     * @param directory in which the savepoint gets a directory of its own; a URI, or a path on the job manager's machine
     * @param drain ends time for good before the savepoint: windows close, and it is no place to go on from
     * @return where the savepoint is
     */
    public String stopWithSavepoint(String job, String directory, boolean drain)
            throws IOException, InterruptedException {
        String state = jobState(job);
        if (!state.equals("RUNNING")) {
            throw new IOException("job " + job + " is " + state + "; only a running job can be stopped");
        }
        ObjectNode body = MAPPER.createObjectNode()
                .put("targetDirectory", directory)
                .put("drain", drain)
                .put("formatType", "CANONICAL");
        String trigger = post("/jobs/" + job + "/stop", body).path("request-id").asText();
        while (true) {
            JsonNode answer = get("/jobs/" + job + "/savepoints/" + trigger);
            if (answer.at("/status/id").asText().equals("COMPLETED")) {
                JsonNode cause = answer.at("/operation/failure-cause");
                if (!cause.isMissingNode()) {
                    throw new IOException("job " + job + " is not stopped: "
                            + lastCause(cause.path("stack-trace").asText()));
                }
                return answer.at("/operation/location").asText();
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        return send(path, HttpRequest.newBuilder(address.resolve(path)).GET());
    }

    private JsonNode post(String path, JsonNode body) throws IOException, InterruptedException {
        return send(
                path,
                HttpRequest.newBuilder(address.resolve(path))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body.toString())));
    }

    private JsonNode send(String path, HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> response;
        try {
            response = client.send(request.timeout(ANSWER_TIMEOUT).build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IOException(address + ": no Flink cluster answers", e);
        }
        JsonNode body;
        try {
            body = MAPPER.readTree(response.body());
        } catch (IOException e) {
            throw new IOException(address + ": what answers is no Flink cluster", e);
        }
        if (response.statusCode() / 100 != 2) {
            if (response.statusCode() == NOT_FOUND && path.startsWith("/jobs/")) {
                throw new IOException(address + ": knows no job " + path.split("/")[2]);
            }
            throw new IOException(address + path + ": status " + response.statusCode() + ", "
                    + lastCause(body.at("/errors/0").asText()));
        }
        return body;
    }

    /** The message at the root of a stack trace. */
    private static String lastCause(String stackTrace) {
        String message = "no reason given";
        for (String line : stackTrace.lines().toList()) {
            if (line.startsWith("Caused by: ")) {
                message = line.substring("Caused by: ".length());
            } else if (!line.isBlank() && message.equals("no reason given")) {
                message = line;
            }
        }
        // Exceptions from afar come as "Type: Type: message".
        return message.replaceFirst("^(?:[\\w.$]+(?:Exception|Error): )+", "");
    }
}
