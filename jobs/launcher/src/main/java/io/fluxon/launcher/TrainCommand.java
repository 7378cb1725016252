package io.fluxon.launcher;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fluxon.networks.model.Model;
import io.fluxon.training.Score;
import io.fluxon.training.camera.CameraTraining;
import io.fluxon.training.camera.CameraTraining.CrossValidation;
import io.fluxon.training.camera.TrainingData;
import io.fluxon.training.camera.TrainingSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code fluxon train}: fits the networks and writes model files. */
@Command(
        name = "train",
        description = "Trains a network and writes its model file.",
        subcommands = {TrainCommand.Camera.class, TrainWatchCommand.class, TrainPulsesCommand.class},
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  ./fluxon train camera --data recordings/ --out digits.nir",
            "  ./fluxon train pulses --out pulses.nir --test"
        })
final class TrainCommand {

    /** {@code fluxon train camera}. */
    @Command(
            name = "camera",
            description = {
                "Trains the 2312-H-10 spiking classifier of the camera pipeline.",
                "The same data under the same names give the same model file, bit for bit."
            },
            footer = {
                "",
                "Examples:",
                "  ./fluxon train camera --data nmnist/ --out digits.nir --folds 5",
                "  ./fluxon train camera --simulate 2000 --out simulated.nir"
            })
    static final class Camera implements Callable<Integer> {

        private static final long SIMULATOR_SEED = 1;
        private static final String VERSION = "1";

        @ArgGroup(multiplicity = "1")
        private Source source;

        private static final class Source {

            @Option(
                    names = "--data",
                    paramLabel = "DIR",
                    description = "Directory or .zip archive with recordings (.bin, .bs2) and a label file train*.txt.")
            private Path data;

            @Option(names = "--simulate", paramLabel = "N", description = "Train on N simulated recordings instead.")
            private Integer simulated;
        }

        @Option(names = "--out", required = true, paramLabel = "MODEL", description = "Model file to write (NIR).")
        private Path out;

        @Option(
                names = "--labels",
                paramLabel = "FILE",
                description = "Classes of the training recordings, lines id<TAB or comma>class.")
        private Path labels;

        @Option(
                names = "--folds",
                paramLabel = "K",
                description = "Also estimate the accuracy by K-fold cross-validation, beside a kernel classifier.")
        private Integer folds;

        @Option(
                names = "--test",
                paramLabel = "FILE",
                description = "Classes of held-out recordings in DIR, on which the model is run once at the end;"
                        + " with --folds, the kernel classifier too.")
        private Path test;

