package io.fluxon.streams.pulses;

import io.fluxon.streams.ValueSerializer;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Serializer of {@link DigitiserState}. */
public final class DigitiserStateSerializer extends ValueSerializer<DigitiserState> {

    private static final long serialVersionUID = 1;

    @Override
    public DigitiserState copy(DigitiserState from) {
        return from.copy();
    }

    @Override
    public void serialize(DigitiserState state, DataOutputView target) throws IOException {
        state.writeTo(target);
    }

    @Override
    public DigitiserState deserialize(DataInputView source) throws IOException {
        return DigitiserState.readFrom(source);
    }

    @Override
    public TypeSerializerSnapshot<DigitiserState> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Names the serializer in a savepoint. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<DigitiserState> {

        public Snapshot() {
            super(DigitiserStateSerializer::new);
        }
    }
}
