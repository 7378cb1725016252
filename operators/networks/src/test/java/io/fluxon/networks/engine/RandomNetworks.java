package io.fluxon.networks.engine;

import io.fluxon.networks.model.Dialect;
import io.fluxon.networks.model.Dialect.SpikesPerStep;
import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.NirGraph;
import io.fluxon.networks.model.NirGraph.Edge;
import io.fluxon.networks.model.NirNode;
import io.fluxon.networks.model.NirNode.Padding;
import io.fluxon.networks.model.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Networks drawn at random from all that a graph and a {@link Dialect} can say, small and of moderate activity, and inputs
 * for them. Weights are of the order of 1 and neurons have the resistance that makes this matter.
 *
 * <p>What cannot explode: every cycle has an edge whose source spikes, or is one of delays that only keeps what enters it;
 * where neurons spike many times a step, that edge inhibits, and inhibits spiking neurons only, and what a cycle of delays
 * keeps halves each time.
 */
final class RandomNetworks {

    private static final int LARGEST_LAYER = 40;

    /** What its numbers are like. */
    enum Style {
        /** Anything. */
        REAL,
        /** Integrators and short binary fractions: every sum is exact, and potentials often equal a threshold. */
        EXACT,
        /** Loihi's neurons and whole numbers. */
        LOIHI
    }

    /**
     * @param exact no rounding anywhere, so that nothing of a result may differ
     */
    record Network(Model model, Style style, boolean exact) {}

    /** The steps that have an input, ascending, and the inputs that are not 0 in each. */
    record Drive(long[] steps, int[][] inputs, double[][] values) {

        int size() {
            return steps.length;
        }

        /** One after the last. */
        long end() {
            return steps[steps.length - 1] + 1;
        }

        /** Counts as events, in any order within a step. */
        Stream events(Random random, long stepMicros) {
            List<long[]> events = new ArrayList<>();
            for (int s = 0; s < steps.length; s++) {
                for (int i = 0; i < inputs[s].length; i++) {
                    for (int e = 0; e < values[s][i]; e++) {
                        long offsetMicros = (long) (random.nextDouble() * stepMicros);
                        events.add(new long[] {steps[s] * stepMicros + offsetMicros, inputs[s][i]});
                    }
                }
            }
            events.sort(Comparator.comparingLong(event -> event[0]));
            return new Stream(
                    events.stream().mapToInt(event -> (int) event[1]).toArray(),
                    events.stream().mapToLong(event -> event[0]).toArray());
        }
    }

    /** Events in order of time, as {@link NetworkPlan#advance} takes them. */
    record Stream(int[] inputs, long[] timesMicros) {

        int size() {
            return inputs.length;
        }
    }

    private record Layer(String name, int[] shape, boolean spiking) {
        int size() {
            return (int) Tensor.size(shape);
        }

        /** A vector but for dimensions of 1 in front of it. */
        boolean isVector() {
            return withoutLeadingOnes(shape).length <= 1;
        }
    }

    /** @param inputs shape of what leads to it */
    private record Linear(Layer layer, int[] inputs) {}

    private final Random random;
    private final Style style;
    private final Dialect dialect;
    private final boolean many;
    private Map<String, NirNode> nodes = new LinkedHashMap<>();
    private List<Edge> edges = new ArrayList<>();

    /** Neurons in the order of their making, that further edges may lead to. */
    private List<Layer> populations = new ArrayList<>();

    /** Nodes without memory that further edges may lead to. */
    private List<Linear> linears = new ArrayList<>();

    private int names;
    private boolean rounding;

    private RandomNetworks(Random random, Style style, Dialect dialect) {
        this.random = random;
        this.style = style;
        this.dialect = dialect;
        this.many = dialect.spikesPerStep() == SpikesPerStep.MANY;
    }

