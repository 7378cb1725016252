package io.fluxon.networks.engine;

import io.fluxon.networks.model.Dialect;
import io.fluxon.networks.model.NirGraph;
import io.fluxon.networks.model.NirGraph.Edge;
import io.fluxon.networks.model.NirNode;
import io.fluxon.networks.model.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The definition of a network taken literally: every node is evaluated in every step, dense, in double precision, straight
 * from the graph's own tensors and from the equations of {@link Dialect}. The graph has one Input and one Output.
 *
 * <p>Before step 0 the input, neurons, thresholds and delays have given 0; linear nodes what they make of that, which is
 * their bias.
 */
final class SteppedInterpreter {

    private final Dialect dialect;

    /** By name, ascending. */
    private final Map<String, Place> places = new TreeMap<>();

    /** The places that depend on what others give in the same step, each after those. */
    private final List<Place> order = new ArrayList<>();

    private final Place input;
    private final Place output;
    private final double[] outputSums;
    private long step = -1;

    /** A node and what it remembers. */
    private static final class Place {
        final String name;
        final NirNode node;
        final Set<Place> sources = new TreeSet<>(Comparator.comparing(place -> place.name));
        final Set<Place> targets = new TreeSet<>(Comparator.comparing(place -> place.name));

        /** Sources whose edge to here closes a cycle. */
        final Set<Place> closing = new HashSet<>();

        /** What leaves it does not depend on what reaches it in the same step. */
        boolean late;

        Tensor given;
        Tensor leaving;
        Tensor previouslyLeaving;

        double[] potential = {};
        double[] current = {};
        double margin = Double.POSITIVE_INFINITY;
        double largest;

        /** Of a Delay: steps per element, and what reached it in step k at k modulo the length. */
        int[] delaySteps;

        double[][] past;

        Place(String name, NirNode node) {
            this.name = name;
            this.node = node;
        }
    }

    SteppedInterpreter(NirGraph graph, Dialect dialect) {
        this.dialect = dialect;
        NirGraph flat =
                graph.nodes().values().stream().anyMatch(NirNode.Graph.class::isInstance) ? graph.flattened() : graph;
        flat.nodes().forEach((name, node) -> places.put(name, new Place(name, node)));
        for (Edge edge : flat.edges()) {
            places.get(edge.to()).sources.add(places.get(edge.from()));
            places.get(edge.from()).targets.add(places.get(edge.to()));
        }
        input = only(NirNode.Input.class);
        output = only(NirNode.Output.class);
        for (Place place : places.values()) {
            place.late = isNeuron(place.node) ? dialect.transmissionSteps() == 1 : alwaysDelays(place.node);
        }
        findClosingEdges();
        inferShapes();
        places.values().forEach(this::prepare);
        Set<Place> done = new HashSet<>();
        places.values().forEach(place -> appendAfterItsSources(place, done));
        outputSums = new double[output.leaving.size()];
    }

    /** Number of values of a step's input. */
    int inputs() {
        return input.leaving.size();
    }

    /** Of what leaves a node. */
    int[] shape(String node) {
        return places.get(node).leaving.shape();
    }

    /** Advances by one step; the first is step 0. */
    void step(double[] values) {
        step++;
        for (Place place : places.values()) {
            place.previouslyLeaving = place.leaving;
            if (place.late) {
                place.leaving = isNeuron(place.node) ? place.given : delayed(place);
            }
        }
        input.given = new Tensor(input.leaving.shape(), values.clone());
        input.leaving = input.given;
        for (Place place : order) {
            place.given = evaluate(place, arriving(place));
            place.leaving = place.given;
        }
        for (Place place : places.values()) {
            if (place.late && isNeuron(place.node)) {
                place.given = evaluate(place, arriving(place));
            } else if (place.late) {
                remember(place, arriving(place));
                place.given = place.leaving;
            }
        }
        for (int j = 0; j < outputSums.length; j++) {
            outputSums[j] += output.given.values()[j];
        }
    }

    /** What the node gave in the latest step: spikes, potentials, sums. A transmission step comes after that. */
    double[] values(String node) {
        return places.get(node).given.values();
    }

    /** Potentials of a neuron node at the end of the latest step. */
    double[] potentials(String node) {
        return places.get(node).potential.clone();
    }

    /**
     * The least distance of a potential that a node tested in the latest step from its threshold; infinite where a node
     * tests none or computes in integers.
     */
    double margin(String node) {
        return places.get(node).margin;
    }

