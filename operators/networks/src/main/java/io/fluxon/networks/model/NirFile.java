package io.fluxon.networks.model;

import io.fluxon.networks.model.NirGraph.Edge;
import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import io.jhdf.api.Node;
import io.jhdf.api.WritableGroup;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Array;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * NIR graphs in HDF5, as the {@code nir} Python package writes them: {@code /node/nodes/NAME/type} and one dataset per
 * parameter, {@code /node/edges} [E, 2], {@code /node/metadata/KEY}.
 *
 * <p>Node types read and written: Input, Output, Flatten, Linear, Affine, LIF, LI, and this project's own DeltaGRU,
 * PulseNormalization and QuantizedConv1d. A file of up to 64 MiB is accepted, and a
 * dataset of up to 2<sup>24</sup> elements; both are checked before anything is allocated.
 */
public final class NirFile {

    private static final int MAX_FILE_BYTES = 64 << 20;
    private static final long MAX_ELEMENTS = 1L << 24;
    private static final String NIR_VERSION = "1.0.0";

    private NirFile() {}

    public static NirGraph read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return read(in, file.toString());
        }
    }

    /** Reads a graph from a stream; {@code origin} names the stream in errors. */
    public static NirGraph read(InputStream in, String origin) throws IOException {
        try (HdfFile hdf = HdfFile.fromBytes(readBounded(in, origin))) {
            return readGraph(group(hdf, "node"));
        } catch (ModelException e) {
            throw new ModelException(origin + ": " + e.getMessage(), e);
        } catch (RuntimeException e) {
            throw new ModelException(origin + ": not a readable HDF5 model file: " + firstLine(e), e);
        }
    }

    static byte[] readBounded(InputStream in, String origin) throws IOException {
        byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
        if (bytes.length > MAX_FILE_BYTES) {
            throw new ModelException(origin + ": larger than " + MAX_FILE_BYTES + " bytes");
        }
        return bytes;
    }

    public static void write(NirGraph graph, Path file) {
        try (WritableHdfFile hdf = HdfFile.write(file)) {
            hdf.putDataset("version", NIR_VERSION);
            WritableGroup root = hdf.putGroup("node");
            root.putDataset("type", "NIRGraph");
            root.putDataset("edges", edgeTable(graph.edges()));
            WritableGroup nodes = root.putGroup("nodes");
            new TreeMap<>(graph.nodes()).forEach((name, node) -> writeNode(nodes.putGroup(name), node));
            if (!graph.metadata().isEmpty()) {
                WritableGroup metadata = root.putGroup("metadata");
                new TreeMap<>(graph.metadata()).forEach(metadata::putDataset);
            }
        }
    }

    /** Writes the graph so that a reader of {@code file} sees the old one or the whole new one. */
    static void writeWhole(NirGraph graph, Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (!Files.isDirectory(directory)) {
            throw new ModelException(file + ": no folder " + directory);
        }
        Path unfinished = directory.resolve(file.getFileName() + ".part");
        try {
            write(graph, unfinished);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }

    private static NirGraph readGraph(Group root) {
        Map<String, NirNode> nodes = new LinkedHashMap<>();
        for (Map.Entry<String, Node> entry : group(root, "nodes").getChildren().entrySet()) {
            if (!(entry.getValue() instanceof Group group)) {
                throw new ModelException("node " + entry.getKey() + " is not a group");
            }
            try {
                nodes.put(entry.getKey(), readNode(group));
            } catch (ModelException e) {
                throw new ModelException("node " + entry.getKey() + ": " + e.getMessage(), e);
            }
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        if (root.getChildren().get("metadata") instanceof Group group) {
            for (String key : group.getChildren().keySet()) {
                try {
                    metadata.put(key, string(group, key));
                } catch (ModelException e) {
                    throw new ModelException("metadata: " + e.getMessage(), e);
                }
            }
        }
        return new NirGraph(nodes, readEdges(root), metadata);
    }

    private static List<Edge> readEdges(Group root) {
        Dataset table = dataset(root, "edges");
        int[] dimensions = table.getDimensions();
        if (dimensions.length != 2 || dimensions[1] != 2) {
            throw new ModelException("edges has not the shape [E, 2]");
        }
        if (!(table.getDataFlat() instanceof String[] flat)) {
            throw new ModelException("edges are not strings");
        }
        List<Edge> edges = new ArrayList<>();
        for (int i = 0; i < flat.length; i += 2) {
            edges.add(new Edge(flat[i], flat[i + 1]));
        }
        return edges;
    }

    private static NirNode readNode(Group group) {
        String type = string(group, "type");
        return switch (type) {
            case "Input" -> new NirNode.Input(ints(group, "shape"));
            case "Output" -> new NirNode.Output(ints(group, "shape"));
            case "Flatten" ->
                new NirNode.Flatten(ints(group, "input_type"), ints(group, "start_dim")[0], ints(group, "end_dim")[0]);
            case "Linear" -> new NirNode.Linear(tensor(group, "weight"));
            case "Affine" -> new NirNode.Affine(tensor(group, "weight"), tensor(group, "bias"));
            case "DeltaGRU" ->
                new NirNode.DeltaGru(
                        floats(group, "weight_ih"),
                        floats(group, "weight_hh"),
                        floats(group, "bias_ih"),
                        floats(group, "bias_hh"),
                        scalar(group, "input_threshold"),
                        scalar(group, "hidden_threshold"),
                        matrixShape(group, "weight_ih")[1],
                        matrixShape(group, "weight_hh")[1]);
            case "LIF" -> {
                Tensor threshold = tensor(group, "v_threshold");
                yield new NirNode.Lif(
                        tensor(group, "tau"),
                        tensor(group, "r"),
                        tensor(group, "v_leak"),
                        threshold,
                        group.getChildren().containsKey("v_reset")
                                ? tensor(group, "v_reset")
                                : new Tensor(threshold.shape(), new double[threshold.size()]));
            }
            case "LI" -> new NirNode.Li(tensor(group, "tau"), tensor(group, "r"), tensor(group, "v_leak"));
            case "PulseNormalization" -> readPulseNormalization(group);
            case "QuantizedConv1d" -> readQuantizedConv1d(group);
            default ->
                throw new ModelException(
                        "type " + type + " is not one of Input, Output, Flatten, Linear, Affine, LIF, LI, DeltaGRU, "
                                + "PulseNormalization, QuantizedConv1d");
        };
    }

    private static Tensor tensor(Group group, String name) {
        return new Tensor(dataset(group, name).getDimensions(), doubles(group, name));
    }

    private static int[] matrixShape(Group group, String name) {
        int[] shape = dataset(group, name).getDimensions();
        if (shape.length != 2) {
            throw new ModelException(name + " has " + shape.length + " dimensions, not [outputs, inputs]");
        }
        return shape;
    }

    private static float scalar(Group group, String name) {
        float[] values = floats(group, name);
        if (values.length != 1) {
            throw new ModelException(name + " has " + values.length + " values, not 1");
        }
        return values[0];
    }

    private static float[] floats(Group group, String name) {
        double[] wide = doubles(group, name);
        float[] narrow = new float[wide.length];
        for (int i = 0; i < wide.length; i++) {
            narrow[i] = (float) wide[i];
            if (!Float.isFinite(narrow[i])) {
                throw new ModelException(name + "[" + i + "] is " + wide[i] + ", beyond single precision");
            }
        }
        return narrow;
    }

    private static NirNode readPulseNormalization(Group group) {
        return new NirNode.PulseNormalization(
                ints(group, "template"),
                ints(group, "level_samples")[0],
                ints(group, "height_from")[0],
                ints(group, "height_to")[0],
                ints(group, "height_gain")[0],
                ints(group, "lowest_height")[0]);
    }

    private static void writePulseNormalization(WritableGroup group, NirNode.PulseNormalization node) {
        group.putDataset("type", "PulseNormalization");
        group.putDataset("template", node.template());
        group.putDataset("level_samples", node.levelSamples());
        group.putDataset("height_from", node.heightFrom());
        group.putDataset("height_to", node.heightTo());
        group.putDataset("height_gain", node.heightGain());
        group.putDataset("lowest_height", node.lowestHeight());
    }

    private static NirNode readQuantizedConv1d(Group group) {
        int[] shape = dataset(group, "weight").getDimensions();
        if (shape.length != 3) {
            throw new ModelException("weight has " + shape.length + " dimensions, not [outputs, inputs, kernel]");
        }
        int[] wide = ints(group, "weight");
        byte[] weight = new byte[wide.length];
        for (int i = 0; i < wide.length; i++) {
            if (Math.abs((long) wide[i]) > Byte.MAX_VALUE) {
                throw new ModelException("weight[" + i + "] is " + wide[i] + ", not in [-127, 127]");
            }
            weight[i] = (byte) wide[i];
        }
        return new NirNode.QuantizedConv1d(
                weight,
                ints(group, "bias"),
                ints(group, "multiplier"),
                ints(group, "shift"),
                shape[0],
                shape[1],
                shape[2],
                ints(group, "stride")[0],
                ints(group, "relu")[0] != 0,
                floats(group, "float_weight"),
                floats(group, "float_bias"));
    }

    private static void writeQuantizedConv1d(WritableGroup group, NirNode.QuantizedConv1d node) {
        byte[][][] weight = new byte[node.outputs()][node.inputs()][node.kernel()];
        float[][][] floatWeight = new float[node.outputs()][node.inputs()][node.kernel()];
        for (int o = 0; o < node.outputs(); o++) {
            for (int i = 0; i < node.inputs(); i++) {
                int at = (o * node.inputs() + i) * node.kernel();
                System.arraycopy(node.weight(), at, weight[o][i], 0, node.kernel());
                System.arraycopy(node.floatWeight(), at, floatWeight[o][i], 0, node.kernel());
            }
        }
        group.putDataset("type", "QuantizedConv1d");
        group.putDataset("weight", weight);
        group.putDataset("bias", node.bias());
        group.putDataset("multiplier", node.multiplier());
        group.putDataset("shift", node.shift());
        group.putDataset("stride", node.stride());
        group.putDataset("relu", node.relu() ? 1 : 0);
        group.putDataset("float_weight", floatWeight);
        group.putDataset("float_bias", node.floatBias());
    }

    private static void writeNode(WritableGroup group, NirNode node) {
        if (node instanceof NirNode.Input input) {
            group.putDataset("type", "Input");
            group.putDataset("shape", longs(input.shape()));
        } else if (node instanceof NirNode.Output output) {
            group.putDataset("type", "Output");
            group.putDataset("shape", longs(output.shape()));
        } else if (node instanceof NirNode.Flatten flatten) {
            group.putDataset("type", "Flatten");
            group.putDataset("input_type", longs(flatten.inputShape()));
            group.putDataset("start_dim", (long) flatten.startDim());
            group.putDataset("end_dim", (long) flatten.endDim());
        } else if (node instanceof NirNode.Linear linear) {
            group.putDataset("type", "Linear");
            group.putDataset("weight", matrix(linear.weight()));
        } else if (node instanceof NirNode.Affine affine) {
            group.putDataset("type", "Affine");
            group.putDataset("weight", matrix(affine.weight()));
            group.putDataset("bias", affine.bias().values());
        } else if (node instanceof NirNode.DeltaGru gru) {
            group.putDataset("type", "DeltaGRU");
            group.putDataset("weight_ih", matrix(gru.weightIh(), gru.inputs()));
            group.putDataset("weight_hh", matrix(gru.weightHh(), gru.hidden()));
            group.putDataset("bias_ih", gru.biasIh());
            group.putDataset("bias_hh", gru.biasHh());
            group.putDataset("input_threshold", gru.inputThreshold());
            group.putDataset("hidden_threshold", gru.hiddenThreshold());
        } else if (node instanceof NirNode.Lif lif) {
            group.putDataset("type", "LIF");
            group.putDataset("tau", lif.tauSeconds().values());
            group.putDataset("r", lif.r().values());
            group.putDataset("v_leak", lif.vLeak().values());
            group.putDataset("v_threshold", lif.vThreshold().values());
            group.putDataset("v_reset", lif.vReset().values());
        } else if (node instanceof NirNode.Li li) {
            group.putDataset("type", "LI");
            group.putDataset("tau", li.tauSeconds().values());
            group.putDataset("r", li.r().values());
            group.putDataset("v_leak", li.vLeak().values());
        } else if (node instanceof NirNode.PulseNormalization normalization) {
            writePulseNormalization(group, normalization);
        } else if (node instanceof NirNode.QuantizedConv1d convolution) {
            writeQuantizedConv1d(group, convolution);
        }
    }

    private static double[][] matrix(Tensor weight) {
        int columns = weight.shape()[1];
        double[][] rows = new double[weight.shape()[0]][columns];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(weight.values(), i * columns, rows[i], 0, columns);
        }
        return rows;
    }

    private static float[][] matrix(float[] rowMajor, int columns) {
        float[][] rows = new float[rowMajor.length / columns][columns];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rowMajor, i * columns, rows[i], 0, columns);
        }
        return rows;
    }

    private static String[][] edgeTable(List<Edge> edges) {
        return edges.stream().map(edge -> new String[] {edge.from(), edge.to()}).toArray(String[][]::new);
    }

    private static Group group(Group parent, String name) {
        if (parent.getChildren().get(name) instanceof Group group) {
            return group;
        }
        throw new ModelException("no group named " + name);
    }

    private static Dataset dataset(Group parent, String name) {
        if (!(parent.getChildren().get(name) instanceof Dataset dataset)) {
            throw new ModelException("no dataset named " + name);
        }
        long elements = 1;
        for (int size : dataset.getDimensions()) {
            elements *= size;
            if (elements > MAX_ELEMENTS) {
                throw new ModelException(name + " has " + elements + " or more elements, more than " + MAX_ELEMENTS);
            }
        }
        return dataset;
    }

    private static String string(Group parent, String name) {
        if (dataset(parent, name).getData() instanceof String text) {
            return text;
        }
        throw new ModelException(name + " is not a scalar string");
    }

    private static double[] doubles(Group parent, String name) {
        Dataset dataset = dataset(parent, name);
        Object data = dataset.isScalar() ? dataset.getData() : dataset.getDataFlat();
        if (data instanceof Number scalar) {
            return new double[] {scalar.doubleValue()};
        }
        if (!data.getClass().isArray() || !(Array.getLength(data) == 0 || Array.get(data, 0) instanceof Number)) {
            throw new ModelException(name + " is not numeric");
        }
        double[] values = new double[Array.getLength(data)];
        for (int i = 0; i < values.length; i++) {
            values[i] = ((Number) Array.get(data, i)).doubleValue();
            if (!Double.isFinite(values[i])) {
                throw new ModelException(name + "[" + i + "] is " + values[i] + ", not a finite number");
            }
        }
        return values;
    }

    private static int[] ints(Group parent, String name) {
        double[] values = doubles(parent, name);
        int[] result = new int[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = (int) values[i];
            if (result[i] != values[i]) {
                throw new ModelException(name + "[" + i + "] is " + values[i] + ", not a whole number of 32 bits");
            }
        }
        if (result.length == 0) {
            throw new ModelException(name + " is empty");
        }
        return result;
    }

    private static long[] longs(int[] values) {
        long[] result = new long[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = values[i];
        }
        return result;
    }

    private static String firstLine(RuntimeException e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return message.lines().findFirst().orElse(message);
    }
}
