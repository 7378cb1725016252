package io.fluxon.networks.engine;

import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.ModelException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;

/**
 * A model compiled for event-driven execution: immutable, shared by all keys and threads. Any NIR graph of one Input and
 * one Output; {@link io.fluxon.networks.model.Dialect} has the equations.
 *
 * <p>Definition. Step k covers the times [k * step, (k + 1) * step) of the key's own clock; the input of a step is the
 * number of events per input. Within a step, what comes in passes through the nodes without memory, each neuron is advanced
 * once, and its spikes pass on. An edge that closes a cycle carries what was given in the step before; it is the one that a
 * depth-first walk from the Input, successors in the order of their names, finds leading back to a node that it has not
 * left. A Delay of a step or more closes its cycles itself: the walk does not go through it. Biases act in every step.
 *
 * <p>A step does only what events, spikes and neurons that are not at peace ask for. A population in which nothing can come
 * to fire is left alone, and its leak is made up for at its next input, in closed form; docs/networks.md says how that
 * is exact. A step in which nothing is due is skipped. So outputs do not depend on how the events are split into calls,
 * and a silence costs nothing, except where {@link LayerSummary#steppedBecause()} says why.
 *
 * <p>All arithmetic is in double precision, in an order that depends on the order of the events of a step and on nothing
 * else.
 */
public final class NetworkPlan {

    private final Model model;
    private final int[] inputShape;
    private final int inputs;
    private final Projection[] inputProjections;

    /** Events that one projection takes before the next has its turn: where two drive the same, each event has to pass both. */
    private final int inputRun;

    final Population[] populations;

    /** Per population, in the order of what it reaches. */
    private final Projection[][] projections;

    /** Populations in the order in which they fire. */
    private final int[] order;

    /** Those of {@link #order} from this place on fire all before the spikes of any of them pass on. */
    private final int togetherFrom;

    /** Delays that give before anything fires, and take in what has come before spikes pass on together. */
    private final DelayPopulation[] startingDelays;

    private final LayerSummary[] layers;

    /** Per population, its place among the layers, or -1. */
    private final int[] layerOf;

    private final NeuronPopulation readout;
    private final OutputPopulation output;
    private final Layout outputLayout;
    private final boolean spikingOutput;
    private final boolean cyclic;
    private final long denseOperationsPerStep;
    private final NetworkState initial;

    NetworkPlan(GraphCompiler compiler) {
        this.model = compiler.model;
        this.inputShape = compiler.inputShape;
        this.inputs = Layout.whole(inputShape).size();
        this.inputProjections = compiler.inputProjections;
        boolean apart = Arrays.stream(inputProjections)
                        .mapToInt(projection -> projection.target)
                        .distinct()
                        .count()
                == inputProjections.length;
        this.inputRun = apart ? Integer.MAX_VALUE / 2 : 1;
        this.populations = compiler.populations;
        this.projections = compiler.projections;
        this.order = compiler.order;
        this.togetherFrom = compiler.togetherFrom;
        this.startingDelays = compiler.startingDelays;
        this.layers = compiler.layers;
        this.layerOf = compiler.layerOf;
        this.readout = compiler.readout;
        this.output = compiler.output;
        this.outputLayout = readout == null ? output.layout : readout.layout;
        this.spikingOutput = compiler.spikingOutput;
        this.cyclic = compiler.cyclic;
        this.denseOperationsPerStep = compiler.denseOperationsPerStep;
        this.initial = settled();
    }

    public static NetworkPlan compile(Model model) {
        return new NetworkPlan(new GraphCompiler(model));
    }

    public Model model() {
        return model;
    }

    /** Shape of the input without batch dimension, for a camera [2, height, width]. */
    public int[] inputShape() {
        return inputShape.clone();
    }

    /** Number of values of a step's input. */
    public int inputs() {
        return inputs;
    }

    /** Number of values of the output. */
    public int outputs() {
        return outputLayout.size();
    }

    /** The layers that hold state or give spikes, in the order in which a step goes through them. */
    public List<LayerSummary> layers() {
        return List.of(layers);
    }

    /** True where the outputs are spikes, which {@link #scores} counts; otherwise they are values. */
    public boolean spikingOutput() {
        return spikingOutput;
    }