        @Option(names = "--json", description = "Print the result as one JSON line.")
        private boolean json;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() throws IOException, InterruptedException {
            check();
            boolean simulate = source.simulated != null;
            TrainingData data = simulate
                    ? TrainingData.simulate(SIMULATOR_SEED, 0, source.simulated)
                    : TrainingData.load(source.data, Optional.ofNullable(labels));
            TrainingData heldOut = test == null
                    ? null
                    : TrainingData.load(source.data, Optional.of(test))
                            .withClasses(data.classes())
                            .apartFrom(data);
            CameraTraining training =
                    new CameraTraining(data, simulate ? TrainingSettings.simulated() : TrainingSettings.nmnist());
            if (folds != null && folds > data.examples().size()) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--folds is " + folds + ", there are only "
                                + data.examples().size() + " recordings");
            }
            CrossValidation validation = folds == null ? null : crossValidate(training);
            Model model = train(training, data);
            model.write(out);
            Score testScore = heldOut == null ? null : CameraTraining.test(model, heldOut);
            Score testBaseline = heldOut == null || validation == null
                    ? null
                    : training.testBaseline(validation.baseline(), heldOut);
            print(model, new Result(data.description(), validation, testScore, testBaseline));
            return 0;
        }

        /** What there is to tell; null where it was not asked for. */
        private record Result(String data, CrossValidation validation, Score test, Score testBaseline) {}

        private void check() throws IOException {
            if (folds != null && folds < 2) {
                throw new ParameterException(spec.commandLine(), "--folds is " + folds + ", must be at least 2");
            }
            if (source.simulated != null && source.simulated < 1) {
                throw new ParameterException(
                        spec.commandLine(), "--simulate is " + source.simulated + ", must be at least 1");
            }
            if (source.simulated != null && (labels != null || test != null)) {
                throw new ParameterException(
                        spec.commandLine(), "--labels and --test go with --data: the simulator knows its truth");
            }
            // Found out now rather than after minutes of training.
            Path directory = out.toAbsolutePath().getParent();
            if (!Files.isDirectory(directory) || !Files.isWritable(directory) || Files.isDirectory(out)) {
                throw new IOException(out + ": cannot be written");
            }
        }

        private CrossValidation crossValidate(CameraTraining training) throws InterruptedException {
            try (ProgressBar progress =
                    Progress.bar("cross-validation", "epochs", training.crossValidationEpochs(folds))) {
                return training.crossValidate(folds, progress::step);
            }
        }

        private Model train(CameraTraining training, TrainingData data) {
            String fileName = out.getFileName().toString();
            String name = fileName.endsWith(".nir") ? fileName.substring(0, fileName.length() - 4) : fileName;
            try (ProgressBar progress = Progress.bar("training", "epochs", training.trainEpochs())) {
                return training.train(name, VERSION, "fluxon train camera on " + data.description(), progress::step);
            }
        }

        private void print(Model model, Result result) {
            PrintWriter writer = spec.commandLine().getOut();
            if (json) {
                writer.println(toJson(model, result));
            } else {
                printText(writer, model, result);
            }
            writer.flush();
        }

        private void printText(PrintWriter writer, Model model, Result result) {
            writer.println("model " + model.name() + " -> " + out);
            writer.println("trained on " + result.data());
            CrossValidation validation = result.validation();
            if (validation != null) {
                writer.println("cross-validation, network: " + validation.total());
                writer.println(
                        "cross-validation, kernel:  " + validation.baseline().crossValidated());
                writer.println(String.format(
                        Locale.ROOT,
                        "work per recording: %.0f hidden spikes, %.0f synaptic operations",
                        validation.spikesPerRecording(),
                        validation.synapticOperationsPerRecording()));
                for (int i = 0; i < validation.early().size(); i++) {
                    writer.println(String.format(
                            Locale.ROOT,
                            "  after %3d ms: %.1f %%",
                            CameraTraining.CHECK_MILLIS * (i + 1),
                            100 * validation.early().get(i).accuracy()));
                }
            }
            if (result.test() != null) {
                writer.println("held out, network: " + result.test());
            }
            if (result.testBaseline() != null) {
                writer.println("held out, kernel:  " + result.testBaseline());
            }
        }

        private static ObjectNode toJson(Model model, Result result) {
            ObjectNode node = new ObjectMapper().createObjectNode();
            node.put("model", model.name()).put("data", result.data());
            CrossValidation validation = result.validation();
            if (validation != null) {
                ObjectNode validated = node.putObject("crossValidation");
                put(validated, "network", validation.total());
                put(validated, "kernel", validation.baseline().crossValidated());
                ArrayNode folds = validated.putArray("folds");
                validation.folds().forEach(fold -> folds.add(fold.accuracy()));
                ArrayNode early = validated.putArray("accuracyEvery20Millis");
                validation.early().forEach(score -> early.add(score.accuracy()));
                validated.put("spikesPerRecording", validation.spikesPerRecording());
                validated.put("synapticOperationsPerRecording", validation.synapticOperationsPerRecording());
            }
            if (result.test() != null) {
                put(node.putObject("test"), "network", result.test());
            }
            if (result.testBaseline() != null) {
                put((ObjectNode) node.get("test"), "kernel", result.testBaseline());
            }
            return node;
        }

        private static void put(ObjectNode parent, String name, Score score) {
            parent.putObject(name)
                    .put("right", score.right())
                    .put("total", score.total())
                    .put("lower95", score.lower())
                    .put("upper95", score.upper());
        }
    }
}
