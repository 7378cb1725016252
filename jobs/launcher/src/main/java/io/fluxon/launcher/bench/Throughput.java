package io.fluxon.launcher.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.launcher.EmbeddedFlink;
import io.fluxon.launcher.bench.PipelineRun.Mode;
import io.fluxon.networks.model.Model;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;

/**
 * 64 cameras, 8192 events a packet of 10 ms. All kinds of runs in turn, as often as told, behind a round that only warms up;
 * ratios are those of one turn. A run reads the same log, which lies in the page cache, from its beginning to its end, as
 * often as it takes to fill its time.
 */
final class Throughput {

    private static final int SENSORS = 64;
    private static final int EVENTS_PER_PACKET = 8192;
    private static final long PACKET_MICROS = 10_000;
    private static final int SIDE = 128;
    private static final int FAN_OUT_SIDE = 16;
    private static final int FAN_OUT_NEURONS = 512;
    private static final double WARM_UP_SECONDS = 3;

    private final Path folder;
    private final double seconds;
    private final int rounds;
    private final boolean quick;
    private final boolean profiled;
    private final PrintWriter progress;
    private final int cores = Runtime.getRuntime().availableProcessors();

    /** One kind of run. */
    private interface Kind {

        Rate run(double runSeconds) throws Exception;
    }

    Throughput(Path folder, double seconds, int rounds, boolean quick, boolean profiled, PrintWriter progress) {
        this.folder = folder;
        this.seconds = seconds;
        this.rounds = rounds;
        this.quick = quick;
        this.profiled = profiled;
        this.progress = progress;
    }

