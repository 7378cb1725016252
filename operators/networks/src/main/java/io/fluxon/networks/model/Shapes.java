package io.fluxon.networks.model;

import io.fluxon.networks.model.NirGraph.Edge;
import io.fluxon.networks.model.NirNode.Padding;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The shapes of what reaches and of what leaves each node of a graph, by the node's name. Dimensions of 1 in front are
 * immaterial: [1, 1, 5] fits where [5] is needed.
 */
public record Shapes(Map<String, int[]> inputs, Map<String, int[]> outputs) {

    private static final long MAX_ELEMENTS = 1L << 24;
    private static final int MAX_RANK = 16;

    /**
     * Infers the shapes from the graph's inputs on and checks them along every edge. With n, k, s, d and p the size of
     * the input, kernel, stride, dilation and padding of one dimension, a convolution or a pooling gives floor((n + 2 p -
     * d (k - 1) - 1) / s) + 1.
     *
     * @param graph without nested graphs
     * @throws ModelException naming the node, what it gets and what it needs; also where no Input reaches a node or a
     *     shape has more than 2<sup>24</sup> elements
     */
    public static Shapes of(NirGraph graph) {
        Map<String, List<String>> successors = new HashMap<>();
        for (Edge edge : graph.edges()) {
            successors.computeIfAbsent(edge.from(), key -> new ArrayList<>()).add(edge.to());
        }
        TreeSet<String> names = new TreeSet<>(graph.nodes().keySet());
        Shapes shapes = new Shapes(new LinkedHashMap<>(), new LinkedHashMap<>());
        Deque<String> reached = new ArrayDeque<>();
        for (String name : names) {
            if (graph.nodes().get(name) instanceof NirNode.Input input) {
                shapes.inputs.put(name, input.shape());
                shapes.outputs.put(name, bounded(name, input.shape()));
                reached.add(name);
            }
        }
        while (!reached.isEmpty()) {
            String from = reached.remove();
            for (String name : successors.getOrDefault(from, List.of())) {
                Arrival arrival = new Arrival(name, from, shapes.output(from));
                int[] known = shapes.input(name);
                if (graph.nodes().get(name) instanceof NirNode.Input) {
                    throw arrival.refused("nothing: it is an Input");
                } else if (known == null) {
                    shapes.inputs.put(name, arrival.shape);
                    shapes.outputs.put(name, bounded(name, output(graph.nodes().get(name), arrival)));
                    reached.add(name);
                } else {
                    arrival.matching(known);
                }
            }
        }
        for (String name : names) {
            if (shapes.input(name) == null) {
                throw new ModelException("node " + name + ": no Input leads to it");
            }
            if (graph.nodes().get(name) instanceof NirNode.Output && successors.containsKey(name)) {
                throw new ModelException("node " + name + ": an Output that leads to "
                        + successors.get(name).get(0));
            }
        }
        return shapes;
    }

    public int[] input(String node) {
        return inputs.get(node);
    }

    public int[] output(String node) {
        return outputs.get(node);
    }

    /** What reaches {@code node} on the edge from {@code from}. */
    private record Arrival(String node, String from, int[] shape) {

        private ModelException refused(String needed) {
            return new ModelException(
                    "node " + node + ": gets " + Arrays.toString(shape) + " from " + from + ", needs " + needed);
        }

        private ModelException invalid(String rule) {
            return new ModelException("node " + node + ": " + rule);
        }

        private void matching(int[] needed) {
            if (!sameButLeadingOnes(shape, needed)) {
                throw refused(Arrays.toString(needed));
            }
        }

        /** The shape with as many dimensions as {@code needed}, where -1 stands for any size. */
        private int[] fitting(int... needed) {
            int surplus = shape.length - needed.length;
            int[] fitted = new int[needed.length];
            Arrays.fill(fitted, 1);
            for (int i = 0; i < shape.length; i++) {
                if (i >= surplus) {
                    fitted[i - surplus] = shape[i];
                } else if (shape[i] != 1) {
                    throw refused(text(needed));
                }
            }
            for (int i = 0; i < needed.length; i++) {
                if (needed[i] >= 0 && needed[i] != fitted[i]) {
                    throw refused(text(needed));
                }
            }
            return fitted;
        }

