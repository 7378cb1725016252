package io.fluxon.launcher.model;

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
import java.util.TreeSet;

/**
 * The nodes of a graph in the order in which values pass through them, and the edges that close a cycle, which carry what
 * was given in the step before: a depth-first walk from the Inputs, in the order of the names, finds them leading back to
 * a node that it has not left. A Delay of at least a step closes its cycles itself.
 */
final class GraphOrder {

    private final NirGraph graph;
    private final double stepSeconds;
    private final Map<String, TreeSet<String>> successors = new HashMap<>();
    private final Set<String> entered = new HashSet<>();
    private final Set<Edge> closing = new HashSet<>();
    private final List<String> order = new ArrayList<>();

    /** @param graph without nested graphs */
    GraphOrder(NirGraph graph, double stepSeconds) {
        this.graph = graph;
        this.stepSeconds = stepSeconds;
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
            if (holdsBack(name)) {
                successors.getOrDefault(name, new TreeSet<>()).forEach(this::walk);
            }
        }
        names.forEach(this::walk);
    }

    /** All nodes. */
    List<String> nodes() {
        return order;
    }

    /** The place of each node in {@link #nodes()}. */
    Map<String, Integer> positions() {
        Map<String, Integer> positions = new HashMap<>();
        for (String name : order) {
            positions.put(name, positions.size());
        }
        return positions;
    }

    boolean carriesPreviousStep(Edge edge) {
        return closing.contains(edge);
    }

    private boolean holdsBack(String name) {
        if (!(graph.nodes().get(name) instanceof NirNode.Delay delay)) {
            return false;
        }
        for (double seconds : delay.delaySeconds().values()) {
            if (Math.rint(seconds / stepSeconds) < 1) {
                return false;
            }
        }
        return true;
    }

    private void walk(String start) {
        if (!entered.add(start)) {
            return;
        }
        List<String> left = new ArrayList<>();
        Deque<String> path = new ArrayDeque<>(List.of(start));
        Set<String> onPath = new HashSet<>(path);
        Deque<Iterator<String>> ahead = new ArrayDeque<>(List.of(behind(start)));
        while (!path.isEmpty()) {
            if (!ahead.peek().hasNext()) {
                ahead.pop();
                onPath.remove(path.peek());
                left.add(path.pop());
                continue;
            }
            String next = ahead.peek().next();
            if (onPath.contains(next)) {
                closing.add(new Edge(path.peek(), next));
            } else if (entered.add(next)) {
                path.push(next);
                onPath.add(next);
                ahead.push(behind(next));
            }
        }
        Collections.reverse(left);
        order.addAll(left);
    }

    private Iterator<String> behind(String name) {
        return holdsBack(name)
                ? Collections.emptyIterator()
                : successors.getOrDefault(name, new TreeSet<>()).iterator();
    }
}
