package io.fluxon.networks.engine;

import static io.fluxon.networks.engine.TestingNetworks.filled;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxon.networks.model.Dialect;
import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.ModelException;
import io.fluxon.networks.model.NirGraph;
import io.fluxon.networks.model.NirGraph.Edge;
import io.fluxon.networks.model.NirNode;
import io.fluxon.networks.model.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the compiler refuses, starting from the graph of a good model: each error is one line with node and rule. */
class NetworkPlanCompileTest {

    private final Map<String, NirNode> nodes = new LinkedHashMap<>();
    private final List<Edge> edges = new ArrayList<>();
    private List<String> classes = List.of("zero", "one");
    private Dialect dialect = Dialect.Preset.FLUXON.dialect(1e-3);

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
        assertRefused("node flatten: no Input leads to it");
    }

    @Test
    void twoInputs() {
        nodes.put("input2", new NirNode.Input(new int[] {6}));
        assertRefused("graph: has 2 Input nodes");
    }

    @Test
    void noOutput() {
        nodes.remove("output");
        edges.remove(edges.size() - 1);
        assertRefused("graph: has 0 Output nodes");
    }

    @Test
    void anOutputThatNothingReaches() {
        edges.remove(edges.size() - 1);
        assertRefused("node output: no Input leads to it");
    }

    @Test
    void aNodeThatNothingReaches() {
        nodes.put("stray", lif(4));
        edges.add(new Edge("stray", "readout_weights"));
        assertRefused("node stray: no Input leads to it");
    }

    @Test
    void anOutputThatLeadsOn() {
        nodes.put("behind", lif(2));
        edges.add(new Edge("output", "behind"));
        assertRefused("node output: an Output that leads to behind");
    }

    @Test
    void branchesDeadEndsAndCyclesOfNeuronsAreNetworksToo() {
        nodes.put("second", lif(4));
        edges.add(new Edge("hidden_weights", "second"));
        nodes.put("recurrent_weights", new NirNode.Linear(new float[16], 4, 4));
        edges.add(new Edge("hidden", "recurrent_weights"));
        edges.add(new Edge("recurrent_weights", "hidden"));

        assertThat(sizes()).containsOnly(entry("hidden", 4), entry("second", 4), entry("readout", 2));
    }

    @Test
    void aCycleWithoutNeurons() {
        nodes.put("recurrent_weights", new NirNode.Linear(new float[16], 4, 4));
        nodes.put("scale", new NirNode.Scale(Tensor.of(2)));
        edges.add(new Edge("hidden_weights", "recurrent_weights"));
        edges.add(new Edge("recurrent_weights", "scale"));
        edges.add(new Edge("scale", "recurrent_weights"));
        assertRefused(": on or behind a cycle without neurons and delays");

        nodes.put("scale", new NirNode.Delay(Tensor.of(0.003)));
        assertThat(sizes()).containsOnly(entry("hidden", 4), entry("scale", 4), entry("readout", 2));
    }

    @Test
    void aDelayThatIsNegativeOrEndless() {
        for (double seconds : new double[] {-0.003, 1e9, Double.POSITIVE_INFINITY, Double.NaN}) {
            delayBeforeHidden(seconds);
            assertRefused("node delay: delay of " + seconds + " s is ", "must be 0 to 65536");
        }
    }

    private void delayBeforeHidden(double seconds) {
        nodes.put("delay", new NirNode.Delay(Tensor.of(seconds)));
        edges.removeIf(edge -> edge.to().equals("hidden"));
        edges.removeIf(edge -> edge.to().equals("delay"));
        edges.removeIf(edge -> edge.from().equals("delay"));
        edges.add(new Edge("hidden_weights", "delay"));
        edges.add(new Edge("delay", "hidden"));
    }

    @Test
    void aNodeWithAnEngineOfItsOwn() {
        nodes.put(
                "hidden", new NirNode.DeltaGru(new float[48], new float[48], new float[12], new float[12], 0, 0, 4, 4));
        assertRefused("node hidden: DeltaG", "has an engine of its own");
    }

    @Test
    void aFlattenOfAnotherShape() {
        nodes.put("flatten", new NirNode.Flatten(new int[] {2, 3, 1}, 0, -1));
        assertRefused("node flatten: gets [2, 1, 3] from input, needs [2, 3, 1]");
    }

    @Test
    void aFlattenThatLeavesDimensionsBeforeAMatrix() {
        nodes.put("flatten", new NirNode.Flatten(new int[] {2, 1, 3}, 1, -1));
        assertRefused("node hidden_weights: gets [2, 3] from flatten, needs [6]");
        nodes.put("flatten", new NirNode.Flatten(new int[] {2, 1, 3}, 0, 3));
        assertRefused("node flatten: joins the dimensions 0 to 3 of [2, 1, 3]");
        nodes.put("flatten", new NirNode.Flatten(new int[] {2, 1, 3}, 0, 2));
        assertThat(sizes()).containsOnly(entry("hidden", 4), entry("readout", 2));
    }

    @Test
    void aLinearOfAnotherWidth() {
        nodes.put("readout_weights", new NirNode.Linear(new float[10], 2, 5));
        assertRefused("node readout_weights: gets [4] from hidden, needs [5]");
    }

    @Test
    void neuronsOfAnotherNumberThanTheWeights() {
        nodes.put("hidden", lif(5));
        assertRefused("node hidden: gets [4] from hidden_weights, needs [5]");
    }

    @Test
    void anOutputOfAnotherShape() {
        nodes.put("output", new NirNode.Output(new int[] {3}));
        assertRefused("node output: gets [2] from readout, needs [3]");
    }

    @Test
    void classesOfAnotherNumber() {
        classes = List.of("zero", "one", "two");
        assertRefused("the graph has 2 outputs, metadata names 3 classes");
    }

    @Test
    void aTauThatIsNotPositive() {
        for (double tau : new double[] {0, -0.02}) {
            nodes.put("hidden", lif(filled(4, tau), 1, 0, 1, 0));
            assertRefused("node hidden: tau is " + tau + " s, must be positive");
        }
    }

    @Test
    void aStepOfEulerThatIsLongerThanTau() {
        nodes.put("hidden", lif(filled(4, 0.9e-3), 1, 0, 1, 0));
        dialect = Dialect.Preset.NORSE.dialect(1e-3);
        assertRefused("node hidden: tau is 9.0E-4 s, must be at least dt, 0.001 s, for the euler integrator");
        nodes.put("hidden", lif(filled(4, 1e-3), 1, 0, 1, 0));
        assertThat(sizes()).containsKey("hidden");
    }

    @Test
    void manySpikesPerStepWithoutADistanceToTakeOff() {
        dialect = Dialect.Preset.SINABS.dialect(1e-3);
        for (double reset : new double[] {1, 1.5}) {
            nodes.put("hidden", lif(filled(4, 0.02), 1, 0, 1, reset));
            assertRefused("node hidden: v_threshold is 1.0, must be above v_reset, " + reset);
        }
        dialect = Dialect.Preset.FLUXON.dialect(1e-3);
        assertThat(sizes()).containsKey("hidden");
    }

    @Test
    void weightsThatOverflowOnceScaled() {
        nodes.put("hidden", lif(filled(4, 1e-4), 1e300, 0, 1, 0));
        float[] weight = new float[24];
        weight[7] = 1e20f;
        nodes.put("hidden_weights", new NirNode.Linear(weight, 4, 6));
        assertRefused("node hidden_weights: a weight times the gain of hidden is Infinity");
    }

    @Test
    void anInputShapeBeyondMemory() {
        nodes.put("input", new NirNode.Input(new int[] {1 << 16, 1 << 16}));
        nodes.put("flatten", new NirNode.Flatten(new int[] {1 << 16, 1 << 16}, 0, -1));
        assertRefused("node input: gives [65536, 65536], more than 16777216 elements");
    }

    @Test
    void anInputShapeWithADimensionOfZero() {
        nodes.put("input", new NirNode.Input(new int[] {2, 0, 3}));
        assertRefused("node input: gives [2, 0, 3], dimensions must be at least 1");
    }

    private Map<String, Integer> sizes() {
        return NetworkPlan.compile(model()).layers().stream()
                .collect(Collectors.toMap(LayerSummary::name, LayerSummary::neurons));
    }

    private Model model() {
        return new Model(new NirGraph(nodes, edges, Map.of()), "testing", "1", classes, 1000, dialect, "");
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
