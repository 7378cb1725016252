package io.fluxon.networks.imports;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fluxon.networks.model.BoundedFiles;
import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.ModelException;
import io.fluxon.networks.model.Tensor;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * Networks of slayerPytorch for Loihi: a folder with {@code network.yaml} and one file {@code NAMEk.txt.gz} per dense layer,
 * k from 1, that holds its weights, whole numbers, one per line, row-major [outputs][inputs].
 *
 * <p>Of network.yaml: {@code simulation.Ts} is the step in milliseconds, {@code neuron} has type LOIHI, vThMant (a 64th of
 * the threshold), iDecay and vDecay (1/4096), refDelay 1 and wgtExp 0. The number of inputs is not in the files: it is that
 * of the input shape given, for a camera [polarities, height, width] (ON = 1); the number of a layer's outputs follows from
 * its number of weights.
 *
 * <p>The tool's own input is 0 or 1 per pixel and step, and the step of an event is its time in steps, rounded half to even.
 */
final class SlayerNetwork {

    private static final int MAX_TEXT_BYTES = 64 << 20;
    private static final int MAX_WEIGHTS = 1 << 24;
    private static final int MAX_DESCRIPTION_BYTES = 1 << 20;
    private static final Pattern WEIGHTS = Pattern.compile("(.*?)([0-9]{1,4})\\.txt\\.gz");

    private SlayerNetwork() {}

    static Model read(Path folder, ImportOptions options) throws IOException {
        JsonNode description = description(folder.resolve("network.yaml"));
        JsonNode neuron = description.path("neuron");
        if (!neuron.path("type").asText().equals("LOIHI")) {
            throw new ModelException("network.yaml: neuron.type is " + neuron.path("type") + ", must be LOIHI");
        }
        requireValue(neuron, "refDelay", 1);
        requireValue(neuron, "wgtExp", 0);
        if (options.inputShape().length == 0) {
            throw new ModelException("the files do not say the shape of the input; give it, e.g. 2,34,34");
        }
        if (Tensor.size(options.inputShape()) > MAX_WEIGHTS) {
            throw new ModelException("the input has more than " + MAX_WEIGHTS + " values");
        }
        LoihiLayers network = new LoihiLayers(options.inputShape());
        for (Path file : weightFiles(folder).values()) {
            try {
                add(network, file, neuron);
            } catch (ModelException e) {
                throw new ModelException(file.getFileName() + ": " + e.getMessage(), e);
            }
        }
        return network.model(
                folder, options, stepMicros(description), "imported from network.yaml and weights (slayerPytorch)");
    }

    private static void add(LoihiLayers network, Path file, JsonNode neuron) throws IOException {
        double[] weight = weights(file);
        if (weight.length == 0 || weight.length % network.width() != 0) {
            throw new ModelException(
                    weight.length + " weights, not a multiple of the layer's " + network.width() + " inputs");
        }
        String name = file.getFileName().toString();
        network.add(
                name.substring(0, name.indexOf('.')),
                weight,
                weight.length / network.width(),
                wholeNumber(neuron, "iDecay"),
                wholeNumber(neuron, "vDecay"),
                wholeNumber(neuron, "vThMant"));
    }

    private static JsonNode description(Path file) throws IOException {
        byte[] bytes = BoundedFiles.read(file, MAX_DESCRIPTION_BYTES);
        try {
            return new YAMLMapper().readTree(bytes);
        } catch (JsonProcessingException e) {
            throw new ModelException("network.yaml: not readable YAML: " + e.getOriginalMessage(), e);
        }
    }

    private static long stepMicros(JsonNode description) {
        double micros = description.path("simulation").path("Ts").asDouble() * 1000;
        if (!(micros >= 1 && micros <= 1e12) || micros != Math.rint(micros)) {
            throw new ModelException("network.yaml: simulation.Ts is "
                    + description.path("simulation").path("Ts")
                    + ", must be milliseconds and a whole number of microseconds");
        }
        return (long) micros;
    }

    private static int wholeNumber(JsonNode neuron, String key) {
        if (!neuron.path(key).canConvertToInt() || !neuron.path(key).isIntegralNumber()) {
            throw new ModelException(
                    "network.yaml: neuron." + key + " is " + neuron.path(key) + ", not a whole number");
        }
        return neuron.path(key).intValue();
    }

    private static void requireValue(JsonNode neuron, String key, int value) {
        if (wholeNumber(neuron, key) != value) {
            throw new ModelException("network.yaml: neuron." + key + " is " + neuron.path(key) + ", must be " + value);
        }
    }

    private static Map<Integer, Path> weightFiles(Path folder) throws IOException {
        Map<Integer, Path> files = new TreeMap<>();
        try (Stream<Path> all = Files.list(folder)) {
            for (Path file : all.sorted().toList()) {
                Matcher matcher = WEIGHTS.matcher(file.getFileName().toString());
                if (matcher.matches()) {
                    Path other = files.put(Integer.parseInt(matcher.group(2)), file);
                    if (other != null) {
                        throw new ModelException(
                                other.getFileName() + " and " + file.getFileName() + " are weights of one layer");
                    }
                }
            }
        }
        for (int layer = 1; layer <= Math.max(1, files.size()); layer++) {
            if (!files.containsKey(layer)) {
                throw new ModelException("no weights of layer " + layer + ", a file NAME" + layer + ".txt.gz");
            }
        }
        return files;
    }

    private static double[] weights(Path file) throws IOException {
        byte[] text;
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            text = BoundedFiles.read(in, MAX_TEXT_BYTES);
        } catch (IOException e) {
            throw new ModelException("not readable gzip: " + e.getMessage(), e);
        }
        int lines = text.length > 0 && text[text.length - 1] != '\n' ? 1 : 0;
        for (byte character : text) {
            lines += character == '\n' ? 1 : 0;
        }
        if (lines > MAX_WEIGHTS) {
            throw new ModelException("more than " + MAX_WEIGHTS + " weights");
        }
        double[] weights = new double[lines];
        BufferedReader reader =
                new BufferedReader(new InputStreamReader(new ByteArrayInputStream(text), StandardCharsets.ISO_8859_1));
        for (int i = 0; i < lines; i++) {
            String line = reader.readLine();
            try {
                weights[i] = Integer.parseInt(line.strip());
            } catch (NumberFormatException e) {
                String shown = line.length() > 20 ? line.substring(0, 20) + "..." : line;
                throw new ModelException("line " + (i + 1) + " is " + shown + ", not a whole number", e);
            }
        }
        if (reader.read() >= 0) {
            throw new ModelException("its lines do not all end with a line feed");
        }
        return weights;
    }
}