    /**
     * Why a silence may have to be gone through step by step however long it is, null where it is over after a few steps:
     * a layer that is evaluated in every step, or a cycle, in which spikes can go round.
     */
    public String steppedInSilenceBecause() {
        for (LayerSummary layer : layers) {
            if (layer.steppedBecause() != null) {
                return "node " + layer.name() + " is evaluated in every step: " + layer.steppedBecause();
            }
        }
        return cyclic ? "spikes can go round in a cycle" : null;
    }

    /** Multiply-adds that a dense evaluation of one step needs. */
    public long denseOperationsPerStep() {
        return denseOperationsPerStep;
    }

    /**
     * Multiply-adds that a dense evaluation needs for every step from that of one time to that of another, both
     * included; Long.MAX_VALUE where they are more.
     */
    public long denseOperations(long fromMicros, long toMicros) {
        long steps = toMicros / model.stepMicros() - fromMicros / model.stepMicros() + 1;
        return steps > Long.MAX_VALUE / Math.max(1, denseOperationsPerStep)
                ? Long.MAX_VALUE
                : steps * denseOperationsPerStep;
    }

    /** A state at rest before step 0. */
    public NetworkState newState() {
        return initial.copy();
    }

    /** Bytes that a key's state takes. */
    public long stateBytes() {
        return initial.bytes();
    }

    /** Whether a state can be one of this plan: its arrays are as long as this plan's. */
    public boolean fits(NetworkState state) {
        return state.hasSizesOf(initial);
    }

    /**
     * A state of another plan carried over to this one, as for a new version of its model. A population that both have, of the
     * same name, type and layout, keeps all: potentials, currents, what is gathered for the open step, clocks. Any
     * other is at rest as of the step before the open one. The counters of the network go on.
     *
     * @param state of {@code from}; not changed
     */
    public NetworkState adopt(NetworkPlan from, NetworkState state) {
        if (from.model.stepMicros() != model.stepMicros()) {
            throw new ModelException(model.name() + ": a step of " + model.stepMicros() + " us cannot take over one of "
                    + from.model.stepMicros() + " us");
        }
        if (!from.fits(state)) {
            throw new ModelException(from.model.name() + ": the state is of another network");
        }
        NetworkState adopted = newState();
        for (Population population : populations) {
            int p = population.index;
            Population kept = from.counterpart(population);
            if (kept != null) {
                adopted.take(p, state, kept.index);
            } else if (population instanceof NeuronPopulation) {
                Arrays.fill(adopted.clock[p], state.step - 1);
            }
        }
        adopted.step = state.step;
        adopted.open = state.open;
        adopted.completedStep = state.completedStep;
        adopted.events = state.events;
        adopted.spikes = state.spikes;
        adopted.synapticOperations = state.synapticOperations;
        return adopted;
    }

    /** Names of the {@link #layers()} that {@link #adopt} would keep. */
    public List<String> adoptedLayers(NetworkPlan from) {
        List<String> names = new ArrayList<>();
        for (int p = 0; p < layerOf.length; p++) {
            if (layerOf[p] >= 0 && from.counterpart(populations[p]) != null) {
                names.add(layers[layerOf[p]].name());
            }
        }
        return names;
    }

    private Population counterpart(Population other) {
        for (Population population : populations) {
            if (population.name.equals(other.name)
                    && population.type.equals(other.type)
                    && Arrays.equals(population.layout.shape(), other.layout.shape())
                    && population.layout.blocks() == other.layout.blocks()
                    && population.layout.blockSize() == other.layout.blockSize()
                    && population.stateValues() == other.stateValues()
                    && population.hasCurrent() == other.hasCurrent()) {
                return population;
            }
        }
        return null;
    }

    /** Potentials of one of the {@link #layers()} after the last completed step; none of a layer without. */
    public DoubleSummaryStatistics potentials(NetworkState state, int layer) {
        DoubleSummaryStatistics potentials = new DoubleSummaryStatistics();
        for (int p = 0; p < layerOf.length; p++) {
            if (layerOf[p] == layer && populations[p] instanceof NeuronPopulation neurons) {
                for (int i = 0; i < neurons.layout.size(); i++) {
                    potentials.accept(neurons.potentialAfter(state, i, state.completedStep));
                }
            }
        }
        return potentials;
    }

