package io.fluxon.streams.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxon.schemas.Decision;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.Topic;
import io.fluxon.streams.TestingPackets;
import io.fluxon.streams.network.NetworkSettings.EarlyExit;
import io.fluxon.streams.network.NetworkSettings.Then;
import io.fluxon.streams.network.NetworkSettings.Window;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

/** Round trips between any two packets are in the tests of each kind of sensor. */
class NetworkKeyStateTest {

    private final NetworkKeyStateSerializer serializer = new NetworkKeyStateSerializer();

    /** Sliding windows, one of them decided early, and a gap. */
    private final NetworkFunction camera = new NetworkFunction(
            SensorKind.CAMERA,
            TestingPackets.model(),
            new NetworkSettings(Window.sliding(100_000, 30_000), 10_000, 0, new EarlyExit(0.3, Then.STOP)));

    private final List<SensorPacket> cameraPackets = withoutOne(TestingEvents.packets(
            TestingEvents.random(3, 500), 20, TestingEvents.random(3, 500).timeMicros()[499]));

    private final NetworkFunction watch = new NetworkFunction(
            SensorKind.WATCH, TestingWatch.network("1"), NetworkSettings.defaults(SensorKind.WATCH));
    private final List<SensorPacket> watchPackets =
            TestingWatch.packets(TestingWatch.recording(1, 200), 3, 1_000_000_000);

    private static List<SensorPacket> withoutOne(List<SensorPacket> packets) {
        List<SensorPacket> without = new ArrayList<>(packets);
        without.remove(11);
        return without;
    }

    @Test
    void stateWrittenByTheFirstReleaseGoesOnToTheSameDecisions() throws Exception {
        goesOn(camera, cameraPackets, 12, "/network-camera-state-v1.bin");
        goesOn(watch, watchPackets, 13, "/network-watch-state-v1.bin");
    }

    private void goesOn(NetworkFunction function, List<SensorPacket> packets, int cut, String resource)
            throws Exception {
        NetworkKeyState state = feed(function, null, packets.subList(0, cut), new TestingOutput());
        byte[] stored;
        try (InputStream in = getClass().getResourceAsStream(resource)) {
            stored = in.readAllBytes();
        }
        NetworkKeyState restored = serializer.deserialize(new DataInputDeserializer(stored));
        assertThat(bytes(state)).isEqualTo(stored);
        assertThat(restored).isEqualTo(state);

        List<Decision> expected = rest(function, state, packets, cut);
        assertThat(rest(function, restored, packets, cut)).isEqualTo(expected).isNotEmpty();
    }

    private static List<Decision> rest(
            NetworkFunction function, NetworkKeyState state, List<SensorPacket> packets, int cut) throws Exception {
        TestingOutput output = new TestingOutput();
        feed(function, state, packets.subList(cut, packets.size()), output);
        List<Decision> decisions = new ArrayList<>(output.decisions(Topic.CAMERA_LIVE_DECISIONS));
        decisions.addAll(output.decisions(Topic.WATCH_LIVE_DECISIONS));
        return decisions;
    }

    private static NetworkKeyState feed(
            NetworkFunction function, NetworkKeyState state, List<SensorPacket> packets, TestingOutput output)
            throws Exception {
        NetworkKeyState current = state;
        for (SensorPacket packet : packets) {
            function.decode(packet);
            current = function.accept(current, packet, output);
        }
        return current;
    }

    @Test
    void aCopyIsIndependent() throws Exception {
        NetworkKeyState state = feed(camera, null, cameraPackets.subList(0, 12), new TestingOutput());
        NetworkKeyState copy = serializer.copy(state);
        byte[] before = bytes(state);

        feed(camera, state, cameraPackets.subList(12, 16), new TestingOutput());

        assertThat(bytes(copy)).isEqualTo(before);
        assertThat(copy).isNotEqualTo(state);
    }

    @Test
    void numbersOutOfBoundsAreRefusedBeforeAnythingIsMade() throws Exception {
        byte[] good = bytes(feed(camera, null, cameraPackets.subList(0, 12), new TestingOutput()));

        assertRefused(with(good, 0, 9), "state of a key of version 9, this release reads 1");
        assertRefused(with(good, 9, 3), "state of a key with 3 open epochs, at most 2");
        for (int at = 0; at < Math.min(good.length, 2_000); at++) {
            byte[] damaged = with(good, at, 0x7F);
            try {
                serializer.deserialize(new DataInputDeserializer(damaged));
            } catch (IOException e) {
                assertThat(String.valueOf(e.getMessage())).doesNotContain("\n");
            }
        }
    }

    private void assertRefused(byte[] state, String message) {
        assertThatThrownBy(() -> serializer.deserialize(new DataInputDeserializer(state)))
                .isInstanceOf(IOException.class)
                .hasMessage(message);
    }

    private static byte[] with(byte[] bytes, int at, int value) {
        byte[] changed = bytes.clone();
        ByteBuffer.wrap(changed).put(at, (byte) value);
        return changed;
    }

    @Test
    void theSnapshotRestoresACompatibleSerializer() throws Exception {
        DataOutputSerializer out = new DataOutputSerializer(64);
        TypeSerializerSnapshot.writeVersionedSnapshot(out, serializer.snapshotConfiguration());
        TypeSerializerSnapshot<NetworkKeyState> snapshot = TypeSerializerSnapshot.readVersionedSnapshot(
                new DataInputDeserializer(out.getCopyOfBuffer()), getClass().getClassLoader());

        assertThat(snapshot.restoreSerializer()).isEqualTo(serializer);
        assertThat(serializer
                        .snapshotConfiguration()
                        .resolveSchemaCompatibility(snapshot)
                        .isCompatibleAsIs())
                .isTrue();
    }

    private byte[] bytes(NetworkKeyState state) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(state, out);
        return out.getCopyOfBuffer();
    }
}
