package io.fluxon.launcher.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fluxon.launcher.EmbeddedFlink;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Very many watches, two sensors of 20 samples a second each in packets of 1 s, with a small delta network: how much faster
 * than they send their packets are read from a full log and worked on, and what their states cost.
 */
final class Keys {

    private static final int SECONDS = 10;
    private static final int WARM_UP_WATCHES = 2_000;

    private final Path folder;
    private final int watches;
    private final boolean quick;
    private final PrintWriter progress;
    private final int cores = Runtime.getRuntime().availableProcessors();

    Keys(Path folder, int watches, boolean quick, PrintWriter progress) {
        this.folder = folder;
        this.watches = watches;
        this.quick = quick;
        this.progress = progress;
    }

    void run(Report report) throws Exception {
        Path model = folder.resolve("watch.nir");
        BenchNetworks.watch().write(model);
        WatchLoad load = new WatchLoad(watches, SECONDS);
        WatchLoad warmUp = new WatchLoad(Math.min(watches, WARM_UP_WATCHES), SECONDS);
        ObjectNode node = report.result().putObject("keys");
        node.put("watches", watches);
        node.put("packetsPerSecondOfTheWatches", (long) watches * WatchLoad.SENSORS);
        report.line(
                "%n%,d watches, two sensors of 20 Hz each in packets of 1 s: %,d packets/s; %d s of log",
                watches, watches * WatchLoad.SENSORS, SECONDS);
        try (Broker broker = new Broker();
                EmbeddedFlink flink = EmbeddedFlink.start(Throughput.cluster(cores))) {
            warmUp.fill(broker, "bench.few-watches");
            load.fill(broker, "bench.watches");
            PipelineRun pipeline = new PipelineRun(broker, flink, folder, cores);
            for (PipelineRun.Mode mode : new PipelineRun.Mode[] {PipelineRun.Mode.NETWORK, PipelineRun.Mode.ROCKSDB}) {
                if (!quick) {
                    KeysRun.run(pipeline, mode, model, "bench.few-watches", warmUp, running -> {});
                }
                measure(report, node, flink, pipeline, mode, model, load);
            }
        }
    }

    private void measure(
            Report report,
            ObjectNode parent,
            EmbeddedFlink flink,
            PipelineRun pipeline,
            PipelineRun.Mode mode,
            Path model,
            WatchLoad load)
            throws Exception {
        ObjectNode node = parent.putObject(mode.backend);
        long heapBefore = usedHeapBytes();
        KeysRun.Result result;
        long[] heapBytes = new long[1];
        Checkpoints[] checkpoints = new Checkpoints[1];
        long longestPauseMillis;
        try (Pauses pauses = new Pauses()) {
            long[] pauseMillis = new long[1];
            result = KeysRun.run(pipeline, mode, model, "bench.watches", load, running -> {
                checkpoints[0] = Checkpoints.awaitNext(flink.webUi(), running);
                pauseMillis[0] = pauses.longestMillis();
                heapBytes[0] = usedHeapBytes();
            });
            longestPauseMillis = pauseMillis[0];
        }
        double packetsPerSecond = result.rate().eventsPerSecond();
        double timesRealTime = packetsPerSecond / (watches * WatchLoad.SENSORS);
        node.put("packetsPerSecond", Report.rounded(packetsPerSecond));
        node.put("timesRealTime", Report.rounded(timesRealTime));
        node.put("processorMicrosPerPacket", Report.rounded(result.rate().processorNanosPerEvent() / 1e3));
        node.put("decisions", result.decisions());
        node.put("stateBytesPerKey", checkpoints[0].latestStateBytes() / watches);
        node.put("checkpointBytes", checkpoints[0].latestStateBytes());
        node.put("checkpointWrittenBytes", checkpoints[0].latestWrittenBytes());
        node.put("checkpointMillis", checkpoints[0].latestMillis());
        node.put("longestCheckpointMillis", checkpoints[0].longestMillis());
        node.put("completedCheckpoints", checkpoints[0].completed());
        node.put("heapBytesBefore", heapBefore);
        node.put("heapBytesWithAllKeys", heapBytes[0]);
        node.put("longestCollectionMillis", longestPauseMillis);
        report.line(
                "%s: %,.0f packets/s, %.2f times real time, %.1f us of processor time a packet; state %,d bytes a key;"
                        + " checkpoint %.0f MB in %,d ms (longest of %d: %,d ms); heap %.0f MB, before the job %.0f;"
                        + " longest collection %,d ms",
                mode.backend,
                packetsPerSecond,
                timesRealTime,
                result.rate().processorNanosPerEvent() / 1e3,
                checkpoints[0].latestStateBytes() / watches,
                checkpoints[0].latestStateBytes() / 1e6,
                checkpoints[0].latestMillis(),
                checkpoints[0].completed(),
                checkpoints[0].longestMillis(),
                heapBytes[0] / 1e6,
                heapBefore / 1e6,
                longestPauseMillis);
        progress.println(String.format(
                Locale.ROOT,
                "%s: %,.0f packets/s in %.1f s",
                mode.backend,
                packetsPerSecond,
                result.rate().seconds()));
        progress.flush();
    }

    /** After a collection. */
    private static long usedHeapBytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
