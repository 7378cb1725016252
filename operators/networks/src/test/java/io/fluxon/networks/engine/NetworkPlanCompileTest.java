package io.fluxon.networks.engine;

import static io.fluxon.networks.engine.TestingNetworks.filled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.ModelException;
import io.fluxon.networks.model.NirGraph;
import io.fluxon.networks.model.NirGraph.Edge;
import io.fluxon.networks.model.NirNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the compiler refuses, starting from the graph of a good model: each error is one line with node and rule. */
class NetworkPlanCompileTest {

    private final Map<String, NirNode> nodes = new LinkedHashMap<>();
    private final List<Edge> edges = new ArrayList<>();
    private List<String> classes = List.of("zero", "one");

    @BeforeEach
    void goodGraph() {
        nodes.put("input", new NirNode.Input(new int[] {2, 1, 3}));
        nodes.put("flatten", new NirNode.Flatten(new int[] {2, 1, 3}, 0, -1));
        nodes.put("hidden_weights", new NirNode.Linear(new float[24], 4, 6));
        nodes.put("hidden", lif(4));
        nodes.put("readout_weights", new NirNode.Linear(new float[8], 2, 4));
        nodes.put("readout", li(2));
        nodes.put("output", new NirNode.Output(new int[] {2}));
        List<String> names = List.copyOf(nodes.keySet());
        for (int i = 1; i < names.size(); i++) {
            edges.add(new Edge(names.get(i - 1), names.get(i)));
        }
    }

    @Test
    void theGoodGraphCompiles() {
        NetworkPlan plan = NetworkPlan.compile(model());

        assertThat(plan.inputShape()).containsExactly(2, 1, 3);
        assertThat(plan.layers()).extracting(LayerSummary::neurons).containsExactly(4, 2);
    }

    @Test
    void theOrderOfTheEdgesDoesNotMatter() {
        Collections.reverse(edges);

        assertThat(NetworkPlan.compile(model()).layers())
                .extracting(LayerSummary::neurons)
                .containsExactly(4, 2);
    }

    @Test
    void noInput() {
        nodes.remove("input");
        edges.remove(0);
        assertRefused("graph: has 0 Input nodes");
    }

    @Test
    void twoInputs() {
        nodes.put("input2", new NirNode.Input(new int[] {6}));
        assertRefused("graph: has 2 Input nodes");
    }

    @Test
    void aBranch() {
        nodes.put("second", lif(4));
        edges.add(new Edge("hidden_weights", "second"));
        assertRefused("node hidden_weights: has 2 successors");
    }

    @Test
    void aDeadEnd() {
        edges.remove(edges.size() - 1);
        assertRefused("node readout: has 0 successors");
    }

    @Test
    void aCycle() {
        edges.set(edges.size() - 2, new Edge("readout_weights", "hidden"));
        assertRefused("node hidden: closes a cycle");
    }

    @Test
    void aCycleThroughTheOutput() {
        edges.add(new Edge("output", "hidden_weights"));
        assertRefused("node output: has a successor");
    }

    @Test
    void aNodeBesideTheChain() {
        nodes.put("stray", lif(4));
        edges.add(new Edge("stray", "readout_weights"));
        assertRefused("node stray: not on the chain from Input to Output");
    }

    @Test
    void aFlattenOfAnotherShape() {
        nodes.put("flatten", new NirNode.Flatten(new int[] {2, 3, 1}, 0, -1));
        assertRefused("node flatten: has [2, 3, 1], got [2, 1, 3]");
    }

    @Test
    void aFlattenThatLeavesDimensions() {
        nodes.put("flatten", new NirNode.Flatten(new int[] {2, 1, 3}, 1, -1));
        assertRefused("node flatten: must join all dimensions, 0 to 2");
        nodes.put("flatten", new NirNode.Flatten(new int[] {2, 1, 3}, 0, 1));
        assertRefused("node flatten: must join all dimensions, 0 to 2");
        nodes.put("flatten", new NirNode.Flatten(new int[] {2, 1, 3}, 0, 2));
        assertThat(NetworkPlan.compile(model()).layers())
                .extracting(LayerSummary::neurons)
                .containsExactly(4, 2);
    }

    @Test
    void aLinearOfAnotherWidth() {
        nodes.put("readout_weights", new NirNode.Linear(new float[10], 2, 5));
        assertRefused("node readout_weights: has 5 inputs, got 4 values");
    }

