package io.fluxon.launcher.state;

import io.fluxon.networks.model.ModelException;
import io.fluxon.networks.model.ModelFile;
import io.fluxon.streams.KeyState;
import io.fluxon.streams.KeyStateSerializer;
import io.fluxon.streams.network.NetworkKeyState;
import io.fluxon.streams.network.NetworkMigration;
import java.io.IOException;
import java.util.Set;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichFlatMapFunction;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.util.Collector;

/** Leaves keys out, and carries the networks of the others over to another model. */
final class KeyMigration extends RichFlatMapFunction<Tuple2<String, byte[]>, Tuple2<String, byte[]>> {

    private static final long serialVersionUID = 1;

    /** Names of the counters of keys. */
    static final String WRITTEN = "written";

    static final String DROPPED = "dropped";

    private final KeyStateSerializer<Object> serializer;
    private final Set<String> drop;
    private final ModelFile from;
    private final ModelFile to;

    private final LongCounter written = new LongCounter();
    private final LongCounter dropped = new LongCounter();
    private transient NetworkMigration networks;
    private transient DataOutputSerializer out;

    KeyMigration(KeyStateSerializer<Object> serializer, Set<String> drop, ModelFile from, ModelFile to) {
        this.serializer = serializer;
        this.drop = drop;
        this.from = from;
        this.to = to;
    }

    @Override
    public void open(OpenContext context) {
        networks = new NetworkMigration(from.open(), to.open());
        out = new DataOutputSerializer(1 << 16);
        getRuntimeContext().addAccumulator(WRITTEN, written);
        getRuntimeContext().addAccumulator(DROPPED, dropped);
    }

    @Override
    public void flatMap(Tuple2<String, byte[]> key, Collector<Tuple2<String, byte[]>> collector) throws IOException {
        if (drop.contains(key.f0)) {
            dropped.add(1);
            return;
        }
        KeyState<Object> state = SavepointStates.decode(serializer, key.f1);
        if (state.function() instanceof NetworkKeyState network) {
            try {
                networks.migrate(network);
            } catch (ModelException e) {
                // Without the cause: its message is the deepest that is shown.
                throw new IOException("key " + key.f0 + ": " + e.getMessage());
            }
        } else if (state.function() != null) {
            throw new IOException("key " + key.f0 + ": its state is not that of a network");
        }
        out.clear();
        serializer.serialize(state, out);
        collector.collect(Tuple2.of(key.f0, out.getCopyOfBuffer()));
        written.add(1);
    }
}
