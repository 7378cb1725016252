package io.fluxon.networks.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.fluxon.networks.engine.RandomNetworks.Drive;
import io.fluxon.networks.engine.RandomNetworks.Network;
import io.fluxon.networks.engine.RandomNetworks.Stream;
import io.fluxon.networks.engine.RandomNetworks.Style;
import io.fluxon.networks.model.Dialect;
import io.fluxon.networks.model.NirGraph;
import io.fluxon.networks.model.NirNode;
import io.fluxon.networks.model.Shapes;
import io.fluxon.networks.model.Tensor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.DoublePredicate;
import org.junit.jupiter.api.Test;

/**
 * The engine, which skips what is silent, against {@link SteppedInterpreter} on random networks. More of them, or others,
 * with {@code -Dnetworks.graphs=20000 -Dnetworks.firstSeed=1000000}; a failure names its seed.
 */
class NetworkPlanPropertyTest {

    private static final int GRAPHS = Integer.getInteger("networks.graphs", 200);
    private static final long FIRST_SEED = Long.getLong("networks.firstSeed", 0);

    /** Two ways to add up may differ by this; whoever stands so close to a threshold may fire in one and not in the other. */
    private static final double ROUNDING = 1e-9;

    @Test
    void eventsGiveTheSpikesOfAnInterpreterThatEvaluatesEveryStep() {
        compareAll(Feed.EVENTS);
    }

    @Test
    void valuesStepByStepGiveTheSpikesOfAnInterpreterThatEvaluatesEveryStep() {
        compareAll(Feed.STEPS);
    }

    /** How the engine is fed. */
    enum Feed {
        EVENTS,
        STEPS
    }

    private static void compareAll(Feed feed) {
        int undecidable = 0;
        long spikes = 0;
        for (long seed = FIRST_SEED; seed < FIRST_SEED + GRAPHS; seed++) {
            Comparison comparison = compare(seed, feed);
            if (comparison.undecidable) {
                undecidable++;
            } else {
                assertThat(comparison.difference)
                        .as(
                                "seed %d, %s",
                                seed, RandomNetworks.network(seed).model().dialect())
                        .isEmpty();
            }
            spikes += comparison.spikes;
        }
        assertThat(undecidable).isLessThanOrEqualTo(GRAPHS / 1000);
        assertThat(spikes).isGreaterThan(200L * GRAPHS);
    }

    /**
     * @param difference the first that there is, or empty
     * @param undecidable the first difference is where a potential was as close to its threshold as rounding reaches
     */
    record Comparison(String difference, boolean undecidable, long spikes) {}

    static Comparison compare(long seed, Feed feed) {
        Network network = RandomNetworks.network(seed);
        NetworkPlan plan = NetworkPlan.compile(network.model());
        Random random = new Random(seed);
        boolean counts = feed == Feed.EVENTS || random.nextBoolean();
        Drive drive = RandomNetworks.drive(random, network, plan.inputs(), counts, 1500);
        Recorder recorder = new Recorder(plan);
        NetworkState state = plan.newState();
        if (feed == Feed.EVENTS) {
            Stream stream = drive.events(random, plan.model().stepMicros());
            NetworkPlan.Scratch scratch = plan.newScratch(recorder);
            plan.advance(state, scratch, stream.inputs(), stream.timesMicros(), 0, stream.size());
            plan.complete(state, scratch);
        } else {
            stepThrough(plan, state, plan.newScratch(recorder), drive);
        }
        SteppedInterpreter oracle =
                new SteppedInterpreter(network.model().graph(), network.model().dialect());
        String difference = difference(network, plan, recorder, oracle, drive);
        boolean undecidable = !difference.isEmpty() && oracle.margin() < ROUNDING && !network.exact();
        if (difference.isEmpty()) {
            difference = differenceAtTheEnd(network, plan, state, oracle);
        }
        return new Comparison(difference, undecidable, recorder.spikes);
    }

