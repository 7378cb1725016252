package io.fluxon.streams.camera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.packets.CameraPackets;
import io.fluxon.networks.engine.NetworkPlan;
import io.fluxon.networks.model.Model;
import io.fluxon.schemas.Decision;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.streams.TestingPackets;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

class EpochStateSerializerTest {

    private final EpochStateSerializer serializer = new EpochStateSerializer();
    private final EpochClassifier classifier = new EpochClassifier(NetworkPlan.compile(TestingPackets.model()));
    private final List<SensorPacket> epoch = TestingPackets.epoch(TestingPackets.recording(3, 2_000), "cam", 1, 1_700);

    @Test
    void aCopyAndARoundTripAreEqualAndIndependent() throws Exception {
        EpochState state = feed(null, 0, 12, new ArrayList<>());
        EpochState copy = serializer.copy(state);
        EpochState restored = roundTrip(state);

        assertThat(copy).isEqualTo(state);
        assertThat(restored).isEqualTo(state);
        feed(state, 12, 13, new ArrayList<>());
        assertThat(copy).isNotEqualTo(state);
    }

    @Test
    void aRestoreBetweenAnyTwoPacketsChangesNoDecision() throws Exception {
        List<Decision> undisturbed = new ArrayList<>();
        feed(null, 0, epoch.size(), undisturbed);
        for (int cut = 1; cut < epoch.size(); cut++) {
            List<Decision> decisions = new ArrayList<>();
            feed(roundTrip(feed(null, 0, cut, decisions)), cut, epoch.size(), decisions);
            assertThat(decisions).isEqualTo(undisturbed);
        }
    }

    @Test
    void stateWrittenByTheFirstReleaseGoesOnToTheSameDecisions() throws Exception {
        List<Decision> expected = new ArrayList<>();
        feed(feed(null, 0, 12, new ArrayList<>()), 12, epoch.size(), expected);
        List<Decision> decisions = new ArrayList<>();
        try (InputStream in = getClass().getResourceAsStream("/epoch-state-v1.bin")) {
            feed(serializer.deserialize(new DataInputDeserializer(in.readAllBytes())), 12, epoch.size(), decisions);
        }

        assertThat(decisions).hasSameSizeAs(expected).isNotEmpty();
        for (int i = 0; i < decisions.size(); i++) {
            // It computed in single precision.
            for (int c = 0; c < expected.get(i).getScores().size(); c++) {
                assertThat(decisions.get(i).getScores().get(c))
                        .isCloseTo(expected.get(i).getScores().get(c), within(1e-4f));
            }
            assertThat(withoutScores(decisions.get(i))).isEqualTo(withoutScores(expected.get(i)));
        }
    }

    private static Decision withoutScores(Decision decision) {
        return Decision.newBuilder(decision).setScores(List.of()).build();
    }

    @Test
    void theStateOfAnotherModelIsNotTakenOverAndTheDecisionSaysWhatItMisses() throws Exception {
        Model retrained = new Model(
                TestingPackets.model().graph(),
                "testing",
                "2",
                TestingPackets.model().classes(),
                1000,
                "");
        EpochState before = feed(null, 0, 12, new ArrayList<>());
        CameraBatch batch = new CameraBatch();
        List<Decision> decisions = new ArrayList<>();
        CameraPackets.decode(epoch.get(12), batch);

        EpochState after = new EpochClassifier(NetworkPlan.compile(retrained))
                .accept(before, epoch.get(12), batch, decisions::add);

        assertThat(after.network.events()).isEqualTo(batch.size());
        assertThat(after.missingPackets).isEqualTo(12);
    }

    @Test
    void stateOfAnUnknownVersionIsRefused() {
        assertThatThrownBy(() -> serializer.deserialize(new DataInputDeserializer(new byte[] {9, 0, 0})))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("version 9");
    }

    @Test
    void theSnapshotRestoresACompatibleSerializer() throws Exception {
        DataOutputSerializer out = new DataOutputSerializer(64);
        TypeSerializerSnapshot.writeVersionedSnapshot(out, serializer.snapshotConfiguration());
        TypeSerializerSnapshot<EpochState> snapshot = TypeSerializerSnapshot.readVersionedSnapshot(
                new DataInputDeserializer(out.getCopyOfBuffer()), getClass().getClassLoader());

        assertThat(snapshot.restoreSerializer()).isEqualTo(serializer);
        assertThat(serializer
                        .snapshotConfiguration()
                        .resolveSchemaCompatibility(snapshot)
                        .isCompatibleAsIs())
                .isTrue();
    }

    private EpochState feed(EpochState state, int from, int to, List<Decision> decisions) throws Exception {
        CameraBatch batch = new CameraBatch();
        EpochState current = state;
        for (SensorPacket packet : epoch.subList(from, to)) {
            CameraPackets.decode(packet, batch);
            current = classifier.accept(current, packet, batch, decisions::add);
        }
        return current;
    }

    private EpochState roundTrip(EpochState state) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(state, out);
        return serializer.deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));
    }
}