    /** The least of all {@link #margin}s of the latest step. */
    double margin() {
        return places.values().stream().mapToDouble(place -> place.margin).min().orElseThrow();
    }

    /** The largest absolute value that a potential of a spiking node has had before a reset: what was rounded so far. */
    double largest(String node) {
        return places.get(node).largest;
    }

    /** What reached the Output in the latest step. */
    double[] output() {
        return output.given.values();
    }

    /** What has reached the Output in all steps together. */
    double[] outputSums() {
        return outputSums.clone();
    }

    // ---- The order of evaluation ----

    private Place only(Class<? extends NirNode> type) {
        List<Place> found = places.values().stream()
                .filter(place -> type.isInstance(place.node))
                .toList();
        if (found.size() != 1) {
            throw new IllegalArgumentException(found.size() + " nodes of type " + type.getSimpleName());
        }
        return found.get(0);
    }

    private void findClosingEdges() {
        Set<Place> done = new HashSet<>();
        walk(input, done, new HashSet<>());
        for (Place place : places.values()) {
            if (place.late) {
                for (Place target : place.targets) {
                    if (!done.contains(target)) {
                        walk(target, done, new HashSet<>());
                    }
                }
            }
        }
    }

    private void walk(Place place, Set<Place> done, Set<Place> stack) {
        done.add(place);
        if (place.late) {
            return;
        }
        stack.add(place);
        for (Place target : place.targets) {
            if (stack.contains(target)) {
                target.closing.add(place);
            } else if (!done.contains(target)) {
                walk(target, done, stack);
            }
        }
        stack.remove(place);
    }

    private void appendAfterItsSources(Place place, Set<Place> done) {
        if (place.late || place == input || !done.add(place)) {
            return;
        }
        for (Place source : place.sources) {
            if (!place.closing.contains(source)) {
                appendAfterItsSources(source, done);
            }
        }
        order.add(place);
    }

    private Tensor arriving(Place place) {
        Tensor sum = null;
        for (Place source : place.sources) {
            sum = add(sum, place.closing.contains(source) ? source.previouslyLeaving : source.leaving);
        }
        return sum;
    }

    private static Tensor add(Tensor sum, Tensor tensor) {
        Tensor result = Tensor.filled(0, tensor.shape());
        for (int j = 0; j < tensor.size(); j++) {
            result.values()[j] = (sum == null ? 0 : sum.values()[j]) + tensor.values()[j];
        }
        return result;
    }

    // ---- What holds before step 0 ----

    /** Every place is reached from the input; what one source has told of the shape, the others need not. */
    private void inferShapes() {
        input.leaving = Tensor.filled(0, ((NirNode.Input) input.node).shape());
        for (boolean changed = true; changed; ) {
            changed = false;
            for (Place place : places.values()) {
                for (Place source : place.sources) {
                    if (place.leaving == null && source.leaving != null) {
                        place.leaving = remembers(place.node) ? source.leaving : memoryless(place.node, source.leaving);
                        changed = true;
                    }
                }
            }
        }
    }

    private void prepare(Place place) {
        int size = place.leaving.size();
        if (isNeuron(place.node)) {
            place.potential = new double[size];
            place.current = new double[size];
            for (int j = 0; j < size; j++) {
                place.potential[j] = rest(place.node, j);
            }
        }
        if (place.node instanceof NirNode.Delay delay) {
            int most = 0;
            place.delaySteps = new int[size];
            for (int j = 0; j < size; j++) {
                place.delaySteps[j] = steps(at(delay.delaySeconds(), j));
                most = Math.max(most, place.delaySteps[j]);
            }
            place.past = new double[most + 1][size];
        }
        place.leaving = silent(place);
        place.given = place.leaving;
    }

    private Tensor silent(Place place) {
        if (remembers(place.node) || place == input || place.node instanceof NirNode.Threshold) {
            return Tensor.filled(0, place.leaving.shape());
        }
        Tensor sum = null;
        for (Place source : place.sources) {
            sum = add(sum, silent(source));
        }
        return memoryless(place.node, sum);
    }

    private static double rest(NirNode node, int j) {
        if (node instanceof NirNode.Li li) {
            return at(li.vLeak(), j);
        } else if (node instanceof NirNode.Lif lif) {
            return at(lif.vLeak(), j);
        } else if (node instanceof NirNode.CubaLi cubaLi) {
            return at(cubaLi.vLeak(), j);
        } else if (node instanceof NirNode.CubaLif cubaLif) {
            return at(cubaLif.vLeak(), j);
        }
        return 0;
    }

