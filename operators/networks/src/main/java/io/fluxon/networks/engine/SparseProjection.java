package io.fluxon.networks.engine;

/** A matrix of few weights: per source, the targets that it reaches and their weights. */
final class SparseProjection extends Projection {

    private final int[][] targets;

    /** Weights in the order of {@link #targets}, the target's gain included. */
    private final double[][] weights;

    private final int targetBlockSize;

    SparseProjection(int target, int[][] targets, double[][] weights, int targetBlockSize) {
        super(target);
        this.targets = targets;
        this.weights = weights;
        this.targetBlockSize = targetBlockSize;
    }

    @Override
    int accumulate(int source, double value, double[] drive, long[] due) {
        int[] reached = targets[source];
        scatter(weights[source], value, reached, drive);
        if (targetBlockSize == drive.length && reached.length > 0) {
            mark(due, 0);
        } else {
            for (int neuron : reached) {
                mark(due, neuron / targetBlockSize);
            }
        }
        return reached.length;
    }

    /** drive[targets[i]] += value * weights[i]. */
    private static void scatter(double[] weights, double value, int[] targets, double[] drive) {
        for (int i = 0; i < weights.length; i++) {
            drive[targets[i]] += value * weights[i];
        }
    }
}
