package io.fluxon.networks.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import io.fluxon.networks.engine.TestingNetworks.Stream;
import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.NirNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NetworkPlanTest {

    private static final int CHAINS = 400;

    @Test
    void agreesWithAnInterpreterThatEvaluatesEveryStep() {
        Random random = new Random(1);
        int undecidable = 0;
        long spikes = 0;
        int scoresCompared = 0;
        for (int chain = 0; chain < CHAINS; chain++) {
            Model model = TestingNetworks.random(random);
            SteppedInterpreter oracle = new SteppedInterpreter(model.graph(), model.dialect());
            Stream stream = Stream.random(random, oracle.inputs(), model.stepMicros(), 300);
            NetworkPlan plan = NetworkPlan.compile(model);
            NetworkState state = plan.newState();
            NetworkPlan.Scratch scratch = plan.newScratch();
            float[] scores = new float[model.classes().size()];
            List<String> hidden = model.graph().nodes().entrySet().stream()
                    .filter(entry -> entry.getValue() instanceof NirNode.Lif)
                    .map(Map.Entry::getKey)
                    .toList();
            double oracleSpikes = 0;
            int event = 0;
            for (long step = 0; event < stream.size(); step++) {
                double[] counts = new double[oracle.inputs()];
                int from = event;
                while (event < stream.size() && stream.timesMicros()[event] < (step + 1) * model.stepMicros()) {
                    counts[stream.inputs()[event++]]++;
                }
                oracle.step(counts);
                oracleSpikes += hidden.stream()
                        .mapToDouble(
                                layer -> Arrays.stream(oracle.values(layer)).sum())
                        .sum();
                if (oracle.margin() < 1e-5) {
                    undecidable++;
                    break;
                }
                if (event == from) {
                    continue;
                }
                plan.advance(state, scratch, stream.inputs(), stream.timesMicros(), from, event);
                plan.completeUntil(state, scratch, (step + 1) * model.stepMicros());
                plan.scores(state, scores);
                assertThat(state.spikes()).as("chain %d, step %d", chain, step).isEqualTo((long) oracleSpikes);
                for (int c = 0; c < scores.length; c++) {
                    assertThat((double) scores[c])
                            .as("chain %d, step %d, score %d", chain, step, c)
                            .isCloseTo(oracle.output()[c], within(1e-5 * (1 + Math.abs(oracle.output()[c]))));
                    scoresCompared++;
                }
            }
            spikes += state.spikes();
        }
        assertThat(undecidable).isLessThan(CHAINS / 40);
        assertThat(spikes).isGreaterThan(100_000);
        assertThat(scoresCompared).isGreaterThan(100_000);
    }

    @Test
    void anySplitIntoCallsAndAnyCopyInBetweenLeavesTheSameBits() throws IOException {
        Random random = new Random(2);
        for (int chain = 0; chain < 100; chain++) {
            Model model = TestingNetworks.random(random);
            NetworkPlan plan = NetworkPlan.compile(model);
            int inputs = new SteppedInterpreter(model.graph(), model.dialect()).inputs();
            Stream stream = Stream.random(random, inputs, model.stepMicros(), 400);
            NetworkState whole = plan.newState();
            plan.advance(whole, plan.newScratch(), stream.inputs(), stream.timesMicros(), 0, stream.size());

            for (int repetition = 0; repetition < 5; repetition++) {
                NetworkState split = advanceInPieces(plan, stream, random);

                assertThat(split).as("chain %d", chain).isEqualTo(whole);
                assertThat(scores(plan, split)).isEqualTo(scores(plan, whole));
                NetworkState ended = whole.copy();
                plan.complete(ended, plan.newScratch());
                plan.complete(split, plan.newScratch());
                assertThat(split).as("chain %d, completed", chain).isEqualTo(ended);
                assertThat(scores(plan, split)).isEqualTo(scores(plan, ended));
            }
        }
    }

    private static NetworkState advanceInPieces(NetworkPlan plan, Stream stream, Random random) throws IOException {
        long stepMicros = plan.model().stepMicros();
        NetworkState state = plan.newState();
        NetworkPlan.Scratch scratch = plan.newScratch();
        int from = 0;
        while (from < stream.size()) {
            int to = Math.min(stream.size(), from + random.nextInt(30));
            plan.advance(state, scratch, stream.inputs(), stream.timesMicros(), from, to);
            if (to > 0 && to < stream.size()) {
                // Any time up to the next event is one that no earlier event will follow.
                long last = stream.timesMicros()[to - 1];
                long next = stream.timesMicros()[to];
                plan.completeUntil(state, scratch, last + (long) (random.nextDouble() * (next - last + 1)));
                plan.completeUntil(state, scratch, next / stepMicros * stepMicros);
            }
            switch (random.nextInt(4)) {
                case 0 -> state = state.copy();
                case 1 -> state = overBytes(state);
                case 2 -> scratch = plan.newScratch();
                default -> scores(plan, state);
            }
            from = to;
        }
        return state;
    }

    @Test
    void aCopySharesNothingWithItsOriginal() {
        Random random = new Random(3);
        Model model = TestingNetworks.random(random);
        NetworkPlan plan = NetworkPlan.compile(model);
        int inputs = new SteppedInterpreter(model.graph(), model.dialect()).inputs();
        Stream stream = Stream.random(random, inputs, model.stepMicros(), 200);
        NetworkState original = plan.newState();
        plan.advance(original, plan.newScratch(), stream.inputs(), stream.timesMicros(), 0, 100);
        NetworkState copy = original.copy();
        NetworkState reference = original.copy();

        plan.advance(copy, plan.newScratch(), stream.inputs(), stream.timesMicros(), 100, 200);

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
        Model model = TestingNetworks.counting(1, 1000, tauSeconds, 1e9);
        for (int silentSteps : new int[] {1, 2, 10, 400, 1022, 1023, 1024, 1500}) {
            NetworkPlan plan = NetworkPlan.compile(model);
            NetworkState state = plan.newState();
            plan.advance(state, plan.newScratch(), new int[] {0, 0}, new long[] {0, silentSteps * 1000L}, 0, 2);
            plan.complete(state, plan.newScratch());
            double expected = 1;
            for (int i = 0; i < silentSteps; i++) {
                expected *= kappa;
            }
            assertThat((double) state.potential[0][0] - 1)
                    .as("%d steps", silentSteps)
                    .isCloseTo(expected, within(2e-7));
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
        assertThat(state.potential[0]).containsExactly(0, 0, 0);
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
    void advancingAllocatesNothing() {
        Random random = new Random(5);
        Model model = TestingNetworks.random(random);
        NetworkPlan plan = NetworkPlan.compile(model);
        int inputs = new SteppedInterpreter(model.graph(), model.dialect()).inputs();
        Stream stream = Stream.random(random, inputs, model.stepMicros(), 2000);
        NetworkPlan.Scratch scratch = plan.newScratch();
        float[] scores = new float[model.classes().size()];
        int rounds = 200;
        NetworkState[] states = new NetworkState[2 * rounds];
        for (int i = 0; i < states.length; i++) {
            states[i] = plan.newState();
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < rounds; i++) {
            advanceInHundreds(plan, states[i], scratch, stream, scores);
        }

        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = rounds; i < 2 * rounds; i++) {
            advanceInHundreds(plan, states[i], scratch, stream, scores);
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        // 4,000 calls with 400,000 events; asking for the figure may itself cost a few dozen bytes.
        assertThat(allocated).isLessThan(1024);
        assertThat(states[0].spikes()).isPositive();
    }

    private static void advanceInHundreds(
            NetworkPlan plan, NetworkState state, NetworkPlan.Scratch scratch, Stream stream, float[] scores) {
        for (int from = 0; from < stream.size(); from += 100) {
            plan.advance(state, scratch, stream.inputs(), stream.timesMicros(), from, from + 100);
            plan.completeUntil(state, scratch, stream.timesMicros()[from + 99]);
            plan.scores(state, scores);
        }
        plan.complete(state, scratch);
    }

    private static float[] scores(NetworkPlan plan, NetworkState state) {
        float[] scores = new float[plan.model().classes().size()];
        plan.scores(state, scores);
        return scores;
    }

    private static NetworkState overBytes(NetworkState state) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        state.writeTo(new DataOutputStream(bytes));
        return NetworkState.readFrom(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
    }
}
