package io.fluxon.networks.engine;

import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.ModelException;
import io.fluxon.networks.model.NirNode;
import java.util.Arrays;

/**
 * A gated recurrent unit that works on changes only (delta network, Neil et al. 2017), with an affine readout, compiled for
 * execution: immutable, shared by all keys and threads; the memory of a key is a {@link DeltaGruState}.
 *
 * <p>Graph: Input -&gt; DeltaGRU -&gt; Affine -&gt; Output. Definition, with x(k) the input of step k, h(0) = 0, and x^ and h^,
 * zero at first, the values last sent:
 *
 * <pre>
 *   dx_i = x_i(k) - x^_i      sent where |dx_i| &gt;= input threshold and dx_i != 0, then x^_i := x_i(k); otherwise 0
 *   dh_j = h_j(k - 1) - h^_j  likewise with the hidden threshold
 *   A += W_ih dx     A = b_ih at first, rows r, z, n
 *   B += W_hh dh     B = b_hh at first, rows r, z, n
 *   r = sigmoid(A_r + B_r)   z = sigmoid(A_z + B_z)   n = tanh(A_n + r * B_n)   h(k) = (1 - z) * n + z * h(k - 1)
 *   logits = V h(k) + c
 * </pre>
 *
 * With both thresholds 0 it is the plain GRU up to rounding. What is not sent is not lost: |x - x^| stays below the
 * threshold. The sums A and B round anew with every change, by about 2e-4 after 200,000 changes; therefore every {@value
 * #REFRESH_STEPS} steps after a reset they are computed afresh from x^ and h^, which is part of the definition and counted as
 * work.
 *
 * <p>Sums run in the order of the index, in single precision without fused multiply-add; {@link Activations} defines
 * sigmoid and tanh. The result is the same bits on every machine and however the steps are split into calls.
 */
public final class DeltaGru {

    /** Steps between two computations of A and B from their parts: 0.1 % of the work of the dense network. */
    public static final int REFRESH_STEPS = 1024;

    /** Metadata key: steps from one decision to the next. */
    public static final String WINDOW_STEPS = "window_steps";

    private static final int MAX_WINDOW_STEPS = 1 << 20;

    private final Model model;
    private final int inputs;
    private final int hidden;
    private final int windowSteps;
    private final float inputThreshold;
    private final float hiddenThreshold;

    /** Per input, its column of W_ih. */
    private final float[][] inputColumns;

    /** Per hidden unit, its column of W_hh. */
    private final float[][] hiddenColumns;

    private final float[] inputBias;
    private final float[] hiddenBias;

    /** Per class, a row of V. */
    private final float[][] readoutRows;

    private final float[] readoutBias;

    private DeltaGru(Model model, NirNode.DeltaGru gru, NirNode.Affine readout, int windowSteps) {
        this.model = model;
        this.inputs = gru.inputs();
        this.hidden = gru.hidden();
        this.windowSteps = windowSteps;
        this.inputThreshold = gru.inputThreshold();
        this.hiddenThreshold = gru.hiddenThreshold();
        this.inputColumns = columns(gru.weightIh(), inputs);
        this.hiddenColumns = columns(gru.weightHh(), hidden);
        this.inputBias = gru.biasIh().clone();
        this.hiddenBias = gru.biasHh().clone();
        this.readoutRows = new float[readout.outputs()][hidden];
        for (int c = 0; c < readout.outputs(); c++) {
            System.arraycopy(readout.weight().floats(), c * hidden, readoutRows[c], 0, hidden);
        }
        this.readoutBias = readout.bias().floats();
    }

    /** The same network with other thresholds. */
    private DeltaGru(DeltaGru other, float inputThreshold, float hiddenThreshold) {
        this.model = other.model;
        this.inputs = other.inputs;
        this.hidden = other.hidden;
        this.windowSteps = other.windowSteps;
        this.inputThreshold = inputThreshold;
        this.hiddenThreshold = hiddenThreshold;
        this.inputColumns = other.inputColumns;
        this.hiddenColumns = other.hiddenColumns;
        this.inputBias = other.inputBias;
        this.hiddenBias = other.hiddenBias;
        this.readoutRows = other.readoutRows;
        this.readoutBias = other.readoutBias;
    }

