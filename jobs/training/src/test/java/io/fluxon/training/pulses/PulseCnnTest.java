package io.fluxon.training.pulses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PulseCnnTest {

    private static final int[][] LAYERS = {{4, 5, 2}, {6, 2, 2}, {8, 2, 1}, {2, 1, 1}};
    private static final int SAMPLES = 12;

    private final PulseCnn network = PulseCnn.of(SAMPLES, 2, LAYERS, 3);
    private final PulseCnn.Scratch scratch = network.new Scratch();

    PulseCnnTest() {
        SplittableRandom random = new SplittableRandom(4);
        for (float[] row : scratch.input()) {
            for (int b = 0; b < row.length; b++) {
                row[b] = (float) (2 * random.nextDouble() - 1);
            }
        }
        for (int i = 0; i < network.parameters().length; i++) {
            network.parameters()[i] += (float) (0.2 * random.nextDouble());
        }
    }

    @Test
    void isAChainOfConvolutionsWithRectifiers() {
        network.forward(scratch);
        for (int pulse : new int[] {0, 1, 77, PulseCnn.BATCH - 1}) {
            double[] expected = slowly(network.parameters(), pulse);
            assertThat(scratch.answer()[0][pulse]).isEqualTo((float) expected[0], within(1e-4f));
            assertThat(scratch.answer()[1][pulse]).isEqualTo((float) expected[1], within(1e-4f));
        }
    }

    @Test
    void theGradientIsThatOfFiniteDifferences() {
        SplittableRandom random = new SplittableRandom(5);
        network.forward(scratch);
        double[][] slopes = new double[2][PulseCnn.BATCH];
        for (int o = 0; o < 2; o++) {
            for (int b = 0; b < PulseCnn.BATCH; b++) {
                slopes[o][b] = random.nextDouble();
                scratch.answerDelta()[o][b] = (float) slopes[o][b];
            }
        }
        float[] gradient = new float[network.parameters().length];
        network.backward(scratch, gradient);
        for (int i = 0; i < gradient.length; i += 7) {
            double step = 1e-5;
            double difference = (loss(i, step, slopes) - loss(i, -step, slopes)) / (2 * step);
            assertThat((double) gradient[i])
                    .as("parameter %s", i)
                    .isEqualTo(difference, within(1e-3 * Math.abs(difference) + 1e-2));
        }
    }

    private double loss(int parameter, double change, double[][] slopes) {
        double sum = 0;
        for (int pulse = 0; pulse < PulseCnn.BATCH; pulse++) {
            double[] answer = slowly(network.parameters(), pulse, parameter, change);
            sum += slopes[0][pulse] * answer[0] + slopes[1][pulse] * answer[1];
        }
        return sum;
    }

    private double[] slowly(float[] parameters, int pulse) {
        return slowly(parameters, pulse, 0, 0);
    }

    /** In double precision, one pulse at a time over [position][channel]. */
    private double[] slowly(float[] parameters, int pulse, int changed, double change) {
        double[] x = new double[2 * SAMPLES];
        for (int i = 0; i < x.length; i++) {
            x[i] = scratch.input()[i][pulse];
        }
        for (int l = 0; l < network.layers().length; l++) {
            PulseCnn.Layer layer = network.layers()[l];
            double[] y = new double[layer.results()];
            for (int p = 0; p < layer.positions(); p++) {
                for (int o = 0; o < layer.outputs(); o++) {
                    double sum = value(parameters, layer.biasAt() + o, changed, change);
                    for (int k = 0; k < layer.kernel(); k++) {
                        for (int i = 0; i < layer.inputs(); i++) {
                            int at = layer.weightAt() + (o * layer.kernel() + k) * layer.inputs() + i;
                            sum += value(parameters, at, changed, change)
                                    * x[(p * layer.stride() + k) * layer.inputs() + i];
                        }
                    }
                    y[p * layer.outputs() + o] = l < network.layers().length - 1 ? Math.max(0, sum) : sum;
                }
            }
            x = y;
        }
        return x;
    }

    private static double value(float[] parameters, int at, int changed, double change) {
        return parameters[at] + (at == changed ? change : 0);
    }
}
