package io.fluxon.launcher.bench;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.packets.CameraPackets;
import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.schemas.Decision;
import io.fluxon.schemas.DecisionKind;
import io.fluxon.schemas.PacketKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.Topic;
import io.fluxon.streams.PacketFunction;
import io.fluxon.streams.ValueSerializer;
import java.io.IOException;
import java.util.List;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * The path without a network: decodes each packet, counts its events, and says as often as a continuous window does how many
 * they are.
 */
final class CountFunction implements PacketFunction<long[]> {

    private static final int EVENTS = 0;
    private static final int DECISIONS = 1;
    private static final int NEXT_MICROS = 2;
    private static final int VALUES = 3;

    private final long everyMicros;
    private final CameraBatch batch = new CameraBatch();

    /** @param everyMicros from count to count on the sensor's clock, microseconds */
    record Factory(long everyMicros) implements PacketFunction.Factory<long[]> {

        @Override
        public CountFunction create() {
            return new CountFunction(everyMicros);
        }
    }

    private CountFunction(long everyMicros) {
        this.everyMicros = everyMicros;
    }

    @Override
    public void decode(SensorPacket packet) throws MalformedPacketException {
        CameraPackets.decode(packet, batch);
    }

    @Override
    public long[] accept(long[] state, SensorPacket packet, Output output) {
        long[] counted = state == null ? new long[] {0, 0, everyMicros} : state;
        if (packet.getKind() == PacketKind.END || packet.getLastOffset() >= counted[NEXT_MICROS]) {
            counted[NEXT_MICROS] = (packet.getLastOffset() / everyMicros + 1) * everyMicros;
            output.emit(Topic.CAMERA_DECISIONS, count(packet, counted));
        }
        counted[EVENTS] += batch.size();
        return packet.getKind() == PacketKind.END ? null : counted;
    }

    private static Decision count(SensorPacket packet, long[] counted) {
        return Decision.newBuilder()
                .setSensorId(packet.getSensorId())
                .setEpoch(packet.getEpoch())
                .setSequence(counted[DECISIONS]++)
                .setKind(DecisionKind.FINAL)
                .setFromOffset(0)
                .setToOffset(packet.getLastOffset())
                .setBaseUnixNanos(packet.getBaseUnixNanos())
                .setOffsetUnitPicoseconds(packet.getOffsetUnitPicoseconds())
                .setLabel("")
                .setClassIndex(0)
                .setScores(List.of(0F, 0F))
                .setModel("count")
                .setModelVersion("1")
                .setEvents(counted[EVENTS])
                .setSpikes(0)
                .setSynapticOperations(0)
                .setDenseOperations(0)
                .setMissingPackets(0)
                .build();
    }

    @Override
    public int events() {
        return batch.size();
    }

    @Override
    public ValueSerializer<long[]> serializer() {
        return new Serializer();
    }

    /** The three numbers as they are. */
    static final class Serializer extends ValueSerializer<long[]> {

        private static final long serialVersionUID = 1;

        @Override
        public long[] copy(long[] from) {
            return from.clone();
        }

        @Override
        public void serialize(long[] value, DataOutputView target) throws IOException {
            for (long number : value) {
                target.writeLong(number);
            }
        }

        @Override
        public long[] deserialize(DataInputView source) throws IOException {
            long[] value = new long[VALUES];
            for (int i = 0; i < VALUES; i++) {
                value[i] = source.readLong();
            }
            return value;
        }

        @Override
        public TypeSerializerSnapshot<long[]> snapshotConfiguration() {
            return new Snapshot();
        }
    }

    /** Nothing to compare. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<long[]> {

        public Snapshot() {
            super(Serializer::new);
        }
    }
}
