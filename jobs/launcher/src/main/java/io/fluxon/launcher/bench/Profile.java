package io.fluxon.launcher.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fluxon.launcher.TemporaryDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/**
 * Where processor time goes: samples of all threads that run Java code, every 10 ms, by Java Flight Recorder. A sample belongs
 * to the first of the parts below that a frame of it is of, from the innermost outwards. Threads in system calls and the
 * garbage collector are not sampled.
 */
final class Profile {

    private static final Duration PERIOD = Duration.ofMillis(10);
    private static final int METHODS = 15;

    /** Beginnings of class names, and what they are part of; the longest that fits counts. */
    private static final Map<String, String> PARTS = parts();

    private Recording recording;
    private final Map<String, Long> samplesByPart = new HashMap<>();
    private final Map<String, Long> samplesByMethod = new HashMap<>();
    private long samples;

    private static Map<String, String> parts() {
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put("io.fluxon.networks.", "network");
        parts.put("io.fluxon.connectors.camera.", "decoding");
        parts.put("io.fluxon.connectors.kafka.", "Kafka client");
        parts.put("io.fluxon.connectors.", "envelope");
        parts.put("io.fluxon.schemas.", "envelope");
        parts.put("org.apache.avro.", "envelope");
        parts.put("io.fluxon.streams.network.", "binding and windows");
        parts.put("io.fluxon.streams.", "operator");
        parts.put("io.fluxon.launcher.bench.", "measurement");
        parts.put("org.apache.kafka.clients.", "Kafka client");
        parts.put("org.apache.flink.connector.kafka.", "Kafka client");
        parts.put("kafka.", "broker");
        parts.put("org.apache.kafka.storage.", "broker");
        parts.put("org.apache.kafka.server.", "broker");
        parts.put("org.apache.kafka.coordinator.", "broker");
        parts.put("org.apache.kafka.", "Kafka wire");
        parts.put("org.apache.flink.runtime.state.", "checkpoints and state");
        parts.put("org.apache.flink.state.", "checkpoints and state");
        parts.put("org.apache.flink.", "Flink: exchange, tasks");
        return parts;
    }

    void start() {
        recording = new Recording();
        recording.enable("jdk.ExecutionSample").withPeriod(PERIOD);
        recording.start();
    }

    void stop() throws IOException {
        recording.stop();
        Path folder = TemporaryDirectory.create("profile");
        try {
            Path file = folder.resolve("samples.jfr");
            recording.dump(file);
            recording.close();
            try (RecordingFile events = new RecordingFile(file)) {
                while (events.hasMoreEvents()) {
                    RecordedEvent event = events.readEvent();
                    if (event.getStackTrace() != null) {
                        add(event.getStackTrace().getFrames());
                    }
                }
            }
        } finally {
            TemporaryDirectory.delete(folder);
        }
    }

    private void add(List<RecordedFrame> frames) {
        if (frames.isEmpty()) {
            return;
        }
        samples++;
        samplesByPart.merge(part(frames), 1L, Long::sum);
        samplesByMethod.merge(name(frames.get(0)), 1L, Long::sum);
    }

    private static String part(List<RecordedFrame> frames) {
        for (RecordedFrame frame : frames) {
            String type = frame.getMethod().getType().getName();
            String best = null;
            for (String start : PARTS.keySet()) {
                if (type.startsWith(start) && (best == null || start.length() > best.length())) {
                    best = start;
                }
            }
            if (best != null) {
                return PARTS.get(best);
            }
        }
        return "other";
    }

    private static String name(RecordedFrame frame) {
        String type = frame.getMethod().getType().getName();
        return type.substring(type.lastIndexOf('.') + 1) + "."
                + frame.getMethod().getName();
    }

    void report(Report report) {
        ObjectNode node = report.result().putObject("profile");
        node.put("run", "network");
        node.put("samples", samples);
        report.line("%nWhere Java spends the processor time of the run network, %,d samples:", samples);
        put(report, node.putObject("parts"), samplesByPart, Integer.MAX_VALUE);
        report.line("%nThe methods with most samples:");
        put(report, node.putObject("methods"), samplesByMethod, METHODS);
    }

    private void put(Report report, ObjectNode node, Map<String, Long> counts, int most) {
        List<Map.Entry<String, Long>> sorted = new ArrayList<>(new TreeMap<>(counts).entrySet());
        sorted.sort(Map.Entry.<String, Long>comparingByValue().reversed());
        for (Map.Entry<String, Long> entry : sorted.subList(0, Math.min(most, sorted.size()))) {
            double share = (double) entry.getValue() / samples;
            node.put(entry.getKey(), Report.rounded(share));
            report.line("  %5.1f %%  %s", 100 * share, entry.getKey());
        }
    }
}
