package io.fluxon.streams.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxon.connectors.motion.MotionBatch;
import io.fluxon.connectors.motion.MotionRecording;
import io.fluxon.networks.engine.DeltaGru;
import io.fluxon.networks.engine.DeltaGruState;
import io.fluxon.networks.engine.NetworkPlan;
import io.fluxon.networks.engine.NetworkState;
import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.NirGraph;
import io.fluxon.networks.model.NirNode;
import io.fluxon.networks.model.Tensor;
import io.fluxon.schemas.Decision;
import io.fluxon.schemas.DecisionKind;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.SequenceGap;
import io.fluxon.schemas.SequenceReport;
import io.fluxon.schemas.SequenceReportKind;
import io.fluxon.schemas.Topic;
import io.fluxon.signals.motion.MotionNormalizer;
import io.fluxon.signals.motion.NormalizerState;
import io.fluxon.streams.network.NetworkSettings.Window;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

class WatchNetworkTest {

    private static final long SECOND = 1_000_000_000;
    private static final long PERIOD_MICROS = TestingWatch.PERIOD_NANOS / 1000;
    private static final int SAMPLES = 1_200;

    private final DeltaGru network = TestingWatch.network("1");
    private final NetworkFunction function = watch(network);
    private final NetworkKeyStateSerializer serializer = new NetworkKeyStateSerializer();

    private static NetworkFunction watch(DeltaGru network) {
        return new NetworkFunction(SensorKind.WATCH, network, NetworkSettings.defaults(SensorKind.WATCH));
    }

    /** 400 samples on the grid from its step 20 on, of both sensors. */
    private static MotionRecording onGrid() {
        Random random = new Random(3);
        MotionBatch acceleration = TestingWatch.batch(random, 400, 20 * TestingWatch.PERIOD_NANOS, 0);
        MotionBatch angularVelocity = TestingWatch.batch(random, 400, 20 * TestingWatch.PERIOD_NANOS, 0);
        return new MotionRecording(
                "grid", "watch", "test", List.of(new MotionRecording.Epoch(acceleration, angularVelocity, List.of())));
    }

    private static float[] sample(MotionRecording recording, int i) {
        MotionBatch acceleration = recording.epochs().get(0).acceleration();
        MotionBatch angularVelocity = recording.epochs().get(0).angularVelocity();
        return new float[] {
            acceleration.x()[i], acceleration.y()[i], acceleration.z()[i],
            angularVelocity.x()[i], angularVelocity.y()[i], angularVelocity.z()[i]
        };
    }

    @Test
    void decidesOnEveryWindowAsTheNetworkAloneDoesOnSamplesThatLieOnTheGrid() throws Exception {
        MotionRecording recording = onGrid();

        List<Decision> decisions = function.classify(TestingWatch.packets(recording, 1, SECOND));

        MotionNormalizer normalizer = new MotionNormalizer(TestingWatch.PERIOD_NANOS, 2, 0.005);
        NormalizerState normalizerState = normalizer.newState();
        DeltaGruState state = network.newState();
        float[] normalized = new float[MotionNormalizer.CHANNELS];
        float[] scores = new float[3];
        assertThat(decisions).hasSize(10);
        for (int i = 0; i < 400; i++) {
            normalizer.normalize(normalizerState, i == 0, sample(recording, i), normalized);
            network.step(state, normalized);
            if (i % 40 == 39) {
                network.logits(state, scores);
                DeltaGru.softmax(scores);
                Decision decision = decisions.get(i / 40);
                assertThat(decision.getScores()).containsExactly(scores[0], scores[1], scores[2]);
                assertThat(decision.getFromOffset()).isEqualTo((20 + i - 39) * TestingWatch.PERIOD_NANOS);
                assertThat(decision.getToOffset()).isEqualTo((20 + i + 1) * TestingWatch.PERIOD_NANOS);
                assertThat(decision.getSensorId()).isEqualTo("watch");
                assertThat(decision.getSequence()).isEqualTo(i / 40);
                assertThat(decision.getKind()).isEqualTo(DecisionKind.FINAL);
                assertThat(decision.getEvents()).isEqualTo(i + 1);
                assertThat(decision.getSynapticOperations()).isEqualTo(state.operations());
                assertThat(decision.getDenseOperations())
                        .isEqualTo((i + 1L) * 3 * 12 * (MotionNormalizer.CHANNELS + 12));
                assertThat(decision.getClockDomain()).isEqualTo("boot:watch");
            }
        }
        assertThat(decisions).extracting(Decision::getScores).doesNotHaveDuplicates();
    }

