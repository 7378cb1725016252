package io.fluxon.launcher.demo;

import io.fluxon.connectors.camera.files.CameraReader;
import io.fluxon.connectors.camera.files.CameraRecording;
import io.fluxon.connectors.camera.files.ReadOptions;
import io.fluxon.connectors.camera.packets.CameraEpoch;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.connectors.replay.Labels;
import io.fluxon.connectors.simulation.LabelledRecording;
import io.fluxon.connectors.simulation.SimulatedCamera;
import io.fluxon.networks.engine.NetworkPlan;
import io.fluxon.networks.model.ModelFile;
import io.fluxon.pipelines.PipelineFile;
import io.fluxon.schemas.CameraLayout;
import io.fluxon.schemas.SensorKind;
import io.fluxon.streams.network.NetworkFunction;
import io.fluxon.streams.network.NetworkSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** Event cameras: every recording ends in one final decision. */
final class CameraLane extends Lane {

    /** Recordings published and not decided at which the player waits; the tally remembers more. */
    static final int MAX_UNDECIDED = 1_000;

    private static final String SENSOR_ID = "camera-1";
    private static final int POINTS_PER_ROW = 10;

    private final CameraTally tally = new CameraTally();

    CameraLane(String title, Player.Feed feed, boolean endless, ModelFile model) {
        super(PipelineFile.shipped(SensorKind.CAMERA).withModel(model), title, feed, endless);
    }

    /** A simulated camera that never ends. */
    static CameraLane simulated(long seed, ModelFile model) {
        SimulatedCamera camera = new SimulatedCamera(seed);
        Player.Feed feed = replay -> {
            LabelledRecording next = camera.next();
            replay.play(CameraEpoch.playable(next.recording(), SENSOR_ID, Optional.of(next.label())));
            return true;
        };
        return new CameraLane("simulated event camera", feed, true, model);
    }

    /** Recordings one after the other; their files must be readable until the last is played. */
    static CameraLane recorded(List<Path> files, Labels labels, ModelFile model) throws IOException {
        int[] shape = NetworkPlan.compile(model.open()).inputShape();
        int width = shape[shape.length - 1];
        int height = shape[shape.length - 2];
        // A bad recording is refused before anything starts; reading again later needs less memory.
        for (Path file : files) {
            CameraRecording recording = CameraRecording.of(file, ReadOptions.STRICT);
            try (CameraReader reader = recording.open()) {
                CameraLayout layout = reader.layout();
                if (layout.getWidth() != width || layout.getHeight() != height) {
                    throw new RecordingException(file + ": a camera of " + layout.getWidth() + "x" + layout.getHeight()
                            + " pixels; the model takes " + width + "x" + height);
                }
            }
            CameraEpoch.check(recording);
        }
        Iterator<Path> remaining = files.iterator();
        Player.Feed feed = replay -> {
            if (!remaining.hasNext()) {
                return false;
            }
            CameraRecording recording = CameraRecording.of(remaining.next(), ReadOptions.STRICT);
            replay.play(CameraEpoch.playable(recording, SENSOR_ID, labels.of(recording.id())));
            return true;
        };
        return new CameraLane(Text.plural(files.size(), "recording"), feed, false, model);
    }

    /** The model file, opened once, so that a bad one is refused before anything starts. */
    static ModelFile model(Path file) throws IOException {
        return checkedModel(SensorKind.CAMERA, file, CameraLane::check);
    }

    private static void check(ModelFile model) {
        new NetworkFunction.Factory(SensorKind.CAMERA, model, NetworkSettings.defaults(SensorKind.CAMERA)).create();
    }

    @Override
    CameraTally tally() {
        return tally;
    }

    @Override
    Optional<String> missing(long recordings, OptionalLong lagPackets) {
        long missing = recordings - tally.decisions();
        return missing <= 0
                ? Optional.empty()
                : Optional.of("no decision on " + missing + " of " + recordings + " recordings");
    }

    @Override
    boolean isAhead(long recordings, OptionalLong lagPackets) {
        return recordings - tally.decisions() >= MAX_UNDECIDED;
    }

    @Override
    List<String> rows(Progress progress) {
        CameraTally.Counts counts = tally.counts();
        List<String> rows = new ArrayList<>(inputRows(progress, "events", "recording", counts.common()));
        rows.add(Text.row(
                "decisions",
                String.format(
                        Locale.ROOT,
                        "%9s /s %9s final   right %s",
                        Text.rate(progress.resultsPerSecond()),
                        Text.count(counts.decisions()),
                        Text.accuracy(counts.correct(), counts.labelled()))));
        rows.add(Text.row("last", "  " + Text.last(counts.last())));
        rows.add(latencyRow(counts.common()));
        return rows;
    }

    @Override
    String plainLine(Progress progress) {
        CameraTally.Counts counts = tally.counts();
        return plainInput(progress, "events") + "  " + Text.count(counts.decisions()) + " decisions  right "
                + Text.accuracy(counts.correct(), counts.labelled()) + "  " + plainCommon(counts.common());
    }

    @Override
    LaneReport report(long packets, long events, double seconds) {
        CameraTally.Counts counts = tally.counts();
        Tally.Common common = counts.common();
        CameraSummary summary = new CameraSummary(
                packets,
                events,
                counts.decisions(),
                counts.labelled() == 0 ? null : counts.correct(),
                counts.labelled(),
                common.deadLetters(),
                common.gaps(),
                common.duplicates(),
                common.committed().p50Millis(),
                common.committed().p99Millis(),
                seconds);
        List<String> results = List.of(
                Text.row("decisions", Text.count(counts.decisions()) + " final"),
                Text.row("right", Text.accuracy(counts.correct(), counts.labelled())));
        List<String> lines =
                new ArrayList<>(LaneReport.lines(packets, Text.count(events) + " events", seconds, common, results));
        lines.addAll(curveLines(tally.curve()));
        return new LaneReport(kind(), summary, common, lines);
    }

    private static List<String> curveLines(CameraTally.Curve curve) {
        List<String> lines = new ArrayList<>();
        List<Long> right = curve.right();
        if (curve.recordings() == 0 || right.isEmpty()) {
            return lines;
        }
        lines.add("");
        lines.add("Accuracy against elapsed event time, " + Text.plural(curve.recordings(), "recording"));
        for (int row = 0; row < right.size(); row += POINTS_PER_ROW) {
            StringBuilder times = new StringBuilder("  ms");
            StringBuilder shares = new StringBuilder("  % ");
            for (int point = row; point < Math.min(right.size(), row + POINTS_PER_ROW); point++) {
                times.append(String.format(Locale.ROOT, "%7d", (point + 1) * CameraTally.CURVE_STEP_MICROS / 1_000));
                shares.append(String.format(Locale.ROOT, "%7.1f", 100.0 * right.get(point) / curve.recordings()));
            }
            lines.add(times.toString());
            lines.add(shares.toString());
        }
        return lines;
    }
}
