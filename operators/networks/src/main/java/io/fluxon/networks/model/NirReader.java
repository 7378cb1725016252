package io.fluxon.networks.model;

import io.fluxon.networks.model.NirGraph.Edge;
import io.fluxon.networks.model.NirNode.Padding;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Graphs from the layout that {@link NirFile} describes. */
final class NirReader {

    private static final int MAX_NODES = 1 << 16;
    private static final int MAX_EDGES = 1 << 20;

    private static final String TYPES =
            "NIRGraph, Input, Output, Flatten, Linear, Affine, Scale, Conv1d, Conv2d, SumPool2d, "
                    + "AvgPool2d, Delay, Threshold, I, LI, IF, LIF, CubaLI, CubaLIF, and this project's own MaxPool1d, "
                    + "LoihiCubaLIF, DeltaGRU, PulseNormalization, QuantizedConv1d";

    private int nodeCount;

    private NirReader() {}

    static NirGraph read(HdfGroup root) {
        return new NirReader().graph(root.group("node"), "", 0);
    }

    /** @param prefix of the names of nodes in errors, which ends with a dot in a nested graph */
    private NirGraph graph(HdfGroup group, String prefix, int depth) {
        Map<String, NirNode> nodes = new LinkedHashMap<>();
        HdfGroup children = group.group("nodes");
        for (String key : children.names()) {
            String name = prefix + key;
            if (!children.isGroup(key)) {
                throw new ModelException("node " + name + " is not a group");
            }
            if (++nodeCount > MAX_NODES) {
                throw new ModelException("more than " + MAX_NODES + " nodes");
            }
            nodes.put(key, node(children.group(key), name, depth));
        }
        return new NirGraph(nodes, edges(group), metadata(group));
    }

    private NirNode node(HdfGroup group, String name, int depth) {
        try {
            String type = group.string("type");
            if (!type.equals("NIRGraph")) {
                return node(group, type);
            }
            if (depth == Flattening.MAX_DEPTH) {
                throw new ModelException("a graph in a graph, more than " + Flattening.MAX_DEPTH + " deep");
            }
            return new NirNode.Graph(graph(group, name + ".", depth + 1));
        } catch (ModelException e) {
            // What is said of a node in this one has its whole name already.
            throw e.getMessage().startsWith("node " + name + ".")
                    ? e
                    : new ModelException("node " + name + ": " + e.getMessage(), e);
        }
    }

    private static List<Edge> edges(HdfGroup group) {
        long[] shape = group.shape("edges");
        if (shape.length > 0 && shape[0] > MAX_EDGES) {
            throw new ModelException("more than " + MAX_EDGES + " edges");
        }
        String[] names = group.strings("edges", 2);
        List<Edge> edges = new ArrayList<>();
        for (int i = 0; i < names.length; i += 2) {
            edges.add(new Edge(names[i], names[i + 1]));
        }
        return edges;
    }

    /** Scalars as text. Metadata are free in form, so whatever else is there is not ours to judge. */
    private static Map<String, String> metadata(HdfGroup group) {
        Map<String, String> metadata = new LinkedHashMap<>();
        if (group.isGroup("metadata")) {
            HdfGroup values = group.group("metadata");
            for (String key : values.names()) {
                if (values.isScalar(key)) {
                    try {
                        values.text(key).ifPresent(text -> metadata.put(key, text));
                    } catch (ModelException e) {
                        throw new ModelException("metadata: " + e.getMessage(), e);
                    }
                }
            }
        }
        return metadata;
    }

