package io.fluxon.networks.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ActivationsTest {

    @Test
    void tanhAndSigmoidAreWithinAMillionthOfTheTrueFunctions() {
        for (int i = -200_000; i <= 200_000; i++) {
            float x = i * 1e-4f;
            assertThat((double) Activations.tanh(x)).isCloseTo(StrictMath.tanh(x), within(1e-6));
            assertThat((double) Activations.sigmoid(x)).isCloseTo(1 / (1 + StrictMath.exp(-x)), within(1e-6));
        }
    }

    @Test
    void farInputsSaturate() {
        assertThat((double) Activations.tanh(Float.MAX_VALUE)).isCloseTo(1, within(1e-6));
        assertThat((double) Activations.tanh(Float.NEGATIVE_INFINITY)).isCloseTo(-1, within(1e-6));
        assertThat((double) Activations.sigmoid(-1e30f)).isCloseTo(0, within(1e-6));
    }
}
