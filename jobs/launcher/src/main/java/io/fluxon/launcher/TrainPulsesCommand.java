package io.fluxon.launcher;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fluxon.connectors.simulation.PulseFrontEnd;
import io.fluxon.connectors.simulation.PulseFrontEnd.Disturbance;
import io.fluxon.networks.model.PulseModel;
import io.fluxon.training.pulses.PulseTable;
import io.fluxon.training.pulses.PulseTable.Errors;
import io.fluxon.training.pulses.PulseTable.Quantity;
import io.fluxon.training.pulses.PulseTable.Spread;
import io.fluxon.training.pulses.PulseTraining;
import io.fluxon.training.pulses.PulseTrainingSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code fluxon train pulses}. */
@Command(
        name = "pulses",
        description = {
            "Trains the integer network that measures time and energy of pulses of the simulated front end pulse-v1.",
            "The same number of pulses gives the same model file, bit for bit."
        },
        footer = {
            "",
            "Examples:",
            "  ./fluxon train pulses --out pulses.nir --test",
            "  ./fluxon train pulses --model pulses.nir --test --plots plots/"
        })
final class TrainPulsesCommand implements Callable<Integer> {

    private static final String VERSION = "1";

    /** Never used in training or for choosing anything. */
    private static final long TEST_SEED = 0x7e57_0000;

    private static final int HISTOGRAM_BINS = 81;
    private static final int AMPLITUDE_BINS = 10;

    @Option(names = "--out", paramLabel = "MODEL", description = "Model file to write (NIR).")
    private Path out;

    @Option(
            names = "--pulses",
            paramLabel = "N",
            defaultValue = "12000000",
            description = "Pulses to train on, and a sixth of them for the fine tuning. Default: ${DEFAULT-VALUE}.")
    private long pulses;

    @Option(names = "--model", paramLabel = "FILE", description = "Test this model instead of training one.")
    private Path modelFile;

    @Option(
            names = "--test",
            description = "Print errors over the Cramer-Rao bound on unseen pulses, beside the classical methods.")
    private boolean test;

    @Option(
            names = "--test-pulses",
            paramLabel = "N",
            defaultValue = "20000",
            description = "Unseen pulses per set. Default: ${DEFAULT-VALUE}.")
    private int testPulses;

    @Option(
            names = "--plots",
            paramLabel = "DIR",
            description = "Draw the errors on the unseen pulses as SVG into DIR.")
    private Path plots;

    @Option(names = "--json", description = "Print the result as one JSON line.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        check();
        PulseModel model = modelFile == null ? train() : PulseModel.read(modelFile);
        PulseTable table = test || plots != null ? new PulseTable(model, testPulses, TEST_SEED) : null;
        if (plots != null) {
            plot(table);
        }
        PrintWriter writer = spec.commandLine().getOut();
        if (json) {
            writer.println(toJson(model, table));
        } else {
            print(writer, model, table);
        }
        writer.flush();
        return 0;
    }

    private void check() throws IOException {
        if ((out == null) == (modelFile == null)) {
            throw new ParameterException(
                    spec.commandLine(), "give either --out to train a model or --model to test one");
        }
        if (modelFile != null && !test && plots == null) {
            throw new ParameterException(spec.commandLine(), "--model goes with --test or --plots");
        }
        if (pulses < 1_000 || pulses > 1_000_000_000) {
            throw new ParameterException(spec.commandLine(), "--pulses is " + pulses + ", must be 1000 to 1000000000");
        }
        if (testPulses < 100 || testPulses > 1_000_000) {
            throw new ParameterException(
                    spec.commandLine(), "--test-pulses is " + testPulses + ", must be 100 to 1000000");
        }
        if (plots != null) {
            Plots.folder(plots);
        }
        if (out != null) {
            // Found out now rather than after minutes of training.
            Path directory = out.toAbsolutePath().getParent();
            if (!Files.isDirectory(directory) || !Files.isWritable(directory) || Files.isDirectory(out)) {
                throw new IOException(out + ": cannot be written");
            }
        }
    }

