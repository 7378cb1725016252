package io.fluxon.networks.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxon.networks.model.NirGraph.Edge;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** {@link NirGraph#flattened()}. */
class FlatteningTest {

    private static final NirNode INPUT = new NirNode.Input(new int[] {1});
    private static final NirNode OUTPUT = new NirNode.Output(new int[] {1});

    @Test
    void aGraphWithoutNestedGraphsStaysAsItIs() {
        NirGraph graph = graph(Map.of("in", INPUT, "a", node(), "out", OUTPUT), "in>a", "a>out");

        assertThat(graph.flattened()).isEqualTo(graph);
    }

    @Test
    void nodesOfANestedGraphGetItsNameInFrontAndItsEdges() {
        NirGraph recurrent = graph(
                Map.of("input", INPUT, "lif", node(), "w_rec", node(), "output", OUTPUT),
                "input>lif",
                "lif>w_rec",
                "w_rec>lif",
                "lif>output");
        NirGraph flat = graph(
                        Map.of("in", INPUT, "fc", node(), "lif1", new NirNode.Graph(recurrent), "out", OUTPUT),
                        "in>fc",
                        "fc>lif1",
                        "lif1>out")
                .withMetadata(Map.of("name", "root"))
                .flattened();

        assertThat(flat.nodes()).containsOnlyKeys("in", "fc", "lif1.lif", "lif1.w_rec", "out");
        assertThat(flat.nodes().get("lif1.w_rec")).isSameAs(recurrent.nodes().get("w_rec"));
        assertEdges(flat, "in>fc", "fc>lif1.lif", "lif1.lif>lif1.w_rec", "lif1.w_rec>lif1.lif", "lif1.lif>out");
        assertThat(flat.metadata()).containsExactly(Map.entry("name", "root"));
    }

    @Test
    void everyWayThroughANestedGraphBecomesAnEdge() {
        // The block's input goes to two nodes and straight to its output; the block feeds two nodes and itself.
        NirGraph block =
                graph(Map.of("i", INPUT, "a", node(), "b", node(), "o", OUTPUT), "i>a", "i>b", "i>o", "a>o", "b>o");
        NirGraph flat = graph(
                        Map.of("in", INPUT, "g", nested(block), "d", node(), "x", node(), "out", OUTPUT),
                        "in>g",
                        "g>x",
                        "g>d",
                        "d>g",
                        "x>out")
                .flattened();

        assertEdges(
                flat, "in>g.a", "in>g.b", "in>x", "in>d", "g.a>x", "g.a>d", "g.b>x", "g.b>d", "d>g.a", "d>g.b", "d>x",
                "d>d", "x>out");
    }

    @Test
    void aSkippedNestedGraphBesidesADirectEdgeIsRefusedAsAGraphHasEachEdgeOnce() {
        assertRefused(
                graph(
                        Map.of("in", INPUT, "skip", nested(passThrough()), "a", node(), "out", OUTPUT),
                        "in>skip",
                        "skip>a",
                        "in>a",
                        "a>out"),
                "node a: two edges lead to it from in once nested graphs are inlined");
    }

    @Test
    void graphsAreInlinedAtEveryDepth() {
        NirGraph inner = graph(Map.of("i", INPUT, "a", node(), "o", OUTPUT), "i>a", "a>o");
        NirGraph middle = graph(
                Map.of("i", INPUT, "p", nested(passThrough()), "g", nested(inner), "o", OUTPUT), "i>p", "p>g", "g>o");
        NirGraph flat = graph(Map.of("in", INPUT, "m", nested(middle), "out", OUTPUT), "in>m", "m>out")
                .flattened();

        assertThat(flat.nodes()).containsOnlyKeys("in", "m.g.a", "out");
        assertEdges(flat, "in>m.g.a", "m.g.a>out");
    }

    @Test
    void nestedGraphsThatCannotBeInlined() {
        NirGraph twoInputs = graph(Map.of("i", INPUT, "j", INPUT, "o", OUTPUT), "i>o", "j>o");
        assertRefused(
                graph(Map.of("in", INPUT, "g", nested(twoInputs)), "in>g"),
                "node g: a nested graph with 2 nodes Input, must be one");
        assertRefused(
                graph(Map.of("m", nested(graph(Map.of("i", INPUT, "g", nested(graph(Map.of("i", INPUT)))))))),
                "node m.g: a nested graph with 0 nodes Output, must be one");
        NirGraph inner = graph(Map.of("i", INPUT, "a", node(), "o", OUTPUT), "i>a", "a>o");
        assertRefused(
                graph(Map.of("g", nested(inner), "g.a", node())),
                "node g.a: two nodes have this name without nested graphs");
        assertRefused(
                graph(Map.of("g", nested(passThrough()), "h", nested(passThrough())), "g>h", "h>g"),
                "node g.i: leads back to itself through nested graphs and nothing else");
    }

    @Test
    void theNumberOfLevelsIsLimited() {
        NirGraph graph = passThrough();
        for (int i = 0; i < 32; i++) {
            graph = graph(Map.of("i", INPUT, "g", nested(graph), "o", OUTPUT), "i>g", "g>o");
        }
        assertEdges(graph.flattened(), "i>o");

        NirGraph tooDeep = graph;
        for (int i = 0; i < 10_000; i++) {
            tooDeep = graph(Map.of("i", INPUT, "g", nested(tooDeep), "o", OUTPUT), "i>g", "g>o");
        }
        assertRefused(tooDeep, ": a graph in a graph, more than 32 deep");
    }

    @Test
    void oneGraphInManyPlacesDoesNotGrowWithoutLimit() {
        NirGraph nodes = graph(Map.of("i", INPUT, "a", node(), "o", OUTPUT), "i>a", "a>o");
        for (int i = 0; i < 30; i++) {
            Map<String, NirNode> twice = Map.of("i", INPUT, "g", nested(nodes), "h", nested(nodes), "o", OUTPUT);
            nodes = graph(twice, "i>g", "g>h", "h>o");
        }
        assertRefused(nodes, "nested graphs with more than 65536 nodes");

        Map<String, NirNode> crossing = new HashMap<>(Map.of("in", INPUT, "g", nested(passThrough()), "out", OUTPUT));
        List<String> edges = new ArrayList<>();
        for (int i = 0; i < 1100; i++) {
            crossing.put("a" + i, node());
            crossing.put("b" + i, node());
            edges.addAll(List.of("in>a" + i, "a" + i + ">g", "g>b" + i, "b" + i + ">out"));
        }
        assertRefused(graph(crossing, edges.toArray(String[]::new)), "nested graphs with more than 1048576 edges");
    }

    private static void assertRefused(NirGraph graph, String expected) {
        assertThatThrownBy(graph::flattened).isInstanceOf(ModelException.class).hasMessageContaining(expected);
    }

    private static void assertEdges(NirGraph graph, String... expected) {
        assertThat(graph.edges())
                .extracting(edge -> edge.from() + ">" + edge.to())
                .containsExactlyInAnyOrder(expected);
    }

    private static NirGraph passThrough() {
        return graph(Map.of("i", INPUT, "o", OUTPUT), "i>o");
    }

    private static NirNode nested(NirGraph graph) {
        return new NirNode.Graph(graph);
    }

    private static NirNode node() {
        return new NirNode.Scale(Tensor.of(1));
    }

    private static NirGraph graph(Map<String, NirNode> nodes, String... edges) {
        List<Edge> list = Arrays.stream(edges)
                .map(edge -> edge.split(">"))
                .map(ends -> new Edge(ends[0], ends[1]))
                .toList();
        return new NirGraph(new TreeMap<>(nodes), list, Map.of());
    }
}
