package io.fluxon.launcher.model;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.launcher.Printable;
import io.fluxon.launcher.Progress;
import io.fluxon.launcher.infer.Inference;
import io.fluxon.launcher.infer.ModelOptions;
import io.fluxon.launcher.infer.NpyFile;
import io.fluxon.launcher.infer.SampleInput;
import io.fluxon.launcher.infer.SampleResult;
import io.fluxon.launcher.infer.SampleTable;
import io.fluxon.networks.engine.NetworkPlan;
import io.fluxon.networks.model.Model;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fluxon model check}: whether a network gives what another simulator gave. */
@Command(
        name = "check",
        description =
                "Compares what a network gives with what another simulator gave on the same samples, and prints a table of the "
                        + "result. Exit status 1 where they differ.",
        footer = {
            "",
            "Examples:",
            "  ./fluxon model check cnn.nir --input recordings/ --reference counts.csv --preset sinabs --bin-us 1000",
            "  ./fluxon model check lif.nir --input in.npy --reference out.npy --preset norse --dt 1e-4"
        })
final class ModelCheckCommand implements Callable<Integer> {

    private static final int LISTED = 10;

    @Parameters(paramLabel = "MODEL", description = "Network, a NIR graph (.nir).")
    private Path modelFile;

    @Mixin
    private SampleInput sampleInput;

    @Option(
            names = "--reference",
            required = true,
            paramLabel = "FILE",
            description =
                    "What came out elsewhere: a table with the columns sample, c0, c1 ... and perhaps label; or .npy: of all "
                            + "steps, [steps, outputs] or [samples, steps, outputs].")
    private Path referenceFile;

    @Option(
            names = "--tolerance",
            paramLabel = "X",
            defaultValue = "0",
            description = "Largest difference of an output that counts as equal (default: ${DEFAULT-VALUE}).")
    private double tolerance;

    @Mixin
    private ModelOptions modelOptions;

