package io.fluxon.networks.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A network ready to run: a NIR graph and what NIR leaves open, kept in the graph's metadata.
 *
 * <table>
 * <caption>Metadata keys</caption>
 * <tr><td>name, version</td><td>identify the model in every decision</td></tr>
 * <tr><td>classes</td><td>class names in the order of the outputs, joined by commas</td></tr>
 * <tr><td>step_us</td><td>length of sensor time that one step covers, microseconds</td></tr>
 * <tr><td>dt</td><td>length of a step in the neurons' equations, seconds; step_us where it is missing</td></tr>
 * <tr><td>preset, integrator, reset, reset_time, spike_test, spikes_per_step, current, transmission_steps</td>
 * <td>{@link Dialect}</td></tr>
 * <tr><td>provenance</td><td>command and data that made the model; for people</td></tr>
 * </table>
 *
 * <p>Input binding of a camera: Input shape [2, height, width], index = polarity (ON = 1) * height * width + y * width +
 * x, or [1, height, width] and [height, width] without the polarity; the input of a step is the number of events per index.
 */
public record Model(
        NirGraph graph,
        String name,
        String version,
        List<String> classes,
        long stepMicros,
        Dialect dialect,
        String provenance) {

    public Model {
        classes = List.copyOf(classes);
        if (name.isBlank() || version.isBlank()) {
            throw new ModelException("metadata: name and version must not be blank");
        }
        if (stepMicros < 1) {
            throw new ModelException("metadata: step_us is " + stepMicros + ", must be at least 1");
        }
        if (classes.isEmpty() || classes.stream().anyMatch(c -> c.isBlank() || c.contains(","))) {
            throw new ModelException("metadata: classes must be names without commas");
        }
    }

    /** A model of this project's own dialect, whose equations run in the sensor's time. */
    public Model(
            NirGraph graph, String name, String version, List<String> classes, long stepMicros, String provenance) {
        this(graph, name, version, classes, stepMicros, Dialect.Preset.FLUXON.dialect(stepMicros * 1e-6), provenance);
    }

    public static Model read(Path file) throws IOException {
        return of(NirFile.read(file), file.toString());
    }

    /** Reads a model from a stream; {@code origin} names the stream in errors. */
    public static Model read(InputStream in, String origin) throws IOException {
        return of(NirFile.read(in, origin), origin);
    }

    /** What the metadata of a graph says; {@code origin} names the graph in errors. */
    public static Model of(NirGraph graph, String origin) {
        try {
            Map<String, String> metadata = graph.metadata();
            long stepMicros = Metadata.wholeNumber(metadata, "step_us", 1, Long.MAX_VALUE);
            double stepSeconds = metadata.containsKey("dt") ? Metadata.number(metadata, "dt") : stepMicros * 1e-6;
            return new Model(
                    graph,
                    Metadata.required(metadata, "name"),
                    Metadata.required(metadata, "version"),
                    List.of(Metadata.required(metadata, "classes").split(",")),
                    stepMicros,
                    Dialect.of(metadata, stepSeconds),
                    metadata.getOrDefault("provenance", ""));
        } catch (ModelException e) {
            throw new ModelException(origin + ": " + e.getMessage(), e);
        }
    }

    /** Writes the model file; a reader of {@code file} sees the old one or the whole new one. */
    public void write(Path file) throws IOException {
        Map<String, String> metadata = new LinkedHashMap<>(graph.metadata());
        metadata.put("name", name);
        metadata.put("version", version);
        metadata.put("classes", String.join(",", classes));
        metadata.put("step_us", Long.toString(stepMicros));
        metadata.put("dt", Double.toString(dialect.stepSeconds()));
        dialect.writeTo(metadata);
        metadata.put("provenance", provenance);
        NirFile.writeWhole(graph.withMetadata(metadata), file);
    }
}
