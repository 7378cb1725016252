package io.fluxon.training.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fluxon.networks.engine.DeltaGru;
import io.fluxon.networks.model.NirNode;
import io.fluxon.training.Score;
import io.fluxon.training.watch.WatchData.Segment;
import io.fluxon.training.watch.WatchData.Subject;
import io.fluxon.training.watch.WatchEvaluation.History;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WatchEvaluationTest {

    private static final WatchSettings SMALL =
            new WatchSettings(12, 20, 4, 2, 1e-2f, 0, 0, 0.05f, 0.02f, 2, 0, 0, 0, 0, 0, 0, 0.2, 0.1, 1);

    /** Gravity along z and a wave along x whose rate is the class's. */
    private static Segment segment(int classIndex, int windows, SplittableRandom random) {
        float[] samples = new float[windows * WatchData.WINDOW_STEPS * 6];
        for (int k = 0; k < samples.length / 6; k++) {
            for (int channel = 0; channel < 6; channel++) {
                samples[6 * k + channel] = (float) (0.1 * random.nextDouble());
            }
            samples[6 * k] += (float) (3 * Math.sin(classIndex * k * 0.5));
            samples[6 * k + 2] += 9.8f;
        }
        return new Segment(classIndex, samples);
    }

    private static List<Subject> subjects(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Subject> subjects = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<Segment> segments = new ArrayList<>();
            for (int c = 0; c < 3; c++) {
                segments.add(segment(c, 30, random));
            }
            subjects.add(new Subject("subject-" + i, false, segments));
        }
        return subjects;
    }

    private static DeltaGru trained(List<Subject> subjects) throws InterruptedException {
        return DeltaGru.compile(
                new WatchTraining(new WatchData(subjects, List.of()), SMALL).train("n", "1", "", () -> {}));
    }

    @Test
    void networkAndRidgeLearnToTellRatesApart() throws InterruptedException {
        DeltaGru network = trained(subjects(4, 1));
        List<Subject> unseen = subjects(2, 2);

        for (History history : History.values()) {
            WatchEvaluation evaluation = WatchEvaluation.of(network, unseen, history);
            assertThat(evaluation.activities().score().total()).isEqualTo(2 * 3 * 30);
            assertThat(evaluation.activities().score().accuracy()).isGreaterThan(0.9);
            assertThat(evaluation.saved()).isBetween(0.1, 1.0);
        }
        assertThat(RidgeBaseline.fit(subjects(4, 1), 1e-4, 1)
                        .evaluate(unseen)
                        .activities()
                        .score()
                        .accuracy())
                .isGreaterThan(0.9);
        List<Score> after = WatchEvaluation.afterChange(network, unseen);
        assertThat(after).allSatisfy(score -> assertThat(score.total()).isEqualTo(6));
        assertThat(after.get(after.size() - 1).right()).isGreaterThanOrEqualTo(5);
    }

    @Test
    void theSameSeedGivesTheSameNetwork() throws InterruptedException {
        float[] first = weights(trained(subjects(3, 3)));
        assertThat(weights(trained(subjects(3, 3)))).containsExactly(first);
    }

    private static float[] weights(DeltaGru network) {
        return ((NirNode.DeltaGru) network.model().graph().nodes().get("gru")).weightHh();
    }

    @Test
    void withoutThresholdsNothingIsSavedAndALargeOneSavesNearlyAll() throws InterruptedException {
        List<Subject> few = subjects(1, 4);
        DeltaGru network = trained(few);
        assertThat(WatchEvaluation.of(network.withThresholds(0, 0), few, History.CARRIED)
                        .saved())
                .isCloseTo(0, within(0.03));
        assertThat(WatchEvaluation.of(network.withThresholds(100, 100), few, History.CARRIED)
                        .saved())
                .isGreaterThan(0.99);
    }

    @Test
    void theBaselinesFeaturesAreWhatTheirNamesSay() {
        // 0.5 Hz times 3 with an amplitude of 2 about 5, in the channel of acceleration x.
        float[] samples = new float[WatchData.WINDOW_STEPS * 6];
        for (int k = 0; k < WatchData.WINDOW_STEPS; k++) {
            samples[6 * k] = (float) (5 + 2 * Math.cos(2 * Math.PI * 3 * k / WatchData.WINDOW_STEPS));
        }
        double[] features = RidgeBaseline.features(new Segment(0, samples), 0);
        assertThat(features).hasSize(84);
        assertThat(features[0]).as("mean").isCloseTo(5, within(1e-6));
        assertThat(features[1]).as("deviation").isCloseTo(Math.sqrt(2), within(1e-6));
        assertThat(features[3]).as("maximum").isCloseTo(7, within(1e-6));
        assertThat(features[8]).as("skewness").isCloseTo(0, within(1e-6));
        assertThat(features[9]).as("kurtosis of a sine").isCloseTo(1.5, within(1e-6));
        assertThat(features[10]).as("six crossings").isCloseTo(6.0 / 40, within(1e-6));
        // Power at one index: (2 / 2 * 40)^2 / 40.
        assertThat(features[11]).as("0.5 to 2 Hz").isCloseTo(Math.log(40), within(1e-5));
        assertThat(features[12]).as("2.5 to 5 Hz").isLessThan(-10);
        assertThat(features[14]).as("the next channel is silent").isZero();
    }

    @Test
    void macroF1IsTheMeanOverTheClassesThatOccur() {
        Confusion confusion = new Confusion(new int[][] {{8, 2, 0}, {4, 6, 0}, {0, 0, 0}});
        assertThat(confusion.score()).isEqualTo(new Score(14, 20));
        // F1: 16 / 22 and 12 / 18.
        assertThat(confusion.macroF1()).isCloseTo((16.0 / 22 + 12.0 / 18) / 2, within(1e-12));
        assertThat(confusion.plus(confusion).of(0)).isEqualTo(20);
        assertThat(confusion.answered(1)).isEqualTo(8);
    }
}
