package io.fluxon.training.pulses;

import io.fluxon.connectors.simulation.PulseFrontEnd;
import io.fluxon.networks.model.ModelException;
import io.fluxon.networks.model.NirGraph;
import io.fluxon.networks.model.NirNode;
import io.fluxon.networks.model.PulseModel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns a trained {@link PulseCnn} into the integers of {@link io.fluxon.networks.engine.QuantizedPulseNetwork}, A real value is
 * scale x integer:
 *
 * <pre>
 * weights      scale of output o = max |w[o]| / 127
 * activations  scale of a layer  = {@value #HEADROOM} x largest activation over the calibration pulses / 32767
 * sums         scale             = scale of the input x scale of the weights; biases are rounded to it
 * </pre>
 *
 * The answers' scales are fixed by the definition: 2<sup>-12</sup> of a sample and of the coarse height.
 */
final class PulseQuantization {

    private static final double HEADROOM = 1.5;
    private static final int CALIBRATION_BATCHES = 200;
    private static final long CALIBRATION_SEED = 0x5ca1e;

    private PulseQuantization() {}

    /**
     * @param trained the float network, kept in the model to compare with
     * @param network the same after fine tuning on rounded weights, which is rounded
     */
    static PulseModel quantize(
            PulseCnn trained, PulseCnn network, double ideal, String name, String version, String provenance) {
        double[] largest = largestActivations(network, ideal);
        Map<String, NirNode> nodes = new HashMap<>();
        List<NirGraph.Edge> edges = new ArrayList<>();
        nodes.put("input", new NirNode.Input(new int[] {PulseFrontEnd.SAMPLES}));
        nodes.put("normalization", PulseExamples.NORMALIZATION);
        edges.add(new NirGraph.Edge("input", "normalization"));
        String last = "normalization";
        double inputScale = PulseCnn.INPUT_SCALE;
        for (int l = 0; l < network.layers().length; l++) {
            boolean answers = l == network.layers().length - 1;
            double activationScale = HEADROOM * largest[l] / Short.MAX_VALUE;
            double[] outputScales = answers
                    ? new double[] {1 / (PulseCnn.TIME_SCALE * (1 << 12)), 1 / (PulseCnn.HEIGHT_SCALE * (1 << 12))}
                    : null;
            String node = "convolution" + (l + 1);
            nodes.put(node, convolution(trained, network, l, inputScale, activationScale, outputScales));
            edges.add(new NirGraph.Edge(last, node));
            last = node;
            inputScale = activationScale;
        }
        nodes.put("output", new NirNode.Output(new int[] {2}));
        edges.add(new NirGraph.Edge(last, "output"));
        int period = PulseFrontEnd.SAMPLE_PERIOD_PICOSECONDS;
        return new PulseModel(
                new NirGraph(nodes, edges, Map.of()),
                name,
                version,
                PulseFrontEnd.NAME,
                period,
                PulseFrontEnd.TRIGGER_SAMPLE,
                (int) Math.round((PulseExamples.REFERENCE_SAMPLES - PulseFrontEnd.TRIGGER_SAMPLE) * period),
                provenance);
    }

    /** The float network that a model was rounded from. */
    static PulseCnn floatTwin(PulseModel model) {
        List<NirNode.QuantizedConv1d> convolutions = new ArrayList<>();
        for (int l = 1; model.graph().nodes().get("convolution" + l) instanceof NirNode.QuantizedConv1d node; l++) {
            convolutions.add(node);
        }
        if (convolutions.isEmpty()) {
            throw new ModelException("no node named convolution1");
        }
        PulseCnn network = PulseCnn.of(
                PulseFrontEnd.SAMPLES,
                2,
                convolutions.stream()
                        .map(node -> new int[] {node.outputs(), node.kernel(), node.stride()})
                        .toArray(int[][]::new),
                0);
        for (int l = 0; l < convolutions.size(); l++) {
            NirNode.QuantizedConv1d node = convolutions.get(l);
            PulseCnn.Layer layer = network.layers()[l];
            for (int o = 0; o < node.outputs(); o++) {
                for (int i = 0; i < node.inputs(); i++) {
                    for (int k = 0; k < node.kernel(); k++) {
                        network.parameters()[layer.weightAt() + o * layer.taps() + k * node.inputs() + i] =
                                node.floatWeight()[(o * node.inputs() + i) * node.kernel() + k];
                    }
                }
                network.parameters()[layer.biasAt() + o] = node.floatBias()[o];
            }
        }
        return network;
    }

    private static double[] largestActivations(PulseCnn network, double ideal) {
        PulseExamples examples = new PulseExamples(CALIBRATION_SEED, ideal, 1);
        PulseCnn.Scratch scratch = network.new Scratch();
        double[] largest = new double[network.layers().length];
        for (int batch = 0; batch < CALIBRATION_BATCHES; batch++) {
            examples.next(scratch.input());
            network.forward(scratch);
            for (int l = 0; l < largest.length; l++) {
                for (float[] row : scratch.activations[l + 1]) {
                    for (float value : row) {
                        largest[l] = Math.max(largest[l], Math.abs(value));
                    }
                }
            }
        }
        return largest;
    }

    /** Writes the parameters with rounded weights, as real values; the biases stay. */
    static void roundWeights(PulseCnn network, float[] rounded) {
        float[] parameters = network.parameters();
        System.arraycopy(parameters, 0, rounded, 0, parameters.length);
        for (PulseCnn.Layer layer : network.layers()) {
            for (int o = 0; o < layer.outputs(); o++) {
                int row = layer.weightAt() + o * layer.taps();
                double scale = weightScale(parameters, row, layer.taps());
                for (int i = row; i < row + layer.taps(); i++) {
                    rounded[i] = (float) (Math.round(parameters[i] / scale) * scale);
                }
            }
        }
    }

    /** Scale of the weights of one output, at least 1e-6. */
    private static double weightScale(float[] parameters, int row, int taps) {
        float largest = 1e-6f * Byte.MAX_VALUE;
        for (int i = row; i < row + taps; i++) {
            largest = Math.max(largest, Math.abs(parameters[i]));
        }
        return (double) largest / Byte.MAX_VALUE;
    }

    /** @param outputScales scale per output; null for {@code activationScale} and ReLU */
    private static NirNode.QuantizedConv1d convolution(
            PulseCnn trained,
            PulseCnn network,
            int l,
            double inputScale,
            double activationScale,
            double[] outputScales) {
        PulseCnn.Layer layer = network.layers()[l];
        float[] parameters = network.parameters();
        int outputs = layer.outputs();
        int inputs = layer.inputs();
        int kernel = layer.kernel();
        byte[] weight = new byte[outputs * inputs * kernel];
        float[] floatWeight = new float[weight.length];
        float[] floatBias = new float[outputs];
        int[] bias = new int[outputs];
        int[] multiplier = new int[outputs];
        int[] shift = new int[outputs];
        for (int o = 0; o < outputs; o++) {
            int row = layer.weightAt() + o * layer.taps();
            double weightScale = weightScale(parameters, row, layer.taps());
            for (int i = 0; i < inputs; i++) {
                for (int k = 0; k < kernel; k++) {
                    int at = (o * inputs + i) * kernel + k;
                    int from = row + k * inputs + i;
                    weight[at] = (byte) Math.round(parameters[from] / weightScale);
                    floatWeight[at] = trained.parameters()[from];
                }
            }
            floatBias[o] = trained.parameters()[layer.biasAt() + o];
            bias[o] = (int) Math.round(parameters[layer.biasAt() + o] / (inputScale * weightScale));
            double factor = inputScale * weightScale / (outputScales == null ? activationScale : outputScales[o]);
            int exponent = Math.getExponent(factor) + 1;
            long mantissa = Math.round(Math.scalb(factor, 31 - exponent));
            if (mantissa == 1L << 31) {
                mantissa >>= 1;
                exponent++;
            }
            multiplier[o] = (int) mantissa;
            shift[o] = -exponent;
        }
        return new NirNode.QuantizedConv1d(
                weight,
                bias,
                multiplier,
                shift,
                outputs,
                inputs,
                kernel,
                layer.stride(),
                outputScales == null,
                floatWeight,
                floatBias);
    }
}
