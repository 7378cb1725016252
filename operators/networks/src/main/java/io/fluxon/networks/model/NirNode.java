package io.fluxon.networks.model;

/**
 * Nodes of a NIR graph (Neuromorphic Intermediate Representation, Pedersen et al. 2024), with NIR's own names and
 * continuous-time equations. Times are in seconds. Arrays are not copied: treat them as read-only.
 */
public sealed interface NirNode {

    /** Entry of the graph; {@code shape} without a batch dimension, for a camera [polarity, height, width]. */
    record Input(int[] shape) implements NirNode {}

    /** Exit of the graph. */
    record Output(int[] shape) implements NirNode {}

    /** Joins the dimensions from {@code startDim} to {@code endDim}, both inclusive, -1 meaning the last. */
    record Flatten(int[] inputShape, int startDim, int endDim) implements NirNode {}

    /** y = W x, with {@code weight} row-major [outputs][inputs]. */
    record Linear(float[] weight, int outputs, int inputs) implements NirNode {

        public Linear {
            if (weight.length != (long) outputs * inputs) {
                throw new ModelException("Linear has " + weight.length + " weights for " + outputs + " x " + inputs);
            }
        }
    }

    /**
     * Leaky integrate-and-fire: tau v' = v_leak - v + R I; where v &gt; v_threshold, a spike leaves and v := v_reset. One
     * value per neuron in each array.
     */
    record Lif(double[] tauSeconds, double[] r, double[] vLeak, double[] vThreshold, double[] vReset)
            implements NirNode {}

    /** Leaky integrator: tau v' = v_leak - v + R I; its output is v. */
    record Li(double[] tauSeconds, double[] r, double[] vLeak) implements NirNode {}
}
