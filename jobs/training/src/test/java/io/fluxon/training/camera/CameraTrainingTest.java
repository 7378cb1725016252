package io.fluxon.training.camera;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.networks.model.Model;
import io.fluxon.training.Score;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CameraTrainingTest {

    private static final TrainingSettings SMALL =
            new TrainingSettings(32, 1000, 5, 500, 4, 20, 4e-3f, 10, 0, 0.06f, 0.1f, 1, 5, 0.05, 0, 0, 0, 1);

    @Test
    void aFewPassesOverSimulatedDigitsGeneraliseFarAboveChance() throws Exception {
        TrainingData data = TrainingData.simulate(1, 0, 200);
        TrainingData heldOut = TrainingData.simulate(1, 200, 300);

        Model model = new CameraTraining(data, SMALL).train("small", "1", "test", () -> {});

        assertThat(CameraTraining.test(model, heldOut).accuracy()).isGreaterThan(0.6);
    }

    @Test
    void recordingsOfFewerClassesAreRenumberedAndOfUnknownClassesRefused() throws Exception {
        TrainingData all = TrainingData.simulate(1, 0, 100);
        LabelledEvents seven = all.examples().stream()
                .filter(example -> example.classIndex() == 7)
                .findFirst()
                .orElseThrow();
        TrainingData few = new TrainingData(
                List.of(new LabelledEvents(seven.recordingId(), seven.events(), 0)), List.of("7"), "few");

        assertThat(few.withClasses(all.classes()).examples()).containsExactly(seven);
        assertThatThrownBy(() -> few.withClasses(List.of("0", "1")))
                .isInstanceOf(RecordingException.class)
                .hasMessageContaining("class 7 is not one of [0, 1]");
    }

    @Test
    void aRecordingIsNotHeldOutAndTrainedOn() throws Exception {
        TrainingData trained = TrainingData.simulate(1, 0, 3);

        assertThat(TrainingData.simulate(1, 3, 5).apartFrom(trained).examples()).hasSize(2);
        assertThatThrownBy(() -> TrainingData.simulate(1, 2, 5).apartFrom(trained))
                .isInstanceOf(RecordingException.class)
                .hasMessageContaining("sim-2");
    }

    @Test
    void theSameSeedGivesTheSameNetwork() throws Exception {
        TrainingData data = TrainingData.simulate(1, 0, 20);

        assertThat(weights(data)).isEqualTo(weights(data));
    }

    @Test
    void theEngineAnswersAsTheTrainersForwardPassDoes() throws Exception {
        TrainingData data = TrainingData.simulate(1, 0, 60);
        CameraTrainer trainer = new CameraTrainer(SMALL, data.classes());
        SpikingClassifier trained = trainer.train(data.examples(), () -> {});
        Model model = trainer.model(trained, "m", "1", "");
        StepEvents steps = new StepEvents();
        int agreed = 0;
        for (LabelledEvents example : data.examples()) {
            steps.clear();
            for (int i = 0; i < example.events().size(); i++) {
                steps.add(
                        Augmentation.input(
                                example.events().x(i),
                                example.events().y(i),
                                example.events().polarity(i)),
                        (int) (example.events().timeMicros()[i] / 1000));
            }
            steps.group((int) (example.lastMicros() / 1000) + 1);
            LabelledEvents asAnswered = new LabelledEvents("r", example.events(), trained.forward(steps));
            agreed += Evaluation.of(model, List.of(asAnswered)).atEnd().right();
        }
        // Both round differently where several silent steps are joined, so a spike at the threshold may differ.
        assertThat(agreed).isGreaterThanOrEqualTo(59);
    }

    @Test
    void foldsAreStratifiedAndDisjoint() throws Exception {
        TrainingData data = TrainingData.simulate(2, 0, 100);
        Folds folds = Folds.of(data.examples(), 5, 10);

        assertThat(IntStream.range(0, 5).mapToObj(folds::heldOut).flatMap(List::stream))
                .hasSize(100)
                .doesNotHaveDuplicates();
        for (int fold = 0; fold < 5; fold++) {
            assertThat(folds.heldOut(fold)).hasSize(20);
            assertThat(folds.others(fold)).hasSize(80).doesNotContainAnyElementsOf(folds.heldOut(fold));
        }
    }

    @Test
    void theKernelBaselineSeparatesSimulatedDigits() throws Exception {
        TrainingData data = TrainingData.simulate(1, 0, 200);
        TrainingData heldOut = TrainingData.simulate(1, 200, 300);

        Score score = KernelBaseline.fit(data.examples(), 10, 1, 1e-2).score(heldOut.examples());

        assertThat(score.accuracy()).isGreaterThan(0.8);
    }

    @Test
    void intervalsAreWilsons() {
        // Worked out by hand from the formula with z = 1.95996.
        assertThat(new Score(43, 50).lower()).isCloseTo(0.7381, within(5e-4));
        assertThat(new Score(43, 50).upper()).isCloseTo(0.9305, within(5e-4));
        assertThat(new Score(0, 10).lower()).isCloseTo(0, within(1e-12));
        assertThat(new Score(0, 10).upper()).isCloseTo(0.2775, within(5e-4));
    }

    private static float[] weights(TrainingData data) {
        return new CameraTrainer(SMALL, data.classes()).train(data.examples(), () -> {}).inputWeights;
    }
}
