package io.fluxon.networks.engine;

import io.fluxon.networks.model.Dialect;
import io.fluxon.networks.model.ModelException;
import io.fluxon.networks.model.NirGraph;
import io.fluxon.networks.model.NirGraph.Edge;
import io.fluxon.networks.model.NirNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
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

/**
 * The order of a graph's nodes within a step, and the edges that close a cycle and so carry what was given in the step
 * before. A depth-first walk from the Inputs on, in the order of the names, finds them: they lead to a node that the walk
 * has not left yet. The walk does not go through nodes that hold back what reaches them until a later step, which are
 * Delays of at least a step, and neurons in a dialect of one transmission step; it starts again behind each of them.
 */
public final class FiringOrder {

    /** Longest delay, steps. */
    private static final int MAX_DELAY = 1 << 16;

    private final NirGraph graph;
    private final Dialect dialect;
    private final Map<String, Set<String>> successors = new TreeMap<>();
    private final Set<String> visited = new HashSet<>();
    private final List<String> nodes = new ArrayList<>();
    private final Set<Edge> closing = new HashSet<>();
    private final Set<String> closingTargets = new HashSet<>();
    private final Map<String, Integer> position = new HashMap<>();

    /**
     * @param graph without nested graphs
     * @throws ModelException where a cycle has neither neurons nor delays, or a delay is not 0 to 65,536 steps
     */
    public FiringOrder(NirGraph graph, Dialect dialect) {
        this.graph = graph;
        this.dialect = dialect;
        for (Edge edge : graph.edges()) {
            successors.computeIfAbsent(edge.from(), from -> new TreeSet<>()).add(edge.to());
        }
        requireMemoryInCycles();
        Set<String> names = new TreeSet<>(graph.nodes().keySet());
        for (String name : names) {
            if (graph.nodes().get(name) instanceof NirNode.Input) {
                walk(name);
            }
        }
        for (String name : names) {
            if (holdsBack(name)) {
                successors(name).forEach(this::walk);
            }
        }
        names.forEach(this::walk);
        Collections.reverse(nodes);
        for (String name : nodes) {
            position.put(name, position.size());
        }
    }

    /** All nodes in order. */
    public List<String> nodes() {
        return Collections.unmodifiableList(nodes);
    }

    /** A node's place in the order. */
    public int position(String name) {
        return position.get(name);
    }

    /** Whether an edge carries what was given in the step before. */
    public boolean isClosing(String from, String to) {
        return closing.contains(new Edge(from, to));
    }

    /** Distinct nodes behind a node, ascending. */
    Set<String> successors(String name) {
        return successors.getOrDefault(name, Set.of());
    }

    boolean isTargetOfClosing(String name) {
        return closingTargets.contains(name);
    }

    /** Whether what a node gives in a step does not depend on what reaches it in the same step. */
    boolean holdsBack(String name) {
        NirNode node = graph.nodes().get(name);
        if (node instanceof NirNode.Delay delay) {
            return Arrays.stream(delay.delaySeconds().values()).allMatch(seconds -> delaySteps(name, seconds) > 0);
        }
        return dialect.transmissionSteps() == 1 && isNeuron(node);
    }

    /** A delay as whole steps. */
    int delaySteps(String name, double seconds) {
        double steps = Math.rint(seconds / dialect.stepSeconds());
        if (!(steps >= 0 && steps <= MAX_DELAY)) {
            throw new ModelException("node " + name + ": delay of " + seconds + " s is " + steps + " steps of "
                    + dialect.stepSeconds() + " s, must be 0 to " + MAX_DELAY);
        }
        return (int) steps;
    }

    static boolean isSpikingNeuron(NirNode node) {
        return node instanceof NirNode.Lif
                || node instanceof NirNode.If
                || node instanceof NirNode.CubaLif
                || node instanceof NirNode.LoihiCubaLif;
    }

    static boolean isNeuron(NirNode node) {
        return isSpikingNeuron(node)
                || node instanceof NirNode.Li
                || node instanceof NirNode.I
                || node instanceof NirNode.CubaLi;
    }

    private static boolean hasMemory(NirNode node) {
        return isNeuron(node) || node instanceof NirNode.Delay;
    }

    /** Takes away, again and again, the nodes without memory that no other such node leads to: what is left is in cycles. */
    private void requireMemoryInCycles() {
        Map<String, Integer> before = new TreeMap<>();
        graph.nodes().forEach((name, node) -> {
            if (!hasMemory(node)) {
                before.put(name, 0);
            }
        });
        for (Edge edge : graph.edges()) {
            if (before.containsKey(edge.from())) {
                before.computeIfPresent(edge.to(), (name, count) -> count + 1);
            }
        }
        Deque<String> free = new ArrayDeque<>();
        before.forEach((name, count) -> {
            if (count == 0) {
                free.add(name);
            }
        });
        while (!free.isEmpty()) {
            String name = free.remove();
            before.remove(name);
            for (String next : successors(name)) {
                if (before.containsKey(next) && before.merge(next, -1, Integer::sum) == 0) {
                    free.add(next);
                }
            }
        }
        if (!before.isEmpty()) {
            throw new ModelException(
                    "node " + before.keySet().iterator().next() + ": on or behind a cycle without neurons and delays");
        }
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
                nodes.add(path.pop());
                continue;
            }
            String node = ahead.peek().next();
            if (onPath.contains(node)) {
                closing.add(new Edge(path.peek(), node));
                closingTargets.add(node);
            } else if (visited.add(node)) {
                path.push(node);
                onPath.add(node);
                ahead.push(next(node));
            }
        }
    }

    private Iterator<String> next(String node) {
        return holdsBack(node) ? Collections.emptyIterator() : successors(node).iterator();
    }
}
