package io.fluxon.launcher.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fluxon.launcher.EmbeddedFlink;
import io.fluxon.launcher.Plots;
import io.fluxon.networks.model.Model;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Throughput against the number of keys, watches from 1 on, and against the size of the network, planes of neurons with one
 * synapse an event. A picture and its data for each.
 */
final class Growth {

    private static final int[] WATCHES = {1, 10, 100, 1_000, 10_000, 100_000};
    private static final int[] QUICK_WATCHES = {1, 10};
    private static final int PACKETS = 600_000;
    private static final int QUICK_PACKETS = 400;
    private static final int LEAST_SECONDS = 4;
    private static final int[] SIDES = {16, 32, 64, 128, 256};
    private static final int[] QUICK_SIDES = {16, 32};
    private static final int SENSORS = 64;
    private static final int EVENTS_PER_PACKET = 8192;
    private static final long PACKET_MICROS = 10_000;

    private final Path folder;
    private final double seconds;
    private final Path out;
    private final boolean quick;
    private final PrintWriter progress;
    private final int cores = Runtime.getRuntime().availableProcessors();

    Growth(Path folder, double seconds, Path out, boolean quick, PrintWriter progress) {
        this.folder = folder;
        this.seconds = seconds;
        this.out = out;
        this.quick = quick;
        this.progress = progress;
    }

    void run(Report report) throws Exception {
        Plots.folder(out);
        keys(report);
        neurons(report);
    }

    private void keys(Report report) throws Exception {
        int[] counts = quick ? QUICK_WATCHES : WATCHES;
        Path model = folder.resolve("watch.nir");
        BenchNetworks.watch().write(model);
        double[] x = new double[counts.length];
        double[] heap = new double[counts.length];
        double[] rocksdb = new double[counts.length];
        List<String> lines = new ArrayList<>(List.of("keys,heap_packets_per_second,rocksdb_packets_per_second"));
        ArrayNode points = report.result().putObject("growth").putArray("keys");
        for (int i = 0; i < counts.length; i++) {
            int secondsOfLog =
                    Math.max(LEAST_SECONDS, (quick ? QUICK_PACKETS : PACKETS) / WatchLoad.SENSORS / counts[i]);
            WatchLoad load = new WatchLoad(counts[i], secondsOfLog);
            x[i] = counts[i];
            // A broker for each: what is over is deleted with it.
            try (Broker broker = new Broker();
                    EmbeddedFlink flink = EmbeddedFlink.start(Throughput.cluster(cores))) {
                load.fill(broker, "bench.watches");
                PipelineRun pipeline = new PipelineRun(broker, flink, folder, cores);
                heap[i] = packetsPerSecond(pipeline, PipelineRun.Mode.NETWORK, model, load);
                rocksdb[i] = packetsPerSecond(pipeline, PipelineRun.Mode.ROCKSDB, model, load);
            }
            say("%,d keys: %,.0f packets/s on the heap, %,.0f in RocksDB", counts[i], heap[i], rocksdb[i]);
            report.line("%,d keys: %,.0f packets/s on the heap, %,.0f in RocksDB", counts[i], heap[i], rocksdb[i]);
            lines.add(String.format(Locale.ROOT, "%d,%.0f,%.0f", counts[i], heap[i], rocksdb[i]));
            ObjectNode point = points.addObject();
            point.put("keys", counts[i]);
            point.put("heapPacketsPerSecond", Report.rounded(heap[i]));
            point.put("rocksdbPacketsPerSecond", Report.rounded(rocksdb[i]));
        }
        write(
                "pipeline-keys",
                lines,
                new Plots.Axes("Packets of watches against keys", "keys", "packets per second", true, true),
                List.of(
                        new Plots.Series("on the heap", x, heap),
                        new Plots.Series("RocksDB, 10,000 hot keys", x, rocksdb)));
    }

    private static double packetsPerSecond(PipelineRun pipeline, PipelineRun.Mode mode, Path model, WatchLoad load)
            throws IOException, InterruptedException {
        // The first run warms up.
        KeysRun.run(pipeline, mode, model, "bench.watches", load, running -> {});
        return KeysRun.run(pipeline, mode, model, "bench.watches", load, running -> {})
                .rate()
                .eventsPerSecond();
    }

    private void neurons(Report report) throws Exception {
        int[] sides = quick ? QUICK_SIDES : SIDES;
        double[] x = new double[sides.length];
        double[] network = new double[sides.length];
        double[] kernel = new double[sides.length];
        List<String> lines = new ArrayList<>(List.of("neurons,pipeline_events_per_second,kernel_events_per_second"));
        ArrayNode points = ((ObjectNode) report.result().get("growth")).putArray("neurons");
        for (int i = 0; i < sides.length; i++) {
            CameraLoad load = new CameraLoad(SENSORS, sides[i], quick ? 4 : 200, EVENTS_PER_PACKET, PACKET_MICROS);
            Model model = BenchNetworks.plane(sides[i]);
            Path file = folder.resolve("plane-" + sides[i] + ".nir");
            model.write(file);
            x[i] = (double) sides[i] * sides[i];
            try (Broker broker = new Broker();
                    EmbeddedFlink flink = EmbeddedFlink.start(Throughput.cluster(cores))) {
                Throughput.fill(broker, "bench.plane", load, load.names(cores));
                PipelineRun pipeline = new PipelineRun(broker, flink, folder, cores);
                pipeline.pass(PipelineRun.Mode.NETWORK, file, "bench.plane", load, seconds);
                network[i] = Throughput.passes(pipeline, PipelineRun.Mode.NETWORK, file, "bench.plane", load, seconds)
                        .eventsPerSecond();
            }
            kernel[i] = KernelRun.run(model, load, cores, seconds).eventsPerSecond();
            say("%,.0f neurons: %.1f million events/s, kernel %.1f", x[i], network[i] / 1e6, kernel[i] / 1e6);
            report.line("%,.0f neurons: %.1f million events/s, kernel %.1f", x[i], network[i] / 1e6, kernel[i] / 1e6);
            lines.add(String.format(Locale.ROOT, "%.0f,%.0f,%.0f", x[i], network[i], kernel[i]));
            ObjectNode point = points.addObject();
            point.put("neurons", (long) x[i]);
            point.put("pipelineEventsPerSecond", Report.rounded(network[i]));
            point.put("kernelEventsPerSecond", Report.rounded(kernel[i]));
        }
        write(
                "pipeline-neurons",
                lines,
                new Plots.Axes(
                        "Events against neurons, one synapse an event, 64 cameras",
                        "neurons",
                        "events per second",
                        true,
                        true),
                List.of(new Plots.Series("Kafka to Kafka", x, network), new Plots.Series("bare kernel", x, kernel)));
    }

    private void write(String name, List<String> lines, Plots.Axes axes, List<Plots.Series> series) throws IOException {
        Files.write(out.resolve(name + ".csv"), lines);
        Plots.lines(out.resolve(name + ".svg"), axes, series);
    }

    private void say(String format, Object... values) {
        progress.println(String.format(Locale.ROOT, format, values));
        progress.flush();
    }
}