    /** Advances the oracle to the end of the drive, or to the first step in which a layer gave something else. */
    private static String difference(
            Network network, NetworkPlan plan, Recorder recorder, SteppedInterpreter oracle, Drive drive) {
        NirGraph graph = network.model().graph().flattened();
        int next = 0;
        for (long step = 0; step < drive.end(); step++) {
            double[] values = new double[oracle.inputs()];
            if (drive.steps()[next] == step) {
                for (int i = 0; i < drive.inputs()[next].length; i++) {
                    values[drive.inputs()[next][i]] = drive.values()[next][i];
                }
                next++;
            }
            oracle.step(values);
            for (int l = 0; l < plan.layers().size(); l++) {
                String name = plan.layers().get(l).name();
                double[] recorded = recorder.values(l, step);
                boolean spiking = isSpiking(graph.nodes().get(name));
                if (recorded == null && isReadout(graph, name)) {
                    continue;
                }
                double[] expected = oracle.values(name);
                for (int j = 0; j < expected.length; j++) {
                    double actual = recorded == null ? 0 : recorded[j];
                    if (spiking ? actual != expected[j] : !isClose(network, actual, expected[j])) {
                        return "step " + step + ", " + plan.layers().get(l) + ", neuron " + j + " gave " + actual
                                + ", the oracle " + expected[j] + " (margin " + oracle.margin(name) + ", of all "
                                + oracle.margin() + ")";
                    }
                }
            }
        }
        return "";
    }

    private static String differenceAtTheEnd(
            Network network, NetworkPlan plan, NetworkState state, SteppedInterpreter oracle) {
        double[] expected = plan.spikingOutput() ? oracle.outputSums() : oracle.output();
        for (int c = 0; c < expected.length; c++) {
            if (!isClose(network, plan.score(state, c), expected[c])) {
                return "score " + c + " is " + plan.score(state, c) + ", the oracle's " + expected[c];
            }
        }
        for (Population population : plan.populations) {
            // Of Loihi's neurons a silence is made up for only when it ends.
            if (population instanceof NeuronPopulation neurons && !(population instanceof LoihiPopulation)) {
                double[] potentials = oracle.potentials(neurons.name);
                for (int i = 0; i < potentials.length; i++) {
                    double potential = neurons.potentialAfter(state, i, state.completedStep);
                    double expectedPotential = potentials[neurons.layout.rowMajor(i)];
                    double scale = Math.max(oracle.largest(neurons.name), Math.abs(expectedPotential));
                    if (!isClose(network, potential, expectedPotential, scale)) {
                        return neurons.name + ": potential at " + i + " in memory is " + potential + ", the oracle's "
                                + expectedPotential;
                    }
                }
            }
        }
        return "";
    }

    private static boolean isClose(Network network, double actual, double expected) {
        return isClose(network, actual, expected, Math.abs(expected));
    }

    /** @param scale of the numbers that were added up to get there */
    private static boolean isClose(Network network, double actual, double expected, double scale) {
        double tolerance = network.exact() ? 0 : ROUNDING * (1 + scale);
        return Math.abs(actual - expected) <= tolerance;
    }

    // ---- Bit for bit ----

