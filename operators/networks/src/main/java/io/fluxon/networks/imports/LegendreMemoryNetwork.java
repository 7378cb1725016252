package io.fluxon.networks.imports;

import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.ModelException;
import io.fluxon.networks.model.NirGraph;
import io.fluxon.networks.model.NirNode;
import io.fluxon.networks.model.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The spiking Legendre memory unit L2MU, four populations of snnTorch's {@code Leaky} neurons ({@link SnnTorchNeurons}):
 *
 * <pre>
 * u(k) = LIF(e_x x(k) + e_h h(k-1) + e_m m(k-1))        [M]
 * m(k) = LIF(for each of the M: A m(k-1) + B u(k))      [M, order]
 * h(k) = LIF(W_x x(k) + W_h h(k-1) + W_m m(k))          [H]
 * o(k) = LIF(W_o h(k) + b)                              [classes]
 * </pre>
 *
 * <p>The parameters lie in the folder, or in {@code weights_f32} in it, as {@link WeightFolder} reads them. m is one layer of
 * M * order neurons, the order running fastest, and A and B are written as matrices of that size, zero outside of their
 * blocks. Two Delay nodes of a step, h_previous and m_previous, carry what reaches the next step.
 *
 * <p>The authors' code (neuromorphic-polito/L2MU-Braille) stores A as the transpose of the memory's matrix and means to
 * transpose it again, but the memory advances with A as it is stored; the trained weights belong to that. {@link
 * ImportOptions#transposed} is for networks trained the other way. The step is 5 ms where none is given, that of the
 * authors' Braille recordings.
 */
final class LegendreMemoryNetwork {

    private static final long USUAL_STEP_MICROS = 5000;
    private static final int MAX_ELEMENTS = 1 << 24;

    private LegendreMemoryNetwork() {}

    static Model read(Path folder, ImportOptions options) throws IOException {
        Path inner = folder.resolve("weights_f32");
        WeightFolder weights = WeightFolder.read(Files.isDirectory(inner) ? inner : folder);
        long stepMicros = options.stepMicrosOr(USUAL_STEP_MICROS);
        SnnTorchNeurons neurons = new SnnTorchNeurons(weights, stepMicros * 1e-6);

        Tensor inputToMemory = matrix(weights, "e_x.weight");
        Tensor output = matrix(weights, "output_transformation.weight");
        int memories = inputToMemory.shape()[0];
        int inputs = inputToMemory.shape()[1];
        int classes = output.shape()[0];
        int hidden = output.shape()[1];
        int order = matrix(weights, "A.weight").shape()[0];
        if ((long) memories * order * memories * order > MAX_ELEMENTS) {
            throw new ModelException("A.weight: the matrix of " + memories + " memories of order " + order
                    + " has more than " + MAX_ELEMENTS + " values");
        }
        int memorised = memories * order;
        Tensor memory = weights.take("A.weight", order, order);

        Map<String, NirNode> nodes = new HashMap<>();
        nodes.put("input", new NirNode.Input(new int[] {inputs}));
        nodes.put("e_x", new NirNode.Linear(inputToMemory));
        nodes.put("e_h", new NirNode.Linear(weights.take("e_h.weight", memories, hidden)));
        nodes.put("e_m", new NirNode.Linear(weights.take("e_m.weight", memories, memorised)));
        nodes.put("u", neurons.take("spk_u", new int[] {memories}));
        nodes.put("A", new NirNode.Linear(blocks(options.transposed() ? transpose(memory) : memory, memories)));
        nodes.put("B", new NirNode.Linear(blocks(weights.take("B.weight", order, 1), memories)));
        nodes.put("m", neurons.take("spk_m", new int[] {memorised}));
        nodes.put("m_previous", new NirNode.Delay(Tensor.filled(stepMicros * 1e-6, memorised)));
        nodes.put("W_x", new NirNode.Linear(weights.take("W_x.weight", hidden, inputs)));
        nodes.put("W_h", new NirNode.Linear(weights.take("W_h.weight", hidden, hidden)));
        nodes.put("W_m", new NirNode.Linear(weights.take("W_m.weight", hidden, memorised)));
        nodes.put("h", neurons.take("spk_h", new int[] {hidden}));
        nodes.put("h_previous", new NirNode.Delay(Tensor.filled(stepMicros * 1e-6, hidden)));
        nodes.put("W_o", new NirNode.Affine(output, weights.take("output_transformation.bias", classes)));
        nodes.put("o", neurons.take("spk_output", new int[] {classes}));
        nodes.put("output", new NirNode.Output(new int[] {classes}));
        weights.requireAllTaken();

        return new Model(
                new NirGraph(nodes, edges(), Map.of()),
                options.nameOr(folder),
                options.versionOrFirst(),
                options.classesOf(classes),
                stepMicros,
                neurons.dialect(),
                "imported from manifest.json and weights (L2MU)");
    }

    private static List<NirGraph.Edge> edges() {
        String[][] paths = {
            {"input", "e_x", "u", "B", "m", "W_m", "h", "W_o", "o", "output"},
            {"input", "W_x", "h"},
            {"h", "h_previous", "e_h", "u"},
            {"h_previous", "W_h", "h"},
            {"m", "m_previous", "e_m", "u"},
            {"m_previous", "A", "m"},
        };
        List<NirGraph.Edge> edges = new ArrayList<>();
        for (String[] path : paths) {
            for (int i = 1; i < path.length; i++) {
                edges.add(new NirGraph.Edge(path[i - 1], path[i]));
            }
        }
        return edges;
    }

    private static Tensor matrix(WeightFolder weights, String name) {
        Tensor tensor = weights.take(name);
        if (tensor.rank() != 2) {
            throw new ModelException(name + " has " + tensor.rank() + " dimensions, need 2");
        }
        return tensor;
    }

    private static Tensor transpose(Tensor square) {
        int size = square.shape()[0];
        double[] values = new double[size * size];
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                values[j * size + i] = square.values()[i * size + j];
            }
        }
        return new Tensor(square.shape(), values);
    }

    /** {@code count} times the same block along the diagonal, zeros elsewhere. */
    private static Tensor blocks(Tensor block, int count) {
        int rows = block.shape()[0];
        int columns = block.shape()[1];
        int width = count * columns;
        double[] values = new double[count * rows * width];
        for (int b = 0; b < count; b++) {
            for (int row = 0; row < rows; row++) {
                System.arraycopy(
                        block.values(), row * columns, values, (b * rows + row) * width + b * columns, columns);
            }
        }
        return new Tensor(new int[] {count * rows, width}, values);
    }
}
