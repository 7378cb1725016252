package io.fluxon.launcher.infer;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.launcher.Printable;
import io.fluxon.launcher.Progress;
import io.fluxon.networks.engine.NetworkPlan;
import io.fluxon.networks.model.Model;
import io.fluxon.training.Score;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import me.tongfei.progressbar.ProgressBar;
import org.jline.utils.Signals;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fluxon infer}: samples through a network, without a stream. */
@Command(
        name = "infer",
        description = "Runs recordings or arrays through a network, each sample from rest, and prints what comes out.",
        footer = {
            "",
            "Examples:",
            "  ./fluxon infer cnn.nir --input recordings/ --labels labels.txt --preset sinabs --bin-us 1000",
            "  ./fluxon infer rsnn.nir --input spikes.npy --dt 1e-4 --preset snntorch --reset zero --json"
        })
public final class InferCommand implements Callable<Integer> {

    private static final int INTERRUPTED = 130;

    @Parameters(paramLabel = "MODEL", description = "Network, a NIR graph (.nir).")
    private Path modelFile;

    @Mixin
    private SampleInput sampleInput;

    @Option(
            names = "--labels",
            paramLabel = "FILE",
            description =
                    "Known classes: lines NAME,CLASS; a .csv with columns sample and label; or one number a sample, .npy or "
                            + ".u8.")
    private Path labelFile;

    @Mixin
    private ModelOptions modelOptions;

