package io.fluxon.training.camera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SpikingClassifierTest {

    private static final int INPUTS = 6;
    private static final int CLASSES = 3;
    private static final int STEPS = 70;
    private static final int LABEL = 1;

    private final TrainingSettings settings =
            new TrainingSettings(4, 1000, 8, 50, 1, 1, 1e-3f, 3, 0.01f, 0.5f, 0.5f, 0, 0, 0, 0, 0, 0, 5);
    private final SpikingClassifier classifier =
            new SpikingClassifier(INPUTS, CLASSES, settings, new SplittableRandom(3));
    private final int[][] counts = new int[STEPS][INPUTS];
    private final StepEvents events = new StepEvents();

    SpikingClassifierTest() {
        Random random = new Random(1);
        events.clear();
        for (int k = 0; k < STEPS; k++) {
            for (int n = random.nextInt(3); n > 0; n--) {
                int input = random.nextInt(INPUTS);
                counts[k][input]++;
                events.add(input, k);
            }
        }
        events.group(STEPS);
    }

    @Test
    void theGradientEqualsForwardSensitivitiesOfTheSurrogate() {
        classifier.forward(events);
        double loss = classifier.backward(events, LABEL, 1);
        assertThat(classifier.spikes()).isGreaterThan(10);

        Sensitivities oracle = new Sensitivities();
        assertThat(loss).isCloseTo(oracle.loss, within(1e-4));
        for (int i = 0; i < INPUTS; i++) {
            for (int h = 0; h < 4; h++) {
                assertThat((double) classifier.inputGradient()[i * 4 + h])
                        .isCloseTo(oracle.inputGradient(i, h), within(1e-4));
            }
        }
    }

    @Test
    void theReadoutGradientEqualsFiniteDifferences() {
        classifier.forward(events);
        classifier.backward(events, LABEL, 1);
        float[] gradient = classifier.readoutGradient().clone();
        for (int i = 0; i < gradient.length; i++) {
            float original = classifier.readoutWeights[i];
            double delta = 1e-3;
            classifier.readoutWeights[i] = (float) (original + delta);
            double above = new Sensitivities().loss;
            classifier.readoutWeights[i] = (float) (original - delta);
            double below = new Sensitivities().loss;
            classifier.readoutWeights[i] = original;
            assertThat((double) gradient[i]).isCloseTo((above - below) / (2 * delta), within(2e-4));
        }
    }

    /**
     * The same loss in double precision, and its derivative by every input weight carried forwards in time beside the
     * state: slow, and with nothing in common with a backward pass.
     */
    private final class Sensitivities {

        private final double[] potential = new double[4];
        private final double[] readout = new double[CLASSES];
        private final double[][][] potentialBy = new double[INPUTS][4][4];
        private final double[][][] readoutBy = new double[INPUTS][4][CLASSES];
        private final double[][] gradient = new double[INPUTS][4];
        private double loss;

        Sensitivities() {
            double hiddenDecay = Math.exp(-1 / 8.0);
            double readoutDecay = Math.exp(-1 / 50.0);
            for (int k = 0; k < STEPS; k++) {
                double[] spike = new double[4];
                double[] slope = new double[4];
                for (int h = 0; h < 4; h++) {
                    potential[h] *= hiddenDecay;
                    for (int i = 0; i < INPUTS; i++) {
                        potential[h] += classifier.inputWeights[i * 4 + h] * counts[k][i];
                        potentialBy[i][h][h] = hiddenDecay * potentialBy[i][h][h] + counts[k][i];
                    }
                    spike[h] = potential[h] > 1 ? 1 : 0;
                    slope[h] = 1 / Math.pow(1 + 3 * Math.abs(potential[h] - 1), 2);
                }
                for (int c = 0; c < CLASSES; c++) {
                    readout[c] *= readoutDecay;
                    for (int h = 0; h < 4; h++) {
                        readout[c] += classifier.readoutWeights[c * 4 + h] * spike[h];
                        for (int i = 0; i < INPUTS; i++) {
                            readoutBy[i][h][c] = readoutDecay * readoutBy[i][h][c]
                                    + classifier.readoutWeights[c * 4 + h] * slope[h] * potentialBy[i][h][h];
                        }
                    }
                }
                for (int i = 0; i < INPUTS; i++) {
                    for (int h = 0; h < 4; h++) {
                        gradient[i][h] += 0.01 * slope[h] * potentialBy[i][h][h];
                        if (spike[h] == 1) {
                            potentialBy[i][h][h] = 0;
                        }
                    }
                }
                for (int h = 0; h < 4; h++) {
                    potential[h] = spike[h] == 1 ? 0 : potential[h];
                }
                double weight = ((k + 1) % 20 == 0 ? 1 / 20.0 : 0) + (k == STEPS - 1 ? 5 / 20.0 : 0);
                if (weight > 0) {
                    addLoss(weight);
                }
            }
        }

        private void addLoss(double weight) {
            double sum = 0;
            for (double u : readout) {
                sum += Math.exp(u);
            }
            loss -= weight * Math.log(Math.exp(readout[LABEL]) / sum);
            for (int i = 0; i < INPUTS; i++) {
                for (int h = 0; h < 4; h++) {
                    for (int c = 0; c < CLASSES; c++) {
                        double byReadout = Math.exp(readout[c]) / sum - (c == LABEL ? 1 : 0);
                        gradient[i][h] += weight * byReadout * readoutBy[i][h][c];
                    }
                }
            }
        }

        double inputGradient(int input, int neuron) {
            return gradient[input][neuron];
        }
    }
}
