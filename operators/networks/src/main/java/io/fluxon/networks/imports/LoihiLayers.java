package io.fluxon.networks.imports;

import io.fluxon.networks.model.Dialect;
import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.ModelException;
import io.fluxon.networks.model.NirGraph;
import io.fluxon.networks.model.NirNode;
import io.fluxon.networks.model.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A network of dense layers of Loihi's current-based neurons, built layer by layer: Input -&gt; [Flatten] -&gt; (Linear
 * -&gt; LoihiCubaLIF)* -&gt; Output. The chip multiplies weights and thresholds by 64, and its spikes arrive a step later.
 */
final class LoihiLayers {

    private static final int CHIP_FACTOR = 64;
    private static final long USUAL_STEP_MICROS = 1000;

    private final Map<String, NirNode> nodes = new HashMap<>();
    private final List<NirGraph.Edge> edges = new ArrayList<>();
    private String last = "input";
    private int width;

    LoihiLayers(int[] inputShape) {
        nodes.put(last, new NirNode.Input(inputShape));
        width = Math.toIntExact(Tensor.size(inputShape));
        if (inputShape.length > 1) {
            append("flatten", new NirNode.Flatten(inputShape, 0, -1));
        }
    }

    int width() {
        return width;
    }

    /**
     * @param weight row-major [outputs, inputs], whole numbers of the chip's 9 bits, -256 to 255
     * @param thresholdMantissa a 64th of the threshold
     */
    void add(String name, double[] weight, int outputs, int currentDecay, int voltageDecay, int thresholdMantissa) {
        if (weight.length != (long) outputs * width) {
            throw new ModelException(weight.length + " weights do not fill " + outputs + " x " + width + " synapses");
        }
        if (thresholdMantissa < 1 || thresholdMantissa > 1 << 17) {
            throw new ModelException("vThMant is " + thresholdMantissa + ", must be 1 to " + (1 << 17));
        }
        double[] scaled = new double[weight.length];
        for (int i = 0; i < scaled.length; i++) {
            if (!(weight[i] >= -256 && weight[i] <= 255) || weight[i] != Math.rint(weight[i])) {
                throw new ModelException("weight [" + i / width + ", " + i % width + "] is " + weight[i]
                        + ", must be a whole number from -256 to 255");
            }
            // Adding 0 makes 0 of -0, which the weights' text has.
            scaled[i] = weight[i] * CHIP_FACTOR + 0.0;
        }
        append(name + ".weight", new NirNode.Linear(new Tensor(new int[] {outputs, width}, scaled)));
        append(
                name,
                new NirNode.LoihiCubaLif(
                        new int[] {outputs}, currentDecay, voltageDecay, thresholdMantissa * CHIP_FACTOR));
        width = outputs;
    }

    Model model(Path place, ImportOptions options, long usualStepMicros, String provenance) {
        append("output", new NirNode.Output(new int[] {width}));
        long stepMicros = options.stepMicrosOr(usualStepMicros);
        return new Model(
                new NirGraph(nodes, edges, Map.of()),
                options.nameOr(place),
                options.versionOrFirst(),
                options.classesOf(width),
                stepMicros,
                Dialect.Preset.LAVA.dialect(stepMicros * 1e-6),
                provenance);
    }

    Model model(Path place, ImportOptions options, String provenance) {
        return model(place, options, USUAL_STEP_MICROS, provenance);
    }

    private void append(String name, NirNode node) {
        nodes.put(name, node);
        edges.add(new NirGraph.Edge(last, name));
        last = name;
    }
}
