package io.fluxon.networks.engine;

/** Sees the spikes of every layer, for tests and for people. */
@FunctionalInterface
public interface SpikeListener {

    /**
     * @param layer index in {@link NetworkPlan#layers()}
     * @param step the step in which they fired; with a transmission step of 1 they reach others in the next
     * @param neurons row-major index in the layer's shape, in the order in which they left; valid during the call
     * @param values 1, or how often the neuron fired, or what a layer without spikes gives; valid during the call
     */
    void onSpikes(int layer, long step, int[] neurons, double[] values, int count);
}
