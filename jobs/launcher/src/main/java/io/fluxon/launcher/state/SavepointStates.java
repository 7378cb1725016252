package io.fluxon.launcher.state;

import io.fluxon.launcher.EmbeddedFlink;
import io.fluxon.pipelines.Pipeline;
import io.fluxon.pipelines.PipelineFile;
import io.fluxon.schemas.SensorKind;
import io.fluxon.streams.KeyState;
import io.fluxon.streams.KeyStateSerializer;
import io.fluxon.streams.PacketOperator;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Objects;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataInputViewStreamWrapper;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.SavepointType;
import org.apache.flink.runtime.checkpoint.SnapshotType;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.state.IncrementalRemoteKeyedStateHandle;
import org.apache.flink.runtime.state.KeyGroupsSavepointStateHandle;
import org.apache.flink.runtime.state.KeyGroupsStateHandle;
import org.apache.flink.runtime.state.KeyedBackendSerializationProxy;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.StreamStateHandle;
import org.apache.flink.runtime.state.metainfo.StateMetaInfoSnapshot;
import org.apache.flink.state.api.OperatorIdentifier;
import org.apache.flink.state.api.SavepointReader;
import org.apache.flink.state.api.functions.KeyedStateReaderFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.operators.collect.CollectSinkOperatorFactory;
import org.apache.flink.util.CloseableIterator;
import org.apache.flink.util.Collector;

/**
 * The states that a savepoint, or a checkpoint that was kept, has of the keys of our pipelines. They are read by a job on a
 * cluster inside this process: on the heap where the savepoint was taken from it, otherwise on RocksDB in a temporary
 * directory, one key in memory at a time.
 *
 * <p>A savepoint's metadata has Java objects of Flink; open only savepoints of your own jobs.
 */
public final class SavepointStates {

    private static final String METADATA_FILE = "_metadata";

    /** Larger than the state of any key; the collecting sink refuses a record beyond it. */
    private static final MemorySize LARGEST_RECORD = MemorySize.ofMebiBytes(256);

    private final Path directory;
    private final int metadataVersion;
    private final CheckpointMetadata metadata;

    /** Longer than any of these jobs; a failed one is not run again. */
    private static final Duration NO_CHECKPOINTS = Duration.ofDays(1);

    /** Takes the keys one by one, in no order. */
    public interface KeyConsumer {

        /** @param bytes size of the state as the savepoint has it */
        void take(String key, KeyState<?> state, int bytes) throws IOException;
    }

    private SavepointStates(Path directory, int metadataVersion, CheckpointMetadata metadata) {
        this.directory = directory;
        this.metadataVersion = metadataVersion;
        this.metadata = metadata;
    }