    @Test
    void tumblingWindowsStartTheNetworkAfreshButNotTheNormaliser() throws Exception {
        MotionRecording recording = onGrid();
        NetworkFunction tumbling = new NetworkFunction(
                SensorKind.WATCH, network, new NetworkSettings(Window.tumbling(60 * PERIOD_MICROS), 0, 0, null));

        List<Decision> decisions = tumbling.classify(TestingWatch.packets(recording, 1, SECOND));

        MotionNormalizer normalizer = new MotionNormalizer(TestingWatch.PERIOD_NANOS, 2, 0.005);
        NormalizerState normalizerState = normalizer.newState();
        DeltaGruState state = network.newState();
        float[] normalized = new float[MotionNormalizer.CHANNELS];
        float[] scores = new float[3];
        assertThat(decisions).as("steps 20 to 419").hasSize(7);
        for (int i = 0; i < 400; i++) {
            int step = 20 + i;
            if (step % 60 == 0) {
                state = network.newState();
            }
            normalizer.normalize(normalizerState, i == 0, sample(recording, i), normalized);
            network.step(state, normalized);
            if (step % 60 == 59) {
                network.logits(state, scores);
                DeltaGru.softmax(scores);
                Decision decision = decisions.get(step / 60);
                assertThat(decision.getScores()).containsExactly(scores[0], scores[1], scores[2]);
                assertThat(decision.getFromOffset()).isEqualTo((step - 59) * TestingWatch.PERIOD_NANOS);
                assertThat(decision.getToOffset())
                        .as("the last window ends with the epoch, at its last sample")
                        .isEqualTo((step == 419 ? step : step + 1) * TestingWatch.PERIOD_NANOS);
            }
        }
    }

    @Test
    void aSpikingNetworkTakesJointSamplesAsTheyAre() throws Exception {
        MotionRecording recording = onGrid();
        Model model = spiking();
        NetworkFunction continuous = new NetworkFunction(
                SensorKind.WATCH, model, new NetworkSettings(Window.continuous(), SECOND / 1000, 0, null));

        List<Decision> decisions = continuous.classify(TestingWatch.packets(recording, 1, SECOND));

        NetworkPlan plan = NetworkPlan.compile(model);
        NetworkState state = plan.newState();
        NetworkPlan.Scratch scratch = plan.newScratch();
        int[] inputs = {0, 1, 2, 3, 4, 5};
        float[] scores = new float[3];
        assertThat(decisions).hasSize(20);
        for (int i = 0; i < 400; i++) {
            float[] sample = sample(recording, i);
            double[] values = new double[6];
            for (int c = 0; c < 6; c++) {
                values[c] = sample[c];
            }
            plan.step(state, scratch, inputs, values, 6);
            if (i % 20 == 19) {
                plan.scores(state, scores);
                assertThat(decisions.get(i / 20).getScores()).containsExactly(scores[0], scores[1], scores[2]);
                assertThat(decisions.get(i / 20).getFromOffset()).isEqualTo((i / 20 + 1) * SECOND);
            }
        }
        assertThat(state.spikes()).isGreaterThan(100);
    }

    private static Model spiking() {
        Random random = new Random(1);
        float[] hidden = new float[8 * 6];
        float[] readout = new float[3 * 8];
        for (int i = 0; i < hidden.length; i++) {
            hidden[i] = (float) (random.nextGaussian() * 0.3);
        }
        for (int i = 0; i < readout.length; i++) {
            readout[i] = (float) random.nextGaussian();
        }
        return new Model(
                NirGraph.chain(
                        Map.entry("input", new NirNode.Input(new int[] {6})),
                        Map.entry("hidden_weights", new NirNode.Linear(hidden, 8, 6)),
                        Map.entry(
                                "hidden",
                                new NirNode.Lif(
                                        Tensor.of(0.2), Tensor.of(5), Tensor.of(0), Tensor.of(1), Tensor.of(0))),
                        Map.entry("readout_weights", new NirNode.Linear(readout, 3, 8)),
                        Map.entry("readout", new NirNode.Li(Tensor.of(0.5), Tensor.of(10), Tensor.of(0))),
                        Map.entry("output", new NirNode.Output(new int[] {3}))),
                "spiking",
                "1",
                List.of("a", "b", "c"),
                PERIOD_MICROS,
                "random weights");
    }