    @Test
    void neuronsOfAnotherNumberThanTheWeights() {
        nodes.put("hidden", lif(5));
        assertRefused("node hidden: has 5 values of ", "got 4 inputs");
    }

    @Test
    void anOutputOfAnotherShape() {
        nodes.put("output", new NirNode.Output(new int[] {3}));
        assertRefused("node output: has 3 values, got 2");
    }

    @Test
    void classesOfAnotherNumber() {
        classes = List.of("zero", "one", "two");
        assertRefused("the graph has 2 outputs, metadata names 3 classes");
    }

    @Test
    void tausThatDiffer() {
        nodes.put("hidden", lif(new double[] {0.02, 0.02, 0.02, 0.021}, 1, 0, 1, 0));
        assertRefused("node hidden: tau must be the same for all its neurons");
    }

    @Test
    void aTauThatIsNotPositive() {
        for (double tau : new double[] {0, -0.02, Double.NaN}) {
            nodes.put("hidden", lif(filled(4, tau), 1, 0, 1, 0));
            assertRefused("node hidden: tau must be positive");
        }
    }

    @Test
    void aThresholdThatIsNotPositive() {
        // 1e-60 is 0 in the single precision that the engine computes in.
        for (double threshold : new double[] {0, -1, 1e-60, Double.NaN}) {
            nodes.put("hidden", lif(filled(4, 0.02), 1, 0, threshold, 0));
            assertRefused("node hidden: v_threshold must be positive");
        }
    }

    @Test
    void aLeakOrResetPotentialOtherThanZero() {
        nodes.put("hidden", lif(filled(4, 0.02), 1, 0.1, 1, 0));
        assertRefused("node hidden: v_leak must be 0");
        nodes.put("hidden", lif(filled(4, 0.02), 1, 0, 1, -0.1));
        assertRefused("node hidden: v_reset must be 0");
    }

    @Test
    void weightsThatOverflowOnceScaled() {
        nodes.put("hidden", lif(filled(4, 1e-4), 1e30, 0, 1, 0));
        float[] weight = new float[24];
        weight[7] = 1e20f;
        nodes.put("hidden_weights", new NirNode.Linear(weight, 4, 6));
        assertRefused("node hidden: ", "not a finite number");
    }

    @Test
    void noReadout() {
        nodes.put("readout", lif(2));
        assertRefused("node output is Output, need Linear, and LI as the last neurons");
    }

    @Test
    void layersAfterTheReadout() {
        nodes.put("hidden", li(4));
        assertRefused("node readout_weights is Linear, need Output");
    }

    @Test
    void neuronsWithoutWeights() {
        nodes.put("hidden", new NirNode.Flatten(new int[] {4}, 0, -1));
        assertRefused("node hidden is Flatten, need LIF or LI after Linear");
    }

    @Test
    void anInputShapeBeyondMemory() {
        nodes.put("input", new NirNode.Input(new int[] {1 << 16, 1 << 16}));
        nodes.put("flatten", new NirNode.Flatten(new int[] {1 << 16, 1 << 16}, 0, -1));
        assertRefused("node input: shape [65536, 65536] is not within");
    }

    @Test
    void anInputShapeWithADimensionOfZero() {
        nodes.put("input", new NirNode.Input(new int[] {2, 0, 3}));
        assertRefused("node input: shape [2, 0, 3] is not within");
    }

    private Model model() {
        return new Model(new NirGraph(nodes, edges, Map.of()), "testing", "1", classes, 1000, "");
    }

    private void assertRefused(String... parts) {
        assertThatThrownBy(() -> NetworkPlan.compile(model()))
                .isInstanceOf(ModelException.class)
                .message()
                .contains(parts)
                .doesNotContain("\n");
    }

    private static NirNode.Lif lif(int neurons) {
        return lif(filled(neurons, 0.02), 1, 0, 1, 0);
    }

    private static NirNode.Lif lif(double[] tauSeconds, double r, double vLeak, double vThreshold, double vReset) {
        int neurons = tauSeconds.length;
        return new NirNode.Lif(
                tauSeconds,
                filled(neurons, r),
                filled(neurons, vLeak),
                filled(neurons, vThreshold),
                filled(neurons, vReset));
    }

    private static NirNode.Li li(int neurons) {
        return new NirNode.Li(filled(neurons, 0.02), filled(neurons, 1), new double[neurons]);
    }
}