    @Option(names = "--json", description = "Print one JSON object a sample and one for the summary, a line each.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    private final ObjectMapper mapper = new ObjectMapper();
    private volatile boolean stopped;

    @Override
    public Integer call() throws IOException {
        Model model = modelOptions.open(modelFile);
        NetworkPlan plan = NetworkPlan.compile(model);
        SampleTable table = labelFile == null ? null : SampleTable.read(labelFile);
        // What is done is told; a second Ctrl-C does not wait for it.
        for (String signal : List.of("INT", "TERM")) {
            Signals.register(signal, () -> {
                Signals.registerDefault(signal);
                stopped = true;
            });
        }
        try (SampleInput.SampleFiles samples = sampleInput.open(plan)) {
            return run(plan, table, samples);
        }
    }

    private int run(NetworkPlan plan, SampleTable table, SampleInput.SampleFiles samples) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Inference inference = new Inference(plan, () -> stopped);
        Totals totals = new Totals();
        int failed = 0;
        try (ProgressBar progress = Progress.bar("infer", "samples", samples.count())) {
            while (!stopped) {
                SampleResult result;
                try {
                    if (!samples.nextSample()) {
                        break;
                    }
                    result = inference.run(samples);
                } catch (RecordingException e) {
                    // One bad recording of many is told and does not end the others.
                    spec.commandLine().getErr().println("fluxon: " + Printable.of(e.getMessage()));
                    failed++;
                    continue;
                }
                if (stopped) {
                    break;
                }
                String label = table == null ? null : table.label(samples).orElse(null);
                if (label != null) {
                    int known = table.classOf(label, plan.model().classes());
                    totals.addLabelled(result.isOfClass(known));
                    result = result.withLabel(
                            json ? label : plan.model().classes().get(known));
                }
                totals.add(result);
                out.println(json ? mapper.writeValueAsString(result) : text(result, plan.model()));
                // Nobody reads what follows; the exit status is for whoever closes the output.
                if (out.checkError() || System.out.checkError()) {
                    return CommandLine.ExitCode.OK;
                }
                progress.step();
            }
        }
        if (totals.samples == 0 && !stopped) {
            if (failed == 0) {
                throw new RecordingException("the input holds no samples");
            }
            return CommandLine.ExitCode.SOFTWARE;
        }
        Summary summary = totals.summary(inference.spikingNeurons());
        if (json) {
            out.println(mapper.writeValueAsString(Map.of("summary", summary)));
        } else {
            summary.print(out);
        }
        out.flush();
        if (stopped) {
            return INTERRUPTED;
        }
        if (table != null && totals.score.total() == 0) {
            throw new RecordingException(labelFile + ": knows none of the samples");
        }
        return failed == 0 ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private static String text(SampleResult result, Model model) {
        String outputs = result.counts() != null
                ? IntStream.range(0, result.counts().length)
                        .mapToObj(i -> Long.toString(result.counts()[i]))
                        .collect(Collectors.joining(" "))
                : IntStream.range(0, result.scores().length)
                        .mapToObj(i -> String.format(Locale.ROOT, "%.4g", result.scores()[i]))
                        .collect(Collectors.joining(" "));
        return Printable.of(String.format(
                Locale.ROOT,
                "%s: %s%s; outputs %s; %,d spikes, %,d of %,d operations, %.3f s",
                result.sample(),
                result.argmax() != null
                        ? "class " + model.classes().get(result.argmax())
                        : result.counts() != null ? "no spikes" : "no class",
                result.label() == null ? "" : ", label " + result.label(),
                outputs,
                result.allSpikes(),
                result.synapticOperations(),
                result.denseOperations(),
                result.seconds()));
    }

    private static final class Totals {

        private int samples;
        private long steps;
        private long spikes;
        private long synapticOperations;
        private long denseOperations;
        private double seconds;
        private Score score = new Score(0, 0);

        void addLabelled(boolean right) {
            score = score.plus(new Score(right ? 1 : 0, 1));
        }

        void add(SampleResult result) {
            samples++;
            steps += result.steps();
            spikes += result.allSpikes();
            synapticOperations += result.synapticOperations();
            denseOperations += result.denseOperations();
            seconds += result.seconds();
        }

        Summary summary(long spikingNeurons) {
            double activations = (double) spikingNeurons * steps;
            return new Summary(
                    samples,
                    score.total() == 0 ? null : Accuracy.of(score),
                    activations == 0 ? null : 1 - spikes / activations,
                    samples == 0 ? 0 : (double) synapticOperations / samples,
                    samples == 0 ? 0 : (double) denseOperations / samples,
                    steps,
                    seconds,
                    seconds == 0 ? 0 : steps / seconds);
        }
    }

    /** How many samples got the class of their label, with the 95 % interval of Wilson (1927). */
    record Accuracy(int right, int labelled, double value, double lower, double upper) {

        static Accuracy of(Score score) {
            return new Accuracy(score.right(), score.total(), score.accuracy(), score.lower(), score.upper());
        }
    }

    /**
     * All samples together; sparsity and operations as NeuroBench counts them (Yik et al. 2025).
     *
     * @param activationSparsity 1 - spikes / (spiking neurons x steps); null without spiking neurons
     * @param synapticOperations multiply-adds done per sample
     * @param denseOperations multiply-adds per sample that a dense evaluation needs
     * @param seconds wall-clock time, reading included
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Summary(
            int samples,
            Accuracy accuracy,
            Double activationSparsity,
            double synapticOperations,
            double denseOperations,
            long steps,
            double seconds,
            double stepsPerSecond) {

        void print(PrintWriter out) {
            line(out, "samples", "%,d", samples);
            if (accuracy != null) {
                line(
                        out,
                        "accuracy",
                        "%.2f %% (%,d of %,d right, 95 %% interval %.2f to %.2f %%)",
                        100 * accuracy.value,
                        accuracy.right,
                        accuracy.labelled,
                        100 * accuracy.lower,
                        100 * accuracy.upper);
            }
            if (activationSparsity != null) {
                line(out, "sparsity", "%.4f of the activations are 0", activationSparsity);
            }
            line(out, "operations", "%,.0f a sample; dense %,.0f", synapticOperations, denseOperations);
            line(out, "speed", "%,.0f steps/s; %,d steps in %.2f s", stepsPerSecond, steps, seconds);
        }

        private static void line(PrintWriter out, String name, String format, Object... values) {
            out.printf(Locale.ROOT, "%-10s %s%n", name, String.format(Locale.ROOT, format, values));
        }
    }
}
