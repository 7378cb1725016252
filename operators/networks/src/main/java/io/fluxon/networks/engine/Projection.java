package io.fluxon.networks.engine;

/**
 * A linear map from what leaves one population, or the input, to what drives another. It works on what is there: its cost
 * is proportional to the spikes. Each contribution is added in the order of the spikes.
 */
abstract class Projection {

    /** Index of the population that is driven. */
    final int target;

    Projection(int target) {
        this.target = target;
    }

    /**
     * Adds the effect of {@code value} at one source element.
     *
     * @param due gets the bits of the target's blocks that are reached
     * @return weights added; of maps without weights, 0
     */
    abstract int accumulate(int source, double value, double[] drive, long[] due);

    /** The same for several, in their order. */
    long accumulate(int[] sources, double[] values, int from, int to, double[] drive, long[] due) {
        long operations = 0;
        for (int i = from; i < to; i++) {
            operations += accumulate(sources[i], values[i], drive, due);
        }
        return operations;
    }

    /** The same for events of value 1. */
    long accumulate(int[] sources, int from, int to, double[] drive, long[] due) {
        long operations = 0;
        for (int i = from; i < to; i++) {
            operations += accumulate(sources[i], 1, drive, due);
        }
        return operations;
    }

    /** Marks all blocks of a population. */
    static void markAll(long[] due, int blocks) {
        for (int word = 0; word < due.length; word++) {
            due[word] = -1;
        }
        if ((blocks & 63) != 0) {
            due[due.length - 1] = (1L << (blocks & 63)) - 1;
        }
    }

    static void mark(long[] due, int block) {
        due[block >>> 6] |= 1L << (block & 63);
    }
}
