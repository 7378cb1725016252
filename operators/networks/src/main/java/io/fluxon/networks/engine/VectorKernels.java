package io.fluxon.networks.engine;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Kernels} with explicit vector instructions in the loops that the compiler of Java 17 leaves scalar; the others it
 * turns into vector instructions by itself. Needs the module jdk.incubator.vector, and is slow without the optimising
 * compiler.
 */
final class VectorKernels extends Kernels {

    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;

    /** The compiler cannot rule out that two parts of arrays at different offsets overlap. */
    @Override
    public void accumulateBlock(double[] weights, int from, double factor, double[] drive, int to, int length) {
        int vectors = SPECIES.loopBound(length);
        for (int j = 0; j < vectors; j += SPECIES.length()) {
            DoubleVector product =
                    DoubleVector.fromArray(SPECIES, weights, from + j).mul(factor);
            DoubleVector.fromArray(SPECIES, drive, to + j).add(product).intoArray(drive, to + j);
        }
        for (int j = vectors; j < length; j++) {
            drive[to + j] += factor * weights[from + j];
        }
    }

    /** Most vectors hold no neuron above its limit. */
    @Override
    public int indicesAbove(double[] v, double[] limit, int[] indices) {
        int count = 0;
        int vectors = SPECIES.loopBound(v.length);
        for (int j = 0; j < vectors; j += SPECIES.length()) {
            DoubleVector limits = DoubleVector.fromArray(SPECIES, limit, j);
            if (DoubleVector.fromArray(SPECIES, v, j)
                    .compare(VectorOperators.GT, limits)
                    .anyTrue()) {
                count = appendAbove(v, limit, j, j + SPECIES.length(), indices, count);
            }
        }
        return appendAbove(v, limit, vectors, v.length, indices, count);
    }

    private static int appendAbove(double[] v, double[] limit, int from, int to, int[] indices, int count) {
        int next = count;
        for (int j = from; j < to; j++) {
            if (v[j] > limit[j]) {
                indices[next++] = j;
            }
        }
        return next;
    }
}