    @Test
    void decisionsDependNeitherOnTheCutNorOnHowTheSensorsTakeTurnsNorOnARestoreBetweenAnyTwoPackets() throws Exception {
        MotionRecording recording = TestingWatch.recording(1, SAMPLES);
        List<NetworkSettings> all = List.of(
                NetworkSettings.defaults(SensorKind.WATCH),
                new NetworkSettings(Window.epoch(), SECOND / 1000, 0, null),
                new NetworkSettings(Window.sliding(4 * SECOND / 1000, SECOND / 1000), SECOND / 2000, 0, null));
        for (NetworkSettings settings : all) {
            NetworkFunction any = new NetworkFunction(SensorKind.WATCH, network, settings);
            List<Decision> expected = any.classify(TestingWatch.packets(recording, 1, SECOND));
            assertThat(expected).hasSizeGreaterThan(SAMPLES / 40 - 3);
            assertThat(expected.get(expected.size() - 1).getKind()).isEqualTo(DecisionKind.FINAL);

            for (int seed = 0; seed < 8; seed++) {
                Random random = new Random(seed);
                List<SensorPacket> packets =
                        TestingWatch.packets(recording, 1, SECOND / 4 + random.nextInt(2_000_000_000));
                List<SensorPacket> mixed = TestingWatch.takeTurns(random, packets, 1 + random.nextInt(20));

                assertThat(classifyWithRestores(any, mixed)).as("seed " + seed).isEqualTo(expected);
            }
        }
    }

    @Test
    void aMissingPacketOfOneSensorIsAGapThatBeginsAFreshWindowAndIsNamedOnlyByDecisionsAboutIt() throws Exception {
        MotionRecording recording = TestingWatch.recording(2, 800);
        List<SensorPacket> packets = new ArrayList<>(TestingWatch.packets(recording, 1, SECOND));
        List<Decision> undisturbed = function.classify(packets);
        List<SensorPacket> gyroscope = TestingWatch.of(TestingWatch.GYROSCOPE, packets);
        SensorPacket lost = gyroscope.get(7);
        packets.remove(lost);
        SequenceGap gap = new SequenceGap(TestingWatch.GYROSCOPE, lost.getSequence(), lost.getSequence());

        List<Decision> decisions = function.classify(packets);
        List<Decision> tumbling = new NetworkFunction(
                        SensorKind.WATCH, network, new NetworkSettings(Window.tumbling(4 * SECOND / 1000), 0, 0, null))
                .classify(packets);

        int before = 0;
        while (undisturbed.get(before).getToOffset() < lost.getFirstOffset()) {
            assertThat(decisions.get(before)).isEqualTo(undisturbed.get(before));
            before++;
        }
        Decision next = decisions.get(before);
        assertThat(before).isPositive();
        assertThat(next.getFromOffset()).as("the first sample after the gap").isGreaterThan(lost.getLastOffset());
        assertThat(next.getToOffset() - next.getFromOffset()).isEqualTo(40 * TestingWatch.PERIOD_NANOS);
        assertThat(next.getMissingPackets()).isEqualTo(1);
        assertThat(tumbling).hasSizeGreaterThan(5);
        for (Decision decision : tumbling) {
            boolean about = decision.getFromOffset() <= gyroscope.get(8).getFirstOffset()
                    && decision.getToOffset() > gyroscope.get(6).getLastOffset();
            assertThat(decision.getGaps()).isEqualTo(about ? List.of(gap) : List.of());
            assertThat(decision.getMissingPackets()).isEqualTo(about ? 1 : 0);
        }
    }

