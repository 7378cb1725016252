package io.fluxon.streams.camera;

import io.fluxon.streams.ValueSerializer;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Serializer of {@link EpochState}. */
public final class EpochStateSerializer extends ValueSerializer<EpochState> {

    private static final long serialVersionUID = 1;

    @Override
    public EpochState copy(EpochState from) {
        return from.copy();
    }

    @Override
    public void serialize(EpochState state, DataOutputView target) throws IOException {
        state.writeTo(target);
    }

    @Override
    public EpochState deserialize(DataInputView source) throws IOException {
        return EpochState.readFrom(source);
    }

    @Override
    public TypeSerializerSnapshot<EpochState> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Names the serializer in a savepoint. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<EpochState> {

        public Snapshot() {
            super(EpochStateSerializer::new);
        }
    }
}
