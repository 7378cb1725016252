package io.fluxon.training.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fluxon.networks.engine.DeltaGru;
import io.fluxon.networks.engine.DeltaGruState;
import io.fluxon.networks.model.Model;
import io.fluxon.signals.motion.MotionNormalizer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class GruLearnerTest {

    private static final int INPUTS = MotionNormalizer.CHANNELS;
    private static final int HIDDEN = 6;
    private static final int STEPS = 12;
    private static final int WINDOW = 4;
    private static final int[] TARGETS = {2, 0, 5};

    private final SplittableRandom random = new SplittableRandom(3);

    private static WatchSettings settings(float inputThreshold, float hiddenThreshold) {
        return new WatchSettings(
                HIDDEN, 1, 2, 3, 1e-2f, 0, 0, inputThreshold, hiddenThreshold, 2, 0, 0, 0, 0, 0, 0, 0, 0, 1);
    }

    private GruLearner learner(float inputThreshold, float hiddenThreshold) {
        return new GruLearner(
                INPUTS, WatchData.CLASSES.size(), settings(inputThreshold, hiddenThreshold), new SplittableRandom(5));
    }

    private float[][] inputs() {
        float[][] x = new float[STEPS][INPUTS];
        for (float[] step : x) {
            for (int i = 0; i < INPUTS; i++) {
                step[i] = (float) (2 * random.nextDouble() - 1);
            }
        }
        return x;
    }

    private static float[][] keepAll() {
        float[][] keep = new float[TARGETS.length][HIDDEN];
        for (float[] factors : keep) {
            Arrays.fill(factors, 1);
        }
        return keep;
    }

    private static double loss(GruLearner learner, float[][] x, float[][] keep) {
        return learner.newWalker(STEPS).learn(learner.newHistory(), x, STEPS, WINDOW, TARGETS, keep, 1);
    }

    @Test
    void theGradientIsTheSlopeOfTheLoss() {
        GruLearner learner = learner(0, 0);
        float[][] x = inputs();
        float[][] keep = keepAll();
        keep[1][2] = 0;
        keep[2][0] = 2;
        GruLearner.Walker walker = learner.newWalker(STEPS);
        walker.learn(learner.newHistory(), x, STEPS, WINDOW, TARGETS, keep, 1);
        float h = 1e-2f;
        for (int block = 0; block < learner.parameters.length; block++) {
            for (int i = 0; i < learner.parameters[block].length; i++) {
                float kept = learner.parameters[block][i];
                learner.parameters[block][i] = kept + h;
                double above = loss(learner, x, keep);
                learner.parameters[block][i] = kept - h;
                double below = loss(learner, x, keep);
                learner.parameters[block][i] = kept;
                assertThat((double) walker.gradient[block][i])
                        .as("parameter %d of block %d", i, block)
                        .isCloseTo((above - below) / (2 * h), within(2e-3));
            }
        }
    }

    @Test
    void aHistoryGoesOnFromChunkToChunk() {
        GruLearner learner = learner(0.3f, 0.1f);
        float[][] x = inputs();
        GruLearner.Walker walker = learner.newWalker(STEPS);
        double whole = walker.learn(learner.newHistory(), x, STEPS, WINDOW, TARGETS, keepAll(), 1);
        GruLearner.History history = learner.newHistory();
        double parts = 0;
        for (int w = 0; w < TARGETS.length; w++) {
            float[][] part = Arrays.copyOfRange(x, w * WINDOW, (w + 1) * WINDOW);
            parts += walker.learn(history, part, WINDOW, WINDOW, new int[] {TARGETS[w]}, keepAll(), 1);
        }
        assertThat(parts).isCloseTo(whole, within(1e-5));
        history.reset();
        assertThat(walker.learn(history, x, STEPS, WINDOW, TARGETS, keepAll(), 1))
                .isEqualTo(whole);
    }

    @Test
    void theModelRunsAsItWasTrainedThresholdsIncluded() {
        for (float threshold : new float[] {0, 0.3f}) {
            GruLearner learner = learner(threshold, threshold / 3);
            float[][] x = inputs();
            Model model = new WatchTrainer(settings(threshold, threshold / 3)).model(learner, "n", "1", "");
            DeltaGru network = DeltaGru.compile(model);
            DeltaGruState state = network.newState();
            float[] logits = new float[network.classes()];
            double loss = 0;
            for (int k = 0; k < STEPS; k++) {
                network.step(state, x[k]);
                if ((k + 1) % WINDOW == 0) {
                    network.logits(state, logits);
                    DeltaGru.softmax(logits);
                    loss -= Math.log(logits[TARGETS[k / WINDOW]]);
                }
            }
            assertThat(loss(learner, x, keepAll())).isCloseTo(loss, within(1e-5));
        }
    }

    @Test
    void updatesBringTheLossDown() {
        GruLearner learner = learner(0.1f, 0.05f);
        float[][] x = inputs();
        double before = loss(learner, x, keepAll());
        GruLearner.Walker[] walkers = {learner.newWalker(STEPS), learner.newWalker(STEPS)};
        for (int i = 0; i < 60; i++) {
            for (GruLearner.Walker walker : walkers) {
                walker.learn(learner.newHistory(), x, STEPS, WINDOW, TARGETS, keepAll(), 0.5f);
            }
            learner.update(walkers, 1e-2f, 0);
        }
        assertThat(loss(learner, x, keepAll())).isLessThan(before / 4);
    }
}
