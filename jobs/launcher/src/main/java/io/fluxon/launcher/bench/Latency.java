package io.fluxon.launcher.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.launcher.EmbeddedFlink;
import io.fluxon.schemas.Decision;
import io.fluxon.schemas.SensorKind;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Latency at a paced rate, Kafka to Kafka, at least once: from when the packet whose events bring a decision about was due to
 * be sent, to the return of the poll that has the decision, on the clock of this one process. A sender that falls behind
 * counts. What it takes to fill a packet comes before and is stated apart.
 */
final class Latency {

    private static final int SENSORS = 16;
    private static final int EVENTS_PER_PACKET = 1024;
    private static final int SIDE = 128;
    private static final double WARM_UP_SECONDS = 15;

    private final Path folder;
    private final double seconds;
    private final double warmUpSeconds;
    private final CameraLoad load;
    private final PrintWriter progress;
    private final int cores = Runtime.getRuntime().availableProcessors();

    Latency(Path folder, double seconds, boolean quick, double eventsPerSecond, PrintWriter progress) {
        this.folder = folder;
        this.seconds = seconds;
        this.warmUpSeconds = quick ? 1 : WARM_UP_SECONDS;
        this.progress = progress;
        long packetMicros = Math.round(SENSORS * EVENTS_PER_PACKET * 1e6 / eventsPerSecond);
        int packets = (int) Math.ceil((warmUpSeconds + seconds) * 1e6 / packetMicros);
        this.load = new CameraLoad(SENSORS, SIDE, packets, EVENTS_PER_PACKET, packetMicros);
    }

    void run(Report report) throws Exception {
        Path model = folder.resolve("plane.nir");
        BenchNetworks.plane(SIDE).write(model);
        List<String> names = load.names(cores);
        // A decision about each packet: one boundary lies in every packet, in some two.
        long everyMicros = Math.max(1000, load.packetMicros() / 1000 * 1000);
        try (Broker broker = new Broker();
                EmbeddedFlink flink = EmbeddedFlink.start(Throughput.cluster(cores))) {
            broker.create(PipelineRun.PARTITIONS, "bench.paced");
            PipelineRun pipeline = new PipelineRun(broker, flink, folder, cores);
            try (PipelineRun.Running running = pipeline.start(
                    PipelineRun.Mode.NETWORK,
                    SensorKind.CAMERA,
                    model,
                    "bench.paced",
                    PipelineRun.continuous(everyMicros))) {
                progress.printf(
                        "%.0f s to warm up, then %.0f s at %.2f million events/s%n",
                        warmUpSeconds, seconds, load.eventsPerPacket() * SENSORS / (double) load.packetMicros());
                progress.flush();
                Histogram nanos = measure(broker, flink, running, names);
                report(report, nanos, everyMicros);
            }
        }
    }

    private Histogram measure(Broker broker, EmbeddedFlink flink, PipelineRun.Running running, List<String> names)
            throws Exception {
        while (!flink.isRunning(running.job().getJobID())) {
            running.throwFailure();
            Thread.sleep(20);
        }
        long startNanos = System.nanoTime() + 100_000_000;
        AtomicReference<Exception> failure = new AtomicReference<>();
        AtomicBoolean stopped = new AtomicBoolean();
        Thread sender = new Thread(() -> send(broker, names, startNanos, stopped, failure), "bench sender");
        sender.start();
        Histogram nanos = new Histogram(3);
        long warmMicros = (long) (warmUpSeconds * 1e6);
        Map<String, Integer> sensors = new HashMap<>();
        for (String name : names) {
            sensors.put(name, sensors.size());
        }
        int ended = 0;
        long heardNanos = System.nanoTime();
        try {
            while (ended < names.size()) {
                List<Decisions.Appended> arrived = running.results().poll(Duration.ofMillis(100));
                long nowNanos = System.nanoTime();
                for (Decisions.Appended appended : arrived) {
                    Decision decision = appended.decision();
                    int packet = firstPacketAtOrAfter(decision.getToOffset());
                    if (packet >= load.packets()) {
                        // Brought about by the epoch's end.
                        ended++;
                    } else if (decision.getToOffset() >= warmMicros) {
                        nanos.recordValue(nowNanos - dueNanos(startNanos, sensors.get(decision.getSensorId()), packet));
                    }
                    heardNanos = nowNanos;
                }
                running.throwFailure();
                if (failure.get() != null) {
                    throw failure.get();
                }
                if (nowNanos - heardNanos > 30_000_000_000L) {
                    throw new IOException("no decision for 30 s");
                }
            }
        } finally {
            stopped.set(true);
            sender.join();
        }
        return nanos;
    }

