package io.fluxon.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.packets.CameraEpoch;
import io.fluxon.connectors.camera.packets.CameraPackets;
import io.fluxon.connectors.simulation.SimulatedCamera;
import io.fluxon.pipelines.Pipeline;
import io.fluxon.pipelines.PipelineFile;
import io.fluxon.pipelines.PipelineSettings;
import io.fluxon.pipelines.ShippedModels;
import io.fluxon.schemas.Decision;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.Topic;
import io.fluxon.streams.network.NetworkFunction;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Decisions of a pipeline that ran, made again; the oracle is the pipeline's own function and the packets' own decoder. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class ExplainCommandITCase {

    private static final String SENSOR = "room:cam-1";

    @TempDir
    private static Path folder;

    private static TestingPipelineRun run;
    private static Path pipeline;
    private static Path savepoint;
    private static List<SensorPacket> packets;
    private static List<Decision> decisions;

    /** One epoch before, and one with a savepoint in the middle. */
    @BeforeAll
    static void runAPipeline() throws Exception {
        run = new TestingPipelineRun(SensorKind.CAMERA);
        pipeline = folder.resolve("camera.yaml");
        Files.writeString(
                pipeline,
                "name: explained\nsensor: camera\nkafka: {bootstrap: '" + run.bootstrap()
                        + "'}\nmodel: builtin:simulated\nwindow: {kind: epoch, every: 20 ms}\n");
        PipelineSettings settings = PipelineFile.read(pipeline);
        SimulatedCamera camera = new SimulatedCamera(5);
        List<SensorPacket> before = epoch(camera, 7);
        packets = epoch(camera, 8);
        int half = packets.size() / 2;
        decisions = function(settings).classify(packets);
        int early = function(settings).classify(before).size()
                + function(settings).classify(packets.subList(0, half)).size();
        try (EmbeddedFlink flink = EmbeddedFlink.start(new Configuration())) {
            StreamExecutionEnvironment environment = flink.environment();
            Pipeline.build(environment, settings);
            JobClient job = environment.executeAsync();
            run.publish(before);
            run.publish(packets.subList(0, half));
            run.topics().await(Topic.CAMERA_LIVE_DECISIONS, TestingPipelineRun.AT_ONCE, early, record -> true);
            TestingPipelineRun.awaitRunning(flink, job);
            String place = job.triggerSavepoint(folder.toUri().toString(), SavepointFormatType.CANONICAL)
                    .get();
            savepoint = Path.of(URI.create(place));
            run.publish(packets.subList(half, packets.size()));
            run.topics().await(Topic.CAMERA_DECISIONS, TestingPipelineRun.COMMITTED, 2, record -> true);
            job.cancel().get();
        }
    }

    @AfterAll
    static void stop() {
        run.close();
    }

    private static NetworkFunction function(PipelineSettings settings) {
        return new NetworkFunction(SensorKind.CAMERA, settings.model().open(), settings.network());
    }

    private static List<SensorPacket> epoch(SimulatedCamera camera, int number) throws IOException {
        return new CameraEpoch(camera.next().recording(), SENSOR, number, "test", 0)
                .packets(CameraEpoch.PACKET_MICROS, 0);
    }

    private static String name(Decision decision) {
        return SENSOR + ":" + decision.getEpoch() + ":" + decision.getSequence();
    }

    private static List<Long> eventTimesBefore(long micros) throws Exception {
        List<Long> times = new ArrayList<>();
        CameraBatch batch = new CameraBatch();
        for (SensorPacket packet : packets) {
            CameraPackets.decode(packet, batch);
            for (int i = 0; i < batch.size(); i++) {
                if (batch.timeMicros()[i] < micros) {
                    times.add(batch.timeMicros()[i]);
                }
            }
        }
        return times;
    }

    @Test
    void anEstimateIsMadeAgainFromTheEpochsStartAndTheInputsBehindItAreThoseBeforeItsTime() throws Exception {
        Decision estimate = decisions.get(3);
        JsonNode json = TestingCommands.json("explain", "--decision", name(estimate), "--pipeline", pipeline, "--json");

        assertThat(json.get("reproduced").asBoolean()).isTrue();
        assertThat(json.at("/decision/kind").asText()).isEqualTo("ESTIMATE");
        assertThat(json.at("/decision/label").asText()).isEqualTo(estimate.getLabel());
        assertThat(json.at("/recorded/topic").asText()).isEqualTo("fluxon.camera.decisions.live");
        assertThat(json.get("state").asText()).isEqualTo("fresh at the epoch's START");
        assertThat(json.at("/packets/0/from_sequence").asLong()).isZero();
        assertThat(json.get("window_decisions")).hasSize(4);
        List<Long> times = new ArrayList<>();
        json.at("/inputs/entries").forEach(entry -> times.add(entry.get(0).asLong()));
        assertThat(times).isEqualTo(eventTimesBefore(estimate.getToOffset()));
        assertThat(estimate.getEvents()).isEqualTo(times.size());
    }

    @Test
    void theLayersSpikesOfAFinalAreThoseThatItCounts() throws Exception {
        Decision last = decisions.get(decisions.size() - 1);
        Path svg = folder.resolve("final.svg");
        JsonNode json = TestingCommands.json(
                "explain", "--decision", name(last), "--pipeline", pipeline, "--json", "--svg", svg);

        assertThat(json.get("reproduced").asBoolean()).isTrue();
        assertThat(json.at("/recorded/topic").asText()).isEqualTo("fluxon.camera.decisions");
        assertThat(json.at("/packets/0/count").asInt()).isEqualTo(packets.size());
        long spikes = 0;
        for (JsonNode layer : json.get("layers")) {
            spikes += layer.get("type").asText().equals("LI")
                    ? 0
                    : layer.get("count").asLong();
        }
        assertThat(spikes).isEqualTo(last.getSpikes()).isPositive();
        assertThat(json.get("shares")).isNotEmpty();
        long counted = 0;
        for (JsonNode share : json.get("shares")) {
            counted += share.get("count").asLong();
        }
        assertThat(counted).isEqualTo(json.at("/layers/0/count").asLong());
        assertThat(Files.readString(svg)).contains("<svg").contains(SENSOR);
    }

    @Test
    void aSavepointWithinTheEpochIsTheNearestStateOfALaterDecision() throws Exception {
        Decision last = decisions.get(decisions.size() - 1);
        JsonNode json = TestingCommands.json(
                "explain", "--decision", name(last), "--pipeline", pipeline, "--savepoint", savepoint, "--json");

        assertThat(json.get("reproduced").asBoolean()).isTrue();
        assertThat(json.get("from_savepoint").asBoolean()).isTrue();
        assertThat(json.get("state").asText())
                .isEqualTo("the savepoint, which has " + SENSOR + " before sequence " + packets.size() / 2);
        assertThat(json.at("/inputs/count").asLong()).isPositive().isLessThan(last.getEvents());
    }

    @Test
    void aSavepointAfterTheDecisionIsNotUsed() throws Exception {
        JsonNode json = TestingCommands.json(
                "explain",
                "--decision",
                name(decisions.get(0)),
                "--pipeline",
                pipeline,
                "--savepoint",
                savepoint,
                "--json");

        assertThat(json.get("reproduced").asBoolean()).isTrue();
        assertThat(json.get("from_savepoint").asBoolean()).isFalse();
        assertThat(json.get("state").asText()).contains("the savepoint has the sensor beyond the decision");
    }

    @Test
    void anotherModelSeesTheSamePackets() throws Exception {
        Decision last = decisions.get(decisions.size() - 1);
        Path other =
                TestingModels.write(TestingModels.polarities().withMetadata(metadata()), folder.resolve("other.nir"));
        JsonNode json = TestingCommands.json(
                "explain", "--decision", name(last), "--pipeline", pipeline, "--model", other, "--json");

        assertThat(json.get("reproduced").asBoolean()).isTrue();
        assertThat(json.at("/other/model").asText()).isEqualTo("polarities");
        assertThat(json.at("/other/to_us").asLong())
                .isEqualTo(json.at("/decision/to_us").asLong());
        assertThat(json.at("/other/events").asLong()).isEqualTo(last.getEvents());
        String text =
                TestingCommands.succeed("explain", "--decision", name(last), "--pipeline", pipeline, "--model", other);
        assertThat(text).contains("reproduced, byte for byte").contains("other model FINAL");
    }

    @Test
    void aDecisionByAnotherVersionOfTheModelIsSaidToDiffer() throws Exception {
        Path changed = folder.resolve("changed.yaml");
        Files.writeString(changed, Files.readString(pipeline).replace("builtin:simulated", "builtin:nmnist"));
        JsonNode json = TestingCommands.json(
                "explain", "--decision", name(decisions.get(decisions.size() - 1)), "--pipeline", changed, "--json");

        assertThat(json.get("reproduced").asBoolean()).isFalse();
        assertThat(json.get("differences").toString())
                .contains("model " + ShippedModels.simulated().open().name() + " recorded, "
                        + ShippedModels.nmnist().open().name() + " replayed");
    }

    @Test
    void whatIsAskedWronglyIsAnsweredInOneLine() throws Exception {
        assertThat(TestingCommands.run("explain", "--decision", "cam", "--pipeline", pipeline))
                .satisfies(outcome -> {
                    assertThat(outcome.status()).isEqualTo(2);
                    assertThat(outcome.err().lines()).hasSize(1);
                    assertThat(outcome.err()).contains("must be SENSOR:EPOCH:SEQUENCE");
                });
        assertThat(TestingCommands.fail("explain", "--decision", SENSOR + ":8:4711", "--pipeline", pipeline))
                .contains(SENSOR + ":8:4711 is not in fluxon.camera.decisions-")
                .contains(", nor in fluxon.camera.decisions.live-")
                .endsWith("the nearest is " + name(decisions.get(decisions.size() - 1)));
        assertThat(TestingCommands.fail("explain", "--decision", "nobody:8:0", "--pipeline", pipeline))
                .endsWith("no decision of this sensor is");
        String known = name(decisions.get(0));
        assertThat(TestingCommands.fail("explain", "--decision", known, "--pipeline", folder.resolve("none.yaml")))
                .contains("none.yaml");
        assertThat(TestingCommands.fail(
                        "explain", "--decision", known, "--pipeline", pipeline, "--model", folder.resolve("none.nir")))
                .contains("none.nir: no such file");
        assertThat(TestingCommands.fail("explain", "--decision", known, "--pipeline", pipeline, "--savepoint", folder))
                .contains("not a savepoint");
    }

    private static Map<String, String> metadata() {
        return Map.of(
                "name",
                "polarities",
                "version",
                "1",
                "classes",
                "on,off",
                "step_us",
                "10000",
                "dt",
                "0.01",
                "preset",
                "fluxon");
    }
}
