package io.fluxon.networks.engine;

/**
 * What a plan does with one population of a network.
 *
 * @param name of the node
 * @param type of the node, in NIR's words
 * @param neurons elements of the layer
 * @param parameters weights, biases and neuron parameters that lead into it
 * @param stateBytes what a key keeps of it
 * @param denseOperations multiply-adds that a dense evaluation of what leads into it needs per step
 * @param steppedBecause null where silence costs nothing; otherwise why the layer is evaluated in every step
 */
public record LayerSummary(
        String name,
        String type,
        int[] shape,
        int neurons,
        long parameters,
        long stateBytes,
        long denseOperations,
        String steppedBecause) {}
