package io.fluxon.networks.engine;

/** A full matrix: one contiguous row of weights per source, in the order of the target's memory. */
final class DenseProjection extends Projection {

    private static final Kernels KERNELS = Kernels.BEST;

    /** Weights [source][target], the target's gain included. */
    private final double[][] rows;

    private final int targetBlocks;

    DenseProjection(int target, double[][] rows, int targetBlocks) {
        super(target);
        this.rows = rows;
        this.targetBlocks = targetBlocks;
    }

    @Override
    int accumulate(int source, double value, double[] drive, long[] due) {
        markAll(due, targetBlocks);
        if (value == 1) {
            KERNELS.accumulateRow(rows[source], drive);
        } else {
            KERNELS.accumulateScaledRow(rows[source], value, drive);
        }
        return drive.length;
    }

    @Override
    long accumulate(Spikes spikes, double[] drive, long[] due) {
        int count = spikes.count;
        for (int i = 0; i < count; i++) {
            if (spikes.values[i] != 1) {
                return super.accumulate(spikes, drive, due);
            }
        }
        return accumulate(spikes.neurons, 0, count, drive, due);
    }

    @Override
    long accumulate(int[] sources, int from, int to, double[] drive, long[] due) {
        if (from == to) {
            return 0;
        }
        markAll(due, targetBlocks);
        int i = from;
        for (; i + 3 < to; i += 4) {
            KERNELS.accumulateRows(
                    rows[sources[i]], rows[sources[i + 1]], rows[sources[i + 2]], rows[sources[i + 3]], drive);
        }
        for (; i < to; i++) {
            KERNELS.accumulateRow(rows[sources[i]], drive);
        }
        return (long) (to - from) * drive.length;
    }
}
