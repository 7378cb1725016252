package io.fluxon.networks.engine;

import io.fluxon.networks.model.NirGraph;
import io.fluxon.networks.model.NirNode;
import io.fluxon.networks.model.PulseModel;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** Untrained integer networks with all kinds of weights, biases, multipliers and shifts. */
public final class TestingPulseModels {

    private TestingPulseModels() {}

    /** Input of 64 samples, three convolutions named convolution1 to 3. */
    public static PulseModel random(SplittableRandom random) {
        int first = 1 + random.nextInt(9);
        int second = 1 + random.nextInt(9);
        int[] template = new int[64];
        for (int k = 0; k < template.length; k++) {
            template[k] = k < 16 ? 0 : random.nextInt(-2_000, 16_384);
        }
        NirGraph graph = NirGraph.chain(
                Map.entry("input", new NirNode.Input(new int[] {64})),
                Map.entry(
                        "normalization",
                        new NirNode.PulseNormalization(
                                template, 16, 29, 45, 10_000 + random.nextInt(20_000), 1024 + random.nextInt(9_000))),
                Map.entry("convolution1", convolution(random, first, 2, 5, 2, true)),
                Map.entry("convolution2", convolution(random, second, first, 4, 3, true)),
                Map.entry("convolution3", convolution(random, 2, second, 9, 1, false)),
                Map.entry("output", new NirNode.Output(new int[] {2})));
        return new PulseModel(graph, "random", "1", "pulse-v1", 4_000, 16, -2_000, "");
    }

    /** The same model with another node in the place of one. */
    static PulseModel with(PulseModel model, String name, NirNode node) {
        Map<String, NirNode> nodes = new HashMap<>(model.graph().nodes());
        nodes.put(name, node);
        boolean last = node instanceof NirNode.Output;
        if (last) {
            nodes.remove("output");
        }
        NirGraph graph = new NirGraph(
                nodes,
                model.graph().edges().stream()
                        .filter(edge -> !last || !edge.from().equals(name))
                        .toList(),
                Map.of());
        return new PulseModel(graph, "random", "1", "pulse-v1", 4_000, 16, -2_000, "");
    }

    static void drawPulse(SplittableRandom random, short[] waveforms, int start, int samples) {
        double height = 30 + random.nextDouble() * 4_000;
        for (int k = 0; k < samples; k++) {
            double t = Math.max(0, k - 15.5) / 21;
            waveforms[start + k] = (short) (200 + random.nextInt(60) + height * t * t * Math.exp(2 - 2 * t));
        }
    }

    private static NirNode.QuantizedConv1d convolution(
            SplittableRandom random, int outputs, int inputs, int kernel, int stride, boolean relu) {
        byte[] weight = new byte[outputs * inputs * kernel];
        float[] floatWeight = new float[weight.length];
        for (int i = 0; i < weight.length; i++) {
            weight[i] = (byte) random.nextInt(-127, 128);
            floatWeight[i] = weight[i] / 100f;
        }
        int[] bias = new int[outputs];
        int[] multiplier = new int[outputs];
        int[] shift = new int[outputs];
        for (int o = 0; o < outputs; o++) {
            bias[o] = random.nextInt(-10_000_000, 10_000_000);
            multiplier[o] = random.nextInt(1 << 30, Integer.MAX_VALUE);
            shift[o] = random.nextInt(3, 12);
        }
        return new NirNode.QuantizedConv1d(
                weight,
                bias,
                multiplier,
                shift,
                outputs,
                inputs,
                kernel,
                stride,
                relu,
                floatWeight,
                new float[outputs]);
    }
}
