package io.fluxon.streams.network;

import io.fluxon.streams.ValueSerializer;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Serializer of {@link NetworkKeyState}. */
public final class NetworkKeyStateSerializer extends ValueSerializer<NetworkKeyState> {

    private static final long serialVersionUID = 1;

    @Override
    public NetworkKeyState copy(NetworkKeyState from) {
        return from.copy();
    }

    @Override
    public void serialize(NetworkKeyState state, DataOutputView target) throws IOException {
        state.writeTo(target);
    }

    @Override
    public NetworkKeyState deserialize(DataInputView source) throws IOException {
        return NetworkKeyState.readFrom(source);
    }

    @Override
    public TypeSerializerSnapshot<NetworkKeyState> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Names the serializer in a savepoint. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<NetworkKeyState> {

        public Snapshot() {
            super(NetworkKeyStateSerializer::new);
        }
    }
}
