package io.fluxon.networks.engine;

import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.ModelException;
import io.fluxon.networks.model.NirNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A model compiled for event-driven execution: immutable, shared by all keys and threads.
 *
 * <p>Graphs: a chain Input -&gt; [Flatten] -&gt; (Linear -&gt; LIF)* -&gt; Linear -&gt; LI -&gt; Output with v_leak = v_reset =
 * 0 and one tau, r and threshold per layer.
 *
 * <p>Definition. Step k covers the times [k * step, (k + 1) * step) of the key's own clock. With x(k) the number of
 * events per input in step k, a layer advances as
 *
 * <pre>
 *   v(k) = kappa * v(k - 1) + (1 - kappa) * r * W x(k),   kappa = exp(-step / tau)
 *   LIF: s(k) = [v(k) &gt; threshold], then v(k) := 0 where s(k) = 1;   the next layer receives s(k) in the same step
 * </pre>
 *
 * which is the exact solution of NIR's equations for input held constant during a step. A step without input cannot
 * make a neuron fire, since the potential is below threshold after every step and only decays; such steps are therefore
 * skipped, v(k + n) = kappa<sup>n</sup> * v(k), with kappa<sup>n</sup> rounded once. That is the definition, not an
 * approximation: outputs do not depend on how the events are split into calls. Times run from 0 and never back within
 * the life of a state.
 */
public final class NetworkPlan {

    private final Model model;
    private final int[] inputShape;
    private final DenseLayer[] layers;
    private final int[] layerSizes;
    private final long denseOperationsPerStep;
    private final int widest;

    private NetworkPlan(Model model, int[] inputShape, List<DenseLayer> layers) {
        this.model = model;
        this.inputShape = inputShape;
        this.layers = layers.toArray(DenseLayer[]::new);
        this.layerSizes = layers.stream().mapToInt(layer -> layer.outputs).toArray();
        this.widest = Arrays.stream(layerSizes).max().orElseThrow();
        this.denseOperationsPerStep = layers.stream()
                .mapToLong(layer -> (long) layer.inputs * layer.outputs)
                .sum();
    }

    public static NetworkPlan compile(Model model) {
        Chain chain = new Chain(model.graph());
        if (!(chain.next() instanceof NirNode.Input input)) {
            throw chain.unexpected("Input");
        }
        int width = chain.product(input.shape());
        List<DenseLayer> layers = new ArrayList<>();
        NirNode node = chain.next();
        if (node instanceof NirNode.Flatten flatten) {
            if (!Arrays.equals(flatten.inputShape(), input.shape())) {
                throw chain.mismatch(Arrays.toString(flatten.inputShape()), Arrays.toString(input.shape()));
            }
            int last = input.shape().length - 1;
            if (flatten.startDim() != 0 || (flatten.endDim() != -1 && flatten.endDim() != last)) {
                throw new ModelException("node " + chain.name() + ": must join all dimensions, 0 to " + last);
            }
            node = chain.next();
        }
        while (node instanceof NirNode.Linear linear) {
            if (linear.inputs() != width) {
                throw chain.mismatch(linear.inputs() + " inputs", width + " values");
            }
            width = linear.outputs();
            node = chain.next();
            layers.add(layer(chain, linear, node, model.stepMicros()));
            node = chain.next();
            if (layers.get(layers.size() - 1).isReadout()) {
                break;
            }
        }
        if (layers.isEmpty() || !layers.get(layers.size() - 1).isReadout()) {
            throw chain.unexpected("Linear, and LI as the last neurons");
        }
        if (!(node instanceof NirNode.Output output)) {
            throw chain.unexpected("Output after LI");
        }
        if (chain.product(output.shape()) != width) {
            throw chain.mismatch(chain.product(output.shape()) + " values", Integer.toString(width));
        }
        chain.requireEnd();
        if (width != model.classes().size()) {
            throw new ModelException("the graph has " + width + " outputs, metadata names "
                    + model.classes().size() + " classes");
        }
        return new NetworkPlan(model, input.shape(), layers);
    }

    public Model model() {
        return model;
    }

    /** Shape of the input without batch dimension, for a camera [2, height, width]. */
    public int[] inputShape() {
        return inputShape.clone();
    }

    /** Output neurons of each layer, the readout last. */
    public int[] layerSizes() {
        return layerSizes.clone();
    }

    public NetworkState newState() {
        return new NetworkState(layerSizes);
    }

    /** The layers in the order in which a step goes through them. */
    public List<LayerSummary> layers() {
        throw new UnsupportedOperationException();
    }

    /** Scratch memory of one thread whose spikes go to {@code listener} too. */
    public Scratch newScratch(SpikeListener listener) {
        throw new UnsupportedOperationException();
    }

    /**
     * Takes one step with the given input, the first one being step 0: the same as events in that step, but of any value.
     * Not to be mixed with {@link #advance} on one state. Allocates nothing.
     *
     * @param inputs indices of the inputs that are not 0
     * @param values of these inputs
     */
    public void step(NetworkState state, Scratch scratch, int[] inputs, double[] values, int count) {
        throw new UnsupportedOperationException();
    }

    /** True where the outputs are spikes, which {@link #scores} counts; otherwise they are potentials. */
    public boolean spikingOutput() {
        return false;
    }

    /** Number of values of a step's input. */
    public int inputs() {
        return layers[0].inputs;
    }

    /** Scratch memory of one thread; holds nothing between calls. */
    public Scratch newScratch() {
        return new Scratch(widest);
    }

