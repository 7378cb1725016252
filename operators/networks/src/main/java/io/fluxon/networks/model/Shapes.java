package io.fluxon.networks.model;

import java.util.Map;

/** The shapes of what reaches and of what leaves each node of a graph, by the node's name. */
public record Shapes(Map<String, int[]> inputs, Map<String, int[]> outputs) {

    /**
     * Infers the shapes from the graph's inputs on and checks them along every edge.
     *
     * @param graph without nested graphs
     * @throws ModelException naming the node, what it gets and what it needs
     */
    public static Shapes of(NirGraph graph) {
        throw new UnsupportedOperationException();
    }

    public int[] input(String node) {
        return inputs.get(node);
    }

    public int[] output(String node) {
        return outputs.get(node);
    }
}
