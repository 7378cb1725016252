package io.fluxon.training.watch;

import io.fluxon.networks.engine.DeltaGru;
import io.fluxon.networks.model.Model;
import io.fluxon.training.Score;
import io.fluxon.training.watch.WatchData.Subject;
import io.fluxon.training.watch.WatchEvaluation.History;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Trains the watch's network, estimates by cross-validation over subjects what it is worth, and compares it with the ridge
 * baseline on the same windows. Always two threads; the result does not depend on how fast they run.
 */
public final class WatchTraining {

    private static final int THREADS = 2;
    private static final double RIDGE = 1e-4;
    private static final long BASELINE_SEED = 1;

    private final WatchData data;
    private final WatchSettings settings;

    public WatchTraining(WatchData data, WatchSettings settings) {
        this.data = data;
        this.settings = settings;
    }

    /** What the network does with other thresholds, its history carried. */
    public record Operation(float inputThreshold, float hiddenThreshold, WatchEvaluation evaluation) {}

    /**
     * Answers for subjects that neither network nor baseline was trained on.
     *
     * @param carried the network as it is used: history carried through a segment
     * @param reset the network without history before a window
     * @param ridge the baseline, which has no history
     * @param operations the network as it is used, at several thresholds
     * @param afterChange answers in the windows 1, 2, ... after a change of activity without a gap
     */
    public record Report(
            WatchEvaluation carried,
            WatchEvaluation reset,
            WatchEvaluation ridge,
            List<Operation> operations,
            List<Score> afterChange) {}

    /** Number of epochs that one training reports. */
    public int trainEpochs() {
        return settings.epochs();
    }

    /** Trains on all training subjects. */
    public Model train(String name, String version, String provenance, Runnable epochDone) throws InterruptedException {
        return fit(data.training(), settings, name, version, provenance, epochDone);
    }

    /** Trains once per fold of the training subjects; each subject is answered once. */
    public Report crossValidate(int folds, float[] inputThresholds, Runnable epochDone) throws InterruptedException {
        if (folds < 2 || folds > data.training().size()) {
            throw new IllegalArgumentException(
                    folds + " folds of " + data.training().size() + " subjects are not possible");
        }
        List<Report> parts = new ArrayList<>();
        for (int fold = 0; fold < folds; fold++) {
            List<Subject> others = new ArrayList<>();
            List<Subject> heldOut = new ArrayList<>();
            for (int i = 0; i < data.training().size(); i++) {
                (i % folds == fold ? heldOut : others).add(data.training().get(i));
            }
            Model model = fit(others, settings.withSeed(settings.seed() * 1000 + fold), "fold", "1", "", epochDone);
            parts.add(report(model, others, heldOut, inputThresholds));
        }
        return pooled(parts);
    }

    /** Runs a model that was trained on all training subjects, and the baseline, on the test subjects. */
    public Report test(Model model, float[] inputThresholds) {
        return report(model, data.training(), data.test(), inputThresholds);
    }

    private static Model fit(
            List<Subject> subjects,
            WatchSettings settings,
            String name,
            String version,
            String provenance,
            Runnable epochDone)
            throws InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        try {
            WatchTrainer trainer = new WatchTrainer(settings);
            return trainer.model(trainer.train(subjects, pool, epochDone), name, version, provenance);
        } finally {
            pool.shutdownNow();
        }
    }

    private static Report report(Model model, List<Subject> trainedOn, List<Subject> heldOut, float[] inputThresholds) {
        DeltaGru network = DeltaGru.compile(model);
        List<Operation> operations = new ArrayList<>();
        for (float threshold : inputThresholds) {
            float forHidden = threshold * network.hiddenThreshold() / network.inputThreshold();
            DeltaGru changed = network.withThresholds(threshold, forHidden);
            operations.add(new Operation(threshold, forHidden, WatchEvaluation.of(changed, heldOut, History.CARRIED)));
        }
        return new Report(
                WatchEvaluation.of(network, heldOut, History.CARRIED),
                WatchEvaluation.of(network, heldOut, History.RESET),
                RidgeBaseline.fit(trainedOn, RIDGE, BASELINE_SEED).evaluate(heldOut),
                operations,
                WatchEvaluation.afterChange(network, heldOut));
    }

    private static Report pooled(List<Report> parts) {
        List<Operation> operations = new ArrayList<>();
        for (int i = 0; i < parts.get(0).operations().size(); i++) {
            int at = i;
            Operation first = parts.get(0).operations().get(i);
            operations.add(new Operation(
                    first.inputThreshold(),
                    first.hiddenThreshold(),
                    WatchEvaluation.pooled(parts.stream()
                            .map(part -> part.operations().get(at).evaluation())
                            .toList())));
        }
        List<Score> afterChange = new ArrayList<>(parts.get(0).afterChange());
        for (Report part : parts.subList(1, parts.size())) {
            for (int w = 0; w < afterChange.size(); w++) {
                afterChange.set(w, afterChange.get(w).plus(part.afterChange().get(w)));
            }
        }
        return new Report(
                WatchEvaluation.pooled(parts.stream().map(Report::carried).toList()),
                WatchEvaluation.pooled(parts.stream().map(Report::reset).toList()),
                WatchEvaluation.pooled(parts.stream().map(Report::ridge).toList()),
                operations,
                afterChange);
    }
}