    public static DeltaGru compile(Model model) {
        Chain chain = new Chain(model.graph());
        if (!(chain.next() instanceof NirNode.Input input)) {
            throw chain.unexpected("Input");
        }
        int width = chain.product(input.shape());
        if (!(chain.next() instanceof NirNode.DeltaGru gru)) {
            throw chain.unexpected("DeltaGRU");
        }
        if (gru.inputs() != width) {
            throw chain.mismatch(gru.inputs() + " inputs", width + " values");
        }
        if (!(chain.next() instanceof NirNode.Affine readout)) {
            throw chain.unexpected("Affine");
        }
        if (readout.inputs() != gru.hidden()) {
            throw chain.mismatch(readout.inputs() + " inputs", gru.hidden() + " values");
        }
        if (!(chain.next() instanceof NirNode.Output output)) {
            throw chain.unexpected("Output after Affine");
        }
        if (chain.product(output.shape()) != readout.outputs()) {
            throw chain.mismatch(chain.product(output.shape()) + " values", Integer.toString(readout.outputs()));
        }
        chain.requireEnd();
        if (readout.outputs() != model.classes().size()) {
            throw new ModelException("the graph has " + readout.outputs() + " outputs, metadata names "
                    + model.classes().size() + " classes");
        }
        return new DeltaGru(model, gru, readout, windowSteps(model));
    }

    private static float[][] columns(float[] rowMajor, int width) {
        float[][] columns = new float[width][rowMajor.length / width];
        for (int i = 0; i < rowMajor.length; i++) {
            columns[i % width][i / width] = rowMajor[i];
        }
        return columns;
    }

    private static int windowSteps(Model model) {
        String text = model.graph().metadata().getOrDefault(WINDOW_STEPS, "");
        try {
            int steps = Integer.parseInt(text);
            if (steps >= 1 && steps <= MAX_WINDOW_STEPS) {
                return steps;
            }
        } catch (NumberFormatException e) {
            // Refused below, like a number out of range.
        }
        throw new ModelException("metadata: " + WINDOW_STEPS + " is '" + text + "', must be a whole number from 1 to "
                + MAX_WINDOW_STEPS);
    }

    /** The same network with other thresholds. */
    public DeltaGru withThresholds(float forInputs, float forHidden) {
        if (!(forInputs >= 0) || !(forHidden >= 0)) {
            throw new IllegalArgumentException("thresholds " + forInputs + " and " + forHidden);
        }
        return new DeltaGru(this, forInputs, forHidden);
    }

    public Model model() {
        return model;
    }

    public int inputs() {
        return inputs;
    }

    public int hidden() {
        return hidden;
    }

    public int classes() {
        return readoutBias.length;
    }

    /** Steps from one decision to the next. */
    public int windowSteps() {
        return windowSteps;
    }

    public float inputThreshold() {
        return inputThreshold;
    }

    public float hiddenThreshold() {
        return hiddenThreshold;
    }

    /** Multiply-adds of the recurrent part that a dense evaluation needs for every step, 3 hidden (inputs + hidden). */
    public long denseOperationsPerStep() {
        return 3L * hidden * (inputs + hidden);
    }

    public DeltaGruState newState() {
        DeltaGruState state = new DeltaGruState(inputs, hidden);
        reset(state);
        return state;
    }

    /**
     * A state of another network carried over to this one, as for a new version of its model. Inputs and hidden units as
     * last sent and the hidden units themselves are kept where both networks have as many, the sums computed with
     * this network's weights; otherwise a new segment begins. The counters go on.
     *
     * @param state of {@code from}; not changed
     */
    public DeltaGruState adopt(DeltaGru from, DeltaGruState state) {
        if (from.model.stepMicros() != model.stepMicros()) {
            throw new ModelException(model.name() + ": a step of " + model.stepMicros() + " us cannot take over one of "
                    + from.model.stepMicros() + " us");
        }
        DeltaGruState adopted = newState();
        if (inputs == from.inputs && hidden == from.hidden) {
            adopted = state.copy();
            if (!hasRecurrenceOf(from)) {
                refresh(adopted);
            }
        }
        adopted.steps = state.steps;
        adopted.inputDeltas = state.inputDeltas;
        adopted.hiddenDeltas = state.hiddenDeltas;
        adopted.operations = state.operations;
        return adopted;
    }

