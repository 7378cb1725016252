package io.fluxon.networks.engine;

import io.fluxon.networks.model.ModelException;
import io.fluxon.networks.model.NirGraph;
import io.fluxon.networks.model.NirGraph.Edge;
import io.fluxon.networks.model.NirNode;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Walks a graph that is a single chain, and words the errors of what it finds. */
final class Chain {

    private final NirGraph graph;
    private final Set<String> visited = new HashSet<>();
    private String name;

    Chain(NirGraph graph) {
        this.graph = graph;
    }

    String name() {
        return name;
    }

    NirNode next() {
        List<String> candidates = name == null
                ? graph.nodes().entrySet().stream()
                        .filter(entry -> entry.getValue() instanceof NirNode.Input)
                        .map(Map.Entry::getKey)
                        .toList()
                : graph.edges().stream()
                        .filter(edge -> edge.from().equals(name))
                        .map(Edge::to)
                        .distinct()
                        .toList();
        String place = name == null ? "graph" : "node " + name;
        if (candidates.size() != 1) {
            throw new ModelException(place + ": has " + candidates.size()
                    + (name == null ? " Input nodes" : " successors") + ", this engine runs chains, which have 1");
        }
        name = candidates.get(0);
        if (!visited.add(name)) {
            throw new ModelException("node " + name + ": closes a cycle; this engine runs chains");
        }
        return graph.nodes().get(name);
    }

    void requireEnd() {
        if (graph.edges().stream().anyMatch(edge -> edge.from().equals(name))) {
            throw new ModelException("node " + name + ": has a successor; this engine runs chains");
        }
        graph.nodes().keySet().stream()
                .filter(node -> !visited.contains(node))
                .sorted()
                .findFirst()
                .ifPresent(node -> {
                    throw new ModelException("node " + node + ": not on the chain from Input to Output");
                });
    }

    int product(int[] shape) {
        long product = 1;
        for (int size : shape) {
            product *= size;
            if (size < 1 || product > Integer.MAX_VALUE) {
                throw new ModelException("node " + name + ": shape " + Arrays.toString(shape) + " is not within 1.."
                        + Integer.MAX_VALUE + " values");
            }
        }
        return (int) product;
    }

    ModelException unexpected(String wanted) {
        return new ModelException(
                "node " + name + " is " + graph.nodes().get(name).getClass().getSimpleName() + ", need " + wanted);
    }

    ModelException mismatch(String has, String got) {
        return new ModelException("node " + name + ": has " + has + ", got " + got);
    }
}
