package io.fluxon.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fluxon.connectors.camera.packets.CameraEpoch;
import io.fluxon.connectors.simulation.SimulatedCamera;
import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.ModelFile;
import io.fluxon.networks.model.NirGraph;
import io.fluxon.networks.model.NirNode;
import io.fluxon.pipelines.Pipeline;
import io.fluxon.pipelines.PipelineFile;
import io.fluxon.pipelines.ShippedModels;
import io.fluxon.schemas.AvroCodec;
import io.fluxon.schemas.Decision;
import io.fluxon.schemas.DecisionKind;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.SequenceReport;
import io.fluxon.schemas.Topic;
import io.fluxon.streams.PacketFunction;
import io.fluxon.streams.PacketOperator;
import io.fluxon.streams.network.NetworkFunction;
import io.fluxon.streams.network.NetworkKeyState;
import io.fluxon.streams.network.NetworkMigration;
import io.fluxon.streams.network.NetworkSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.state.api.OperatorIdentifier;
import org.apache.flink.state.api.runtime.SavepointLoader;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A savepoint taken in the middle of epochs, looked at, carried over to a wider model, and gone on from. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class StateCommandITCase {

    private static final int SENSORS = 3;
    private static final String DROPPED = "cam-2";

    @TempDir
    private Path folder;

    private final Map<String, List<SensorPacket>> epochs = new TreeMap<>();

    @ParameterizedTest
    @ValueSource(strings = {"hashmap", "rocksdb"})
    void aJobGoesOnFromASavepointThatWasMigratedToAWiderReadout(String backend) throws Exception {
        Path old = folder.resolve("old.nir");
        Path wider = folder.resolve("wider.nir");
        ShippedModels.simulated().open().write(old);
        widened(ShippedModels.simulated().open()).write(wider);
        List<List<SensorPacket>> halves = new ArrayList<>();
        for (int sensor = 0; sensor < SENSORS; sensor++) {
            String name = "cam-" + sensor;
            epochs.put(
                    name,
                    new CameraEpoch(new SimulatedCamera(70 + sensor).next().recording(), name, 0, "test", 0)
                            .packets(CameraEpoch.PACKET_MICROS, 0));
            halves.add(epochs.get(name).subList(0, epochs.get(name).size() / 2));
        }
        Path savepoint;
        Path migrated = folder.resolve("migrated");
        try (TestingPipelineRun run = new TestingPipelineRun(SensorKind.CAMERA)) {
            try (EmbeddedFlink flink = EmbeddedFlink.start(configuration(backend))) {
                JobClient job = start(flink, run, ModelFile.of(old), null);
                run.publish(TestingPipelineRun.turnByTurn(halves));
                run.topics().await(Topic.CAMERA_LIVE_DECISIONS, TestingPipelineRun.AT_ONCE, SENSORS, record -> true);
                TestingPipelineRun.awaitRunning(flink, job);
                savepoint = Path.of(URI.create(job.stopWithSavepoint(
                                false, folder.resolve("savepoints").toUri().toString(), SavepointFormatType.CANONICAL)
                        .get()));
            }
            Map<String, Integer> next = lookAt(savepoint, old);

            String said = TestingCommands.succeed(
                    "state",
                    "migrate",
                    savepoint,
                    "--out",
                    migrated,
                    "--kind",
                    "camera",
                    "--from-model",
                    old,
                    "--model",
                    wider,
                    "--drop",
                    DROPPED);
            assertThat(said).contains("2 keys of model simulated-lif 2, 1 left out; keeps hidden");
            assertThat(SavepointLoader.loadOperatorStateMetadata(
                                    migrated.toString(), OperatorIdentifier.forUid("camera-keys"))
                            .keySet())
                    .containsExactlyInAnyOrder(
                            PacketOperator.STATE_NAME,
                            "_timer_state/event_" + PacketOperator.TIMERS_NAME,
                            "_timer_state/processing_" + PacketOperator.TIMERS_NAME);
            JsonNode listed = TestingCommands.json("state", "list", migrated, "--json");
            assertThat(operator(listed).get("keys").asInt()).isEqualTo(SENSORS - 1);
            assertThat(operator(listed).get("models").toString()).isEqualTo("[\"simulated-lif 2\"]");

            try (EmbeddedFlink flink = EmbeddedFlink.start(configuration(backend))) {
                JobClient job = start(flink, run, ModelFile.of(wider), migrated);
                List<List<SensorPacket>> rest = new ArrayList<>();
                epochs.forEach((name, packets) -> rest.add(packets.subList(packets.size() / 2, packets.size())));
                run.publish(TestingPipelineRun.turnByTurn(rest));
                run.topics().await(Topic.CAMERA_DECISIONS, TestingPipelineRun.COMMITTED, SENSORS, record -> true);
                job.cancel().get();
            }
            checkDecisions(run, next);
        }
        checkpointIsListed();
        refusals(savepoint, migrated, old, wider);
    }

    /** Lists and shows the savepoint; returns how many packets of each camera it has taken in. */
    private Map<String, Integer> lookAt(Path savepoint, Path model) throws Exception {
        JsonNode listed = TestingCommands.json("state", "list", savepoint, "--json");
        assertThat(listed.get("format").asText()).isEqualTo("canonical savepoint");
        JsonNode keys = operator(listed);
        assertThat(keys.get("keys").asInt()).isEqualTo(SENSORS);
        assertThat(keys.get("models").toString()).isEqualTo("[\"simulated-lif 1\"]");
        assertThat(keys.get("key_bytes_max").asLong())
                .isBetween(keys.get("key_bytes_mean").asLong(), 1_000_000L);
        assertThat(TestingCommands.succeed("state", "list", savepoint)).contains("camera-keys", "3 keys");

        JsonNode shown = TestingCommands.json("state", "show", savepoint, "--kind", "camera", "--json");
        assertThat(shown.get("keys").asInt()).isEqualTo(SENSORS);
        Map<String, Integer> next = new HashMap<>();
        for (String name : epochs.keySet()) {
            JsonNode sensor = shown.at("/states/" + name + "/sensors/0");
            next.put(name, sensor.get("next_sequence").asInt());
            assertThat(next.get(name)).isBetween(1, epochs.get(name).size() / 2);
            int events = epochs.get(name).subList(0, next.get(name)).stream()
                    .mapToInt(SensorPacket::getEventCount)
                    .sum();
            assertThat(shown.at("/states/" + name + "/open_epochs/0/events").asInt())
                    .isEqualTo(events);
        }
        JsonNode one = TestingCommands.json(
                "state", "show", savepoint, "--kind", "camera", "--key", "cam-1", "--model", model, "--json");
        assertThat(one.at("/states").size()).isEqualTo(1);
        JsonNode hidden = one.at("/states/cam-1/open_epochs/0/open_windows/0/layers/0");
        assertThat(hidden.get("name").asText()).isEqualTo("hidden");
        assertThat(hidden.get("spikes").asLong())
                .isEqualTo(one.at("/states/cam-1/open_epochs/0/spikes").asLong());
        assertThat(hidden.get("potential_max").asDouble())
                .isGreaterThan(hidden.get("potential_min").asDouble());
        return next;
    }

    /** Of the keys that were kept, both parts of the epoch count; hidden spikes are those of the model before. */
    private void checkDecisions(TestingPipelineRun run, Map<String, Integer> next) throws Exception {
        assertThat(run.topics().read(Topic.CAMERA_SEQUENCE_REPORTS, TestingPipelineRun.COMMITTED))
                .as("positions were kept, but of the key that was dropped")
                .hasSize(1);
        Map<String, Decision> decisions = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record :
                run.topics().read(Topic.CAMERA_DECISIONS, TestingPipelineRun.COMMITTED)) {
            Decision decision = new AvroCodec<>(Decision.class).decode(record.value());
            decisions.put(decision.getSensorId(), decision);
        }
        for (String name : epochs.keySet()) {
            Decision decision = decisions.get(name);
            List<SensorPacket> packets = epochs.get(name);
            if (name.equals(DROPPED)) {
                assertThat(decision.getMissingPackets())
                        .isEqualTo(next.get(name).longValue());
                continue;
            }
            List<Decision> before = function(ShippedModels.simulated().open()).classify(packets);
            assertThat(decision.getSpikes())
                    .isEqualTo(before.get(before.size() - 1).getSpikes());
            assertThat(decision).isEqualTo(offline(packets, next.get(name)));
            assertThat(decision.getScores().get(10))
                    .isEqualTo(decision.getScores().get(0));
        }
    }

    private void checkpointIsListed() throws Exception {
        try (Stream<Path> files = Files.walk(folder.resolve("checkpoints"))) {
            Path checkpoint = files.filter(file -> file.endsWith("_metadata"))
                    .findFirst()
                    .orElseThrow()
                    .getParent();
            JsonNode listed = TestingCommands.json("state", "list", checkpoint, "--json");
            assertThat(listed.get("format").asText()).isEqualTo("checkpoint");
            assertThat(operator(listed).get("keys").asInt()).isEqualTo(SENSORS);
        }
    }

    private void refusals(Path savepoint, Path migrated, Path old, Path wider) throws IOException {
        assertThat(TestingCommands.fail("state", "list", folder)).contains("not a savepoint or checkpoint");
        assertThat(TestingCommands.fail("state", "show", savepoint, "--kind", "watch"))
                .contains("no operator watch-keys in it");
        assertThat(TestingCommands.fail("state", "show", savepoint, "--kind", "camera", "--key", "cam-9"))
                .contains("no key cam-9");
        assertThat(migrate(savepoint, migrated, old, wider)).contains("exists already");
        Path again = folder.resolve("again");
        assertThat(migrate(savepoint, again, wider, old))
                .containsPattern("key cam-\\d: epoch 0 is of model simulated-lif 1, not of simulated-lif 2");
        assertThat(again).doesNotExist();
    }

    private static String migrate(Path savepoint, Path out, Path from, Path to) {
        return TestingCommands.fail(
                "state", "migrate", savepoint, "--out", out, "--kind", "camera", "--from-model", from, "--model", to);
    }

    private static JsonNode operator(JsonNode listed) {
        for (JsonNode operator : listed.get("operators")) {
            if (operator.get("uid").asText().equals("camera-keys")) {
                return operator;
            }
        }
        throw new AssertionError("no camera-keys in " + listed);
    }

    private Configuration configuration(String backend) {
        Configuration configuration = new Configuration();
        configuration.set(StateBackendOptions.STATE_BACKEND, backend);
        configuration.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, backend.equals("rocksdb"));
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(500));
        configuration.set(
                CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                folder.resolve("checkpoints").toUri().toString());
        configuration.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        return configuration;
    }

    private static JobClient start(EmbeddedFlink flink, TestingPipelineRun run, ModelFile model, Path savepoint)
            throws Exception {
        StreamExecutionEnvironment environment = flink.environment();
        if (savepoint != null) {
            Configuration recovery = new Configuration();
            recovery.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint.toUri().toString());
            environment.configure(recovery);
        }
        Pipeline.build(
                environment,
                PipelineFile.shipped(SensorKind.CAMERA)
                        .withBootstrap(run.bootstrap())
                        .withModel(model));
        return environment.executeAsync();
    }

    /** An eleventh output like the first one. */
    private static Model widened(Model model) {
        Map<String, NirNode> nodes = new HashMap<>(model.graph().nodes());
        NirNode.Linear weights = (NirNode.Linear) nodes.get("readout_weights");
        float[] before = weights.weight().floats();
        int inputs = before.length / 10;
        float[] wider = Arrays.copyOf(before, 11 * inputs);
        System.arraycopy(before, 0, wider, 10 * inputs, inputs);
        nodes.put("readout_weights", new NirNode.Linear(wider, 11, inputs));
        NirNode.Li readout = (NirNode.Li) nodes.get("readout");
        nodes.put(
                "readout",
                new NirNode.Li(
                        widened(readout.tauSeconds().values()),
                        widened(readout.r().values()),
                        widened(readout.vLeak().values())));
        nodes.put("output", new NirNode.Output(new int[] {11}));
        List<String> classes = new ArrayList<>(model.classes());
        classes.add("like 0");
        return new Model(
                new NirGraph(nodes, model.graph().edges(), model.graph().metadata()),
                model.name(),
                "2",
                classes,
                model.stepMicros(),
                model.dialect(),
                "");
    }

    private static double[] widened(double[] values) {
        double[] wider = Arrays.copyOf(values, 11);
        Arrays.fill(wider, values.length, 11, values[0]);
        return wider;
    }

    private static NetworkFunction function(Model model) {
        return new NetworkFunction(SensorKind.CAMERA, model, NetworkSettings.defaults(SensorKind.CAMERA));
    }

    /** The final decision where the model changes after some of the packets, without Kafka and Flink. */
    private static Decision offline(List<SensorPacket> packets, int change) throws Exception {
        Model old = ShippedModels.simulated().open();
        List<Decision> decisions = new ArrayList<>();
        PacketFunction.Output output = new PacketFunction.Output() {
            @Override
            public void emit(Topic topic, SpecificRecordBase result) {
                decisions.add((Decision) result);
            }

            @Override
            public void report(SequenceReport report) {
                throw new AssertionError(report);
            }
        };
        NetworkKeyState state = accept(function(old), null, packets.subList(0, change), output);
        new NetworkMigration(old, widened(old)).migrate(state);
        accept(function(widened(old)), state, packets.subList(change, packets.size()), output);
        Decision last = decisions.get(decisions.size() - 1);
        assertThat(last.getKind()).isEqualTo(DecisionKind.FINAL);
        return last;
    }

    private static NetworkKeyState accept(
            NetworkFunction function, NetworkKeyState state, List<SensorPacket> packets, PacketFunction.Output output)
            throws Exception {
        NetworkKeyState next = state;
        for (SensorPacket packet : packets) {
            function.decode(packet);
            next = function.accept(next, packet, output);
        }
        return next;
    }
}
