package io.fluxon.launcher.demo;

import io.fluxon.connectors.detector.DetectorEpoch;
import io.fluxon.connectors.detector.DetectorRecording;
import io.fluxon.connectors.packets.Playable;
import io.fluxon.connectors.simulation.SimulatedDetector;
import io.fluxon.launcher.Printable;
import io.fluxon.networks.model.ModelFile;
import io.fluxon.pipelines.PipelineFile;
import io.fluxon.pipelines.PulseAnalysis;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.Spectrum;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;

/** Detectors: every pulse is measured. */
final class PulsesLane extends Lane {

    private static final String SIMULATED_ID = "detector-1";

    private static final double SIMULATED_EVENT_HERTZ = 1_000;
    private static final long SIMULATED_EPOCH_PICOS = 10_000_000_000_000L;
    private static final int SPECTRUM_COLUMNS = 32;

    private final PulsesTally tally = new PulsesTally();

    PulsesLane(String title, Player.Feed feed, boolean endless, PulseAnalysis analysis) {
        super(PipelineFile.shipped(SensorKind.PULSES).withAnalysis(analysis), title, feed, endless);
    }

    /** Simulated detectors that never end, each epoch a run of its own. */
    static PulsesLane simulated(long seed, PulseAnalysis analysis) {
        SplittableRandom seeds = new SplittableRandom(seed);
        Player.Feed feed = replay -> {
            // The times of a second slice would count from the start of the first.
            replay.play(new SimulatedDetector(seeds.nextLong(), SIMULATED_EVENT_HERTZ, SIMULATED_EPOCH_PICOS)
                    .next()
                    .playable("simulated", SIMULATED_ID));
            return true;
        };
        return new PulsesLane("simulated detector pair", feed, true, analysis);
    }

    /** Recordings one after the other, each as a digitiser of its own. */
    static PulsesLane recorded(List<Path> files, PulseAnalysis analysis) throws IOException {
        // A bad recording is refused before anything starts; reading again later needs less memory.
        for (Path file : files) {
            playable(file);
        }
        Iterator<Path> remaining = files.iterator();
        Player.Feed feed = replay -> {
            if (!remaining.hasNext()) {
                return false;
            }
            replay.play(playable(remaining.next()));
            return true;
        };
        return new PulsesLane(Text.plural(files.size(), "recording"), feed, false, analysis);
    }

    private static Playable playable(Path file) throws IOException {
        DetectorRecording recording = DetectorRecording.read(file);
        return DetectorEpoch.playable(recording, recording.id(), Optional.empty());
    }

    /** The shipped analysis with another network, opened once, so that a bad one is refused before anything starts. */
    static PulseAnalysis analysis(Path modelFile) throws IOException {
        PulseAnalysis shipped = PulseAnalysis.shipped();
        ModelFile model = checkedModel(
                SensorKind.PULSES, modelFile, file -> new PulseAnalysis(shipped.settings(), shipped.windows(), file)
                        .function());
        return new PulseAnalysis(shipped.settings(), shipped.windows(), model);
    }

    @Override
    PulsesTally tally() {
        return tally;
    }

    @Override
    List<String> rows(Progress progress) {
        PulsesTally.Counts counts = tally.counts();
        List<String> rows = new ArrayList<>(inputRows(progress, "pulses", "epoch", counts.common()));
        rows.add(Text.row(
                "hits",
                String.format(
                        Locale.ROOT,
                        "%9s   coincidences %s   pile-ups %s",
                        Text.count(counts.hits()),
                        Text.count(counts.coincidences()),
                        Text.count(counts.pileUps()))));
        rows.add(Text.row("found", "  " + found(counts) + "   " + errors(counts.errors())));
        rows.add(Text.row("spectrum", "  " + spectrum(counts.newest())));
        rows.add(latencyRow(counts.common()));
        return rows;
    }

    @Override
    String plainLine(Progress progress) {
        PulsesTally.Counts counts = tally.counts();
        return plainInput(progress, "pulses") + "  " + Text.count(counts.hits()) + " hits  "
                + Text.count(counts.coincidences()) + " coincidences  found " + found(counts) + "  "
                + errors(counts.errors()) + "  " + plainCommon(counts.common());
    }

    @Override
    LaneReport report(long packets, long events, double seconds) {
        PulsesTally.Counts counts = tally.counts();
        Tally.Common common = counts.common();
        PulsesTally.Errors errors = counts.errors();
        PulsesSummary summary = new PulsesSummary(
                packets,
                events,
                counts.hits(),
                counts.coincidences(),
                counts.pileUps(),
                counts.saturated(),
                counts.spectra(),
                counts.trueHits(),
                counts.matched(),
                errors.energyPercent(),
                errors.timePicos(),
                errors.networkEnergyPercent(),
                errors.networkTimePicos(),
                common.deadLetters(),
                common.gaps(),
                common.duplicates(),
                common.committed().p50Millis(),
                common.committed().p99Millis(),
                seconds);
        List<String> results = List.of(
                Text.row(
                        "hits",
                        Text.count(counts.hits()) + ", " + Text.count(counts.coincidences()) + " coincidences, "
                                + Text.count(counts.pileUps()) + " pile-ups, " + Text.count(counts.saturated())
                                + " saturated, " + Text.count(counts.spectra()) + " spectra"),
                Text.row("found", Text.accuracy(counts.matched(), counts.trueHits())),
                Text.row("rms error", errors(errors) + " (classical / network)"));
        return new LaneReport(
                kind(),
                summary,
                common,
                LaneReport.lines(packets, Text.count(events) + " pulses", seconds, common, results));
    }

    private static String found(PulsesTally.Counts counts) {
        return counts.trueHits() == 0 ? "-" : Text.fixed(100.0 * counts.matched() / counts.trueHits(), 1) + " %";
    }

    /** By the signal algorithms / by the network. */
    private static String errors(PulsesTally.Errors errors) {
        return "energy ±" + Text.fixedOrDash(errors.energyPercent(), 2) + "/"
                + Text.fixedOrDash(errors.networkEnergyPercent(), 2) + " %  time ±"
                + Text.fixedOrDash(errors.timePicos(), 0) + "/" + Text.fixedOrDash(errors.networkTimePicos(), 0)
                + " ps";
    }

    private static String spectrum(Spectrum spectrum) {
        if (spectrum == null) {
            return "-";
        }
        double from = spectrum.getFirstEdge();
        double to = from + spectrum.getBinWidth() * spectrum.getCounts().size();
        return Printable.of("ch " + spectrum.getChannel() + "  "
                + Sparkline.of(spectrum.getCounts(), SPECTRUM_COLUMNS) + "  " + Text.fixed(from, 0) + "-"
                + Text.fixed(to, 0) + " " + spectrum.getEnergyUnit());
    }
}
