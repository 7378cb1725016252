package io.fluxon.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fluxon.launcher.TestingCommands.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PipelineCommandTest {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"camera", "watch", "pulses"})
    void whatInitPrintsPassesTheCheck(String kind) throws Exception {
        Path file = Files.writeString(directory.resolve("p.yaml"), TestingCommands.succeed("pipeline", "init", kind));

        JsonNode runs = TestingCommands.json("pipeline", "check", file, "--json");

        assertThat(runs.path("name").asText()).isEqualTo("fluxon-" + kind);
        assertThat(runs.path("sensor").asText()).isEqualTo(kind);
        assertThat(runs.path("topics").path("packets").asText()).isEqualTo("fluxon." + kind + ".packets");
        assertThat(runs.path("state").path("backend").asText()).isEqualTo("heap");
        assertThat(runs.path("flink").path("state.backend.type").asText()).isEqualTo("hashmap");
        assertThat(TestingCommands.succeed("pipeline", "check", file).lines())
                .contains("name      fluxon-" + kind, "sensor    " + kind)
                .anySatisfy(line -> assertThat(line).startsWith("topics    packets fluxon." + kind + ".packets, "));
    }

    @Test
    void theCheckShowsWhatDecides() throws Exception {
        Path file = Files.writeString(directory.resolve("p.yaml"), """
                name: a
                sensor: camera
                kafka: {bootstrap: 'b:1'}
                model: builtin:simulated
                window: {kind: sliding, length: 200 ms, slide: 50 ms, every: 20 ms}
                early-exit: {margin: 0.3, then: revise}
                state: {backend: rocksdb}
                """);

        JsonNode runs = TestingCommands.json("pipeline", "check", file, "--json");

        assertThat(runs.path("window").toString())
                .isEqualTo("{\"kind\":\"sliding\",\"length_us\":200000,\"slide_us\":50000,\"every_us\":20000,"
                        + "\"early_exit_margin\":0.3,\"early_exit_then\":\"revise\"}");
        assertThat(runs.path("state").toString())
                .isEqualTo("{\"backend\":\"rocksdb\",\"hot_keys\":10000,\"expiry_ms\":3600000}");
        assertThat(runs.path("classes")).hasSize(10);
    }

    @Test
    void everyErrorIsALineAndTheStatusIs1() throws Exception {
        Path file = Files.writeString(directory.resolve("p.yaml"), "name: a\nsensor: watch\nkafka: {}\nwindow: 5\n");

        Outcome outcome = TestingCommands.run("pipeline", "check", file);

        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err().lines())
                .containsExactly(
                        "fluxon: " + file + ":1:1: model: missing",
                        "fluxon: " + file + ":3:1: kafka.bootstrap: missing",
                        "fluxon: " + file + ":4:1: window: must be a mapping of fields");

        Outcome asJson = TestingCommands.run("pipeline", "check", file, "--json");

        assertThat(asJson.status()).isEqualTo(1);
        assertThat(asJson.err()).isEmpty();
        assertThat(new ObjectMapper().readTree(asJson.out()).path("errors"))
                .hasSize(3)
                .first()
                .extracting(JsonNode::asText)
                .isEqualTo(file + ":1:1: model: missing");
    }

    @Test
    void aFileThatIsNotThereIsOneLine() {
        assertThat(TestingCommands.fail("pipeline", "check", directory.resolve("missing.yaml")))
                .endsWith("missing.yaml: no such file");
    }
}
