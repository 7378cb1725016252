package io.fluxon.networks.engine;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fluxon.networks.model.Dialect;
import io.fluxon.networks.model.Dialect.Current;
import io.fluxon.networks.model.Dialect.Integrator;
import io.fluxon.networks.model.Dialect.Reset;
import io.fluxon.networks.model.Dialect.ResetTime;
import io.fluxon.networks.model.Dialect.SpikeTest;
import io.fluxon.networks.model.Dialect.SpikesPerStep;
import io.fluxon.networks.model.NirGraph;
import io.fluxon.networks.model.NirGraph.Edge;
import io.fluxon.networks.model.NirNode;
import io.fluxon.networks.model.NirNode.Padding;
import io.fluxon.networks.model.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The oracle against closed forms and against sequences worked out by hand. */
class SteppedInterpreterTest {

    private static final NirNode INPUT = new NirNode.Input(new int[] {1});
    private static final NirNode OUTPUT = new NirNode.Output(new int[] {1});

    private Integrator integrator = Integrator.EULER;
    private Reset reset = Reset.ZERO;
    private ResetTime resetTime = ResetTime.AT_SPIKE;
    private SpikeTest spikeTest = SpikeTest.ABOVE;
    private SpikesPerStep spikesPerStep = SpikesPerStep.ONE;
    private Current current = Current.NEW;
    private int transmissionSteps;

    // ---- Neurons; dt is 1 s ----

    @Test
    void anIntegratorAddsUpWhatReachesIt() {
        assertThat(given(new NirNode.I(Tensor.of(0.5)), 2, 0, 0, -6)).containsExactly(1, 1, 1, -2);
        integrator = Integrator.EXPONENTIAL;
        assertThat(given(new NirNode.I(Tensor.of(0.5)), 2, 0, 0, -6)).containsExactly(1, 1, 1, -2);
    }

    @Test
    void aLeakyIntegratorStartsAtRestAndReturnsToIt() {
        // kappa = 1/2, gain = 3/2: 10, 10 + 1.5 * 4, then half way back to 10 each step.
        NirNode.Li li = new NirNode.Li(Tensor.of(2), Tensor.of(3), Tensor.of(10));
        assertThat(given(li, 0, 4, 0, 0)).containsExactly(10, 16, 13, 11.5);
    }

    @Test
    void theExponentialLeakIsTheSolutionForAConstantInput() {
        integrator = Integrator.EXPONENTIAL;
        NirNode.Li li = new NirNode.Li(Tensor.of(7), Tensor.of(3), Tensor.of(-1));
        double[] v = given(li, 5, 5, 5, 5, 0, 0);
        for (int k = 0; k < 4; k++) {
            // tau v' = -1 - v + 15 from -1: v(t) = -1 + 15 (1 - exp(-t / 7))
            assertThat(v[k]).isCloseTo(-1 + 15 * (1 - Math.exp(-(k + 1) / 7.0)), within(1e-12));
        }
        assertThat(v[5]).isCloseTo(-1 + (v[3] + 1) * Math.exp(-2 / 7.0), within(1e-12));
    }

    @Test
    void aNeuronFiresAboveItsThresholdOnlyAndIsReset() {
        NirNode.If neuron = new NirNode.If(Tensor.of(1), Tensor.of(2), Tensor.of(-1));
        assertThat(given(neuron, 2, 1, 3, 1, -9, 12)).containsExactly(0, 1, 0, 1, 0, 0);
        spikeTest = SpikeTest.AT_OR_ABOVE;
        // 2 fires -> -1; 0; 3 fires -> -1; 0; -9; 3 fires
        assertThat(given(neuron, 2, 1, 3, 1, -9, 12)).containsExactly(1, 0, 1, 0, 0, 1);
    }

