package io.fluxon.networks.imports;

import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.ModelException;
import io.fluxon.networks.model.NirGraph;
import io.fluxon.networks.model.NirNode;
import io.fluxon.networks.model.Tensor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Networks of snnTorch whose layers follow each other: the stored parameters ({@link WeightFolder}) and a text that says
 * the layers' order, since parameters do not.
 *
 * <p>Layers are separated by commas. A layer is a name, then options KEY=VALUE. The name is
 *
 * <ul>
 *   <li>that of stored weights: a dense layer for two dimensions [outputs, inputs], a convolution in one or two dimensions
 *       of space for three or four, with the options {@code padding}, {@code stride}, {@code dilation} (0, 1, 1) and
 *       {@code groups} (1);
 *   <li>that of stored neurons: {@link SnnTorchNeurons};
 *   <li>{@code maxpool N} in one dimension, {@code sumpool N}, {@code avgpool N} in two: windows of N side by side;
 *   <li>{@code flatten}.
 * </ul>
 *
 * <p>Example: {@code conv1 padding=4, maxpool 2, leaky1, conv2, maxpool 2, leaky2, flatten, linear, leaky3}. Without a text
 * the layers are those of the manifest, in its order, flattened in front of a dense layer.
 */
final class SnnTorchNetwork {

    private static final Set<String> UNSTORED = Set.of("maxpool", "sumpool", "avgpool", "flatten");
    private static final long USUAL_STEP_MICROS = 1000;

    private final WeightFolder weights;
    private final SnnTorchNeurons neurons;
    private final Map<String, NirNode> nodes = new HashMap<>();
    private final List<NirGraph.Edge> edges = new ArrayList<>();
    private String last = "input";
    private int[] shape;

    private SnnTorchNetwork(WeightFolder weights, double stepSeconds, int[] inputShape) {
        this.weights = weights;
        this.neurons = new SnnTorchNeurons(weights, stepSeconds);
        this.shape = inputShape;
        nodes.put(last, new NirNode.Input(inputShape));
    }

    static Model read(Path folder, ImportOptions options) throws IOException {
        WeightFolder weights = WeightFolder.read(folder);
        boolean listed = options.layers().isBlank();
        List<String> layers = listed
                ? weights.modules()
                : Arrays.stream(options.layers().split(",", -1))
                        .map(String::strip)
                        .toList();
        long stepMicros = options.stepMicrosOr(USUAL_STEP_MICROS);
        layers.forEach(layer -> requireKnown(weights, layer));
        SnnTorchNetwork network =
                new SnnTorchNetwork(weights, stepMicros * 1e-6, inputShape(weights, layers.get(0), options));
        for (String layer : layers) {
            try {
                network.add(layer.split("\\s+"), listed);
            } catch (ModelException e) {
                throw new ModelException(
                        "layer " + layer + ": " + e.getMessage()
                                + (listed ? "; --layers says the layers' order where the manifest does not" : ""),
                        e);
            }
        }
        weights.requireAllTaken();
        if (network.shape.length != 1) {
            throw new ModelException("the last layer gives " + Arrays.toString(network.shape) + ", need [classes]");
        }
        network.append("output", new NirNode.Output(network.shape), network.shape);
        return new Model(
                new NirGraph(network.nodes, network.edges, Map.of()),
                options.nameOr(folder),
                options.versionOrFirst(),
                options.classesOf(network.shape[0]),
                stepMicros,
                network.neurons.dialect(),
                "imported from manifest.json and weights (snnTorch)");
    }

    private static int[] inputShape(WeightFolder weights, String first, ImportOptions options) {
        if (options.inputShape().length > 0) {
            return options.inputShape();
        }
        String weight = first.split("\\s+")[0] + ".weight";
        if (!weights.has(weight) || weights.shape(weight).length != 2) {
            throw new ModelException("only a dense first layer says the shape of the input, and layer " + first
                    + " is none; give --input-shape, e.g. 6,1 for 6 channels"
                    + (options.layers().isBlank() ? ", and --layers where the manifest's order is not theirs" : ""));
        }
        return new int[] {weights.shape(weight)[1]};
    }

    private static void requireKnown(WeightFolder weights, String layer) {
        String name = layer.split("\\s+")[0];
        if (!weights.has(name + ".weight") && !weights.has(name + ".beta") && !UNSTORED.contains(name)) {
            throw new ModelException("layer '" + name + "': neither the name of stored weights or neurons ("
                    + String.join(", ", weights.modules()) + ") nor one of maxpool, sumpool, avgpool, flatten");
        }
    }

    private void add(String[] words, boolean flattening) {
        String name = words[0];
        Map<String, Integer> settings = settings(words);
        if (weights.has(name + ".weight")) {
            if (flattening && weights.shape(name + ".weight").length == 2 && shape.length > 1) {
                flatten();
            }
            addWeights(name, settings);
        } else if (weights.has(name + ".beta")) {
            append(name, neurons.take(name, shape), shape);
        } else if (name.equals("flatten")) {
            flatten();
        } else {
            addPool(name, settings);
        }
        if (!settings.isEmpty()) {
            throw new ModelException("takes no " + String.join(", ", settings.keySet()));
        }
    }

