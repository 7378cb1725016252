package io.fluxon.networks.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A classifier ready to run: a NIR graph and what NIR leaves open, kept in the graph's metadata.
 *
 * <table>
 * <caption>Metadata keys</caption>
 * <tr><td>name, version</td><td>identify the model in every decision</td></tr>
 * <tr><td>classes</td><td>class names in the order of the outputs, joined by commas</td></tr>
 * <tr><td>step_us</td><td>length of a time step in microseconds</td></tr>
 * <tr><td>integrator</td><td>{@code exponential}: v decays by exp(-step/tau) per step</td></tr>
 * <tr><td>provenance</td><td>command and data that made the model; for people</td></tr>
 * </table>
 *
 * <p>Input binding of a camera: Input shape [2, height, width], index = polarity (ON = 1) * height * width + y * width +
 * x; the input of a step is the number of events per index.
 */
public record Model(
        NirGraph graph, String name, String version, List<String> classes, long stepMicros, String provenance) {

    private static final String INTEGRATOR = "exponential";

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

    public static Model read(Path file) throws IOException {
        return of(NirFile.read(file), file.toString());
    }

    /** Reads a model from a stream; {@code origin} names the stream in errors. */
    public static Model read(InputStream in, String origin) throws IOException {
        return of(NirFile.read(in, origin), origin);
    }

    /** Writes the model file; a reader of {@code file} sees the old one or the whole new one. */
    public void write(Path file) throws IOException {
        Map<String, String> metadata = new LinkedHashMap<>(graph.metadata());
        metadata.put("name", name);
        metadata.put("version", version);
        metadata.put("classes", String.join(",", classes));
        metadata.put("step_us", Long.toString(stepMicros));
        metadata.put("integrator", INTEGRATOR);
        metadata.put("provenance", provenance);
        NirFile.writeWhole(new NirGraph(graph.nodes(), graph.edges(), metadata), file);
    }

    private static Model of(NirGraph graph, String origin) {
        try {
            if (!INTEGRATOR.equals(graph.requiredMetadata("integrator"))) {
                throw new ModelException(
                        "metadata: integrator is " + graph.metadata().get("integrator") + ", must be " + INTEGRATOR);
            }
            return new Model(
                    graph,
                    graph.requiredMetadata("name"),
                    graph.requiredMetadata("version"),
                    List.of(graph.requiredMetadata("classes").split(",")),
                    Long.parseLong(graph.requiredMetadata("step_us")),
                    graph.metadata().getOrDefault("provenance", ""));
        } catch (NumberFormatException e) {
            throw new ModelException(origin + ": metadata: step_us is not a whole number", e);
        } catch (ModelException e) {
            throw new ModelException(origin + ": " + e.getMessage(), e);
        }
    }
}
