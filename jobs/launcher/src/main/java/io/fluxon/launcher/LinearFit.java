package io.fluxon.launcher;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The straight line y = gain * x + offset of least squares.
 *
 * @param points number of pairs
 * @param correlation Pearson's
 * @param residualRms root of the mean squared distance of y from the line
 */
record LinearFit(
        int points,
        double correlation,
        double gain,
        double offset,
        @JsonProperty("residual_rms") double residualRms) {

    /** Fits the first {@code count} pairs, at least 3. */
    static LinearFit of(double[] x, double[] y, int count) {
        if (count < 3) {
            throw new IllegalArgumentException("a line through " + count + " points");
        }
        double meanX = 0;
        double meanY = 0;
        for (int i = 0; i < count; i++) {
            meanX += x[i] / count;
            meanY += y[i] / count;
        }
        double xx = 0;
        double xy = 0;
        double yy = 0;
        for (int i = 0; i < count; i++) {
            xx += (x[i] - meanX) * (x[i] - meanX);
            xy += (x[i] - meanX) * (y[i] - meanY);
            yy += (y[i] - meanY) * (y[i] - meanY);
        }
        double gain = xy / xx;
        double squares = 0;
        for (int i = 0; i < count; i++) {
            double residual = y[i] - meanY - gain * (x[i] - meanX);
            squares += residual * residual;
        }
        return new LinearFit(count, xy / Math.sqrt(xx * yy), gain, meanY - gain * meanX, Math.sqrt(squares / count));
    }
}