    @Test
    void aSensorMayBeginItsNextEpochBeforeTheOtherHasEndedTheLast() throws Exception {
        List<SensorPacket> first = TestingWatch.packets(TestingWatch.recording(3, 400), 1, SECOND);
        List<SensorPacket> second = TestingWatch.packets(TestingWatch.recording(4, 400), 2, SECOND);
        List<SensorPacket> overlapping = new ArrayList<>(TestingWatch.of(TestingWatch.ACCELEROMETER, first));
        overlapping.addAll(TestingWatch.of(TestingWatch.ACCELEROMETER, second));
        overlapping.addAll(TestingWatch.of(TestingWatch.GYROSCOPE, first));
        overlapping.addAll(TestingWatch.of(TestingWatch.GYROSCOPE, second));
        for (NetworkSettings settings :
                List.of(NetworkSettings.defaults(SensorKind.WATCH), new NetworkSettings(Window.epoch(), 0, 0, null))) {
            NetworkFunction any = new NetworkFunction(SensorKind.WATCH, network, settings);
            List<Decision> expected = new ArrayList<>(any.classify(first));
            expected.addAll(any.classify(second));

            assertThat(classifyWithRestores(any, overlapping))
                    .isEqualTo(expected)
                    .isNotEmpty();
        }
    }

    @Test
    void aPacketOfAnEpochThatIsOverIsReportedAsLate() throws Exception {
        TestingOutput output = new TestingOutput();
        NetworkKeyState state = null;
        for (int epoch = 1; epoch <= 3; epoch++) {
            state = accept(state, packet(TestingWatch.ACCELEROMETER, epoch), output);
        }
        assertThat(output.reports).isEmpty();
        state = accept(state, packet(TestingWatch.GYROSCOPE, 1), output);
        state = accept(state, packet(TestingWatch.GYROSCOPE, 2), output);

        assertThat(output.reports)
                .as("of epoch 1, with 2 and 3 open")
                .containsExactly(new SequenceReport(TestingWatch.GYROSCOPE, 1L, SequenceReportKind.LATE, 1L, 1L, "r5"));
        assertThat(state.open).hasSize(2);
    }

    private static SensorPacket packet(String sensor, int epoch) {
        return TestingWatch.of(sensor, TestingWatch.packets(TestingWatch.recording(5, 400), epoch, SECOND))
                .get(1);
    }

    private NetworkKeyState accept(NetworkKeyState state, SensorPacket packet, TestingOutput output) throws Exception {
        function.decode(packet);
        return function.accept(state, packet, output);
    }

    @Test
    void aDeviceWithoutAGyroscopeDecidesNothingAndItsMemoryIsBounded() throws Exception {
        TestingOutput output = new TestingOutput();
        NetworkKeyState state = null;
        int largest = 0;
        for (SensorPacket packet : TestingWatch.of(
                TestingWatch.ACCELEROMETER, TestingWatch.packets(TestingWatch.recording(6, 20_000), 1, SECOND))) {
            state = accept(state, packet, output);
            largest = Math.max(largest, bytes(state).length);
        }
        assertThat(output.decisions(Topic.WATCH_LIVE_DECISIONS)).isEmpty();
        assertThat(largest).as("60 s of values at 20 bytes").isBetween(20_000, 30_000);
    }

    @Test
    void anotherVersionOfTheModelGoesOnInTheMiddleOfAWindow() throws Exception {
        List<SensorPacket> packets = TestingWatch.packets(TestingWatch.recording(7, 400), 1, SECOND);
        List<Decision> undisturbed = function.classify(packets);
        NetworkFunction second = watch(TestingWatch.network("2"));
        TestingOutput output = new TestingOutput();
        NetworkKeyState state = null;
        for (int i = 0; i < packets.size(); i++) {
            NetworkFunction current = i < packets.size() / 2 ? function : second;
            current.decode(packets.get(i));
            state = current.accept(state, packets.get(i), output);
        }

        List<Decision> decisions = output.decisions(Topic.WATCH_DECISIONS);
        assertThat(decisions).extracting(Decision::getModelVersion).contains("1", "2");
        assertThat(decisions)
                .extracting(Decision::getScores)
                .isEqualTo(undisturbed.stream().map(Decision::getScores).toList());
    }

    private List<Decision> classifyWithRestores(NetworkFunction any, List<SensorPacket> packets) throws Exception {
        TestingOutput output = new TestingOutput();
        NetworkKeyState state = null;
        for (SensorPacket packet : packets) {
            any.decode(packet);
            state = any.accept(state, packet, output);
            NetworkKeyState copy = serializer.copy(state);
            state = serializer.deserialize(new DataInputDeserializer(bytes(state)));
            assertThat(state).isEqualTo(copy).hasSameHashCodeAs(copy);
        }
        return output.decisions(Topic.WATCH_LIVE_DECISIONS);
    }

    private byte[] bytes(NetworkKeyState state) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(state, out);
        return out.getCopyOfBuffer();
    }
}
