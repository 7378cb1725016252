package io.fluxon.connectors.simulation;

import java.util.SplittableRandom;

/** Standard normal deviates that are the same, bit for bit, on every Java machine and version. */
public final class Gaussian {

    private Gaussian() {}

    /** One deviate by Box and Muller's formula. */
    public static double next(SplittableRandom random) {
        double radius = Math.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
        return radius * StrictMath.cos(2 * Math.PI * random.nextDouble());
    }
}
