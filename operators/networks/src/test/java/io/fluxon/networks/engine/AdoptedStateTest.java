package io.fluxon.networks.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.ModelException;
import io.fluxon.networks.model.NirNode;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a state keeps when another model takes it over. */
class AdoptedStateTest {

    private static final int INPUTS = 3;
    private static final int HIDDEN = 4;

    /** Two spiking layers and a readout whose weights are all the same. */
    private static Model model(int outputs, double weight, long stepMicros) {
        return TestingNetworks.chain(
                new int[] {INPUTS},
                List.of(
                        linear(INPUTS, HIDDEN, 0.6),
                        new NirNode.Lif(one(0.02), one(10), one(0), one(1), one(0)),
                        linear(HIDDEN, outputs, weight),
                        new NirNode.Li(one(0.05), one(10), one(0))),
                stepMicros);
    }

    private static NirNode.Linear linear(int inputs, int outputs, double weight) {
        float[] weights = new float[inputs * outputs];
        Arrays.fill(weights, (float) weight);
        return new NirNode.Linear(weights, outputs, inputs);
    }

    private static double[] one(double value) {
        return TestingNetworks.filled(1, value);
    }

    /** With spikes behind it, membranes that are not at rest, and a step that is open. */
    private static NetworkState busy(NetworkPlan plan) {
        NetworkState state = plan.newState();
        plan.advance(
                state,
                plan.newScratch(),
                new int[] {0, 1, 2, 0, 1, 0},
                new long[] {100, 150, 1200, 3100, 9000, 9400},
                0,
                6);
        assertThat(state.spikes()).isPositive();
        return state;
    }

    @Test
    void theSameModelKeepsAll() {
        NetworkPlan plan = NetworkPlan.compile(model(2, 0.3, 1000));
        NetworkState state = busy(plan);

        NetworkState adopted = NetworkPlan.compile(model(2, 0.3, 1000)).adopt(plan, state);

        assertThat(adopted).isEqualTo(state).isNotSameAs(state);
    }

    @Test
    void aWidenedReadoutKeepsTheHiddenLayerAndStartsAtRest() {
        NetworkPlan from = NetworkPlan.compile(model(2, 0.3, 1000));
        NetworkPlan to = NetworkPlan.compile(model(5, 0.3, 1000));
        NetworkState state = busy(from);

        NetworkState adopted = to.adopt(from, state);

        assertThat(to.adoptedLayers(from)).containsExactly("Lif1");
        assertThat(adopted.potential[0]).isEqualTo(state.potential[0]).contains(state.potential[0][0]);
        assertThat(adopted.drive[0]).isEqualTo(state.drive[0]);
        assertThat(adopted.clock[0]).isEqualTo(state.clock[0]);
        assertThat(adopted.due[0]).isEqualTo(state.due[0]);
        assertThat(adopted.spikes()).isEqualTo(state.spikes());
        assertThat(adopted.events()).isEqualTo(state.events());
        for (int c = 0; c < 5; c++) {
            assertThat(to.score(adopted, c)).isZero();
        }

        int[] inputs = {0, 1, 0, 2};
        long[] timesMicros = {9500, 9900, 12_000, 12_100};
        for (NetworkPlan plan : List.of(from, to)) {
            NetworkState goesOn = plan == from ? state : adopted;
            plan.advance(goesOn, plan.newScratch(), inputs, timesMicros, 0, 4);
            plan.complete(goesOn, plan.newScratch());
        }
        assertThat(adopted.potential[0]).isEqualTo(state.potential[0]);
        assertThat(adopted.spikes()).isEqualTo(state.spikes());
        assertThat(to.score(adopted, 4)).isEqualTo(to.score(adopted, 0)).isPositive();
    }

    @Test
    void retrainedWeightsKeepEveryMembrane() {
        NetworkPlan from = NetworkPlan.compile(model(2, 0.3, 1000));
        NetworkPlan to = NetworkPlan.compile(model(2, -0.7, 1000));
        NetworkState state = busy(from);

        NetworkState adopted = to.adopt(from, state);

        assertThat(adopted).isEqualTo(state);
        assertThat(to.adoptedLayers(from)).hasSize(2);
    }

    @Test
    void potentialsAreThoseAfterTheLastStep() {
        NetworkPlan plan = NetworkPlan.compile(model(2, 0.3, 1000));
        NetworkState state = busy(plan);

        assertThat(plan.potentials(state, 1).getCount()).isEqualTo(2);
        assertThat(plan.potentials(state, 1).getMax()).isEqualTo(plan.score(state, 0));
        assertThat(plan.potentials(plan.newState(), 0).getMax()).isZero();
    }

    @Test
    void anotherStepLengthIsRefused() {
        NetworkPlan from = NetworkPlan.compile(model(2, 0.3, 1000));
        NetworkPlan to = NetworkPlan.compile(model(2, 0.3, 500));

        assertThatThrownBy(() -> to.adopt(from, busy(from)))
                .isInstanceOf(ModelException.class)
                .hasMessage("testing: a step of 500 us cannot take over one of 1000 us");
    }

    @Test
    void aStateThatIsNotOfTheFirstModelIsRefused() {
        NetworkPlan from = NetworkPlan.compile(model(2, 0.3, 1000));
        NetworkPlan to = NetworkPlan.compile(model(5, 0.3, 1000));

        assertThatThrownBy(() -> from.adopt(to, busy(from))).isInstanceOf(ModelException.class);
    }
}
