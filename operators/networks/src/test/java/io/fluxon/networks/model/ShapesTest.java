package io.fluxon.networks.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxon.networks.model.NirGraph.Edge;
import io.fluxon.networks.model.NirNode.Padding;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ShapesTest {

    @Test
    void aConvolutionHasAPositionForEveryWindowThatFits() {
        Random random = new Random(3);
        int compared = 0;
        while (compared < 2000) {
            int[] in = {1 + random.nextInt(12), 1 + random.nextInt(12)};
            int[] kernel = {1 + random.nextInt(4), 1 + random.nextInt(4)};
            int[] stride = {1 + random.nextInt(3), 1 + random.nextInt(3)};
            int[] dilation = {1 + random.nextInt(3), 1 + random.nextInt(3)};
            int[] padding = {random.nextInt(3), random.nextInt(3)};
            int[] expected = {5, 0, 0};
            for (int i = 0; i < 2; i++) {
                expected[i + 1] = countWindows(in[i], kernel[i], stride[i], dilation[i], padding[i]);
            }
            if (expected[1] == 0 || expected[2] == 0) {
                continue;
            }
            NirNode convolution = new NirNode.Conv2d(
                    in,
                    Tensor.filled(1, 5, 2, kernel[0], kernel[1]),
                    stride,
                    Padding.of(padding),
                    dilation,
                    1,
                    Tensor.filled(0, 5));
            assertThat(behind(convolution, 2, in[0], in[1])).containsExactly(expected);
            compared++;
        }
    }

    /** Windows one after the other, until one ends behind the border. */
    private static int countWindows(int in, int kernel, int stride, int dilation, int padding) {
        int count = 0;
        for (int first = -padding; first + dilation * (kernel - 1) < in + padding; first += stride) {
            count++;
        }
        return count;
    }

    @Test
    void convolutionsOfOneDimension() {
        assertThat(behind(conv1d(-1, 6, 3, 2, 2, Padding.of(4), 1, 1), 3, 1)).containsExactly(6, 4);
        assertThat(behind(conv1d(9, 6, 1, 4, 1, new Padding(Padding.Mode.VALID), 1, 3), 3, 9))
                .containsExactly(6, 6);
        assertThat(behind(conv1d(-1, 6, 3, 4, 1, new Padding(Padding.Mode.SAME), 2, 1), 3, 9))
                .containsExactly(6, 9);
        assertThat(behind(conv1d(-1, 6, 1, 4, 1, Padding.of(0), 1, 1), 9)).containsExactly(6, 6);
        assertThat(behind(new NirNode.MaxPool1d(2, 2), 200, 9)).containsExactly(200, 4);
    }

    @Test
    void poolsKeepTheChannels() {
        assertThat(behind(new NirNode.SumPool2d(pair(2, 3), pair(2, 2), pair(0, 1)), 8, 9, 7))
                .containsExactly(8, 4, 4);
        assertThat(behind(new NirNode.AvgPool2d(pair(2, 2), pair(1, 2), pair(0, 0)), 8, 9, 7))
                .containsExactly(8, 8, 3);
    }

    @Test
    void flattenCountsNegativeDimensionsFromTheEnd() {
        assertThat(behind(new NirNode.Flatten(new int[] {2, 3, 4}, 0, -1), 2, 3, 4))
                .containsExactly(24);
        assertThat(behind(new NirNode.Flatten(new int[] {2, 3, 4}, -2, 2), 2, 3, 4))
                .containsExactly(2, 12);
        assertThat(behind(new NirNode.Flatten(new int[] {2, 3, 4, 5}, 1, 2), 2, 3, 4, 5))
                .containsExactly(2, 12, 5);
    }

    @Test
    void aWeightWithLeadingDimensionsIsAMatrixForEachPlace() {
        assertThat(behind(new NirNode.Linear(Tensor.filled(1, 6, 4)), 4)).containsExactly(6);
        assertThat(behind(new NirNode.Linear(Tensor.filled(1, 2, 3, 6, 4)), 2, 3, 4))
                .containsExactly(2, 3, 6);
        assertThat(behind(new NirNode.Affine(Tensor.filled(1, 3, 6, 4), Tensor.filled(0, 3, 6)), 3, 4))
                .containsExactly(3, 6);
    }

    @Test
    void neuronsKeepTheShapeAndTakeOneValueForAll() {
        Tensor one = Tensor.of(1);
        Tensor each = Tensor.filled(1, 2, 3);
        for (NirNode node : List.of(
                new NirNode.Scale(each),
                new NirNode.Delay(one),
                new NirNode.Threshold(each),
                new NirNode.I(one),
                new NirNode.Li(one, each, one),
                new NirNode.If(each, one, one),
                new NirNode.Lif(each, each, each, each, one),
                new NirNode.CubaLi(one, one, one, one, each),
                new NirNode.CubaLif(one, one, one, one, one, one, each),
                new NirNode.LoihiCubaLif(new int[] {2, 3}, 0, 0, 1))) {
            assertThat(behind(node, 2, 3)).as(node.toString()).containsExactly(2, 3);
        }
        assertRefused(
                "node x: its parameters have the shapes [2, 3] and [3, 2]",
                new NirNode.Li(each, Tensor.filled(1, 3, 2), one),
                2,
                3);
        assertRefused("node x: gets [6] from in, needs [2, 3]", new NirNode.If(each, one, one), 6);
        assertRefused("node x: gets [1] from in, needs [2, 3]", new NirNode.If(each, one, one), 1);
    }

    @Test
    void nodesOfOtherEngines() {
        assertThat(behind(
                        new NirNode.DeltaGru(new float[18], new float[12], new float[6], new float[6], 0, 0, 3, 2), 3))
                .containsExactly(2);
        assertThat(behind(new NirNode.PulseNormalization(new int[20], 16, 0, 3, 1, 1 << 10), 20))
                .containsExactly(2, 20);
        assertThat(behind(
                        new NirNode.QuantizedConv1d(
                                new byte[12],
                                new int[2],
                                new int[] {1 << 30, 1 << 30},
                                new int[2],
                                2,
                                2,
                                3,
                                2,
                                true,
                                new float[12],
                                new float[2]),
                        2,
                        20))
                .containsExactly(2, 9);
    }

    @Test
    void dimensionsOfOneInFrontAreImmaterial() {
        NirGraph graph = NirGraph.chain(
                Map.entry("in", new NirNode.Input(new int[] {1, 1, 4})),
                Map.entry("w", new NirNode.Linear(Tensor.filled(1, 3, 4))),
                Map.entry("lif", new NirNode.Threshold(Tensor.filled(1, 1, 3))),
                Map.entry("out", new NirNode.Output(new int[] {1, 1, 3})));

        Shapes shapes = Shapes.of(graph);

        assertThat(shapes.input("w")).containsExactly(1, 1, 4);
        assertThat(shapes.output("lif")).containsExactly(3);
        assertThat(shapes.output("out")).containsExactly(1, 1, 3);
        assertRefused("node x: gets [4, 1] from in, needs [4]", new NirNode.Linear(Tensor.filled(1, 3, 4)), 4, 1);
    }

    @Test
    void shapesReachEveryNodeOfACycle() {
        Shapes shapes = Shapes.of(recurrent(Tensor.filled(1, 5, 5)));

        assertThat(shapes.input("lif")).containsExactly(5);
        assertThat(shapes.output("rec")).containsExactly(5);
        assertThat(shapes.output("out")).containsExactly(5);
        assertThatThrownBy(() -> Shapes.of(recurrent(Tensor.filled(1, 6, 5))))
                .isInstanceOf(ModelException.class)
                .hasMessage("node lif: gets [6] from rec, needs [5]");
    }

    private static NirGraph recurrent(Tensor weight) {
        return new NirGraph(
                Map.of(
                        "in", new NirNode.Input(new int[] {3}),
                        "w", new NirNode.Linear(Tensor.filled(1, 5, 3)),
                        "lif", new NirNode.Threshold(Tensor.of(1)),
                        "rec", new NirNode.Linear(weight),
                        "out", new NirNode.Output(new int[] {5})),
                edges("rec>lif", "lif>out", "in>w", "w>lif", "lif>rec"),
                Map.of());
    }

    @Test
    void whatDoesNotFitIsNamedWithBothShapes() {
        NirNode linear = new NirNode.Linear(Tensor.filled(1, 3, 24));
        assertRefused("node x: gets [2, 3, 4] from in, needs [24]", linear, 2, 3, 4);
        assertRefused("node x: gets [2, 24] from in, needs [24]", linear, 2, 24);
        assertRefused("node x: gets [24] from in, needs [25]", new NirNode.Output(new int[] {25}), 24);
        assertRefused(
                "node x: gets [24] from in, needs [2, 3, 4]", new NirNode.Flatten(new int[] {2, 3, 4}, 0, -1), 24);
        assertRefused(
                "node x: joins the dimensions 1 to 3 of [2, 3, 4]",
                new NirNode.Flatten(new int[] {2, 3, 4}, 1, 3),
                2,
                3,
                4);
        assertRefused("node x: gets [2, 9] from in, needs [3, *]", conv1d(-1, 6, 3, 2, 1, Padding.of(0), 1, 1), 2, 9);
        assertRefused("node x: gets [3, 9] from in, needs [3, 8]", conv1d(8, 6, 3, 2, 1, Padding.of(0), 1, 1), 3, 9);
        assertRefused(
                "node x: gets [3, 9] from in, needs at least 10 places in dimension 1",
                conv1d(-1, 6, 3, 10, 1, Padding.of(0), 1, 1),
                3,
                9);
        assertRefused("node x: gets [2, 8, 8] from in, needs [*, *]", new NirNode.MaxPool1d(2, 2), 2, 8, 8);
    }

    @Test
    void parametersOfConvolutionsThatMakeNoSense() {
        assertRefused("node x: stride is 0, must be", conv1d(-1, 6, 3, 2, 0, Padding.of(0), 1, 1), 3, 9);
        assertRefused("node x: dilation is -1, must be", conv1d(-1, 6, 3, 2, 1, Padding.of(0), -1, 1), 3, 9);
        assertRefused("node x: padding is -1, must be", conv1d(-1, 6, 3, 2, 1, Padding.of(-1), 1, 1), 3, 9);
        assertRefused("node x: padding is [], one is missing", conv1d(-1, 6, 3, 2, 1, Padding.of(), 1, 1), 3, 9);
        assertRefused("node x: groups is 0, must be", conv1d(-1, 6, 3, 2, 1, Padding.of(0), 1, 0), 3, 9);
        assertRefused("node x: 6 outputs cannot be split into 4", conv1d(-1, 6, 3, 2, 1, Padding.of(0), 1, 4), 12, 9);
        assertRefused(
                "node x: padding same with a stride of 2",
                conv1d(-1, 6, 3, 2, 2, new Padding(Padding.Mode.SAME), 1, 1),
                3,
                9);
        assertRefused(
                "node x: bias has 5 values, must have 6",
                new NirNode.Conv1d(-1, Tensor.filled(1, 6, 3, 2), 1, Padding.of(0), 1, 1, Tensor.filled(0, 5)),
                3,
                9);
        assertRefused(
                "node x: weight has the shape [6, 3], must have 3 dimensions",
                new NirNode.Conv1d(-1, Tensor.filled(1, 6, 3), 1, Padding.of(0), 1, 1, Tensor.filled(0, 6)),
                3,
                9);
        assertRefused(
                "node x: kernel_size is [2], must be a pair",
                new NirNode.SumPool2d(new int[] {2}, pair(2, 2), pair(0, 0)),
                2,
                4,
                4);
    }

    @Test
    void hugeShapesAreRefused() {
        int most = Integer.MAX_VALUE;
        assertRefused(
                "node in: gives [4097, 4096], more than 16777216 elements", new NirNode.I(Tensor.of(1)), 4097, 4096);
        assertRefused("node in: gives", new NirNode.I(Tensor.of(1)), most, most, most, most, most);
        assertRefused("node in: gives [3, 0], dimensions must be at least 1", new NirNode.I(Tensor.of(1)), 3, 0);
        assertRefused("node in: gives 17 dimensions, more than 16", new NirNode.I(Tensor.of(1)), new int[17]);
        assertRefused("node x: padding is 2147483647", conv1d(-1, 6, 3, 2, 1, Padding.of(most), 1, 1), 3, 9);
        assertRefused("node x: gives", conv1d(-1, 6, 3, 2, 1, Padding.of(1 << 23), 1, 1), 3, 9);
        assertRefused("too large", conv1d(-1, 6, 3, 2, 1, Padding.of(0), most, 1), 3, 9);
        assertRefused("too large", conv1d(-1, 6, 3, 2, 1, new Padding(Padding.Mode.SAME), most, 1), 3, 9);
        assertRefused(
                "node x: kernel_size is [65536, 65536] for 1 channels",
                new NirNode.AvgPool2d(new int[] {1 << 16, 1 << 16}, new int[] {1, 1}, new int[] {1 << 15, 1 << 15}),
                1,
                9,
                9);
        assertRefused("needs [18, *]", conv1d(-1, 6, 3, 2, 1, Padding.of(0), 1, 6), 3, 9);
    }

    @Test
    void everyNodeIsReachedFromAnInput() {
        NirNode node = new NirNode.I(Tensor.of(1));
        NirNode input = new NirNode.Input(new int[] {1});
        NirNode output = new NirNode.Output(new int[] {1});
        assertGraphRefused("node b: no Input leads to it", Map.of("in", input, "b", node, "c", node), "b>c", "c>b");
        assertGraphRefused("node b: no Input leads to it", Map.of("b", node));
        assertGraphRefused("node in: gets [1] from b, needs nothing", Map.of("in", input, "b", node), "in>b", "b>in");
        assertGraphRefused(
                "node out: an Output that leads to b",
                Map.of("in", input, "out", output, "b", node),
                "in>out",
                "out>b");
        assertGraphRefused(
                "node g: a nested graph",
                Map.of("in", input, "g", new NirNode.Graph(NirGraph.chain(Map.entry("i", input)))),
                "in>g");
    }

    private static void assertGraphRefused(String expected, Map<String, NirNode> nodes, String... edges) {
        NirGraph graph = new NirGraph(nodes, edges(edges), Map.of());
        assertThatThrownBy(() -> Shapes.of(graph))
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith(expected);
    }

    private static void assertRefused(String expected, NirNode node, int... input) {
        assertThatThrownBy(() -> behind(node, input))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(expected);
    }

    /** The shape that leaves the node behind an Input of the shape given. */
    private static int[] behind(NirNode node, int... input) {
        return Shapes.of(NirGraph.chain(Map.entry("in", new NirNode.Input(input)), Map.entry("x", node)))
                .output("x");
    }

    private static NirNode.Conv1d conv1d(
            int inputLength,
            int outputs,
            int inputs,
            int kernel,
            int stride,
            Padding padding,
            int dilation,
            int groups) {
        return new NirNode.Conv1d(
                inputLength,
                Tensor.filled(1, outputs, inputs, kernel),
                stride,
                padding,
                dilation,
                groups,
                Tensor.filled(0, outputs));
    }

    private static int[] pair(int vertical, int horizontal) {
        return new int[] {vertical, horizontal};
    }

    private static List<Edge> edges(String... edges) {
        return Arrays.stream(edges)
                .map(edge -> edge.split(">"))
                .map(ends -> new Edge(ends[0], ends[1]))
                .toList();
    }
}
