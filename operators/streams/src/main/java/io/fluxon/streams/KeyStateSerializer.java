package io.fluxon.streams;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.CompositeTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** Serializer of {@link KeyState} around that of the function's state; both kinds of values carry their version. */
public final class KeyStateSerializer<S> extends TypeSerializer<KeyState<S>> {

    private static final long serialVersionUID = 1;

    private final ValueSerializer<S> function;

    public KeyStateSerializer(ValueSerializer<S> function) {
        this.function = function;
    }

    @Override
    public boolean isImmutableType() {
        return false;
    }

    @Override
    public TypeSerializer<KeyState<S>> duplicate() {
        return this;
    }

    @Override
    public KeyState<S> createInstance() {
        return new KeyState<>();
    }

    @Override
    public KeyState<S> copy(KeyState<S> from) {
        return from.copy(function);
    }

    @Override
    public KeyState<S> copy(KeyState<S> from, KeyState<S> reuse) {
        return copy(from);
    }

    @Override
    public int getLength() {
        return -1;
    }

    @Override
    public void serialize(KeyState<S> state, DataOutputView target) throws IOException {
        state.writeTo(target);
        if (state.function != null) {
            function.serialize(state.function, target);
        }
    }

    @Override
    public KeyState<S> deserialize(DataInputView source) throws IOException {
        KeyState<S> state = new KeyState<>();
        if (state.readFrom(source)) {
            state.function = function.deserialize(source);
        }
        return state;
    }

    @Override
    public KeyState<S> deserialize(KeyState<S> reuse, DataInputView source) throws IOException {
        return deserialize(source);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
        serialize(deserialize(source), target);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyStateSerializer<?> that && function.equals(that.function);
    }

    @Override
    public int hashCode() {
        return function.hashCode();
    }

    @Override
    public TypeSerializerSnapshot<KeyState<S>> snapshotConfiguration() {
        return new Snapshot<>(this);
    }

    /** Names both serializers in a savepoint. */
    public static final class Snapshot<S> extends CompositeTypeSerializerSnapshot<KeyState<S>, KeyStateSerializer<S>> {

        /** For reading. */
        public Snapshot() {}

        Snapshot(KeyStateSerializer<S> serializer) {
            super(serializer);
        }

        @Override
        protected int getCurrentOuterSnapshotVersion() {
            return 1;
        }

        @Override
        protected TypeSerializer<?>[] getNestedSerializers(KeyStateSerializer<S> outer) {
            return new TypeSerializer<?>[] {outer.function};
        }

        @Override
        @SuppressWarnings("unchecked")
        protected KeyStateSerializer<S> createOuterSerializerWithNestedSerializers(TypeSerializer<?>[] nested) {
            return new KeyStateSerializer<>((ValueSerializer<S>) nested[0]);
        }
    }
}
