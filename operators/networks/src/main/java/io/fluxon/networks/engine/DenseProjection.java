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
    long accumulate(int[] sources, double[] values, int from, int to, double[] drive, long[] due) {
        for (int i = from; i < to; i++) {
            if (values[i] != 1) {
                return super.accumulate(sources, values, from, to, drive, due);
            }
        }
        return accumulate(sources, from, to, drive, due);
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
        if (i + 1 < to) {
            KERNELS.accumulateRows(rows[sources[i]], rows[sources[i + 1]], drive);
            i += 2;
        }
        if (i < to) {
            KERNELS.accumulateRow(rows[sources[i]], drive);
        }
        return (long) (to - from) * drive.length;
    }
}