    static Network network(long seed) {
        Random random = new Random(seed * 0x9E3779B97F4A7C15L);
        random.nextInt();
        int kind = random.nextInt(10);
        Style style = kind < 7 ? Style.REAL : kind < 9 ? Style.EXACT : Style.LOIHI;
        long stepMicros = new long[] {1, 100, 250, 1000, 1000, 7919}[random.nextInt(6)];
        double stepSeconds = random.nextInt(4) == 0 ? 1e-4 * (1 + random.nextInt(20)) : stepMicros * 1e-6;
        Dialect dialect = random.nextInt(3) == 0
                ? pick(random, Dialect.Preset.values()).dialect(stepSeconds)
                : new Dialect(
                        stepSeconds,
                        pick(random, Dialect.Integrator.values()),
                        pick(random, Dialect.Reset.values()),
                        pick(random, Dialect.ResetTime.values()),
                        pick(random, Dialect.SpikeTest.values()),
                        pick(random, SpikesPerStep.values()),
                        pick(random, Dialect.Current.values()),
                        random.nextInt(3) == 0 ? 1 : 0);
        return new RandomNetworks(random, style, dialect).build(stepMicros);
    }

    /**
     * Single events, bursts and silences, the latter of up to 5,000 steps.
     *
     * @param counts numbers of events, otherwise other numbers too
     * @param steps about how many the silences leave room for
     */
    static Drive drive(Random random, Network network, int inputs, boolean counts, long steps) {
        List<Long> at = new ArrayList<>();
        List<int[]> indices = new ArrayList<>();
        List<double[]> values = new ArrayList<>();
        long step = random.nextInt(4) == 0 ? random.nextInt(200) : random.nextInt(2);
        while (step < steps || at.isEmpty()) {
            double[] dense = new double[inputs];
            int events = random.nextInt(12) == 0 ? 5 + random.nextInt(20) : 1 + random.nextInt(3);
            for (int e = 0; e < events; e++) {
                double value = random.nextGaussian();
                if (counts || network.style == Style.LOIHI) {
                    value = 1;
                } else if (network.style == Style.EXACT) {
                    value = Math.rint(value * 4) / 4;
                }
                dense[random.nextInt(inputs)] += value;
            }
            int[] busy = IntStream.range(0, inputs).filter(i -> dense[i] != 0).toArray();
            if (busy.length > 0) {
                at.add(step);
                indices.add(busy);
                values.add(Arrays.stream(busy).mapToDouble(i -> dense[i]).toArray());
            }
            int kind = random.nextInt(100);
            step += kind < 70
                    ? 1
                    : kind < 90
                            ? 1 + random.nextInt(30)
                            : kind < 98 ? 1 + random.nextInt(300) : 1 + random.nextInt(5000);
        }
        return new Drive(
                at.stream().mapToLong(Long::longValue).toArray(),
                indices.toArray(int[][]::new),
                values.toArray(double[][]::new));
    }

    // ---- Graphs ----

    private Network build(long stepMicros) {
        int[] shape = inputShape();
        Layer input = add("input", new NirNode.Input(shape), shape, false);
        Layer here = input;
        int stages = 1 + random.nextInt(3);
        for (int stage = 0; stage < stages; stage++) {
            here = chance(0.15) ? nested(here) : stage(here, stage == stages - 1);
        }
        int extra = random.nextInt(3);
        for (int i = 0; i < extra && !populations.isEmpty(); i++) {
            connectAnyTwo();
        }
        if (chance(0.25) && !populations.isEmpty()) {
            // So that some cycles are entered from two sides.
            Layer target = pick(random, populations);
            if (target.isVector()) {
                connect(matrix(flat(input), target.size(), false), target);
            }
        }
        if (chance(0.15)) {
            here = matrix(flat(here));
        }
        Layer output = add("output", new NirNode.Output(here.shape), here.shape, false);
        connect(here, output);
        if (here.isVector() && !populations.isEmpty() && chance(0.1)) {
            connect(matrix(flat(pick(random, populations)), here.size(), false), output);
        }
        List<String> classes =
                IntStream.range(0, here.size()).mapToObj(i -> "c" + i).toList();
        NirGraph graph = new NirGraph(nodes, edges, Map.of());
        return new Network(
                new Model(graph, "random", "1", classes, stepMicros, dialect, ""),
                style,
                style != Style.REAL && !rounding);
    }