    /**
     * What biases alone have made, before step 0, of the nodes without memory, as far as it reaches others in step 0 on an
     * edge that closes a cycle.
     */
    private NetworkState settled() {
        NetworkState state = new NetworkState(populations);
        Scratch scratch = newScratch();
        int[] place = new int[populations.length];
        Arrays.fill(place, Integer.MAX_VALUE);
        for (int i = 0; i < order.length; i++) {
            place[order[i]] = i;
        }
        // A value takes a round for each closing edge on its way.
        NetworkState before = null;
        while (!state.equals(before)) {
            before = state.copy();
            for (Population population : populations) {
                if (!population.passesOn()) {
                    Arrays.fill(state.drive[population.index], 0);
                    Arrays.fill(state.due[population.index], 0);
                    population.rest(state);
                }
            }
            for (int p : order) {
                if (populations[p].passesOn()) {
                    populations[p].fire(state, scratch, -1);
                    for (Projection projection : projections[p]) {
                        if (place[projection.target] <= place[p] || populations[projection.target].passesOn()) {
                            Spikes spikes = scratch.spikes[p];
                            projection.accumulate(
                                    spikes.neurons,
                                    spikes.values,
                                    0,
                                    spikes.count,
                                    state.drive[projection.target],
                                    state.due[projection.target]);
                        }
                    }
                }
            }
        }
        return state;
    }

    /** Scratch memory of one thread; holds nothing between calls. */
    public Scratch newScratch() {
        return new Scratch(populations, null);
    }

    /** Scratch memory of one thread whose spikes go to {@code listener} too. */
    public Scratch newScratch(SpikeListener listener) {
        return new Scratch(populations, listener);
    }

    /** Spikes of one of the {@link #layers()} since the state was new. */
    public long spikes(NetworkState state, int layer) {
        for (int p = 0; p < layerOf.length; p++) {
            if (layerOf[p] == layer) {
                return state.populationSpikes[p];
            }
        }
        throw new IndexOutOfBoundsException(layer);
    }

    /**
     * Takes in the events {@code from} to {@code to - 1}. An event of a time before the end of the open step acts in that
     * step. Allocates nothing.
     *
     * @param inputs index of the input of each event
     * @param timesMicros time of each event, not negative
     */
    public void advance(NetworkState state, Scratch scratch, int[] inputs, long[] timesMicros, int from, int to) {
        for (Projection projection : inputProjections) {
            populations[projection.target].touch(state, scratch, to - from);
        }
        int first = from;
        while (first < to) {
            openStep(state, scratch, timesMicros[first] / model.stepMicros());
            long endMicros = endMicros(state.step);
            int last = first + 1;
            while (last < to && timesMicros[last] < endMicros) {
                last++;
            }
            for (int i = first; i < last; i += inputRun) {
                takeIn(state, inputs, i, Math.min(last, i + inputRun));
            }
            first = last;
        }
        state.events += to - from;
    }

    private void takeIn(NetworkState state, int[] inputs, int from, int to) {
        for (Projection projection : inputProjections) {
            state.synapticOperations += projection.accumulate(
                    inputs, from, to, state.drive[projection.target], state.due[projection.target]);
        }
    }

    /**
     * Takes one step with the given input, the first one being step 0: the same as events in that step, but of any value.
     * Not to be mixed with {@link #advance} on one state. Allocates nothing.
     *
     * @param inputs indices of the inputs that are not 0
     * @param values of these inputs, finite
     */
    public void step(NetworkState state, Scratch scratch, int[] inputs, double[] values, int count) {
        for (int i = 0; i < count; i += inputRun) {
            for (Projection projection : inputProjections) {
                state.synapticOperations += projection.accumulate(
                        inputs,
                        values,
                        i,
                        Math.min(count, i + inputRun),
                        state.drive[projection.target],
                        state.due[projection.target]);
            }
        }
        state.events += count;
        runStep(state, scratch);
    }

    /**
     * Completes what ends at or before {@code timeMicros}: the open step, and the steps behind it in which something is
     * still going on. The caller knows that no earlier event will follow. Changes no later result.
     */
    public void completeUntil(NetworkState state, Scratch scratch, long timeMicros) {
        while (endMicros(state.step) <= timeMicros && state.isAnyDue()) {
            runStep(state, scratch);
        }
    }

    /** Completes the open step, whatever it still misses: the key's clock has ended. */
    public void complete(NetworkState state, Scratch scratch) {
        if (state.open) {
            runStep(state, scratch);
        }
    }

    /**
     * What has come out by the end of the last completed step: the number of spikes of each output since the state was new,
     * or the latest value. Later leak is left out, so a silent sensor's scores stay as they are.
     */
    public void scores(NetworkState state, float[] scores) {
        for (int c = 0; c < scores.length; c++) {
            scores[c] = (float) score(state, c);
        }
    }