    /** The packet that has the first event at or after a time, and so the first that can bring a decision to it about. */
    private int firstPacketAtOrAfter(long micros) {
        int packet = (int) (micros / load.packetMicros());
        return load.timeMicros(packet, load.eventsPerPacket() - 1) >= micros ? packet : packet + 1;
    }

    /** A packet is due when it is full; the sensors take turns. */
    private long dueNanos(long startNanos, int sensor, int packet) {
        return startNanos + (packet + 1) * load.packetMicros() * 1000 + sensor * load.packetMicros() * 1000 / SENSORS;
    }

    private void send(
            Broker broker,
            List<String> names,
            long startNanos,
            AtomicBoolean stopped,
            AtomicReference<Exception> failure) {
        int[] addresses = load.addresses();
        CameraBatch batch = new CameraBatch();
        try (Broker.Feed feed = broker.feed("bench.paced", 0)) {
            for (int s = 0; s < names.size(); s++) {
                feed.send(s % PipelineRun.PARTITIONS, load.start(names.get(s)));
            }
            for (int p = 0; p < load.packets() && !stopped.get(); p++) {
                for (int s = 0; s < names.size(); s++) {
                    load.fill(addresses, s, p, batch);
                    byte[] record = feed.encode(load.data(names.get(s), p, batch));
                    long waitNanos = dueNanos(startNanos, s, p) - System.nanoTime();
                    if (waitNanos > 0) {
                        LockSupport.parkNanos(waitNanos);
                    }
                    feed.send(s % PipelineRun.PARTITIONS, names.get(s), record);
                }
            }
            for (int s = 0; s < names.size(); s++) {
                feed.send(s % PipelineRun.PARTITIONS, load.end(names.get(s)));
            }
        } catch (IOException | RuntimeException e) {
            failure.set(e);
        }
    }

    private void report(Report report, Histogram nanos, long everyMicros) {
        ObjectNode node = report.result().putObject("latency");
        node.put("sensors", SENSORS);
        node.put("eventsPerPacket", EVENTS_PER_PACKET);
        node.put("eventsPerSecond", Report.rounded(SENSORS * EVENTS_PER_PACKET * 1e6 / load.packetMicros()));
        node.put("packetisationMillis", load.packetMicros() / 1e3);
        node.put("decisionEveryMillis", everyMicros / 1e3);
        Report.millis(node.putObject("millis"), nanos);
        report.line(
                "%n%d sensors, %,d events a packet, %.2f million events/s; a packet fills in %.1f ms, which is not counted",
                SENSORS,
                EVENTS_PER_PACKET,
                SENSORS * EVENTS_PER_PACKET / (double) load.packetMicros(),
                load.packetMicros() / 1e3);
        report.line(
                "due packet to polled decision, %,d decisions: p50 %.2f ms, p90 %.2f, p99 %.2f, p99.9 %.2f, most %.1f",
                nanos.getTotalCount(),
                nanos.getValueAtPercentile(50) / 1e6,
                nanos.getValueAtPercentile(90) / 1e6,
                nanos.getValueAtPercentile(99) / 1e6,
                nanos.getValueAtPercentile(99.9) / 1e6,
                nanos.getMaxValue() / 1e6);
    }
}
