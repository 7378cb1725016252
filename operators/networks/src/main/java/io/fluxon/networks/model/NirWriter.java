package io.fluxon.networks.model;

import io.fluxon.networks.model.NirGraph.Edge;
import io.fluxon.networks.model.NirNode.Padding;
import io.jhdf.api.WritableGroup;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;

/** Graphs in the layout that {@link NirFile} describes. */
final class NirWriter {

    private final WritableGroup group;

    private NirWriter(WritableGroup group) {
        this.group = group;
    }

    /** @param prefix of the names of nodes in errors, which ends with a dot in a nested graph */
    static void write(NirGraph graph, WritableGroup group, String prefix) {
        if (graph.edges().isEmpty()) {
            throw new ModelException((prefix.isEmpty() ? "" : "node " + prefix + " ") + "a graph without edges");
        }
        group.putDataset("type", "NIRGraph");
        group.putDataset("edges", edgeTable(graph.edges()));
        WritableGroup nodes = group.putGroup("nodes");
        new TreeMap<>(graph.nodes()).forEach((name, node) -> {
            if (name.isEmpty() || name.contains("/")) {
                throw new ModelException("node " + prefix + name + ": a name must not be empty or hold a /");
            }
            WritableGroup child = nodes.putGroup(name);
            if (node instanceof NirNode.Graph nested) {
                write(nested.graph(), child, prefix + name + ".");
                return;
            }
            try {
                new NirWriter(child).write(node);
            } catch (ModelException e) {
                throw new ModelException("node " + prefix + name + ": " + e.getMessage(), e);
            }
        });
        if (!graph.metadata().isEmpty()) {
            WritableGroup metadata = group.putGroup("metadata");
            new TreeMap<>(graph.metadata()).forEach(metadata::putDataset);
        }
    }

    private static String[][] edgeTable(List<Edge> edges) {
        return edges.stream().map(edge -> new String[] {edge.from(), edge.to()}).toArray(String[][]::new);
    }

    private void write(NirNode node) {
        if (node instanceof NirNode.Input input) {
            type("Input").put("shape", input.shape());
        } else if (node instanceof NirNode.Output output) {
            type("Output").put("shape", output.shape());
        } else if (node instanceof NirNode.Flatten flatten) {
            type("Flatten")
                    .put("input_type", flatten.inputShape())
                    .put("start_dim", flatten.startDim())
                    .put("end_dim", flatten.endDim());
        } else if (node instanceof NirNode.Linear linear) {
            type("Linear").put("weight", linear.weight());
        } else if (node instanceof NirNode.Affine affine) {
            type("Affine").put("weight", affine.weight()).put("bias", affine.bias());
        } else if (node instanceof NirNode.Scale scale) {
            type("Scale").put("scale", scale.scale());
        } else if (node instanceof NirNode.Conv1d convolution) {
            type("Conv1d");
            if (convolution.inputLength() >= 0) {
                put("input_shape", convolution.inputLength());
            }
            put("weight", convolution.weight()).put("stride", convolution.stride());
            padding(convolution.padding(), 1);
            put("dilation", convolution.dilation())
                    .put("groups", convolution.groups())
                    .put("bias", convolution.bias());
        } else if (node instanceof NirNode.Conv2d convolution) {
            type("Conv2d");
            if (convolution.inputShape().length > 0) {
                put("input_shape", convolution.inputShape());
            }
            put("weight", convolution.weight()).put("stride", convolution.stride());
            padding(convolution.padding(), 2);
            put("dilation", convolution.dilation())
                    .put("groups", convolution.groups())
                    .put("bias", convolution.bias());
        } else if (node instanceof NirNode.SumPool2d pool) {
            type("SumPool2d")
                    .put("kernel_size", pool.kernelSize())
                    .put("stride", pool.stride())
                    .put("padding", pool.padding());
        } else if (node instanceof NirNode.AvgPool2d pool) {
            type("AvgPool2d")
                    .put("kernel_size", pool.kernelSize())
                    .put("stride", pool.stride())
                    .put("padding", pool.padding());
        } else if (node instanceof NirNode.MaxPool1d pool) {
            type("MaxPool1d").put("kernel_size", pool.kernelSize()).put("stride", pool.stride());
        } else {
            writeNeuron(node);
        }
    }