    private static NirNode node(HdfGroup group, String type) {
        return switch (type) {
            case "Input" -> new NirNode.Input(ints(group, "shape"));
            case "Output" -> new NirNode.Output(ints(group, "shape"));
            case "Flatten" ->
                new NirNode.Flatten(ints(group, "input_type"), number(group, "start_dim"), number(group, "end_dim"));
            case "Linear" -> new NirNode.Linear(group.tensor("weight"));
            case "Affine" -> new NirNode.Affine(group.tensor("weight"), group.tensor("bias"));
            case "Scale" -> new NirNode.Scale(group.tensor("scale"));
            case "Conv1d" ->
                new NirNode.Conv1d(
                        group.has("input_shape") ? number(group, "input_shape") : -1,
                        group.tensor("weight"),
                        number(group, "stride"),
                        padding(group, 1),
                        number(group, "dilation"),
                        number(group, "groups"),
                        group.tensor("bias"));
            case "Conv2d" ->
                new NirNode.Conv2d(
                        group.has("input_shape") ? numbers(group, "input_shape", 2) : new int[0],
                        group.tensor("weight"),
                        numbers(group, "stride", 2),
                        padding(group, 2),
                        numbers(group, "dilation", 2),
                        number(group, "groups"),
                        group.tensor("bias"));
            case "SumPool2d" ->
                new NirNode.SumPool2d(
                        numbers(group, "kernel_size", 2), numbers(group, "stride", 2), numbers(group, "padding", 2));
            case "AvgPool2d" ->
                new NirNode.AvgPool2d(
                        numbers(group, "kernel_size", 2), numbers(group, "stride", 2), numbers(group, "padding", 2));
            case "Delay" -> new NirNode.Delay(group.tensor("delay"));
            case "Threshold" -> new NirNode.Threshold(group.tensor("threshold"));
            case "I" -> new NirNode.I(group.tensor("r"));
            case "LI" -> new NirNode.Li(group.tensor("tau"), group.tensor("r"), group.tensor("v_leak"));
            case "IF" -> {
                Tensor threshold = group.tensor("v_threshold");
                yield new NirNode.If(group.tensor("r"), threshold, tensorOr(0, threshold, group, "v_reset"));
            }
            case "LIF" -> {
                Tensor threshold = group.tensor("v_threshold");
                yield new NirNode.Lif(
                        group.tensor("tau"),
                        group.tensor("r"),
                        group.tensor("v_leak"),
                        threshold,
                        tensorOr(0, threshold, group, "v_reset"));
            }
            case "CubaLI" -> {
                Tensor tau = group.tensor("tau_mem");
                yield new NirNode.CubaLi(
                        group.tensor("tau_syn"),
                        tau,
                        group.tensor("r"),
                        group.tensor("v_leak"),
                        tensorOr(1, tau, group, "w_in"));
            }
            case "CubaLIF" -> {
                Tensor threshold = group.tensor("v_threshold");
                yield new NirNode.CubaLif(
                        group.tensor("tau_syn"),
                        group.tensor("tau_mem"),
                        group.tensor("r"),
                        group.tensor("v_leak"),
                        tensorOr(1, threshold, group, "w_in"),
                        threshold,
                        tensorOr(0, threshold, group, "v_reset"));
            }
            case "MaxPool1d" -> new NirNode.MaxPool1d(number(group, "kernel_size"), number(group, "stride"));
            case "LoihiCubaLIF" ->
                new NirNode.LoihiCubaLif(
                        ints(group, "shape"),
                        number(group, "current_decay"),
                        number(group, "voltage_decay"),
                        number(group, "v_threshold"));
            case "DeltaGRU" -> deltaGru(group);
            case "PulseNormalization" ->
                new NirNode.PulseNormalization(
                        ints(group, "template"),
                        number(group, "level_samples"),
                        number(group, "height_from"),
                        number(group, "height_to"),
                        number(group, "height_gain"),
                        number(group, "lowest_height"));
            case "QuantizedConv1d" -> quantizedConv1d(group);
            default -> throw new ModelException("type " + type + " is not one of " + TYPES);
        };
    }

    private static NirNode deltaGru(HdfGroup group) {
        Tensor weightIh = group.tensor("weight_ih");
        Tensor weightHh = group.tensor("weight_hh");
        return new NirNode.DeltaGru(
                floats(weightIh, "weight_ih"),
                floats(weightHh, "weight_hh"),
                floats(group.tensor("bias_ih"), "bias_ih"),
                floats(group.tensor("bias_hh"), "bias_hh"),
                onlyFloat(group, "input_threshold"),
                onlyFloat(group, "hidden_threshold"),
                ofRank(2, weightIh, "weight_ih", "[outputs, inputs]")[1],
                ofRank(2, weightHh, "weight_hh", "[outputs, inputs]")[1]);
    }

