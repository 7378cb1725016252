package io.fluxon.networks.engine;

import io.fluxon.networks.model.ModelException;
import io.fluxon.networks.model.NirGraph;
import io.fluxon.networks.model.NirGraph.Edge;
import io.fluxon.networks.model.NirNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The order of a graph's nodes within a step, and the edges that close a cycle and so carry what was given in the step
 * before. A depth-first walk from the Inputs on, in the order of the names, finds them: they lead to a node that the walk
 * has not left yet. The walk does not go through nodes that hold back what reaches them until a later step; it starts
 * again behind each of them.
 */
final class FiringOrder {

    private final NirGraph graph;
    private final Predicate<String> holdsBack;
    private final Map<String, Set<String>> successors = new TreeMap<>();
    private final Set<String> visited = new HashSet<>();
    private final List<String> left = new ArrayList<>();
    private final Set<Edge> closing = new HashSet<>();
    private final Map<String, Integer> position = new HashMap<>();

    FiringOrder(NirGraph graph, Predicate<String> holdsBack) {
        this.graph = graph;
        this.holdsBack = holdsBack;
        for (Edge edge : graph.edges()) {
            successors.computeIfAbsent(edge.from(), from -> new TreeSet<>()).add(edge.to());
        }
        Set<String> names = new TreeSet<>(graph.nodes().keySet());
        for (String name : names) {
            if (graph.nodes().get(name) instanceof NirNode.Input) {
                walk(name);
            }
        }
        for (String name : names) {
            if (holdsBack.test(name)) {
                successors(name).forEach(this::walk);
            }
        }
        Collections.reverse(left);
        for (String name : left) {
            position.put(name, position.size());
        }
    }

    /** Distinct nodes behind a node, ascending. */
    Set<String> successors(String name) {
        return successors.getOrDefault(name, Set.of());
    }

    /** A node's place in the order. */
    int position(String name) {
        return position.get(name);
    }

    boolean isClosing(String from, String to) {
        return closing.contains(new Edge(from, to));
    }

    boolean isTargetOfClosing(String name) {
        return closing.stream().anyMatch(edge -> edge.to().equals(name));
    }

    private void walk(String start) {
        if (!visited.add(start)) {
            return;
        }
        Deque<String> path = new ArrayDeque<>(List.of(start));
        Deque<Iterator<String>> ahead = new ArrayDeque<>(List.of(next(start)));
        Set<String> onPath = new HashSet<>(path);
        while (!path.isEmpty()) {
            if (!ahead.peek().hasNext()) {
                ahead.pop();
                onPath.remove(path.peek());
                left.add(path.pop());
                continue;
            }
            String node = ahead.peek().next();
            if (onPath.contains(node)) {
                close(path, node);
            } else if (visited.add(node)) {
                path.push(node);
                onPath.add(node);
                ahead.push(next(node));
            }
        }
    }

    private Iterator<String> next(String node) {
        return holdsBack.test(node)
                ? Collections.emptyIterator()
                : successors(node).iterator();
    }

    private void close(Deque<String> path, String target) {
        closing.add(new Edge(path.peek(), target));
        for (String node : path) {
            if (GraphCompiler.isNeuron(graph.nodes().get(node)) || graph.nodes().get(node) instanceof NirNode.Delay) {
                return;
            }
            if (node.equals(target)) {
                throw new ModelException("node " + target + ": closes a cycle without neurons and delays");
            }
        }
    }
}
