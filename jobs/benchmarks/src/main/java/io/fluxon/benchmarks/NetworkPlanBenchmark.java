package io.fluxon.benchmarks;

import io.fluxon.networks.engine.NetworkPlan;
import io.fluxon.networks.engine.NetworkState;
import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.NirGraph;
import io.fluxon.networks.model.NirGraph.Edge;
import io.fluxon.networks.model.NirNode;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The camera's network of 2312-128-10 over one second of about 10 events per step of 1 ms, nanoseconds per event. Some
 * 2 % of the hidden neurons spike in a step.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class NetworkPlanBenchmark {

    private static final int INPUTS = 2 * 34 * 34;
    private static final int HIDDEN = 128;
    private static final int CLASSES = 10;
    private static final long STEP_MICROS = 1000;
    private static final int EVENTS = 10_000;
    private static final long MEAN_GAP_MICROS = 100;

    private final int[] inputs = new int[EVENTS];
    private final long[] timesMicros = new long[EVENTS];
    private NetworkPlan plan;
    private NetworkPlan.Scratch scratch;

    @Setup
    public void fill() {
        Random random = new Random(1);
        plan = NetworkPlan.compile(model(random));
        scratch = plan.newScratch();
        long timeMicros = 0;
        for (int i = 0; i < EVENTS; i++) {
            timeMicros += random.nextInt(2 * (int) MEAN_GAP_MICROS + 1);
            timesMicros[i] = timeMicros;
            inputs[i] = random.nextInt(INPUTS);
        }
    }

    /** Spikes per event, to see that the network at work is the one described. */
    @AuxCounters(AuxCounters.Type.EVENTS)
    @State(Scope.Thread)
    public static class Work {

        public long spikes;
        public long events;
    }

    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public NetworkState advance(Work work) {
        NetworkState state = plan.newState();
        plan.advance(state, scratch, inputs, timesMicros, 0, EVENTS);
        plan.complete(state, scratch);
        work.spikes += state.spikes();
        work.events += state.events();
        return state;
    }

    private static Model model(Random random) {
        double[] tau = {0.02};
        double[] r = {1};
        double[] zero = {0};
        Map<String, NirNode> nodes = Map.of(
                "input", new NirNode.Input(new int[] {2, 34, 34}),
                "flatten", new NirNode.Flatten(new int[] {2, 34, 34}, 0, -1),
                "hidden_weights", linear(random, HIDDEN, INPUTS),
                "hidden", new NirNode.Lif(tau, r, zero, new double[] {1}, zero),
                "readout_weights", linear(random, CLASSES, HIDDEN),
                "readout", new NirNode.Li(tau, r, zero),
                "output", new NirNode.Output(new int[] {CLASSES}));
        List<String> chain =
                List.of("input", "flatten", "hidden_weights", "hidden", "readout_weights", "readout", "output");
        List<Edge> edges = IntStream.range(1, chain.size())
                .mapToObj(i -> new Edge(chain.get(i - 1), chain.get(i)))
                .toList();
        List<String> classes =
                IntStream.range(0, CLASSES).mapToObj(Integer::toString).toList();
        return new Model(new NirGraph(nodes, edges, Map.of()), "benchmark", "1", classes, STEP_MICROS, "");
    }

    private static NirNode.Linear linear(Random random, int outputs, int inputs) {
        float[] weight = new float[outputs * inputs];
        for (int i = 0; i < weight.length; i++) {
            weight[i] = (float) (2 * random.nextGaussian());
        }
        return new NirNode.Linear(weight, outputs, inputs);
    }
}
