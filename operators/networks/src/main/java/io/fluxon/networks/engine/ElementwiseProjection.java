package io.fluxon.networks.engine;

/** One target for each source: what is passed on as it is, or scaled. */
final class ElementwiseProjection extends Projection {

    private final int[] targets;

    /** Factor per source, the target's gain included. */
    private final double[] factors;

    private final int targetBlockSize;

    /** False where the factor is that of no synapse: what a node without weights passes on. */
    private final boolean weighted;

    ElementwiseProjection(int target, int[] targets, double[] factors, int targetBlockSize, boolean weighted) {
        super(target);
        this.targets = targets;
        this.factors = factors;
        this.targetBlockSize = targetBlockSize;
        this.weighted = weighted;
    }

    @Override
    int accumulate(int source, double value, double[] drive, long[] due) {
        int neuron = targets[source];
        drive[neuron] += value * factors[source];
        mark(due, neuron / targetBlockSize);
        return weighted ? 1 : 0;
    }
}