    private void writeNeuron(NirNode node) {
        if (node instanceof NirNode.Delay delay) {
            type("Delay").put("delay", delay.delaySeconds());
        } else if (node instanceof NirNode.Threshold threshold) {
            type("Threshold").put("threshold", threshold.threshold());
        } else if (node instanceof NirNode.I i) {
            type("I").put("r", i.r());
        } else if (node instanceof NirNode.Li li) {
            type("LI").put("tau", li.tauSeconds()).put("r", li.r()).put("v_leak", li.vLeak());
        } else if (node instanceof NirNode.If neuron) {
            type("IF")
                    .put("r", neuron.r())
                    .put("v_threshold", neuron.vThreshold())
                    .put("v_reset", neuron.vReset());
        } else if (node instanceof NirNode.Lif lif) {
            type("LIF")
                    .put("tau", lif.tauSeconds())
                    .put("r", lif.r())
                    .put("v_leak", lif.vLeak())
                    .put("v_threshold", lif.vThreshold())
                    .put("v_reset", lif.vReset());
        } else if (node instanceof NirNode.CubaLi li) {
            type("CubaLI")
                    .put("tau_syn", li.tauSynSeconds())
                    .put("tau_mem", li.tauMemSeconds())
                    .put("r", li.r())
                    .put("v_leak", li.vLeak())
                    .put("w_in", li.wIn());
        } else if (node instanceof NirNode.CubaLif lif) {
            type("CubaLIF")
                    .put("tau_syn", lif.tauSynSeconds())
                    .put("tau_mem", lif.tauMemSeconds())
                    .put("r", lif.r())
                    .put("v_leak", lif.vLeak())
                    .put("w_in", lif.wIn())
                    .put("v_threshold", lif.vThreshold())
                    .put("v_reset", lif.vReset());
        } else if (node instanceof NirNode.LoihiCubaLif lif) {
            type("LoihiCubaLIF")
                    .put("shape", lif.shape())
                    .put("current_decay", lif.currentDecay())
                    .put("voltage_decay", lif.voltageDecay())
                    .put("v_threshold", lif.threshold());
        } else if (node instanceof NirNode.DeltaGru gru) {
            int gates = 3 * gru.hidden();
            type("DeltaGRU")
                    .put("weight_ih", Tensor.of(gru.weightIh(), gates, gru.inputs()))
                    .put("weight_hh", Tensor.of(gru.weightHh(), gates, gru.hidden()))
                    .put("bias_ih", Tensor.of(gru.biasIh(), gates))
                    .put("bias_hh", Tensor.of(gru.biasHh(), gates));
            group.putDataset("input_threshold", gru.inputThreshold());
            group.putDataset("hidden_threshold", gru.hiddenThreshold());
        } else if (node instanceof NirNode.PulseNormalization normalization) {
            type("PulseNormalization");
            group.putDataset("template", normalization.template());
            put("level_samples", normalization.levelSamples())
                    .put("height_from", normalization.heightFrom())
                    .put("height_to", normalization.heightTo())
                    .put("height_gain", normalization.heightGain())
                    .put("lowest_height", normalization.lowestHeight());
        } else if (node instanceof NirNode.QuantizedConv1d convolution) {
            writeQuantizedConv1d(convolution);
        } else {
            throw new IllegalArgumentException(node.getClass() + " has no layout");
        }
    }

    private void writeQuantizedConv1d(NirNode.QuantizedConv1d node) {
        int[] shape = {node.outputs(), node.inputs(), node.kernel()};
        type("QuantizedConv1d");
        group.putDataset("weight", nested(node.weight(), 0, shape, node.weight().length));
        group.putDataset("bias", node.bias());
        group.putDataset("multiplier", node.multiplier());
        group.putDataset("shift", node.shift());
        put("stride", node.stride()).put("relu", node.relu() ? 1 : 0);
        put("float_weight", Tensor.of(node.floatWeight(), shape));
        put("float_bias", Tensor.of(node.floatBias(), node.outputs()));
    }

    private NirWriter type(String type) {
        group.putDataset("type", type);
        return this;
    }

    private NirWriter put(String name, int value) {
        group.putDataset(name, (long) value);
        return this;
    }

    private NirWriter put(String name, int[] values) {
        if (values.length == 0) {
            throw new ModelException(name + " is empty");
        }
        group.putDataset(name, Arrays.stream(values).asLongStream().toArray());
        return this;
    }

    /** In single precision if that loses nothing. */
    private NirWriter put(String name, Tensor tensor) {
        if (tensor.size() == 0) {
            throw new ModelException(name + " is empty");
        }
        double[] values = tensor.values();
        float[] floats = tensor.floats();
        boolean isExact = true;
        for (int i = 0; i < values.length && isExact; i++) {
            isExact = floats[i] == values[i];
        }
        Object array = isExact ? floats : values;
        group.putDataset(
                name, tensor.rank() == 0 ? Array.get(array, 0) : nested(array, 0, tensor.shape(), values.length));
        return this;
    }

    /** Part of an array in row-major order as an array of arrays, which is how jHDF takes dimensions. */
    private static Object nested(Object rowMajor, int from, int[] shape, int size) {
        int length = shape[0];
        if (shape.length == 1) {
            Object row = Array.newInstance(rowMajor.getClass().getComponentType(), length);
            System.arraycopy(rowMajor, from, row, 0, length);
            return row;
        }
        int[] inner = Arrays.copyOfRange(shape, 1, shape.length);
        Object rows = Array.newInstance(rowMajor.getClass().getComponentType(), shape);
        for (int i = 0; i < length; i++) {
            Array.set(rows, i, nested(rowMajor, from + i * (size / length), inner, size / length));
        }
        return rows;
    }

    private void padding(Padding padding, int dimensions) {
        if (padding.mode() != Padding.Mode.EXPLICIT) {
            group.putDataset("padding", padding.mode().name().toLowerCase(Locale.ROOT));
        } else if (dimensions == 1 && padding.sizes().length == 1) {
            put("padding", padding.sizes()[0]);
        } else {
            put("padding", padding.sizes());
        }
    }
}
