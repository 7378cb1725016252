package io.fluxon.networks.engine;

/** Sigmoid and tanh in single precision by arithmetic alone: the same bits on every machine, and fit for vector units. */
public final class Activations {

    /** Beyond, tanh is 1 in single precision. */
    private static final float SATURATION = 7.90531110763549805f;

    private Activations() {}

    /**
     * tanh x as a quotient of polynomials, odd of degree 13 over even of degree 6 (the minimax fit on +-7.9 that Eigen uses
     * too); within 1e-6 of the true value everywhere.
     */
    public static float tanh(float value) {
        float x = Math.max(-SATURATION, Math.min(SATURATION, value));
        float x2 = x * x;
        float p = x2 * -2.76076847742355e-16f + 2.00018790482477e-13f;
        p = x2 * p - 8.60467152213735e-11f;
        p = x2 * p + 5.12229709037114e-08f;
        p = x2 * p + 1.48572235717979e-05f;
        p = x2 * p + 6.37261928875436e-04f;
        p = x2 * p + 4.89352455891786e-03f;
        float q = x2 * 1.19825839466702e-06f + 1.18534705686654e-04f;
        q = x2 * q + 2.26843463243900e-03f;
        q = x2 * q + 4.89352518554385e-03f;
        return x * p / q;
    }

    /** 1 / (1 + exp(-x)) = (1 + tanh(x / 2)) / 2. */
    public static float sigmoid(float x) {
        return 0.5f + 0.5f * tanh(0.5f * x);
    }
}