    // ---- Nodes ----

    static boolean isNeuron(NirNode node) {
        return node instanceof NirNode.I
                || node instanceof NirNode.Li
                || node instanceof NirNode.If
                || node instanceof NirNode.Lif
                || node instanceof NirNode.CubaLi
                || node instanceof NirNode.CubaLif
                || node instanceof NirNode.LoihiCubaLif;
    }

    private static boolean remembers(NirNode node) {
        return isNeuron(node) || node instanceof NirNode.Delay;
    }

    private boolean alwaysDelays(NirNode node) {
        if (!(node instanceof NirNode.Delay delay)) {
            return false;
        }
        for (double seconds : delay.delaySeconds().values()) {
            if (steps(seconds) < 1) {
                return false;
            }
        }
        return true;
    }

    private int steps(double seconds) {
        return (int) Math.rint(seconds / dialect.stepSeconds());
    }

    private Tensor evaluate(Place place, Tensor x) {
        if (isNeuron(place.node)) {
            return updateNeurons(place, x);
        } else if (place.node instanceof NirNode.Delay) {
            remember(place, x);
            return delayed(place);
        } else if (place.node instanceof NirNode.Threshold threshold) {
            place.margin = Double.POSITIVE_INFINITY;
            for (int j = 0; j < x.size(); j++) {
                place.margin = Math.min(place.margin, Math.abs(x.values()[j] - at(threshold.threshold(), j)));
            }
        }
        return memoryless(place.node, x);
    }

    private void remember(Place place, Tensor x) {
        place.past[(int) (step % place.past.length)] = x.values();
    }

    private Tensor delayed(Place place) {
        Tensor y = Tensor.filled(0, place.leaving.shape());
        for (int j = 0; j < y.size(); j++) {
            long then = step - place.delaySteps[j];
            y.values()[j] = then < 0 ? 0 : place.past[(int) (then % place.past.length)][j];
        }
        return y;
    }

    private static Tensor memoryless(NirNode node, Tensor x) {
        if (node instanceof NirNode.Output) {
            return x;
        } else if (node instanceof NirNode.Flatten flatten) {
            return flatten(flatten, x);
        } else if (node instanceof NirNode.Linear linear) {
            return multiply(linear.weight(), null, x);
        } else if (node instanceof NirNode.Affine affine) {
            return multiply(affine.weight(), affine.bias(), x);
        } else if (node instanceof NirNode.Scale scale) {
            Tensor y = Tensor.filled(0, x.shape());
            for (int j = 0; j < y.size(); j++) {
                y.values()[j] = at(scale.scale(), j) * x.values()[j];
            }
            return y;
        } else if (node instanceof NirNode.Threshold threshold) {
            Tensor z = Tensor.filled(0, x.shape());
            for (int j = 0; j < z.size(); j++) {
                z.values()[j] = x.values()[j] > at(threshold.threshold(), j) ? 1 : 0;
            }
            return z;
        } else if (node instanceof NirNode.Conv1d conv) {
            return convolve(conv, ofRank(2, x));
        } else if (node instanceof NirNode.Conv2d conv) {
            return convolve(conv, ofRank(3, x));
        } else if (node instanceof NirNode.SumPool2d pool) {
            return sumPool(pool.kernelSize(), pool.stride(), pool.padding(), 1, ofRank(3, x));
        } else if (node instanceof NirNode.AvgPool2d pool) {
            double share = 1.0 / (pool.kernelSize()[0] * pool.kernelSize()[1]);
            return sumPool(pool.kernelSize(), pool.stride(), pool.padding(), share, ofRank(3, x));
        } else if (node instanceof NirNode.MaxPool1d pool) {
            return maxPool(pool, ofRank(2, x));
        }
        throw new IllegalArgumentException("cannot interpret " + node.getClass().getSimpleName());
    }

    /** With dimensions of 1 in front, or without. */
    private static Tensor ofRank(int rank, Tensor x) {
        int[] shape = new int[rank];
        Arrays.fill(shape, 1);
        for (int d = 1; d <= x.rank(); d++) {
            int length = x.shape()[x.rank() - d];
            if (d <= rank) {
                shape[rank - d] = length;
            } else {
                require(length == 1, "has more than " + rank + " dimensions");
            }
        }
        return new Tensor(shape, x.values());
    }

