package io.fluxon.networks.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A NIR graph: nodes by name, directed edges between them, each once, and free-form metadata. It says what is connected to what;
 * it knows neither files nor time steps.
 */
public record NirGraph(Map<String, NirNode> nodes, List<Edge> edges, Map<String, String> metadata) {

    public record Edge(String from, String to) {}

    public NirGraph {
        nodes = Map.copyOf(nodes);
        edges = edges.stream().distinct().toList();
        metadata = Map.copyOf(metadata);
        for (Edge edge : edges) {
            for (String end : List.of(edge.from(), edge.to())) {
                if (!nodes.containsKey(end)) {
                    throw new ModelException("edge " + edge.from() + " -> " + edge.to() + ": no node named " + end);
                }
            }
        }
    }

    /** A graph whose nodes feed each other in the order given. */
    @SafeVarargs
    public static NirGraph chain(Map.Entry<String, ? extends NirNode>... nodes) {
        Map<String, NirNode> nodesByName = new HashMap<>();
        List<Edge> edges = new ArrayList<>();
        for (int i = 0; i < nodes.length; i++) {
            nodesByName.put(nodes[i].getKey(), nodes[i].getValue());
            if (i > 0) {
                edges.add(new Edge(nodes[i - 1].getKey(), nodes[i].getKey()));
            }
        }
        return new NirGraph(nodesByName, edges, Map.of());
    }

    /**
     * The same network without nested graphs: what is in a nested graph {@code g} is called {@code g.NAME}, its Input and
     * Output are gone. Metadata are those of this graph. Each path through the Input and Output of nested graphs becomes
     * an edge of its own.
     *
     * @throws ModelException if two paths lead from one node to another, if a nested graph has not one Input and one Output, if two nodes would get the same name, or
     *     beyond 32 levels, 2<sup>16</sup> nodes or 2<sup>20</sup> edges
     */
    public NirGraph flattened() {
        return nodes.values().stream().anyMatch(NirNode.Graph.class::isInstance) ? Flattening.of(this) : this;
    }

    public NirGraph withMetadata(Map<String, String> newMetadata) {
        return new NirGraph(nodes, edges, newMetadata);
    }
}
