package io.fluxon.launcher.bench;

import io.fluxon.connectors.kafka.KafkaEnds;
import io.fluxon.connectors.kafka.KafkaRecord;
import io.fluxon.connectors.kafka.OutgoingRecord;
import io.fluxon.launcher.EmbeddedFlink;
import io.fluxon.pipelines.Pipeline;
import io.fluxon.pipelines.PipelineFile;
import io.fluxon.pipelines.PipelineSettings;
import io.fluxon.schemas.Decision;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.Topic;
import io.fluxon.streams.OrderSettings;
import io.fluxon.streams.PacketOperator;
import io.fluxon.streams.StateSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Jobs over a topic that is full already, from its beginning to its end, on a cluster in this process. */
final class PipelineRun {

    static final int PARTITIONS = 4;

    /** Of decisions and counts, on the sensors' clocks. */
    static final long EVERY_MICROS = 20_000;

    private static final Logger LOG = LoggerFactory.getLogger(PipelineRun.class);
    private static final Duration SILENCE = Duration.ofSeconds(60);

    private final Broker broker;
    private final EmbeddedFlink flink;
    private final Path folder;
    private final int parallelism;
    private int passes;

    /** How the packets are worked on. */
    enum Mode {
        DECODE_ONLY("at-least-once", "heap"),
        NETWORK("at-least-once", "heap"),
        EXACTLY_ONCE("exactly-once", "heap"),
        ROCKSDB("at-least-once", "rocksdb");

        final String delivery;
        final String backend;

        Mode(String delivery, String backend) {
            this.delivery = delivery;
            this.backend = backend;
        }
    }

    /** @param folder for the files that configure the pipelines */
    PipelineRun(Broker broker, EmbeddedFlink flink, Path folder, int parallelism) {
        this.broker = broker;
        this.flink = flink;
        this.folder = folder;
        this.parallelism = parallelism;
    }

    /** A job between the packets and a topic of decisions of its own; closing cancels it. */
    final class Running implements AutoCloseable {

        private final JobClient job;
        private final Decisions results;
        private final List<String> topics;

        private Running(JobClient job, Decisions results, List<String> topics) {
            this.job = job;
            this.results = results;
            this.topics = topics;
        }

        JobClient job() {
            return job;
        }

        Decisions results() {
            return results;
        }

        void throwFailure() throws IOException, InterruptedException {
            if (job.getJobExecutionResult().isDone()) {
                try {
                    job.getJobExecutionResult().get();
                } catch (ExecutionException e) {
                    throw new IOException("the pipeline failed: " + e.getCause().getMessage(), e);
                }
            }
        }

        @Override
        public void close() throws IOException, InterruptedException {
            results.close();
            try {
                job.cancel().join();
                job.getJobExecutionResult().handle((result, failure) -> null).join();
            } catch (CompletionException e) {
                LOG.info("the job could not be cancelled", e);
            }
            broker.delete(topics);
        }
    }

    /** A window of decisions at equal distances, microseconds on the sensors' clocks, as a pipeline's file has it. */
    static String continuous(long everyMicros) {
        return "{kind: continuous, every: " + everyMicros + " us}";
    }

    /** @param window as a pipeline's file has it */
    Running start(Mode mode, SensorKind sensor, Path model, String packets, String window)
            throws IOException, InterruptedException {
        String name = "bench-" + mode.name().toLowerCase(Locale.ROOT) + "-" + passes++;
        String decisions = name + ".decisions";
        List<String> topics = List.of(decisions, name + ".reports", name + ".dead-letters");
        broker.create(PARTITIONS, topics.toArray(String[]::new));
        PipelineSettings settings = PipelineFile.read(Files.writeString(
                folder.resolve(name + ".yaml"), yaml(name, mode, sensor, model, packets, topics, window)));
        StreamExecutionEnvironment environment = flink.environment();
        environment.configure(settings.flinkConfiguration());
        if (mode == Mode.DECODE_ONLY) {
            buildCount(environment, settings, packets);
        } else {
            Pipeline.build(environment, settings);
        }
        try {
            return new Running(
                    environment.executeAsync(name), new Decisions(broker.bootstrap(), decisions, PARTITIONS), topics);
        } catch (Exception e) {
            throw new IOException("the pipeline does not start: " + e.getMessage(), e);
        }
    }

