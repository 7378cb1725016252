package io.fluxon.streams;

import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.connectors.packets.MalformedPacketException.Rule;
import io.fluxon.schemas.Decision;
import io.fluxon.schemas.DecisionKind;
import io.fluxon.schemas.PacketKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.Topic;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Says in every record what it has seen of the key so far, so a packet or a state that is lost, doubled or mixed up shows in
 * all later ones. Keeps nothing beyond an END.
 */
final class TestingFunction implements PacketFunction<TestingFunction.State> {

    /** A packet of this clock domain is refused. */
    static final String REFUSED = "refused";

    private final long silenceMillis;
    private final String alsoRefused;
    private SensorPacket decoded;

    static final class State {
        long packets;
        long hash;

        void writeTo(DataOutput out) throws IOException {
            out.writeByte(1);
            out.writeLong(packets);
            out.writeLong(hash);
        }

        static State readFrom(DataInput in) throws IOException {
            int version = in.readUnsignedByte();
            if (version != 1) {
                throw new IOException("version " + version);
            }
            State state = new State();
            state.packets = in.readLong();
            state.hash = in.readLong();
            return state;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof State that && packets == that.packets && hash == that.hash;
        }

        @Override
        public int hashCode() {
            return Objects.hash(packets, hash);
        }

        @Override
        public String toString() {
            return packets + " packets, hash " + hash;
        }
    }

    TestingFunction(long silenceMillis, String alsoRefused) {
        this.silenceMillis = silenceMillis;
        this.alsoRefused = alsoRefused;
    }

    @Override
    public void decode(SensorPacket packet) throws MalformedPacketException {
        // What is left over from it, if it fails.
        decoded = null;
        if (packet.getClockDomain().equals(REFUSED) || packet.getClockDomain().equals(alsoRefused)) {
            throw new MalformedPacketException(Rule.UNKNOWN_ENCODING, "refused");
        }
        decoded = packet;
    }

    @Override
    public State accept(State state, SensorPacket packet, Output output) {
        if (decoded == null
                || decoded.getSequence() != packet.getSequence()
                || !decoded.getSensorId().equals(packet.getSensorId())) {
            throw new IllegalStateException("another packet was decoded last");
        }
        State current = state == null ? new State() : state;
        current.packets++;
        current.hash = 31 * current.hash + Objects.hash(packet.getSensorId(), packet.getEpoch(), packet.getSequence());
        String name = packet.getSensorId() + "/" + packet.getEpoch() + "/" + packet.getSequence();
        Decision decision = decision(name + " after " + current);
        output.emit(Topic.CAMERA_LIVE_DECISIONS, decision);
        if (packet.getSequence() % 2 == 0) {
            output.emit(Topic.CAMERA_DECISIONS, decision);
        }
        return packet.getKind() == PacketKind.END ? null : current;
    }

    @Override
    public int events() {
        return decoded.getEventCount();
    }

    @Override
    public long silenceMillis() {
        return silenceMillis;
    }

    @Override
    public State silent(State state, Output output) {
        state.hash++;
        output.emit(Topic.CAMERA_DECISIONS, decision("silent after " + state));
        return state;
    }

    @Override
    public void expire(State state, Output output) {
        output.emit(Topic.CAMERA_DECISIONS, decision("expired after " + state));
    }

    @Override
    public ValueSerializer<State> serializer() {
        return new StateSerializer();
    }

    private static Decision decision(String text) {
        return Decision.newBuilder()
                .setSensorId("")
                .setEpoch(0)
                .setSequence(0)
                .setKind(DecisionKind.FINAL)
                .setFromOffset(0)
                .setToOffset(0)
                .setBaseUnixNanos(0)
                .setOffsetUnitPicoseconds(1)
                .setLabel(text)
                .setClassIndex(0)
                .setScores(List.of())
                .setModel("")
                .setModelVersion("")
                .setEvents(0)
                .setSpikes(0)
                .setSynapticOperations(0)
                .setDenseOperations(0)
                .setMissingPackets(0)
                .build();
    }

    /** Serializer of {@link State}. */
    public static final class StateSerializer extends ValueSerializer<State> {

        private static final long serialVersionUID = 1;

        @Override
        public State copy(State from) {
            State copy = new State();
            copy.packets = from.packets;
            copy.hash = from.hash;
            return copy;
        }

        @Override
        public void serialize(State state, DataOutputView target) throws IOException {
            state.writeTo(target);
        }

        @Override
        public State deserialize(DataInputView source) throws IOException {
            return State.readFrom(source);
        }

        @Override
        public TypeSerializerSnapshot<State> snapshotConfiguration() {
            return new Snapshot();
        }

        /** Names the serializer. */
        public static final class Snapshot extends SimpleTypeSerializerSnapshot<State> {

            public Snapshot() {
                super(StateSerializer::new);
            }
        }
    }
}
