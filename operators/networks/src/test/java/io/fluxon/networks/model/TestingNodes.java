package io.fluxon.networks.model;

import io.fluxon.networks.model.NirGraph.Edge;
import io.fluxon.networks.model.NirNode.Padding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Nodes and graphs with random parameters, well formed each for itself but not made to fit together. */
final class TestingNodes {

    private final Random random;

    TestingNodes(long seed) {
        random = new Random(seed);
    }

    /** A node of each type there is. */
    List<NirNode> oneOfEach() {
        int hidden = size();
        int inputs = size();
        return List.of(
                new NirNode.Input(shape(1 + random.nextInt(3))),
                new NirNode.Output(shape(1 + random.nextInt(3))),
                new NirNode.Graph(NirGraph.chain(
                        Map.entry("in", new NirNode.Input(shape(1))), Map.entry("out", new NirNode.Output(shape(1))))),
                new NirNode.Flatten(shape(3), random.nextInt(2), -1 - random.nextInt(2)),
                new NirNode.Linear(tensor(shape(2 + random.nextInt(3)))),
                affine(shape(2 + random.nextInt(3))),
                new NirNode.Scale(tensor()),
                new NirNode.Conv1d(
                        random.nextBoolean() ? -1 : size(),
                        tensor(shape(3)),
                        size(),
                        padding(1),
                        size(),
                        size(),
                        tensor(shape(1))),
                new NirNode.Conv2d(
                        shape(2 * random.nextInt(2)),
                        tensor(shape(4)),
                        shape(2),
                        padding(2),
                        shape(2),
                        size(),
                        tensor(shape(1))),
                new NirNode.SumPool2d(shape(2), shape(2), shape(2)),
                new NirNode.AvgPool2d(shape(2), shape(2), shape(2)),
                new NirNode.Delay(tensor()),
                new NirNode.Threshold(tensor()),
                new NirNode.I(tensor()),
                new NirNode.Li(tensor(), tensor(), tensor()),
                new NirNode.If(tensor(), tensor(), tensor()),
                new NirNode.Lif(tensor(), tensor(), tensor(), tensor(), tensor()),
                new NirNode.CubaLi(tensor(), tensor(), tensor(), tensor(), tensor()),
                new NirNode.CubaLif(tensor(), tensor(), tensor(), tensor(), tensor(), tensor(), tensor()),
                new NirNode.MaxPool1d(size(), size()),
                new NirNode.LoihiCubaLif(shape(2), random.nextInt(4097), random.nextInt(4097), random.nextInt()),
                new NirNode.DeltaGru(
                        floats(3 * hidden * inputs),
                        floats(3 * hidden * hidden),
                        floats(3 * hidden),
                        floats(3 * hidden),
                        random.nextFloat(),
                        random.nextFloat(),
                        inputs,
                        hidden),
                new NirNode.PulseNormalization(
                        random.ints(20, -1000, 1000).toArray(), 16, 3, 7, 1 + random.nextInt(1000), 1 << 10),
                quantizedConv1d());
    }

    /** All of {@link #oneOfEach}, twice, one of them in a nested graph, with random edges, some of them in cycles. */
    NirGraph graph() {
        NirGraph nested = graph(oneOfEach()).withMetadata(Map.of("of", "nested"));
        List<NirNode> nodes = new ArrayList<>(oneOfEach());
        nodes.add(new NirNode.Graph(nested));
        return graph(nodes).withMetadata(Map.of("name", "n", "note", "a,b\nc \u00b5s", "empty", ""));
    }

    private NirGraph graph(List<NirNode> nodes) {
        Map<String, NirNode> byName = new HashMap<>();
        for (NirNode node : nodes) {
            byName.put("n\u00e4me." + byName.size(), node);
        }
        List<String> names = List.copyOf(byName.keySet());
        List<Edge> edges = new ArrayList<>();
        for (int i = 0; i < 2 * names.size(); i++) {
            edges.add(new Edge(names.get(random.nextInt(names.size())), names.get(random.nextInt(names.size()))));
        }
        return new NirGraph(byName, edges, Map.of());
    }

    private NirNode affine(int[] weight) {
        int outputs = (int) Tensor.size(weight) / weight[weight.length - 1];
        return new NirNode.Affine(tensor(weight), tensor(new int[] {outputs}));
    }

    private NirNode quantizedConv1d() {
        int outputs = size();
        int inputs = size();
        byte[] weight = new byte[outputs * inputs * 3];
        for (int i = 0; i < weight.length; i++) {
            weight[i] = (byte) (random.nextInt(255) - 127);
        }
        return new NirNode.QuantizedConv1d(
                weight,
                random.ints(outputs, -9, 9).toArray(),
                random.ints(outputs, 1 << 30, Integer.MAX_VALUE).toArray(),
                random.ints(outputs, 0, 31).toArray(),
                outputs,
                inputs,
                3,
                1,
                random.nextBoolean(),
                floats(weight.length),
                floats(outputs));
    }

    private Padding padding(int dimensions) {
        return switch (random.nextInt(3)) {
            case 0 -> new Padding(Padding.Mode.SAME);
            case 1 -> new Padding(Padding.Mode.VALID);
            default -> Padding.of(shape(dimensions));
        };
    }

    /** A scalar, or of up to four dimensions. */
    private Tensor tensor() {
        return tensor(shape(random.nextInt(5)));
    }

    /** With values that need double precision, or not. */
    private Tensor tensor(int[] shape) {
        int size = (int) Tensor.size(shape);
        return random.nextBoolean()
                ? new Tensor(shape, random.doubles(size, -1, 1).toArray())
                : Tensor.of(floats(size), shape);
    }

    private float[] floats(int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        return values;
    }

    private int[] shape(int rank) {
        return random.ints(rank, 1, 5).toArray();
    }

    private int size() {
        return 1 + random.nextInt(4);
    }
}