        private int atLeast(int least, int value, String what) {
            if (value < least) {
                throw invalid(what + " is " + value + ", must be at least " + least);
            }
            return value;
        }

        private int[] pair(int[] values, String what) {
            if (values.length != 2) {
                throw invalid(what + " is " + Arrays.toString(values) + ", must be a pair");
            }
            return values;
        }

        private void vector(Tensor values, int size, String what) {
            if (values.size() != size) {
                throw invalid(what + " has " + values.size() + " values, must have " + size);
            }
        }

        private static String text(int... needed) {
            return Arrays.stream(needed)
                    .mapToObj(size -> size < 0 ? "*" : Integer.toString(size))
                    .collect(Collectors.joining(", ", "[", "]"));
        }
    }

    private static int[] output(NirNode node, Arrival arrival) {
        if (node instanceof NirNode.Output output) {
            // Other tools leave dimensions of 1 in and out on either side; nothing comes behind that could mistake
            // them.
            if (!Arrays.equals(withoutOnes(arrival.shape), withoutOnes(output.shape()))) {
                throw arrival.refused(Arrays.toString(output.shape()));
            }
            return output.shape();
        }
        if (node instanceof NirNode.Flatten flatten) {
            return flattened(flatten, arrival);
        }
        if (node instanceof NirNode.Linear linear) {
            return multiplied(linear.weight(), arrival);
        }
        if (node instanceof NirNode.Affine affine) {
            return multiplied(affine.weight(), arrival);
        }
        if (node instanceof NirNode.Conv1d convolution) {
            return convolved(convolution, arrival);
        }
        if (node instanceof NirNode.Conv2d convolution) {
            return convolved(convolution, arrival);
        }
        if (node instanceof NirNode.SumPool2d pool) {
            return pooled(pool.kernelSize(), pool.stride(), pool.padding(), arrival);
        }
        if (node instanceof NirNode.AvgPool2d pool) {
            return pooled(pool.kernelSize(), pool.stride(), pool.padding(), arrival);
        }
        if (node instanceof NirNode.MaxPool1d pool) {
            int[] in = arrival.fitting(-1, -1);
            return new int[] {in[0], windows(in[1], pool.kernelSize(), pool.stride(), 1, Padding.of(0), 0, arrival)};
        }
        if (node instanceof NirNode.LoihiCubaLif lif) {
            arrival.matching(lif.shape());
            return arrival.shape;
        }
        if (node instanceof NirNode.DeltaGru gru) {
            arrival.matching(new int[] {gru.inputs()});
            return new int[] {gru.hidden()};
        }
        if (node instanceof NirNode.PulseNormalization normalization) {
            int samples = normalization.template().length;
            arrival.matching(new int[] {samples});
            return new int[] {2, samples};
        }
        if (node instanceof NirNode.QuantizedConv1d convolution) {
            int[] in = arrival.fitting(convolution.inputs(), -1);
            return new int[] {
                convolution.outputs(),
                windows(in[1], convolution.kernel(), convolution.stride(), 1, Padding.of(0), 0, arrival)
            };
        }
        if (node instanceof NirNode.Graph) {
            throw arrival.invalid("a nested graph has no shape of its own");
        }
        return elementWise(parameters(node), arrival);
    }

    /** Those of a node that does the same to each element, each in the layer's shape or with one value. */
    private static List<Tensor> parameters(NirNode node) {
        if (node instanceof NirNode.Scale scale) {
            return List.of(scale.scale());
        }
        if (node instanceof NirNode.Delay delay) {
            return List.of(delay.delaySeconds());
        }
        if (node instanceof NirNode.Threshold threshold) {
            return List.of(threshold.threshold());
        }
        if (node instanceof NirNode.I i) {
            return List.of(i.r());
        }
        if (node instanceof NirNode.Li li) {
            return List.of(li.tauSeconds(), li.r(), li.vLeak());
        }
        if (node instanceof NirNode.If neuron) {
            return List.of(neuron.r(), neuron.vThreshold(), neuron.vReset());
        }
        if (node instanceof NirNode.Lif lif) {
            return List.of(lif.tauSeconds(), lif.r(), lif.vLeak(), lif.vThreshold(), lif.vReset());
        }
        if (node instanceof NirNode.CubaLi li) {
            return List.of(li.tauSynSeconds(), li.tauMemSeconds(), li.r(), li.vLeak(), li.wIn());
        }
        if (node instanceof NirNode.CubaLif lif) {
            return List.of(
                    lif.tauSynSeconds(),
                    lif.tauMemSeconds(),
                    lif.r(),
                    lif.vLeak(),
                    lif.wIn(),
                    lif.vThreshold(),
                    lif.vReset());
        }
        throw new IllegalArgumentException(node.getClass() + " has no rule for its shape");
    }