    /** @param directory of a savepoint, or of a checkpoint, {@code chk-N} */
    public static SavepointStates open(Path directory) throws IOException {
        Path file = directory.resolve(METADATA_FILE);
        if (!Files.isRegularFile(file)) {
            throw new IOException(directory + ": not a savepoint or checkpoint, no " + METADATA_FILE + " in it");
        }
        int version;
        try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
            if (in.readInt() != Checkpoints.HEADER_MAGIC_NUMBER) {
                throw new IOException("wrong first bytes");
            }
            version = in.readInt();
        } catch (IOException e) {
            throw new IOException(file + ": not the metadata of a savepoint: " + reason(e), e);
        }
        try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
            String pointer = directory.toAbsolutePath().toUri().toString();
            CheckpointMetadata metadata =
                    Checkpoints.loadCheckpointMetadata(in, SavepointStates.class.getClassLoader(), pointer);
            return new SavepointStates(directory.toAbsolutePath().normalize(), version, metadata);
        } catch (IOException | RuntimeException e) {
            throw new IOException(file + ": metadata that cannot be read: " + reason(e), e);
        }
    }

    /** What names the operator with the keys of a kind. */
    public static OperatorIdentifier operator(SensorKind kind) {
        return OperatorIdentifier.forUid(uid(kind));
    }

    static String uid(SensorKind kind) {
        return Pipeline.operatorUid(PipelineFile.shipped(kind));
    }

    Path directory() {
        return directory;
    }

    /** Version of the metadata's format; Flink's own version is not in it. */
    int metadataVersion() {
        return metadataVersion;
    }

    long checkpointId() {
        return metadata.getCheckpointId();
    }

    Collection<OperatorState> operators() {
        return metadata.getOperatorStates();
    }

    /** In words: canonical or native savepoint, checkpoint; unknown where the metadata does not say. */
    String format() {
        if (metadata.getCheckpointProperties() != null) {
            SnapshotType type = metadata.getCheckpointProperties().getCheckpointType();
            if (type instanceof SavepointType savepoint) {
                return savepoint.getFormatType() == SavepointFormatType.CANONICAL
                        ? "canonical savepoint"
                        : "native savepoint";
            }
            return "checkpoint";
        }
        return "unknown";
    }

    /** Whether it has keys of a kind. */
    public boolean has(SensorKind kind) {
        OperatorState operator = find(kind);
        return operator != null && keyedHandle(operator) != null;
    }

    private OperatorState find(SensorKind kind) {
        return metadata.getOperatorStates().stream()
                .filter(state -> state.getOperatorID().equals(operator(kind).getOperatorId()))
                .findFirst()
                .orElse(null);
    }

    private OperatorState require(SensorKind kind) throws IOException {
        OperatorState operator = find(kind);
        if (operator == null) {
            throw new IOException(directory + ": no operator " + uid(kind) + " in it");
        }
        return operator;
    }

    /** Any of the operator's handles on keyed state, null if it has no keys. */
    private static KeyedStateHandle keyedHandle(OperatorState operator) {
        for (OperatorSubtaskState subtask : operator.getStates()) {
            for (KeyedStateHandle handle : subtask.getManagedKeyedState()) {
                return handle;
            }
        }
        return null;
    }

    /** The serializer by which the savepoint's states were written; null if it has no keys of the kind. */
    @SuppressWarnings("unchecked") // what it reads are states of keys, whatever the function
    public KeyStateSerializer<Object> serializer(SensorKind kind) throws IOException {
        KeyedStateHandle handle = keyedHandle(require(kind));
        if (handle == null) {
            return null;
        }
        StreamStateHandle stream;
        if (handle instanceof KeyGroupsStateHandle whole) {
            stream = whole.getDelegateStateHandle();
        } else if (handle instanceof IncrementalRemoteKeyedStateHandle incremental) {
            stream = incremental.getMetaDataStateHandle();
        } else {
            throw new IOException(directory + ": keyed state of " + uid(kind) + " is of an unknown kind: "
                    + handle.getClass().getSimpleName());
        }
        try (DataInputStream in = new DataInputStream(stream.openInputStream())) {
            KeyedBackendSerializationProxy<?> proxy =
                    new KeyedBackendSerializationProxy<>(SavepointStates.class.getClassLoader());
            proxy.read(new DataInputViewStreamWrapper(in));
            for (StateMetaInfoSnapshot state : proxy.getStateMetaInfoSnapshots()) {
                if (state.getName().equals(PacketOperator.STATE_NAME)
                        && state.getTypeSerializerSnapshot(StateMetaInfoSnapshot.CommonSerializerKeys.VALUE_SERIALIZER)
                                        .restoreSerializer()
                                instanceof KeyStateSerializer<?> serializer) {
                    return (KeyStateSerializer<Object>) serializer;
                }
            }
        } catch (IOException | RuntimeException e) {
            throw new IOException(directory + ": keyed state of " + uid(kind) + " cannot be read: " + reason(e), e);
        }
        throw new IOException(directory + ": " + uid(kind) + " has no state named " + PacketOperator.STATE_NAME);
    }

    /** Goes through the keys of a kind; only through one if its name is given. */
    public void forEach(SensorKind kind, String only, KeyConsumer consumer) throws IOException {
        KeyStateSerializer<Object> serializer = serializer(kind);
        if (serializer == null) {
            return;
        }
        try (EmbeddedFlink flink = cluster(kind)) {
            try (CloseableIterator<Tuple2<String, byte[]>> keys =
                    read(flink.environment(), kind, serializer, only).executeAndCollect("states of " + uid(kind))) {
                while (keys.hasNext()) {
                    Tuple2<String, byte[]> next = keys.next();
                    consumer.take(next.f0, decode(serializer, next.f1), next.f1.length);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(directory + ": the states of " + uid(kind) + " cannot be read: " + reason(e), e);
        }
    }

    static <S> KeyState<S> decode(TypeSerializer<KeyState<S>> serializer, byte[] bytes) throws IOException {
        return serializer.deserialize(new DataInputDeserializer(bytes));
    }

    /** A cluster whose backend can read what the savepoint has of a kind. */
    EmbeddedFlink cluster(SensorKind kind) throws IOException {
        KeyedStateHandle handle = keyedHandle(require(kind));
        boolean ofHeap = handle instanceof KeyGroupsStateHandle && !(handle instanceof KeyGroupsSavepointStateHandle);
        Configuration configuration = new Configuration();
        configuration.set(StateBackendOptions.STATE_BACKEND, ofHeap ? "hashmap" : "rocksdb");
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, NO_CHECKPOINTS);
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
        configuration.set(CollectSinkOperatorFactory.MAX_BATCH_SIZE, LARGEST_RECORD);
        // Flink's own types of this job have no serializers but Kryo.
        configuration.set(PipelineOptions.GENERIC_TYPES, true);
        return EmbeddedFlink.start(configuration);
    }

    /** The keys of a kind with the bytes of their states. */
    DataStream<Tuple2<String, byte[]>> read(
            StreamExecutionEnvironment environment, SensorKind kind, KeyStateSerializer<Object> serializer, String only)
            throws IOException {
        return SavepointReader.read(environment, directory.toUri().toString())
                .readKeyedState(operator(kind), new KeyReader(serializer, only), Types.STRING, keyAndBytes())
                // Flink's source gives a null where a key gives nothing and at a split's end.
                .filter(Objects::nonNull);
    }

    static TypeInformation<Tuple2<String, byte[]>> keyAndBytes() {
        return Types.TUPLE(Types.STRING, Types.PRIMITIVE_ARRAY(Types.BYTE));
    }

    /** The deepest reason in one line. */
    static String reason(Throwable failure) {
        Throwable deepest = failure;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        String message = deepest.getMessage();
        return message == null
                ? deepest.getClass().getSimpleName()
                : message.lines().findFirst().orElse(message);
    }

    /** Gives each key with the bytes of its state. */
    private static final class KeyReader extends KeyedStateReaderFunction<String, Tuple2<String, byte[]>> {

        private static final long serialVersionUID = 1;

        private final KeyStateSerializer<Object> serializer;
        private final String only;

        private transient ValueState<KeyState<Object>> states;
        private transient DataOutputSerializer out;

        KeyReader(KeyStateSerializer<Object> serializer, String only) {
            this.serializer = serializer;
            this.only = only;
        }

        @Override
        public void open(OpenContext context) {
            states = getRuntimeContext().getState(new ValueStateDescriptor<>(PacketOperator.STATE_NAME, serializer));
            out = new DataOutputSerializer(1 << 16);
        }

        @Override
        public void readKey(String key, Context context, Collector<Tuple2<String, byte[]>> collector) throws Exception {
            if (only != null && !only.equals(key)) {
                return;
            }
            out.clear();
            serializer.serialize(states.value(), out);
            collector.collect(Tuple2.of(key, out.getCopyOfBuffer()));
        }
    }
}
