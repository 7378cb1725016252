package io.fluxon.launcher;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fluxon.launcher.Plots.Axes;
import io.fluxon.launcher.Plots.Series;
import io.fluxon.networks.model.Model;
import io.fluxon.training.Score;
import io.fluxon.training.watch.Confusion;
import io.fluxon.training.watch.WatchData;
import io.fluxon.training.watch.WatchEvaluation;
import io.fluxon.training.watch.WatchSettings;
import io.fluxon.training.watch.WatchTraining;
import io.fluxon.training.watch.WatchTraining.Operation;
import io.fluxon.training.watch.WatchTraining.Report;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code fluxon train watch}. */
@Command(
        name = "watch",
        description = {
            "Trains the delta GRU of the watch pipeline on WISDM 2019's subjects 1600 to 1630.",
            "Subjects from 1631 on are for --test only. With the folder geotec beside it, GeoTec's subjects s01 to s10"
                    + " are trained on as none of the activities, and from s11 on tested.",
            "The same data give the same model file, bit for bit."
        },
        footer = {
            "",
            "Examples:",
            "  ./fluxon train watch --data watch/ --out watch.nir --folds 6 --test --plots pictures/",
            "  ./fluxon train watch --simulate 60 --out simulated-wrist.nir --test"
        })
final class TrainWatchCommand implements Callable<Integer> {

    private static final String VERSION = "1";
    private static final int MAX_SIMULATED = 10_000;

    /** Not the seeds that the demo plays. */
    private static final long SIMULATOR_SEED = 1_000;

    @ArgGroup(multiplicity = "1")
    private Source source;

    private static final class Source {

        @Option(
                names = "--data",
                paramLabel = "DIR",
                description = "Folder that holds wisdm2019/, and geotec/ if there is one.")
        private Path data;

        @Option(
                names = "--simulate",
                paramLabel = "N",
                description = "Train on N simulated wearers instead; --test is then on a quarter as many others.")
        private Integer simulated;
    }

    @Option(names = "--out", required = true, paramLabel = "MODEL", description = "Model file to write (NIR).")
    private Path out;

    @Option(
            names = "--folds",
            paramLabel = "K",
            description = "Also cross-validate over the training subjects, beside the ridge baseline.")
    private Integer folds;

    @Option(names = "--test", description = "Run model and baseline once on the test subjects.")
    private boolean test;

    @Option(
            names = "--thresholds",
            paramLabel = "T",
            split = ",",
            defaultValue = "0,0.025,0.05,0.1,0.2,0.4,0.8",
            description = "Input thresholds at which accuracy and saved operations are measured; the hidden threshold"
                    + " goes along in proportion. Default: ${DEFAULT-VALUE}.")
    private float[] thresholds;

    @Option(names = "--plots", paramLabel = "DIR", description = "Draw the results as SVG files in this folder.")
    private Path plots;

