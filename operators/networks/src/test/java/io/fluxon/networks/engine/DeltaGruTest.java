package io.fluxon.networks.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.ModelException;
import io.fluxon.networks.model.NirGraph;
import io.fluxon.networks.model.NirNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeltaGruTest {

    private static final int INPUTS = 5;
    private static final int HIDDEN = 7;
    private static final int CLASSES = 3;

    @TempDir
    private Path folder;

    private static NirNode.DeltaGru gru(Random random, float inputThreshold, float hiddenThreshold) {
        return new NirNode.DeltaGru(
                uniform(random, 3 * HIDDEN * INPUTS),
                uniform(random, 3 * HIDDEN * HIDDEN),
                uniform(random, 3 * HIDDEN),
                uniform(random, 3 * HIDDEN),
                inputThreshold,
                hiddenThreshold,
                INPUTS,
                HIDDEN);
    }

    private static Model model(Random random, float inputThreshold, float hiddenThreshold) {
        return model(
                gru(random, inputThreshold, hiddenThreshold),
                new NirNode.Affine(uniform(random, CLASSES * HIDDEN), uniform(random, CLASSES), CLASSES, HIDDEN));
    }

    private static Model model(NirNode recurrent, NirNode readout) {
        NirGraph chain = NirGraph.chain(
                Map.entry("input", new NirNode.Input(new int[] {INPUTS})),
                Map.entry("gru", recurrent),
                Map.entry("readout", readout),
                Map.entry("output", new NirNode.Output(new int[] {CLASSES})));
        NirGraph graph = new NirGraph(chain.nodes(), chain.edges(), Map.of(DeltaGru.WINDOW_STEPS, "40"));
        return new Model(graph, "testing", "1", List.of("a", "b", "c"), 50_000, "");
    }

    private static float[] uniform(Random random, int size) {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        return values;
    }

    /** The definition in double precision with whole matrices, plain indices and the true functions. */
    private static final class Reference {

        final NirNode.DeltaGru p;
        final double[] sentInput = new double[INPUTS];
        final double[] h = new double[HIDDEN];
        final double[] sentHidden = new double[HIDDEN];
        long inputDeltas;
        long hiddenDeltas;

        Reference(NirNode.DeltaGru parameters) {
            this.p = parameters;
        }

        void step(float[] x) {
            for (int i = 0; i < INPUTS; i++) {
                double delta = x[i] - sentInput[i];
                if (Math.abs(delta) >= p.inputThreshold() && delta != 0) {
                    sentInput[i] = x[i];
                    inputDeltas++;
                }
            }
            for (int j = 0; j < HIDDEN; j++) {
                double delta = h[j] - sentHidden[j];
                if (Math.abs(delta) >= p.hiddenThreshold() && delta != 0) {
                    sentHidden[j] = h[j];
                    hiddenDeltas++;
                }
            }
            double[] next = new double[HIDDEN];
            for (int j = 0; j < HIDDEN; j++) {
                double r = sigmoid(ofInputs(j) + ofHidden(j));
                double z = sigmoid(ofInputs(HIDDEN + j) + ofHidden(HIDDEN + j));
                double n = Math.tanh(ofInputs(2 * HIDDEN + j) + r * ofHidden(2 * HIDDEN + j));
                next[j] = (1 - z) * n + z * h[j];
            }
            System.arraycopy(next, 0, h, 0, HIDDEN);
        }

        private double ofInputs(int row) {
            double sum = p.biasIh()[row];
            for (int i = 0; i < INPUTS; i++) {
                sum += (double) p.weightIh()[row * INPUTS + i] * sentInput[i];
            }
            return sum;
        }

        private double ofHidden(int row) {
            double sum = p.biasHh()[row];
            for (int i = 0; i < HIDDEN; i++) {
                sum += (double) p.weightHh()[row * HIDDEN + i] * sentHidden[i];
            }
            return sum;
        }

        private static double sigmoid(double x) {
            return 1 / (1 + Math.exp(-x));
        }
    }

    /** A walk of small steps with rests. */
    private static float[][] walk(Random random, int steps) {
        float[][] inputs = new float[steps][];
        float[] x = new float[INPUTS];
        for (int k = 0; k < steps; k++) {
            for (int i = 0; i < INPUTS; i++) {
                x[i] = random.nextInt(3) == 0 ? x[i] : 0.98f * x[i] + 0.3f * (random.nextFloat() - 0.5f);
            }
            inputs[k] = x.clone();
        }
        return inputs;
    }

    private static void assertLikeReference(float inputThreshold, float hiddenThreshold, double tolerance) {
        for (int seed = 0; seed < 10; seed++) {
            Random random = new Random(seed);
            Model model = model(random, inputThreshold, hiddenThreshold);
            Reference reference =
                    new Reference((NirNode.DeltaGru) model.graph().nodes().get("gru"));
            DeltaGru plan = DeltaGru.compile(model);
            DeltaGruState state = plan.newState();
            int steps = 3 * DeltaGru.REFRESH_STEPS;
            for (float[] x : walk(random, steps)) {
                plan.step(state, x);
                reference.step(x);
                for (int j = 0; j < HIDDEN; j++) {
                    assertThat((double) state.hidden[j]).isCloseTo(reference.h[j], within(tolerance));
                }
            }
            assertThat(state.inputDeltas()).isEqualTo(reference.inputDeltas);
            assertThat(state.steps()).isEqualTo(steps);
            long refreshes = (steps - 1) / DeltaGru.REFRESH_STEPS;
            assertThat(state.operations())
                    .isEqualTo(3L * HIDDEN * (state.inputDeltas() + state.hiddenDeltas())
                            + refreshes * plan.denseOperationsPerStep());
        }
    }

    @Test
    void withoutThresholdsItIsThePlainGruUpToRounding() {
        assertLikeReference(0, 0, 5e-5);
    }

    @Test
    void whatIsSentIsWhatTheDefinitionSends() {
        // The threshold for hidden units is 0: near it, rounding could decide otherwise than the reference.
        assertLikeReference(0.1f, 0, 5e-5);
    }

    @Test
    void hiddenUnitsAreSentByTheirOwnThreshold() {
        Random random = new Random(1);
        Model model = model(random, 0.05f, 0.1f);
        DeltaGru plan = DeltaGru.compile(model);
        DeltaGruState state = plan.newState();
        long sent = 0;
        for (float[] x : walk(random, 500)) {
            float[] before = state.hiddenSent.clone();
            float[] hidden = state.hidden.clone();
            plan.step(state, x);
            for (int j = 0; j < HIDDEN; j++) {
                boolean sends = Math.abs(hidden[j] - before[j]) >= 0.1f;
                sent += sends ? 1 : 0;
                assertThat(state.hiddenSent[j]).isEqualTo(sends ? hidden[j] : before[j]);
            }
        }
        assertThat(state.hiddenDeltas()).isEqualTo(sent).isBetween(10L, 500L * HIDDEN / 2);
        assertThat(state.operations()).isLessThan(500 * plan.denseOperationsPerStep() / 2);
    }

    @Test
    void aChangeOfExactlyTheThresholdIsSentAndASmallerOneIsNot() {
        DeltaGru plan = DeltaGru.compile(model(new Random(2), 0.5f, 0));
        DeltaGruState state = plan.newState();
        plan.step(state, new float[] {0.5f, -0.5f, Math.nextDown(0.5f), 0, 0.25f});
        assertThat(state.inputSent).containsExactly(0.5f, -0.5f, 0, 0, 0);
        plan.step(state, new float[] {0.75f, -1, Math.nextDown(0.5f), 0, 0.5f});
        assertThat(state.inputSent).containsExactly(0.5f, -1, 0, 0, 0.5f);
        assertThat(state.inputDeltas()).isEqualTo(4);
    }

    @Test
    void aRestingInputCostsNothing() {
        DeltaGru plan = DeltaGru.compile(model(new Random(3), 0, 0.01f));
        DeltaGruState state = plan.newState();
        float[] rest = {0.1f, 0.2f, 0.3f, 0.4f, 0.5f};
        for (int k = 0; k < 900; k++) {
            plan.step(state, rest);
        }
        long operations = state.operations();
        for (int k = 0; k < 100; k++) {
            plan.step(state, rest);
        }
        assertThat(state.operations()).isEqualTo(operations);
        assertThat(state.inputDeltas()).isEqualTo(INPUTS);
    }

    @Test
    void aRefreshTakesTheRoundingOfThousandsOfChangesAway() {
        Random random = new Random(4);
        Model model = model(random, 0, 0);
        DeltaGru plan = DeltaGru.compile(model);
        DeltaGruState state = plan.newState();
        float[][] inputs = walk(random, DeltaGru.REFRESH_STEPS + 1);
        for (float[] x : inputs) {
            plan.step(state, x);
        }
        assertThat(state.stepsSinceReset()).isEqualTo(DeltaGru.REFRESH_STEPS + 1);
        // After the refresh of the last step, A is the sum of one dense evaluation and one step's changes.
        NirNode.DeltaGru p = (NirNode.DeltaGru) model.graph().nodes().get("gru");
        for (int j = 0; j < HIDDEN; j++) {
            double exact = p.biasIh()[2 * HIDDEN + j];
            for (int i = 0; i < INPUTS; i++) {
                exact += (double) p.weightIh()[(2 * HIDDEN + j) * INPUTS + i] * state.inputSent[i];
            }
            assertThat((double) state.inputSums[2 * HIDDEN + j]).isCloseTo(exact, within(1e-6));
        }
    }

    @Test
    void aResetForgetsTheHistoryAndKeepsTheCount() {
        Random random = new Random(5);
        DeltaGru plan = DeltaGru.compile(model(random, 0.1f, 0.1f));
        float[][] inputs = walk(random, 50);
        DeltaGruState used = plan.newState();
        DeltaGruState fresh = plan.newState();
        for (float[] x : inputs) {
            plan.step(used, x);
        }
        long operations = used.operations();
        plan.reset(used);
        for (float[] x : inputs) {
            plan.step(used, x);
            plan.step(fresh, x);
        }
        assertThat(used.hidden).containsExactly(fresh.hidden);
        assertThat(used.operations()).isEqualTo(2 * operations);
        assertThat(used.stepsSinceReset()).isEqualTo(50);
        assertThat(used.steps()).isEqualTo(100);
    }

    @Test
    void logitsAreTheAffineReadoutAndSoftmaxSumsToOne() {
        Random random = new Random(6);
        Model model = model(random, 0, 0);
        DeltaGru plan = DeltaGru.compile(model);
        DeltaGruState state = plan.newState();
        plan.step(state, uniform(random, INPUTS));
        float[] logits = new float[CLASSES];
        plan.logits(state, logits);
        NirNode.Affine readout = (NirNode.Affine) model.graph().nodes().get("readout");
        double total = 0;
        double[] exact = new double[CLASSES];
        for (int c = 0; c < CLASSES; c++) {
            exact[c] = readout.bias().values()[c];
            for (int j = 0; j < HIDDEN; j++) {
                exact[c] += (double) readout.weight().values()[c * HIDDEN + j] * state.hidden[j];
            }
            assertThat((double) logits[c]).isCloseTo(exact[c], within(1e-6));
            total += Math.exp(exact[c]);
        }
        DeltaGru.softmax(logits);
        for (int c = 0; c < CLASSES; c++) {
            assertThat((double) logits[c]).isCloseTo(Math.exp(exact[c]) / total, within(1e-6));
        }
    }

    @Test
    void aCheckpointBetweenAnyTwoStepsChangesNoBit() throws IOException {
        Random random = new Random(7);
        DeltaGru plan = DeltaGru.compile(model(random, 0.05f, 0.05f));
        DeltaGruState whole = plan.newState();
        DeltaGruState cut = plan.newState();
        for (float[] x : walk(random, DeltaGru.REFRESH_STEPS + 50)) {
            plan.step(whole, x);
            DeltaGruState restored = DeltaGruState.readFrom(input(bytesOf(cut)));
            assertThat(restored).isEqualTo(cut).hasSameHashCodeAs(cut);
            assertThat(cut.copy()).isEqualTo(cut);
            cut = restored;
            plan.step(cut, x);
        }
        assertThat(cut).isEqualTo(whole);
    }

    private static DeltaGruState busyState() {
        DeltaGru plan = DeltaGru.compile(model(new Random(8), 0.25f, 0.0625f));
        DeltaGruState state = plan.newState();
        plan.step(state, new float[] {0.5f, -0.25f, 0.125f, 0, 1});
        plan.step(state, new float[] {0.5f, -0.5f, 0.5f, 0, 1});
        return state;
    }

    @Test
    void theSameModelTakesOverAll() {
        Model same = model(new Random(8), 0.25f, 0.0625f);

        assertThat(DeltaGru.compile(same).adopt(DeltaGru.compile(same), busyState()))
                .isEqualTo(busyState());
    }

    @Test
    void aRetrainedModelTakesOverHiddenUnitsAndSumsThemWithItsOwnWeights() {
        DeltaGru from = DeltaGru.compile(model(new Random(8), 0.25f, 0.0625f));
        NirNode.DeltaGru gru = gru(new Random(9), 0.25f, 0.0625f);
        DeltaGru to = DeltaGru.compile(
                model(gru, new NirNode.Affine(new float[CLASSES * HIDDEN], new float[CLASSES], CLASSES, HIDDEN)));

        DeltaGruState adopted = to.adopt(from, busyState());

        assertThat(adopted.hidden).isEqualTo(busyState().hidden).doesNotContain(0);
        assertThat(adopted.hiddenSent).isEqualTo(busyState().hiddenSent);
        assertThat(adopted.operations()).isEqualTo(busyState().operations());
        for (int row = 0; row < 3 * HIDDEN; row++) {
            double inputSum = gru.biasIh()[row];
            for (int i = 0; i < INPUTS; i++) {
                inputSum += (double) gru.weightIh()[row * INPUTS + i] * adopted.inputSent[i];
            }
            double hiddenSum = gru.biasHh()[row];
            for (int j = 0; j < HIDDEN; j++) {
                hiddenSum += (double) gru.weightHh()[row * HIDDEN + j] * adopted.hiddenSent[j];
            }
            assertThat(adopted.inputSums[row]).isCloseTo((float) inputSum, within(1e-5f));
            assertThat(adopted.hiddenSums[row]).isCloseTo((float) hiddenSum, within(1e-5f));
        }
    }

    @Test
    void aModelOfAnotherWidthStartsANewSegmentAndCountsOn() {
        NirNode.DeltaGru narrow =
                new NirNode.DeltaGru(new float[3 * INPUTS], new float[3], new float[3], new float[3], 0, 0, INPUTS, 1);
        DeltaGru to =
                DeltaGru.compile(model(narrow, new NirNode.Affine(new float[CLASSES], new float[CLASSES], CLASSES, 1)));

        DeltaGruState adopted = to.adopt(DeltaGru.compile(model(new Random(8), 0.25f, 0.0625f)), busyState());

        assertThat(adopted.hidden).containsExactly(0);
        assertThat(adopted.steps()).isEqualTo(2);
        assertThat(adopted.stepsSinceReset()).isZero();
    }

    @Test
    void theBytesOfVersion1StillRestore() throws IOException {
        byte[] stored;
        try (InputStream in = getClass().getResourceAsStream("delta-gru-state-v1.bin")) {
            stored = in.readAllBytes();
        }
        assertThat(DeltaGruState.readFrom(input(stored))).isEqualTo(busyState());
        assertThat(bytesOf(busyState())).isEqualTo(stored);
    }

    @Test
    void brokenBytesAreRefused() throws IOException {
        byte[] bytes = bytesOf(busyState());
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> DeltaGruState.readFrom(input(cut))).isInstanceOf(EOFException.class);
        }
        byte[] other = bytes.clone();
        other[0] = 2;
        assertThatThrownBy(() -> DeltaGruState.readFrom(input(other)))
                .isInstanceOf(IOException.class)
                .hasMessage("delta GRU state of version 2, this release reads 1");
        byte[] wide = bytes.clone();
        wide[1] = 0x7F;
        assertThatThrownBy(() -> DeltaGruState.readFrom(input(wide)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("inputs and 7 hidden units");
    }

    @Test
    void steppingAllocatesNothing() {
        Random random = new Random(9);
        DeltaGru plan = DeltaGru.compile(model(random, 0.05f, 0.05f));
        DeltaGruState state = plan.newState();
        float[][] inputs = walk(random, 20_000);
        float[] logits = new float[CLASSES];
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = 0;
        for (int k = 0; k < inputs.length; k++) {
            if (k == inputs.length / 2) {
                before = threads.getCurrentThreadAllocatedBytes();
            }
            plan.step(state, inputs[k]);
            plan.logits(state, logits);
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1024);
    }

    @Test
    void otherThresholdsAreTheSameNetworkOtherwise() {
        DeltaGru plan = DeltaGru.compile(model(new Random(10), 0.5f, 0.5f));
        DeltaGru exact = plan.withThresholds(0, 0);
        assertThat(exact.inputThreshold()).isZero();
        assertThat(plan.inputThreshold()).isEqualTo(0.5f);
        DeltaGruState a = exact.newState();
        DeltaGruState b = DeltaGru.compile(model(new Random(10), 0, 0)).newState();
        for (float[] x : walk(new Random(11), 100)) {
            exact.step(a, x);
            DeltaGru.compile(model(new Random(10), 0, 0)).step(b, x);
        }
        assertThat(a).isEqualTo(b);
    }

    @Test
    void theModelFileGivesTheSameNetwork() throws IOException {
        Model model = model(new Random(12), 0.05f, 0.1f);
        model.write(folder.resolve("gru.nir"));
        Model again = Model.read(folder.resolve("gru.nir"));
        assertThat(again.graph().nodes())
                .usingRecursiveComparison()
                .isEqualTo(model.graph().nodes());
        DeltaGru plan = DeltaGru.compile(again);
        assertThat(plan.inputs()).isEqualTo(INPUTS);
        assertThat(plan.hidden()).isEqualTo(HIDDEN);
        assertThat(plan.classes()).isEqualTo(CLASSES);
        assertThat(plan.windowSteps()).isEqualTo(40);
        assertThat(plan.hiddenThreshold()).isEqualTo(0.1f);
        DeltaGruState a = plan.newState();
        DeltaGruState b = DeltaGru.compile(model).newState();
        for (float[] x : walk(new Random(13), 100)) {
            plan.step(a, x);
            DeltaGru.compile(model).step(b, x);
        }
        assertThat(a).isEqualTo(b);
    }

    @Test
    void graphsOfAnotherFormAreRefusedByName() {
        Random random = new Random(14);
        NirNode.DeltaGru gru = gru(random, 0, 0);
        NirNode.Affine wide = new NirNode.Affine(uniform(random, 3 * 8), uniform(random, 3), 3, 8);
        assertRefused(model(gru, wide), "node readout: has 8 inputs, got 7 values");
        assertRefused(model(gru, gru), "node readout is DeltaGru, need Affine");
        assertRefused(model(wide, wide), "node gru is Affine, need DeltaGRU");
        NirNode.Affine few = new NirNode.Affine(uniform(random, 2 * HIDDEN), uniform(random, 2), 2, HIDDEN);
        assertRefused(model(gru, few), "node output: has 3 values, got 2");
        Model without = model(gru, new NirNode.Affine(uniform(random, 21), uniform(random, 3), 3, HIDDEN));
        NirGraph bare = new NirGraph(without.graph().nodes(), without.graph().edges(), Map.of());
        assertRefused(
                new Model(bare, "n", "1", without.classes(), 1, ""),
                "metadata: window_steps is '', must be a whole number from 1 to 1048576");
    }

    @Test
    void parametersThatDoNotFitAreRefused() {
        Random random = new Random(15);
        assertThatThrownBy(() -> new NirNode.Affine(uniform(random, 6), uniform(random, 2), 3, 2))
                .isInstanceOf(ModelException.class)
                .hasMessage("Affine has a weight [3, 2] and a bias [2]");
        assertThatThrownBy(() -> new NirNode.DeltaGru(
                        uniform(random, 6), uniform(random, 3), uniform(random, 3), uniform(random, 2), 0, 0, 2, 1))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("6 and 3 weights, 3 and 2 biases");
        for (float threshold : new float[] {-1, Float.NaN, Float.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> gru(random, threshold, 0)).isInstanceOf(ModelException.class);
            assertThatThrownBy(() -> gru(random, 0, threshold)).isInstanceOf(ModelException.class);
        }
    }

    private static void assertRefused(Model model, String message) {
        assertThatThrownBy(() -> DeltaGru.compile(model))
                .isInstanceOf(ModelException.class)
                .hasMessage(message);
    }

    private static byte[] bytesOf(DeltaGruState state) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        state.writeTo(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private static DataInputStream input(byte[] bytes) {
        return new DataInputStream(new ByteArrayInputStream(bytes));
    }
}
