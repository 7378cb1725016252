package io.fluxon.streams.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.files.CameraRecording;
import io.fluxon.networks.engine.NetworkPlan;
import io.fluxon.networks.engine.NetworkState;
import io.fluxon.schemas.Decision;
import io.fluxon.schemas.DecisionKind;
import io.fluxon.schemas.PacketKind;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.streams.TestingPackets;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CameraEpochTest {

    private final NetworkPlan plan = NetworkPlan.compile(TestingPackets.model());
    private final NetworkFunction classifier =
            new NetworkFunction(SensorKind.CAMERA, TestingPackets.model(), NetworkSettings.defaults(SensorKind.CAMERA));
    private final CameraRecording recording = TestingPackets.recording(3, 3_000);

    @ParameterizedTest
    @ValueSource(longs = {137, 1_000, 7_777, 10_000, 50_000, 10_000_000})
    void decisionsDoNotDependOnTheCutIntoPackets(long packetMicros) throws Exception {
        List<Decision> expected = decisions(TestingPackets.epoch(recording, "cam", 1, 3_333));

        assertThat(decisions(TestingPackets.epoch(recording, "cam", 1, packetMicros)))
                .isEqualTo(expected);
        assertThat(expected).hasSizeGreaterThan(5);
        assertThat(expected.get(expected.size() - 1).getSpikes()).isGreaterThan(100);
    }

    @Test
    void anEstimateEqualsARunOfTheNetworkOnTheEventsBeforeItsTime() throws Exception {
        List<Decision> decisions = decisions(TestingPackets.epoch(recording, "cam", 1, 10_000));

        long lastMicros = recording.events().timeMicros()[recording.events().size() - 1];
        assertThat(decisions).hasSize((int) (lastMicros / 20_000) + 1);
        for (int i = 0; i < decisions.size(); i++) {
            Decision decision = decisions.get(i);
            boolean last = i == decisions.size() - 1;
            assertThat(decision.getSequence()).isEqualTo(i);
            assertThat(decision.getKind()).isEqualTo(last ? DecisionKind.FINAL : DecisionKind.ESTIMATE);
            assertThat(decision.getToOffset()).isEqualTo(last ? lastMicros : 20_000L * (i + 1));
            assertThat(decision.getScores())
                    .isEqualTo(scoresOfEventsBefore(last ? Long.MAX_VALUE : decision.getToOffset()));
            assertThat(decision.getScores().get(decision.getClassIndex()))
                    .isEqualTo(decision.getScores().stream().max(Float::compare).orElseThrow());
        }
    }

    @Test
    void theStateIsGoneAfterTheEndSoEpochsAreIndependent() throws Exception {
        List<SensorPacket> first = TestingPackets.epoch(TestingPackets.recording(4, 500), "cam", 1, 10_000);
        List<SensorPacket> second = TestingPackets.epoch(recording, "cam", 2, 10_000);
        List<SensorPacket> both = new ArrayList<>(first);
        both.addAll(second);

        List<Decision> alone = decisions(second);
        List<Decision> after = decisions(both);

        assertThat(after.subList(after.size() - alone.size(), after.size())).isEqualTo(alone);
    }

    @Test
    void missingPacketsAreCountedInTheDecisions() throws Exception {
        List<SensorPacket> epoch = TestingPackets.epoch(recording, "cam", 1, 10_000);
        epoch.remove(4);
        epoch.remove(4);
        epoch.remove(0);

        List<Decision> decisions = decisions(epoch);

        assertThat(decisions.get(0).getMissingPackets()).isEqualTo(1);
        assertThat(decisions.get(decisions.size() - 1).getMissingPackets()).isEqualTo(3);
    }

    @Test
    void aJumpInTimeGivesOneEstimateNotOnePerInterval() throws Exception {
        List<SensorPacket> epoch = TestingPackets.epoch(TestingPackets.recording(5, 50), "cam", 1, 10_000_000);
        long farMicros = 1L << 51;
        SensorPacket data = epoch.get(1);
        SensorPacket far = SensorPacket.newBuilder(data)
                .setSequence(2)
                .setFirstOffset(farMicros)
                .setLastOffset(farMicros + data.getLastOffset() - data.getFirstOffset())
                .build();
        SensorPacket end = SensorPacket.newBuilder(epoch.get(2))
                .setSequence(3)
                .setFirstOffset(far.getLastOffset())
                .setLastOffset(far.getLastOffset())
                .build();

        List<Decision> decisions = decisions(List.of(epoch.get(0), data, far, end));

        assertThat(decisions).extracting(Decision::getKind).containsExactly(DecisionKind.ESTIMATE, DecisionKind.FINAL);
    }

    @Test
    void anEventThatComesLateActsWhenItComes() throws Exception {
        List<Decision> late = decisions(TestingEvents.packets(
                TestingEvents.at(19_000, 20_500, 19_900, 25_300, 24_100, 61_000, 52_000, 70_000), 100, 70_000));
        List<Decision> held = decisions(TestingEvents.packets(
                TestingEvents.at(19_000, 20_500, 20_500, 25_300, 25_300, 61_000, 61_000, 70_000), 100, 70_000));

        assertThat(late).isEqualTo(held);
        assertThat(late.get(late.size() - 1).getEvents()).isEqualTo(8);
    }

    @Test
    void anEpochWithoutEventsStillGetsItsDecision() throws Exception {
        List<SensorPacket> epoch = TestingPackets.epoch(recording, "cam", 1, 10_000);
        SensorPacket end = SensorPacket.newBuilder(epoch.get(epoch.size() - 1))
                .setSequence(1)
                .build();

        List<Decision> decisions = decisions(List.of(epoch.get(0), end));

        assertThat(decisions).hasSize(1);
        assertThat(decisions.get(0).getEvents()).isZero();
        assertThat(end.getKind()).isEqualTo(PacketKind.END);
    }

    private List<Decision> decisions(List<SensorPacket> packets) throws Exception {
        return classifier.classify(packets);
    }

    private List<Float> scoresOfEventsBefore(long micros) throws IOException {
        CameraBatch events = recording.events();
        int count = 0;
        while (count < events.size() && events.timeMicros()[count] < micros) {
            count++;
        }
        int[] inputs = new int[events.size()];
        for (int i = 0; i < count; i++) {
            inputs[i] = events.polarity(i) * 34 * 34 + events.y(i) * 34 + events.x(i);
        }
        NetworkState state = plan.newState();
        NetworkPlan.Scratch scratch = plan.newScratch();
        plan.advance(state, scratch, inputs, events.timeMicros(), 0, count);
        plan.complete(state, scratch);
        float[] scores = new float[10];
        plan.scores(state, scores);
        List<Float> list = new ArrayList<>();
        for (float score : scores) {
            list.add(score);
        }
        return list;
    }
}
