package io.fluxon.networks.engine;

import io.fluxon.networks.engine.NeuronPopulation.Parameters;
import io.fluxon.networks.model.Dialect;
import io.fluxon.networks.model.Dialect.Integrator;
import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.ModelException;
import io.fluxon.networks.model.NirGraph;
import io.fluxon.networks.model.NirGraph.Edge;
import io.fluxon.networks.model.NirNode;
import io.fluxon.networks.model.Shapes;
import io.fluxon.networks.model.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Turns a graph into populations and the projections between them. Nodes that gather and then give become populations:
 * neurons, thresholds, delays, the output. Nodes without memory become projections from what is before them to what is
 * behind; where one follows another, or a cycle closes at one, a population that passes on what it gathers stands between.
 *
 * <p>The gain of a neuron is multiplied into the weights that lead to it, biases into what it adds in every step.
 */
final class GraphCompiler {

    /** A matrix with fewer weights other than 0 than this share of all is kept as a list of them. */
    private static final double SPARSE = 1.0 / 16;

    /** A leak slower than this is lost in rounding; IF and I have none. */
    private static final double MOST_STEPS_PER_TAU = 1e12;

    final Model model;
    final int[] inputShape;
    final Projection[] inputProjections;
    final Population[] populations;
    final Projection[][] projections;
    final int[] order;
    final int togetherFrom;
    final DelayPopulation[] startingDelays;
    final LayerSummary[] layers;
    final int[] layerOf;
    final boolean spikingOutput;
    final boolean cyclic;
    final long denseOperationsPerStep;
    final NeuronPopulation readout;
    final OutputPopulation output;

    private final NirGraph graph;
    private final Shapes shapes;
    private final Dialect dialect;
    private final FiringOrder firing;
    private final Map<String, List<String>> predecessors = new LinkedHashMap<>();
    private final Map<String, Station> stations = new LinkedHashMap<>();
    private final List<Link> links = new ArrayList<>();
    private long denseOperations;

    /** What becomes a population. */
    private static final class Station {

        final String name;
        final NirNode node;

        /** Whether it only passes on what it gathers, to a linear node or to a neuron. */
        final boolean passesOn;

        final int[] shape;
        Layout layout;

        /** Factor on everything that reaches an element of a block. */
        double[] gain;

        /** Sum of what the biases before it add per step, per element of a block, without the gain. */
        double[] bias;

        int index;
        long parameters;
        long denseOperations;

        Station(String name, NirNode node, boolean passesOn, int[] shape) {
            this.name = name;
            this.node = node;
            this.passesOn = passesOn;
            this.shape = shape;
        }
    }

    /**
     * What leads from one station to another.
     *
     * @param source null for the input
     * @param through name of the linear node between, null where there is none
     */
    private record Link(Station source, String through, Station target) {}

    GraphCompiler(Model model) {
        this.model = model;
        this.graph = model.graph().flattened();
        this.shapes = Shapes.of(graph);
        this.dialect = model.dialect();
        String input = single(NirNode.Input.class);
        String outputName = single(NirNode.Output.class);
        this.inputShape = shapes.output(input);
        long outputs = Tensor.size(shapes.input(outputName));
        if (outputs != model.classes().size()) {
            throw new ModelException("the graph has " + outputs + " outputs, metadata names "
                    + model.classes().size() + " classes");
        }
        for (Edge edge : graph.edges()) {
            predecessors.computeIfAbsent(edge.to(), to -> new ArrayList<>()).add(edge.from());
        }
        this.firing = new FiringOrder(graph, dialect);
        findStations();
        follow(input, null);
        stations.values().stream()
                .filter(station -> !station.passesOn)
                .toList()
                .forEach(station -> follow(station.name, station));
        stations.values().stream()
                .filter(station -> station.passesOn)
                .toList()
                .forEach(station -> followThrough(station.name, station));
        Station readoutStation = lazyReadout(outputName);
        if (readoutStation != null) {
            links.removeIf(link -> link.target.name.equals(outputName));
            stations.remove(outputName);
        }
        chooseLayouts();
        separateGains();
        requireBounded(
                "graph",
                stations.values().stream()
                        .mapToLong(station -> station.layout.size())
                        .sum());
        List<Station> inOrder = new ArrayList<>(stations.values());
        inOrder.sort(Comparator.comparingInt((Station station) -> firing.position(station.name))
                .thenComparing(station -> !station.passesOn));
        for (int i = 0; i < inOrder.size(); i++) {
            inOrder.get(i).index = i;
        }
        addBiases();
        this.populations = inOrder.stream()
                .map(station -> population(station, station == readoutStation))
                .toArray(Population[]::new);
        this.readout = readoutStation == null ? null : (NeuronPopulation) populations[readoutStation.index];
        this.output = readoutStation == null ? (OutputPopulation) populations[stations.get(outputName).index] : null;
        this.spikingOutput = readoutStation == null && givesSpikes(outputName);
        this.cyclic = isCyclic();
        this.inputProjections = projectionsFrom(
                links.stream().filter(link -> link.source == null).toList());
        Map<Station, List<Link>> leaving =
                links.stream().filter(link -> link.source != null).collect(Collectors.groupingBy(Link::source));
        this.projections = inOrder.stream()
                .map(station -> projectionsFrom(leaving.getOrDefault(station, List.of())))
                .toArray(Projection[][]::new);
        this.startingDelays = Arrays.stream(populations)
                .filter(population -> population instanceof DelayPopulation delay && delay.givesAtStart)
                .toArray(DelayPopulation[]::new);
        List<Integer> alone = new ArrayList<>();
        List<Integer> together = new ArrayList<>();
        for (Population population : populations) {
            if (!(population instanceof DelayPopulation delay && delay.givesAtStart)) {
                boolean waits = dialect.transmissionSteps() == 1 && population instanceof NeuronPopulation;
                (waits ? together : alone).add(population.index);
            }
        }
        this.togetherFrom = alone.size();
        alone.addAll(together);
        this.order = alone.stream().mapToInt(Integer::intValue).toArray();
        this.layerOf = new int[populations.length];
        List<LayerSummary> summaries = new ArrayList<>();
        for (Station station : inOrder) {
            boolean layer = !station.passesOn && !(station.node instanceof NirNode.Output);
            layerOf[station.index] = layer ? summaries.size() : -1;
            if (layer) {
                summaries.add(summary(station));
            }
        }
        this.layers = summaries.toArray(LayerSummary[]::new);
        this.denseOperationsPerStep = denseOperations;
    }

