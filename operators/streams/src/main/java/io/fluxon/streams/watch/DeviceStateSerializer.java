package io.fluxon.streams.watch;

import io.fluxon.streams.ValueSerializer;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Serializer of {@link DeviceState}. */
public final class DeviceStateSerializer extends ValueSerializer<DeviceState> {

    private static final long serialVersionUID = 1;

    @Override
    public DeviceState copy(DeviceState from) {
        return from.copy();
    }

    @Override
    public void serialize(DeviceState state, DataOutputView target) throws IOException {
        state.writeTo(target);
    }

    @Override
    public DeviceState deserialize(DataInputView source) throws IOException {
        return DeviceState.readFrom(source);
    }

    @Override
    public TypeSerializerSnapshot<DeviceState> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Names the serializer in a savepoint. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<DeviceState> {

        public Snapshot() {
            super(DeviceStateSerializer::new);
        }
    }
}