    @Test
    void aLeakyNeuronLeaksTowardsItsRestAndFiresWithoutInputWhereThatIsAboveTheThreshold() {
        // kappa = 1/2, rest 4, threshold 5: from 4 stays; input 4 (gain 1/2) lifts to 6, fires, reset to 0; 2; 3; 3.5 +
        // 2
        // fires.
        NirNode.Lif neuron = lif(2, 1, 4, 5, 0);
        assertThat(given(neuron, 0, 4, 0, 0, 4, 0)).containsExactly(0, 1, 0, 0, 1, 0);
        // threshold 3: at rest above it: 4 fires at once; 2; 3 is not above 3; 3.5 fires; 2; 3; 3.5 fires
        assertThat(given(lif(2, 1, 4, 3, 0), 0, 0, 0, 0, 0, 0, 0)).containsExactly(1, 0, 0, 1, 0, 0, 1);
    }

    @Test
    void aSubtractingResetKeepsWhatWasAboveTheThreshold() {
        reset = Reset.SUBTRACT;
        NirNode.If neuron = new NirNode.If(Tensor.of(1), Tensor.of(2), Tensor.of(0));
        // 7 -> 5 -> 3 -> 1, a spike each, without any further input
        assertThat(given(neuron, 7, 0, 0, 0, 2)).containsExactly(1, 1, 1, 0, 1);
        // by v_threshold - v_reset = 1: 7, 6, 5, 4, 3 all fire
        neuron = new NirNode.If(Tensor.of(1), Tensor.of(2), Tensor.of(1));
        assertThat(given(neuron, 7, 0, 0, 0, 0, 0)).containsExactly(1, 1, 1, 1, 1, 0);
    }

    @Test
    void manySpikesOfAStepAreCountedAndTakenOffTogether() {
        reset = Reset.SUBTRACT;
        spikesPerStep = SpikesPerStep.MANY;
        NirNode.If neuron = new NirNode.If(Tensor.of(1), Tensor.of(2), Tensor.of(0));
        // 7 > 2, 5 > 2, 3 > 2, 1; then 4 > 2, 2 is not above
        assertThat(given(neuron, 7, 0, 3, 0)).containsExactly(3, 0, 1, 0);
        spikeTest = SpikeTest.AT_OR_ABOVE;
        // 7, 5, 3, 1; 4, 2, 0
        assertThat(given(neuron, 7, 0, 3, 0)).containsExactly(3, 0, 2, 0);
        reset = Reset.ZERO;
        // three spikes, then 0; 3 fires once
        assertThat(given(neuron, 7, 0, 3, 0)).containsExactly(3, 0, 1, 0);
    }

    @Test
    void aSubtractingResetOfTheNextStepComesAfterLeakAndInput() {
        reset = Reset.SUBTRACT;
        resetTime = ResetTime.NEXT_STEP;
        // kappa = 1/2, gain 1/2, threshold 1: 3 fires; 1.5 - 1 = 0.5; 0.25 + 2 = 2.25 fires; 1.125 + 1 - 1 = 1.125
        // fires;
        // 0.5625 - 1 = -0.4375
        SteppedInterpreter network = chain(lif(2, 1, 0, 1, 0));
        double[] inputs = {6, 0, 4, 2, 0};
        double[] potentials = {3, 0.5, 2.25, 1.125, -0.4375};
        double[] spikes = {1, 0, 1, 1, 0};
        for (int k = 0; k < inputs.length; k++) {
            network.step(new double[] {inputs[k]});
            assertThat(network.potentials("node")).as("step %d", k).containsExactly(potentials[k]);
            assertThat(network.values("node")).as("step %d", k).containsExactly(spikes[k]);
        }
    }