    private boolean hasRecurrenceOf(DeltaGru other) {
        return Arrays.deepEquals(inputColumns, other.inputColumns)
                && Arrays.deepEquals(hiddenColumns, other.hiddenColumns)
                && Arrays.equals(inputBias, other.inputBias)
                && Arrays.equals(hiddenBias, other.hiddenBias);
    }

    /** Forgets the history: a new segment begins. The counters go on. */
    public void reset(DeltaGruState state) {
        state.clear();
        System.arraycopy(inputBias, 0, state.inputSums, 0, inputBias.length);
        System.arraycopy(hiddenBias, 0, state.hiddenSums, 0, hiddenBias.length);
    }

    /** Advances by one step; {@code input} has {@link #inputs()} values. Allocates nothing. */
    public void step(DeltaGruState state, float[] input) {
        if (state.stepsSinceReset > 0 && state.stepsSinceReset % REFRESH_STEPS == 0) {
            refresh(state);
        }
        state.inputDeltas += sendInputs(state, input);
        state.hiddenDeltas += sendHidden(state);
        updateHidden(state.inputSums, state.hiddenSums, state.hidden);
        state.steps++;
        state.stepsSinceReset++;
    }

    /** V h + c of the last step. */
    public void logits(DeltaGruState state, float[] logits) {
        for (int c = 0; c < readoutRows.length; c++) {
            float sum = readoutBias[c];
            for (int j = 0; j < hidden; j++) {
                sum += readoutRows[c][j] * state.hidden[j];
            }
            logits[c] = sum;
        }
    }

    /** exp(logits) over their sum, in place. */
    public static void softmax(float[] logits) {
        float max = Float.NEGATIVE_INFINITY;
        for (float logit : logits) {
            max = Math.max(max, logit);
        }
        float sum = 0;
        for (int c = 0; c < logits.length; c++) {
            logits[c] = (float) StrictMath.exp(logits[c] - max);
            sum += logits[c];
        }
        for (int c = 0; c < logits.length; c++) {
            logits[c] /= sum;
        }
    }

    private int sendInputs(DeltaGruState state, float[] input) {
        int sent = 0;
        for (int i = 0; i < inputs; i++) {
            float delta = input[i] - state.inputSent[i];
            if (Math.abs(delta) >= inputThreshold && delta != 0) {
                state.inputSent[i] = input[i];
                addScaledColumn(inputColumns[i], delta, state.inputSums);
                sent++;
            }
        }
        state.operations += (long) sent * 3 * hidden;
        return sent;
    }

    private int sendHidden(DeltaGruState state) {
        int sent = 0;
        for (int j = 0; j < hidden; j++) {
            float delta = state.hidden[j] - state.hiddenSent[j];
            if (Math.abs(delta) >= hiddenThreshold && delta != 0) {
                state.hiddenSent[j] = state.hidden[j];
                addScaledColumn(hiddenColumns[j], delta, state.hiddenSums);
                sent++;
            }
        }
        state.operations += (long) sent * 3 * hidden;
        return sent;
    }

    private void refresh(DeltaGruState state) {
        System.arraycopy(inputBias, 0, state.inputSums, 0, inputBias.length);
        System.arraycopy(hiddenBias, 0, state.hiddenSums, 0, hiddenBias.length);
        for (int i = 0; i < inputs; i++) {
            addScaledColumn(inputColumns[i], state.inputSent[i], state.inputSums);
        }
        for (int j = 0; j < hidden; j++) {
            addScaledColumn(hiddenColumns[j], state.hiddenSent[j], state.hiddenSums);
        }
        state.operations += denseOperationsPerStep();
    }

    /** sums[i] += column[i] * delta. */
    public static void addScaledColumn(float[] column, float delta, float[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += column[i] * delta;
        }
    }

    /** h = (1 - z) * n + z * h with the gates' sums A and B, rows r, z, n. */
    public static void updateHidden(float[] inputSums, float[] hiddenSums, float[] hidden) {
        int size = hidden.length;
        for (int j = 0; j < size; j++) {
            float r = Activations.sigmoid(inputSums[j] + hiddenSums[j]);
            float z = Activations.sigmoid(inputSums[size + j] + hiddenSums[size + j]);
            float n = Activations.tanh(inputSums[2 * size + j] + r * hiddenSums[2 * size + j]);
            hidden[j] = (1 - z) * n + z * hidden[j];
        }
    }
}
