package io.fluxon.networks.model;

import io.fluxon.networks.model.NirGraph.Edge;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Inlines nested graphs. Their Inputs and Outputs stay as junctions at first; at the end each is replaced by what it leads
 * to. The bounds are against files that hold one graph in many places, whose paths double with every level.
 */
final class Flattening {

    static final int MAX_DEPTH = 32;
    private static final int MAX_NODES = 1 << 16;
    private static final int MAX_EDGES = 1 << 20;

    private static final class Vertex {

        private final String name;
        private final NirNode node;
        private final boolean isJunction;
        private final List<Vertex> successors = new ArrayList<>();

        /** Of a junction: the nodes that it leads to. */
        private final List<Vertex> targets = new ArrayList<>();

        private Vertex(String name, NirNode node, boolean isJunction) {
            this.name = name;
            this.node = node;
            this.isJunction = isJunction;
        }
    }

    /** Where edges to a node arrive and where edges from it leave; two vertices if it is a nested graph. */
    private record Ends(Vertex entry, Vertex exit) {}

    private final List<Vertex> vertices = new ArrayList<>();
    private long edgeCount;

    private Flattening() {}

    static NirGraph of(NirGraph root) {
        Flattening flattening = new Flattening();
        flattening.add(root, "", 0);
        flattening.resolveJunctions();
        return flattening.graph(root.metadata());
    }

    /** Adds what is in a graph, under names that begin with {@code prefix}, and gives the ends of each of its nodes. */
    private Map<String, Ends> add(NirGraph graph, String prefix, int depth) {
        if (depth > MAX_DEPTH) {
            throw new ModelException("node " + prefix.substring(0, prefix.length() - 1)
                    + ": a graph in a graph, more than " + MAX_DEPTH + " deep");
        }
        Map<String, Ends> ends = new HashMap<>();
        new TreeMap<>(graph.nodes()).forEach((name, node) -> {
            if (node instanceof NirNode.Graph nested) {
                Map<String, Ends> inner = add(nested.graph(), prefix + name + ".", depth + 1);
                Vertex entry = only(NirNode.Input.class, nested.graph(), inner, prefix + name);
                Vertex exit = only(NirNode.Output.class, nested.graph(), inner, prefix + name);
                ends.put(name, new Ends(entry, exit));
            } else {
                boolean isEnd = node instanceof NirNode.Input || node instanceof NirNode.Output;
                Vertex vertex = new Vertex(prefix + name, node, depth > 0 && isEnd);
                vertices.add(vertex);
                ends.put(name, new Ends(vertex, vertex));
            }
            if (vertices.size() > MAX_NODES) {
                throw new ModelException(
                        "node " + prefix + name + ": nested graphs with more than " + MAX_NODES + " nodes");
            }
        });
        for (Edge edge : graph.edges()) {
            ends.get(edge.from()).exit.successors.add(ends.get(edge.to()).entry);
        }
        return ends;
    }

    private static Vertex only(Class<? extends NirNode> type, NirGraph graph, Map<String, Ends> ends, String name) {
        List<Vertex> found = new ArrayList<>();
        graph.nodes().forEach((key, node) -> {
            if (type.isInstance(node)) {
                found.add(ends.get(key).entry);
            }
        });
        if (found.size() != 1) {
            throw new ModelException("node " + name + ": a nested graph with " + found.size() + " nodes "
                    + type.getSimpleName() + ", must be one");
        }
        return found.get(0);
    }

    /** Finds the targets of every junction, those first that lead to no other junction. */
    private void resolveJunctions() {
        Map<Vertex, Integer> unresolvedSuccessors = new LinkedHashMap<>();
        Map<Vertex, List<Vertex>> predecessors = new HashMap<>();
        Deque<Vertex> ready = new ArrayDeque<>();
        for (Vertex vertex : vertices) {
            if (!vertex.isJunction) {
                continue;
            }
            int count = 0;
            for (Vertex successor : vertex.successors) {
                if (successor.isJunction) {
                    predecessors
                            .computeIfAbsent(successor, key -> new ArrayList<>())
                            .add(vertex);
                    count++;
                }
            }
            if (count == 0) {
                ready.add(vertex);
            } else {
                unresolvedSuccessors.put(vertex, count);
            }
        }
        while (!ready.isEmpty()) {
            Vertex junction = ready.remove();
            for (Vertex successor : junction.successors) {
                addAll(successor, junction.targets);
            }
            for (Vertex predecessor : predecessors.getOrDefault(junction, List.of())) {
                if (unresolvedSuccessors.merge(predecessor, -1, Integer::sum) == 0) {
                    unresolvedSuccessors.remove(predecessor);
                    ready.add(predecessor);
                }
            }
        }
        if (!unresolvedSuccessors.isEmpty()) {
            throw new ModelException(
                    "node " + unresolvedSuccessors.keySet().iterator().next().name
                            + ": leads back to itself through nested graphs and nothing else");
        }
    }

    private void addAll(Vertex successor, List<Vertex> targets) {
        edgeCount += successor.isJunction ? successor.targets.size() : 1;
        if (edgeCount > MAX_EDGES) {
            throw new ModelException(
                    "node " + successor.name + ": nested graphs with more than " + MAX_EDGES + " edges");
        }
        if (successor.isJunction) {
            targets.addAll(successor.targets);
        } else {
            targets.add(successor);
        }
    }

    private NirGraph graph(Map<String, String> metadata) {
        Map<String, NirNode> nodes = new HashMap<>();
        List<Edge> edges = new ArrayList<>();
        List<Vertex> targets = new ArrayList<>();
        for (Vertex vertex : vertices) {
            if (vertex.isJunction) {
                continue;
            }
            if (nodes.put(vertex.name, vertex.node) != null) {
                throw new ModelException("node " + vertex.name + ": two nodes have this name without nested graphs");
            }
            targets.clear();
            for (Vertex successor : vertex.successors) {
                addAll(successor, targets);
            }
            Set<Vertex> distinct = new HashSet<>();
            for (Vertex target : targets) {
                if (!distinct.add(target)) {
                    throw new ModelException("node " + target.name + ": two edges lead to it from " + vertex.name
                            + " once nested graphs are inlined");
                }
                edges.add(new Edge(vertex.name, target.name));
            }
        }
        return new NirGraph(nodes, edges, metadata);
    }
}