    private int[] inputShape() {
        return switch (random.nextInt(6)) {
            case 0 -> new int[] {1 + random.nextInt(2), 2 + random.nextInt(4), 2 + random.nextInt(4)};
            case 1 -> new int[] {2, 1 + random.nextInt(4), 1 + random.nextInt(4)};
            case 2 -> new int[] {1 + random.nextInt(3), 2 + random.nextInt(7)};
            case 3 ->
                new int[] {chance(0.4) ? 2 : 1, 1 + random.nextInt(3), 2 + random.nextInt(3), 2 + random.nextInt(2)};
            case 4 -> new int[] {1, 1 + random.nextInt(3), 2 + random.nextInt(7)};
            default -> new int[] {1 + random.nextInt(12)};
        };
    }

    /** A stage in a graph of its own; from outside only its end can be used. */
    private Layer nested(Layer here) {
        Map<String, NirNode> outerNodes = nodes;
        List<Edge> outerEdges = edges;
        List<Layer> outerPopulations = populations;
        List<Linear> outerLinears = linears;
        nodes = new LinkedHashMap<>();
        edges = new ArrayList<>();
        populations = new ArrayList<>();
        linears = new ArrayList<>();
        Layer end = add("input", new NirNode.Input(here.shape), here.shape, here.spiking);
        end = chance(0.15) ? nested(end) : stage(end, false);
        if (chance(0.5) && !populations.isEmpty()) {
            connectAnyTwo();
        }
        connect(end, add("output", new NirNode.Output(end.shape), end.shape, false));
        NirGraph graph = new NirGraph(nodes, edges, Map.of());
        nodes = outerNodes;
        edges = outerEdges;
        populations = outerPopulations;
        linears = outerLinears;
        return after(here, "graph", new NirNode.Graph(graph), end.shape, end.spiking);
    }

    /** Linear nodes and what else has no neurons, then neurons. */
    private Layer stage(Layer source, boolean last) {
        Layer here = source;
        if (chance(0.08)) {
            here = delay(here, false);
        }
        if (here.shape.length > 2 && chance(here.shape[0] == 1 ? 0.4 : here.shape.length == 3 ? 0.2 : 0.7)) {
            here = joined(here);
        }
        boolean rows = fitted(here.shape, 2) != null;
        boolean planes = fitted(here.shape, 3) != null;
        if (here.isVector() && !chance(0.3)) {
            rows = false;
            planes = false;
        } else if (rows && planes) {
            rows = chance(here.shape.length == 2 ? 0.7 : 0.5);
        }
        if (planes && !rows) {
            if (chance(0.3)) {
                here = pool(here);
            }
            if (chance(0.6)) {
                here = convolution2d(here);
            }
            if (chance(0.2)) {
                here = pool(here);
            }
        } else if (rows) {
            if (chance(here.shape.length == 2 ? 0.8 : 0.5)) {
                here = convolution1d(here);
            }
            if (chance(0.5)) {
                here = maximum(here);
            }
            if (chance(0.1) && here.size() <= LARGEST_LAYER) {
                here = matrixPerRow(here);
            }
        }
        if (chance(0.1) && style != Style.LOIHI) {
            here = after(
                    here,
                    "threshold",
                    new NirNode.Threshold(parameter(here.size(), here.shape, 0.3, 1.3)),
                    here.shape,
                    true);
        }
        if (here.isVector() || here.size() > LARGEST_LAYER || chance(last ? 0.7 : 0.3)) {
            here = matrix(flat(here));
        }
        if (chance(0.12)) {
            here = scale(here, false);
        }
        if (chance(0.12)) {
            here = delay(here, false);
        }
        if (chance(0.08)) {
            here = kept(here);
        }
        Layer neurons = neurons(here, last);
        if (chance(0.2) && neurons.isVector()) {
            connect(matrix(flat(source), neurons.size(), false), neurons);
        }
        populations.add(neurons);
        return neurons;
    }

