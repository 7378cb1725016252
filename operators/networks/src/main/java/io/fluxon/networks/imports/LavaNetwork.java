package io.fluxon.networks.imports;

import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.ModelException;
import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import io.jhdf.api.Group;
import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.file.Path;
import java.util.Map;

/**
 * Networks of lava-dl, {@code network.net}: HDF5 with one group {@code /layer/K} per layer, K from 0.
 *
 * <table>
 * <caption>What is read of a layer</caption>
 * <tr><td>type</td><td>{@code dense}</td></tr>
 * <tr><td>weight</td><td>[outputs, inputs], whole numbers</td></tr>
 * <tr><td>neuron/type</td><td>{@code CUBA} or {@code LOIHI}</td></tr>
 * <tr><td>neuron/iDecay, vDecay</td><td>decays, 1/4096</td></tr>
 * <tr><td>neuron/vThMant</td><td>a 64th of the threshold</td></tr>
 * </table>
 *
 * <p>Layers of another type and neurons with refractory or graded spikes are refused, and so are biases and axonal delays.
 * The tool's input and its reference outputs are counted in steps of 1 ms, an event's step being its time rounded half to
 * even; a step's input is 0 or 1.
 */
final class LavaNetwork {

    private static final int MAX_FILE_BYTES = 64 << 20;
    private static final long MAX_ELEMENTS = 1L << 24;

    private LavaNetwork() {}

    static Model read(Path file, ImportOptions options) throws IOException {
        try (HdfFile hdf = HdfFile.fromBytes(BoundedFiles.read(file, MAX_FILE_BYTES))) {
            return model(group(hdf, "layer"), file, options);
        } catch (ModelException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new ModelException("not a readable HDF5 file: " + e.getMessage(), e);
        } catch (StackOverflowError | OutOfMemoryError e) {
            // jHDF believes what a damaged file says of its structure; nothing of it is left once the read is over.
            throw new ModelException("not a readable HDF5 file: needs more memory than there is", e);
        }
    }

    private static Model model(Group layers, Path file, ImportOptions options) {
        LoihiLayers network = null;
        int count = layers.getChildren().size();
        for (int k = 0; k < count; k++) {
            String name = "layer" + k;
            Group layer = group(layers, Integer.toString(k));
            try {
                requireSupported(layer);
                int[] shape = dataset(layer, "weight").getDimensions();
                if (shape.length != 2) {
                    throw new ModelException("weight has " + shape.length + " dimensions, not [outputs, inputs]");
                }
                if (network == null) {
                    network = new LoihiLayers(new int[] {shape[1]});
                }
                Group neuron = group(layer, "neuron");
                network.add(
                        name,
                        numbers(layer, "weight"),
                        shape[0],
                        wholeNumber(neuron, "iDecay"),
                        wholeNumber(neuron, "vDecay"),
                        wholeNumber(neuron, "vThMant"));
            } catch (ModelException e) {
                throw new ModelException("layer " + k + ": " + e.getMessage(), e);
            }
        }
        if (network == null) {
            throw new ModelException("no layers");
        }
        return network.model(file, options, "imported from " + file.getFileName() + " (lava-dl)");
    }

    private static void requireSupported(Group layer) {
        String type = text(layer, "type");
        Group neuron = group(layer, "neuron");
        String neuronType = text(neuron, "type");
        if (!type.equals("dense") || !(neuronType.equals("CUBA") || neuronType.equals("LOIHI"))) {
            throw new ModelException(
                    "type " + type + " with neurons " + neuronType + ", need dense with CUBA or LOIHI");
        }
        for (String extra : new String[] {"bias", "delay"}) {
            if (layer.getChildren().containsKey(extra)) {
                throw new ModelException("has a " + extra + ", which is not supported");
            }
        }
        Map<String, ?> properties = neuron.getChildren();
        if (properties.containsKey("refDelay") && wholeNumber(neuron, "refDelay") != 1) {
            throw new ModelException("refDelay is " + wholeNumber(neuron, "refDelay") + ", must be 1");
        }
        if (properties.containsKey("gradedSpike")
                && !text(neuron, "gradedSpike").equalsIgnoreCase("false")) {
            throw new ModelException("its spikes are graded, which is not supported");
        }
    }

    private static Group group(Group parent, String name) {
        if (parent.getChildren().get(name) instanceof Group group) {
            return group;
        }
        throw new ModelException("no group named " + name);
    }

    private static Dataset dataset(Group parent, String name) {
        if (!(parent.getChildren().get(name) instanceof Dataset dataset)) {
            throw new ModelException("no dataset named " + name);
        }
        long elements = 1;
        for (int size : dataset.getDimensions()) {
            elements *= size;
            if (elements > MAX_ELEMENTS) {
                throw new ModelException(name + " has " + elements + " or more elements, more than " + MAX_ELEMENTS);
            }
        }
        return dataset;
    }

    /** A value of text or of an enumeration, scalar or the only one of an array. */
    private static String text(Group parent, String name) {
        Object data = dataset(parent, name).getData();
        if (data.getClass().isArray() && Array.getLength(data) == 1) {
            data = Array.get(data, 0);
        }
        if (data instanceof String text) {
            return text;
        }
        throw new ModelException(name + " is not text");
    }

    private static double[] numbers(Group parent, String name) {
        Dataset dataset = dataset(parent, name);
        Object data = dataset.isScalar() ? new Object[] {dataset.getData()} : dataset.getDataFlat();
        double[] values = new double[Array.getLength(data)];
        for (int i = 0; i < values.length; i++) {
            if (!(Array.get(data, i) instanceof Number number)) {
                throw new ModelException(name + " is not numeric");
            }
            values[i] = number.doubleValue();
        }
        return values;
    }

    private static int wholeNumber(Group parent, String name) {
        double[] values = numbers(parent, name);
        if (values.length != 1 || values[0] != (int) values[0]) {
            throw new ModelException(name + " is not one whole number");
        }
        return (int) values[0];
    }
}
