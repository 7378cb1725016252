package io.fluxon.networks.engine;

/**
 * A fully connected layer in the order of the loops that run it: one contiguous row of weights per input. For silent
 * stretches of n steps the leak is closed-form, v(k + n) = v(k) * kappa<sup>n</sup> with kappa = exp(-step / tau).
 *
 * <p>The static methods are the hot loops. Each adds in the order of its index and uses no fused multiply-add, so
 * the sum of a step depends on the order of its events and on nothing else.
 */
public final class DenseLayer {

    /** kappa to the n for n below this is tabulated; beyond, it is computed on the way. */
    private static final int TABULATED_STEPS = 1024;

    /** Weights [input][output], already scaled by the integrator. */
    final float[][] rows;

    final int inputs;
    final int outputs;

    /** Spike where v &gt; threshold, then v := 0. NaN for a readout, which never spikes. */
    final float threshold;

    private final double stepsPerTau;
    private final float[] decay = new float[TABULATED_STEPS];

    DenseLayer(float[][] rows, int outputs, float threshold, double stepsPerTau) {
        this.rows = rows;
        this.inputs = rows.length;
        this.outputs = outputs;
        this.threshold = threshold;
        this.stepsPerTau = stepsPerTau;
        for (int n = 0; n < TABULATED_STEPS; n++) {
            decay[n] = exactDecay(n);
        }
    }

    boolean isReadout() {
        return Float.isNaN(threshold);
    }

    /** kappa<sup>steps</sup>, rounded once to float. */
    float decay(long steps) {
        return steps < TABULATED_STEPS ? decay[(int) steps] : exactDecay(steps);
    }

    private float exactDecay(long steps) {
        return (float) StrictMath.exp(-steps / stepsPerTau);
    }

    /** drive[j] += row[j]. */
    public static void accumulateRow(float[] row, float[] drive) {
        for (int j = 0; j < drive.length; j++) {
            drive[j] += row[j];
        }
    }

    /**
     * v[j] = v[j] * decay + drive[j], drive[j] = 0; where v[j] &gt; threshold, j is appended to {@code spiking} and v[j]
     * = 0.
     *
     * @return the number of spikes
     */
    public static int leakAndFire(float[] v, float[] drive, float decay, float threshold, int[] spiking) {
        // Apart from the search for spikes, which it cannot vectorise, the compiler makes vectors of the leak.
        leakAndIntegrate(v, drive, decay);
        int count = 0;
        for (int j = 0; j < v.length; j++) {
            if (v[j] > threshold) {
                v[j] = 0;
                spiking[count++] = j;
            }
        }
        return count;
    }

    /** v[j] = v[j] * decay + drive[j], drive[j] = 0. */
    public static void leakAndIntegrate(float[] v, float[] drive, float decay) {
        for (int j = 0; j < v.length; j++) {
            v[j] = v[j] * decay + drive[j];
            drive[j] = 0;
        }
    }
}