    private static boolean isLinear(NirNode node) {
        return node instanceof NirNode.Flatten || isWeighing(node);
    }

    /** Linear, and more than another order of the same values. */
    private static boolean isWeighing(NirNode node) {
        return node instanceof NirNode.Linear
                || node instanceof NirNode.Affine
                || node instanceof NirNode.Scale
                || isSpatial(node);
    }

    private static boolean isSpatial(NirNode node) {
        return node instanceof NirNode.Conv1d
                || node instanceof NirNode.Conv2d
                || node instanceof NirNode.SumPool2d
                || node instanceof NirNode.AvgPool2d;
    }

    private String single(Class<? extends NirNode> type) {
        List<String> names = graph.nodes().entrySet().stream()
                .filter(entry -> type.isInstance(entry.getValue()))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        if (names.size() != 1) {
            throw new ModelException("graph: has " + names.size() + " " + type.getSimpleName()
                    + " nodes, this engine runs graphs with 1");
        }
        return names.get(0);
    }

    // ---- Stations and links ----

    private void findStations() {
        for (String name : new TreeSet<>(graph.nodes().keySet())) {
            NirNode node = graph.nodes().get(name);
            if (node instanceof NirNode.Input) {
                continue;
            }
            if (!isLinear(node) && !FiringOrder.isNeuron(node) && !isGathering(node)) {
                throw new ModelException("node " + name + ": " + NirNode.typeOf(node)
                        + " has an engine of its own and does not run among other nodes");
            }
            boolean passesOn = isLinear(node) && needsPlaceBefore(name);
            if (passesOn || !isLinear(node)) {
                stations.put(name, new Station(name, node, passesOn, shapes.input(name)));
            }
        }
    }

    private static boolean isGathering(NirNode node) {
        return node instanceof NirNode.Threshold
                || node instanceof NirNode.Delay
                || node instanceof NirNode.MaxPool1d
                || node instanceof NirNode.Output;
    }

    /** Whether what reaches a linear node has to be gathered before it goes through the node. */
    private boolean needsPlaceBefore(String name) {
        if (firing.isTargetOfClosing(name)) {
            return true;
        }
        List<String> before = predecessors.getOrDefault(name, List.of());
        for (String next : firing.successors(name)) {
            // Otherwise what is before would fire before the closing edge's target, and pass on within the step.
            if (firing.isClosing(name, next)
                    && before.stream()
                            .anyMatch(from -> isLinear(graph.nodes().get(from))
                                    || firing.holdsBack(from)
                                    || firing.position(from) < firing.position(next))) {
                return true;
            }
        }
        NirNode node = graph.nodes().get(name);
        if (node instanceof NirNode.Flatten) {
            int[] shape = shapes.output(name);
            return before.size() > 1 || shape.length > 1 && shape[0] != shapes.input(name)[0];
        }
        return before.stream().anyMatch(this::isBehindWeighing);
    }

    /** Whether a node, or the one before Flattens, weighs. A Flatten with several nodes before it is a place of its own. */
    private boolean isBehindWeighing(String name) {
        String behind = name;
        while (graph.nodes().get(behind) instanceof NirNode.Flatten
                && predecessors.getOrDefault(behind, List.of()).size() == 1) {
            behind = predecessors.get(behind).get(0);
        }
        return isWeighing(graph.nodes().get(behind));
    }

    /** Links from a station (null: the input) through what is behind the node of that name. */
    private void follow(String name, Station source) {
        Deque<String> ahead = new ArrayDeque<>(List.of(name));
        while (!ahead.isEmpty()) {
            for (String next : firing.successors(ahead.remove())) {
                if (stations.containsKey(next)) {
                    links.add(new Link(source, null, stations.get(next)));
                } else if (graph.nodes().get(next) instanceof NirNode.Flatten) {
                    ahead.add(next);
                } else {
                    followThrough(next, source);
                }
            }
        }
    }