    private static Tensor flatten(NirNode.Flatten flatten, Tensor x) {
        int[] in = flatten.inputShape();
        int from = flatten.startDim() < 0 ? flatten.startDim() + in.length : flatten.startDim();
        int to = flatten.endDim() < 0 ? flatten.endDim() + in.length : flatten.endDim();
        List<Integer> shape = new ArrayList<>();
        int joined = 1;
        for (int d = 0; d < in.length; d++) {
            if (d < from || d > to) {
                shape.add(in[d]);
            } else {
                joined *= in[d];
                if (d == to) {
                    shape.add(joined);
                }
            }
        }
        return new Tensor(shape.stream().mapToInt(Integer::intValue).toArray(), x.values());
    }

    private static Tensor multiply(Tensor weight, Tensor bias, Tensor x) {
        int rank = weight.rank();
        int inputs = weight.shape()[rank - 1];
        int outputs = weight.shape()[rank - 2];
        int[] shape = Arrays.copyOf(weight.shape(), rank - 1);
        Tensor y = Tensor.filled(0, shape);
        int matrices = y.size() / outputs;
        require(x.size() == matrices * inputs, "a matrix of " + inputs + " inputs got " + x.size() + " values");
        for (int m = 0; m < matrices; m++) {
            for (int out = 0; out < outputs; out++) {
                double sum = bias == null ? 0 : bias.values()[m * outputs + out];
                for (int in = 0; in < inputs; in++) {
                    sum += weight.values()[(m * outputs + out) * inputs + in] * x.values()[m * inputs + in];
                }
                y.values()[m * outputs + out] = sum;
            }
        }
        return y;
    }

    private static Tensor convolve(NirNode.Conv1d conv, Tensor x) {
        int length = x.shape()[1];
        int outputs = conv.weight().shape()[0];
        int inputsOfGroup = conv.weight().shape()[1];
        int kernel = conv.weight().shape()[2];
        int before = paddingBefore(conv.padding(), 0, kernel, conv.dilation());
        int both = paddingOfBothSides(conv.padding(), 0, kernel, conv.dilation());
        int positions = (length + both - conv.dilation() * (kernel - 1) - 1) / conv.stride() + 1;
        require(x.shape()[0] == inputsOfGroup * conv.groups(), "channels do not fit the convolution");
        Tensor y = Tensor.filled(0, outputs, positions);
        for (int o = 0; o < outputs; o++) {
            int firstChannel = o / (outputs / conv.groups()) * inputsOfGroup;
            for (int p = 0; p < positions; p++) {
                double sum = conv.bias().values()[o];
                for (int i = 0; i < inputsOfGroup; i++) {
                    for (int k = 0; k < kernel; k++) {
                        int place = conv.stride() * p + conv.dilation() * k - before;
                        if (place >= 0 && place < length) {
                            sum += conv.weight().values()[(o * inputsOfGroup + i) * kernel + k]
                                    * x.values()[(firstChannel + i) * length + place];
                        }
                    }
                }
                y.values()[o * positions + p] = sum;
            }
        }
        return y;
    }

