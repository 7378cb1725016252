package io.fluxon.networks.model;

import java.util.List;
import java.util.Map;

/**
 * A NIR graph: nodes by name, directed edges between them, and free-form metadata. It says what is connected to what;
 * it knows neither files nor time steps.
 */
public record NirGraph(Map<String, NirNode> nodes, List<Edge> edges, Map<String, String> metadata) {

    public record Edge(String from, String to) {}

    public NirGraph {
        nodes = Map.copyOf(nodes);
        edges = List.copyOf(edges);
        metadata = Map.copyOf(metadata);
        for (Edge edge : edges) {
            for (String end : List.of(edge.from(), edge.to())) {
                if (!nodes.containsKey(end)) {
                    throw new ModelException("edge " + edge.from() + " -> " + edge.to() + ": no node named " + end);
                }
            }
        }
    }
}
