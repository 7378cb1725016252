package io.fluxon.networks.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A network that measures time and energy of a pulse, ready to run: a NIR graph and what it leaves open, kept in the
 * graph's metadata.
 *
 * <table>
 * <caption>Metadata keys</caption>
 * <tr><td>name, version</td><td>identify the model</td></tr>
 * <tr><td>front_end</td><td>front end whose pulses it was trained on</td></tr>
 * <tr><td>sample_period_ps</td><td>time between two samples, picoseconds</td></tr>
 * <tr><td>trigger_sample</td><td>sample from which the time counts</td></tr>
 * <tr><td>reference_ps</td><td>start of the mean pulse, picoseconds from the trigger sample</td></tr>
 * <tr><td>provenance</td><td>command that made the model; for people</td></tr>
 * </table>
 */
public record PulseModel(
        NirGraph graph,
        String name,
        String version,
        String frontEnd,
        int samplePeriodPicoseconds,
        int triggerSample,
        int referencePicoseconds,
        String provenance) {

    public PulseModel {
        if (name.isBlank() || version.isBlank() || frontEnd.isBlank()) {
            throw new ModelException("metadata: name, version and front_end must not be blank");
        }
        if (samplePeriodPicoseconds < 1 || samplePeriodPicoseconds > 1_000_000) {
            throw new ModelException(
                    "metadata: sample_period_ps is " + samplePeriodPicoseconds + ", must be 1 to 1000000");
        }
        if (triggerSample < 0 || triggerSample > 1024) {
            throw new ModelException("metadata: trigger_sample is " + triggerSample + ", must be 0 to 1024");
        }
        if (Math.abs((long) referencePicoseconds) > 1_000_000_000) {
            throw new ModelException("metadata: reference_ps is " + referencePicoseconds + ", beyond 1 ms");
        }
    }

    public static PulseModel read(Path file) throws IOException {
        return ModelFile.of(file).openPulses();
    }

    /** Reads a model from a stream; {@code origin} names the stream in errors. */
    public static PulseModel read(InputStream in, String origin) throws IOException {
        NirGraph graph = NirFile.read(in, origin);
        try {
            return new PulseModel(
                    graph,
                    Metadata.required(graph.metadata(), "name"),
                    Metadata.required(graph.metadata(), "version"),
                    Metadata.required(graph.metadata(), "front_end"),
                    wholeNumber(graph, "sample_period_ps"),
                    wholeNumber(graph, "trigger_sample"),
                    wholeNumber(graph, "reference_ps"),
                    graph.metadata().getOrDefault("provenance", ""));
        } catch (ModelException e) {
            throw new ModelException(origin + ": " + e.getMessage(), e);
        }
    }

    private static int wholeNumber(NirGraph graph, String key) {
        return (int) Metadata.wholeNumber(graph.metadata(), key, Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    /** Writes the model file; a reader of {@code file} sees the old one or the whole new one. */
    public void write(Path file) throws IOException {
        Map<String, String> metadata = new LinkedHashMap<>(graph.metadata());
        metadata.put("name", name);
        metadata.put("version", version);
        metadata.put("front_end", frontEnd);
        metadata.put("sample_period_ps", Integer.toString(samplePeriodPicoseconds));
        metadata.put("trigger_sample", Integer.toString(triggerSample));
        metadata.put("reference_ps", Integer.toString(referencePicoseconds));
        metadata.put("provenance", provenance);
        NirFile.writeWhole(new NirGraph(graph.nodes(), graph.edges(), metadata), file);
    }
}
