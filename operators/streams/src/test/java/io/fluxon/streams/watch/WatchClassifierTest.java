package io.fluxon.streams.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxon.connectors.motion.MotionBatch;
import io.fluxon.connectors.motion.MotionPackets;
import io.fluxon.connectors.motion.MotionRecording;
import io.fluxon.networks.engine.DeltaGru;
import io.fluxon.networks.engine.DeltaGruState;
import io.fluxon.schemas.Decision;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.signals.motion.MotionNormalizer;
import io.fluxon.signals.motion.NormalizerState;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

class WatchClassifierTest {

    private static final long SECOND = 1_000_000_000;
    private static final int SAMPLES = 1_200;

    private final DeltaGru network = TestingWatch.network("1");
    private final WatchClassifier classifier = new WatchClassifier(network);
    private final DeviceStateSerializer serializer = new DeviceStateSerializer();

    @Test
    void decidesOnEveryWindowAsTheNetworkAloneDoesOnSamplesThatLieOnTheGrid() throws Exception {
        Random random = new Random(3);
        MotionBatch acceleration = TestingWatch.batch(random, 400, 20 * TestingWatch.PERIOD_NANOS, 0);
        MotionBatch angularVelocity = TestingWatch.batch(random, 400, 20 * TestingWatch.PERIOD_NANOS, 0);
        MotionRecording recording = new MotionRecording(
                "grid", "watch", "test", List.of(new MotionRecording.Epoch(acceleration, angularVelocity, List.of())));

        List<Decision> decisions = classifier.classify(TestingWatch.packets(recording, 1, SECOND));

        MotionNormalizer normalizer = new MotionNormalizer(TestingWatch.PERIOD_NANOS, 2, 0.005);
        NormalizerState normalizerState = normalizer.newState();
        DeltaGruState state = network.newState();
        float[] normalized = new float[MotionNormalizer.CHANNELS];
        float[] scores = new float[3];
        assertThat(decisions).hasSize(10);
        for (int i = 0; i < 400; i++) {
            float[] sample = {
                acceleration.x()[i], acceleration.y()[i], acceleration.z()[i],
                angularVelocity.x()[i], angularVelocity.y()[i], angularVelocity.z()[i]
            };
            normalizer.normalize(normalizerState, i == 0, sample, normalized);
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
    void decisionsDependNeitherOnTheCutNorOnHowTheSensorsTakeTurnsNorOnARestoreBetweenAnyTwoPackets() throws Exception {
        MotionRecording recording = TestingWatch.recording(1, SAMPLES);
        List<Decision> expected = classifier.classify(TestingWatch.packets(recording, 1, SECOND));
        assertThat(expected).hasSizeGreaterThan(SAMPLES / 40 - 3);

        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            List<SensorPacket> packets = TestingWatch.packets(recording, 1, SECOND / 4 + random.nextInt(2_000_000_000));
            List<SensorPacket> mixed = TestingWatch.takeTurns(random, packets, 1 + random.nextInt(20));

            assertThat(classifyWithRestores(mixed)).as("seed " + seed).isEqualTo(expected);
        }
    }

    @Test
    void aMissingPacketOfOneSensorIsAGapThatBeginsAFreshWindow() throws Exception {
        MotionRecording recording = TestingWatch.recording(2, 400);
        List<SensorPacket> packets = new ArrayList<>(TestingWatch.packets(recording, 1, SECOND));
        List<Decision> undisturbed = classifier.classify(packets);
        SensorPacket lost = TestingWatch.of(TestingWatch.GYROSCOPE, packets).get(7);
        packets.remove(lost);

        List<Decision> decisions = classifier.classify(packets);

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
    }

    @Test
    void aSensorMayBeginItsNextEpochBeforeTheOtherHasEndedTheLast() throws Exception {
        List<SensorPacket> first = TestingWatch.packets(TestingWatch.recording(3, 400), 1, SECOND);
        List<SensorPacket> second = TestingWatch.packets(TestingWatch.recording(4, 400), 2, SECOND);
        List<Decision> expected = new ArrayList<>(classifier.classify(first));
        expected.addAll(classifier.classify(second));
        List<SensorPacket> overlapping = new ArrayList<>(TestingWatch.of(TestingWatch.ACCELEROMETER, first));
        overlapping.addAll(TestingWatch.of(TestingWatch.ACCELEROMETER, second));
        overlapping.addAll(TestingWatch.of(TestingWatch.GYROSCOPE, first));
        overlapping.addAll(TestingWatch.of(TestingWatch.GYROSCOPE, second));

        assertThat(classifyWithRestores(overlapping)).isEqualTo(expected);
    }

    @Test
    void aPacketOfAnEpochThatIsOverIsRefused() throws Exception {
        DeviceState state = new DeviceState();
        MotionBatch batch = new MotionBatch();
        for (int epoch = 1; epoch <= 3; epoch++) {
            SensorPacket packet = TestingWatch.of(
                            TestingWatch.ACCELEROMETER,
                            TestingWatch.packets(TestingWatch.recording(5, 400), epoch, SECOND))
                    .get(1);
            MotionPackets.decode(packet, batch);
            assertThat(classifier.accept(state, packet, batch, decision -> {})).isTrue();
        }
        for (int epoch = 1; epoch <= 2; epoch++) {
            SensorPacket packet = TestingWatch.of(
                            TestingWatch.GYROSCOPE, TestingWatch.packets(TestingWatch.recording(5, 400), epoch, SECOND))
                    .get(1);
            MotionPackets.decode(packet, batch);
            assertThat(classifier.accept(state, packet, batch, decision -> {}))
                    .as("epoch %d, with 2 and 3 open", epoch)
                    .isEqualTo(epoch == 2);
        }
        assertThat(state.open).hasSize(2);
    }

    @Test
    void aDeviceWithoutAGyroscopeDecidesNothingAndItsMemoryIsBounded() throws Exception {
        DeviceState state = new DeviceState();
        MotionBatch batch = new MotionBatch();
        int largest = 0;
        for (SensorPacket packet : TestingWatch.of(
                TestingWatch.ACCELEROMETER, TestingWatch.packets(TestingWatch.recording(6, 20_000), 1, SECOND))) {
            MotionPackets.decode(packet, batch);
            classifier.accept(state, packet, batch, decision -> {
                throw new AssertionError("a decision on half the sensors");
            });
            largest = Math.max(largest, bytes(state).length);
        }
        assertThat(largest).as("60 s of values at 20 bytes").isBetween(20_000, 30_000);
    }

    @Test
    void theStateOfAnotherModelIsNotTakenOver() throws Exception {
        List<SensorPacket> packets = TestingWatch.packets(TestingWatch.recording(7, 400), 1, SECOND);
        DeviceState state = new DeviceState();
        List<Decision> decisions = new ArrayList<>();
        MotionBatch batch = new MotionBatch();
        for (int i = 0; i < packets.size(); i++) {
            WatchClassifier current =
                    i < packets.size() / 2 ? classifier : new WatchClassifier(TestingWatch.network("2"));
            MotionPackets.decode(packets.get(i), batch);
            current.accept(state, packets.get(i), batch, decisions::add);
        }
        Decision firstOfNew = decisions.stream()
                .filter(decision -> decision.getModelVersion().equals("2"))
                .findFirst()
                .orElseThrow();

        assertThat(firstOfNew.getSequence()).isZero();
        assertThat(firstOfNew.getMissingPackets())
                .as("what the other model has seen")
                .isGreaterThan(10);
    }

    @Test
    void stateWrittenByTheFirstReleaseIsRead() throws Exception {
        byte[] stored;
        try (InputStream in = getClass().getResourceAsStream("/device-state-v1.bin")) {
            stored = in.readAllBytes();
        }
        DeviceState state = serializer.deserialize(new DataInputDeserializer(stored));

        assertThat(state.closedEpoch).isEqualTo(2);
        assertThat(state.open).hasSize(1);
        OpenEpoch open = state.open.get(0);
        assertThat(open.epoch).isEqualTo(3);
        assertThat(open.model).isEqualTo("testing 1");
        assertThat(open.decisions).isEqualTo(1);
        assertThat(open.nextSequence).containsExactly(5, 4);
        assertThat(bytes(state)).isEqualTo(stored);
    }

    @Test
    void stateOfAnUnknownVersionIsRefused() {
        assertThatThrownBy(() -> serializer.deserialize(new DataInputDeserializer(new byte[] {99})))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("version 99");
    }

    @Test
    void theSnapshotRestoresACompatibleSerializer() throws Exception {
        DataOutputSerializer out = new DataOutputSerializer(64);
        TypeSerializerSnapshot.writeVersionedSnapshot(out, serializer.snapshotConfiguration());
        TypeSerializerSnapshot<DeviceState> snapshot = TypeSerializerSnapshot.readVersionedSnapshot(
                new DataInputDeserializer(out.getCopyOfBuffer()), getClass().getClassLoader());

        assertThat(snapshot.restoreSerializer()).isEqualTo(serializer);
    }

    private List<Decision> classifyWithRestores(List<SensorPacket> packets) throws Exception {
        List<Decision> decisions = new ArrayList<>();
        MotionBatch batch = new MotionBatch();
        DeviceState state = new DeviceState();
        for (SensorPacket packet : packets) {
            MotionPackets.decode(packet, batch);
            classifier.accept(state, packet, batch, decisions::add);
            DeviceState copy = serializer.copy(state);
            state = serializer.deserialize(new DataInputDeserializer(bytes(state)));
            assertThat(state).isEqualTo(copy).hasSameHashCodeAs(copy);
        }
        return decisions;
    }

    private byte[] bytes(DeviceState state) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        serializer.serialize(state, out);
        return out.getCopyOfBuffer();
    }
}
