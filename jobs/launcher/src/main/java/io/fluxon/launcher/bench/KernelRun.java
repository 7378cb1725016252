package io.fluxon.launcher.bench;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.networks.engine.NetworkPlan;
import io.fluxon.networks.engine.NetworkState;
import io.fluxon.networks.model.Model;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The bare kernel: decoded batches in memory, bound to the inputs of the network and taken in by it, in a plain loop over the
 * sensors; one thread a core, each with its share of the sensors. No Kafka, no Flink, no decoding.
 */
final class KernelRun {

    /** Packets of each sensor that are kept in memory and taken in again and again, at later times. */
    private static final int PACKETS = 4;

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private KernelRun() {}

    static Rate run(Model model, CameraLoad load, int threads, double seconds)
            throws ExecutionException, InterruptedException {
        NetworkPlan plan = NetworkPlan.compile(model);
        int[] addresses = load.addresses();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Rate>> shares = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                int first = load.sensors() * t / threads;
                int end = load.sensors() * (t + 1) / threads;
                shares.add(pool.submit(() -> share(plan, load, addresses, first, end, seconds)));
            }
            Rate all = Rate.NONE;
            for (Future<Rate> share : shares) {
                all = all.plus(share.get());
            }
            // The threads ran side by side, not one after the other.
            return new Rate(
                    all.seconds() / threads,
                    all.events(),
                    all.synapticOperations(),
                    all.processorSeconds(),
                    all.processorEvents());
        } finally {
            pool.shutdownNow();
        }
    }

    private static Rate share(NetworkPlan plan, CameraLoad load, int[] addresses, int first, int end, double seconds) {
        CameraBatch[][] batches = new CameraBatch[end - first][PACKETS];
        NetworkState[] states = new NetworkState[end - first];
        for (int s = 0; s < states.length; s++) {
            states[s] = plan.newState();
            for (int p = 0; p < PACKETS; p++) {
                batches[s][p] = new CameraBatch();
                load.fill(addresses, first + s, p, batches[s][p]);
            }
        }
        NetworkPlan.Scratch scratch = plan.newScratch();
        int[] inputs = new int[load.eventsPerPacket()];
        long[] timesMicros = new long[load.eventsPerPacket()];
        long startProcessorNanos = THREADS.getCurrentThreadCpuTime();
        long startNanos = System.nanoTime();
        long endNanos = startNanos + (long) (seconds * 1e9);
        for (int packet = 0; System.nanoTime() - endNanos < 0; packet++) {
            long shiftMicros = (packet - packet % PACKETS) * load.packetMicros();
            for (int s = 0; s < states.length; s++) {
                CameraBatch batch = batches[s][packet % PACKETS];
                bind(batch, load.side(), shiftMicros, inputs, timesMicros);
                plan.advance(states[s], scratch, inputs, timesMicros, 0, batch.size());
            }
        }
        double runSeconds = (System.nanoTime() - startNanos) / 1e9;
        double processorSeconds = (THREADS.getCurrentThreadCpuTime() - startProcessorNanos) / 1e9;
        long events = Arrays.stream(states).mapToLong(NetworkState::events).sum();
        long operations = Arrays.stream(states)
                .mapToLong(NetworkState::synapticOperations)
                .sum();
        return new Rate(runSeconds, events, operations, processorSeconds, events);
    }

    /** inputs[i] = (polarity * side + y) * side + x, and later times. */
    private static void bind(CameraBatch batch, int side, long shiftMicros, int[] inputs, long[] timesMicros) {
        int[] address = batch.address();
        long[] batchMicros = batch.timeMicros();
        for (int i = 0; i < inputs.length; i++) {
            int packed = address[i];
            inputs[i] = ((packed >>> 31) * side + (packed >>> 16 & 0x7FFF)) * side + (packed & 0xFFFF);
            timesMicros[i] = batchMicros[i] + shiftMicros;
        }
    }
}