    /** One more way between two populations, or from one to itself; many of these are cycles. */
    private void connectAnyTwo() {
        List<Layer> spiking = populations.stream().filter(Layer::spiking).toList();
        if (spiking.isEmpty()) {
            return;
        }
        Layer source = pick(random, spiking);
        Layer target = pick(random, many ? spiking : populations);
        boolean sameShape = sameShape(source.shape, target.shape);
        if (!many && chance(0.2) && connectToLinear(source)) {
            return;
        }
        Layer here = source;
        if (chance(0.3)) {
            here = delay(here, true);
        } else if (chance(0.1)) {
            here = kept(here);
        }
        if (sameShape && chance(0.3)) {
            if (many || chance(0.5)) {
                here = scale(here, many);
            }
        } else if (sameShape && !source.isVector() && fitted(source.shape, 3) != null) {
            here = sameConvolution(here);
            if (fitted(here.shape, 3) != null && chance(0.5)) {
                here = samePool(here);
            }
        } else if (target.isVector()) {
            if (!many && chance(0.4)) {
                here = matrix(flat(here));
            }
            here = flat(here);
            Layer matrix = matrix(here, target.size(), many || chance(0.3));
            if (here == source && chance(0.5)) {
                spiking.stream()
                        .filter(layer -> sameShape(layer.shape, source.shape))
                        .forEach(layer -> connect(layer, matrix));
            }
            here = matrix;
        } else {
            return;
        }
        if (chance(0.15)) {
            here = delay(here, true);
        }
        connect(here, target);
    }

    /** To a node that something else leads to already. */
    private boolean connectToLinear(Layer source) {
        List<Linear> fitting = linears.stream()
                .filter(linear -> sameShape(linear.inputs, source.shape))
                .toList();
        if (fitting.isEmpty()) {
            return false;
        }
        connect(chance(0.5) ? delay(source, true) : source, pick(random, fitting).layer);
        return true;
    }

    private Layer flat(Layer here) {
        if (here.shape.length == 1 || here.isVector() && chance(0.5)) {
            return here;
        }
        int end = random.nextBoolean() ? -1 : here.shape.length - 1;
        return after(here, "flatten", new NirNode.Flatten(here.shape, 0, end), new int[] {here.size()}, here.spiking);
    }

    /** Some dimensions become one, others stay. */
    private Layer joined(Layer here) {
        int rank = here.shape.length;
        int from = random.nextInt(here.shape[0] == 1 ? 1 : rank - 1);
        int to = from + 1;
        int[] shape = new int[rank - 1];
        System.arraycopy(here.shape, 0, shape, 0, from);
        shape[from] = here.shape[from] * here.shape[to];
        System.arraycopy(here.shape, to + 1, shape, from + 1, rank - to - 1);
        NirNode node = new NirNode.Flatten(here.shape, chance(0.5) ? from : from - rank, chance(0.5) ? to : to - rank);
        return after(here, "join", node, shape, here.spiking);
    }

    private Layer matrix(Layer here) {
        int outputs = populations.isEmpty() || chance(0.6)
                ? 1 + random.nextInt(12)
                : Math.min(12, pick(random, populations).size());
        return matrix(here, outputs, false);
    }

    private Layer matrix(Layer here, int outputs, boolean inhibiting) {
        Tensor weight = weights(inhibiting, outputs, here.size());
        NirNode node =
                chance(0.45) ? new NirNode.Affine(weight, biases(inhibiting, outputs)) : new NirNode.Linear(weight);
        return linear(here, "matrix", node, new int[] {outputs});
    }

    /** A matrix of its own for each row. */
    private Layer matrixPerRow(Layer here) {
        int[] in = fitted(here.shape, 2);
        int[] shape = {in[0], 1 + random.nextInt(6)};
        Tensor weight = weights(false, in[0], shape[1], in[1]);
        NirNode node = chance(0.5)
                ? new NirNode.Affine(
                        weight,
                        new Tensor(shape, biases(false, in[0] * shape[1]).values()))
                : new NirNode.Linear(weight);
        return linear(here, "matrices", node, shape);
    }

    /** What reaches it may come a second time, later. */
    private Layer linear(Layer here, String kind, NirNode node, int[] shape) {
        Layer layer = after(here, kind, node, shape, false);
        linears.add(new Linear(layer, here.shape));
        if (chance(0.08)) {
            connect(delay(here, true), layer);
        }
        return layer;
    }

