package io.fluxon.training;

import java.util.Locale;

/** Right answers out of a number of them. */
public record Score(int right, int total) {

    private static final double Z_95 = 1.959963984540054;

    public Score plus(Score other) {
        return new Score(right + other.right, total + other.total);
    }

    public double accuracy() {
        return (double) right / total;
    }

    /** Lower end of the 95 % interval of Wilson (1927). */
    public double lower() {
        return centre() - halfWidth();
    }

    /** Upper end of the 95 % interval of Wilson (1927). */
    public double upper() {
        return centre() + halfWidth();
    }

    private double centre() {
        return (right + Z_95 * Z_95 / 2) / (total + Z_95 * Z_95);
    }

    private double halfWidth() {
        double p = accuracy();
        return Z_95 * Math.sqrt(total * p * (1 - p) + Z_95 * Z_95 / 4) / (total + Z_95 * Z_95);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d of %d = %.1f %% (95 %% interval %.1f to %.1f %%)",
                right,
                total,
                100 * accuracy(),
                100 * lower(),
                100 * upper());
    }
}
