package io.fluxon.launcher.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The measurements run and say what they are asked for; what they find is of no interest here. */
class BenchPipelineITCase {

    @TempDir
    private Path folder;

    private static JsonNode bench(String... arguments) throws Exception {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commandLine = new CommandLine(new BenchCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
        String[] all = new String[arguments.length + 5];
        all[0] = "pipeline";
        all[1] = "--quick";
        all[2] = "--json";
        all[3] = "--seconds";
        all[4] = "0.1";
        System.arraycopy(arguments, 0, all, 5, arguments.length);
        int status = commandLine.execute(all);
        assertThat(status).as(err.toString()).isZero();
        return new ObjectMapper().readTree(out.toString());
    }

    @Test
    void throughputHasAllKindsAndTheirRatios() throws Exception {
        JsonNode throughput = bench().get("throughput");

        assertThat(throughput.get("runs").fieldNames())
                .toIterable()
                .containsExactly(
                        "decode-only", "network", "exactly-once", "rocksdb", "kernel", "fan-out", "fan-out-kernel");
        for (JsonNode run : throughput.get("runs")) {
            assertThat(run.at("/eventsPerSecond/median").asDouble()).isPositive();
            assertThat(run.at("/processorNanosPerEvent/median").asDouble()).isPositive();
        }
        assertThat(throughput.get("ratios").size()).isEqualTo(5);
    }

    @Test
    void latencyHasADecisionAboutEveryPacket() throws Exception {
        JsonNode latency = bench("--mode", "latency").get("latency");

        assertThat(latency.at("/millis/count").asLong()).isPositive();
        assertThat(latency.at("/millis/p50").asDouble())
                .isPositive()
                .isLessThanOrEqualTo(latency.at("/millis/p99").asDouble());
    }

    @Test
    void everyKeyHasItsStateInTheCheckpointOfBothBackends() throws Exception {
        JsonNode keys = bench("--mode", "keys", "--keys", "50").get("keys");

        for (String backend : new String[] {"heap", "rocksdb"}) {
            // Two windows of 2 s at least in the 10 s of each watch.
            assertThat(keys.at("/" + backend + "/decisions").asLong()).isGreaterThanOrEqualTo(100);
            assertThat(keys.at("/" + backend + "/stateBytesPerKey").asLong()).isGreaterThan(200);
        }
    }

    @Test
    void growthWritesPicturesAndTheirData() throws Exception {
        bench("--mode", "growth", "--out", folder.toString());

        for (String name : new String[] {"pipeline-keys", "pipeline-neurons"}) {
            assertThat(Files.readAllLines(folder.resolve(name + ".csv"))).hasSize(3);
            assertThat(folder.resolve(name + ".svg")).content().contains("<svg");
        }
    }
}