    private Layer scale(Layer here, boolean inhibiting) {
        Tensor scale = chance(0.3) ? weights(inhibiting, 1) : weights(inhibiting, here.shape);
        return linear(here, "scale", new NirNode.Scale(scale), here.shape);
    }

    /** Goes in a circle of one or two delays, halved on its way or not. */
    private Layer kept(Layer here) {
        boolean halved = style != Style.LOIHI && (many || chance(0.3));
        if (many && !halved) {
            return here;
        }
        Layer first = delay(here, chance(0.6));
        Layer end = chance(0.4) ? delay(first, true) : first;
        Layer back = end;
        if (halved) {
            rounding = true;
            back = after(end, "half", new NirNode.Scale(Tensor.of(0.5)), here.shape, false);
        }
        connect(back, first);
        return end;
    }

    /** Of steps and halves of them, less than half a step included unless {@code positive}. */
    private Layer delay(Layer here, boolean positive) {
        boolean one = chance(0.3);
        int most = chance(0.1) ? 300 : 6;
        double[] seconds = new double[one ? 1 : here.size()];
        for (int i = 0; i < seconds.length; i++) {
            double least = positive && chance(0.9) ? 0.7 : 0;
            seconds[i] = dialect.stepSeconds() * (least + random.nextDouble() * most);
        }
        Tensor tensor = new Tensor(one ? new int[] {1} : here.shape, seconds);
        return after(here, "delay", new NirNode.Delay(tensor), here.shape, here.spiking);
    }

    private Layer convolution1d(Layer here) {
        int[] in = fitted(here.shape, 2);
        int channels = in[0];
        int length = in[1];
        int groups = channels > 1 && chance(0.3) ? channels : 1;
        int outputs = groups * (1 + random.nextInt(groups > 1 ? 2 : 4));
        int kernel = 1 + random.nextInt(Math.min(4, length));
        int dilation = 1 + random.nextInt(2);
        boolean same = chance(0.2);
        int stride = same ? 1 : 1 + random.nextInt(2);
        Padding padding = same
                ? new Padding(Padding.Mode.SAME)
                : chance(0.2) ? new Padding(Padding.Mode.VALID) : Padding.of(random.nextInt(kernel + 1));
        int zeros =
                switch (padding.mode()) {
                    case SAME -> dilation * (kernel - 1);
                    case VALID -> 0;
                    case EXPLICIT -> 2 * padding.sizes()[0];
                };
        int reach = dilation * (kernel - 1) + 1;
        if (length + zeros < reach) {
            return here;
        }
        int[] shape = {outputs, (length + zeros - reach) / stride + 1};
        if (Tensor.size(shape) > LARGEST_LAYER) {
            return here;
        }
        NirNode.Conv1d node = new NirNode.Conv1d(
                chance(0.5) ? length : -1,
                weights(false, outputs, channels / groups, kernel),
                stride,
                padding,
                dilation,
                groups,
                chance(0.5) ? biases(false, outputs) : Tensor.filled(0, outputs));
        return linear(here, "conv", node, shape);
    }

    private Layer convolution2d(Layer here) {
        int[] in = fitted(here.shape, 3);
        int channels = in[0];
        int groups = channels > 1 && chance(0.3) ? channels : 1;
        int outputs = groups * (1 + random.nextInt(groups > 1 ? 2 : 3));
        boolean same = chance(0.2);
        boolean valid = !same && chance(0.2);
        int[] kernel = new int[2];
        int[] stride = new int[2];
        int[] dilation = new int[2];
        int[] pads = new int[2];
        int[] shape = {outputs, 0, 0};
        for (int d = 0; d < 2; d++) {
            int length = in[d + 1];
            kernel[d] = 1 + random.nextInt(Math.min(3, length));
            dilation[d] = 1 + random.nextInt(2);
            stride[d] = same ? 1 : 1 + random.nextInt(2);
            pads[d] = random.nextInt(kernel[d] + 1);
            int reach = dilation[d] * (kernel[d] - 1) + 1;
            int padded = length + (same ? reach - 1 : valid ? 0 : 2 * pads[d]);
            if (padded < reach) {
                return here;
            }
            shape[d + 1] = (padded - reach) / stride[d] + 1;
        }
        if (Tensor.size(shape) > LARGEST_LAYER) {
            return here;
        }
        NirNode.Conv2d node = new NirNode.Conv2d(
                chance(0.5) ? new int[] {in[1], in[2]} : new int[0],
                weights(false, outputs, channels / groups, kernel[0], kernel[1]),
                stride,
                same
                        ? new Padding(Padding.Mode.SAME)
                        : valid ? new Padding(Padding.Mode.VALID) : new Padding(Padding.Mode.EXPLICIT, pads),
                dilation,
                groups,
                chance(0.5) ? biases(false, outputs) : Tensor.filled(0, outputs));
        return linear(here, "conv", node, shape);
    }