    private PulseModel train() throws IOException, InterruptedException {
        PulseTraining training = new PulseTraining(PulseTrainingSettings.of(pulses));
        String fileName = out.getFileName().toString();
        String name = fileName.endsWith(".nir") ? fileName.substring(0, fileName.length() - 4) : fileName;
        try (ProgressBar progress = Progress.bar("training", "steps", Math.toIntExact(training.steps()))) {
            PulseModel model = training.train(name, VERSION, "fluxon train pulses --pulses " + pulses, progress::step);
            model.write(out);
            return model;
        }
    }

    private void print(PrintWriter writer, PulseModel model, PulseTable table) {
        writer.println("model " + model.name() + (out == null ? "" : " -> " + out));
        if (!test) {
            return;
        }
        for (Quantity quantity : Quantity.values()) {
            writer.println();
            writer.println(quantity.name().toLowerCase(Locale.ROOT)
                    + ": RMS error over the Cramer-Rao bound of the pulse (68 % of the errors are within)");
            writer.printf(Locale.ROOT, "  %-18s", "");
            for (Disturbance disturbance : Disturbance.values()) {
                writer.printf(Locale.ROOT, "%17s", name(disturbance));
            }
            writer.println();
            for (String method : methods(table, quantity)) {
                writer.printf(Locale.ROOT, "  %-18s", method);
                for (Disturbance disturbance : Disturbance.values()) {
                    Spread spread = table.errors(quantity, disturbance, method).spread();
                    writer.printf(
                            Locale.ROOT,
                            "%17s",
                            String.format(Locale.ROOT, "%.3f (%.2f)", spread.rootMeanSquare(), spread.halfWidth()));
                }
                writer.println();
            }
            writer.printf(
                    Locale.ROOT,
                    "  1.000 is %.4g %s at 0.9 of full scale, %.4g %s if the level were known; both go with 1 / amplitude%n",
                    PulseTable.boundAtFullScale(quantity, true),
                    unit(quantity),
                    PulseTable.boundAtFullScale(quantity, false),
                    unit(quantity));
        }
        writer.printf(Locale.ROOT, "%d unseen pulses per set; nothing is cut or centred%n", testPulses);
    }

    private ObjectNode toJson(PulseModel model, PulseTable table) {
        ObjectNode node = new ObjectMapper().createObjectNode();
        node.put("model", model.name()).put("provenance", model.provenance());
        if (table == null) {
            return node;
        }
        node.put("testPulses", testPulses);
        for (Quantity quantity : Quantity.values()) {
            ObjectNode quantities = node.putObject(quantity.name().toLowerCase(Locale.ROOT));
            quantities.put("bound", PulseTable.boundAtFullScale(quantity, true));
            quantities.put("boundKnownLevel", PulseTable.boundAtFullScale(quantity, false));
            quantities.put("unit", unit(quantity));
            for (Disturbance disturbance : Disturbance.values()) {
                ObjectNode set = quantities.putObject(name(disturbance));
                for (String method : methods(table, quantity)) {
                    Spread spread = table.errors(quantity, disturbance, method).spread();
                    set.putObject(method)
                            .put("rmsOverBound", spread.rootMeanSquare())
                            .put(
                                    "rmsAtFullScale",
                                    spread.rootMeanSquare() * PulseTable.boundAtFullScale(quantity, true))
                            .put("halfWidthOverBound", spread.halfWidth());
                }
            }
        }
        return node;
    }

