package io.fluxon.networks.engine;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
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

    /** How far down a sign bit goes so that the lanes' bits stand side by side, the last lane's uppermost. */
    private static final LongVector DOWN = LongVector.broadcast(BITS, SPECIES.length() - 1)
            .sub(LongVector.zero(BITS).addIndex(1));

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

    /** In one pass, where a block of 64 neurons is still in registers when the search comes. */
    @Override
    public int leakAndSearch(double[] v, double[] decay, double[] drive, double[] limit, int[] indices) {
        int count = 0;
        int words = v.length & -Long.SIZE;
        for (int base = 0; base < words; base += Long.SIZE) {
            count = append(leakAndCompare(v, decay, drive, limit, base), v, limit, base, indices, count);
        }
        for (int j = words; j < v.length; j++) {
            v[j] = v[j] * decay[j] + drive[j];
            drive[j] = 0;
            if (v[j] > limit[j]) {
                indices[count++] = j;
            }
        }
        return count;
    }

    @Override
    public int indicesAbove(double[] v, double[] limit, int[] indices) {
        int count = 0;
        int words = v.length & -Long.SIZE;
        for (int base = 0; base < words; base += Long.SIZE) {
            count = append(compare(v, limit, base), v, limit, base, indices, count);
        }
        for (int j = words; j < v.length; j++) {
            if (v[j] > limit[j]) {
                indices[count++] = j;
            }
        }
        return count;
    }

    /** Bit j set where v[base + j] may exceed limit[base + j], j &lt; 64. No processor foresees which spike, so without a jump. */
    private static long compare(double[] v, double[] limit, int base) {
        LongVector bits = LongVector.zero(BITS);
        for (int j = 0; j < Long.SIZE; j += SPECIES.length()) {
            bits = withSigns(bits, DoubleVector.fromArray(SPECIES, v, base + j), limit, base + j);
        }
        return bits.reduceLanes(VectorOperators.OR);
    }

    private static long leakAndCompare(double[] v, double[] decay, double[] drive, double[] limit, int base) {
        LongVector bits = LongVector.zero(BITS);
        for (int j = 0; j < Long.SIZE; j += SPECIES.length()) {
            DoubleVector potential = DoubleVector.fromArray(SPECIES, v, base + j)
                    .mul(DoubleVector.fromArray(SPECIES, decay, base + j))
                    .add(DoubleVector.fromArray(SPECIES, drive, base + j));
            potential.intoArray(v, base + j);
            DoubleVector.zero(SPECIES).intoArray(drive, base + j);
            bits = withSigns(bits, potential, limit, base + j);
        }
        return bits.reduceLanes(VectorOperators.OR);
    }

    /**
     * Makes room at the upper end of the bits and puts the signs of the differences there: set where a potential may be
     * above its limit. Cheaper than a mask, which Java 17 has to turn into numbers first.
     */
    private static LongVector withSigns(LongVector bits, DoubleVector potential, double[] limit, int at) {
        LongVector signs = DoubleVector.fromArray(SPECIES, limit, at)
                .sub(potential)
                .reinterpretAsLongs()
                .and(Long.MIN_VALUE);
        return bits.lanewise(VectorOperators.LSHR, SPECIES.length()).or(signs.lanewise(VectorOperators.LSHR, DOWN));
    }

    /** Appends the neurons of the bits, less those where infinities or NaN have set the sign of the difference. */
    private static int append(long bits, double[] v, double[] limit, int base, int[] indices, int count) {
        int next = count;
        for (long rest = bits; rest != 0; rest &= rest - 1) {
            int j = base + Long.numberOfTrailingZeros(rest);
            if (v[j] > limit[j]) {
                indices[next++] = j;
            }
        }
        return next;
    }
}
