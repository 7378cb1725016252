package io.fluxon.launcher.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.packets.CameraPackets;
import io.fluxon.connectors.motion.MotionBatch;
import io.fluxon.connectors.motion.MotionPackets;
import io.fluxon.networks.model.Model;
import io.fluxon.schemas.Decision;
import io.fluxon.schemas.PacketKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.SequenceReport;
import io.fluxon.schemas.Topic;
import io.fluxon.streams.PacketFunction;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.junit.jupiter.api.Test;

/** What a measurement sends is what it says. */
class BenchLoadTest {

    private static final CameraLoad LOAD = new CameraLoad(6, 32, 5, 100, 10_000);

    @Test
    void aCamerasPacketDecodesToTheEventsItWasFilledWith() throws Exception {
        int[] addresses = LOAD.addresses();
        CameraBatch filled = new CameraBatch();
        LOAD.fill(addresses, 2, 4, filled);
        CameraBatch decoded = new CameraBatch();

        CameraPackets.decode(LOAD.data("camera", 4, filled), decoded);

        assertThat(decoded.size()).isEqualTo(100);
        assertThat(Arrays.copyOf(decoded.timeMicros(), 100)).isEqualTo(Arrays.copyOf(filled.timeMicros(), 100));
        assertThat(Arrays.copyOf(decoded.address(), 100)).isEqualTo(Arrays.copyOf(filled.address(), 100));
        assertThat(decoded.timeMicros()[0]).isEqualTo(40_000);
        assertThat(decoded.timeMicros()[99]).isEqualTo(49_900);
    }

    @Test
    void noTwoPacketsOfCamerasAreAlike() {
        int[] addresses = LOAD.addresses();
        List<List<Integer>> packets = new ArrayList<>();
        for (int sensor = 0; sensor < LOAD.sensors(); sensor++) {
            for (int packet = 0; packet < LOAD.packets(); packet++) {
                CameraBatch batch = new CameraBatch();
                LOAD.fill(addresses, sensor, packet, batch);
                packets.add(Arrays.stream(batch.address()).limit(100).boxed().toList());
            }
        }
        assertThat(packets).doesNotHaveDuplicates();
    }

    @Test
    void camerasAreSharedOutEvenly() {
        for (int parallelism : new int[] {1, 2, 3}) {
            int[] shares = new int[parallelism];
            for (String name : LOAD.names(parallelism)) {
                shares[KeyGroupRangeAssignment.assignKeyToParallelOperator(name, 128, parallelism)]++;
            }
            assertThat(shares).containsOnly(6 / parallelism);
        }
    }

    @Test
    void theCountOfACamerasPacketsIsThatOfAllItsEvents() throws Exception {
        PacketFunction<long[]> function = new CountFunction.Factory(20_000).create();
        List<Decision> counts = new ArrayList<>();
        PacketFunction.Output output = new PacketFunction.Output() {
            @Override
            public void emit(Topic topic, SpecificRecordBase result) {
                counts.add((Decision) result);
            }

            @Override
            public void report(SequenceReport report) {}
        };
        CameraBatch batch = new CameraBatch();
        List<SensorPacket> packets = new ArrayList<>(List.of(LOAD.start("camera")));
        for (int packet = 0; packet < LOAD.packets(); packet++) {
            LOAD.fill(LOAD.addresses(), 0, packet, batch);
            packets.add(LOAD.data("camera", packet, batch));
        }
        packets.add(LOAD.end("camera"));
        long[] state = null;
        for (SensorPacket packet : packets) {
            function.decode(packet);
            state = function.accept(state, packet, output);
        }

        assertThat(state).isNull();
        // At 20 and 40 ms with the events of the packets before, and at the end.
        assertThat(counts).extracting(Decision::getEvents).containsExactly(200L, 400L, 500L);
    }

    @Test
    void aWatchSendsBothSensorsSecondBySecond() throws Exception {
        WatchLoad load = new WatchLoad(3, 4);
        List<SensorPacket> packets = load.second(1, 0, load.payloads(0));
        assertThat(packets)
                .extracting(SensorPacket::getKind)
                .containsExactly(PacketKind.START, PacketKind.DATA, PacketKind.START, PacketKind.DATA);
        ByteBuffer[][] payloads = load.payloads(3);
        for (SensorPacket packet : load.second(1, 3, payloads)) {
            MotionBatch batch = new MotionBatch();
            MotionPackets.decode(packet, batch);
            assertThat(batch.size()).isEqualTo(20);
            assertThat(batch.timeNanos()[0]).isEqualTo(3_000_000_000L);
            assertThat(packet.getSequence()).isEqualTo(4);
        }
        assertThat(load.packets()).isEqualTo(24);
    }

    @Test
    void theKernelOfAPlaneAddsOneWeightAnEventAndAFewForItsSpikes() throws Exception {
        Model model = BenchNetworks.plane(32);

        Rate rate = KernelRun.run(model, new CameraLoad(4, 32, 4, 1000, 10_000), 2, 0.2);

        assertThat(rate.events()).isPositive();
        assertThat((double) rate.synapticOperations() / rate.events()).isBetween(1.0, 1.5);
        assertThat(rate.seconds()).isGreaterThanOrEqualTo(0.2);
    }
}