    /** Residual times as histograms and the errors against the amplitude, of undisturbed and of fully disturbed pulses. */
    private void plot(PulseTable table) throws IOException {
        for (Disturbance disturbance : List.of(Disturbance.IDEAL, Disturbance.ALL)) {
            double width = disturbance == Disturbance.IDEAL ? 20 : 100;
            List<Plots.Series> histograms = new ArrayList<>();
            for (String method : methods(table, Quantity.TIME)) {
                histograms.add(histogram(method, residuals(table, Quantity.TIME, disturbance, method), width));
            }
            Plots.histogram(
                    plots.resolve("pulse-times-" + name(disturbance) + ".svg"),
                    Plots.Axes.linear(
                            "Time residuals, pulses: " + name(disturbance),
                            "measured less true start, ps",
                            "pulses per " + (int) width + " ps"),
                    histograms);
            for (Quantity quantity : Quantity.values()) {
                List<Plots.Series> curves = new ArrayList<>();
                for (String method : methods(table, quantity)) {
                    curves.add(againstAmplitude(
                            method, residuals(table, quantity, disturbance, method), table.amplitudes(disturbance)));
                }
                curves.add(
                        againstAmplitude("bound", table.bounds(quantity, disturbance), table.amplitudes(disturbance)));
                Plots.lines(
                        plots.resolve("pulse-" + quantity.name().toLowerCase(Locale.ROOT) + "-by-amplitude-"
                                + name(disturbance) + ".svg"),
                        new Plots.Axes(
                                "RMS error of the " + quantity.name().toLowerCase(Locale.ROOT) + ", pulses: "
                                        + name(disturbance),
                                "amplitude, LSB",
                                quantity == Quantity.TIME ? "RMS error, ps" : "RMS error, LSB",
                                false,
                                true),
                        curves);
            }
        }
    }

    /** Errors in picoseconds or LSB. */
    private static double[] residuals(PulseTable table, Quantity quantity, Disturbance disturbance, String method) {
        double[] residuals =
                table.errors(quantity, disturbance, method).overBound().clone();
        double[] bounds = table.bounds(quantity, disturbance);
        for (int i = 0; i < residuals.length; i++) {
            residuals[i] *= bounds[i];
        }
        return residuals;
    }

    /** Counts in bins around 0; what lies beyond is not drawn. */
    private static Plots.Series histogram(String name, double[] values, double width) {
        double[] x = new double[HISTOGRAM_BINS];
        double[] y = new double[HISTOGRAM_BINS];
        for (int bin = 0; bin < HISTOGRAM_BINS; bin++) {
            x[bin] = (bin - HISTOGRAM_BINS / 2.0) * width;
        }
        for (double value : values) {
            int bin = (int) Math.floor(value / width + HISTOGRAM_BINS / 2.0);
            if (bin >= 0 && bin < HISTOGRAM_BINS) {
                y[bin]++;
            }
        }
        return new Plots.Series(name, x, y);
    }

    private static Plots.Series againstAmplitude(String name, double[] errors, double[] amplitudes) {
        double[] x = new double[AMPLITUDE_BINS];
        double[] y = new double[AMPLITUDE_BINS];
        int[] counts = new int[AMPLITUDE_BINS];
        double width = (PulseFrontEnd.MAX_AMPLITUDE - PulseFrontEnd.MIN_AMPLITUDE) / AMPLITUDE_BINS;
        for (int i = 0; i < errors.length; i++) {
            int bin = (int) Math.min(AMPLITUDE_BINS - 1, (amplitudes[i] - PulseFrontEnd.MIN_AMPLITUDE) / width);
            y[bin] += errors[i] * errors[i];
            counts[bin]++;
        }
        for (int bin = 0; bin < AMPLITUDE_BINS; bin++) {
            x[bin] = PulseFrontEnd.MIN_AMPLITUDE + (bin + 0.5) * width;
            y[bin] = Math.sqrt(y[bin] / Math.max(1, counts[bin]));
        }
        return new Plots.Series(name, x, y);
    }

    private static List<String> methods(PulseTable table, Quantity quantity) {
        return table.errors().stream()
                .filter(errors -> errors.quantity() == quantity)
                .map(Errors::method)
                .distinct()
                .collect(Collectors.toList());
    }

    private static String name(Disturbance disturbance) {
        return disturbance.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String unit(Quantity quantity) {
        return quantity == Quantity.TIME ? "ps" : "%";
    }
}