    /** From a layer to another of the same shape, for cycles. */
    private Layer sameConvolution(Layer here) {
        int[] in = fitted(here.shape, fitted(here.shape, 2) == null || here.shape.length > 2 && chance(0.5) ? 3 : 2);
        int channels = in[0];
        Padding padding = new Padding(Padding.Mode.SAME);
        NirNode node = in.length == 2
                ? new NirNode.Conv1d(
                        in[1], weights(many, channels, channels, 2), 1, padding, 1, 1, biases(many, channels))
                : new NirNode.Conv2d(
                        new int[0],
                        weights(many, channels, 1, 3, 2),
                        new int[] {1, 1},
                        padding,
                        new int[] {1, 1},
                        channels,
                        biases(many, channels));
        return linear(here, "conv", node, in);
    }

    /** Windows of all kinds, overlapping ones and such with gaps between them included. */
    private Layer pool(Layer here) {
        int[] kernel = new int[2];
        int[] stride = new int[2];
        int[] padding = new int[2];
        int[] in = fitted(here.shape, 3);
        int[] shape = {in[0], 0, 0};
        for (int d = 0; d < 2; d++) {
            int length = in[d + 1];
            kernel[d] = 1 + random.nextInt(Math.min(style == Style.EXACT ? 2 : 3, length));
            stride[d] = 1 + random.nextInt(3);
            padding[d] = random.nextInt(kernel[d] / 2 + 1);
            shape[d + 1] = (length + 2 * padding[d] - kernel[d]) / stride[d] + 1;
        }
        NirNode node = style != Style.LOIHI && chance(0.5)
                ? new NirNode.AvgPool2d(kernel, stride, padding)
                : new NirNode.SumPool2d(kernel, stride, padding);
        return linear(here, "pool", node, shape);
    }

    /** To the same shape, for cycles. */
    private Layer samePool(Layer here) {
        int[] ones = {1, 1};
        NirNode node = style == Style.REAL
                ? new NirNode.AvgPool2d(new int[] {3, 3}, ones, ones)
                : new NirNode.SumPool2d(new int[] {3, 3}, ones, ones);
        return linear(here, "pool", node, fitted(here.shape, 3));
    }

    private Layer maximum(Layer here) {
        int[] in = fitted(here.shape, 2);
        int kernel = 1 + random.nextInt(Math.min(3, in[1]));
        int stride = 1 + random.nextInt(3);
        int[] shape = {in[0], (in[1] - kernel) / stride + 1};
        return after(here, "maximum", new NirNode.MaxPool1d(kernel, stride), shape, false);
    }

    // ---- Neurons ----

