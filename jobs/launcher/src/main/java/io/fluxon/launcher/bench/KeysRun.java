package io.fluxon.launcher.bench;

import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.networks.model.ModelFile;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.streams.network.NetworkFunction;
import io.fluxon.streams.network.NetworkSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A job over the packets of many watches, from the first to the last. */
final class KeysRun {

    /** A decision after each of the model's own windows. */
    static final String WINDOW = "{kind: continuous}";

    private static final Duration SILENCE = Duration.ofSeconds(90);

    /**
     * What it did.
     *
     * @param rate events are packets
     * @param decisions that came, all that there are
     */
    record Result(Rate rate, long decisions) {}

    /** Looks at the job while all keys are there. */
    interface Look {

        void at(PipelineRun.Running running) throws IOException, InterruptedException;
    }

    private KeysRun() {}

    static Result run(
            PipelineRun pipeline, PipelineRun.Mode mode, Path model, String packets, WatchLoad load, Look look)
            throws IOException, InterruptedException {
        // All watches have samples at the same times, and so as many decisions.
        int perWatch = decisionsOfOne(model, load);
        long expected = (long) perWatch * load.watches();
        try (PipelineRun.Running running = pipeline.start(mode, SensorKind.WATCH, model, packets, WINDOW)) {
            long firstUnixMillis = Long.MAX_VALUE;
            long lastUnixMillis = 0;
            long count = 0;
            long startCount = 0;
            long startProcessorNanos = 0;
            long heardNanos = System.nanoTime();
            while (count < expected) {
                List<Decisions.Appended> arrived = running.results().poll(Duration.ofMillis(200));
                for (Decisions.Appended appended : arrived) {
                    firstUnixMillis = Math.min(firstUnixMillis, appended.appendUnixMillis());
                    lastUnixMillis = Math.max(lastUnixMillis, appended.appendUnixMillis());
                }
                count += arrived.size();
                if (!arrived.isEmpty()) {
                    heardNanos = System.nanoTime();
                    if (startProcessorNanos == 0) {
                        startProcessorNanos = Rate.processorNanos();
                        startCount = count;
                    }
                } else if (System.nanoTime() - heardNanos > SILENCE.toNanos()) {
                    throw new IOException("of " + expected + " decisions " + count + " have come, and none for "
                            + SILENCE.toSeconds() + " s");
                }
                running.throwFailure();
            }
            long processorNanos = Rate.processorNanos() - startProcessorNanos;
            look.at(running);
            // The decisions of the first window come while the packets of its last second are read.
            double secondsOfLog = load.seconds() - firstDecisionSecond(model, load);
            long packetsBetween = (long) (load.watches() * WatchLoad.SENSORS * secondsOfLog);
            double share = (double) (count - startCount) / count;
            return new Result(
                    new Rate(
                            (lastUnixMillis - firstUnixMillis) / 1e3,
                            packetsBetween,
                            0,
                            processorNanos / 1e9,
                            Math.max(1, (long) (packetsBetween * share))),
                    count);
        }
    }

    private static int decisionsOfOne(Path model, WatchLoad load) throws IOException {
        return decisions(model, load, load.seconds());
    }

    /** The second, from 0, whose packets bring the first decision. */
    private static int firstDecisionSecond(Path model, WatchLoad load) throws IOException {
        for (int second = 1; second <= load.seconds(); second++) {
            if (decisions(model, load, second) > 0) {
                return second - 1;
            }
        }
        throw new IOException(load.seconds() + " s of packets bring no decision");
    }

    private static int decisions(Path model, WatchLoad load, int seconds) throws IOException {
        List<SensorPacket> packets = new ArrayList<>();
        for (int second = 0; second < seconds; second++) {
            packets.addAll(load.second(0, second, load.payloads(second)));
        }
        try {
            return new NetworkFunction(
                            SensorKind.WATCH,
                            ModelFile.of(model).open(),
                            new NetworkSettings(
                                    new NetworkSettings.Window(NetworkSettings.Kind.CONTINUOUS, 0, 0, 0), 0, 0, null))
                    .classify(packets)
                    .size();
        } catch (MalformedPacketException e) {
            throw new IOException("a packet of the measurement: " + e.getMessage(), e);
        }
    }
}