    @Option(names = "--json", description = "Print one JSON object instead of a table.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (!(tolerance >= 0)) {
            throw new ParameterException(spec.commandLine(), "--tolerance is " + tolerance + ", must not be negative");
        }
        if (Files.isDirectory(referenceFile)) {
            throw new RecordingException(referenceFile + ": a folder, need a table or .npy");
        }
        Model model = modelOptions.open(modelFile);
        NetworkPlan plan = NetworkPlan.compile(model);
        Reference reference = referenceFile.toString().toLowerCase(Locale.ROOT).endsWith(".npy")
                ? new Steps(NpyFile.open(referenceFile), plan.outputs())
                : new Totals(SampleTable.table(referenceFile), plan);
        Comparison comparison = new Comparison(model.name(), tolerance);
        try (SampleInput.SampleFiles samples = sampleInput.open(plan);
                ProgressBar progress = Progress.bar("check", "samples", samples.count())) {
            Inference inference = new Inference(plan);
            while (samples.nextSample()) {
                reference.compare(inference, samples, comparison);
                progress.step();
            }
        }
        if (comparison.samples() == 0) {
            throw new RecordingException(referenceFile + ": knows none of the samples");
        }
        Report report = comparison.report();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(new ObjectMapper().writeValueAsString(report));
        } else {
            report.print(out);
        }
        out.flush();
        return report.differing == 0 && report.unknown == 0 ? 0 : 1;
    }

    /** What came out elsewhere. */
    private interface Reference {

        /** Runs the sample at hand and compares. */
        void compare(Inference inference, SampleInput.SampleFiles samples, Comparison comparison) throws IOException;
    }

    /** Counts of a sample's spikes, or its last values. */
    private record Totals(SampleTable table, NetworkPlan plan) implements Reference {

        @Override
        public void compare(Inference inference, SampleInput.SampleFiles samples, Comparison comparison)
                throws IOException {
            Optional<double[]> outputs = table.outputs(samples);
            if (outputs.isEmpty()) {
                comparison.unknown(samples.name());
                return;
            }
            if (outputs.get().length != plan.outputs()) {
                throw new RecordingException("the reference has " + outputs.get().length + " outputs of sample "
                        + samples.name() + ", the model " + plan.outputs());
            }
            SampleResult result = inference.run(samples);
            comparison.begin(result.sample());
            for (int i = 0; i < plan.outputs(); i++) {
                comparison.compare(
                        -1, i, plan.spikingOutput() ? result.counts()[i] : result.scores()[i], outputs.get()[i]);
            }
            comparison.end();
            String label = table.label(samples).orElse(null);
            if (label != null) {
                comparison.labelled(
                        result.isOfClass(table.classOf(label, plan.model().classes())));
            }
        }
    }

    /** What came out in each step. */
    private static final class Steps implements Reference {

        private final NpyFile array;
        private final int samplesKnown;
        private final int stepsKnown;
        private final double[] expected;

        Steps(NpyFile array, int outputs) throws RecordingException {
            int[] shape = array.shape();
            if (shape.length < 2 || shape.length > 3 || shape[shape.length - 1] != outputs) {
                throw new RecordingException(array.origin() + ": an array " + Arrays.toString(shape)
                        + ", must be [steps, " + outputs + "] or [samples, steps, " + outputs + "]");
            }
            this.array = array;
            this.samplesKnown = shape.length == 2 ? 1 : shape[0];
            this.stepsKnown = shape[shape.length - 2];
            this.expected = new double[outputs];
        }

        @Override
        public void compare(Inference inference, SampleInput.SampleFiles samples, Comparison comparison)
                throws IOException {
            int sample = samples.number();
            if (sample >= samplesKnown) {
                comparison.unknown(samples.name());
                return;
            }
            comparison.begin(samples.name());
            SampleResult result = inference.run(samples, (step, outputs) -> {
                if (step < stepsKnown) {
                    array.read(((long) sample * stepsKnown + step) * expected.length, expected, expected.length);
                    for (int i = 0; i < expected.length; i++) {
                        comparison.compare(step, i, outputs[i], expected[i]);
                    }
                }
            });
            if (result.steps() != stepsKnown) {
                throw new RecordingException(
                        array.origin() + ": has " + stepsKnown + " steps of sample " + result.sample() + ", which has "
                                + result.steps() + " (--steps N cuts it, or goes on without input)");
            }
            comparison.end();
        }
    }

    /** Counts what is equal. */
    private static final class Comparison {

        private final String model;
        private final double tolerance;
        private final List<Difference> listed = new ArrayList<>();
        private int equal;
        private int differing;
        private final List<String> unknown = new ArrayList<>();
        private int unknownSamples;
        private int right;
        private int labelled;
        private double largest;
        private String sample;
        private Difference first;

        Comparison(String model, double tolerance) {
            this.model = model;
            this.tolerance = tolerance;
        }

        int samples() {
            return equal + differing;
        }

        void unknown(String name) {
            if (unknown.size() < LISTED) {
                unknown.add(name);
            }
            unknownSamples++;
        }

        void labelled(boolean isRight) {
            labelled++;
            right += isRight ? 1 : 0;
        }

        void begin(String name) {
            sample = name;
            first = null;
        }

        /** @param step -1 for a total */
        void compare(int step, int output, double ours, double theirs) {
            double difference = Math.abs(ours - theirs);
            largest = Math.max(largest, difference);
            // What is not a number differs from everything.
            if (first == null && !(difference <= tolerance)) {
                first = new Difference(sample, step < 0 ? null : step, output, ours, theirs);
            }
        }

        void end() {
            if (first == null) {
                equal++;
            } else {
                differing++;
                if (listed.size() < LISTED) {
                    listed.add(first);
                }
            }
        }

        Report report() {
            return new Report(
                    model, samples(), equal, differing, unknownSamples, largest, right, labelled, listed, unknown);
        }
    }

    /**
     * The first output of a sample that differs.
     *
     * @param step null where totals are compared
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Difference(String sample, Integer step, int output, double ours, double theirs) {}

    /**
     * @param samples that were compared
     * @param unknown samples that the reference does not have
     * @param largestDifference of any output of any sample
     * @param right samples whose largest output is their label's, of {@code labelled}
     * @param differences of the first samples that differ
     * @param unknownNames of the first samples that the reference does not have
     */
    record Report(
            String model,
            int samples,
            int equal,
            int differing,
            int unknown,
            double largestDifference,
            int right,
            int labelled,
            List<Difference> differences,
            List<String> unknownNames) {

        void print(PrintWriter out) {
            for (Difference difference : differences) {
                out.println(Printable.of(String.format(
                        Locale.ROOT,
                        "sample %s%s: output %d is %s, the reference %s",
                        difference.sample,
                        difference.step == null ? "" : ", step " + difference.step,
                        difference.output,
                        number(difference.ours),
                        number(difference.theirs))));
            }
            if (unknown > 0) {
                out.println(Printable.of(String.format(
                        Locale.ROOT,
                        "%,d %s not in the reference: %s%s",
                        unknown,
                        unknown == 1 ? "sample is" : "samples are",
                        String.join(", ", unknownNames),
                        unknown > unknownNames.size() ? ", ..." : "")));
            }
            out.println("| model | samples | equal | differing | largest difference | right |");
            out.println("|---|---|---|---|---|---|");
            out.println(Printable.of(String.format(
                    Locale.ROOT,
                    "| %s | %d | %d | %d | %s | %s |",
                    model,
                    samples,
                    equal,
                    differing,
                    number(largestDifference),
                    labelled == 0 ? "-" : right + " of " + labelled)));
        }

        private static String number(double value) {
            return value == Math.rint(value) && Math.abs(value) < 1e9
                    ? Long.toString((long) value)
                    : String.format(Locale.ROOT, "%.6g", value);
        }
    }
}
