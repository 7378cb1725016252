package io.fluxon.training.camera;

import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.NirGraph;
import io.fluxon.networks.model.NirNode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Fits a {@link SpikingClassifier} to labelled recordings and turns it into a model file's content. */
final class CameraTrainer {

    private static final int SIDE = LabelledEvents.SIDE;
    private static final int INPUTS = 2 * SIDE * SIDE;
    private static final double WARM_UP_EPOCHS = 1;

    private final TrainingSettings settings;
    private final List<String> classes;

    CameraTrainer(TrainingSettings settings, List<String> classes) {
        this.settings = settings;
        this.classes = classes;
    }

    /** Trains on the examples; {@code epochDone} runs after each epoch. */
    SpikingClassifier train(List<LabelledEvents> examples, Runnable epochDone) {
        SplittableRandom random = new SplittableRandom(settings.seed());
        SpikingClassifier classifier = new SpikingClassifier(INPUTS, classes.size(), settings, random.split());
        Augmentation augmentation = new Augmentation(settings, random.split());
        SplittableRandom order = random.split();
        LabelledEvents[] shuffled = examples.toArray(LabelledEvents[]::new);
        StepEvents steps = new StepEvents();
        for (int epoch = 0; epoch < settings.epochs(); epoch++) {
            shuffle(shuffled, order);
            for (int from = 0; from < shuffled.length; from += settings.batch()) {
                int to = Math.min(from + settings.batch(), shuffled.length);
                for (LabelledEvents example : Arrays.asList(shuffled).subList(from, to)) {
                    augmentation.distort(example, steps);
                    classifier.forward(steps);
                    classifier.backward(steps, example.classIndex(), 1f / (to - from));
                }
                classifier.update(learningRate(epoch + (double) from / shuffled.length));
            }
            epochDone.run();
        }
        return classifier;
    }

    /**
     * The trained network in NIR's terms. The input of a step is counted events, so r = 1 / (1 - kappa) makes W act
     * undiminished.
     */
    Model model(SpikingClassifier trained, String name, String version, String provenance) {
        float[] inputWeights = new float[trained.inputWeights.length];
        for (int in = 0; in < trained.inputs; in++) {
            for (int h = 0; h < trained.hidden; h++) {
                inputWeights[h * trained.inputs + in] = trained.inputWeights[in * trained.hidden + h];
            }
        }
        int hidden = trained.hidden;
        int outputs = trained.classes;
        double hiddenTau = settings.hiddenTauMillis() / 1e3;
        double readoutTau = settings.readoutTauMillis() / 1e3;
        NirGraph graph = NirGraph.chain(
                Map.entry("input", new NirNode.Input(new int[] {2, SIDE, SIDE})),
                Map.entry("flatten", new NirNode.Flatten(new int[] {2, SIDE, SIDE}, 0, -1)),
                Map.entry("hidden_weights", new NirNode.Linear(inputWeights, hidden, trained.inputs)),
                Map.entry(
                        "hidden",
                        new NirNode.Lif(
                                filled(hidden, hiddenTau),
                                filled(hidden, unitGain(hiddenTau)),
                                new double[hidden],
                                filled(hidden, 1),
                                new double[hidden])),
                Map.entry("readout_weights", new NirNode.Linear(trained.readoutWeights, outputs, hidden)),
                Map.entry(
                        "readout",
                        new NirNode.Li(
                                filled(outputs, readoutTau),
                                filled(outputs, unitGain(readoutTau)),
                                new double[outputs])),
                Map.entry("output", new NirNode.Output(new int[] {outputs})));
        return new Model(graph, name, version, classes, settings.stepMicros(), provenance);
    }

    private double unitGain(double tauSeconds) {
        return -1 / StrictMath.expm1(-settings.stepMicros() / (1e6 * tauSeconds));
    }

    private float learningRate(double epoch) {
        double fraction = epoch < WARM_UP_EPOCHS
                ? (epoch + 1.0 / settings.batch()) / WARM_UP_EPOCHS
                : 0.5
                        * (1
                                + StrictMath.cos(StrictMath.PI
                                        * (epoch - WARM_UP_EPOCHS)
                                        / (settings.epochs() - WARM_UP_EPOCHS)));
        return (float) (settings.learningRate() * fraction);
    }

    private static void shuffle(LabelledEvents[] examples, SplittableRandom random) {
        for (int i = examples.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            LabelledEvents swapped = examples[i];
            examples[i] = examples[j];
            examples[j] = swapped;
        }
    }

    private static double[] filled(int size, double value) {
        double[] values = new double[size];
        Arrays.fill(values, value);
        return values;
    }
}
