package io.fluxon.streams;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Serializer of {@link EpochState}. Every value carries the version of its own encoding, so a later release reads the
 * values of an earlier one and this snapshot has nothing to compare.
 */
public final class EpochStateSerializer extends TypeSerializer<EpochState> {

    private static final long serialVersionUID = 1;

    @Override
    public boolean isImmutableType() {
        return false;
    }

    @Override
    public TypeSerializer<EpochState> duplicate() {
        return this;
    }

    @Override
    public EpochState createInstance() {
        return null;
    }

    @Override
    public EpochState copy(EpochState from) {
        return from.copy();
    }

    @Override
    public EpochState copy(EpochState from, EpochState reuse) {
        return from.copy();
    }

    @Override
    public int getLength() {
        return -1;
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
    public EpochState deserialize(EpochState reuse, DataInputView source) throws IOException {
        return deserialize(source);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
        serialize(deserialize(source), target);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EpochStateSerializer;
    }

    @Override
    public int hashCode() {
        return EpochStateSerializer.class.hashCode();
    }

    @Override
    public TypeSerializerSnapshot<EpochState> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Version 1 holds no configuration. */
    public static final class Snapshot implements TypeSerializerSnapshot<EpochState> {

        @Override
        public int getCurrentVersion() {
            return 1;
        }

        @Override
        public void writeSnapshot(DataOutputView out) {}

        @Override
        public void readSnapshot(int readVersion, DataInputView in, ClassLoader userCodeClassLoader)
                throws IOException {
            if (readVersion != 1) {
                throw new IOException("serializer snapshot of version " + readVersion + ", this release reads 1");
            }
        }

        @Override
        public TypeSerializer<EpochState> restoreSerializer() {
            return new EpochStateSerializer();
        }

        @Override
        public TypeSerializerSchemaCompatibility<EpochState> resolveSchemaCompatibility(
                TypeSerializerSnapshot<EpochState> oldSnapshot) {
            return oldSnapshot instanceof Snapshot
                    ? TypeSerializerSchemaCompatibility.compatibleAsIs()
                    : TypeSerializerSchemaCompatibility.incompatible();
        }
    }
}