    @Option(names = "--json", description = "Print the result as one JSON line.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        check();
        WatchData watchData = source.simulated == null
                ? WatchData.load(source.data)
                : WatchData.simulate(SIMULATOR_SEED, source.simulated);
        if (test && watchData.test().stream().allMatch(WatchData.Subject::stranger)) {
            throw new ParameterException(
                    spec.commandLine(), "--test: " + source.data + " holds no subject from 1631 on");
        }
        if (folds != null && folds > watchData.training().size()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--folds is " + folds + ", there are only "
                            + watchData.training().size() + " subjects");
        }
        WatchTraining training = new WatchTraining(
                watchData, source.simulated == null ? WatchSettings.chosen() : WatchSettings.simulated());
        Map<String, Report> reports = new LinkedHashMap<>();
        if (folds != null) {
            try (ProgressBar progress = Progress.bar("cross-validation", "epochs", folds * training.trainEpochs())) {
                reports.put("cross-validation", training.crossValidate(folds, thresholds, progress::step));
            }
        }
        Model model = train(training, watchData);
        model.write(out);
        if (test) {
            reports.put("test", training.test(model, thresholds));
        }
        PrintWriter writer = spec.commandLine().getOut();
        if (json) {
            writer.println(toJson(model, watchData, reports));
        } else {
            writer.println("model " + model.name() + " -> " + out);
            writer.println("trained on " + watchData.description());
            reports.forEach((name, report) -> print(writer, name, report));
        }
        writer.flush();
        if (plots != null) {
            for (Map.Entry<String, Report> report : reports.entrySet()) {
                plot(report.getKey(), report.getValue());
            }
        }
        return 0;
    }

    private void check() throws IOException {
        if (folds != null && folds < 2) {
            throw new ParameterException(spec.commandLine(), "--folds is " + folds + ", must be at least 2");
        }
        if (source.simulated != null && (source.simulated < 1 || source.simulated > MAX_SIMULATED)) {
            throw new ParameterException(
                    spec.commandLine(), "--simulate is " + source.simulated + ", must be from 1 to " + MAX_SIMULATED);
        }
        for (float threshold : thresholds) {
            if (!(threshold >= 0 && threshold < Float.POSITIVE_INFINITY)) {
                throw new ParameterException(
                        spec.commandLine(), "--thresholds holds " + threshold + ", must not be negative");
            }
        }
        if (plots != null && !test && folds == null) {
            throw new ParameterException(spec.commandLine(), "--plots draws the results of --folds and --test");
        }
        // Found out now rather than after minutes of training.
        Path directory = out.toAbsolutePath().getParent();
        if (!Files.isDirectory(directory) || !Files.isWritable(directory) || Files.isDirectory(out)) {
            throw new IOException(out + ": cannot be written");
        }
        if (plots != null) {
            Plots.folder(plots);
        }
    }

    private Model train(WatchTraining training, WatchData watchData) throws InterruptedException {
        String fileName = out.getFileName().toString();
        String name = fileName.endsWith(".nir") ? fileName.substring(0, fileName.length() - 4) : fileName;
        try (ProgressBar progress = Progress.bar("training", "epochs", training.trainEpochs())) {
            return training.train(name, VERSION, "fluxon train watch on " + watchData.description(), progress::step);
        }
    }

    private static Map<String, WatchEvaluation> classifiers(Report report) {
        Map<String, WatchEvaluation> classifiers = new LinkedHashMap<>();
        classifiers.put("network, history carried", report.carried());
        classifiers.put("network, reset every window", report.reset());
        classifiers.put("ridge on 84 features", report.ridge());
        return classifiers;
    }

    private static void print(PrintWriter writer, String name, Report report) {
        writer.println();
        writer.println(name + ", "
                + report.carried().answers().stream()
                        .filter(answers -> !answers.subject().stranger())
                        .count()
                + " subjects, " + report.carried().activities().score().total() + " windows of seven activities");
        writer.println(String.format(
                Locale.ROOT,
                "%-28s %9s %9s %14s %11s %11s",
                "",
                "accuracy",
                "macro-F1",
                "worst subject",
                "none found",
                "false none"));
        classifiers(report).forEach((title, evaluation) -> {
            Confusion activities = evaluation.activities();
            WatchEvaluation.Answers worst = evaluation.worst();
            writer.println(String.format(
                    Locale.ROOT,
                    "%-28s %8.1f%% %8.1f%% %7.1f%% (%s) %10s %10.1f%%",
                    title,
                    100 * activities.score().accuracy(),
                    100 * activities.macroF1(),
                    100 * worst.accuracy(),
                    worst.subject().id(),
                    noneFound(evaluation),
                    100 * falseNone(evaluation)));
        });
        writer.println();
        writer.println("network, history carried: was (rows), answered (columns)");
        writer.print(String.format(Locale.ROOT, "%-10s", ""));
        WatchData.CLASSES.forEach(label -> writer.print(String.format(Locale.ROOT, " %9s", label)));
        writer.println();
        int[][] counts = report.carried().total().counts();
        for (int was = 0; was < counts.length; was++) {
            writer.print(String.format(Locale.ROOT, "%-10s", WatchData.CLASSES.get(was)));
            for (int count : counts[was]) {
                writer.print(String.format(Locale.ROOT, " %9d", count));
            }
            writer.println();
        }
        writer.println();
        writer.println("input threshold  hidden threshold   accuracy   macro-F1   operations saved");
        for (Operation operation : report.operations()) {
            writer.println(String.format(
                    Locale.ROOT,
                    "%15.4f  %16.4f  %8.1f%%  %8.1f%%  %16.1f%%",
                    operation.inputThreshold(),
                    operation.hiddenThreshold(),
                    100 * operation.evaluation().activities().score().accuracy(),
                    100 * operation.evaluation().activities().macroF1(),
                    100 * operation.evaluation().saved()));
        }
        if (report.afterChange().get(0).total() > 0) {
            writer.println();
            writer.println("windows after a change of activity without a gap:");
            report.afterChange().forEach(score -> writer.println("  " + score));
        }
    }

    private static String noneFound(WatchEvaluation evaluation) {
        return evaluation.strangers().score().total() == 0
                ? "-"
                : String.format(
                        Locale.ROOT,
                        "%.1f%%",
                        100 * evaluation.strangers().score().accuracy());
    }

    private static double falseNone(WatchEvaluation evaluation) {
        Confusion activities = evaluation.activities();
        return (double) activities.answered(WatchData.NONE_CLASS)
                / activities.score().total();
    }

    private void plot(String name, Report report) throws IOException {
        Plots.heatMap(
                plots.resolve(name + "-confusion.svg"),
                "Answers per window, " + name,
                "answered",
                "was",
                WatchData.CLASSES,
                WatchData.CLASSES,
                report.carried().total().counts());
        List<Operation> operations = report.operations();
        double[] x = new double[operations.size()];
        double[] accuracy = new double[operations.size()];
        double[] saved = new double[operations.size()];
        for (int i = 0; i < x.length; i++) {
            x[i] = operations.get(i).inputThreshold();
            accuracy[i] =
                    100 * operations.get(i).evaluation().activities().score().accuracy();
            saved[i] = 100 * operations.get(i).evaluation().saved();
        }
        Plots.lines(
                plots.resolve(name + "-thresholds.svg"),
                Axes.linear(
                        "Accuracy and work against the delta threshold, " + name,
                        "input threshold, normalized units",
                        "share, %"),
                List.of(new Series("accuracy", x, accuracy), new Series("operations saved", x, saved)));
    }

    private static ObjectNode toJson(Model model, WatchData watchData, Map<String, Report> reports) {
        ObjectNode node = new ObjectMapper().createObjectNode();
        node.put("model", model.name()).put("data", watchData.description());
        reports.forEach((name, report) -> {
            ObjectNode result = node.putObject(name);
            classifiers(report).forEach((title, evaluation) -> {
                ObjectNode part = result.putObject(title);
                part.put("right", evaluation.activities().score().right());
                part.put("windows", evaluation.activities().score().total());
                part.put("macroF1", evaluation.activities().macroF1());
                part.put("worstSubject", evaluation.worst().subject().id());
                part.put("worstAccuracy", evaluation.worst().accuracy());
                part.put("falseNone", falseNone(evaluation));
                part.put("noneRight", evaluation.strangers().score().right());
                part.put("noneWindows", evaluation.strangers().score().total());
                ObjectNode subjects = part.putObject("accuracyBySubject");
                evaluation
                        .answers()
                        .forEach(answers -> subjects.put(answers.subject().id(), answers.accuracy()));
                ArrayNode confusion = part.putArray("confusion");
                for (int[] row : evaluation.total().counts()) {
                    ArrayNode counts = confusion.addArray();
                    for (int count : row) {
                        counts.add(count);
                    }
                }
            });
            ArrayNode operations = result.putArray("thresholds");
            for (Operation operation : report.operations()) {
                operations
                        .addObject()
                        .put("input", operation.inputThreshold())
                        .put("hidden", operation.hiddenThreshold())
                        .put(
                                "accuracy",
                                operation.evaluation().activities().score().accuracy())
                        .put("saved", operation.evaluation().saved());
            }
            ArrayNode change = result.putArray("afterChange");
            for (Score score : report.afterChange()) {
                change.addObject().put("right", score.right()).put("total", score.total());
            }
        });
        ArrayNode names = node.putArray("classes");
        WatchData.CLASSES.forEach(names::add);
        return node;
    }
}
