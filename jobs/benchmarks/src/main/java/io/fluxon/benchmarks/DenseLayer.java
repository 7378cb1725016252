package io.fluxon.benchmarks;

import io.fluxon.networks.engine.Kernels;
import java.util.Arrays;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The yardstick: one layer of leaky integrate-and-fire neurons whose step takes the full product of matrix and input,
 * zeros and all. Leak and search for spikes are the engine's own; each sum runs in the order of the inputs, so it gives the
 * engine's bits.
 */
final class DenseLayer {

    /** Ways to take the product, all over an array of weights per input. */
    enum Product {
        /** One row after the other. */
        ROW,
        /** Four rows in one pass. */
        FOUR_ROWS,
        /** Four rows in one pass, in explicit vector instructions. */
        VECTOR,
        /** Not dense: only the rows of inputs that spike, four in one pass, as the engine does. */
        ACTIVE_ROWS
    }

    private final Product product;
    private final double[][] rows;
    private final double[] decay;
    private final double[] limit;
    private final double[] v;
    private final double[] drive;
    private final int[] spiking;

    DenseLayer(Product product, double[][] rows, double decay, double threshold) {
        int neurons = rows[0].length;
        if (rows.length % 4 != 0 || neurons % 8 != 0) {
            throw new IllegalArgumentException(rows.length + " x " + neurons + ": not multiples of 4 and 8");
        }
        this.product = product;
        this.rows = rows;
        this.decay = new double[neurons];
        this.limit = new double[neurons];
        Arrays.fill(this.decay, decay);
        Arrays.fill(limit, threshold);
        this.v = new double[neurons];
        this.drive = new double[neurons];
        this.spiking = new int[neurons + 1];
    }

    /** The sum of weights times input, alone. */
    double[] product(double[] input, int[] active) {
        Arrays.fill(drive, 0);
        multiply(input, active);
        return drive;
    }

    private void multiply(double[] input, int[] active) {
        switch (product) {
            case ROW -> addRows(input);
            case FOUR_ROWS -> addFourRowsAtATime(input);
            case VECTOR -> Vectors.addFourRowsAtATime(rows, input, drive);
            case ACTIVE_ROWS -> addActiveRows(active);
        }
    }

    /** Takes a step and returns how many neurons spike. */
    int step(double[] input, int[] active) {
        multiply(input, active);
        int count = Kernels.BEST.leakAndSearch(v, decay, drive, limit, spiking);
        for (int s = 0; s < count; s++) {
            v[spiking[s]] = 0;
        }
        return count;
    }

    private void addRows(double[] input) {
        for (int i = 0; i < rows.length; i++) {
            Kernels.BEST.accumulateScaledRow(rows[i], input[i], drive);
        }
    }

    private void addActiveRows(int[] active) {
        int i = 0;
        for (; i + 3 < active.length; i += 4) {
            Kernels.BEST.accumulateRows(
                    rows[active[i]], rows[active[i + 1]], rows[active[i + 2]], rows[active[i + 3]], drive);
        }
        for (; i < active.length; i++) {
            Kernels.BEST.accumulateRow(rows[active[i]], drive);
        }
    }

    private void addFourRowsAtATime(double[] x) {
        for (int i = 0; i < rows.length; i += 4) {
            add(rows[i], x[i], rows[i + 1], x[i + 1], rows[i + 2], x[i + 2], rows[i + 3], x[i + 3], drive);
        }
    }

    private static void add(
            double[] a, double p, double[] b, double q, double[] c, double r, double[] d, double s, double[] drive) {
        for (int j = 0; j < drive.length; j++) {
            drive[j] = drive[j] + p * a[j] + q * b[j] + r * c[j] + s * d[j];
        }
    }

    /** Apart, as it needs the module jdk.incubator.vector. */
    private static final class Vectors {

        private static final VectorSpecies<Double> SPECIES = DoubleVector.SPECIES_PREFERRED;

        static void addFourRowsAtATime(double[][] rows, double[] x, double[] drive) {
            for (int i = 0; i < rows.length; i += 4) {
                add(rows[i], x[i], rows[i + 1], x[i + 1], rows[i + 2], x[i + 2], rows[i + 3], x[i + 3], drive);
            }
        }

        private static void add(
                double[] a,
                double p,
                double[] b,
                double q,
                double[] c,
                double r,
                double[] d,
                double s,
                double[] drive) {
            for (int j = 0; j < drive.length; j += SPECIES.length()) {
                DoubleVector.fromArray(SPECIES, drive, j)
                        .add(DoubleVector.fromArray(SPECIES, a, j).mul(p))
                        .add(DoubleVector.fromArray(SPECIES, b, j).mul(q))
                        .add(DoubleVector.fromArray(SPECIES, c, j).mul(r))
                        .add(DoubleVector.fromArray(SPECIES, d, j).mul(s))
                        .intoArray(drive, j);
            }
        }
    }
}
