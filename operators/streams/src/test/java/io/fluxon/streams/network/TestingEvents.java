package io.fluxon.streams.network;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.words.LibcaerEncoder;
import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.NirGraph;
import io.fluxon.networks.model.NirGraph.Edge;
import io.fluxon.networks.model.NirNode;
import io.fluxon.networks.model.Tensor;
import io.fluxon.schemas.CameraLayout;
import io.fluxon.schemas.PacketKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.streams.TestingPackets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Events of the 34 x 34 camera at chosen times, their packets, and variants of the model that is busy on them. */
final class TestingEvents {

    private TestingEvents() {}

    /** Bursts, pauses around the lengths that tests use, and now and then a long silence. */
    static CameraBatch random(long seed, int events) {
        Random random = new Random(seed);
        CameraBatch batch = new CameraBatch();
        long timeMicros = random.nextInt(300_000);
        for (int i = 0; i < events; i++) {
            int pause = random.nextInt(200);
            if (pause == 0) {
                timeMicros += random.nextInt(500_000);
            } else if (pause < 4) {
                timeMicros += random.nextInt(60_000);
            } else {
                timeMicros += random.nextInt(300);
            }
            batch.add(timeMicros, random.nextInt(34), random.nextInt(34), random.nextInt(2));
        }
        return batch;
    }

    /** One event at each time, at pixels of their own. */
    static CameraBatch at(long... timesMicros) {
        CameraBatch batch = new CameraBatch();
        for (int i = 0; i < timesMicros.length; i++) {
            batch.add(timesMicros[i], 3 * i % 34, 2 * i % 34, i % 2);
        }
        return batch;
    }

    /** START at the first event, packets of up to {@code packetEvents} events, END. */
    static List<SensorPacket> packets(CameraBatch events, int packetEvents, long endMicros) {
        List<SensorPacket> packets = new ArrayList<>();
        packets.add(packet(0, PacketKind.START, events.timeMicros()[0], events.timeMicros()[0], new CameraBatch()));
        for (int from = 0; from < events.size(); from += packetEvents) {
            CameraBatch part = new CameraBatch();
            long first = Long.MAX_VALUE;
            long last = 0;
            for (int i = from; i < Math.min(from + packetEvents, events.size()); i++) {
                part.add(events.timeMicros()[i], events.address()[i]);
                first = Math.min(first, events.timeMicros()[i]);
                last = Math.max(last, events.timeMicros()[i]);
            }
            packets.add(packet(packets.size(), PacketKind.DATA, first, last, part));
        }
        packets.add(packet(packets.size(), PacketKind.END, endMicros, endMicros, new CameraBatch()));
        return packets;
    }

    private static SensorPacket packet(int sequence, PacketKind kind, long first, long last, CameraBatch events) {
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        try {
            new LibcaerEncoder().encode(events, payload);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return SensorPacket.newBuilder()
                .setSensorId("cam")
                .setEpoch(1)
                .setSequence(sequence)
                .setKind(kind)
                .setRecordingId(null)
                .setOrigin("test")
                .setEncoding("libcaer")
                .setLayout(new CameraLayout(34, 34))
                .setClockDomain("test")
                .setBaseUnixNanos(1_000)
                .setOffsetUnitPicoseconds(1_000_000)
                .setFirstOffset(first)
                .setLastOffset(last)
                .setEventCount(events.size())
                .setReceivedUnixNanos(0)
                .setPayload(ByteBuffer.wrap(payload.toByteArray()))
                .build();
    }

    /** The model of {@link TestingPackets} under another version. */
    static Model version(String version) {
        Model model = TestingPackets.model();
        return new Model(model.graph(), model.name(), version, model.classes(), model.stepMicros(), "");
    }

    /** The model whose scores are counts of spikes. */
    static Model counting() {
        return with(
                Map.of(
                        "readout",
                        new NirNode.Lif(Tensor.of(0.1), Tensor.of(100), Tensor.of(0), Tensor.of(1), Tensor.of(0))),
                List.of());
    }

    /** The model with a readout that bias lifts in every step, and hidden neurons that excite each other. */
    static Model busyInSilence() {
        float[] weights = new float[24 * 24];
        Random random = new Random(2);
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) (random.nextGaussian() * 0.3);
        }
        return with(
                Map.of(
                        "readout",
                        new NirNode.Lif(Tensor.of(0.1), Tensor.of(1), Tensor.of(2), Tensor.of(1), Tensor.of(0)),
                        "recurrent_weights",
                        new NirNode.Linear(weights, 24, 24)),
                List.of(new Edge("hidden", "recurrent_weights"), new Edge("recurrent_weights", "hidden")));
    }

    /** The model for an Input without polarity. */
    static Model withoutPolarity(int... shape) {
        Random random = new Random(7);
        float[] weights = new float[24 * 34 * 34];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) (random.nextGaussian() * 0.3);
        }
        return with(
                Map.of(
                        "input",
                        new NirNode.Input(shape),
                        "flatten",
                        new NirNode.Flatten(shape, 0, -1),
                        "hidden_weights",
                        new NirNode.Linear(weights, 24, 34 * 34)),
                List.of());
    }

    private static Model with(Map<String, NirNode> others, List<Edge> moreEdges) {
        Model model = TestingPackets.model();
        Map<String, NirNode> nodes = new HashMap<>(model.graph().nodes());
        nodes.putAll(others);
        List<Edge> edges = new ArrayList<>(model.graph().edges());
        edges.addAll(moreEdges);
        return new Model(new NirGraph(nodes, edges, Map.of()), "busy", "1", model.classes(), model.stepMicros(), "");
    }
}
