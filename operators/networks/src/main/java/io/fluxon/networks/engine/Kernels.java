package io.fluxon.networks.engine;

import java.util.Arrays;

/**
 * The hot loops of the engine, over whole arrays of one length unless said otherwise. Each element is computed in the
 * order that its formula shows, without fused multiply-add; so every implementation gives the same bits.
 */
public class Kernels {

    /**
     * The implementation in use: {@link VectorKernels} where Java was started with {@code --add-modules
     * jdk.incubator.vector}, else these loops. Nobody else makes {@link VectorKernels}, so two threads cannot initialise
     * the two classes in opposite order.
     */
    @SuppressWarnings("ClassInitializationDeadlock")
    public static final Kernels BEST =
            ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent() ? new VectorKernels() : new Kernels();

    /** drive[j] = drive[j] + row[j]. */
    public void accumulateRow(double[] row, double[] drive) {
        for (int j = 0; j < drive.length; j++) {
            drive[j] += row[j];
        }
    }

    /** drive[j] = (drive[j] + a[j]) + b[j]: twice {@link #accumulateRow}, in one pass. */
    public void accumulateRows(double[] a, double[] b, double[] drive) {
        for (int j = 0; j < drive.length; j++) {
            drive[j] = drive[j] + a[j] + b[j];
        }
    }

    /** drive[j] = (((drive[j] + a[j]) + b[j]) + c[j]) + d[j]: four times {@link #accumulateRow}, in one pass. */
    public void accumulateRows(double[] a, double[] b, double[] c, double[] d, double[] drive) {
        for (int j = 0; j < drive.length; j++) {
            drive[j] = drive[j] + a[j] + b[j] + c[j] + d[j];
        }
    }

    /** drive[j] = drive[j] + factor * row[j]. */
    public void accumulateScaledRow(double[] row, double factor, double[] drive) {
        for (int j = 0; j < drive.length; j++) {
            drive[j] += factor * row[j];
        }
    }

    /** drive[to + j] = drive[to + j] + factor * weights[from + j], j &lt; length. */
    public void accumulateBlock(double[] weights, int from, double factor, double[] drive, int to, int length) {
        for (int j = 0; j < length; j++) {
            drive[to + j] += factor * weights[from + j];
        }
    }

    /** v[j] = v[j] * decay[j] + drive[j]. */
    public void leakAndIntegrate(double[] v, double[] decay, double[] drive) {
        for (int j = 0; j < v.length; j++) {
            v[j] = v[j] * decay[j] + drive[j];
        }
    }

    /** v[j] = (v[j] * decay[j] + rest[j]) + drive[j]. */
    public void leakAndIntegrate(double[] v, double[] decay, double[] rest, double[] drive) {
        for (int j = 0; j < v.length; j++) {
            v[j] = v[j] * decay[j] + rest[j] + drive[j];
        }
    }

    /**
     * {@link #leakAndIntegrate(double[], double[], double[])}, after which the drive is 0 and {@link #indicesAbove} follows.
     *
     * @return how many indices there are
     */
    public int leakAndSearch(double[] v, double[] decay, double[] drive, double[] limit, int[] indices) {
        leakAndIntegrate(v, decay, drive);
        Arrays.fill(drive, 0);
        return indicesAbove(v, limit, indices);
    }

    /**
     * Writes the j with v[j] &gt; limit[j], ascending.
     *
     * @return how many there are
     */
    public int indicesAbove(double[] v, double[] limit, int[] indices) {
        int count = 0;
        for (int j = 0; j < v.length; j++) {
            if (v[j] > limit[j]) {
                indices[count++] = j;
            }
        }
        return count;
    }
}