    /** Links from a station through a linear node to all that is behind it. */
    private void followThrough(String through, Station source) {
        if (graph.nodes().get(through) instanceof NirNode.Flatten) {
            follow(through, source);
            return;
        }
        for (Station target : behind(through)) {
            links.add(new Link(source, through, target));
        }
    }

    /** The stations behind a weighing node: only Flattens can be between, as anything else would be a station itself. */
    private List<Station> behind(String name) {
        List<Station> targets = new ArrayList<>();
        Deque<String> ahead = new ArrayDeque<>(List.of(name));
        while (!ahead.isEmpty()) {
            for (String next : firing.successors(ahead.remove())) {
                if (stations.containsKey(next)) {
                    targets.add(stations.get(next));
                } else {
                    ahead.add(next);
                }
            }
        }
        return targets;
    }

    /** The neurons whose potential is the output and nothing else, so that it is only looked at when asked for; or null. */
    private Station lazyReadout(String outputName) {
        List<Link> in = links.stream()
                .filter(link -> link.target.name.equals(outputName))
                .toList();
        Station source = in.get(0).source;
        boolean only = in.size() == 1
                && in.get(0).through == null
                && source != null
                && FiringOrder.isNeuron(source.node)
                && !FiringOrder.isSpikingNeuron(source.node)
                && dialect.transmissionSteps() == 0
                && links.stream().filter(link -> link.source == source).count() == 1;
        return only ? source : null;
    }

