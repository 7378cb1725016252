package io.fluxon.streams.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.networks.engine.NetworkPlan;
import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.ModelException;
import io.fluxon.schemas.Decision;
import io.fluxon.schemas.DecisionKind;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.SequenceGap;
import io.fluxon.schemas.Topic;
import io.fluxon.streams.TestingPackets;
import io.fluxon.streams.network.NetworkSettings.EarlyExit;
import io.fluxon.streams.network.NetworkSettings.Then;
import io.fluxon.streams.network.NetworkSettings.Window;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CameraWindowsTest {

    private static final long MILLI = 1000;

    static Stream<Arguments> settings() {
        Model plain = TestingPackets.model();
        Model counting = TestingEvents.counting();
        Model busy = TestingEvents.busyInSilence();
        Window tumbling = Window.tumbling(100 * MILLI);
        Window sliding = Window.sliding(100 * MILLI, 30 * MILLI);
        Window session = Window.session(37_500);
        EarlyExit stop = new EarlyExit(0.3, Then.STOP);
        EarlyExit revise = new EarlyExit(0.3, Then.REVISE);
        EarlyExit twoSpikes = new EarlyExit(2, Then.STOP);
        return Stream.of(
                Arguments.of(plain, new NetworkSettings(Window.epoch(), 20 * MILLI, 0, null)),
                Arguments.of(plain, new NetworkSettings(Window.epoch(), 0, 0, null)),
                Arguments.of(plain, new NetworkSettings(Window.epoch(), 20 * MILLI, 0, stop)),
                Arguments.of(plain, new NetworkSettings(Window.epoch(), 20 * MILLI, 0, revise)),
                Arguments.of(busy, new NetworkSettings(Window.epoch(), 20 * MILLI, 50 * MILLI, null)),
                Arguments.of(plain, new NetworkSettings(tumbling, 0, 0, null)),
                Arguments.of(busy, new NetworkSettings(tumbling, 20 * MILLI, 0, null)),
                Arguments.of(plain, new NetworkSettings(tumbling, 20 * MILLI, 10 * MILLI, stop)),
                Arguments.of(plain, new NetworkSettings(tumbling, 20 * MILLI, 0, revise)),
                Arguments.of(plain, new NetworkSettings(sliding, 0, 0, null)),
                Arguments.of(busy, new NetworkSettings(sliding, 20 * MILLI, 25 * MILLI, null)),
                Arguments.of(plain, new NetworkSettings(sliding, 10 * MILLI, 0, stop)),
                Arguments.of(plain, new NetworkSettings(session, 0, 0, null)),
                Arguments.of(busy, new NetworkSettings(session, 20 * MILLI, 20 * MILLI, null)),
                Arguments.of(counting, new NetworkSettings(session, 20 * MILLI, 0, twoSpikes)),
                Arguments.of(plain, new NetworkSettings(Window.continuous(), 20 * MILLI, 0, null)),
                Arguments.of(counting, new NetworkSettings(Window.continuous(), 20 * MILLI, 0, null)),
                Arguments.of(busy, new NetworkSettings(Window.continuous(), 20 * MILLI, 100 * MILLI, null)),
                Arguments.of(
                        TestingEvents.withoutPolarity(1, 34, 34), new NetworkSettings(tumbling, 20 * MILLI, 0, null)),
                Arguments.of(
                        TestingEvents.withoutPolarity(34, 34), new NetworkSettings(tumbling, 20 * MILLI, 0, null)));
    }

    @ParameterizedTest
    @MethodSource("settings")
    void decisionsAreThoseOfANewRunOverEachWindowsEvents(Model model, NetworkSettings settings) throws Exception {
        NetworkPlan plan = NetworkPlan.compile(model);
        NetworkFunction function = new NetworkFunction(SensorKind.CAMERA, model, settings);
        int given = 0;
        for (int seed = 0; seed < 2; seed++) {
            Random random = new Random(seed);
            CameraBatch events = TestingEvents.random(seed, 1_000);
            long endMicros = events.timeMicros()[events.size() - 1] + random.nextInt(150_000);

            List<Decision> decisions = function.classify(TestingEvents.packets(events, 97, endMicros));

            List<SlowWindows.Expected> expected = new SlowWindows(plan, settings, events, endMicros).decisions();
            assertThat(decisions).hasSameSizeAs(expected);
            for (int i = 0; i < decisions.size(); i++) {
                Decision decision = decisions.get(i);
                String name = "seed " + seed + ", decision " + decision;
                assertThat(decision.getSequence()).as(name).isEqualTo(i);
                assertThat(decision.getKind())
                        .as(name)
                        .isEqualTo(expected.get(i).kind());
                assertThat(decision.getFromOffset())
                        .as(name)
                        .isEqualTo(expected.get(i).fromMicros());
                assertThat(decision.getToOffset())
                        .as(name)
                        .isEqualTo(expected.get(i).toMicros());
                assertThat(decision.getScores())
                        .as(name)
                        .isEqualTo(expected.get(i).scores());
            }
            Decision last = decisions.get(decisions.size() - 1);
            assertThat(last.getEvents() + last.getSkippedEvents()).isLessThanOrEqualTo(events.size());
            given += decisions.size();
        }
        assertThat(given).isGreaterThan(1);
    }

    @ParameterizedTest
    @MethodSource("settings")
    void decisionsDependNeitherOnTheCutNorOnARestoreBetweenAnyTwoPackets(Model model, NetworkSettings settings)
            throws Exception {
        NetworkFunction function = new NetworkFunction(SensorKind.CAMERA, model, settings);
        CameraBatch events = runningBack(TestingEvents.random(9, 1_000));
        long endMicros = events.timeMicros()[events.size() - 1] + 60_000;
        List<Decision> expected = function.classify(TestingEvents.packets(events, 10_000, endMicros));
        for (int packetEvents : new int[] {3, 130}) {
            NetworkFunction other = new NetworkFunction(SensorKind.CAMERA, model, settings);
            List<Decision> decisions =
                    classifyWithRestores(other, TestingEvents.packets(events, packetEvents, endMicros));
            assertThat(decisions).isEqualTo(expected);
        }
    }

    /** Some events come up to 3 ms late. */
    private static CameraBatch runningBack(CameraBatch events) {
        Random random = new Random(1);
        for (int i = 1; i < events.size(); i++) {
            if (random.nextInt(20) == 0) {
                events.timeMicros()[i] = Math.max(0, events.timeMicros()[i] - random.nextInt(3_000));
            }
        }
        return events;
    }

    private static List<Decision> classifyWithRestores(NetworkFunction function, List<SensorPacket> packets)
            throws Exception {
        TestingOutput output = new TestingOutput();
        NetworkKeyState state = null;
        for (SensorPacket packet : packets) {
            function.decode(packet);
            state = function.accept(state, packet, output);
            if (state != null) {
                NetworkKeyState copy = function.serializer().copy(state);
                state = restored(function, state);
                assertThat(state).isEqualTo(copy).hasSameHashCodeAs(copy);
            }
        }
        assertThat(state).as("gone after END").isNull();
        return output.decisions(Topic.CAMERA_LIVE_DECISIONS);
    }

    private static NetworkKeyState restored(NetworkFunction function, NetworkKeyState state) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        function.serializer().serialize(state, out);
        return function.serializer().deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));
    }

    @Test
    void anEventEarlierThanTheOpenWindowActsAtItsStartAndIsCounted() throws Exception {
        NetworkFunction function = camera(new NetworkSettings(Window.tumbling(100 * MILLI), 0, 0, null));

        List<Decision> late = function.classify(TestingEvents.packets(
                TestingEvents.at(40_000, 99_500, 103_000, 95_000, 99_999, 150_000), 100, 210_000));
        List<Decision> held = function.classify(TestingEvents.packets(
                TestingEvents.at(40_000, 99_500, 103_000, 100_000, 100_000, 150_000), 100, 210_000));

        assertThat(late).extracting(Decision::getLateEvents).containsExactly(0L, 2L);
        assertThat(late)
                .extracting(Decision::getScores)
                .isEqualTo(held.stream().map(Decision::getScores).toList());
        assertThat(late.get(1).getEvents()).isEqualTo(6);
    }

    @Test
    void anEventThatComesLateActsInEveryOpenSlidingWindowThatItsTimeLiesIn() throws Exception {
        NetworkFunction function = camera(new NetworkSettings(Window.sliding(100 * MILLI, 50 * MILLI), 0, 0, null));

        List<Decision> late = function.classify(
                TestingEvents.packets(TestingEvents.at(40_000, 152_000, 149_000, 160_000), 100, 400_000));
        List<Decision> inOrder = function.classify(
                TestingEvents.packets(TestingEvents.at(40_000, 149_000, 152_000, 160_000), 100, 400_000));

        assertThat(late).extracting(Decision::getFromOffset).containsExactly(0L, 100_000L, 150_000L);
        assertThat(inOrder).extracting(Decision::getFromOffset).containsExactly(0L, 50_000L, 100_000L, 150_000L);
        assertThat(late).extracting(Decision::getLateEvents).containsOnly(0L);
        assertThat(late.get(2).getEvents()).isEqualTo(4);
    }

    @Test
    void afterStopFurtherEventsAreSkippedAndNothingFollowsAndEarlyIsDurable() throws Exception {
        CameraBatch events = TestingEvents.random(3, 2_000);
        long endMicros = events.timeMicros()[events.size() - 1];
        TestingOutput output = new TestingOutput();
        NetworkFunction function =
                camera(new NetworkSettings(Window.tumbling(100 * MILLI), 10 * MILLI, 0, new EarlyExit(0.2, Then.STOP)));

        NetworkKeyState state = null;
        for (SensorPacket packet : TestingEvents.packets(events, 50, endMicros)) {
            function.decode(packet);
            state = function.accept(state, packet, output);
        }

        List<Decision> durable = output.decisions(Topic.CAMERA_DECISIONS);
        List<Decision> live = output.decisions(Topic.CAMERA_LIVE_DECISIONS);
        assertThat(live)
                .filteredOn(decision -> decision.getKind() != DecisionKind.ESTIMATE)
                .isEqualTo(durable);
        assertThat(durable).extracting(Decision::getKind).contains(DecisionKind.EARLY, DecisionKind.FINAL);
        assertThat(durable).extracting(Decision::getFromOffset).doesNotHaveDuplicates();
        Decision last = durable.get(durable.size() - 1);
        long skipped = 0;
        for (Decision decision : durable) {
            if (decision.getKind() == DecisionKind.EARLY) {
                long windowEnd = Math.min(decision.getFromOffset() + 100 * MILLI, last.getToOffset());
                skipped += countWithin(events, decision.getToOffset(), windowEnd);
            }
        }
        assertThat(last.getSkippedEvents()).isEqualTo(skipped).isPositive();
    }

    private static long countWithin(CameraBatch events, long fromMicros, long toMicros) {
        return Arrays.stream(events.timeMicros(), 0, events.size())
                .filter(micros -> micros >= fromMicros && micros < toMicros)
                .count();
    }

    @Test
    void afterReviseAFinalFollowsEveryEarlyDecision() throws Exception {
        CameraBatch events = TestingEvents.random(3, 2_000);
        List<Decision> decisions = camera(new NetworkSettings(
                        Window.tumbling(100 * MILLI), 10 * MILLI, 0, new EarlyExit(0.2, Then.REVISE)))
                .classify(TestingEvents.packets(events, 50, events.timeMicros()[1_999]));

        assertThat(decisions).extracting(Decision::getKind).contains(DecisionKind.EARLY);
        assertThat(decisions).extracting(Decision::getSkippedEvents).containsOnly(0L);
        List<Long> early = windowsOf(decisions, DecisionKind.EARLY);
        assertThat(windowsOf(decisions, DecisionKind.FINAL)).containsAll(early);
        assertThat(early).doesNotHaveDuplicates();
    }

    private static List<Long> windowsOf(List<Decision> decisions, DecisionKind kind) {
        return decisions.stream()
                .filter(decision -> decision.getKind() == kind)
                .map(Decision::getFromOffset)
                .toList();
    }

    @Test
    void aDecisionCarriesTheGapsInsideItsInterval() throws Exception {
        CameraBatch events = TestingEvents.at(10_000, 60_000, 110_000, 160_000, 210_000, 260_000, 310_000, 360_000);
        List<SensorPacket> packets = new ArrayList<>(TestingEvents.packets(events, 1, 390_000));
        packets.removeIf(packet -> packet.getSequence() == 3 || packet.getSequence() == 4);
        packets.removeIf(packet -> packet.getSequence() == 7);

        List<Decision> tumbling = camera(new NetworkSettings(Window.tumbling(100 * MILLI), 0, 0, null))
                .classify(packets);
        List<Decision> epoch =
                camera(NetworkSettings.defaults(SensorKind.CAMERA)).classify(packets);

        SequenceGap first = new SequenceGap("cam", 3L, 4L);
        SequenceGap second = new SequenceGap("cam", 7L, 7L);
        assertThat(tumbling).extracting(Decision::getFromOffset).containsExactly(0L, 200_000L, 300_000L);
        assertThat(tumbling)
                .extracting(Decision::getGaps)
                .as("the holes reach from 60 to 210 ms and from 260 to 360 ms")
                .containsExactly(List.of(first), List.of(first, second), List.of(second));
        assertThat(tumbling).extracting(Decision::getMissingPackets).containsExactly(2L, 3L, 1L);
        assertThat(epoch.get(epoch.size() - 1).getGaps()).containsExactly(first, second);
        assertThat(epoch.get(epoch.size() - 1).getMissingPackets()).isEqualTo(3);
    }

    @Test
    void onlyTheNewestGapsAreListedButAllAreCounted() throws Exception {
        CameraBatch events = TestingEvents.random(5, 400);
        List<SensorPacket> packets = new ArrayList<>(TestingEvents.packets(events, 1, 1_000_000_000));
        packets.removeIf(packet -> packet.getSequence() % 2 == 1 && packet.getSequence() < 200);

        for (Window window : List.of(Window.epoch(), Window.tumbling(1_000_000_000))) {
            List<Decision> decisions =
                    camera(new NetworkSettings(window, 0, 0, null)).classify(packets);

            assertThat(decisions.get(0).getMissingPackets()).isEqualTo(100);
            assertThat(decisions.get(0).getGaps()).hasSize(64).endsWith(new SequenceGap("cam", 199L, 199L));
        }
    }

    @Test
    void aSilenceOfTheLogClosesTheSession() throws Exception {
        NetworkFunction function = camera(new NetworkSettings(Window.session(37_500), 0, 0, null));
        assertThat(function.silenceMillis()).isEqualTo(38 + 1_000);
        CameraBatch events = TestingEvents.at(10_000, 20_000, 30_000, 40_000, 300_000);
        List<SensorPacket> packets = TestingEvents.packets(events, 4, 400_000);
        List<Decision> undisturbed = function.classify(packets);
        TestingOutput output = new TestingOutput();
        NetworkKeyState state = null;
        for (SensorPacket packet : packets.subList(0, 2)) {
            function.decode(packet);
            state = function.accept(state, packet, output);
        }
        assertThat(output.decisions(Topic.CAMERA_DECISIONS)).isEmpty();

        state = function.silent(restored(function, state), output);
        state = function.silent(state, output);

        assertThat(output.decisions(Topic.CAMERA_DECISIONS)).containsExactly(undisturbed.get(0));
        for (SensorPacket packet : packets.subList(2, packets.size())) {
            function.decode(packet);
            state = function.accept(state, packet, output);
        }
        assertThat(output.decisions(Topic.CAMERA_DECISIONS))
                .isEqualTo(undisturbed)
                .hasSize(2);
    }

    @Test
    void anEpochWithoutEndGivesWhatIsOpenWhenTheNextBeginsOrItsStateExpires() throws Exception {
        CameraBatch events = TestingEvents.at(10_000, 60_000, 110_000, 160_000);
        List<SensorPacket> packets = TestingEvents.packets(events, 10, 160_000);
        NetworkFunction tumbling = camera(new NetworkSettings(Window.tumbling(100 * MILLI), 0, 0, null));
        List<Decision> ended = tumbling.classify(packets);
        SensorPacket next = SensorPacket.newBuilder(packets.get(0)).setEpoch(2).build();

        assertThat(tumbling.classify(List.of(packets.get(0), packets.get(1), next)))
                .isEqualTo(ended);
        TestingOutput output = new TestingOutput();
        NetworkKeyState state = null;
        for (SensorPacket packet : packets.subList(0, 2)) {
            tumbling.decode(packet);
            state = tumbling.accept(state, packet, output);
        }
        tumbling.expire(state, output);
        assertThat(output.decisions(Topic.CAMERA_DECISIONS)).isEqualTo(ended).hasSize(2);

        assertThat(camera(NetworkSettings.defaults(SensorKind.CAMERA))
                        .classify(List.of(packets.get(0), packets.get(1), next)))
                .extracting(Decision::getKind)
                .as("the label of a whole epoch needs the whole epoch")
                .containsOnly(DecisionKind.ESTIMATE);
    }

    @Test
    void aNewVersionOfTheModelGoesOnWithThePotentialsAndAnotherModelAfresh() throws Exception {
        NetworkSettings settings = NetworkSettings.defaults(SensorKind.CAMERA);
        List<SensorPacket> packets = TestingPackets.epoch(TestingPackets.recording(3, 2_000), "cam", 1, 1_700);
        List<Decision> undisturbed = camera(settings).classify(packets);

        List<Decision> retrained = classify(
                packets,
                camera(settings),
                new NetworkFunction(SensorKind.CAMERA, TestingEvents.version("2"), settings));
        List<Decision> other = classify(
                packets, camera(settings), new NetworkFunction(SensorKind.CAMERA, TestingEvents.counting(), settings));
        List<Decision> otherWindows = classify(
                packets,
                camera(settings),
                camera(new NetworkSettings(Window.tumbling(100 * MILLI), 20 * MILLI, 0, null)));

        assertThat(retrained).hasSameSizeAs(undisturbed);
        Decision last = retrained.get(retrained.size() - 1);
        assertThat(last.getModelVersion()).isEqualTo("2");
        assertThat(Decision.newBuilder(last).setModelVersion("1").build())
                .isEqualTo(undisturbed.get(undisturbed.size() - 1));
        for (List<Decision> afresh : List.of(other, otherWindows)) {
            for (int i = 0; i < afresh.size(); i++) {
                assertThat(afresh.get(i).getSequence()).isEqualTo(i);
            }
            Decision first = afresh.stream()
                    .filter(decision -> !decision.getGaps().isEmpty())
                    .findFirst()
                    .orElseThrow();
            assertThat(first.getGaps()).containsExactly(new SequenceGap("cam", 0L, 11L));
            assertThat(first.getMissingPackets()).isEqualTo(12);
            assertThat(afresh.get(afresh.size() - 1).getEvents()).isBetween(1_000L, 1_990L);
        }
    }

    @Test
    void aJumpInTimeCostsABusyNetworkNoMoreThanItsLongestSilence() throws Exception {
        CameraBatch events = TestingEvents.at(10_000, 20_000, 1L << 30, (1L << 30) + 1_000);
        NetworkSettings settings = new NetworkSettings(Window.epoch(), 20_000, 50_000, null);
        NetworkFunction function = new NetworkFunction(SensorKind.CAMERA, TestingEvents.busyInSilence(), settings);

        List<Decision> decisions = function.classify(TestingEvents.packets(events, 10, 1L << 50));

        assertThat(decisions).hasSize(4);
        assertThat(decisions.get(3).getSpikes()).as("of some 100 steps").isLessThan(100 * 34);
    }

    /** The first twelve packets by one function, the others by another. */
    private static List<Decision> classify(List<SensorPacket> packets, NetworkFunction first, NetworkFunction second)
            throws Exception {
        TestingOutput output = new TestingOutput();
        NetworkKeyState state = null;
        for (int i = 0; i < packets.size(); i++) {
            NetworkFunction function = i < 12 ? first : second;
            function.decode(packets.get(i));
            state = function.accept(state, packets.get(i), output);
            state = state == null ? null : restored(function, state);
        }
        return output.decisions(Topic.CAMERA_LIVE_DECISIONS);
    }

    @Test
    void settingsThatTheModelCannotKeepAreRefusedInOneLine() {
        assertRefused(TestingPackets.model(), new NetworkSettings(Window.epoch(), 20_500, 0, null))
                .isEqualTo("testing: a step of 1000 us does not divide 20500 us");
        assertRefused(TestingPackets.model(), new NetworkSettings(Window.tumbling(20_500), 0, 0, null))
                .isEqualTo("testing: a step of 1000 us does not divide 20500 us");
        assertRefused(TestingPackets.model(), new NetworkSettings(Window.continuous(), 0, 0, null))
                .contains("a continuous window needs every");
        assertRefused(TestingEvents.busyInSilence(), new NetworkSettings(Window.epoch(), 20_000, 0, null))
                .startsWith("busy: the network must cost nothing in a silence")
                .contains("unless max-silence or a tumbling, sliding or session window bounds it")
                .endsWith("node readout is evaluated in every step: bias, leak or reset alone lift 10 of 10"
                        + " to the threshold");
        assertRefused(TestingEvents.busyInSilence(), new NetworkSettings(Window.tumbling(2_000_000_000), 0, 0, null))
                .startsWith("busy: a silence may take 2000000 steps, more than 1000000");
        assertThatThrownBy(() -> new NetworkFunction(
                        SensorKind.CAMERA, TestingWatch.network("1"), NetworkSettings.defaults(SensorKind.CAMERA)))
                .isInstanceOf(ModelException.class)
                .hasMessage("testing: a DeltaGRU takes samples, a camera gives events");
        assertThatThrownBy(() -> new NetworkFunction(
                        SensorKind.WATCH, TestingPackets.model(), NetworkSettings.defaults(SensorKind.WATCH)))
                .isInstanceOf(ModelException.class)
                .hasMessage("testing: a watch's network takes 11 values, or 6 that are not normalised, this one 2312");
        assertThatThrownBy(() -> new NetworkFunction(
                        SensorKind.PULSES, TestingPackets.model(), NetworkSettings.defaults(SensorKind.PULSES)))
                .isInstanceOf(ModelException.class)
                .hasMessage("testing: a digitiser's network takes [channels], this one [2, 34, 34]");
    }

    private static org.assertj.core.api.AbstractStringAssert<?> assertRefused(Model model, NetworkSettings settings) {
        try {
            new NetworkFunction(SensorKind.CAMERA, model, settings);
        } catch (ModelException e) {
            return assertThat(e.getMessage()).doesNotContain("\n");
        }
        throw new AssertionError("not refused");
    }

    private static NetworkFunction camera(NetworkSettings settings) {
        return new NetworkFunction(SensorKind.CAMERA, TestingPackets.model(), settings);
    }
}