    @Test
    void anySplitIntoCallsAndAnyCopyInBetweenLeavesTheSameBits() throws IOException {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + GRAPHS / 2; seed++) {
            Network network = RandomNetworks.network(seed);
            NetworkPlan plan = NetworkPlan.compile(network.model());
            Random random = new Random(seed);
            Drive drive = RandomNetworks.drive(random, network, plan.inputs(), true, 700);
            Stream stream = drive.events(random, plan.model().stepMicros());
            NetworkState whole = plan.newState();
            plan.advance(whole, plan.newScratch(), stream.inputs(), stream.timesMicros(), 0, stream.size());

            for (int repetition = 0; repetition < 3; repetition++) {
                NetworkState split = advanceInPieces(plan, stream, random);

                assertSameBits(seed, plan, split, whole);
                NetworkState ended = whole.copy();
                plan.complete(ended, plan.newScratch());
                plan.complete(split, plan.newScratch());
                assertSameBits(seed, plan, split, ended);
            }
        }
    }

    static NetworkState advanceInPieces(NetworkPlan plan, Stream stream, Random random) throws IOException {
        long stepMicros = plan.model().stepMicros();
        NetworkState state = plan.newState();
        NetworkPlan.Scratch scratch = plan.newScratch();
        int from = 0;
        while (from < stream.size()) {
            int to = Math.min(stream.size(), from + random.nextInt(30));
            plan.advance(state, scratch, stream.inputs(), stream.timesMicros(), from, to);
            if (to > 0 && to < stream.size()) {
                // Any time up to the next event is one that no earlier event will follow.
                long last = stream.timesMicros()[to - 1];
                long next = stream.timesMicros()[to];
                plan.completeUntil(state, scratch, last + (long) (random.nextDouble() * (next - last + 1)));
                plan.completeUntil(state, scratch, next / stepMicros * stepMicros);
            }
            switch (random.nextInt(4)) {
                case 0 -> state = state.copy();
                case 1 -> state = overBytes(state);
                case 2 -> scratch = plan.newScratch();
                default -> scores(plan, state);
            }
            from = to;
        }
        return state;
    }

    @Test
    void copiesBetweenStepsLeaveTheSameBits() throws IOException {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + GRAPHS / 5; seed++) {
            Network network = RandomNetworks.network(seed);
            NetworkPlan plan = NetworkPlan.compile(network.model());
            Random random = new Random(seed);
            Drive drive = RandomNetworks.drive(random, network, plan.inputs(), false, 300);
            NetworkState whole = plan.newState();
            stepThrough(plan, whole, plan.newScratch(), drive);

            NetworkState copied = plan.newState();
            NetworkPlan.Scratch scratch = plan.newScratch();
            int next = 0;
            for (long step = 0; step < drive.end(); step++) {
                next = step(plan, copied, scratch, drive, next, step);
                switch (random.nextInt(40)) {
                    case 0 -> copied = copied.copy();
                    case 1 -> copied = overBytes(copied);
                    case 2 -> scratch = plan.newScratch();
                    default -> {}
                }
            }
            assertSameBits(seed, plan, copied, whole);
        }
    }

    private static void assertSameBits(long seed, NetworkPlan plan, NetworkState actual, NetworkState expected)
            throws IOException {
        assertThat(actual).as("seed %d", seed).isEqualTo(expected);
        assertThat(bytesOf(actual)).as("seed %d", seed).isEqualTo(bytesOf(expected));
        assertThat(scores(plan, actual)).as("seed %d", seed).isEqualTo(scores(plan, expected));
    }

    // ---- Memory ----

    @Test
    void advancingAllocatesNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (long seed = FIRST_SEED; seed < FIRST_SEED + 40; seed++) {
            Network network = RandomNetworks.network(seed);
            NetworkPlan plan = NetworkPlan.compile(network.model());
            Random random = new Random(seed);
            Drive drive = RandomNetworks.drive(random, network, plan.inputs(), true, 500);
            Stream stream = drive.events(random, plan.model().stepMicros());
            NetworkPlan.Scratch scratch = plan.newScratch();
            float[] scores = new float[plan.model().classes().size()];
            long allocated = Long.MAX_VALUE;
            // The first rounds may allocate in code that is not compiled yet. Asking for the figure costs a few dozen
            // bytes.
            for (int round = 0; round < 300 && allocated >= 256; round++) {
                NetworkState state = plan.newState();
                NetworkState stepped = plan.newState();
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int from = 0; from < stream.size(); from += 100) {
                    int to = Math.min(stream.size(), from + 100);
                    plan.advance(state, scratch, stream.inputs(), stream.timesMicros(), from, to);
                    plan.completeUntil(state, scratch, stream.timesMicros()[to - 1]);
                    plan.scores(state, scores);
                }
                plan.complete(state, scratch);
                stepThrough(plan, stepped, scratch, drive);
                allocated = threads.getCurrentThreadAllocatedBytes() - before;
            }
            assertThat(allocated).as("seed %d", seed).isLessThan(256);
        }
    }

    // ---- What is compared with what ----

    @Test
    void allThatCanBeDrawnIsDrawnAndItsShapesAreThoseOfTheInterpreter() {
        Set<Class<?>> types = new HashSet<>();
        Set<Object> choices = new HashSet<>();
        Set<Pattern> patterns = EnumSet.noneOf(Pattern.class);
        for (long seed = 0; seed < 300; seed++) {
            Network network = RandomNetworks.network(seed);
            NirGraph graph = network.model().graph();
            graph.nodes().values().forEach(node -> types.add(node.getClass()));
            NirGraph flat = graph.flattened();
            flat.nodes().values().forEach(node -> types.add(node.getClass()));
            choices.addAll(List.of(
                    network.style(),
                    network.model().dialect().integrator(),
                    network.model().dialect().reset(),
                    network.model().dialect().resetTime(),
                    network.model().dialect().spikeTest(),
                    network.model().dialect().spikesPerStep(),
                    network.model().dialect().current(),
                    network.model().dialect().transmissionSteps()));
            SteppedInterpreter oracle =
                    new SteppedInterpreter(graph, network.model().dialect());
            Shapes shapes = Shapes.of(flat);
            for (String name : flat.nodes().keySet()) {
                assertThat(withoutLeadingOnes(shapes.output(name)))
                        .as("seed %d, %s", seed, name)
                        .containsExactly(withoutLeadingOnes(oracle.shape(name)));
            }
            patterns.addAll(patterns(network, flat, shapes));
        }
        assertThat(types)
                .containsExactlyInAnyOrder(
                        NirNode.Input.class,
                        NirNode.Output.class,
                        NirNode.Graph.class,
                        NirNode.Flatten.class,
                        NirNode.Linear.class,
                        NirNode.Affine.class,
                        NirNode.Scale.class,
                        NirNode.Conv1d.class,
                        NirNode.Conv2d.class,
                        NirNode.SumPool2d.class,
                        NirNode.AvgPool2d.class,
                        NirNode.MaxPool1d.class,
                        NirNode.Delay.class,
                        NirNode.Threshold.class,
                        NirNode.I.class,
                        NirNode.Li.class,
                        NirNode.If.class,
                        NirNode.Lif.class,
                        NirNode.CubaLi.class,
                        NirNode.CubaLif.class,
                        NirNode.LoihiCubaLif.class);
        assertThat(patterns).containsExactlyInAnyOrder(Pattern.values());
        // Three styles, six choices of two, and 0 and 1 transmission steps.
        assertThat(choices).containsAll(EnumSet.allOf(Style.class)).hasSize(3 + 6 * 2 + 2);
    }

    /** What is there in a graph beyond the types of its nodes. */
    enum Pattern {
        SOME_DIMENSIONS_JOINED_BEFORE_CONV1D,
        SOME_DIMENSIONS_JOINED_BEFORE_CONV2D,
        LEADING_ONES_JOINED_AWAY,
        FOUR_DIMENSIONS_INTO_CONV2D,
        TWO_DIMENSIONS_INTO_CONV2D,
        THREE_DIMENSIONS_INTO_CONV1D,
        THREE_DIMENSIONS_INTO_MAXPOOL1D,
        LINEAR_OF_NEURON_AND_LATE_DELAY_IN_A_CYCLE,
        LINEAR_OF_TWO_NEURONS_IN_A_CYCLE,
        BIASES_BEHIND_ONE_ANOTHER_IN_A_CYCLE,
        BIAS_BEFORE_POOL_BEFORE_NEURON,
        BIAS_BEFORE_POOL_IN_A_CYCLE,
        DELAY_TO_ITSELF,
        TWO_DELAYS_IN_A_CIRCLE,
        DELAY_WITH_A_ZERO_TO_ITSELF,
        NEGATIVE_R,
        NEGATIVE_W_IN,
        KAPPA_OF_ZERO,
        ALPHA_OF_ZERO,
        CURRENTS_THAT_NEVER_DECAY
    }

    private static Set<Pattern> patterns(Network network, NirGraph graph, Shapes shapes) {
        Set<Pattern> found = EnumSet.noneOf(Pattern.class);
        graph.nodes().forEach((name, node) -> {
            addPatternsOfShapes(found, graph, shapes, name);
            addPatternsOfEdges(found, network, graph, name);
            addPatternsOfParameters(found, network, node);
        });
        return found;
    }

    private static void addPatternsOfShapes(Set<Pattern> found, NirGraph graph, Shapes shapes, String name) {
        NirNode node = graph.nodes().get(name);
        int rank = shapes.input(name).length;
        if (node instanceof NirNode.Flatten) {
            int[] in = withoutLeadingOnes(shapes.input(name));
            int[] out = withoutLeadingOnes(shapes.output(name));
            for (String next : successors(graph, name)) {
                if (out.length > 1 && in.length > out.length && graph.nodes().get(next) instanceof NirNode.Conv1d) {
                    found.add(Pattern.SOME_DIMENSIONS_JOINED_BEFORE_CONV1D);
                }
                if (out.length > 1 && in.length > out.length && graph.nodes().get(next) instanceof NirNode.Conv2d) {
                    found.add(Pattern.SOME_DIMENSIONS_JOINED_BEFORE_CONV2D);
                }
            }
            if (out.length > 1 && in.length == out.length) {
                found.add(Pattern.LEADING_ONES_JOINED_AWAY);
            }
        } else if (node instanceof NirNode.Conv2d && rank == 4) {
            found.add(Pattern.FOUR_DIMENSIONS_INTO_CONV2D);
        } else if (node instanceof NirNode.Conv2d && rank == 2) {
            found.add(Pattern.TWO_DIMENSIONS_INTO_CONV2D);
        } else if (node instanceof NirNode.Conv1d && rank == 3) {
            found.add(Pattern.THREE_DIMENSIONS_INTO_CONV1D);
        } else if (node instanceof NirNode.MaxPool1d && rank == 3) {
            found.add(Pattern.THREE_DIMENSIONS_INTO_MAXPOOL1D);
        }
    }

    private static void addPatternsOfEdges(Set<Pattern> found, Network network, NirGraph graph, String name) {
        NirNode node = graph.nodes().get(name);
        List<NirNode> before = graph.edges().stream()
                .filter(edge -> edge.to().equals(name))
                .map(edge -> graph.nodes().get(edge.from()))
                .toList();
        boolean inCycle = reachable(graph, name).contains(name);
        double stepSeconds = network.model().dialect().stepSeconds();
        if (SteppedInterpreter.isNeuron(node) || node instanceof NirNode.Delay || node instanceof NirNode.Output) {
            if (node instanceof NirNode.Delay delay) {
                addPatternsOfDelays(found, graph, name, delay, stepSeconds);
            }
            return;
        }
        long neurons =
                before.stream().filter(NetworkPlanPropertyTest::isSpiking).count();
        if (inCycle && neurons > 1) {
            found.add(Pattern.LINEAR_OF_TWO_NEURONS_IN_A_CYCLE);
        }
        if (inCycle && neurons > 0 && before.stream().anyMatch(source -> isLate(source, stepSeconds))) {
            found.add(Pattern.LINEAR_OF_NEURON_AND_LATE_DELAY_IN_A_CYCLE);
        }
        if (inCycle && isBiased(node) && before.stream().anyMatch(NetworkPlanPropertyTest::isBiased)) {
            found.add(Pattern.BIASES_BEHIND_ONE_ANOTHER_IN_A_CYCLE);
        }
        if (node instanceof NirNode.AvgPool2d && before.stream().anyMatch(NetworkPlanPropertyTest::isBiased)) {
            if (inCycle) {
                found.add(Pattern.BIAS_BEFORE_POOL_IN_A_CYCLE);
            }
            if (successors(graph, name).stream()
                    .anyMatch(next -> SteppedInterpreter.isNeuron(graph.nodes().get(next)))) {
                found.add(Pattern.BIAS_BEFORE_POOL_BEFORE_NEURON);
            }
        }
    }

    private static void addPatternsOfDelays(
            Set<Pattern> found, NirGraph graph, String name, NirNode.Delay delay, double stepSeconds) {
        for (String next : successors(graph, name)) {
            if (next.equals(name)) {
                found.add(isLate(delay, stepSeconds) ? Pattern.DELAY_TO_ITSELF : Pattern.DELAY_WITH_A_ZERO_TO_ITSELF);
            } else if (graph.nodes().get(next) instanceof NirNode.Delay
                    && successors(graph, next).contains(name)) {
                found.add(Pattern.TWO_DELAYS_IN_A_CIRCLE);
            }
        }
    }

    private static Set<String> reachable(NirGraph graph, String from) {
        Set<String> reached = new HashSet<>();
        List<String> left = new ArrayList<>(successors(graph, from));
        while (!left.isEmpty()) {
            String name = left.remove(left.size() - 1);
            if (reached.add(name)) {
                left.addAll(successors(graph, name));
            }
        }
        return reached;
    }

    private static boolean isLate(NirNode node, double stepSeconds) {
        return node instanceof NirNode.Delay delay
                && Arrays.stream(delay.delaySeconds().values())
                        .allMatch(seconds -> Math.rint(seconds / stepSeconds) >= 1);
    }

    private static boolean isBiased(NirNode node) {
        Tensor bias = node instanceof NirNode.Affine affine
                ? affine.bias()
                : node instanceof NirNode.Conv1d conv
                        ? conv.bias()
                        : node instanceof NirNode.Conv2d conv ? conv.bias() : Tensor.of(0.0);
        return any(bias, value -> value != 0);
    }

    private static void addPatternsOfParameters(Set<Pattern> found, Network network, NirNode node) {
        Dialect dialect = network.model().dialect();
        Tensor none = Tensor.of(Double.POSITIVE_INFINITY);
        Tensor r = none;
        Tensor tau = none;
        Tensor wIn = none;
        Tensor tauSyn = none;
        if (node instanceof NirNode.If neuron) {
            r = neuron.r();
        } else if (node instanceof NirNode.I integrator) {
            r = integrator.r();
        } else if (node instanceof NirNode.Lif lif) {
            r = lif.r();
            tau = lif.tauSeconds();
        } else if (node instanceof NirNode.Li li) {
            r = li.r();
            tau = li.tauSeconds();
        } else if (node instanceof NirNode.CubaLif lif) {
            r = lif.r();
            tau = lif.tauMemSeconds();
            wIn = lif.wIn();
            tauSyn = lif.tauSynSeconds();
        } else if (node instanceof NirNode.CubaLi li) {
            r = li.r();
            tau = li.tauMemSeconds();
            wIn = li.wIn();
            tauSyn = li.tauSynSeconds();
        } else if (node instanceof NirNode.LoihiCubaLif loihi && loihi.currentDecay() == 0) {
            found.add(Pattern.CURRENTS_THAT_NEVER_DECAY);
        }
        if (any(r, value -> value < 0)) {
            found.add(Pattern.NEGATIVE_R);
        }
        if (any(wIn, value -> value < 0)) {
            found.add(Pattern.NEGATIVE_W_IN);
        }
        DoublePredicate keepsNothing = value -> dialect.integrator() == Dialect.Integrator.EULER
                ? value == dialect.stepSeconds()
                : Math.exp(-dialect.stepSeconds() / value) == 0;
        if (any(tau, keepsNothing)) {
            found.add(Pattern.KAPPA_OF_ZERO);
        }
        if (any(tauSyn, keepsNothing)) {
            found.add(Pattern.ALPHA_OF_ZERO);
        }
    }

    private static boolean any(Tensor tensor, DoublePredicate condition) {
        return Arrays.stream(tensor.values()).anyMatch(condition);
    }

    private static int[] withoutLeadingOnes(int[] shape) {
        int ones = 0;
        while (ones < shape.length && shape[ones] == 1) {
            ones++;
        }
        return Arrays.copyOfRange(shape, ones, shape.length);
    }

    /** A potential that only the Output gets is looked at when asked for; it is compared as a score. */
    private static boolean isReadout(NirGraph graph, String name) {
        NirNode node = graph.nodes().get(name);
        return (node instanceof NirNode.I || node instanceof NirNode.Li || node instanceof NirNode.CubaLi)
                && leadsToOutputOnly(graph, name);
    }

    private static boolean leadsToOutputOnly(NirGraph graph, String name) {
        return successors(graph, name).stream().allMatch(next -> {
            NirNode node = graph.nodes().get(next);
            return node instanceof NirNode.Output || node instanceof NirNode.Flatten && leadsToOutputOnly(graph, next);
        });
    }

    private static List<String> successors(NirGraph graph, String name) {
        return graph.edges().stream()
                .filter(edge -> edge.from().equals(name))
                .map(NirGraph.Edge::to)
                .toList();
    }

    private static boolean isSpiking(NirNode node) {
        return node instanceof NirNode.If
                || node instanceof NirNode.Lif
                || node instanceof NirNode.CubaLif
                || node instanceof NirNode.LoihiCubaLif
                || node instanceof NirNode.Threshold;
    }

    /** What the layers gave, dense. */
    private static final class Recorder implements SpikeListener {

        private final int[] sizes;
        private final List<Map<Long, double[]>> byLayerAndStep = new ArrayList<>();
        private long spikes;

        Recorder(NetworkPlan plan) {
            sizes = plan.layers().stream().mapToInt(LayerSummary::neurons).toArray();
            for (int l = 0; l < sizes.length; l++) {
                byLayerAndStep.add(new HashMap<>());
            }
        }

        @Override
        public void onSpikes(int layer, long step, int[] neurons, double[] values, int count) {
            double[] dense = byLayerAndStep.get(layer).computeIfAbsent(step, s -> new double[sizes[layer]]);
            for (int i = 0; i < count; i++) {
                if (dense[neurons[i]] != 0) {
                    throw new AssertionError("layer " + layer + ", step " + step + ": " + neurons[i] + " told twice");
                }
                dense[neurons[i]] = values[i];
            }
            spikes += count;
        }

        double[] values(int layer, long step) {
            return byLayerAndStep.get(layer).get(step);
        }
    }

    private static void stepThrough(NetworkPlan plan, NetworkState state, NetworkPlan.Scratch scratch, Drive drive) {
        int next = 0;
        for (long step = 0; step < drive.end(); step++) {
            next = step(plan, state, scratch, drive, next, step);
        }
    }

    private static final int[] NO_INPUTS = {};
    private static final double[] NO_VALUES = {};

    private static int step(
            NetworkPlan plan, NetworkState state, NetworkPlan.Scratch scratch, Drive drive, int next, long step) {
        if (drive.steps()[next] > step) {
            plan.step(state, scratch, NO_INPUTS, NO_VALUES, 0);
            return next;
        }
        plan.step(state, scratch, drive.inputs()[next], drive.values()[next], drive.inputs()[next].length);
        return next + 1;
    }

    private static float[] scores(NetworkPlan plan, NetworkState state) {
        float[] scores = new float[plan.model().classes().size()];
        plan.scores(state, scores);
        return scores;
    }

    private static NetworkState overBytes(NetworkState state) throws IOException {
        return NetworkState.readFrom(new DataInputStream(new ByteArrayInputStream(bytesOf(state))));
    }

    private static byte[] bytesOf(NetworkState state) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        state.writeTo(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }
}