    @Test
    void aResetOfTheNextStepToItsPotentialLosesLeakAndInput() {
        resetTime = ResetTime.NEXT_STEP;
        // 3 fires; -1 whatever comes; -0.5 + 2 = 1.5 fires; -1; -0.5
        SteppedInterpreter network = chain(lif(2, 1, 0, 1, -1));
        double[] inputs = {6, 100, 4, 2, 0};
        double[] potentials = {3, -1, 1.5, -1, -0.5};
        for (int k = 0; k < inputs.length; k++) {
            network.step(new double[] {inputs[k]});
            assertThat(network.potentials("node")).as("step %d", k).containsExactly(potentials[k]);
            assertThat(network.values("node")).as("step %d", k).containsExactly(potentials[k] > 1 ? 1 : 0);
        }
    }

    @Test
    void manySpikesAreTakenOffInTheNextStepAsOften() {
        reset = Reset.SUBTRACT;
        resetTime = ResetTime.NEXT_STEP;
        spikesPerStep = SpikesPerStep.MANY;
        NirNode.If neuron = new NirNode.If(Tensor.of(1), Tensor.of(2), Tensor.of(0));
        // 7: 3 spikes; 7 + 0 - 6 = 1; 1 + 4 = 5: 2 spikes; 5 + 2 - 4 = 3: 1; 3 - 2 = 1
        assertThat(given(neuron, 7, 0, 4, 2, 0)).containsExactly(3, 0, 2, 1, 0);
    }

    @Test
    void aSynapticCurrentChargesTheMembraneInItsOwnStepOrInTheNext() {
        // alpha 1/2: i = 2 (input 4, w_in 1), 1, 1/2. kappa 3/4, gain r/4 = 1: v = 2, 2.5, 2.375; from the current
        // before:
        // 0, 2, 2.5.
        NirNode.CubaLi neuron =
                new NirNode.CubaLi(Tensor.of(2), Tensor.of(4), Tensor.of(4), Tensor.of(0), Tensor.of(1));
        assertThat(given(neuron, 4, 0, 0)).containsExactly(2, 2.5, 2.375);
        current = Current.OLD;
        assertThat(given(neuron, 4, 0, 0)).containsExactly(0, 2, 2.5);
    }

    @Test
    void aCurrentBasedNeuronFiresAfterItsInputHasEndedAndResetsItsPotentialOnly() {
        // As above with w_in 2 and threshold 4.5: i = 4, 2, 1, 1/2; v = 4, 5 fires, 0 + 1, 3/4 + 1/2.
        NirNode.CubaLif neuron = new NirNode.CubaLif(
                Tensor.of(2), Tensor.of(4), Tensor.of(4), Tensor.of(0), Tensor.of(2), Tensor.of(4.5), Tensor.of(0));
        assertThat(given(neuron, 4, 0, 0, 0)).containsExactly(0, 1, 0, 0);
        SteppedInterpreter network = chain(neuron);
        for (double x : new double[] {4, 0, 0, 0}) {
            network.step(new double[] {x});
        }
        assertThat(network.potentials("node")).containsExactly(1.25);
    }

    @Test
    void theExponentialCurrentHasAlphaAndItsComplement() {
        integrator = Integrator.EXPONENTIAL;
        NirNode.CubaLi neuron =
                new NirNode.CubaLi(Tensor.of(3), Tensor.of(5), Tensor.of(2), Tensor.of(1), Tensor.of(0.5));
        double alpha = Math.exp(-1 / 3.0);
        double kappa = Math.exp(-1 / 5.0);
        double[] v = given(neuron, 8, 0);
        double first = 1 + 2 * (1 - kappa) * (1 - alpha) * 0.5 * 8;
        assertThat(v[0]).isCloseTo(first, within(1e-14));
        assertThat(v[1]).isCloseTo(1 + kappa * (first - 1) + 2 * (1 - kappa) * alpha * (1 - alpha) * 4, within(1e-14));
    }