    private static Tensor convolve(NirNode.Conv2d conv, Tensor x) {
        int height = x.shape()[1];
        int width = x.shape()[2];
        int outputs = conv.weight().shape()[0];
        int inputsOfGroup = conv.weight().shape()[1];
        int kernelHeight = conv.weight().shape()[2];
        int kernelWidth = conv.weight().shape()[3];
        int above = paddingBefore(conv.padding(), 0, kernelHeight, conv.dilation()[0]);
        int left = paddingBefore(conv.padding(), 1, kernelWidth, conv.dilation()[1]);
        int rows = (height
                                + paddingOfBothSides(conv.padding(), 0, kernelHeight, conv.dilation()[0])
                                - conv.dilation()[0] * (kernelHeight - 1)
                                - 1)
                        / conv.stride()[0]
                + 1;
        int columns = (width
                                + paddingOfBothSides(conv.padding(), 1, kernelWidth, conv.dilation()[1])
                                - conv.dilation()[1] * (kernelWidth - 1)
                                - 1)
                        / conv.stride()[1]
                + 1;
        require(x.shape()[0] == inputsOfGroup * conv.groups(), "channels do not fit the convolution");
        Tensor y = Tensor.filled(0, outputs, rows, columns);
        for (int o = 0; o < outputs; o++) {
            int firstChannel = o / (outputs / conv.groups()) * inputsOfGroup;
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < columns; column++) {
                    double sum = conv.bias().values()[o];
                    for (int i = 0; i < inputsOfGroup; i++) {
                        for (int kr = 0; kr < kernelHeight; kr++) {
                            for (int kc = 0; kc < kernelWidth; kc++) {
                                double weight = conv.weight()
                                        .values()[((o * inputsOfGroup + i) * kernelHeight + kr) * kernelWidth + kc];
                                sum += weight
                                        * valueAt(
                                                x,
                                                firstChannel + i,
                                                conv.stride()[0] * row + conv.dilation()[0] * kr - above,
                                                conv.stride()[1] * column + conv.dilation()[1] * kc - left);
                            }
                        }
                    }
                    y.values()[(o * rows + row) * columns + column] = sum;
                }
            }
        }
        return y;
    }

    private static int paddingBefore(NirNode.Padding padding, int dimension, int kernel, int dilation) {
        return switch (padding.mode()) {
            case EXPLICIT -> padding.sizes()[dimension];
            case SAME -> dilation * (kernel - 1) / 2;
            case VALID -> 0;
        };
    }

    private static int paddingOfBothSides(NirNode.Padding padding, int dimension, int kernel, int dilation) {
        return switch (padding.mode()) {
            case EXPLICIT -> 2 * padding.sizes()[dimension];
            case SAME -> dilation * (kernel - 1);
            case VALID -> 0;
        };
    }

    private static Tensor sumPool(int[] kernel, int[] stride, int[] padding, double factor, Tensor x) {
        int channels = x.shape()[0];
        int rows = (x.shape()[1] + 2 * padding[0] - kernel[0]) / stride[0] + 1;
        int columns = (x.shape()[2] + 2 * padding[1] - kernel[1]) / stride[1] + 1;
        Tensor y = Tensor.filled(0, channels, rows, columns);
        for (int c = 0; c < channels; c++) {
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < columns; column++) {
                    double sum = 0;
                    for (int kr = 0; kr < kernel[0]; kr++) {
                        for (int kc = 0; kc < kernel[1]; kc++) {
                            sum += valueAt(
                                    x, c, stride[0] * row + kr - padding[0], stride[1] * column + kc - padding[1]);
                        }
                    }
                    y.values()[(c * rows + row) * columns + column] = factor * sum;
                }
            }
        }
        return y;
    }

    /** Zero beyond the border. */
    private static double valueAt(Tensor x, int channel, int row, int column) {
        int height = x.shape()[1];
        int width = x.shape()[2];
        boolean inside = row >= 0 && row < height && column >= 0 && column < width;
        return inside ? x.values()[(channel * height + row) * width + column] : 0;
    }

    private static Tensor maxPool(NirNode.MaxPool1d pool, Tensor x) {
        int length = x.shape()[1];
        int positions = (length - pool.kernelSize()) / pool.stride() + 1;
        Tensor y = Tensor.filled(Double.NEGATIVE_INFINITY, x.shape()[0], positions);
        for (int c = 0; c < x.shape()[0]; c++) {
            for (int p = 0; p < positions; p++) {
                for (int k = 0; k < pool.kernelSize(); k++) {
                    double value = x.values()[c * length + pool.stride() * p + k];
                    y.values()[c * positions + p] = Math.max(y.values()[c * positions + p], value);
                }
            }
        }
        return y;
    }

    // ---- Neurons ----

    private Tensor updateNeurons(Place place, Tensor x) {
        place.margin = Double.POSITIVE_INFINITY;
        Tensor y = Tensor.filled(0, x.shape());
        for (int j = 0; j < x.size(); j++) {
            y.values()[j] = updateNeuron(place, j, x.values()[j]);
        }
        return y;
    }

    /** Returns what the neuron gives. */
    private double updateNeuron(Place place, int j, double x) {
        double v = place.potential[j];
        if (place.node instanceof NirNode.I node) {
            place.potential[j] = v + at(node.r(), j) * x;
            return place.potential[j];
        } else if (place.node instanceof NirNode.Li node) {
            place.potential[j] = leak(v, at(node.tauSeconds(), j), at(node.r(), j), at(node.vLeak(), j), x);
            return place.potential[j];
        } else if (place.node instanceof NirNode.If node) {
            return fire(place, j, v + at(node.r(), j) * x, at(node.vThreshold(), j), at(node.vReset(), j));
        } else if (place.node instanceof NirNode.Lif node) {
            double charged = leak(v, at(node.tauSeconds(), j), at(node.r(), j), at(node.vLeak(), j), x);
            return fire(place, j, charged, at(node.vThreshold(), j), at(node.vReset(), j));
        } else if (place.node instanceof NirNode.CubaLi node) {
            double i = current(place, j, at(node.tauSynSeconds(), j), at(node.wIn(), j), x);
            place.potential[j] = leak(v, at(node.tauMemSeconds(), j), at(node.r(), j), at(node.vLeak(), j), i);
            return place.potential[j];
        } else if (place.node instanceof NirNode.CubaLif node) {
            double i = current(place, j, at(node.tauSynSeconds(), j), at(node.wIn(), j), x);
            double charged = leak(v, at(node.tauMemSeconds(), j), at(node.r(), j), at(node.vLeak(), j), i);
            return fire(place, j, charged, at(node.vThreshold(), j), at(node.vReset(), j));
        } else if (place.node instanceof NirNode.LoihiCubaLif node) {
            return updateLoihi(place, j, node, x);
        }
        throw new IllegalArgumentException("not a neuron: " + place.node);
    }

    private double leak(double v, double tauSeconds, double r, double vLeak, double x) {
        double stepsPerTau = tauSeconds / dialect.stepSeconds();
        boolean euler = dialect.integrator() == Dialect.Integrator.EULER;
        double kappa = euler ? 1 - 1 / stepsPerTau : Math.exp(-1 / stepsPerTau);
        double gain = euler ? r / stepsPerTau : r * -Math.expm1(-1 / stepsPerTau);
        return vLeak + kappa * (v - vLeak) + gain * x;
    }

    /** Advances the synaptic current and returns the one that charges the membrane. */
    private double current(Place place, int j, double tauSeconds, double wIn, double x) {
        double before = place.current[j];
        place.current[j] = leak(before, tauSeconds, wIn, 0, x);
        return dialect.current() == Dialect.Current.NEW ? place.current[j] : before;
    }

    private double fire(Place place, int j, double charged, double threshold, double vReset) {
        boolean late = dialect.resetTime() == Dialect.ResetTime.NEXT_STEP;
        double v = charged;
        if (late) {
            v = reset(charged, spikes(place.potential[j], threshold, vReset), threshold, vReset);
        }
        int spikes = spikes(v, threshold, vReset);
        place.margin = Math.min(place.margin, Math.abs(v - threshold));
        place.largest = Math.max(place.largest, Math.abs(v));
        if (dialect.spikesPerStep() == Dialect.SpikesPerStep.MANY) {
            // Where rounding could have taken the threshold off once more, or once less.
            double quantum = threshold - vReset;
            place.margin = Math.min(place.margin, Math.abs(v - spikes * quantum - threshold));
            place.margin = Math.min(place.margin, Math.abs(v - Math.max(0, spikes - 1) * quantum - threshold));
        }
        place.potential[j] = late ? v : reset(v, spikes, threshold, vReset);
        return spikes;
    }

    /** How often the threshold can be taken off one after the other, at most once under ONE. */
    private int spikes(double v, double threshold, double vReset) {
        int most = dialect.spikesPerStep() == Dialect.SpikesPerStep.MANY ? Integer.MAX_VALUE : 1;
        int spikes = 0;
        while (spikes < most && fires(v - spikes * (threshold - vReset), threshold)) {
            spikes++;
        }
        return spikes;
    }

    private boolean fires(double v, double threshold) {
        return dialect.spikeTest() == Dialect.SpikeTest.AT_OR_ABOVE ? v >= threshold : v > threshold;
    }

    private double reset(double v, int spikes, double threshold, double vReset) {
        if (spikes == 0) {
            return v;
        }
        return dialect.reset() == Dialect.Reset.ZERO ? vReset : v - spikes * (threshold - vReset);
    }

    private static double updateLoihi(Place place, int j, NirNode.LoihiCubaLif node, double x) {
        long u = (long) place.current[j] * (4096 - node.currentDecay()) / 4096 + Math.round(x);
        long v = (long) place.potential[j] * (4096 - node.voltageDecay()) / 4096 + u;
        boolean spike = v >= node.threshold();
        place.current[j] = u;
        place.potential[j] = spike ? 0 : v;
        return spike ? 1 : 0;
    }

    /** One value for all, or one for each. */
    private static double at(Tensor tensor, int j) {
        return tensor.size() == 1 ? tensor.values()[0] : tensor.values()[j];
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
