package io.fluxon.launcher.state;

import io.fluxon.launcher.EmbeddedFlink;
import io.fluxon.launcher.KindConverter;
import io.fluxon.launcher.Printable;
import io.fluxon.launcher.TemporaryDirectory;
import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.ModelFile;
import io.fluxon.schemas.SensorKind;
import io.fluxon.streams.KeyStateSerializer;
import io.fluxon.streams.network.NetworkMigration;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.state.api.OperatorTransformation;
import org.apache.flink.state.api.SavepointWriter;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.operators.SimpleOperatorFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fluxon state migrate}: a savepoint for another model. */
@Command(
        name = "migrate",
        description = {
            "Writes a savepoint from which a pipeline with another model goes on.",
            "Layers that both models have, by name, type and shape, keep their membranes; others start at rest. Positions,",
            "windows and counters stay, as do the source's offsets and the sinks' transactions."
        },
        footer = {
            "",
            "Example:",
            "  ./fluxon state migrate savepoint-1a2b3c --out migrated --kind camera --from-model cnn-1.nir --model cnn-2.nir"
        })
final class StateMigrateCommand implements Callable<Integer> {

    @Parameters(paramLabel = "SAVEPOINT", description = "Directory of a savepoint, or of a checkpoint (chk-N).")
    private Path savepoint;

    @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where the new savepoint goes.")
    private Path target;

    @Option(
            names = "--kind",
            required = true,
            paramLabel = "KIND",
            converter = KindConverter.class,
            description = "Kind of the sensors: camera or watch.")
    private SensorKind kind;

    @Option(
            names = "--from-model",
            required = true,
            paramLabel = "OLD",
            description = "Model of the savepoint's networks, a file or builtin:NAME.")
    private String fromModel;

    @Option(
            names = "--model",
            required = true,
            paramLabel = "NEW",
            description = "Model of the pipeline that goes on, a file or builtin:NAME.")
    private String toModel;

    @Option(names = "--drop", paramLabel = "KEY", description = "Leave this key out; may be given more than once.")
    private List<String> drop = new ArrayList<>();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (kind == SensorKind.PULSES) {
            throw new ParameterException(spec.commandLine(), "--kind must be camera or watch");
        }
        if (Files.exists(target)) {
            throw new IOException(target + ": exists already");
        }
        ModelFile from = ModelNames.open(fromModel);
        ModelFile to = ModelNames.open(toModel);
        Model next = to.open();
        NetworkMigration migration = new NetworkMigration(from.open(), next);
        SavepointStates states = SavepointStates.open(savepoint);
        KeyStateSerializer<Object> serializer = states.serializer(kind);
        if (serializer == null) {
            throw new IOException(savepoint + ": " + SavepointStates.uid(kind) + " has no keys in it");
        }
        JobExecutionResult result = write(states, serializer, new KeyMigration(serializer, Set.copyOf(drop), from, to));
        long dropped = result.getAccumulatorResult(KeyMigration.DROPPED);
        PrintWriter out = spec.commandLine().getOut();
        out.println(Printable.of(target + ": " + result.getAccumulatorResult(KeyMigration.WRITTEN) + " keys of model "
                + next.name() + " " + next.version() + ", " + dropped + " left out; keeps "
                + (migration.keptLayers().isEmpty() ? "no layer" : String.join(", ", migration.keptLayers()))));
        out.flush();
        if (dropped < new HashSet<>(drop).size()) {
            spec.commandLine().getErr().println("fluxon: not every key of --drop was in the savepoint");
        }
        return 0;
    }

    private JobExecutionResult write(
            SavepointStates states, KeyStateSerializer<Object> serializer, KeyMigration migration) throws IOException {
        boolean isWritten = false;
        try (EmbeddedFlink flink = states.cluster(kind)) {
            StreamExecutionEnvironment environment = flink.environment();
            DataStream<Tuple2<String, byte[]>> keys = states.read(environment, kind, serializer, null)
                    .flatMap(migration)
                    .returns(SavepointStates.keyAndBytes());
            SavepointWriter.fromExistingSavepoint(
                            environment, states.directory().toUri().toString())
                    .removeOperator(SavepointStates.operator(kind))
                    .withOperator(
                            SavepointStates.operator(kind),
                            OperatorTransformation.bootstrapWith(keys)
                                    .keyBy(key -> key.f0, Types.STRING)
                                    .transform((savepointUnixMillis, place) ->
                                            SimpleOperatorFactory.of(new KeyedStateWriter(
                                                    serializer, states.checkpointId(), savepointUnixMillis, place))))
                    .write(target.toAbsolutePath().normalize().toUri().toString());
            JobExecutionResult result = environment
                    .executeAsync("migrate " + SavepointStates.uid(kind))
                    .getJobExecutionResult()
                    .get();
            isWritten = true;
            return result;
        } catch (Exception e) {
            throw new IOException(savepoint + ": cannot be migrated: " + SavepointStates.reason(e), e);
        } finally {
            if (!isWritten && Files.exists(target)) {
                TemporaryDirectory.delete(target);
            }
        }
    }
}