    @Test
    void theLoihiNeuronTruncatesTowardsZero() {
        reset = Reset.SUBTRACT;
        resetTime = ResetTime.NEXT_STEP;
        // u = trunc(3 u / 4) + I, v = trunc(v / 2) + u, fires at 10:
        // 5, 5 | 3, 5 | 2, 4 | 8, 10 fires -> 0 | 6, 6
        NirNode.LoihiCubaLif neuron = new NirNode.LoihiCubaLif(new int[] {1}, 1024, 2048, 10);
        assertThat(given(neuron, 5, 0, 0, 7, 0)).containsExactly(0, 0, 0, 1, 0);
        SteppedInterpreter network = chain(neuron);
        // -5, -5 | trunc(-3.75) = -3, trunc(-2.5) - 3 = -5
        network.step(new double[] {-5});
        network.step(new double[] {0});
        assertThat(network.potentials("node")).containsExactly(-5);
    }

    @Test
    void aThresholdHasNoMemory() {
        assertThat(given(new NirNode.Threshold(Tensor.of(1)), 1, 2, 0, 3)).containsExactly(0, 1, 0, 1);
    }

    @Test
    void neuronsHaveParametersOfTheirOwn() {
        SteppedInterpreter network = new SteppedInterpreter(
                NirGraph.chain(
                        entry("input", new NirNode.Input(new int[] {2})),
                        entry("node", new NirNode.If(Tensor.of(1, 3), Tensor.of(2, 5), Tensor.of(0))),
                        entry("output", new NirNode.Output(new int[] {2}))),
                dialect());
        network.step(new double[] {2.5, 1.5});
        assertThat(network.values("node")).containsExactly(1, 0);
        assertThat(network.potentials("node")).containsExactly(0, 4.5);
        assertThat(network.margin("node")).isEqualTo(0.5);
        assertThat(network.margin()).isEqualTo(0.5);
    }

    @Test
    void outputsAreSummedOverTheSteps() {
        SteppedInterpreter network = chain(new NirNode.If(Tensor.of(1), Tensor.of(2), Tensor.of(0)));
        for (double x : new double[] {3, 1, 3, 0}) {
            network.step(new double[] {x});
        }
        assertThat(network.output()).containsExactly(0);
        assertThat(network.outputSums()).containsExactly(2);
    }

    // ---- Linear maps ----

    @Test
    void matricesScalesAndFlattening() {
        assertThat(mapped(new NirNode.Linear(new float[] {1, 2, 3, 4, 5, 6}, 2, 3), new int[] {3}, 1, 10, 100))
                .containsExactly(321, 654);
        assertThat(mapped(new NirNode.Affine(new float[] {1, 2}, new float[] {7}, 1, 2), new int[] {2}, 1, 10))
                .containsExactly(28);
        // A matrix for each of two places.
        NirNode.Linear two = new NirNode.Linear(new Tensor(new int[] {2, 1, 2}, new double[] {1, 2, 3, 4}));
        assertThat(mapped(two, new int[] {2, 2}, 1, 10, 1, 10)).containsExactly(21, 43);
        assertThat(mapped(new NirNode.Scale(Tensor.of(2, -3)), new int[] {2}, 5, 7))
                .containsExactly(10, -21);
        assertThat(mapped(new NirNode.Flatten(new int[] {1, 2, 2}, 0, -1), new int[] {1, 2, 2}, 1, 2, 3, 4))
                .containsExactly(1, 2, 3, 4);
    }

    @Test
    void flatteningJoinsTheDimensionsNamed() {
        // [2, 1, 2, 1] to [2, 2]: two matrices of one output each over the two.
        SteppedInterpreter network = new SteppedInterpreter(
                NirGraph.chain(
                        entry("input", new NirNode.Input(new int[] {2, 1, 2, 1})),
                        entry("flatten", new NirNode.Flatten(new int[] {2, 1, 2, 1}, 1, -1)),
                        entry("node", new NirNode.MaxPool1d(2, 1)),
                        entry("output", new NirNode.Output(new int[] {2, 1}))),
                dialect());
        network.step(new double[] {1, 5, 9, 2});
        assertThat(network.output()).containsExactly(5, 9);
    }