    private static int[] elementWise(List<Tensor> parameters, Arrival arrival) {
        int[] layer = null;
        for (Tensor parameter : parameters) {
            if (parameter.size() == 1) {
                continue;
            }
            if (layer == null) {
                layer = parameter.shape();
            } else if (!sameButLeadingOnes(layer, parameter.shape())) {
                throw arrival.invalid("its parameters have the shapes " + Arrays.toString(layer) + " and "
                        + Arrays.toString(parameter.shape()));
            }
        }
        if (layer != null) {
            arrival.matching(layer);
        }
        return arrival.shape;
    }

    private static int[] flattened(NirNode.Flatten flatten, Arrival arrival) {
        int[] in = flatten.inputShape();
        arrival.matching(in);
        int start = flatten.startDim() < 0 ? flatten.startDim() + in.length : flatten.startDim();
        int end = flatten.endDim() < 0 ? flatten.endDim() + in.length : flatten.endDim();
        if (start < 0 || end >= in.length || start > end) {
            throw arrival.invalid("joins the dimensions " + flatten.startDim() + " to " + flatten.endDim() + " of "
                    + Arrays.toString(in));
        }
        int[] out = new int[in.length - (end - start)];
        System.arraycopy(in, 0, out, 0, start);
        out[start] = (int) Tensor.size(Arrays.copyOfRange(in, start, end + 1));
        System.arraycopy(in, end + 1, out, start + 1, in.length - end - 1);
        return out;
    }

    /** Shape [..., inputs] times [..., outputs, inputs] is [..., outputs]. */
    private static int[] multiplied(Tensor weight, Arrival arrival) {
        int last = weight.rank() - 1;
        int[] needed = Arrays.copyOf(weight.shape(), last);
        int[] out = needed.clone();
        needed[last - 1] = weight.shape()[last];
        arrival.matching(needed);
        return out;
    }

    private static int[] convolved(NirNode.Conv1d convolution, Arrival arrival) {
        int[] weight = convolution.weight().shape();
        int channels = channels(weight, 3, convolution.groups(), convolution.bias(), arrival);
        int[] in = arrival.fitting(channels, convolution.inputLength());
        return new int[] {
            weight[0],
            windows(in[1], weight[2], convolution.stride(), convolution.dilation(), convolution.padding(), 0, arrival)
        };
    }

    private static int[] convolved(NirNode.Conv2d convolution, Arrival arrival) {
        int[] weight = convolution.weight().shape();
        int channels = channels(weight, 4, convolution.groups(), convolution.bias(), arrival);
        int[] size = convolution.inputShape().length == 0
                ? new int[] {-1, -1}
                : arrival.pair(convolution.inputShape(), "input_shape");
        int[] in = arrival.fitting(channels, size[0], size[1]);
        int[] stride = arrival.pair(convolution.stride(), "stride");
        int[] dilation = arrival.pair(convolution.dilation(), "dilation");
        int[] out = {weight[0], 0, 0};
        for (int i = 0; i < 2; i++) {
            out[i + 1] = windows(in[i + 1], weight[i + 2], stride[i], dilation[i], convolution.padding(), i, arrival);
        }
        return out;
    }

