package io.fluxon.networks.engine;

import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link Kernels} with explicit vector instructions in the loops that the compiler of Java 17 leaves scalar; the others it
 * turns into vector instructions by itself. Needs the module jdk.incubator.vector, and is slow without the optimising
 * compiler.
 */
final class VectorKernels extends Kernels {

    private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Long> BITS = SPECIES.withLanes(long.class);

    /** 2<sup>j</sup>. */
    private static final long[] BIT = new long[Long.SIZE];

    static {
        Arrays.setAll(BIT, j -> 1L << j);
    }

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

    /**
     * Which neurons spike is nothing that a processor can foresee; so the comparisons of 64 neurons go into the bits of one
     * word without a jump.
     */
    @Override
    public int indicesAbove(double[] v, double[] limit, int[] indices) {
        int count = 0;
        int words = v.length & -Long.SIZE;
        for (int base = 0; base < words; base += Long.SIZE) {
            for (long above = above(v, limit, base); above != 0; above &= above - 1) {
                indices[count++] = base + Long.numberOfTrailingZeros(above);
            }
        }
        for (int j = words; j < v.length; j++) {
            if (v[j] > limit[j]) {
                indices[count++] = j;
            }
        }
        return count;
    }

    /** Bit j set where v[base + j] &gt; limit[base + j], j &lt; 64. */
    private static long above(double[] v, double[] limit, int base) {
        LongVector bits = LongVector.zero(BITS);
        for (int j = 0; j < Long.SIZE; j += SPECIES.length()) {
            VectorMask<Double> above = DoubleVector.fromArray(SPECIES, v, base + j)
                    .compare(VectorOperators.GT, DoubleVector.fromArray(SPECIES, limit, base + j));
            bits = bits.blend(LongVector.fromArray(BITS, BIT, j), above.cast(BITS));
        }
        return bits.reduceLanes(VectorOperators.OR);
    }
}