    private Layer neurons(Layer here, boolean last) {
        int size = here.size();
        int[] shape = here.shape;
        boolean uniform = chance(0.5);
        if (style == Style.LOIHI && !(last && chance(0.3))) {
            int[] decays = {0, 128, 409, 1024, 2048, 4096, random.nextInt(4097)};
            int currentDecay = decays[random.nextInt(7)];
            int voltageDecay = decays[random.nextInt(7)];
            NirNode node = new NirNode.LoihiCubaLif(shape, currentDecay, voltageDecay, 10 + random.nextInt(60));
            return after(here, "neurons", node, shape, true);
        }
        boolean spiking = !chance(last ? 0.5 : 0.15);
        int kind = style == Style.EXACT ? 0 : random.nextInt(5);
        rounding |= kind != 0 || style == Style.LOIHI;
        double[] tau = new double[size];
        double[] tauSyn = new double[size];
        double[] r = new double[size];
        double[] wIn = new double[size];
        double[] vLeak = new double[size];
        double[] vThreshold = new double[size];
        double[] vReset = new double[size];
        boolean rests = chance(0.3);
        boolean aboveAtRest = chance(0.04);
        boolean resets = chance(0.3);
        boolean resetAbove = !many && chance(0.02);
        // What inhibits a neuron is to inhibit it, where neurons spike many times a step.
        boolean inverting = (!many || !spiking) && chance(0.12);
        boolean forgetting = chance(0.12);
        boolean forgettingCurrents = chance(0.12);
        for (int j = 0; j < size; j++) {
            double stepsPerTau = 1.01 + Math.exp(random.nextDouble() * 5);
            double stepsPerTauSyn = 1.01 + Math.exp(random.nextDouble() * 3);
            if (forgetting && chance(0.7)) {
                stepsPerTau = shortest();
            }
            if (forgettingCurrents && chance(0.7)) {
                stepsPerTauSyn = shortest();
            }
            tau[j] = stepsPerTau * dialect.stepSeconds();
            tauSyn[j] = stepsPerTauSyn * dialect.stepSeconds();
            wIn[j] = uniform(0.5, 1.5) * stepsPerTauSyn;
            // A charge per step for IF and I; the others divide by tau.
            r[j] = kind == 0 ? uniform(0.5, 1.5) : uniform(0.5, 1.5) * stepsPerTau / (kind < 3 ? 1 : stepsPerTauSyn);
            vLeak[j] = rests ? uniform(-0.5, 0.5) : 0;
            vThreshold[j] = vLeak[j] + (aboveAtRest ? -uniform(0.05, 0.3) : uniform(0.3, 1.5));
            vReset[j] = resetAbove
                    ? vThreshold[j] + 0.2
                    : resets ? vThreshold[j] - uniform(0.3, 2) : Math.min(vLeak[j], vThreshold[j] - 0.1);
            if (kind == 0) {
                vThreshold[j] = uniform(0.3, 1.5);
                vReset[j] = resets ? -uniform(0, 0.5) : 0;
            }
            if (style == Style.EXACT) {
                r[j] = chance(0.3) ? 0.5 : 1;
                vThreshold[j] = (1 + random.nextInt(6)) / 4.0;
                vReset[j] = resets ? -random.nextInt(3) / 4.0 : 0;
            }
            if (inverting && chance(0.5)) {
                r[j] = -r[j];
            }
            if (inverting && chance(0.5)) {
                wIn[j] = -wIn[j];
            }
            if (uniform && j > 0) {
                for (double[] values : new double[][] {tau, tauSyn, wIn, r, vLeak, vThreshold, vReset}) {
                    values[j] = values[0];
                }
            }
        }
        boolean scalars = uniform && chance(0.5);
        Tensor rTensor = tensor(scalars, r, shape);
        Tensor leakTensor = tensor(scalars, vLeak, shape);
        Tensor thresholdTensor = tensor(scalars, vThreshold, shape);
        Tensor resetTensor = tensor(scalars, vReset, shape);
        Tensor tauTensor = tensor(scalars, tau, shape);
        Tensor tauSynTensor = tensor(scalars, tauSyn, shape);
        Tensor wInTensor = tensor(scalars, wIn, shape);
        NirNode node =
                switch (kind) {
                    case 0 -> spiking ? new NirNode.If(rTensor, thresholdTensor, resetTensor) : new NirNode.I(rTensor);
                    case 1, 2 ->
                        spiking
                                ? new NirNode.Lif(tauTensor, rTensor, leakTensor, thresholdTensor, resetTensor)
                                : new NirNode.Li(tauTensor, rTensor, leakTensor);
                    default ->
                        spiking
                                ? new NirNode.CubaLif(
                                        tauSynTensor,
                                        tauTensor,
                                        rTensor,
                                        leakTensor,
                                        wInTensor,
                                        thresholdTensor,
                                        resetTensor)
                                : new NirNode.CubaLi(tauSynTensor, tauTensor, rTensor, leakTensor, wInTensor);
                };
        return after(here, "neurons", node, shape, spiking);
    }

