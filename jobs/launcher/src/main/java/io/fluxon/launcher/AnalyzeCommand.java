package io.fluxon.launcher;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fluxon.connectors.detector.PulseBatch;
import io.fluxon.launcher.DetectorAnalysis.Pulse;
import io.fluxon.signals.pulses.PulseSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fluxon analyze}: the pulses of detector recordings, without a stream, and how others measured the same. */
@Command(
        name = "analyze",
        description = "Analyses the pulses of detector recordings and compares with what others measured on them.",
        footer = {"", "Example:", "  ./fluxon analyze tier_raw.lh5 --reference tier_dsp.lh5 --reference tier_hit.lh5"})
final class AnalyzeCommand implements Callable<Integer> {

    /** Energies of CoMPASS run to 4094 channels; what lies beyond either end is written as 4095. */
    private static final int COMPASS_OUT_OF_RANGE = 4095;

    private static final double PICOSECONDS_PER_NANOSECOND = 1000;

    /** Intervals that differ less than this part of their mean are a periodic source's. */
    private static final double PERIODIC = 0.01;

    private static final int PLOTTED_BINS = 400;

    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description = "Recordings of one front end: CoMPASS list mode (.bin) or the raw tier of LEGEND (.lh5).")
    private List<Path> files;

    @Option(
            names = "--reference",
            paramLabel = "FILE",
            description = "What LEGEND made of the same recordings: files of the tiers dsp and hit. May be repeated.")
    private List<Path> references = List.of();

    @Option(
            names = "--plots",
            paramLabel = "DIR",
            description = "Draw spectrum and time differences of each channel to this folder, as SVG.")
    private Path plots;

    @Option(names = "--json", description = "Print one JSON object instead of text.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        DetectorAnalysis analysis = DetectorAnalysis.of(files, references);
        Report report = Report.of(files.size(), analysis);
        if (plots != null) {
            for (Channel channel : report.channels) {
                plot(channel, analysis);
            }
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(new ObjectMapper().writeValueAsString(report));
        } else {
            report.print(out);
        }
        out.flush();
        return 0;
    }

    private void plot(Channel channel, DetectorAnalysis analysis) throws IOException {
        List<Pulse> pulses = analysis.pulses().get(channel.name).stream()
                .filter(Pulse::triggered)
                .toList();
        if (pulses.isEmpty()) {
            return;
        }
        Plots.folder(plots);
        String name = channel.name.replaceAll("[^A-Za-z0-9_-]", "_");
        String energy = "energy / " + analysis.settings().energyUnit();
        Plots.histogram(
                plots.resolve("spectrum-" + name + ".svg"),
                Plots.Axes.linear("Channel " + Printable.of(channel.name), energy, "pulses per bin"),
                List.of(spectrum(channel, analysis.settings().spectrum())));
        List<Pulse> clean = Selection.CLEAN.of(pulses);
        List<Pulse> compared = clean.stream()
                .filter(pulse -> Double.isFinite(Channel.lessTp50(pulse)))
                .toList();
        boolean tp50 = !compared.isEmpty();
        List<Pulse> drawn = tp50 ? compared : clean;
        if (!drawn.isEmpty()) {
            Plots.points(
                    plots.resolve("times-" + name + ".svg"),
                    Plots.Axes.linear(
                            "Channel " + Printable.of(channel.name),
                            energy,
                            "time less " + (tp50 ? "tp_50" : "stamp") + " / ns"),
                    List.of(new Plots.Series(
                            "pulses without flags",
                            drawn.stream().mapToDouble(Pulse::energy).toArray(),
                            drawn.stream()
                                    .mapToDouble(pulse -> tp50 ? Channel.lessTp50(pulse) : Channel.lessStamp(pulse))
                                    .map(picos -> picos / PICOSECONDS_PER_NANOSECOND)
                                    .toArray())));
        }
    }

    /** The occupied part of the spectrum in at most so many bins, each of several of the settings'. */
    private static Plots.Series spectrum(Channel channel, PulseSettings.Bins bins) {
        int first = Math.max(0, channel.spectrum.keySet().iterator().next() - 1);
        int last = Math.min(bins.count() - 1, new TreeMap<>(channel.spectrum).lastKey() + 1);
        int group = 1 + Math.max(0, last - first) / PLOTTED_BINS;
        int groups = Math.max(2, (last - first) / group + 1);
        double[] x = new double[groups];
        double[] y = new double[groups];
        for (int i = 0; i < groups; i++) {
            x[i] = bins.from() + (first + (double) i * group) * bins.width();
        }
        channel.spectrum.forEach((bin, count) -> {
            if (bin >= first && bin <= last) {
                y[(bin - first) / group] += count;
            }
        });
        return new Plots.Series("pulses", x, y);
    }

    record Report(int files, @JsonProperty("energy_unit") String energyUnit, List<Channel> channels) {

        static Report of(int files, DetectorAnalysis analysis) {
            List<Channel> channels = new ArrayList<>();
            analysis.pulses().forEach((name, pulses) -> channels.add(Channel.of(name, pulses, analysis.settings())));
            return new Report(files, analysis.settings().energyUnit(), channels);
        }

        private void print(PrintWriter out) {
            for (Channel channel : channels) {
                channel.print(out, energyUnit);
            }
        }
    }

    /**
     * @param energyMean mean energy of the triggered pulses
     * @param energySpread standard deviation of the same
     * @param spectrum triggered pulses by bin, of bins that have any; -1 below the first bin
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Channel(
            String name,
            int waveforms,
            int triggered,
            @JsonProperty("pile_ups") int pileUps,
            int saturated,
            @JsonProperty("energy_mean") Double energyMean,
            @JsonProperty("energy_spread") Double energySpread,
            List<Agreement> energies,
            List<Difference> times,
            Jitter jitter,
            Map<Integer, Integer> spectrum) {

        static Channel of(String name, List<Pulse> all, PulseSettings settings) {
            List<Pulse> pulses = all.stream().filter(Pulse::triggered).toList();
            double[] energies = pulses.stream().mapToDouble(Pulse::energy).toArray();
            Map<Integer, Integer> spectrum = new TreeMap<>();
            for (double energy : energies) {
                spectrum.merge(settings.spectrum().bin(energy), 1, Integer::sum);
            }
            double[] scale = keVPerReference(Selection.VALID.of(pulses));
            List<Agreement> agreements = new ArrayList<>();
            List<Difference> times = new ArrayList<>();
            for (Selection selection : Selection.values()) {
                List<Pulse> chosen = selection.of(pulses);
                Agreement.add(agreements, "trapEmax", selection, chosen, Pulse::energy, other("trapEmax"), scale);
                Agreement.add(
                        agreements,
                        "trapEmax_ctc_cal",
                        selection,
                        chosen,
                        Pulse::energy,
                        other("trapEmax_ctc_cal"),
                        new double[] {1});
                Difference.add(times, "tp_50", selection, chosen, Channel::lessTp50);
            }
            Agreement.add(
                    agreements,
                    "ENERGY",
                    Selection.ALL,
                    pulses,
                    Pulse::longCharge,
                    pulse -> own(pulse.ownEnergy()),
                    new double[0]);
            Agreement.add(
                    agreements,
                    "ENERGYSHORT",
                    Selection.ALL,
                    pulses,
                    Pulse::shortCharge,
                    pulse -> own(pulse.ownShortEnergy()),
                    new double[0]);
            Difference.add(times, "stamp", Selection.ALL, pulses, Channel::lessStamp);
            return new Channel(
                    name,
                    all.size(),
                    pulses.size(),
                    (int) pulses.stream().filter(Pulse::pileUp).count(),
                    (int) all.stream().filter(Pulse::saturated).count(),
                    energies.length > 0 ? mean(energies) : null,
                    energies.length > 1 ? spread(energies) : null,
                    agreements,
                    times,
                    Jitter.of(pulses),
                    spectrum);
        }

        private static double lessStamp(Pulse pulse) {
            return pulse.hitPicos() - pulse.stampPicos();
        }

        private static double lessTp50(Pulse pulse) {
            return pulse.hitPicos()
                    - pulse.startPicos()
                    - other("tp_50").applyAsDouble(pulse) * PICOSECONDS_PER_NANOSECOND;
        }

        private static ToDoubleFunction<Pulse> other(String name) {
            return pulse -> pulse.others().getOrDefault(name, Double.NaN);
        }

        private static double own(int energy) {
            return energy == PulseBatch.NONE || energy == COMPASS_OUT_OF_RANGE ? Double.NaN : energy;
        }

        /** The reference's own scale, keV for one unit of trapEmax; empty without calibrated energies. */
        private static double[] keVPerReference(List<Pulse> clean) {
            List<Agreement> scale = new ArrayList<>();
            Agreement.add(
                    scale, "", Selection.VALID, clean, other("trapEmax"), other("trapEmax_ctc_cal"), new double[0]);
            return scale.isEmpty()
                    ? new double[0]
                    : new double[] {scale.get(0).fit.gain()};
        }

        private void print(PrintWriter out, String energyUnit) {
            out.println("channel " + Printable.of(name));
            line(
                    out,
                    "waveforms",
                    "%,d (%,d triggered, %,d with pile-up, %,d saturated)",
                    waveforms,
                    triggered,
                    pileUps,
                    saturated);
            if (energySpread != null) {
                line(out, "energy", "mean %.1f %s, spread %.1f %s", energyMean, energyUnit, energySpread, energyUnit);
            }
            for (Agreement agreement : energies) {
                agreement.print(out);
            }
            for (Difference difference : times) {
                difference.print(out);
            }
            if (jitter != null) {
                line(
                        out,
                        "jitter",
                        "period %.6f ms; of one time %.0f ps, of one stamp %.0f ps",
                        jitter.periodMillis,
                        jitter.hitsPicos,
                        jitter.stampsPicos);
            }
        }

        private static void line(PrintWriter out, String name, String format, Object... values) {
            out.printf(Locale.ROOT, "  %-11s %s%n", name, String.format(Locale.ROOT, format, values));
        }
    }

    /** Which of the triggered pulses are compared. */
    enum Selection {
        ALL("", pulse -> true),
        /** Without a flag of ours. */
        CLEAN(" clean", pulse -> !pulse.pileUp() && !pulse.saturated()),
        /** Accepted by the reference's own checks, is_valid_cal. */
        VALID(" valid", pulse -> pulse.others().getOrDefault("is_valid_cal", 0.0) == 1);

        private final String words;
        private final Predicate<Pulse> accepts;

        Selection(String words, Predicate<Pulse> accepts) {
            this.words = words;
            this.accepts = accepts;
        }

        private List<Pulse> of(List<Pulse> pulses) {
            return pulses.stream().filter(accepts).toList();
        }
    }

    /**
     * Our value against another's of the same pulses: the straight line from ours to theirs.
     *
     * @param of the other's name of its value
     * @param residualKeV the line's residual in keV, where the other's scale is known
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Agreement(
            String of,
            Selection selection,
            LinearFit fit,
            @JsonProperty("residual_kev") Double residualKeV) {

        private static void add(
                List<Agreement> agreements,
                String of,
                Selection selection,
                List<Pulse> pulses,
                ToDoubleFunction<Pulse> ours,
                ToDoubleFunction<Pulse> theirs,
                double[] keV) {
            double[] x = new double[pulses.size()];
            double[] y = new double[pulses.size()];
            int count = 0;
            for (Pulse pulse : pulses) {
                x[count] = ours.applyAsDouble(pulse);
                y[count] = theirs.applyAsDouble(pulse);
                if (Double.isFinite(x[count]) && Double.isFinite(y[count])) {
                    count++;
                }
            }
            if (count >= 3) {
                LinearFit fit = LinearFit.of(x, y, count);
                agreements.add(new Agreement(of, selection, fit, keV.length > 0 ? keV[0] * fit.residualRms() : null));
            }
        }

        private void print(PrintWriter out) {
            Channel.line(
                    out,
                    of,
                    "%,d%s: correlation %.7f, residual rms %.3f%s, gain %.6g",
                    fit.points(),
                    selection.words,
                    fit.correlation(),
                    fit.residualRms(),
                    residualKeV == null ? "" : String.format(Locale.ROOT, " = %.3f keV", residualKeV),
                    fit.gain());
        }
    }

    /**
     * Our time less another's of the same pulses, picoseconds.
     *
     * @param halfWidth68 half of the width of the central 68 %
     */
    record Difference(
            String of,
            Selection selection,
            int pulses,
            @JsonProperty("median_ps") double medianPicos,
            @JsonProperty("spread_ps") double spreadPicos,
            @JsonProperty("half_width_68_ps") double halfWidth68) {

        private static void add(
                List<Difference> differences,
                String of,
                Selection selection,
                List<Pulse> pulses,
                ToDoubleFunction<Pulse> difference) {
            double[] values = pulses.stream()
                    .mapToDouble(difference)
                    .filter(Double::isFinite)
                    .sorted()
                    .toArray();
            if (values.length >= 3) {
                differences.add(new Difference(
                        of,
                        selection,
                        values.length,
                        quantile(values, 0.5),
                        spread(values),
                        (quantile(values, 0.84) - quantile(values, 0.16)) / 2));
            }
        }

        private void print(PrintWriter out) {
            Channel.line(
                    out,
                    of,
                    "%,d%s: ours less theirs: median %.3f ns, spread %.3f ns, central 68 %% within +-%.3f ns",
                    pulses,
                    selection.words,
                    medianPicos / PICOSECONDS_PER_NANOSECOND,
                    spreadPicos / PICOSECONDS_PER_NANOSECOND,
                    halfWidth68 / PICOSECONDS_PER_NANOSECOND);
        }
    }

    /**
     * Jitter of a periodic source's times: the second differences of independent times with standard deviation s have s
     * sqrt(6), whatever the period and its slow drift.
     */
    record Jitter(
            @JsonProperty("period_ms") double periodMillis,
            @JsonProperty("hits_ps") double hitsPicos,
            @JsonProperty("stamps_ps") double stampsPicos) {

        private static final double PICOSECONDS_PER_MILLISECOND = 1e9;

        private static Jitter of(List<Pulse> pulses) {
            if (pulses.size() < 3) {
                return null;
            }
            double[] intervals = new double[pulses.size() - 1];
            for (int i = 0; i < intervals.length; i++) {
                intervals[i] = pulses.get(i + 1).hitPicos() - pulses.get(i).hitPicos();
            }
            double period = mean(intervals);
            if (!(spread(intervals) < PERIODIC * period)) {
                return null;
            }
            return new Jitter(
                    period / PICOSECONDS_PER_MILLISECOND,
                    jitter(pulses.stream().mapToLong(Pulse::hitPicos).toArray()),
                    jitter(pulses.stream().mapToLong(Pulse::stampPicos).toArray()));
        }

        private static double jitter(long[] picos) {
            double squares = 0;
            for (int i = 2; i < picos.length; i++) {
                double second = picos[i] - 2 * picos[i - 1] + picos[i - 2];
                squares += second * second;
            }
            return Math.sqrt(squares / (picos.length - 2) / 6);
        }
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    private static double spread(double[] values) {
        double mean = mean(values);
        return Math.sqrt(Arrays.stream(values)
                        .map(value -> (value - mean) * (value - mean))
                        .sum()
                / (values.length - 1));
    }

    private static double quantile(double[] sorted, double part) {
        double at = part * (sorted.length - 1);
        int below = (int) at;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }
}
