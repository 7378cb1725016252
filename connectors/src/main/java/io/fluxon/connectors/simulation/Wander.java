package io.fluxon.connectors.simulation;

import java.util.SplittableRandom;

/**
 * A smooth random function of time: sqrt(2 / N) sum<sub>i</sub> sin(2 pi f<sub>i</sub> t + phi<sub>i</sub>), N = 5, whose
 * long-run mean is 0 and mean square 1. One frequency is drawn from each fifth of the band.
 */
final class Wander {

    private static final int SINUSOIDS = 5;
    private static final double AMPLITUDE = Math.sqrt(2.0 / SINUSOIDS);

    private final double[] radiansPerSecond = new double[SINUSOIDS];
    private final double[] phases = new double[SINUSOIDS];

    Wander(double lowHertz, double highHertz, SplittableRandom random) {
        for (int index = 0; index < SINUSOIDS; index++) {
            double place = (index + random.nextDouble()) / SINUSOIDS;
            radiansPerSecond[index] = 2 * Math.PI * (lowHertz + (highHertz - lowHertz) * place);
            phases[index] = 2 * Math.PI * random.nextDouble();
        }
    }

    double at(double seconds) {
        double sum = 0;
        for (int index = 0; index < SINUSOIDS; index++) {
            sum += StrictMath.sin(radiansPerSecond[index] * seconds + phases[index]);
        }
        return AMPLITUDE * sum;
    }
}
