package io.fluxon.networks.imports;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fluxon.networks.model.BoundedFiles;
import io.fluxon.networks.model.ModelException;
import io.fluxon.networks.model.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The parameters of a PyTorch module written out: {@code manifest.json} gives each one's name and shape, {@code NAME.f32}
 * its values, single precision, little-endian, row-major. Who reads them takes each one once; {@link #requireAllTaken}
 * says which were left.
 */
final class WeightFolder {

    private static final int MAX_MANIFEST_BYTES = 1 << 20;
    private static final int MAX_ELEMENTS = 1 << 24;
    private static final int MAX_DIMENSIONS = 8;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.]{1,200}");

    private final Map<String, Tensor> tensors = new LinkedHashMap<>();
    private final Set<String> left = new TreeSet<>();

    private WeightFolder() {}

    static WeightFolder read(Path folder) throws IOException {
        WeightFolder weights = new WeightFolder();
        Iterator<Map.Entry<String, JsonNode>> entries = manifest(folder.resolve("manifest.json"));
        while (entries.hasNext()) {
            Map.Entry<String, JsonNode> entry = entries.next();
            String name = entry.getKey();
            if (!NAME.matcher(name).matches()) {
                throw new ModelException(
                        "manifest.json: " + name + " is not a name of letters, digits, points and underscores");
            }
            weights.tensors.put(name, tensor(folder.resolve(name + ".f32"), shape(name, entry.getValue())));
        }
        weights.left.addAll(weights.tensors.keySet());
        return weights;
    }

    /** What the names begin with up to their last point, in the order of the manifest: the names of the layers. */
    List<String> modules() {
        return tensors.keySet().stream()
                .map(name -> name.contains(".") ? name.substring(0, name.lastIndexOf('.')) : name)
                .distinct()
                .toList();
    }

    boolean has(String name) {
        return tensors.containsKey(name);
    }

    /** The shape of a tensor that there is. */
    int[] shape(String name) {
        return tensors.get(name).shape();
    }

    Tensor take(String name) {
        Tensor tensor = tensors.get(name);
        if (tensor == null) {
            throw new ModelException("manifest.json: nothing named " + name);
        }
        left.remove(name);
        return tensor;
    }

    /** A tensor that must have the given shape. */
    Tensor take(String name, int... shape) {
        Tensor tensor = take(name);
        if (!Arrays.equals(tensor.shape(), shape)) {
            throw new ModelException(
                    name + " has the shape " + Arrays.toString(tensor.shape()) + ", need " + Arrays.toString(shape));
        }
        return tensor;
    }

    void requireAllTaken() {
        if (!left.isEmpty()) {
            throw new ModelException("no layer takes " + String.join(", ", left));
        }
    }

    private static Iterator<Map.Entry<String, JsonNode>> manifest(Path file) throws IOException {
        byte[] bytes = BoundedFiles.read(file, MAX_MANIFEST_BYTES);
        try {
            JsonNode root = JsonMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build()
                    .readTree(bytes);
            if (!root.isObject() || root.isEmpty()) {
                throw new ModelException("manifest.json: not an object of names and shapes");
            }
            return root.properties().iterator();
        } catch (JsonProcessingException e) {
            throw new ModelException("manifest.json: not readable JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static int[] shape(String name, JsonNode value) {
        if (!value.isArray() || value.size() > MAX_DIMENSIONS) {
            throw new ModelException("manifest.json: " + name + " has no shape of at most 8 dimensions");
        }
        int[] shape = new int[value.size()];
        long elements = 1;
        for (int i = 0; i < shape.length; i++) {
            if (!value.get(i).isIntegralNumber()
                    || !value.get(i).canConvertToInt()
                    || value.get(i).intValue() < 1) {
                throw new ModelException("manifest.json: " + name + " has a dimension of " + value.get(i)
                        + ", must be a whole number of at least 1");
            }
            shape[i] = value.get(i).intValue();
            elements *= shape[i];
            if (elements > MAX_ELEMENTS) {
                throw new ModelException("manifest.json: " + name + " has more than " + MAX_ELEMENTS + " values");
            }
        }
        return shape;
    }

    private static Tensor tensor(Path file, int[] shape) throws IOException {
        int elements = (int) Tensor.size(shape);
        byte[] bytes = BoundedFiles.read(file, elements * Float.BYTES);
        if (bytes.length != elements * Float.BYTES) {
            throw new ModelException(file.getFileName() + ": " + bytes.length + " bytes, need " + elements * Float.BYTES
                    + " for " + Arrays.toString(shape));
        }
        FloatBuffer floats =
                ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        double[] values = new double[elements];
        for (int i = 0; i < elements; i++) {
            values[i] = floats.get(i);
            if (!Double.isFinite(values[i])) {
                throw new ModelException(file.getFileName() + ": value " + i + " is " + values[i]);
            }
        }
        return new Tensor(shape, values);
    }
}