    @Test
    void aConvolutionOfOneDimensionStridesDilatesAndPads() {
        // x = 1 2 3 4 5, padded by 1: 0 1 2 3 4 5 0; taps 0 and 2 apart at 0, 2, 4: 0 + 10 * 2, 2 + 10 * 4, 4 + 0.
        Tensor weight = new Tensor(new int[] {1, 1, 2}, new double[] {1, 10});
        NirNode.Conv1d conv = new NirNode.Conv1d(5, weight, 2, Padding.of(1), 2, 1, Tensor.of(0.5));
        assertThat(mapped(conv, new int[] {1, 5}, 1, 2, 3, 4, 5)).containsExactly(20.5, 42.5, 4.5);
    }

    @Test
    void aConvolutionOfOneDimensionHasGroups() {
        // Two groups of two channels, one output each; kernel 1.
        Tensor weight = new Tensor(new int[] {2, 2, 1}, new double[] {1, 10, 100, 1000});
        NirNode.Conv1d conv = new NirNode.Conv1d(2, weight, 1, new Padding(Padding.Mode.VALID), 1, 2, Tensor.of(0, 0));
        assertThat(mapped(conv, new int[] {4, 2}, 1, 2, 3, 4, 5, 6, 7, 8)).containsExactly(31, 42, 7500, 8600);
    }

    @Test
    void samePaddingPutsTheOddZeroBehind() {
        // Kernel 4: one before and two behind. Positions: 0 1 2 3 | 1 2 3 0 | 2 3 0 0
        Tensor weight = new Tensor(new int[] {1, 1, 4}, new double[] {1, 10, 100, 1000});
        NirNode.Conv1d conv = new NirNode.Conv1d(3, weight, 1, new Padding(Padding.Mode.SAME), 1, 1, Tensor.of(0));
        assertThat(mapped(conv, new int[] {1, 3}, 1, 2, 3)).containsExactly(3210, 321, 32);
    }

    @Test
    void aConvolutionOfTwoDimensionsHasAKernelThatNeedNotBeSquare() {
        // Kernel 2 x 3 over [[1 2 3], [4 5 6]] with a row of zeros above and below, stride (2, 1): rows 0 and 2.
        Tensor weight = new Tensor(new int[] {1, 1, 2, 3}, new double[] {1, 2, 3, 4, 5, 6});
        NirNode.Conv2d conv = new NirNode.Conv2d(
                new int[] {2, 3}, weight, new int[] {2, 1}, Padding.of(1, 0), new int[] {1, 1}, 1, Tensor.of(100));
        assertThat(mapped(conv, new int[] {1, 2, 3}, 1, 2, 3, 4, 5, 6))
                .containsExactly(100 + 4 + 10 + 18, 100 + 4 + 10 + 18);
    }

    @Test
    void aConvolutionOfTwoDimensionsDilatesEachItsOwnWay() {
        // Taps (0,0), (0,2), (1,0), (1,2) of a 2 x 4 image: 1 + 3 * 10 + 5 * 100 + 7 * 1000, then one to the right.
        Tensor weight = new Tensor(new int[] {1, 1, 2, 2}, new double[] {1, 10, 100, 1000});
        NirNode.Conv2d conv = new NirNode.Conv2d(
                new int[] {2, 4},
                weight,
                new int[] {1, 1},
                new Padding(Padding.Mode.VALID),
                new int[] {1, 2},
                1,
                Tensor.of(0));
        assertThat(mapped(conv, new int[] {1, 2, 4}, 1, 2, 3, 4, 5, 6, 7, 8)).containsExactly(7531, 8642);
    }

