package io.fluxon.streams.network;

import io.fluxon.connectors.motion.MotionBatch;
import io.fluxon.connectors.motion.MotionEpoch;
import io.fluxon.connectors.motion.MotionRecording;
import io.fluxon.networks.engine.DeltaGru;
import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.NirGraph;
import io.fluxon.networks.model.NirNode;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.signals.motion.MotionNormalizer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Random movements of a watch, their packets, and a random network that is busy enough to show errors. */
final class TestingWatch {

    static final long PERIOD_NANOS = 50_000_000;
    static final int WINDOW_STEPS = 40;
    static final String ACCELEROMETER = "watch/accelerometer";
    static final String GYROSCOPE = "watch/gyroscope";

    private TestingWatch() {}

    /** A movement whose two sensors have stamps of their own, with jitter. */
    static MotionRecording recording(long seed, int samples) {
        Random random = new Random(seed);
        return new MotionRecording(
                "r" + seed,
                "watch",
                "seed " + seed,
                List.of(new MotionRecording.Epoch(
                        batch(random, samples, 1_000_000_007L, 12_000_000),
                        batch(random, samples, 1_021_000_003L, 12_000_000),
                        List.of())));
    }

    static MotionBatch batch(Random random, int samples, long firstNanos, int jitterNanos) {
        MotionBatch batch = new MotionBatch();
        for (int i = 0; i < samples; i++) {
            batch.add(
                    firstNanos + i * PERIOD_NANOS + (jitterNanos == 0 ? 0 : random.nextInt(jitterNanos)),
                    (float) (3 * random.nextGaussian()),
                    (float) (3 * random.nextGaussian()),
                    (float) (9.81 + 3 * random.nextGaussian()));
        }
        return batch;
    }

    static List<SensorPacket> packets(MotionRecording recording, long epoch, long packetNanos) {
        return new MotionEpoch(recording, 0, epoch, 1_700_000_000_000_000_000L).packets(packetNanos, 0);
    }

    static List<SensorPacket> of(String sensor, List<SensorPacket> packets) {
        return packets.stream()
                .filter(packet -> packet.getSensorId().equals(sensor))
                .toList();
    }

    /** Both sensors' packets in an order in which each keeps its own and neither leads by more than {@code lead}. */
    static List<SensorPacket> takeTurns(Random random, List<SensorPacket> packets, int lead) {
        List<SensorPacket> first = of(ACCELEROMETER, packets);
        List<SensorPacket> second = of(GYROSCOPE, packets);
        List<SensorPacket> mixed = new ArrayList<>();
        int a = 0;
        int b = 0;
        while (a < first.size() || b < second.size()) {
            boolean takeFirst = random.nextBoolean();
            takeFirst = takeFirst ? a - b < lead : b - a >= lead;
            if (a < first.size() && (takeFirst || b == second.size())) {
                mixed.add(first.get(a++));
            } else {
                mixed.add(second.get(b++));
            }
        }
        return mixed;
    }

    static DeltaGru network(String version) {
        Random random = new Random(5);
        int inputs = MotionNormalizer.CHANNELS;
        int hidden = 12;
        NirGraph chain = NirGraph.chain(
                Map.entry("input", new NirNode.Input(new int[] {inputs})),
                Map.entry(
                        "gru",
                        new NirNode.DeltaGru(
                                weights(random, 3 * hidden * inputs),
                                weights(random, 3 * hidden * hidden),
                                weights(random, 3 * hidden),
                                weights(random, 3 * hidden),
                                0.05f,
                                0.02f,
                                inputs,
                                hidden)),
                Map.entry("readout", new NirNode.Affine(weights(random, 3 * hidden), weights(random, 3), 3, hidden)),
                Map.entry("output", new NirNode.Output(new int[] {3})));
        Map<String, String> metadata = new HashMap<>(new MotionNormalizer(PERIOD_NANOS, 2, 0.005).metadata());
        metadata.put(DeltaGru.WINDOW_STEPS, Integer.toString(WINDOW_STEPS));
        return DeltaGru.compile(new Model(
                new NirGraph(chain.nodes(), chain.edges(), metadata),
                "testing",
                version,
                List.of("a", "b", "c"),
                PERIOD_NANOS / 1000,
                "random weights"));
    }

    private static float[] weights(Random random, int count) {
        float[] weights = new float[count];
        for (int i = 0; i < count; i++) {
            weights[i] = (float) (0.7 * random.nextGaussian());
        }
        return weights;
    }
}