    /** Steps per time constant of which nothing is left after a step. */
    private double shortest() {
        return dialect.integrator() == Dialect.Integrator.EULER || chance(0.3) ? 1 : 1e-3;
    }

    /** Dimensions of 1 in front are there or not. */
    private Tensor tensor(boolean scalar, double[] values, int[] shape) {
        if (scalar) {
            return Tensor.of(values[0]);
        }
        int[] without = withoutLeadingOnes(shape);
        return new Tensor(without.length > 0 && chance(0.3) ? without : shape, values);
    }

    // ---- Shapes ----

    private static int[] withoutLeadingOnes(int[] shape) {
        int ones = 0;
        while (ones < shape.length && shape[ones] == 1) {
            ones++;
        }
        return Arrays.copyOfRange(shape, ones, shape.length);
    }

    private static boolean sameShape(int[] one, int[] other) {
        return Arrays.equals(withoutLeadingOnes(one), withoutLeadingOnes(other));
    }

    /** The shape with that many dimensions, more or fewer of 1 in front; null where there are too many others. */
    private static int[] fitted(int[] shape, int rank) {
        int[] without = withoutLeadingOnes(shape);
        if (without.length > rank) {
            return null;
        }
        int[] fitted = new int[rank];
        Arrays.fill(fitted, 1);
        System.arraycopy(without, 0, fitted, rank - without.length, without.length);
        return fitted;
    }

    // ---- Numbers ----

    private Tensor weights(boolean inhibiting, int... shape) {
        Tensor weights = Tensor.filled(0, shape);
        for (int i = 0; i < weights.size(); i++) {
            double weight = random.nextGaussian() * 0.5 + 0.1;
            if (inhibiting) {
                weight = -Math.abs(weight) * 0.7;
            }
            weights.values()[i] = rounded(weight, 8);
        }
        return weights;
    }

    /** Some lift neurons over their thresholds without any input, some keep them down. */
    private Tensor biases(boolean inhibiting, int size) {
        double scale = chance(0.3) ? 0.2 : 0.03;
        Tensor biases = Tensor.filled(0, size);
        for (int i = 0; i < size; i++) {
            double bias = random.nextGaussian() * scale;
            biases.values()[i] = rounded(inhibiting ? -Math.abs(bias) : bias, 64);
        }
        return biases;
    }

    private Tensor parameter(int size, int[] shape, double least, double most) {
        double[] values = new double[size];
        for (int i = 0; i < size; i++) {
            values[i] = rounded(uniform(least, most), 4);
        }
        return tensor(chance(0.3), values, shape);
    }

    private double rounded(double value, int parts) {
        return switch (style) {
            case REAL -> value;
            case EXACT -> Math.rint(value * parts) / parts;
            case LOIHI -> Math.rint(value * 20);
        };
    }

    private double uniform(double least, double most) {
        return least + random.nextDouble() * (most - least);
    }

    private boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    private static <T> T pick(Random random, T[] choices) {
        return choices[random.nextInt(choices.length)];
    }

    private static <T> T pick(Random random, List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    // ---- Nodes and edges ----

    private Layer after(Layer source, String kind, NirNode node, int[] shape, boolean spiking) {
        // The first letter is random, as the order of names decides which edge of a cycle is the late one.
        Layer layer = add((char) ('a' + random.nextInt(26)) + "_" + kind + names++, node, shape, spiking);
        connect(source, layer);
        return layer;
    }

    private Layer add(String name, NirNode node, int[] shape, boolean spiking) {
        nodes.put(name, node);
        return new Layer(name, shape, spiking);
    }

    private void connect(Layer source, Layer target) {
        Edge edge = new Edge(source.name, target.name);
        if (!edges.contains(edge)) {
            edges.add(edge);
        }
    }
}