    @Test
    void aConvolutionOfTwoDimensionsHasGroups() {
        // Channel 0 makes outputs 0 and 1, channel 1 makes 2 and 3.
        Tensor weight = new Tensor(new int[] {4, 1, 1, 1}, new double[] {1, 2, 3, 4});
        NirNode.Conv2d conv = new NirNode.Conv2d(
                new int[] {1, 2},
                weight,
                new int[] {1, 1},
                Padding.of(0, 0),
                new int[] {1, 1},
                2,
                Tensor.of(0, 0, 0, 0));
        assertThat(mapped(conv, new int[] {2, 1, 2}, 1, 10, 100, 1000))
                .containsExactly(1, 10, 2, 20, 300, 3000, 400, 4000);
    }

    @Test
    void poolsOfTwoDimensionsOverlapAndPad() {
        // 2 x 3 in rows of one: windows 1 x 2 with stride (1, 1) and one zero at either side.
        assertThat(mapped(
                        new NirNode.SumPool2d(new int[] {1, 2}, new int[] {1, 1}, new int[] {0, 1}),
                        new int[] {1, 2, 3},
                        1,
                        2,
                        3,
                        4,
                        5,
                        6))
                .containsExactly(1, 3, 5, 3, 4, 9, 11, 6);
        // The mean counts the zeros of the padding.
        assertThat(mapped(
                        new NirNode.AvgPool2d(new int[] {2, 1}, new int[] {2, 1}, new int[] {1, 0}),
                        new int[] {2, 2, 1},
                        1,
                        2,
                        3,
                        4))
                .containsExactly(0.5, 1, 1.5, 2);
    }

    @Test
    void aMaximumLeavesOutTheWindowThatDoesNotFit() {
        assertThat(mapped(new NirNode.MaxPool1d(2, 2), new int[] {2, 5}, 1, 2, 3, 4, 9, -5, -6, -8, -7, 9))
                .containsExactly(2, 4, -5, -7);
    }

    // ---- Delays, cycles, nesting ----

    @Test
    void eachElementHasADelayOfItsOwnRoundedToSteps() {
        // 2.6 steps are 3, 0.4 are none, and of 1.5 the even one, 2.
        SteppedInterpreter network = new SteppedInterpreter(
                NirGraph.chain(
                        entry("input", new NirNode.Input(new int[] {3})),
                        entry("node", new NirNode.Delay(Tensor.of(2.6, 0.4, 1.5))),
                        entry("output", new NirNode.Output(new int[] {3}))),
                dialect());
        double[][] expected = {{0, 1, 0}, {0, 2, 0}, {0, 3, 1}, {1, 4, 2}, {2, 5, 3}};
        for (int k = 0; k < expected.length; k++) {
            network.step(new double[] {k + 1, k + 1, k + 1});
            assertThat(network.output()).as("step %d", k).containsExactly(expected[k]);
        }
    }

    @Test
    void aRecurrentEdgeCarriesTheStepBefore() {
        // v = x + 10 z(k-1): 1; 3 fires -> 0; 10 fires; 10 fires
        SteppedInterpreter network = recurrent(new NirNode.Linear(new float[] {10}, 1, 1));
        assertThat(run(network, "neuron", 1, 2, 0, 0)).containsExactly(0, 1, 1, 1);
    }

    @Test
    void theBiasOfARecurrentPathActsFromTheFirstStepOn() {
        // v = 1.5 per step before the first spike: 1.5, 3 fires; then 1.5 - 5 = -3.5; -2
        SteppedInterpreter network = recurrent(new NirNode.Affine(new float[] {-5}, new float[] {1.5f}, 1, 1));
        assertThat(run(network, "neuron", 0, 0, 0, 0)).containsExactly(0, 1, 0, 0);
        assertThat(network.potentials("neuron")).containsExactly(-2);
    }