    /** What a cluster needs for packets of tens of kilobytes and, of the native backend, states of hundreds. */
    static Configuration cluster(int parallelism) {
        Configuration configuration = new Configuration();
        configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(256));
        configuration.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(64));
        configuration.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(64));
        configuration.set(TaskManagerOptions.NUM_TASK_SLOTS, parallelism);
        return configuration;
    }

    void run(Report report) throws Exception {
        CameraLoad plane = new CameraLoad(SENSORS, SIDE, quick ? 20 : 1000, EVENTS_PER_PACKET, PACKET_MICROS);
        CameraLoad fan = new CameraLoad(SENSORS, FAN_OUT_SIDE, quick ? 4 : 120, EVENTS_PER_PACKET, PACKET_MICROS);
        Model planeModel = BenchNetworks.plane(SIDE);
        Model fanModel = BenchNetworks.fanOut(FAN_OUT_SIDE, FAN_OUT_NEURONS);
        Path planeFile = folder.resolve("plane.nir");
        Path fanFile = folder.resolve("fan-out.nir");
        planeModel.write(planeFile);
        fanModel.write(fanFile);
        List<String> names = plane.names(cores);
        Map<String, List<Rate>> rates = new LinkedHashMap<>();
        Profile profile = new Profile();
        try (Broker broker = new Broker();
                EmbeddedFlink flink = EmbeddedFlink.start(cluster(cores))) {
            fill(broker, "bench.plane", plane, names);
            fill(broker, "bench.fan-out", fan, names);
            PipelineRun pipeline = new PipelineRun(broker, flink, folder, cores);
            Map<String, Kind> kinds = new LinkedHashMap<>();
            for (Mode mode : Mode.values()) {
                Kind kind = runSeconds -> passes(pipeline, mode, planeFile, "bench.plane", plane, runSeconds);
                kinds.put(name(mode), kind);
            }
            kinds.put("kernel", runSeconds -> KernelRun.run(planeModel, plane, cores, runSeconds));
            kinds.put(
                    "fan-out", runSeconds -> passes(pipeline, Mode.NETWORK, fanFile, "bench.fan-out", fan, runSeconds));
            kinds.put("fan-out-kernel", runSeconds -> KernelRun.run(fanModel, fan, cores, runSeconds));
            for (int round = 0; round <= rounds; round++) {
                for (Map.Entry<String, Kind> kind : kinds.entrySet()) {
                    boolean counts = round > 0;
                    boolean isProfiled = counts && profiled && kind.getKey().equals(name(Mode.NETWORK));
                    if (isProfiled) {
                        profile.start();
                    }
                    Rate rate = kind.getValue().run(counts ? seconds : Math.min(seconds, WARM_UP_SECONDS));
                    if (isProfiled) {
                        profile.stop();
                    }
                    say(
                            "%s %s: %.1f million events/s in %.1f s",
                            counts ? "round " + round : "warm-up",
                            kind.getKey(),
                            rate.eventsPerSecond() / 1e6,
                            rate.seconds(),
                            rate.processorNanosPerEvent());
                    if (counts) {
                        rates.computeIfAbsent(kind.getKey(), key -> new ArrayList<>())
                                .add(rate);
                    }
                }
            }
        }
        report(report, rates);
        if (profiled) {
            profile.report(report);
        }
    }

    static void fill(Broker broker, String topicName, CameraLoad load, List<String> names)
            throws IOException, InterruptedException {
        broker.create(PipelineRun.PARTITIONS, topicName);
        int[] addresses = load.addresses();
        CameraBatch batch = new CameraBatch();
        try (Broker.Feed feed = broker.feed(topicName, 5)) {
            for (int s = 0; s < names.size(); s++) {
                feed.send(s % PipelineRun.PARTITIONS, load.start(names.get(s)));
            }
            for (int p = 0; p < load.packets(); p++) {
                for (int s = 0; s < names.size(); s++) {
                    load.fill(addresses, s, p, batch);
                    feed.send(s % PipelineRun.PARTITIONS, load.data(names.get(s), p, batch));
                }
            }
            for (int s = 0; s < names.size(); s++) {
                feed.send(s % PipelineRun.PARTITIONS, load.end(names.get(s)));
            }
        }
    }

    static Rate passes(
            PipelineRun pipeline, Mode mode, Path model, String topicName, CameraLoad load, double runSeconds)
            throws Exception {
        Rate all = Rate.NONE;
        while (all.seconds() < runSeconds) {
            all = all.plus(pipeline.pass(mode, model, topicName, load, runSeconds - all.seconds()));
        }
        return all;
    }

    private static String name(Mode mode) {
        return mode.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private void report(Report report, Map<String, List<Rate>> rates) {
        ObjectNode node = report.result().putObject("throughput");
        node.put("sensors", SENSORS);
        node.put("eventsPerPacket", EVENTS_PER_PACKET);
        node.put("packetMicros", PACKET_MICROS);
        node.put("parallelism", cores);
        ObjectNode kinds = node.putObject("runs");
        report.line(
                "%n%-16s %-28s %-28s %s",
                "", "million events/s", "ns of processor/event", "million synaptic operations/s");
        rates.forEach((name, runs) -> {
            List<Double> events = runs.stream().map(Rate::eventsPerSecond).toList();
            List<Double> operations =
                    runs.stream().map(Rate::synapticOperationsPerSecond).toList();
            ObjectNode kind = kinds.putObject(name);
            Report.spread(kind, "eventsPerSecond", events);
            Report.spread(kind, "synapticOperationsPerSecond", operations);
            List<Double> processor =
                    runs.stream().map(Rate::processorNanosPerEvent).toList();
            Report.spread(kind, "processorNanosPerEvent", processor);
            Report.spread(kind, "seconds", runs.stream().map(Rate::seconds).toList());
            report.line(
                    "%-16s %-28s %-28s %s",
                    name,
                    Report.spread(events, 1e6, "%,.1f"),
                    Report.spread(processor, 1, "%,.1f"),
                    Report.spread(operations, 1e6, "%,.0f"));
        });
        ObjectNode ratios = node.putObject("ratios");
        report.line("");
        ratio(report, ratios, rates, name(Mode.NETWORK), name(Mode.DECODE_ONLY));
        ratio(report, ratios, rates, name(Mode.NETWORK), "kernel");
        ratio(report, ratios, rates, name(Mode.EXACTLY_ONCE), name(Mode.NETWORK));
        ratio(report, ratios, rates, name(Mode.ROCKSDB), name(Mode.NETWORK));
        ratio(report, ratios, rates, "fan-out", "fan-out-kernel");
    }

    private static void ratio(
            Report report, ObjectNode ratios, Map<String, List<Rate>> rates, String name, String toName) {
        List<Double> byClock = new ArrayList<>();
        List<Double> byProcessor = new ArrayList<>();
        for (int i = 0; i < rates.get(name).size(); i++) {
            Rate rate = rates.get(name).get(i);
            Rate to = rates.get(toName).get(i);
            byClock.add(rate.eventsPerSecond() / to.eventsPerSecond());
            byProcessor.add(to.processorNanosPerEvent() / rate.processorNanosPerEvent());
        }
        ObjectNode node = ratios.putObject(name + " / " + toName);
        Report.spread(node, "byClock", byClock);
        Report.spread(node, "byProcessorTime", byProcessor);
        report.line(
                "%-32s %-24s by processor time %s",
                name + " / " + toName, Report.spread(byClock, 1, "%.2f"), Report.spread(byProcessor, 1, "%.2f"));
    }

    private void say(String format, Object... values) {
        progress.println(String.format(Locale.ROOT, format, values));
        progress.flush();
    }
}
