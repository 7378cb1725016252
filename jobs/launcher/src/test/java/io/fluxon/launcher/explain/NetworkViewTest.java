package io.fluxon.launcher.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fluxon.launcher.explain.NetworkView.Readout;
import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.NirGraph;
import io.fluxon.networks.model.NirNode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NetworkViewTest {

    /** Three hidden neurons and two classes: class "a" hears 1, 2, 3 and class "b" 4, -5, 6. */
    private static final float[] TO_CLASSES = {1, 2, 3, 4, -5, 6};

    @Test
    void sharesAreTheSumSentTimesTheDifferenceOfTheWeights() {
        Readout readout = NetworkView.of(hidden()).readout();

        assertThat(readout.layer()).isZero();
        assertThat(readout.neurons()).isEqualTo(3);
        // "a" against "b": 7 spikes of neuron 1, 7 (2 + 5); 2 spikes of neuron 2, 2 (3 - 6).
        assertThat(readout.contribution(1, 7, 0, 1)).isEqualTo(49, within(1e-9));
        assertThat(readout.contribution(2, 2, 0, 1)).isEqualTo(-6, within(1e-9));
        // The other way round the sign turns; without a runner-up the weight alone counts.
        assertThat(readout.contribution(1, 7, 1, 0)).isEqualTo(-49, within(1e-9));
        assertThat(readout.contribution(1, 7, 1, -1)).isEqualTo(-35, within(1e-9));
    }

    @Test
    void withoutAHiddenLayerTheInputsHaveTheShares() {
        Model model = model(NirGraph.chain(
                Map.entry("input", new NirNode.Input(new int[] {3})),
                Map.entry("weights", new NirNode.Linear(TO_CLASSES, 2, 3)),
                Map.entry("neurons", neurons(2)),
                Map.entry("output", new NirNode.Output(new int[] {2}))));

        assertThat(NetworkView.of(model).readout().layer()).isEqualTo(NetworkView.INPUT);
    }

    @Test
    void thereAreNoSharesWhereTheClassesAreTheNeuronsThemselves() {
        Model model = model(NirGraph.chain(
                Map.entry("input", new NirNode.Input(new int[] {2})),
                Map.entry("neurons", neurons(2)),
                Map.entry("output", new NirNode.Output(new int[] {2}))));

        assertThat(NetworkView.of(model).readout()).isNull();
    }

    @Test
    void theWindowsActivityIsSummedUpToTheDecisionAndFromTheLastRestartOn() {
        Activity activity = new Activity(3, 1000, 1);
        activity.input(3, 1000, 1100, 5, 1);
        activity.restarted(3, 1000, 1200);
        activity.input(3, 1000, 1300, 5, 1);
        activity.input(3, 2000, 2100, 5, 1);
        activity.input(2, 1000, 1300, 5, 1);
        activity.message(3, 1000, 1310, 0, 2, 1);
        activity.message(3, 1000, 1320, 0, 2, -3);
        activity.close();
        activity.message(3, 1000, 1330, 0, 2, 1);

        assertThat(activity.restartMicros()).isEqualTo(1200);
        assertThat(activity.inputs().count()).isEqualTo(1);
        assertThat(activity.inputs().firstMicros()).isEqualTo(1300);
        assertThat(activity.layer(0).countOf(2)).isEqualTo(2);
        assertThat(activity.layer(0).sumOf(2)).isEqualTo(-2);
        assertThat(activity.layer(0).absoluteSumOf(2)).isEqualTo(4);
        assertThat(activity.layer(0).lastMicros()).isEqualTo(1320);
    }

    @Test
    void aSensorsNameMayHaveColons() {
        assertThat(DecisionName.parse("room:cam-1:3:17")).isEqualTo(new DecisionName("room:cam-1", 3, 17));
        for (String wrong : List.of("cam", "cam:1", ":1:2", "cam:1:-2", "cam:1:x", "cam:1:1234567890123456789")) {
            assertThatThrownBy(() -> DecisionName.parse(wrong))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("must be SENSOR:EPOCH:SEQUENCE, such as cam-1:3:17");
        }
    }

    @Test
    void theNearestDecisionIsOfTheNearestEpochAndThenTheNearestSequence() {
        DecisionName wanted = new DecisionName("cam", 3, 17);

        assertThat(wanted.isNearer(new DecisionName("cam", 3, 90), new DecisionName("cam", 4, 17)))
                .isTrue();
        assertThat(wanted.isNearer(new DecisionName("cam", 4, 0), new DecisionName("cam", 4, 17)))
                .isFalse();
    }

    private static Model hidden() {
        return model(NirGraph.chain(
                Map.entry("input", new NirNode.Input(new int[] {2})),
                Map.entry("in", new NirNode.Linear(new float[6], 3, 2)),
                Map.entry("hidden", neurons(3)),
                Map.entry("out", new NirNode.Affine(TO_CLASSES, new float[2], 2, 3)),
                Map.entry("classes", neurons(2)),
                Map.entry("output", new NirNode.Output(new int[] {2}))));
    }

    private static Model model(NirGraph graph) {
        return new Model(graph, "small", "1", List.of("a", "b"), 1000, "");
    }

    private static NirNode.Lif neurons(int count) {
        return new NirNode.Lif(
                values(0.01, count), values(1, count), values(0, count), values(0.5, count), values(0, count));
    }

    private static double[] values(double value, int count) {
        double[] values = new double[count];
        Arrays.fill(values, value);
        return values;
    }
}
