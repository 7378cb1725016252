package io.fluxon.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What cluster, submit and stop say where there is no cluster, or one that answers as a Flink does. */
class ClusterCommandsTest {

    private static final String JOB = "0123456789abcdef0123456789abcdef";

    @TempDir
    private Path folder;

    @Test
    void ofNoClusterTheStatusIsThatNothingRunsAndItsStopIsFine() throws Exception {
        assertThat(TestingCommands.run("cluster", "status", "--directory", folder))
                .returns(1, TestingCommands.Outcome::status)
                .returns("no cluster in " + folder + "\n", TestingCommands.Outcome::out);
        JsonNode status = new ObjectMapper()
                .readTree(TestingCommands.run("cluster", "status", "--json", "--directory", folder)
                        .out());
        assertThat(status.get("running").booleanValue()).isFalse();
        assertThat(status.get("processes")).isEmpty();
        assertThat(TestingCommands.succeed("cluster", "stop", "--directory", folder))
                .isEqualTo("nothing runs in " + folder + "\n");
    }

    @Test
    void whatAMachineLeftThatWasSwitchedOffCountsAsEnded() throws Exception {
        Files.createDirectories(folder.resolve("run"));
        Files.writeString(
                folder.resolve("cluster.json"),
                "{\"restPort\":1,\"kafkaPort\":1,\"controllerPort\":1,\"taskManagers\":1,\"slots\":1}");
        Files.writeString(
                folder.resolve("run/jobmanager.pid"), ProcessHandle.current().pid() + " 1000");

        TestingCommands.Outcome outcome = TestingCommands.run("cluster", "status", "--directory", folder);

        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.out()).contains("jobmanager     ended", "127.0.0.1:1 does not answer");
        assertThat(TestingCommands.succeed("cluster", "stop", "--directory", folder))
                .isEqualTo("nothing runs in " + folder + "\n");
        assertThat(folder.resolve("cluster.json")).doesNotExist();
    }

    @Test
    void aTakenPortIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            int port = taken.getLocalPort();

            assertThat(TestingCommands.fail("cluster", "start", "--directory", folder, "--rest-port", port))
                    .isEqualTo("fluxon: port " + port + " for the web UI is taken; --rest-port chooses another");
            assertThat(TestingCommands.fail(
                            "cluster", "start", "--directory", folder, "--rest-port", 0, "--kafka-port", port))
                    .isEqualTo("fluxon: port " + port + " for the broker is taken; --kafka-port chooses another");
        }
    }

    @Test
    void aDirectoryThatCannotBeOneIsNamed() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));

        assertThat(TestingCommands.fail("cluster", "start", "--directory", file))
                .startsWith("fluxon: " + file);
    }

    @Test
    void whereNoClusterAnswersTheAddressIsNamed() throws Exception {
        String nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            nobody = "http://127.0.0.1:" + socket.getLocalPort();
        }

        assertThat(TestingCommands.fail("stop", JOB, "--savepoint", folder, "--cluster", nobody))
                .isEqualTo("fluxon: " + nobody + ": no Flink cluster answers");
    }

    @Test
    void aJobThatTheClusterDoesNotKnowOrThatHasEndedIsNotStopped() throws Exception {
        try (TestingRest rest = new TestingRest(Map.of())) {
            assertThat(TestingCommands.fail("stop", JOB, "--savepoint", folder, "--cluster", rest.address()))
                    .isEqualTo("fluxon: " + rest.address() + ": knows no job " + JOB);
        }
        try (TestingRest rest = new TestingRest(Map.of("/jobs/" + JOB + "/status", "{\"status\":\"FINISHED\"}"))) {
            assertThat(TestingCommands.fail("stop", JOB, "--savepoint", folder, "--cluster", rest.address()))
                    .isEqualTo("fluxon: job " + JOB + " is FINISHED; only a running job can be stopped");
        }
    }

    @Test
    void aStopAsksForACanonicalSavepointWithinTheDirectoryAndPrintsWhereItIs() throws Exception {
        try (TestingRest rest = new TestingRest(Map.of(
                "/jobs/" + JOB + "/status",
                "{\"status\":\"RUNNING\"}",
                "/jobs/" + JOB + "/stop",
                "{\"request-id\":\"t\"}",
                "/jobs/" + JOB + "/savepoints/t",
                "{\"status\":{\"id\":\"COMPLETED\"},\"operation\":{\"location\":\"file:/place\"}}"))) {
            assertThat(TestingCommands.succeed(
                            "stop", JOB, "--savepoint", folder, "--drain", "--cluster", rest.address()))
                    .isEqualTo("file:/place\n");

            assertThat(new ObjectMapper().readTree(rest.bodies.get(0)))
                    .isEqualTo(new ObjectMapper()
                            .createObjectNode()
                            .put("targetDirectory", folder.toUri().toString())
                            .put("drain", true)
                            .put("formatType", "CANONICAL"));
        }
    }

    @Test
    void aFailedStopGivesTheReasonAtTheRoot() throws Exception {
        try (TestingRest rest = new TestingRest(
                Map.of(
                        "/jobs/" + JOB + "/status",
                        "{\"status\":\"RUNNING\"}",
                        "/jobs/" + JOB + "/stop",
                        "{\"request-id\":\"t\"}",
                        "/jobs/" + JOB + "/savepoints/t",
                        "{\"status\":{\"id\":\"COMPLETED\"},\"operation\":{\"failure-cause\":{\"class\":\"X\",\"stack-trace\":"
                                + "\"a.B: outer\\n\\tat c.D\\nCaused by: e.FException: java.io.IOException: disk full\\n\\tat g.H\"}}}"))) {
            assertThat(TestingCommands.fail("stop", JOB, "--savepoint", folder, "--cluster", rest.address()))
                    .isEqualTo("fluxon: job " + JOB + " is not stopped: disk full");
        }
    }

    @Test
    void aSavepointThatIsNotThereIsNamed() throws Exception {
        Path pipeline = Files.writeString(folder.resolve("pipeline.yaml"), """
                name: test
                sensor: camera
                kafka: {bootstrap: "127.0.0.1:9092"}
                model: builtin:simulated
                window: {kind: epoch}
                """);

        assertThat(TestingCommands.fail("submit", pipeline, "--savepoint", folder))
                .isEqualTo("fluxon: " + folder + ": no savepoint; a savepoint's directory holds a file _metadata");
    }

    /** Answers by path and keeps what was posted; what it does not know is not found. */
    private static final class TestingRest implements AutoCloseable {

        final List<String> bodies = new CopyOnWriteArrayList<>();
        private final HttpServer server;

        TestingRest(Map<String, String> answersByPath) throws IOException {
            Map<String, String> answers = new TreeMap<>(answersByPath);
            server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
            server.createContext("/", exchange -> {
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                if (!body.isEmpty()) {
                    bodies.add(body);
                }
                String answer = answers.get(exchange.getRequestURI().getPath());
                byte[] bytes =
                        (answer == null ? "{\"errors\":[\"not found\"]}" : answer).getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(answer == null ? 404 : 200, bytes.length);
                exchange.getResponseBody().write(bytes);
                exchange.close();
            });
            server.start();
        }

        String address() {
            return "http://127.0.0.1:" + server.getAddress().getPort();
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }
}
