package io.fluxon.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxon.connectors.motion.MotionEpoch;
import io.fluxon.connectors.motion.MotionRecording;
import io.fluxon.connectors.motion.WisdmFiles;
import io.fluxon.connectors.packets.PacketEnvelope;
import io.fluxon.connectors.simulation.SimulatedWrist;
import io.fluxon.launcher.TestingPipelineRun.Expected;
import io.fluxon.networks.model.ModelFile;
import io.fluxon.pipelines.Pipeline;
import io.fluxon.pipelines.PipelineFile;
import io.fluxon.pipelines.ShippedModels;
import io.fluxon.schemas.AvroCodec;
import io.fluxon.schemas.Decision;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.Topic;
import io.fluxon.streams.network.NetworkFunction;
import io.fluxon.streams.network.NetworkSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Exactly once from topic to topic, through a failure, against the same network run without Kafka and Flink. The two
 * sensors of a device come 15 s out of step, over the checkpoint and the failure too.
 */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class WatchPipelineITCase {

    private static final int DEVICES = 3;
    private static final int LEAD_PACKETS = 15;

    private TestingPipelineRun run;

    @BeforeEach
    void start() throws Exception {
        run = new TestingPipelineRun(SensorKind.WATCH);
    }

    @AfterEach
    void stop() {
        run.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void afterAFailureTheDecisionsOnASimulatedWristEqualAnOfflineRun(int parallelism) throws Exception {
        List<List<SensorPacket>> devices = new ArrayList<>();
        for (int device = 0; device < DEVICES; device++) {
            SimulatedWrist wrist = new SimulatedWrist(device);
            List<SensorPacket> packets = new ArrayList<>();
            for (int number = 0; number < 2; number++) {
                MotionRecording recording = wrist.next();
                packets.addAll(outOfStep(epoch(
                        new MotionRecording(recording.id(), "watch-" + device, "test", recording.epochs()), number)));
            }
            devices.add(packets);
        }
        failInTheMiddle(TestingPipelineRun.turnByTurn(devices), ShippedModels.simulatedWrist(), parallelism);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void afterAFailureTheDecisionsOnRealRecordingsEqualAnOfflineRun(int parallelism) throws Exception {
        Path folder = TestingData.folder().resolve("watch/wisdm2019");
        assumeTrue(
                Files.isDirectory(folder), "skipped: no recordings in " + folder + "; set FLUXON_DATA to their folder");
        WisdmFiles files = WisdmFiles.of(List.of(folder));
        List<List<SensorPacket>> devices = new ArrayList<>();
        for (String subject : List.of("1600", "1601")) {
            MotionRecording recording = files.read(subject);
            // Two minutes of the first epoch are enough.
            List<SensorPacket> packets = outOfStep(epoch(recording, 0));
            devices.add(packets.subList(0, Math.min(240, packets.size())));
        }
        failInTheMiddle(TestingPipelineRun.turnByTurn(devices), ShippedModels.wisdm(), parallelism);
    }

    private static List<SensorPacket> epoch(MotionRecording recording, int number) {
        return new MotionEpoch(recording, 0, number, 0).packets(MotionEpoch.PACKET_NANOS, 0);
    }

    /** Fifteen packets of the one sensor, then fifteen of the other. */
    private static List<SensorPacket> outOfStep(List<SensorPacket> packets) {
        Map<String, List<SensorPacket>> bySensor = new LinkedHashMap<>();
        packets.forEach(packet -> bySensor.computeIfAbsent(packet.getSensorId(), sensor -> new ArrayList<>())
                .add(packet));
        assertThat(bySensor).hasSize(2);
        List<SensorPacket> result = new ArrayList<>();
        for (int from = 0; result.size() < packets.size(); from += LEAD_PACKETS) {
            for (List<SensorPacket> sensor : bySensor.values()) {
                int first = Math.min(from, sensor.size());
                result.addAll(sensor.subList(first, Math.min(first + LEAD_PACKETS, sensor.size())));
            }
        }
        return result;
    }

    private void failInTheMiddle(List<SensorPacket> packets, ModelFile model, int parallelism) throws Exception {
        // In step the decisions are the same: they are what the offline run of the sorted packets says.
        assertThat(values(offline(sorted(packets), model))).isEqualTo(values(offline(packets, model)));
        run.failInTheMiddle(
                packets,
                packets.size() / 3,
                2 * packets.size() / 3,
                (source, exactlyOnce, atLeastOnce) -> Pipeline.build(
                        source,
                        exactlyOnce,
                        atLeastOnce,
                        PipelineFile.shipped(SensorKind.WATCH).withModel(model)),
                all -> offline(all, model),
                parallelism);
    }

    private static List<SensorPacket> sorted(List<SensorPacket> packets) {
        List<SensorPacket> sorted = new ArrayList<>(packets);
        sorted.sort((a, b) -> a.getEpoch() != b.getEpoch()
                ? Long.compare(a.getEpoch(), b.getEpoch())
                : Long.compare(a.getLastOffset(), b.getLastOffset()));
        return sorted;
    }

    /** By device, as devices may take turns differently. */
    private static Map<String, List<String>> values(List<Expected> records) {
        Map<String, List<String>> values = new TreeMap<>();
        for (Expected record : records) {
            values.computeIfAbsent(record.key(), key -> new ArrayList<>())
                    .add(HexFormat.of().formatHex(record.value()));
        }
        return values;
    }

    private static List<Expected> offline(List<SensorPacket> packets, ModelFile model) throws Exception {
        Map<String, List<SensorPacket>> byDevice = new LinkedHashMap<>();
        for (SensorPacket packet : packets) {
            byDevice.computeIfAbsent(PacketEnvelope.key(packet), key -> new ArrayList<>())
                    .add(packet);
        }
        NetworkFunction classifier =
                new NetworkFunction(SensorKind.WATCH, model.open(), NetworkSettings.defaults(SensorKind.WATCH));
        AvroCodec<Decision> codec = new AvroCodec<>(Decision.class);
        List<Expected> expected = new ArrayList<>();
        for (Map.Entry<String, List<SensorPacket>> device : byDevice.entrySet()) {
            for (Decision decision : classifier.classify(device.getValue())) {
                byte[] value = codec.encode(decision);
                expected.add(new Expected(Topic.WATCH_LIVE_DECISIONS, device.getKey(), value));
                expected.add(new Expected(Topic.WATCH_DECISIONS, device.getKey(), value));
            }
        }
        return expected;
    }
}
