package io.fluxon.benchmarks;

import com.sun.management.ThreadMXBean;
import io.fluxon.benchmarks.EngineWorkloads.Recording;
import io.fluxon.networks.engine.NetworkPlan;
import io.fluxon.networks.engine.NetworkState;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * Steps of whole networks on one thread. What counts are the counters of {@link Work}; {@link EngineFigures} runs the cases
 * in turn and prints ratios.
 */
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class EngineBenchmark {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** What the measured iterations did, in processor time of the thread. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Work {
        public long cpuNanos;
        public long steps;
        public long allocatedBytes;
        public long synapticOperations;
        public long events;
        public long sensorMicros;
        public long passes;
        public long hiddenSpikes;
        public long outputSpikes;
    }

    /** Random steps over and over: 4,096 steps in which each input spikes with the given probability. */
    @State(Scope.Thread)
    public static class Steps {

        /** Layer sizes. */
        @Param({"128-256-10", "256-256"})
        public String sizes;

        @Param({"5"})
        public int activePercent;

        int[][] active;
        double[] ones;
        NetworkPlan plan;
        NetworkPlan.Scratch scratch;
        NetworkState state;

        @Setup
        public void fill() {
            int[] layers = EngineWorkloads.sizes(sizes);
            active = EngineWorkloads.active(layers[0], activePercent);
            ones = EngineWorkloads.ones(layers[0]);
            plan = NetworkPlan.compile(EngineWorkloads.network(layers));
            scratch = plan.newScratch();
            state = plan.newState();
        }
    }

    /** The steps of {@link Steps} for a full product of matrix and input. */
    @State(Scope.Thread)
    public static class DenseSteps {

        @Param({"ROW", "FOUR_ROWS", "VECTOR", "ACTIVE_ROWS"})
        public String product;

        @Param({"5"})
        public int activePercent;

        int[][] active;
        double[][] inputs;
        DenseLayer layer;

        @Setup
        public void fill() {
            int[] layers = EngineWorkloads.sizes("256-256");
            active = EngineWorkloads.active(layers[0], activePercent);
            inputs = new double[active.length][layers[0]];
            for (int k = 0; k < active.length; k++) {
                for (int input : active[k]) {
                    inputs[k][input] = 1;
                }
            }
            layer = new DenseLayer(
                    DenseLayer.Product.valueOf(product),
                    EngineWorkloads.rows(layers, 0),
                    EngineWorkloads.DECAY,
                    EngineWorkloads.THRESHOLD);
        }
    }

    /** Recordings of a camera. */
    @State(Scope.Thread)
    public static class Recordings {

        @Param({"2312-512-10", "nir_cnn_nmnist"})
        public String network;

        NetworkPlan plan;
        NetworkPlan.Scratch scratch;
        List<Recording> recordings;

        @Setup
        public void read() throws IOException {
            plan = NetworkPlan.compile(
                    network.contains("-")
                            ? EngineWorkloads.network(EngineWorkloads.sizes(network))
                            : EngineWorkloads.convolutional());
            scratch = plan.newScratch();
            recordings = EngineWorkloads.recordings();
        }
    }

    /** 64 cameras whose events are at random pixels, 8,192 in a packet. */
    @State(Scope.Thread)
    public static class Planes {

        private static final int CAMERAS = 64;
        private static final int EVENTS = 8192;
        private static final int PACKETS = 4;

        @Param({"128"})
        public int side;

        /** Length of a packet. */
        @Param({"10000", "1000"})
        public int packetMicros;

        NetworkPlan plan;
        NetworkPlan.Scratch scratch;
        NetworkState[] states;
        int[][] inputs;
        long[] timesMicros;
        long nextMicros;

        @Setup
        public void fill() {
            plan = NetworkPlan.compile(EngineWorkloads.plane(side));
            scratch = plan.newScratch();
            states = new NetworkState[CAMERAS];
            Arrays.setAll(states, i -> plan.newState());
            Random random = new Random(1);
            inputs = new int[PACKETS][];
            Arrays.setAll(inputs, i -> random.ints(EVENTS, 0, plan.inputs()).toArray());
            timesMicros = new long[EVENTS];
        }

        /** Evenly spread times of the next packet. */
        void nextPacket() {
            for (int i = 0; i < EVENTS; i++) {
                timesMicros[i] = nextMicros + (long) i * packetMicros / EVENTS;
            }
            nextMicros += packetMicros;
        }
    }

    /** A packet of every camera; the loops are those of due places: accumulatePlaces, takeDue, advancePlaces. */
    @Benchmark
    public NetworkState[] advancePlaces(Planes planes, Work work) {
        planes.nextPacket();
        long operations = 0;
        long allocated = allocatedBytes();
        long startNanos = cpuNanos();
        for (int i = 0; i < planes.states.length; i++) {
            operations -= planes.states[i].synapticOperations();
            planes.plan.advance(
                    planes.states[i],
                    planes.scratch,
                    planes.inputs[i % Planes.PACKETS],
                    planes.timesMicros,
                    0,
                    Planes.EVENTS);
            operations += planes.states[i].synapticOperations();
        }
        work.cpuNanos += cpuNanos() - startNanos;
        work.allocatedBytes += allocatedBytes() - allocated;
        work.events += (long) planes.states.length * Planes.EVENTS;
        work.synapticOperations += operations;
        work.passes++;
        return planes.states;
    }

    @Benchmark
    public NetworkState step(Steps steps, Work work) {
        NetworkPlan plan = steps.plan;
        NetworkState state = steps.state;
        long operations = state.synapticOperations();
        long hidden = plan.spikes(state, 0);
        long output = plan.spikes(state, plan.layers().size() - 1);
        long allocated = allocatedBytes();
        long startNanos = cpuNanos();
        for (int[] active : steps.active) {
            plan.step(state, steps.scratch, active, steps.ones, active.length);
        }
        work.cpuNanos += cpuNanos() - startNanos;
        work.allocatedBytes += allocatedBytes() - allocated;
        work.steps += steps.active.length;
        work.synapticOperations += state.synapticOperations() - operations;
        work.hiddenSpikes += plan.spikes(state, 0) - hidden;
        work.outputSpikes += plan.spikes(state, plan.layers().size() - 1) - output;
        work.passes++;
        return state;
    }

    @Benchmark
    public DenseLayer denseStep(DenseSteps steps, Work work) {
        long startNanos = cpuNanos();
        for (int k = 0; k < steps.inputs.length; k++) {
            work.hiddenSpikes += steps.layer.step(steps.inputs[k], steps.active[k]);
        }
        work.cpuNanos += cpuNanos() - startNanos;
        work.steps += steps.inputs.length;
        work.passes++;
        return steps.layer;
    }

    /** The product of matrix and input alone, without neurons. */
    @Benchmark
    public DenseLayer product(DenseSteps steps, Work work, Blackhole blackhole) {
        long startNanos = cpuNanos();
        for (int k = 0; k < steps.inputs.length; k++) {
            blackhole.consume(steps.layer.product(steps.inputs[k], steps.active[k]));
        }
        work.cpuNanos += cpuNanos() - startNanos;
        work.steps += steps.inputs.length;
        work.passes++;
        return steps.layer;
    }

    /** Every recording from a new state. */
    @Benchmark
    public List<NetworkState> recordings(Recordings data, Work work) {
        NetworkPlan plan = data.plan;
        List<NetworkState> states = new ArrayList<>();
        data.recordings.forEach(recording -> states.add(plan.newState()));
        long allocated = allocatedBytes();
        long startNanos = cpuNanos();
        for (int r = 0; r < data.recordings.size(); r++) {
            Recording recording = data.recordings.get(r);
            plan.advance(
                    states.get(r), data.scratch, recording.inputs(), recording.timesMicros(), 0, recording.events());
            plan.complete(states.get(r), data.scratch);
        }
        work.cpuNanos += cpuNanos() - startNanos;
        work.allocatedBytes += allocatedBytes() - allocated;
        for (int r = 0; r < data.recordings.size(); r++) {
            long micros = data.recordings.get(r).lengthMicros();
            work.sensorMicros += micros;
            work.steps += micros / plan.model().stepMicros();
            work.events += data.recordings.get(r).events();
            work.synapticOperations += states.get(r).synapticOperations();
            work.hiddenSpikes += plan.spikes(states.get(r), 0);
        }
        work.passes++;
        return states;
    }

    private static long cpuNanos() {
        return THREADS.getCurrentThreadCpuTime();
    }

    private static long allocatedBytes() {
        return THREADS.getCurrentThreadAllocatedBytes();
    }
}
