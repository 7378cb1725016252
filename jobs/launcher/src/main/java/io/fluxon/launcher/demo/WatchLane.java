package io.fluxon.launcher.demo;

import io.fluxon.connectors.motion.MotionEpoch;
import io.fluxon.connectors.motion.MotionRecording;
import io.fluxon.connectors.motion.WisdmFiles;
import io.fluxon.connectors.packets.Playable;
import io.fluxon.connectors.simulation.SimulatedWrist;
import io.fluxon.networks.model.ModelFile;
import io.fluxon.pipelines.PipelineFile;
import io.fluxon.schemas.SensorKind;
import io.fluxon.streams.network.NetworkFunction;
import io.fluxon.streams.network.NetworkSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Wearables: every window of their movement is decided. */
final class WatchLane extends Lane {

    private final WatchTally tally = new WatchTally();

    WatchLane(String title, Player.Feed feed, boolean endless, ModelFile model) {
        super(PipelineFile.shipped(SensorKind.WATCH).withModel(model), title, feed, endless);
    }

    /** A simulated watch that never ends. */
    static WatchLane simulated(long seed, ModelFile model) {
        SimulatedWrist wrist = new SimulatedWrist(seed);
        return new WatchLane("simulated watch", feed(() -> Optional.of(wrist.next())), true, model);
    }

    /** The subjects of a set of files one after the other, each with a watch of its own. */
    static WatchLane recorded(List<Path> names, ModelFile model) throws IOException {
        WisdmFiles files = WisdmFiles.of(names);
        // A bad recording is refused before anything starts; reading again later needs less memory.
        for (String subject : files.subjects()) {
            files.read(subject);
        }
        Iterator<String> remaining = files.subjects().iterator();
        Source source = () -> remaining.hasNext() ? Optional.of(files.read(remaining.next())) : Optional.empty();
        long halves = files.subjects().stream()
                .filter(subject -> !files.hasBothSensors(subject))
                .count();
        String title = Text.plural(files.subjects().size(), "subject")
                + (halves == 0 ? "" : ", " + halves + " with one sensor only, which decides nothing");
        return new WatchLane(title, feed(source), false, model);
    }

    static ModelFile model(Path file) throws IOException {
        return checkedModel(SensorKind.WATCH, file, WatchLane::check);
    }

    @FunctionalInterface
    private interface Source {

        Optional<MotionRecording> next() throws IOException;
    }

    /** One epoch at a time. */
    private static Player.Feed feed(Source source) {
        Deque<Playable> epochs = new ArrayDeque<>();
        return replay -> {
            while (epochs.isEmpty()) {
                Optional<MotionRecording> recording = source.next();
                if (recording.isEmpty()) {
                    return false;
                }
                epochs.addAll(MotionEpoch.playables(recording.get()));
            }
            replay.play(epochs.removeFirst());
            return true;
        };
    }

    private static void check(ModelFile model) {
        new NetworkFunction.Factory(SensorKind.WATCH, model, NetworkSettings.defaults(SensorKind.WATCH)).create();
    }

    @Override
    WatchTally tally() {
        return tally;
    }

    @Override
    List<String> rows(Progress progress) {
        WatchTally.Counts counts = tally.counts();
        List<String> rows = new ArrayList<>(inputRows(progress, "samples", "epoch", counts.common()));
        rows.add(Text.row(
                "windows",
                String.format(
                        Locale.ROOT,
                        "%9s decided   right %s",
                        Text.count(counts.decisions()),
                        Text.accuracy(counts.correct(), counts.labelled()))));
        rows.add(Text.row("last", "  " + Text.last(counts.last())));
        rows.add(Text.row("saved", "  " + saved(counts) + " of the operations of a dense network"));
        rows.add(latencyRow(counts.common()));
        return rows;
    }

    @Override
    String plainLine(Progress progress) {
        WatchTally.Counts counts = tally.counts();
        return plainInput(progress, "samples") + "  " + Text.count(counts.decisions()) + " windows  right "
                + Text.accuracy(counts.correct(), counts.labelled()) + "  operations saved " + saved(counts) + "  "
                + plainCommon(counts.common());
    }

    @Override
    LaneReport report(long packets, long events, double seconds) {
        WatchTally.Counts counts = tally.counts();
        Tally.Common common = counts.common();
        WatchSummary summary = new WatchSummary(
                packets,
                events,
                counts.decisions(),
                counts.labelled() == 0 ? null : counts.correct(),
                counts.labelled(),
                counts.operationsSavedPercent(),
                common.deadLetters(),
                common.gaps(),
                common.duplicates(),
                common.committed().p50Millis(),
                common.committed().p99Millis(),
                seconds);
        List<String> results = List.of(
                Text.row("windows", Text.count(counts.decisions()) + " decided"),
                Text.row("right", Text.accuracy(counts.correct(), counts.labelled())),
                Text.row("saved", saved(counts) + " of the operations of a dense network"));
        return new LaneReport(
                kind(),
                summary,
                common,
                LaneReport.lines(packets, Text.count(events) + " samples", seconds, common, results));
    }

    private static String saved(WatchTally.Counts counts) {
        return Text.fixedOrDash(counts.operationsSavedPercent(), 1) + " %";
    }
}
