package io.fluxon.networks.engine;

import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.ModelException;
import io.fluxon.networks.model.NirNode;

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
 *   M_r  += W_ir dx + W_hr dh      M_r  = b_ir + b_hr at first
 *   M_z  += W_iz dx + W_hz dh      M_z  = b_iz + b_hz
 *   M_n  += W_in dx                M_n  = b_in
 *   M_hn += W_hn dh                M_hn = b_hn
 *   r = sigmoid(M_r)   z = sigmoid(M_z)   n = tanh(M_n + r * M_hn)   h(k) = (1 - z) * n + z * h(k - 1)
 *   logits = V h(k) + c
 * </pre>
 *
 * With both thresholds 0 it is the plain GRU up to rounding. What is not sent is not lost: |x - x^| stays below the
 * threshold. The sums M round anew with every change, by about 2e-4 after 200,000 changes; therefore every {@value
 * #REFRESH_STEPS} steps after a reset M is computed afresh from x^ and h^, which is part of the definition and counted as
 * work.
 *
 * <p>Sums run in the order of the index, in single precision without fused multiply-add; {@link Activations} defines
 * sigmoid and tanh. The result is the same bits on every machine and however the steps are split into calls.
 */
public final class DeltaGru {

    /** Steps between two computations of M from its parts: 0.1 % of the work of the dense network. */
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

    /** Per input, its weights into M_n, M_r and M_z. */
    private final float[][] inputColumns;

    /** Per hidden unit, its weights into M_r, M_z and M_hn. */
    private final float[][] hiddenColumns;

    /** M_n, M_r, M_z and M_hn at first. */
    private final float[] bias;

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
        this.inputColumns = new float[inputs][3 * hidden];
        this.hiddenColumns = new float[hidden][3 * hidden];
        this.bias = new float[4 * hidden];
        for (int j = 0; j < hidden; j++) {
            int r = j;
            int z = hidden + j;
            int n = 2 * hidden + j;
            for (int i = 0; i < inputs; i++) {
                inputColumns[i][j] = gru.weightIh()[n * inputs + i];
                inputColumns[i][hidden + j] = gru.weightIh()[r * inputs + i];
                inputColumns[i][2 * hidden + j] = gru.weightIh()[z * inputs + i];
            }
            for (int i = 0; i < hidden; i++) {
                hiddenColumns[i][j] = gru.weightHh()[r * hidden + i];
                hiddenColumns[i][hidden + j] = gru.weightHh()[z * hidden + i];
                hiddenColumns[i][2 * hidden + j] = gru.weightHh()[n * hidden + i];
            }
            bias[j] = gru.biasIh()[n];
            bias[hidden + j] = gru.biasIh()[r] + gru.biasHh()[r];
            bias[2 * hidden + j] = gru.biasIh()[z] + gru.biasHh()[z];
            bias[3 * hidden + j] = gru.biasHh()[n];
        }
        this.readoutRows = new float[readout.outputs()][hidden];
        for (int c = 0; c < readout.outputs(); c++) {
            System.arraycopy(readout.weight(), c * hidden, readoutRows[c], 0, hidden);
        }
        this.readoutBias = readout.bias().clone();
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
        this.bias = other.bias;
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

    /** Forgets the history: a new segment begins. The counters go on. */
    public void reset(DeltaGruState state) {
        state.clear();
        System.arraycopy(bias, 0, state.memory, 0, bias.length);
    }

    /** Advances by one step; {@code input} has {@link #inputs()} values. Allocates nothing. */
    public void step(DeltaGruState state, float[] input) {
        if (state.stepsSinceReset > 0 && state.stepsSinceReset % REFRESH_STEPS == 0) {
            refresh(state);
        }
        state.inputDeltas += sendInputs(state, input);
        state.hiddenDeltas += sendHidden(state);
        updateHidden(state.memory, state.hidden);
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
                addScaledColumn(inputColumns[i], delta, state.memory, 0);
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
                addScaledColumn(hiddenColumns[j], delta, state.memory, hidden);
                sent++;
            }
        }
        state.operations += (long) sent * 3 * hidden;
        return sent;
    }

    private void refresh(DeltaGruState state) {
        System.arraycopy(bias, 0, state.memory, 0, bias.length);
        for (int i = 0; i < inputs; i++) {
            addScaledColumn(inputColumns[i], state.inputSent[i], state.memory, 0);
        }
        for (int j = 0; j < hidden; j++) {
            addScaledColumn(hiddenColumns[j], state.hiddenSent[j], state.memory, hidden);
        }
        state.operations += denseOperationsPerStep();
    }

    /** memory[offset + i] += column[i] * delta. */
    public static void addScaledColumn(float[] column, float delta, float[] memory, int offset) {
        for (int i = 0; i < column.length; i++) {
            memory[offset + i] += column[i] * delta;
        }
    }

    /**
     * h = (1 - z) * n + z * h with the gates of {@code memory}, whose quarters are M_n, M_r, M_z and M_hn. Apart from the
     * calls of tanh, which the compiler takes in, plain arithmetic.
     */
    public static void updateHidden(float[] memory, float[] hidden) {
        int size = hidden.length;
        for (int j = 0; j < size; j++) {
            float r = Activations.sigmoid(memory[size + j]);
            float z = Activations.sigmoid(memory[2 * size + j]);
            float n = Activations.tanh(memory[j] + r * memory[3 * size + j]);
            hidden[j] = (1 - z) * n + z * hidden[j];
        }
    }
}
