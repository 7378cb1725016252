package io.fluxon.networks.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.NirGraph;
import io.fluxon.networks.model.NirGraph.Edge;
import io.fluxon.networks.model.NirNode;
import io.fluxon.networks.model.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NetworkPlanTest {

    @Test
    void aCopySharesNothingWithItsOriginal() {
        NetworkPlan plan = NetworkPlan.compile(TestingNetworks.counting(3, 1000, 0.02, 1.5));
        Random random = new Random(3);
        int[] inputs = random.ints(200, 0, 3).toArray();
        long[] timesMicros = random.longs(200, 0, 50_000).sorted().toArray();
        NetworkState original = plan.newState();
        plan.advance(original, plan.newScratch(), inputs, timesMicros, 0, 100);
        NetworkState copy = original.copy();
        NetworkState reference = original.copy();

        plan.advance(copy, plan.newScratch(), inputs, timesMicros, 100, 200);

        assertThat(original).isEqualTo(reference).isNotEqualTo(copy);
    }

    @Test
    void aSpikeReachesTheReadoutInItsOwnStepAndResetsItsNeuron() {
        NetworkPlan plan = NetworkPlan.compile(TestingNetworks.counting(2, 1000, 0.02, 1.5));
        NetworkState state = plan.newState();
        NetworkPlan.Scratch scratch = plan.newScratch();

        plan.advance(state, scratch, new int[] {0, 0, 1}, new long[] {0, 999, 999}, 0, 3);
        plan.completeUntil(state, scratch, 999);
        assertThat(scores(plan, state)).containsExactly(0, 0);
        plan.completeUntil(state, scratch, 1000);

        assertThat(state.spikes()).isEqualTo(1);
        assertThat(scores(plan, state)[0]).isCloseTo(1, within(1e-6f));
        assertThat(scores(plan, state)[1]).isZero();
        // Neuron 0 was reset to 0, neuron 1 kept its 1: one more event each lifts only the second above 1.5.
        plan.advance(state, scratch, new int[] {0, 1}, new long[] {1000, 1000}, 0, 2);
        plan.complete(state, scratch);
        assertThat(state.spikes()).isEqualTo(2);
        assertThat(scores(plan, state)[1]).isCloseTo(1, within(1e-6f));
    }

    @Test
    void aPotentialEqualToTheThresholdDoesNotSpike() {
        // tau is so short that kappa is 0 and the potential exactly the number of events in the step.
        NetworkPlan plan = NetworkPlan.compile(TestingNetworks.counting(1, 1_000_000, 1e-3, 2));
        NetworkState state = plan.newState();

        plan.advance(state, plan.newScratch(), new int[2], new long[2], 0, 2);
        plan.complete(state, plan.newScratch());
        assertThat(state.spikes()).isZero();

        plan.advance(state, plan.newScratch(), new int[3], new long[] {1_000_000, 1_000_000, 1_000_000}, 0, 3);
        plan.complete(state, plan.newScratch());
        assertThat(state.spikes()).isEqualTo(1);
    }

    @Test
    void theClosedFormOfTheLeakIsRepeatedMultiplication() {
        double tauSeconds = 0.037;
        double kappa = Math.exp(-1e-3 / tauSeconds);
        NetworkPlan plan = NetworkPlan.compile(TestingNetworks.counting(1, 1000, tauSeconds, 0.5));
        // A spike each, at 0 and after the silence: the score is that of the second and what is left of the first.
        for (int silentSteps : new int[] {1, 2, 10, 400, 1022, 1023, 1024, 1025, 1500}) {
            NetworkState state = plan.newState();
            plan.advance(state, plan.newScratch(), new int[] {0, 0}, new long[] {0, silentSteps * 1000L}, 0, 2);
            plan.complete(state, plan.newScratch());
            double expected = 1;
            for (int i = 0; i < silentSteps; i++) {
                expected *= kappa;
            }
            assertThat(plan.score(state, 0) - 1).as("%d steps", silentSteps).isCloseTo(expected, within(1e-12));
        }
    }

    @Test
    void aSilenceOfElevenDaysCostsNothingAndForgetsEverything() {
        NetworkPlan plan = NetworkPlan.compile(TestingNetworks.counting(3, 1, 0.02, 1.5));
        NetworkState state = plan.newState();
        NetworkPlan.Scratch scratch = plan.newScratch();
        int[] inputs = {0, 0, 1, 1, 2};
        long[] times = {5, 5, 5, 5, 5};
        plan.advance(state, scratch, inputs, times, 0, 5);
        long startNanos = System.nanoTime();

        // 10^12 steps at a time; stepping through even one of these silences would take minutes.
        for (int i = 1; i <= 100; i++) {
            long later = i * 1_000_000_000_000L;
            plan.advance(state, scratch, new int[] {0, 0}, new long[] {later, later}, 0, 2);
        }
        plan.complete(state, scratch);

        assertThat(System.nanoTime() - startNanos).isLessThan(10_000_000_000L);
        assertThat(state.spikes()).isEqualTo(2 + 100);
        assertThat(scores(plan, state)).containsExactly(scores(plan, state)[0], 0, 0);
        assertThat(scores(plan, state)[0]).isCloseTo(1, within(1e-6f));
    }

    @Test
    void aSilentSensorKeepsItsScores() {
        NetworkPlan plan = NetworkPlan.compile(TestingNetworks.counting(2, 1000, 0.02, 0.5));
        NetworkState state = plan.newState();
        NetworkPlan.Scratch scratch = plan.newScratch();
        plan.advance(state, scratch, new int[] {1}, new long[] {0}, 0, 1);
        plan.completeUntil(state, scratch, 1000);
        float[] before = scores(plan, state);

        plan.completeUntil(state, scratch, 500_000);

        assertThat(scores(plan, state)).isEqualTo(before);
        assertThat(before[1]).isPositive();
    }

    @Test
    void scoresLeakThroughStepsInWhichOnlyTheInputWasBusy() {
        // Two events of input 0 make neuron 0 spike; the single event of input 1 reaches 1 of 1.5 and only moves time
        // on.
        double tauSeconds = 0.01;
        NetworkPlan plan = NetworkPlan.compile(TestingNetworks.counting(2, 1000, tauSeconds, 1.5));
        NetworkState state = plan.newState();
        NetworkPlan.Scratch scratch = plan.newScratch();
        plan.advance(state, scratch, new int[] {0, 0, 1}, new long[] {0, 0, 30_000}, 0, 3);
        plan.complete(state, scratch);

        assertThat(state.spikes()).isEqualTo(1);
        assertThat((double) scores(plan, state)[0]).isCloseTo(Math.exp(-0.030 / tauSeconds), within(1e-7));
    }

    @Test
    void workIsCountedByTheWeightsAdded() {
        NetworkPlan plan = NetworkPlan.compile(TestingNetworks.counting(3, 1000, 0.02, 1.5));
        NetworkState state = plan.newState();
        plan.advance(state, plan.newScratch(), new int[] {0, 0, 2}, new long[] {0, 0, 0}, 0, 3);
        plan.complete(state, plan.newScratch());

        assertThat(state.events()).isEqualTo(3);
        assertThat(state.spikes()).isEqualTo(1);
        assertThat(state.synapticOperations()).isEqualTo(3 * 3 + 1 * 3);
        assertThat(plan.denseOperations(0, 0)).isEqualTo(9 + 9);
        assertThat(plan.denseOperations(0, 999)).isEqualTo(9 + 9);
        assertThat(plan.denseOperations(0, 1000)).isEqualTo(2 * (9 + 9));
    }

    @Test
    void denseOperationsOfAnAbsurdlyLongEpochStopAtTheLargestLong() {
        NetworkPlan plan = NetworkPlan.compile(TestingNetworks.counting(40, 1, 0.02, 1.5));

        assertThat(plan.denseOperations(0, 1L << 53)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void whichEdgeOfACycleIsLateFollowsTheNamesWhereItIsEnteredFromTwoSides() {
        // Both neurons fire at whatever reaches them, and the event reaches the second only.
        for (boolean firstIsA : new boolean[] {true, false}) {
            String first = firstIsA ? "a" : "b";
            String second = firstIsA ? "b" : "a";
            NirNode.If neuron = new NirNode.If(Tensor.of(10), Tensor.of(2), Tensor.of(0));
            NirGraph graph = new NirGraph(
                    Map.of(
                            "input",
                            new NirNode.Input(new int[] {1}),
                            first + "_weight",
                            new NirNode.Linear(new float[] {0}, 1, 1),
                            second + "_weight",
                            new NirNode.Linear(new float[] {1}, 1, 1),
                            first,
                            neuron,
                            second,
                            neuron,
                            "output",
                            new NirNode.Output(new int[] {1})),
                    List.of(
                            new Edge("input", first + "_weight"),
                            new Edge("input", second + "_weight"),
                            new Edge(first + "_weight", first),
                            new Edge(second + "_weight", second),
                            new Edge(first, second),
                            new Edge(second, first),
                            new Edge(first, "output")),
                    Map.of());
            NetworkPlan plan = NetworkPlan.compile(new Model(graph, "cycle", "1", List.of("c"), 1000, ""));
            NetworkState state = plan.newState();
            NetworkPlan.Scratch scratch = plan.newScratch();
            plan.step(state, scratch, new int[] {0}, new double[] {1}, 1);
            // The first is before the second within a step where it is a, so that it hears of the second a step later.
            assertThat(scores(plan, state)).containsExactly(firstIsA ? 0 : 1);
            plan.step(state, scratch, new int[0], new double[0], 0);
            assertThat(scores(plan, state)).containsExactly(firstIsA ? 1 : 2);
        }
    }

    private static float[] scores(NetworkPlan plan, NetworkState state) {
        float[] scores = new float[plan.model().classes().size()];
        plan.scores(state, scores);
        return scores;
    }
}