    /**
     * Multiply-adds that a dense evaluation needs for every step from that of one time to that of another, both
     * included; Long.MAX_VALUE where they are more.
     */
    public long denseOperations(long fromMicros, long toMicros) {
        long steps = toMicros / model.stepMicros() - fromMicros / model.stepMicros() + 1;
        return steps > Long.MAX_VALUE / denseOperationsPerStep ? Long.MAX_VALUE : steps * denseOperationsPerStep;
    }

    /**
     * Takes in the events {@code from} to {@code to - 1}. Allocates nothing.
     *
     * @param inputs index of the input of each event
     * @param timesMicros time of each event, non-decreasing, not before an earlier event of this state
     */
    public void advance(NetworkState state, Scratch scratch, int[] inputs, long[] timesMicros, int from, int to) {
        long step = state.openStep;
        long endMicros = step < 0 ? Long.MIN_VALUE : (step + 1) * model.stepMicros();
        float[][] rows = layers[0].rows;
        float[] drive = state.drive[0];
        for (int i = from; i < to; i++) {
            if (timesMicros[i] >= endMicros) {
                fire(state, scratch);
                step = timesMicros[i] / model.stepMicros();
                endMicros = (step + 1) * model.stepMicros();
                state.openStep = step;
            }
            DenseLayer.accumulateRow(rows[inputs[i]], drive);
        }
        state.events += to - from;
        state.synapticOperations += (long) (to - from) * drive.length;
    }

    /**
     * Completes the open step if it ends at or before {@code timeMicros}; the caller knows that no earlier event will
     * follow. Changes no later result.
     */
    public void completeUntil(NetworkState state, Scratch scratch, long timeMicros) {
        if (state.openStep >= 0 && (state.openStep + 1) * model.stepMicros() <= timeMicros) {
            fire(state, scratch);
        }
    }

    /** Completes the open step, whatever it still misses: the key's clock has ended. */
    public void complete(NetworkState state, Scratch scratch) {
        fire(state, scratch);
    }

    /**
     * Readout potentials of all completed steps, as of the end of the last completed step. Later leak scales them all by
     * the same factor and is left out, so a silent sensor's scores stay as they are.
     */
    public void scores(NetworkState state, float[] scores) {
        int readout = layers.length - 1;
        long silent = state.updatedStep[0] - state.updatedStep[readout];
        float decay = layers[readout].decay(silent);
        for (int c = 0; c < scores.length; c++) {
            scores[c] = state.membrane[readout][c] * decay;
        }
    }

    private void fire(NetworkState state, Scratch scratch) {
        long step = state.openStep;
        if (step < 0) {
            return;
        }
        state.openStep = -1;
        for (int l = 0; ; l++) {
            DenseLayer layer = layers[l];
            float decay = layer.decay(step - state.updatedStep[l]);
            state.updatedStep[l] = step;
            if (layer.isReadout()) {
                DenseLayer.leakAndIntegrate(state.membrane[l], state.drive[l], decay);
                return;
            }
            int count =
                    DenseLayer.leakAndFire(state.membrane[l], state.drive[l], decay, layer.threshold, scratch.spiking);
            if (count == 0) {
                return;
            }
            state.spikes += count;
            DenseLayer next = layers[l + 1];
            for (int s = 0; s < count; s++) {
                DenseLayer.accumulateRow(next.rows[scratch.spiking[s]], state.drive[l + 1]);
            }
            state.synapticOperations += (long) count * next.outputs;
        }
    }

    private static DenseLayer layer(Chain chain, NirNode.Linear linear, NirNode neurons, long stepMicros) {
        if (neurons instanceof NirNode.Lif lif) {
            chain.requireZero("v_leak", lif.vLeak().values());
            chain.requireZero("v_reset", lif.vReset().values());
            float threshold =
                    (float) chain.uniform("v_threshold", lif.vThreshold().values(), linear.outputs());
            if (!(threshold > 0)) {
                throw new ModelException("node " + chain.name() + ": v_threshold must be positive");
            }
            return layer(chain, linear, lif.tauSeconds().values(), lif.r().values(), threshold, stepMicros);
        }
        if (neurons instanceof NirNode.Li li) {
            chain.requireZero("v_leak", li.vLeak().values());
            return layer(chain, linear, li.tauSeconds().values(), li.r().values(), Float.NaN, stepMicros);
        }
        throw chain.unexpected("LIF or LI after Linear");
    }

    private static DenseLayer layer(
            Chain chain, NirNode.Linear linear, double[] tauSeconds, double[] r, float threshold, long stepMicros) {
        double stepsPerTau = chain.uniform("tau", tauSeconds, linear.outputs()) * 1e6 / stepMicros;
        double resistance = chain.uniform("r", r, linear.outputs());
        if (!(stepsPerTau > 0)) {
            throw new ModelException("node " + chain.name() + ": tau must be positive");
        }
        double gain = -StrictMath.expm1(-1 / stepsPerTau) * resistance;
        float[][] rows = new float[linear.inputs()][linear.outputs()];
        for (int out = 0; out < linear.outputs(); out++) {
            for (int in = 0; in < linear.inputs(); in++) {
                rows[in][out] = (float) (linear.weight().values()[out * linear.inputs() + in] * gain);
                if (!Float.isFinite(rows[in][out])) {
                    throw new ModelException("node " + chain.name() + ": weight [" + out + ", " + in + "] times " + gain
                            + " is not a finite number");
                }
            }
        }
        return new DenseLayer(rows, linear.outputs(), threshold, stepsPerTau);
    }

    /** Indices of the neurons that spike in the step at hand. */
    public static final class Scratch {

        private final int[] spiking;

        private Scratch(int widest) {
            spiking = new int[widest + 1];
        }
    }
}
