package io.fluxon.training.camera;

import io.fluxon.networks.model.Model;
import io.fluxon.training.Score;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Trains a camera classifier, estimates by cross-validation what it is worth, and compares it with the kernel baseline. */
public final class CameraTraining {

    /** Distance of the times at which early answers are scored, milliseconds. */
    public static final long CHECK_MILLIS = SpikingClassifier.CHECK_MICROS / 1000;

    private static final double[] KERNEL_WIDTHS = {0.3, 1, 3};
    private static final double[] KERNEL_RIDGES = {1e-3, 1e-2, 1e-1};

    private final TrainingData data;
    private final TrainingSettings settings;

    public CameraTraining(TrainingData data, TrainingSettings settings) {
        this.data = data;
        this.settings = settings;
    }

    /** What the kernel baseline reaches, with the width and ridge that did best on the same folds. */
    public record Baseline(double width, double ridge, Score crossValidated) {}

    /**
     * What cross-validation found: every recording answered once, by a network that was not trained on it.
     *
     * @param folds score of each fold
     * @param total all folds together
     * @param early scores after 20, 40, ... 300 ms of event time
     * @param spikesPerRecording hidden spikes
     * @param synapticOperationsPerRecording weights added
     */
    public record CrossValidation(
            List<Score> folds,
            Score total,
            List<Score> early,
            double spikesPerRecording,
            double synapticOperationsPerRecording,
            Baseline baseline) {}

    /** Number of epochs that {@link #train} reports. */
    public int trainEpochs() {
        return settings.epochs();
    }

    /** Number of epochs that {@link #crossValidate} reports. */
    public int crossValidationEpochs(int folds) {
        return settings.epochs() * folds;
    }

    /** Trains on all the data. */
    public Model train(String name, String version, String provenance, Runnable epochDone) {
        CameraTrainer trainer = new CameraTrainer(settings, data.classes());
        SpikingClassifier trained = trainer.train(data.examples(), epochDone);
        return trainer.model(trained, name, version, provenance);
    }

    /** Trains once per fold, on as many threads as there are processors; the result does not depend on their number. */
    public CrossValidation crossValidate(int foldCount, Runnable epochDone) throws InterruptedException {
        if (foldCount < 2 || foldCount > data.examples().size()) {
            throw new IllegalArgumentException(
                    foldCount + " folds of " + data.examples().size() + " recordings are not possible");
        }
        Folds folds = Folds.of(data.examples(), foldCount, data.classes().size());
        ExecutorService pool = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());
        try {
            List<Future<Evaluation>> running = new ArrayList<>();
            for (int i = 0; i < foldCount; i++) {
                int fold = i;
                running.add(pool.submit(() -> evaluate(folds, fold, epochDone)));
            }
            List<Evaluation> parts = new ArrayList<>();
            for (Future<Evaluation> part : running) {
                parts.add(part.get());
            }
            Evaluation pooled = Evaluation.pooled(parts);
            return new CrossValidation(
                    parts.stream().map(Evaluation::atEnd).toList(),
                    pooled.atEnd(),
                    pooled.early(),
                    pooled.spikes(),
                    pooled.synapticOperations(),
                    bestBaseline(folds));
        } catch (ExecutionException e) {
            throw new IllegalStateException("training failed", e.getCause());
        } finally {
            pool.shutdownNow();
        }
    }

    /** Runs a model once on held-out recordings. */
    public static Score test(Model model, TrainingData heldOut) {
        return Evaluation.of(model, heldOut.examples()).atEnd();
    }

    /** Fits the kernel baseline on all the data and runs it once on held-out recordings. */
    public Score testBaseline(Baseline chosen, TrainingData heldOut) {
        return KernelBaseline.fit(data.examples(), data.classes().size(), chosen.width(), chosen.ridge())
                .score(heldOut.examples());
    }

    private Evaluation evaluate(Folds folds, int fold, Runnable epochDone) {
        CameraTrainer trainer = new CameraTrainer(settings.withSeed(settings.seed() * 1000 + fold), data.classes());
        SpikingClassifier trained = trainer.train(folds.others(fold), epochDone);
        return Evaluation.of(trainer.model(trained, "fold", "1", ""), folds.heldOut(fold));
    }

    private Baseline bestBaseline(Folds folds) {
        Optional<Baseline> best = Optional.empty();
        for (double width : KERNEL_WIDTHS) {
            for (double ridge : KERNEL_RIDGES) {
                Score score = new Score(0, 0);
                for (int fold = 0; fold < folds.count(); fold++) {
                    score = score.plus(KernelBaseline.fit(
                                    folds.others(fold), data.classes().size(), width, ridge)
                            .score(folds.heldOut(fold)));
                }
                if (best.isEmpty()
                        || score.right() > best.get().crossValidated().right()) {
                    best = Optional.of(new Baseline(width, ridge, score));
                }
            }
        }
        return best.orElseThrow();
    }
}