    /** Whether all that reaches a node are spikes, if only through Flattens and Delays. */
    private boolean givesSpikes(String name) {
        Set<String> passed = new HashSet<>(Set.of(name));
        Deque<String> ahead = new ArrayDeque<>(passed);
        while (!ahead.isEmpty()) {
            for (String before : predecessors.get(ahead.remove())) {
                NirNode node = graph.nodes().get(before);
                boolean passesOn = node instanceof NirNode.Flatten || node instanceof NirNode.Delay;
                if (passesOn && passed.add(before)) {
                    ahead.add(before);
                } else if (!passesOn && !FiringOrder.isSpikingNeuron(node) && !(node instanceof NirNode.Threshold)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean isCyclic() {
        Set<Station> left = new HashSet<>(stations.values());
        while (left.removeIf(station -> links.stream()
                .noneMatch(link -> link.target == station && link.source != null && left.contains(link.source)))) {
            // What only follows from the input has gone; the rest is looked at again.
        }
        return !left.isEmpty();
    }

    // ---- Layouts, gains, biases ----

    private void chooseLayouts() {
        Map<Station, List<Link>> reaching = links.stream().collect(Collectors.groupingBy(Link::target));
        Map<Station, List<Link>> leaving =
                links.stream().filter(link -> link.source != null).collect(Collectors.groupingBy(Link::source));
        for (Station station : stations.values()) {
            parameters(station.node).forEach(tensor -> requireFinite(station.name, tensor));
            boolean byPlace = station.shape.length > 1
                    && !(station.node instanceof NirNode.Flatten)
                    && (station.passesOn
                            || FiringOrder.isNeuron(station.node)
                            || station.node instanceof NirNode.Threshold)
                    && reaching.getOrDefault(station, List.of()).stream()
                            .allMatch(link -> link.through == null
                                    || isSpatial(graph.nodes().get(link.through))
                                            && shapes.output(link.through)[0] == station.shape[0])
                    && leaving.getOrDefault(station, List.of()).stream()
                            .allMatch(link -> link.through == null
                                    || !isSpatial(graph.nodes().get(link.through))
                                    || spatialInput(link.through)[0] == station.shape[0])
                    && parameters(station.node).stream().allMatch(tensor -> isSamePerPlace(tensor, station.shape));
            station.layout = byPlace ? Layout.byPlace(station.shape) : Layout.whole(station.shape);
            station.gain = gain(station);
        }
    }

    private static void requireFinite(String name, Tensor tensor) {
        for (double value : tensor.values()) {
            if (!Double.isFinite(value)) {
                throw new ModelException("node " + name + ": a parameter is " + value + ", must be a finite number");
            }
        }
    }

    private static boolean isSamePerPlace(Tensor tensor, int[] shape) {
        if (tensor.size() == 1) {
            return true;
        }
        int places = tensor.size() / shape[0];
        for (int i = 0; i < tensor.size(); i++) {
            if (tensor.values()[i] != tensor.values()[i / places * places]) {
                return false;
            }
        }
        return true;
    }

    private static List<Tensor> parameters(NirNode node) {
        if (node instanceof NirNode.Lif lif) {
            return List.of(lif.tauSeconds(), lif.r(), lif.vLeak(), lif.vThreshold(), lif.vReset());
        } else if (node instanceof NirNode.If neuron) {
            return List.of(neuron.r(), neuron.vThreshold(), neuron.vReset());
        } else if (node instanceof NirNode.Li li) {
            return List.of(li.tauSeconds(), li.r(), li.vLeak());
        } else if (node instanceof NirNode.I integrator) {
            return List.of(integrator.r());
        } else if (node instanceof NirNode.CubaLif lif) {
            return List.of(
                    lif.tauSynSeconds(),
                    lif.tauMemSeconds(),
                    lif.r(),
                    lif.vLeak(),
                    lif.wIn(),
                    lif.vThreshold(),
                    lif.vReset());
        } else if (node instanceof NirNode.CubaLi li) {
            return List.of(li.tauSynSeconds(), li.tauMemSeconds(), li.r(), li.vLeak(), li.wIn());
        } else if (node instanceof NirNode.Threshold threshold) {
            return List.of(threshold.threshold());
        } else if (node instanceof NirNode.Delay delay) {
            return List.of(delay.delaySeconds());
        }
        return List.of();
    }

    /** A parameter's values for the elements of a block. */
    private static double[] ofBlock(Tensor tensor, Layout layout) {
        double[] values = new double[layout.blockSize()];
        for (int j = 0; j < values.length; j++) {
            values[j] = tensor.values()[tensor.size() == 1 ? 0 : layout.rowMajor(j)];
        }
        return values;
    }

    private static double[] filled(Layout layout, double value) {
        double[] values = new double[layout.blockSize()];
        Arrays.fill(values, value);
        return values;
    }

    private double[] gain(Station station) {
        Layout layout = station.layout;
        if (station.passesOn) {
            return filled(layout, 1);
        } else if (station.node instanceof NirNode.Lif lif) {
            return membraneGain(ofBlock(lif.tauSeconds(), layout), ofBlock(lif.r(), layout), station);
        } else if (station.node instanceof NirNode.Li li) {
            return membraneGain(ofBlock(li.tauSeconds(), layout), ofBlock(li.r(), layout), station);
        } else if (station.node instanceof NirNode.If neuron) {
            return ofBlock(neuron.r(), layout);
        } else if (station.node instanceof NirNode.I integrator) {
            return ofBlock(integrator.r(), layout);
        } else if (station.node instanceof NirNode.CubaLif lif) {
            return membraneGain(ofBlock(lif.tauSynSeconds(), layout), ofBlock(lif.wIn(), layout), station);
        } else if (station.node instanceof NirNode.CubaLi li) {
            return membraneGain(ofBlock(li.tauSynSeconds(), layout), ofBlock(li.wIn(), layout), station);
        }
        return filled(layout, 1);
    }

    /** What a filter of the time constants tau takes in per step: (1 - kappa) r. */
    private double[] membraneGain(double[] tauSeconds, double[] r, Station station) {
        double[] gain = new double[r.length];
        for (int j = 0; j < gain.length; j++) {
            gain[j] = r[j] * taken(station.name, tauSeconds[j]);
        }
        return gain;
    }

    /** 1 - kappa. */
    private double taken(String name, double tauSeconds) {
        double ratio = dialect.stepSeconds() / tauSeconds;
        if (!(tauSeconds > 0 && ratio > 1 / MOST_STEPS_PER_TAU)
                || dialect.integrator() == Integrator.EULER && ratio > 1 + 1e-12) {
            throw new ModelException("node " + name + ": tau is " + tauSeconds + " s, must be "
                    + (dialect.integrator() == Integrator.EULER
                            ? "at least dt, " + dialect.stepSeconds()
                                    + " s, for the euler integrator, and below 1e12 dt"
                            : "positive and below 1e12 dt"));
        }
        return dialect.integrator() == Integrator.EULER ? Math.min(1, ratio) : -StrictMath.expm1(-ratio);
    }

    /** kappa. */
    private double[] kept(String name, double[] tauSeconds) {
        double[] kappa = new double[tauSeconds.length];
        for (int j = 0; j < kappa.length; j++) {
            kappa[j] = dialect.integrator() == Integrator.EULER
                    ? 1 - taken(name, tauSeconds[j])
                    : StrictMath.exp(-dialect.stepSeconds() / tauSeconds[j]);
        }
        return kappa;
    }

    /** Where the gain differs within a channel, what a convolution gives is gathered before it is multiplied. */
    private void separateGains() {
        Map<Station, Station> between = new LinkedHashMap<>();
        links.replaceAll(link -> {
            Station target = link.target;
            if (link.through == null
                    || !isSpatial(graph.nodes().get(link.through))
                    || target.layout.isByPlace()
                    || isSamePerPlace(new Tensor(target.shape, target.gain), shapes.output(link.through))) {
                return link;
            }
            return new Link(
                    link.source,
                    link.through,
                    between.computeIfAbsent(target, key -> new Station(target.name, target.node, true, target.shape)));
        });
        between.forEach((target, station) -> {
            station.layout = target.layout;
            station.gain = filled(target.layout, 1);
            // No node's name holds the character 0.
            stations.put(target.name + "\0", station);
            links.add(new Link(station, null, target));
        });
    }

    private void addBiases() {
        for (Station station : stations.values()) {
            station.bias = filled(station.layout, 0);
        }
        links.stream()
                .filter(link -> link.through != null)
                .map(Link::through)
                .distinct()
                .forEach(through -> {
                    NirNode node = graph.nodes().get(through);
                    Tensor bias = node instanceof NirNode.Affine affine
                            ? affine.bias()
                            : node instanceof NirNode.Conv1d conv
                                    ? conv.bias()
                                    : node instanceof NirNode.Conv2d conv2d ? conv2d.bias() : null;
                    List<Station> targets = behind(through);
                    if (bias != null) {
                        requireFinite(through, bias);
                        targets.forEach(target -> addBias(target, bias));
                    }
                    Station first = layerBehind(targets.get(0));
                    long parameters = bias == null ? 0 : bias.size();
                    first.parameters += parameters + weights(node);
                    long operations = operations(through);
                    first.denseOperations += operations;
                    denseOperations += operations;
                });
    }

    private Station layerBehind(Station station) {
        return station.passesOn && isLinear(station.node)
                ? layerBehind(behind(station.name).get(0))
                : station;
    }

    /** A bias is per element, or per channel. */
    private static void addBias(Station target, Tensor bias) {
        int perBias = target.layout.size() / bias.size();
        for (int j = 0; j < target.bias.length; j++) {
            target.bias[j] += bias.values()[target.layout.rowMajor(j) / perBias];
        }
    }

    private static long weights(NirNode node) {
        if (node instanceof NirNode.Linear linear) {
            return linear.weight().size();
        } else if (node instanceof NirNode.Affine affine) {
            return affine.weight().size();
        } else if (node instanceof NirNode.Conv1d convolution) {
            return convolution.weight().size();
        } else if (node instanceof NirNode.Conv2d convolution) {
            return convolution.weight().size();
        }
        return node instanceof NirNode.Scale scale ? scale.scale().size() : 0;
    }

    /** Multiply-adds of a linear node per step. */
    private long operations(String name) {
        NirNode node = graph.nodes().get(name);
        if (node instanceof NirNode.Conv1d convolution) {
            return (long) convolution.weight().size() * shapes.output(name)[1];
        } else if (node instanceof NirNode.Conv2d convolution) {
            int[] shape = shapes.output(name);
            return (long) convolution.weight().size() * shape[1] * shape[2];
        }
        return weights(node);
    }

    // ---- Populations ----

    private Population population(Station station, boolean isReadout) {
        NirNode node = station.node;
        Layout layout = station.layout;
        String name = station.name;
        if (station.passesOn) {
            return new MemorylessPopulation(station.index, name, "", layout, station.bias, null, biasReason(station));
        } else if (node instanceof NirNode.Threshold threshold) {
            double[] limit = ofBlock(threshold.threshold(), layout);
            String reason = null;
            for (int j = 0; j < limit.length; j++) {
                reason = station.bias[j] > limit[j] ? "it is above its threshold without any input" : reason;
            }
            return new MemorylessPopulation(station.index, name, "Threshold", layout, station.bias, limit, reason);
        } else if (node instanceof NirNode.Delay delay) {
            int[] steps = Arrays.stream(ofBlock(delay.delaySeconds(), layout))
                    .mapToInt(seconds -> firing.delaySteps(name, seconds))
                    .toArray();
            requireBounded("node " + name, (long) (Arrays.stream(steps).max().orElse(0) + 1) * layout.size());
            return new DelayPopulation(station.index, name, layout, steps, station.bias, biasReason(station));
        } else if (node instanceof NirNode.MaxPool1d pool) {
            Layout given = Layout.whole(shapes.output(name));
            return new MaxPoolPopulation(
                    station.index,
                    name,
                    Layout.whole(inDimensions(station.shape, 2)),
                    given,
                    pool,
                    station.bias,
                    biasReason(station));
        } else if (node instanceof NirNode.Output) {
            return new OutputPopulation(station.index, name, layout, station.bias, givesSpikes(name), null);
        }
        return neurons(station, isReadout);
    }

    private static void requireBounded(String place, long values) {
        if (values > 1 << 24) {
            throw new ModelException(place + ": needs " + values + " values per key, more than " + (1 << 24));
        }
    }

    private static String biasReason(Station station) {
        return Arrays.stream(station.bias).anyMatch(bias -> bias != 0) ? "a bias acts on it in every step" : null;
    }

    private Population neurons(Station station, boolean isReadout) {
        String name = station.name;
        String type = NirNode.typeOf(station.node);
        Layout layout = station.layout;
        Parameters parameters = parameters(station);
        boolean spiking = FiringOrder.isSpikingNeuron(station.node);
        if (spiking && dialect.spikesPerStep() == Dialect.SpikesPerStep.MANY) {
            for (int j = 0; j < layout.blockSize(); j++) {
                if (!(parameters.threshold()[j] > parameters.vReset()[j])) {
                    throw new ModelException("node " + name + ": v_threshold is "
                            + parameters.threshold()[j] + ", must be above v_reset, "
                            + parameters.vReset()[j] + ", for many spikes per step");
                }
            }
        }
        boolean givesPotential = !spiking && !isReadout;
        String reason = givesPotential ? "it gives its potential in every step" : null;
        if (station.node instanceof NirNode.LoihiCubaLif loihi) {
            boolean quiet = loihi.threshold() > 0
                    && Arrays.stream(station.bias).allMatch(bias -> bias == 0)
                    && loihi.currentDecay() > 0;
            return new LoihiPopulation(
                    station.index,
                    name,
                    layout,
                    loihi,
                    station.bias,
                    parameters,
                    dialect.ofLoihi(),
                    quiet ? null : "a bias, a threshold of 0 or currents that never decay can lift it");
        }
        if (station.node instanceof NirNode.CubaLif || station.node instanceof NirNode.CubaLi) {
            CurrentPopulation.Synapse synapse = synapse(station, parameters);
            double[] rest = new double[layout.blockSize()];
            for (int j = 0; j < rest.length; j++) {
                rest[j] = parameters.vLeak()[j] + synapse.r()[j] * synapse.bias()[j];
            }
            return new CurrentPopulation(
                    station.index,
                    name,
                    type,
                    layout,
                    parameters,
                    synapse,
                    dialect,
                    givesPotential,
                    reason != null ? reason : liftReason(parameters, rest));
        }
        double[] rest = new double[layout.blockSize()];
        for (int j = 0; j < rest.length; j++) {
            rest[j] = parameters.equilibrium(j);
        }
        return new NeuronPopulation(
                station.index,
                name,
                type,
                layout,
                parameters,
                dialect,
                givesPotential,
                reason != null ? reason : liftReason(parameters, rest));
    }

    private static String liftReason(Parameters parameters, double[] rest) {
        int lifted = 0;
        for (int j = 0; j < rest.length; j++) {
            if (NeuronPopulation.canFire(
                    Math.max(rest[j], parameters.vLeak()[j]), parameters.threshold()[j])) {
                lifted++;
            }
        }
        return lifted == 0
                ? null
                : "bias, leak or reset alone lift " + lifted + " of " + rest.length + " to the threshold";
    }

    /** Of the membrane; biases are in the constant where they act on the membrane itself. */
    private Parameters parameters(Station station) {
        Layout layout = station.layout;
        String name = station.name;
        double[] none = filled(layout, Double.POSITIVE_INFINITY);
        double[] zero = filled(layout, 0);
        if (station.node instanceof NirNode.Lif lif) {
            return membrane(
                    kept(name, ofBlock(lif.tauSeconds(), layout)),
                    ofBlock(lif.vLeak(), layout),
                    station,
                    ofBlock(lif.vThreshold(), layout),
                    ofBlock(lif.vReset(), layout));
        } else if (station.node instanceof NirNode.Li li) {
            return membrane(
                    kept(name, ofBlock(li.tauSeconds(), layout)), ofBlock(li.vLeak(), layout), station, none, zero);
        } else if (station.node instanceof NirNode.If neuron) {
            return membrane(
                    filled(layout, 1),
                    zero,
                    station,
                    ofBlock(neuron.vThreshold(), layout),
                    ofBlock(neuron.vReset(), layout));
        } else if (station.node instanceof NirNode.I) {
            return membrane(filled(layout, 1), zero, station, none, zero);
        } else if (station.node instanceof NirNode.CubaLif lif) {
            return membrane(
                    kept(name, ofBlock(lif.tauMemSeconds(), layout)),
                    ofBlock(lif.vLeak(), layout),
                    null,
                    ofBlock(lif.vThreshold(), layout),
                    ofBlock(lif.vReset(), layout));
        } else if (station.node instanceof NirNode.CubaLi li) {
            return membrane(
                    kept(name, ofBlock(li.tauMemSeconds(), layout)), ofBlock(li.vLeak(), layout), null, none, zero);
        }
        NirNode.LoihiCubaLif loihi = (NirNode.LoihiCubaLif) station.node;
        return new Parameters(filled(layout, 0), zero, zero, filled(layout, loihi.threshold()), zero);
    }

    /** @param driven station whose biases act on the membrane, or null */
    private static Parameters membrane(
            double[] kappa, double[] vLeak, Station driven, double[] threshold, double[] vReset) {
        double[] constant = new double[kappa.length];
        for (int j = 0; j < constant.length; j++) {
            constant[j] = (1 - kappa[j]) * vLeak[j] + (driven == null ? 0 : driven.gain[j] * driven.bias[j]);
        }
        return new Parameters(kappa, constant, vLeak, threshold, vReset);
    }

    private CurrentPopulation.Synapse synapse(Station station, Parameters parameters) {
        Layout layout = station.layout;
        List<Tensor> tensors = parameters(station.node);
        double[] alpha = kept(station.name, ofBlock(tensors.get(0), layout));
        double[] tauMem = ofBlock(tensors.get(1), layout);
        double[] r = ofBlock(tensors.get(2), layout);
        double[] wIn = ofBlock(tensors.get(4), layout);
        double[] gain = membraneGain(tauMem, r, station);
        double[] bias = new double[wIn.length];
        for (int j = 0; j < bias.length; j++) {
            bias[j] = wIn[j] * station.bias[j];
        }
        return new CurrentPopulation.Synapse(alpha, bias, gain, r);
    }

    private LayerSummary summary(Station station) {
        Population population = populations[station.index];
        long own = parameters(station.node).stream().mapToLong(Tensor::size).sum();
        long values = population.stateValues()
                + population.layout.size() * (population.hasCurrent() ? 2L : 1L)
                + population.layout.blocks()
                + (population.layout.blocks() + 63) / 64;
        return new LayerSummary(
                station.name,
                population.type,
                population.outputLayout().shape().clone(),
                population.outputLayout().size(),
                station.parameters + own,
                Double.BYTES * values,
                station.denseOperations,
                population.steppedBecause);
    }

    // ---- Projections ----

    private Projection[] projectionsFrom(List<Link> leaving) {
        return leaving.stream().map(this::projection).toArray(Projection[]::new);
    }

    private Projection projection(Link link) {
        Layout source = link.source == null ? Layout.whole(inputShape) : populations[link.source.index].outputLayout();
        NirNode node = link.through == null ? null : graph.nodes().get(link.through);
        if (node == null) {
            return elementwise(link, source, null);
        } else if (node instanceof NirNode.Scale scale) {
            return elementwise(link, source, scale.scale());
        } else if (node instanceof NirNode.Linear linear) {
            return matrix(link, source, linear.weight());
        } else if (node instanceof NirNode.Affine affine) {
            return matrix(link, source, affine.weight());
        } else if (node instanceof NirNode.SumPool2d pool) {
            return pooling(link, source, pool.kernelSize(), pool.stride(), pool.padding(), 1);
        } else if (node instanceof NirNode.AvgPool2d pool) {
            double share = 1.0 / (pool.kernelSize()[0] * pool.kernelSize()[1]);
            return pooling(link, source, pool.kernelSize(), pool.stride(), pool.padding(), share);
        } else if (node instanceof NirNode.Conv1d convolution) {
            return convolution(link, source, convolution);
        }
        return convolution(link, source, (NirNode.Conv2d) node);
    }

    /** @param scale null where values are passed on as they are */
    private Projection elementwise(Link link, Layout source, Tensor scale) {
        Layout target = link.target.layout;
        int[] targets = new int[source.size()];
        double[] factors = new double[source.size()];
        for (int i = 0; i < targets.length; i++) {
            int rowMajor = source.rowMajor(i);
            targets[i] = target.inMemory(rowMajor);
            double factor = scale == null ? 1 : scale.values()[scale.size() == 1 ? 0 : rowMajor];
            factors[i] = finite(link, factor * gain(link.target, targets[i]));
        }
        return new ElementwiseProjection(link.target.index, targets, factors, target.blockSize(), scale != null);
    }

    /** @param weight [..., outputs, inputs] */
    private Projection matrix(Link link, Layout source, Tensor weight) {
        int inputs = weight.shape()[weight.rank() - 1];
        int outputs = weight.shape()[weight.rank() - 2];
        int weightsOther = 0;
        for (double w : weight.values()) {
            weightsOther += w != 0 ? 1 : 0;
        }
        long full = (long) source.size() * link.target.layout.size();
        boolean dense = weightsOther >= SPARSE * full && weight.size() == full;
        double[][] rows = new double[source.size()][];
        int[][] targets = new int[dense ? 0 : source.size()][];
        double[] row = new double[outputs];
        int[] reached = new int[outputs];
        for (int i = 0; i < rows.length; i++) {
            int rowMajor = source.rowMajor(i);
            int firstOutput = rowMajor / inputs * outputs;
            int count = 0;
            for (int o = 0; o < outputs; o++) {
                int target = link.target.layout.inMemory(firstOutput + o);
                double w = finite(
                        link,
                        weight.values()[(firstOutput + o) * inputs + rowMajor % inputs] * gain(link.target, target));
                if (dense) {
                    row[target] = w;
                } else if (w != 0) {
                    row[count] = w;
                    reached[count++] = target;
                }
            }
            rows[i] = Arrays.copyOf(row, dense ? outputs : count);
            if (!dense) {
                targets[i] = Arrays.copyOf(reached, count);
            }
        }
        return dense
                ? new DenseProjection(link.target.index, rows, link.target.layout.blocks())
                : new SparseProjection(link.target.index, targets, rows, link.target.layout.blockSize());
    }

    private Projection pooling(Link link, Layout source, int[] kernel, int[] stride, int[] padding, double weight) {
        int[] in = spatialInput(link.through);
        int[] out = shapes.output(link.through);
        int channels = in[0];
        double[] weights = new double[channels * kernel[0] * kernel[1]];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = finite(link, weight * channelGain(link.target, channels, i / (kernel[0] * kernel[1])));
        }
        return new ConvolutionProjection(
                link.target.index,
                weights,
                new ConvolutionProjection.Axis(in[1], out[1], kernel[0], stride[0], padding[0], 1),
                new ConvolutionProjection.Axis(in[2], out[2], kernel[1], stride[1], padding[1], 1),
                1,
                1,
                inShape(source, in),
                inShape(link.target.layout, out),
                false);
    }

    private Projection convolution(Link link, Layout source, NirNode.Conv1d node) {
        int[] in = spatialInput(link.through);
        int[] out = shapes.output(link.through);
        int kernel = node.weight().shape()[2];
        return convolution(
                link,
                source,
                node.weight(),
                node.groups(),
                new ConvolutionProjection.Axis(1, 1, 1, 1, 0, 1),
                new ConvolutionProjection.Axis(
                        in[1],
                        out[1],
                        kernel,
                        node.stride(),
                        before(node.padding(), 0, kernel, node.dilation()),
                        node.dilation()));
    }

    private Projection convolution(Link link, Layout source, NirNode.Conv2d node) {
        int[] in = spatialInput(link.through);
        int[] out = shapes.output(link.through);
        ConvolutionProjection.Axis[] axes = new ConvolutionProjection.Axis[2];
        for (int d = 0; d < 2; d++) {
            int kernel = node.weight().shape()[2 + d];
            int dilation = node.dilation()[d];
            axes[d] = new ConvolutionProjection.Axis(
                    in[1 + d],
                    out[1 + d],
                    kernel,
                    node.stride()[d],
                    before(node.padding(), d, kernel, dilation),
                    dilation);
        }
        return convolution(link, source, node.weight(), node.groups(), axes[0], axes[1]);
    }

    /** Zeros before the first element of a dimension. */
    private static int before(NirNode.Padding padding, int dimension, int kernel, int dilation) {
        return switch (padding.mode()) {
            case EXPLICIT -> padding.sizes()[dimension];
            case SAME -> dilation * (kernel - 1) / 2;
            case VALID -> 0;
        };
    }

    /** @param weight [outputs, inputs of a group, kernel...] */
    private Projection convolution(
            Link link,
            Layout source,
            Tensor weight,
            int groups,
            ConvolutionProjection.Axis vertical,
            ConvolutionProjection.Axis horizontal) {
        int outputs = weight.shape()[0];
        int outputsPerGroup = outputs / groups;
        int inputsPerGroup = weight.shape()[1];
        int kernel = vertical.kernel() * horizontal.kernel();
        double[] weights = new double[weight.size()];
        for (int o = 0; o < outputs; o++) {
            double gain = channelGain(link.target, outputs, o);
            for (int i = 0; i < inputsPerGroup; i++) {
                int input = o / outputsPerGroup * inputsPerGroup + i;
                for (int k = 0; k < kernel; k++) {
                    weights[(input * kernel + k) * outputsPerGroup + o % outputsPerGroup] =
                            finite(link, weight.values()[(o * inputsPerGroup + i) * kernel + k] * gain);
                }
            }
        }
        Layout from = inShape(source, spatialInput(link.through));
        Layout to = inShape(link.target.layout, shapes.output(link.through));
        if (outputsPerGroup == 1 && vertical.isPointwise() && horizontal.isPointwise()) {
            return pointwise(link, weights, inputsPerGroup, from, to);
        }
        return new ConvolutionProjection(
                link.target.index, weights, vertical, horizontal, inputsPerGroup, outputsPerGroup, from, to, true);
    }

    /** A convolution with a kernel of one place and one output for each group: every input reaches one element. */
    private static Projection pointwise(Link link, double[] weights, int inputsPerGroup, Layout source, Layout target) {
        int places = source.size() / weights.length;
        int[] targets = new int[source.size()];
        double[] factors = new double[source.size()];
        for (int i = 0; i < targets.length; i++) {
            int channel = source.rowMajor(i) / places;
            targets[i] = target.inMemory(channel / inputsPerGroup * places + source.rowMajor(i) % places);
            factors[i] = weights[channel];
        }
        return new ElementwiseProjection(link.target.index, targets, factors, target.blockSize(), true);
    }

    /** The same memory seen in the shape that the linear node has, which a Flatten may have joined. */
    private static Layout inShape(Layout layout, int[] shape) {
        return layout.isByPlace() ? Layout.byPlace(shape) : Layout.whole(shape);
    }

    /** What a convolution or pooling takes, [channels, length] or [channels, height, width]. */
    private int[] spatialInput(String name) {
        return inDimensions(shapes.input(name), graph.nodes().get(name) instanceof NirNode.Conv1d ? 2 : 3);
    }

    /** A shape with that many dimensions: more or fewer of 1 in front, which are immaterial. */
    private static int[] inDimensions(int[] shape, int rank) {
        int[] fitted = new int[rank];
        Arrays.fill(fitted, 1);
        int kept = Math.min(rank, shape.length);
        System.arraycopy(shape, shape.length - kept, fitted, rank - kept, kept);
        return fitted;
    }

    private static double gain(Station target, int element) {
        return target.gain[element % target.gain.length];
    }

    private static double channelGain(Station target, int channels, int channel) {
        return target.layout.isByPlace()
                ? target.gain[channel]
                : target.gain[channel * (target.layout.size() / channels)];
    }

    private static double finite(Link link, double weight) {
        if (!Double.isFinite(weight)) {
            throw new ModelException("node " + (link.through == null ? link.target.name : link.through)
                    + ": a weight times the gain of " + link.target.name + " is " + weight);
        }
        return weight;
    }
}
