package io.fluxon.streams;

import io.fluxon.connectors.camera.files.CameraRecording;
import io.fluxon.connectors.camera.packets.CameraEpoch;
import io.fluxon.connectors.kafka.KafkaRecord;
import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.NirGraph;
import io.fluxon.networks.model.NirNode;
import io.fluxon.schemas.AvroCodec;
import io.fluxon.schemas.SensorPacket;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Random recordings of the 34 x 34 camera, their packets, and a random network that is busy enough to show errors. */
public final class TestingPackets {

    public static final String TOPIC = "packets";
    public static final int PIXELS = 2 * 34 * 34;

    private static final AvroCodec<SensorPacket> CODEC = new AvroCodec<>(SensorPacket.class);

    private TestingPackets() {}

    public static CameraRecording recording(long seed, int events) {
        Random random = new Random(seed);
        byte[] bytes = new byte[5 * events];
        int timeMicros = 0;
        for (int i = 0; i < events; i++) {
            timeMicros += random.nextInt(150);
            bytes[5 * i] = (byte) random.nextInt(34);
            bytes[5 * i + 1] = (byte) random.nextInt(34);
            bytes[5 * i + 2] = (byte) (random.nextInt(2) << 7 | timeMicros >> 16);
            bytes[5 * i + 3] = (byte) (timeMicros >> 8);
            bytes[5 * i + 4] = (byte) timeMicros;
        }
        return CameraRecording.of("r" + seed, "seed " + seed, bytes);
    }

    public static List<SensorPacket> epoch(CameraRecording recording, String sensorId, long epoch, long packetMicros) {
        try {
            return new CameraEpoch(recording, sensorId, epoch, "test", 1_000_000_000L * epoch).packets(packetMicros, 0);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    public static KafkaRecord record(SensorPacket packet, long offset) {
        byte[] value = CODEC.encode(packet);
        return new KafkaRecord(
                TOPIC, 0, offset, 1_000 + offset, packet.getSensorId().getBytes(StandardCharsets.UTF_8), value);
    }

    public static Model model() {
        Random random = new Random(11);
        int hidden = 24;
        return new Model(
                NirGraph.chain(
                        Map.entry("input", new NirNode.Input(new int[] {2, 34, 34})),
                        Map.entry("flatten", new NirNode.Flatten(new int[] {2, 34, 34}, 0, -1)),
                        Map.entry("hidden_weights", linear(random, hidden, PIXELS, 0.3)),
                        Map.entry(
                                "hidden",
                                new NirNode.Lif(
                                        filled(hidden, 0.02),
                                        filled(hidden, 20),
                                        filled(hidden, 0),
                                        filled(hidden, 1),
                                        filled(hidden, 0))),
                        Map.entry("readout_weights", linear(random, 10, hidden, 1)),
                        Map.entry("readout", new NirNode.Li(filled(10, 0.1), filled(10, 100), filled(10, 0))),
                        Map.entry("output", new NirNode.Output(new int[] {10}))),
                "testing",
                "1",
                List.of("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
                1000,
                "random weights");
    }

    private static NirNode.Linear linear(Random random, int outputs, int inputs, double scale) {
        float[] weight = new float[outputs * inputs];
        for (int i = 0; i < weight.length; i++) {
            weight[i] = (float) (random.nextGaussian() * scale);
        }
        return new NirNode.Linear(weight, outputs, inputs);
    }

    private static double[] filled(int size, double value) {
        double[] values = new double[size];
        Arrays.fill(values, value);
        return values;
    }
}