    @Test
    void aDelayInACycleIsTheOnlyOneThere() {
        // The neuron's spike comes back two steps later and fires it again.
        NirGraph graph = new NirGraph(
                Map.of(
                        "input",
                        INPUT,
                        "neuron",
                        new NirNode.If(Tensor.of(10), Tensor.of(2), Tensor.of(0)),
                        "back",
                        new NirNode.Delay(Tensor.of(2)),
                        "output",
                        OUTPUT),
                List.of(
                        new Edge("input", "neuron"),
                        new Edge("neuron", "back"),
                        new Edge("back", "neuron"),
                        new Edge("neuron", "output")),
                Map.of());
        assertThat(run(new SteppedInterpreter(graph, dialect()), "neuron", 1, 0, 0, 0, 0, 0))
                .containsExactly(1, 0, 1, 0, 1, 0);
    }

    @Test
    void ofTwoNeuronsInACycleTheEdgeBackToTheOneFoundFirstIsLate() {
        // a -> b in the same step, b -> a in the next one: both fire in every step.
        NirGraph graph = new NirGraph(
                Map.of(
                        "input",
                        INPUT,
                        "a",
                        new NirNode.If(Tensor.of(10), Tensor.of(2), Tensor.of(0)),
                        "b",
                        new NirNode.If(Tensor.of(10), Tensor.of(2), Tensor.of(0)),
                        "output",
                        OUTPUT),
                List.of(new Edge("input", "a"), new Edge("a", "b"), new Edge("b", "a"), new Edge("b", "output")),
                Map.of());
        assertThat(run(new SteppedInterpreter(graph, dialect()), "b", 1, 0, 0)).containsExactly(1, 1, 1);
        transmissionSteps = 1;
        assertThat(run(new SteppedInterpreter(graph, dialect()), "b", 1, 0, 0, 0))
                .containsExactly(0, 1, 0, 1);
        assertThat(run(new SteppedInterpreter(graph, dialect()), "a", 1, 0, 0, 0))
                .containsExactly(1, 0, 1, 0);
    }

    @Test
    void whatEntersACycleFromTwoSidesFollowsTheNames() {
        // The input reaches both; "a" comes first, so b -> a is the late edge: a fires 1 step after b alone would.
        NirGraph graph = new NirGraph(
                Map.of(
                        "input", INPUT,
                        "b_weight", new NirNode.Linear(new float[] {1}, 1, 1),
                        "a_weight", new NirNode.Linear(new float[] {0}, 1, 1),
                        "a", new NirNode.If(Tensor.of(10), Tensor.of(2), Tensor.of(0)),
                        "b", new NirNode.If(Tensor.of(10), Tensor.of(2), Tensor.of(0)),
                        "output", OUTPUT),
                List.of(
                        new Edge("input", "a_weight"),
                        new Edge("input", "b_weight"),
                        new Edge("a_weight", "a"),
                        new Edge("b_weight", "b"),
                        new Edge("a", "b"),
                        new Edge("b", "a"),
                        new Edge("b", "output")),
                Map.of());
        assertThat(run(new SteppedInterpreter(graph, dialect()), "a", 1, 0, 0)).containsExactly(0, 1, 1);
        assertThat(run(new SteppedInterpreter(graph, dialect()), "b", 1, 0, 0)).containsExactly(1, 1, 1);
    }

    @Test
    void aTransmissionStepIsTakenByNeuronsOnlyAndBeforeTheOutputToo() {
        transmissionSteps = 1;
        NirGraph graph = NirGraph.chain(
                entry("input", INPUT),
                entry("weight", new NirNode.Linear(new float[] {3}, 1, 1)),
                entry("a", new NirNode.If(Tensor.of(1), Tensor.of(2), Tensor.of(0))),
                entry("scale", new NirNode.Scale(Tensor.of(5))),
                entry("b", new NirNode.I(Tensor.of(1))),
                entry("output", OUTPUT));
        SteppedInterpreter network = new SteppedInterpreter(graph, dialect());
        double[] spikes = {1, 0, 0, 0};
        double[] potentials = {0, 5, 5, 5};
        double[] outputs = {0, 0, 5, 5};
        for (int k = 0; k < spikes.length; k++) {
            network.step(new double[] {k == 0 ? 1 : 0});
            assertThat(network.values("a")).as("step %d", k).containsExactly(spikes[k]);
            assertThat(network.values("b")).as("step %d", k).containsExactly(potentials[k]);
            assertThat(network.output()).as("step %d", k).containsExactly(outputs[k]);
        }
    }