    /** KEY=VALUE, and a number alone as size. */
    private static Map<String, Integer> settings(String[] words) {
        Map<String, Integer> settings = new HashMap<>();
        for (int i = 1; i < words.length; i++) {
            String[] parts = words[i].contains("=") ? words[i].split("=", 2) : new String[] {"size", words[i]};
            try {
                int value = Integer.parseInt(parts[1]);
                if (value < 0 || value > 1 << 20 || settings.put(parts[0], value) != null) {
                    throw new ModelException(words[i] + " is said twice or beyond 2^20");
                }
            } catch (NumberFormatException e) {
                throw new ModelException(words[i] + " is not KEY=NUMBER", e);
            }
        }
        return settings;
    }

    private static int take(Map<String, Integer> settings, String key, int otherwise, int least) {
        Integer value = settings.remove(key);
        if (value != null && value < least) {
            throw new ModelException(key + " is " + value + ", must be at least " + least);
        }
        return value == null ? otherwise : value;
    }

    private void addWeights(String name, Map<String, Integer> settings) {
        Tensor weight = weights.take(name + ".weight");
        int outputs = weight.rank() == 0 ? 0 : weight.shape()[0];
        Tensor bias = weights.has(name + ".bias") ? weights.take(name + ".bias", outputs) : null;
        switch (weight.rank()) {
            case 2 -> {
                requireInput(weight.shape()[1]);
                append(name, bias == null ? new NirNode.Linear(weight) : new NirNode.Affine(weight, bias), new int[] {
                    outputs
                });
            }
            case 3, 4 -> addConvolution(name, settings, weight, bias == null ? Tensor.filled(0, outputs) : bias);
            default -> throw new ModelException("its weights have " + weight.rank() + " dimensions, need 2 to 4");
        }
    }

    private void requireInput(int inputs) {
        if (shape.length != 1 || shape[0] != inputs) {
            throw new ModelException("gets " + Arrays.toString(shape) + ", needs [" + inputs + "]");
        }
    }

    private void addConvolution(String name, Map<String, Integer> settings, Tensor weight, Tensor bias) {
        int padding = take(settings, "padding", 0, 0);
        int stride = take(settings, "stride", 1, 1);
        int dilation = take(settings, "dilation", 1, 1);
        int groups = take(settings, "groups", 1, 1);
        int space = weight.rank() - 2;
        if (shape.length != space + 1 || shape[0] != (long) weight.shape()[1] * groups) {
            throw new ModelException("gets " + Arrays.toString(shape) + ", needs " + (long) weight.shape()[1] * groups
                    + " channels in " + space + " dimensions");
        }
        if (weight.shape()[0] % groups != 0) {
            throw new ModelException(weight.shape()[0] + " outputs do not make " + groups + " groups");
        }
        int[] next = shape.clone();
        next[0] = weight.shape()[0];
        for (int i = 1; i <= space; i++) {
            long room = shape[i] + 2L * padding - dilation * (weight.shape()[i + 1] - 1L) - 1;
            if (room < 0) {
                throw new ModelException("its kernel is larger than its input " + Arrays.toString(shape));
            }
            next[i] = Math.toIntExact(room / stride + 1);
        }
        NirNode.Padding around = space == 1 ? NirNode.Padding.of(padding) : NirNode.Padding.of(padding, padding);
        append(
                name,
                space == 1
                        ? new NirNode.Conv1d(shape[1], weight, stride, around, dilation, groups, bias)
                        : new NirNode.Conv2d(
                                new int[] {shape[1], shape[2]},
                                weight,
                                new int[] {stride, stride},
                                around,
                                new int[] {dilation, dilation},
                                groups,
                                bias),
                next);
    }

    private void addPool(String kind, Map<String, Integer> settings) {
        int size = take(settings, "size", 0, 1);
        int space = kind.equals("maxpool") ? 1 : 2;
        if (size == 0 || shape.length != space + 1) {
            throw new ModelException(
                    "needs a size and an input of " + space + " dimensions of space, gets " + Arrays.toString(shape));
        }
        int[] next = shape.clone();
        for (int i = 1; i <= space; i++) {
            next[i] /= size;
            if (next[i] == 0) {
                throw new ModelException("its window is larger than its input " + Arrays.toString(shape));
            }
        }
        int[] square = {size, size};
        append(
                kind + nodes.size(),
                switch (kind) {
                    case "maxpool" -> new NirNode.MaxPool1d(size, size);
                    case "sumpool" -> new NirNode.SumPool2d(square, square, new int[2]);
                    default -> new NirNode.AvgPool2d(square, square, new int[2]);
                },
                next);
    }

    private void flatten() {
        append("flatten" + nodes.size(), new NirNode.Flatten(shape, 0, -1), new int[] {
            Math.toIntExact(Tensor.size(shape))
        });
    }

    private void append(String name, NirNode node, int[] nextShape) {
        if (Tensor.size(nextShape) > 1 << 24) {
            throw new ModelException("gives more than 2^24 values");
        }
        if (nodes.put(name, node) != null) {
            throw new ModelException("appears twice, or its name is taken");
        }
        edges.add(new NirGraph.Edge(last, name));
        last = name;
        shape = nextShape;
    }
}
