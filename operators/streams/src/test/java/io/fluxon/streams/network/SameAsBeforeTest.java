package io.fluxon.streams.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxon.networks.engine.NetworkPlan;
import io.fluxon.schemas.Decision;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.streams.TestingPackets;
import io.fluxon.streams.camera.EpochClassifier;
import io.fluxon.streams.watch.WatchClassifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SameAsBeforeTest {

    @Test
    void camera() throws Exception {
        EpochClassifier before = new EpochClassifier(NetworkPlan.compile(TestingPackets.model()));
        NetworkFunction now = new NetworkFunction(
                SensorKind.CAMERA, TestingPackets.model(), NetworkSettings.defaults(SensorKind.CAMERA));
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            List<SensorPacket> packets = new ArrayList<>(TestingPackets.epoch(
                    TestingPackets.recording(seed, 2_000), "cam", 1, 1_000 + random.nextInt(30_000)));
            packets.addAll(TestingPackets.epoch(
                    TestingPackets.recording(seed + 100, 700), "cam", 4, 1_000 + random.nextInt(30_000)));
            for (int lost = random.nextInt(4); lost > 0; lost--) {
                packets.remove(random.nextInt(packets.size()));
            }
            assertThat(without(now.classify(packets)))
                    .isEqualTo(without(before.classify(packets)))
                    .isNotEmpty();
        }
    }

    @Test
    void watch() throws Exception {
        WatchClassifier before = new WatchClassifier(TestingWatch.network("1"));
        NetworkFunction now = new NetworkFunction(
                SensorKind.WATCH, TestingWatch.network("1"), NetworkSettings.defaults(SensorKind.WATCH));
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            List<SensorPacket> packets = new ArrayList<>(TestingWatch.takeTurns(
                    random,
                    TestingWatch.packets(
                            TestingWatch.recording(seed, 600), 1, 700_000_000L + random.nextInt(1_000_000_000)),
                    1 + random.nextInt(20)));
            packets.addAll(TestingWatch.takeTurns(
                    random,
                    TestingWatch.packets(
                            TestingWatch.recording(seed, 600), 2, 700_000_000L + random.nextInt(1_000_000_000)),
                    1 + random.nextInt(20)));
            for (int lost = random.nextInt(4); lost > 0; lost--) {
                packets.remove(random.nextInt(packets.size()));
            }
            assertThat(without(now.classify(packets)))
                    .isEqualTo(without(before.classify(packets)))
                    .isNotEmpty();
        }
    }

    private static List<Decision> without(List<Decision> decisions) {
        return decisions.stream()
                .map(decision ->
                        Decision.newBuilder(decision).setGaps(List.of()).build())
                .toList();
    }
}