    @Test
    void severalSourcesAreAdded() {
        NirGraph graph = new NirGraph(
                Map.of(
                        "input",
                        INPUT,
                        "a",
                        new NirNode.Linear(new float[] {3}, 1, 1),
                        "b",
                        new NirNode.Affine(new float[] {4}, new float[] {0.5f}, 1, 1),
                        "output",
                        OUTPUT),
                List.of(
                        new Edge("input", "a"),
                        new Edge("input", "b"),
                        new Edge("a", "output"),
                        new Edge("b", "output")),
                Map.of());
        assertThat(run(new SteppedInterpreter(graph, dialect()), "output", 1, 0))
                .containsExactly(7.5, 0.5);
    }

    @Test
    void aNestedGraphIsTheSameNetwork() {
        NirGraph inner = NirGraph.chain(
                entry("input", INPUT),
                entry("weight", new NirNode.Linear(new float[] {3}, 1, 1)),
                entry("neuron", new NirNode.If(Tensor.of(1), Tensor.of(2), Tensor.of(0))),
                entry("output", OUTPUT));
        NirGraph graph =
                NirGraph.chain(entry("input", INPUT), entry("g", new NirNode.Graph(inner)), entry("output", OUTPUT));
        SteppedInterpreter network = new SteppedInterpreter(graph, dialect());
        assertThat(run(network, "g.neuron", 1, 0, 0.5, 0.2)).containsExactly(1, 0, 0, 1);
    }

    private Dialect dialect() {
        return new Dialect(1, integrator, reset, resetTime, spikeTest, spikesPerStep, current, transmissionSteps);
    }

    private SteppedInterpreter chain(NirNode node) {
        return new SteppedInterpreter(
                NirGraph.chain(entry("input", INPUT), entry("node", node), entry("output", OUTPUT)), dialect());
    }

    /** An integrate-and-fire neuron, threshold 2, with a path from itself to itself. */
    private SteppedInterpreter recurrent(NirNode path) {
        return new SteppedInterpreter(
                new NirGraph(
                        Map.of(
                                "input", INPUT,
                                "neuron", new NirNode.If(Tensor.of(1), Tensor.of(2), Tensor.of(0)),
                                "back", path,
                                "output", OUTPUT),
                        List.of(
                                new Edge("input", "neuron"),
                                new Edge("neuron", "back"),
                                new Edge("back", "neuron"),
                                new Edge("neuron", "output")),
                        Map.of()),
                dialect());
    }

    private double[] given(NirNode node, double... inputs) {
        return run(chain(node), "node", inputs);
    }

    private static double[] run(SteppedInterpreter network, String node, double... inputs) {
        double[] values = new double[inputs.length];
        for (int k = 0; k < inputs.length; k++) {
            network.step(new double[] {inputs[k]});
            values[k] = network.values(node)[0];
        }
        return values;
    }

    private double[] mapped(NirNode node, int[] shape, double... input) {
        SteppedInterpreter network = new SteppedInterpreter(
                NirGraph.chain(
                        entry("input", new NirNode.Input(shape)),
                        entry("node", node),
                        entry("output", new NirNode.Output(new int[0]))),
                dialect());
        network.step(input);
        return network.output();
    }

    private static NirNode.Lif lif(double tau, double r, double vLeak, double vThreshold, double vReset) {
        return new NirNode.Lif(
                Tensor.of(tau), Tensor.of(r), Tensor.of(vLeak), Tensor.of(vThreshold), Tensor.of(vReset));
    }
}