    /** Channels that a convolution needs, after a check of what does not depend on the input. */
    private static int channels(int[] weight, int rank, int groups, Tensor bias, Arrival arrival) {
        if (weight.length != rank) {
            throw arrival.invalid(
                    "weight has the shape " + Arrays.toString(weight) + ", must have " + rank + " dimensions");
        }
        arrival.atLeast(1, groups, "groups");
        if (weight[0] % groups != 0) {
            throw arrival.invalid(weight[0] + " outputs cannot be split into " + groups + " groups");
        }
        arrival.vector(bias, weight[0], "bias");
        long channels = (long) weight[1] * groups;
        if (channels > MAX_ELEMENTS) {
            throw arrival.invalid(groups + " groups of " + weight[1] + " inputs, more than " + MAX_ELEMENTS);
        }
        return (int) channels;
    }

    private static int[] pooled(int[] kernelSize, int[] stride, int[] padding, Arrival arrival) {
        arrival.pair(kernelSize, "kernel_size");
        arrival.pair(stride, "stride");
        int[] out = arrival.fitting(-1, -1, -1);
        if ((long) out[0] * kernelSize[0] * kernelSize[1] > MAX_ELEMENTS) {
            throw arrival.invalid("kernel_size is " + Arrays.toString(kernelSize) + " for " + out[0]
                    + " channels, more than " + MAX_ELEMENTS + " elements");
        }
        for (int i = 0; i < 2; i++) {
            out[i + 1] = windows(out[i + 1], kernelSize[i], stride[i], 1, Padding.of(padding), i, arrival);
        }
        return out;
    }

    /** How many windows there are along dimension {@code dimension} of space. */
    private static int windows(
            int in, int kernel, int stride, int dilation, Padding padding, int dimension, Arrival arrival) {
        arrival.atLeast(1, kernel, "kernel");
        arrival.atLeast(1, stride, "stride");
        arrival.atLeast(1, dilation, "dilation");
        long reach = dilation * (kernel - 1L);
        if (reach > MAX_ELEMENTS) {
            throw arrival.invalid("a kernel of " + kernel + " with a dilation of " + dilation + " is too large");
        }
        if (padding.mode() == Padding.Mode.SAME) {
            if (stride != 1) {
                throw arrival.invalid("padding same with a stride of " + stride + ", must be 1");
            }
            return in;
        }
        long border = 0;
        if (padding.mode() == Padding.Mode.EXPLICIT) {
            if (padding.sizes().length <= dimension) {
                throw arrival.invalid("padding is " + Arrays.toString(padding.sizes()) + ", one is missing");
            }
            border = arrival.atLeast(0, padding.sizes()[dimension], "padding");
            if (border > MAX_ELEMENTS) {
                throw arrival.invalid("padding is " + border + ", more than " + MAX_ELEMENTS);
            }
        }
        long room = in + 2 * border - reach - 1;
        if (room < 0) {
            throw arrival.refused("at least " + (in - room) + " places in dimension " + (dimension + 1));
        }
        long windows = room / stride + 1;
        if (windows > MAX_ELEMENTS) {
            throw arrival.invalid("gives " + windows + " positions, more than " + MAX_ELEMENTS);
        }
        return (int) windows;
    }

    private static int[] bounded(String node, int[] shape) {
        long elements = shape.length > MAX_RANK ? Long.MAX_VALUE : 1;
        for (int i = 0; i < shape.length && elements <= MAX_ELEMENTS; i++) {
            if (shape[i] < 1) {
                throw new ModelException(
                        "node " + node + ": gives " + Arrays.toString(shape) + ", dimensions must be at least 1");
            }
            elements *= shape[i];
        }
        if (elements > MAX_ELEMENTS) {
            throw new ModelException("node " + node + ": gives "
                    + (shape.length > MAX_RANK
                            ? shape.length + " dimensions, more than " + MAX_RANK
                            : Arrays.toString(shape) + ", more than " + MAX_ELEMENTS + " elements"));
        }
        return shape;
    }

    private static boolean sameButLeadingOnes(int[] one, int[] other) {
        int oneFrom = leadingOnes(one);
        int otherFrom = leadingOnes(other);
        return Arrays.equals(one, oneFrom, one.length, other, otherFrom, other.length);
    }

    private static int leadingOnes(int[] shape) {
        int ones = 0;
        while (ones < shape.length && shape[ones] == 1) {
            ones++;
        }
        return ones;
    }

    private static int[] withoutOnes(int[] shape) {
        return Arrays.stream(shape).filter(size -> size != 1).toArray();
    }
}