    /**
     * Runs a job until every sensor's last event has its decision, or for so long. The clock runs from the first decision
     * that the broker appends to the last, and counts the events between them.
     */
    Rate pass(Mode mode, Path model, String packets, CameraLoad load, double longestSeconds)
            throws IOException, InterruptedException {
        try (Running running = start(mode, SensorKind.CAMERA, model, packets, continuous(EVERY_MICROS))) {
            return measure(running, load, longestSeconds);
        }
    }

    private String yaml(
            String name, Mode mode, SensorKind sensor, Path model, String packets, List<String> topics, String window) {
        return String.join(
                "\n",
                "name: " + name,
                "sensor: " + sensor.lowerCaseName(),
                "kafka:",
                "  bootstrap: " + broker.bootstrap(),
                "  topics:",
                "    packets: " + packets,
                "    decisions: " + topics.get(0),
                "    reports: " + topics.get(1),
                "    dead-letters: " + topics.get(2),
                "delivery: " + mode.delivery,
                "live: false",
                "model: " + model,
                "window: " + window,
                "state: {backend: " + mode.backend + (mode == Mode.ROCKSDB ? ", hot-keys: 10000}" : "}"),
                "checkpoint: {interval: 1 s}",
                "parallelism: " + parallelism,
                "");
    }

    private static void buildCount(StreamExecutionEnvironment environment, PipelineSettings settings, String packets) {
        environment
                .fromSource(
                        KafkaEnds.source(settings.bootstrap(), packets, settings.name()),
                        WatermarkStrategy.<KafkaRecord>forMonotonousTimestamps(),
                        "camera packets",
                        KafkaRecord.typeInformation())
                .keyBy(KafkaRecord::keyText, Types.STRING)
                .transform(
                        "count",
                        OutgoingRecord.typeInformation(),
                        new PacketOperator<>(
                                SensorKind.CAMERA,
                                new CountFunction.Factory(EVERY_MICROS),
                                OrderSettings.DEFAULT,
                                StateSettings.DEFAULT))
                .sinkTo(KafkaEnds.atLeastOnceSink(
                        settings.bootstrap(),
                        Map.of(
                                Topic.CAMERA_DECISIONS.topicName(),
                                settings.topics().get(Topic.CAMERA_DECISIONS))));
    }

    private static Rate measure(Running running, CameraLoad load, double longestSeconds)
            throws IOException, InterruptedException {
        Map<String, Decision> latest = new HashMap<>();
        Decision first = null;
        long firstUnixMillis = 0;
        long lastUnixMillis = 0;
        long startProcessorNanos = 0;
        long startEvents = 0;
        long heardNanos = System.nanoTime();
        while (events(latest) < load.events() && lastUnixMillis - firstUnixMillis < longestSeconds * 1000) {
            List<Decisions.Appended> arrived = running.results.poll(Duration.ofMillis(200));
            for (Decisions.Appended appended : arrived) {
                if (first == null || appended.appendUnixMillis() < firstUnixMillis) {
                    first = appended.decision();
                    firstUnixMillis = appended.appendUnixMillis();
                }
                lastUnixMillis = Math.max(lastUnixMillis, appended.appendUnixMillis());
                latest.put(appended.decision().getSensorId(), appended.decision());
            }
            if (!arrived.isEmpty()) {
                heardNanos = System.nanoTime();
            } else if (System.nanoTime() - heardNanos > SILENCE.toNanos()) {
                throw new IOException("of " + load.events() + " events " + events(latest)
                        + " have their decisions, and nothing has come for " + SILENCE.toSeconds() + " s");
            }
            if (startEvents == 0) {
                startProcessorNanos = Rate.processorNanos();
                startEvents = events(latest);
            }
            running.throwFailure();
        }
        long processorNanos = Rate.processorNanos() - startProcessorNanos;
        return new Rate(
                (lastUnixMillis - firstUnixMillis) / 1e3,
                events(latest) - first.getEvents(),
                latest.values().stream()
                                .mapToLong(Decision::getSynapticOperations)
                                .sum()
                        - first.getSynapticOperations(),
                processorNanos / 1e9,
                events(latest) - startEvents);
    }

    /** Events of all sensors by their latest decisions. */
    private static long events(Map<String, Decision> latest) {
        return latest.values().stream().mapToLong(Decision::getEvents).sum();
    }
}