    private static NirNode quantizedConv1d(HdfGroup group) {
        Tensor weight = group.tensor("weight");
        int[] shape = ofRank(3, weight, "weight", "[outputs, inputs, kernel]");
        int[] wide = wholeNumbers(weight, "weight");
        byte[] narrow = new byte[wide.length];
        for (int i = 0; i < wide.length; i++) {
            if (Math.abs((long) wide[i]) > Byte.MAX_VALUE) {
                throw new ModelException("weight[" + i + "] is " + wide[i] + ", not in [-127, 127]");
            }
            narrow[i] = (byte) wide[i];
        }
        return new NirNode.QuantizedConv1d(
                narrow,
                ints(group, "bias"),
                ints(group, "multiplier"),
                ints(group, "shift"),
                shape[0],
                shape[1],
                shape[2],
                number(group, "stride"),
                number(group, "relu") != 0,
                floats(group.tensor("float_weight"), "float_weight"),
                floats(group.tensor("float_bias"), "float_bias"));
    }

    /** The dataset, or if it is not there {@code value} in the shape of another one. */
    private static Tensor tensorOr(double value, Tensor other, HdfGroup group, String name) {
        return group.has(name) ? group.tensor(name) : Tensor.filled(value, other.shape());
    }

    private static int[] ofRank(int rank, Tensor tensor, String name, String meaning) {
        if (tensor.rank() != rank) {
            throw new ModelException(name + " has " + tensor.rank() + " dimensions, not " + meaning);
        }
        return tensor.shape();
    }

    private static int[] ints(HdfGroup group, String name) {
        return wholeNumbers(group.tensor(name), name);
    }

    /** A scalar, or an array with one value. */
    private static int number(HdfGroup group, String name) {
        return numbers(group, name, 1)[0];
    }

    /** One value for each dimension of space; a single one counts for all. */
    private static int[] numbers(HdfGroup group, String name, int dimensions) {
        int[] values = ints(group, name);
        if (values.length == dimensions) {
            return values;
        }
        if (values.length != 1) {
            throw new ModelException(
                    name + " has " + values.length + " values, not " + (dimensions == 1 ? "1" : "1 or " + dimensions));
        }
        int[] equal = new int[dimensions];
        Arrays.fill(equal, values[0]);
        return equal;
    }

    private static Padding padding(HdfGroup group, int dimensions) {
        if (!group.isText("padding")) {
            return Padding.of(numbers(group, "padding", dimensions));
        }
        String mode = group.string("padding");
        return switch (mode) {
            case "same" -> new Padding(Padding.Mode.SAME);
            case "valid" -> new Padding(Padding.Mode.VALID);
            default -> throw new ModelException("padding is " + mode + ", must be same, valid or whole numbers");
        };
    }

    private static int[] wholeNumbers(Tensor tensor, String name) {
        int[] result = new int[tensor.size()];
        for (int i = 0; i < result.length; i++) {
            double value = tensor.values()[i];
            result[i] = (int) value;
            if (result[i] != value) {
                throw new ModelException(name + "[" + i + "] is " + value + ", not a whole number of 32 bits");
            }
        }
        return result;
    }

    private static float onlyFloat(HdfGroup group, String name) {
        float[] values = floats(group.tensor(name), name);
        if (values.length != 1) {
            throw new ModelException(name + " has " + values.length + " values, not 1");
        }
        return values[0];
    }

    private static float[] floats(Tensor tensor, String name) {
        float[] narrow = tensor.floats();
        for (int i = 0; i < narrow.length; i++) {
            if (!Float.isFinite(narrow[i])) {
                throw new ModelException(name + "[" + i + "] is " + tensor.values()[i] + ", beyond single precision");
            }
        }
        return narrow;
    }
}
