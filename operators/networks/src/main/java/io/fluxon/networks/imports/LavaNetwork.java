package io.fluxon.networks.imports;

import io.fluxon.networks.model.BoundedFiles;
import io.fluxon.networks.model.HdfGroup;
import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.ModelException;
import io.fluxon.networks.model.Tensor;
import java.io.IOException;
import java.nio.file.Path;

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

    private LavaNetwork() {}

    static Model read(Path file, ImportOptions options) throws IOException {
        byte[] bytes = BoundedFiles.read(file, HdfGroup.MAX_FILE_BYTES);
        return HdfGroup.read(bytes, root -> model(root.group("layer"), file, options));
    }

    private static Model model(HdfGroup layers, Path file, ImportOptions options) {
        LoihiLayers network = null;
        int count = layers.names().size();
        for (int k = 0; k < count; k++) {
            String name = "layer" + k;
            HdfGroup layer = layers.group(Integer.toString(k));
            try {
                requireSupported(layer);
                Tensor weight = layer.tensor("weight");
                if (weight.rank() != 2) {
                    throw new ModelException("weight has " + weight.rank() + " dimensions, not [outputs, inputs]");
                }
                if (network == null) {
                    network = new LoihiLayers(new int[] {weight.shape()[1]});
                }
                HdfGroup neuron = layer.group("neuron");
                network.add(
                        name,
                        weight.values(),
                        weight.shape()[0],
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

    private static void requireSupported(HdfGroup layer) {
        String type = text(layer, "type");
        HdfGroup neuron = layer.group("neuron");
        String neuronType = text(neuron, "type");
        if (!type.equals("dense") || !(neuronType.equals("CUBA") || neuronType.equals("LOIHI"))) {
            throw new ModelException(
                    "type " + type + " with neurons " + neuronType + ", need dense with CUBA or LOIHI");
        }
        for (String extra : new String[] {"bias", "delay"}) {
            if (layer.has(extra)) {
                throw new ModelException("has a " + extra + ", which is not supported");
            }
        }
        if (neuron.has("refDelay") && wholeNumber(neuron, "refDelay") != 1) {
            throw new ModelException("refDelay is " + wholeNumber(neuron, "refDelay") + ", must be 1");
        }
        if (neuron.has("gradedSpike") && !text(neuron, "gradedSpike").equalsIgnoreCase("false")) {
            throw new ModelException("gradedSpike is " + text(neuron, "gradedSpike") + ", must be false");
        }
    }

    private static String text(HdfGroup group, String name) {
        return group.text(name).orElseThrow(() -> new ModelException(name + " is not one value of text"));
    }

    private static int wholeNumber(HdfGroup group, String name) {
        double[] values = group.tensor(name).values();
        if (values.length != 1 || values[0] != (int) values[0]) {
            throw new ModelException(name + " is not one whole number");
        }
        return (int) values[0];
    }
}