    /** The same of one output, unrounded. */
    public double score(NetworkState state, int rowMajor) {
        int element = outputLayout.inMemory(rowMajor);
        return readout == null
                ? output.valueAfter(state, element, state.completedStep)
                : readout.potentialAfter(state, element, state.completedStep);
    }

    private long endMicros(long step) {
        return step >= Long.MAX_VALUE / model.stepMicros() - 1 ? Long.MAX_VALUE : (step + 1) * model.stepMicros();
    }

    /** Brings the state to the given step, if it is not beyond it already. */
    private void openStep(NetworkState state, Scratch scratch, long step) {
        while (state.step < step && state.isAnyDue()) {
            runStep(state, scratch);
        }
        state.step = Math.max(state.step, step);
        state.open = true;
    }

    private void runStep(NetworkState state, Scratch scratch) {
        long step = state.step;
        for (DelayPopulation delay : startingDelays) {
            if (isDue(state, delay.index)) {
                delay.give(state, scratch, step);
                passOn(state, scratch, delay.index, step);
            }
        }
        for (int i = 0; i < togetherFrom; i++) {
            if (isDue(state, order[i])) {
                populations[order[i]].fire(state, scratch, step);
                passOn(state, scratch, order[i], step);
            }
        }
        for (int i = togetherFrom; i < order.length; i++) {
            scratch.spikes[order[i]].count = 0;
            if (isDue(state, order[i])) {
                populations[order[i]].fire(state, scratch, step);
            }
        }
        for (DelayPopulation delay : startingDelays) {
            if (isDue(state, delay.index)) {
                delay.fire(state, scratch, step);
            }
        }
        for (int i = togetherFrom; i < order.length; i++) {
            passOn(state, scratch, order[i], step);
        }
        state.completedStep = step;
        state.step = step + 1;
        state.open = false;
    }

    private static boolean isDue(NetworkState state, int population) {
        for (long word : state.due[population]) {
            if (word != 0) {
                return true;
            }
        }
        return false;
    }

    private void passOn(NetworkState state, Scratch scratch, int population, long step) {
        Spikes spikes = scratch.spikes[population];
        if (spikes.count == 0) {
            return;
        }
        if (populations[population].spikes()) {
            long count = spikes.total();
            state.spikes += count;
            state.populationSpikes[population] += count;
        }
        if (scratch.listener != null && layerOf[population] >= 0) {
            scratch.listener.onSpikes(
                    layerOf[population],
                    step,
                    rowMajor(spikes, populations[population].outputLayout(), scratch.rowMajor),
                    spikes.values,
                    spikes.count);
        }
        for (Projection projection : projections[population]) {
            state.synapticOperations += projection.accumulate(
                    spikes.neurons,
                    spikes.values,
                    0,
                    spikes.count,
                    state.drive[projection.target],
                    state.due[projection.target]);
        }
    }

    private static int[] rowMajor(Spikes spikes, Layout layout, int[] rowMajor) {
        for (int s = 0; s < spikes.count; s++) {
            rowMajor[s] = layout.rowMajor(spikes.neurons[s]);
        }
        return rowMajor;
    }

    /** What is used within a step only. */
    public static final class Scratch {

        /** Per population, what leaves it in the step. */
        final Spikes[] spikes;

        /** Blocks that are due, and room for eight more. */
        final int[] blocks;

        /** Leak of a silence, per element of a block. */
        final double[] decay;

        /** What leak and bias add in a silence, per element of a block. */
        final double[] drift;

        /** Takes what {@link Population#touch} has read, so that it is read. */
        double touched;

        private final int[] rowMajor;
        private final SpikeListener listener;

        private Scratch(Population[] populations, SpikeListener listener) {
            this.spikes = new Spikes[populations.length];
            int widestBlock = 0;
            int mostBlocks = 0;
            int widest = 0;
            for (Population population : populations) {
                int given = population.outputLayout().size();
                spikes[population.index] = new Spikes(given);
                widestBlock = Math.max(widestBlock, population.layout.blockSize());
                mostBlocks = Math.max(mostBlocks, population.layout.blocks());
                widest = Math.max(widest, given);
            }
            this.blocks = new int[mostBlocks + 8];
            this.decay = new double[widestBlock];
            this.drift = new double[widestBlock];
            this.rowMajor = new int[listener == null ? 0 : widest];
            this.listener = listener;
        }
    }
}
