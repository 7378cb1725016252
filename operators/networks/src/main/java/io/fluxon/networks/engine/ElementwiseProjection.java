package io.fluxon.networks.engine;

/**
 * One target for each source: what is passed on as it is, or scaled. Kept in runs of 2<sup>n</sup> sources side by side
 * that have one factor and one distance to their targets, with n as large as it can be: what is looked up for an event
 * should lie in the first-level cache.
 */
final class ElementwiseProjection extends Projection {

    /** Base-two logarithm of the length of a run. */
    private final int runShift;

    /** Per run, index of the target less that of the source. */
    private final int[] distances;

    /** Factor per run, the target's gain included. */
    private final double[] factors;

    private final int targetBlockSize;

    /** False where the factor is that of no synapse: what a node without weights passes on. */
    private final boolean weighted;

    /**
     * @param targets per source
     * @param factors per source
     */
    ElementwiseProjection(int target, int[] targets, double[] factors, int targetBlockSize, boolean weighted) {
        super(target);
        this.runShift = runShift(targets, factors);
        int runs = (targets.length - 1 >>> runShift) + 1;
        this.distances = new int[runs];
        this.factors = new double[runs];
        for (int run = 0; run < runs; run++) {
            int first = run << runShift;
            distances[run] = targets[first] - first;
            this.factors[run] = factors[first];
        }
        this.targetBlockSize = targetBlockSize;
        this.weighted = weighted;
    }

    private static int runShift(int[] targets, double[] factors) {
        int starts = 0;
        for (int i = 1; i < targets.length; i++) {
            if (targets[i] != targets[i - 1] + 1
                    || Double.doubleToRawLongBits(factors[i]) != Double.doubleToRawLongBits(factors[i - 1])) {
                starts |= i;
            }
        }
        // Every run begins at a multiple of the largest power of two that divides all starts.
        return starts == 0 ? 30 : Integer.numberOfTrailingZeros(starts);
    }

    @Override
    int accumulate(int source, double value, double[] drive, long[] due) {
        int run = source >>> runShift;
        int neuron = source + distances[run];
        drive[neuron] += value * factors[run];
        mark(due, neuron / targetBlockSize);
        return weighted ? 1 : 0;
    }

    @Override
    long accumulate(int[] sources, int from, int to, double[] drive, long[] due) {
        if (targetBlockSize != 1) {
            return super.accumulate(sources, from, to, drive, due);
        }
        accumulatePlaces(sources, from, to, drive, due);
        return weighted ? to - from : 0;
    }

    /** drive[t] = drive[t] + factor of the target t of each source, every target being a block. */
    private void accumulatePlaces(int[] sources, int from, int to, double[] drive, long[] due) {
        for (int i = from; i < to; i++) {
            int source = sources[i];
            int run = source >>> runShift;
            int neuron = source + distances[run];
            drive[neuron] += factors[run];
            mark(due, neuron);
        }
    }
}
