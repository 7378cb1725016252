package io.fluxon.launcher.demo;

import io.fluxon.connectors.camera.CameraEpoch;
import io.fluxon.connectors.camera.CameraRecording;
import io.fluxon.connectors.camera.RecordingFiles;
import io.fluxon.connectors.replay.Labels;
import io.fluxon.connectors.replay.Replay;
import io.fluxon.connectors.simulation.LabelledRecording;
import io.fluxon.connectors.simulation.SimulatedCamera;
import io.fluxon.launcher.Playback;
import io.fluxon.networks.engine.NetworkPlan;
import io.fluxon.networks.model.ModelFile;
import io.fluxon.pipelines.ShippedModels;
import io.fluxon.streams.camera.EpochClassifier;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import org.jline.utils.Signals;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code fluxon demo}: the whole pipeline in one process, on a simulated camera or on recordings. */
@Command(
        name = "demo",
        description = {
            "Runs the camera pipeline with a Kafka broker and a Flink cluster inside this process.",
            "Without --camera a simulated camera plays until Ctrl-C."
        },
        footer = {
            "",
            "Examples:",
            "  ./fluxon demo",
            "  ./fluxon demo --camera recordings/ --labels labels.txt --speed max",
            "  ./fluxon demo --camera nmnist.zip -D parallelism.default=2"
        })
public final class DemoCommand implements Callable<Integer> {

    private static final int INTERRUPTED = 130;

    /** Not the seed of the recordings that the shipped network was trained on, which is 1. */
    private static final long SIMULATOR_SEED = 2;

    private static final String SENSOR_ID = "camera-1";
    private static final long PLAIN_LINE_NANOS = 1_000_000_000L;

    @Option(
            names = "--camera",
            paramLabel = "FILE",
            arity = "1..*",
            description = "Play these recordings (.bin, .bs2), or directories or .zip archives of recordings.")
    private List<Path> files;

    @Mixin
    private Playback playback;

    @Option(
            names = "--model",
            paramLabel = "FILE",
            description = "Classify with this model, e.g. one that train camera wrote, instead of the shipped one.")
    private Path modelFile;

    @Option(
            names = "--duration",
            paramLabel = "SECONDS",
            description = "Play no longer than this, then wait for the decisions.")
    private Double durationSeconds;

    @Option(names = "--json", description = "Print nothing on stdout but the JSON line.")
    private boolean json;

    @Option(
            names = "-D",
            paramLabel = "KEY=VALUE",
            description = "Option of Flink, e.g. -D execution.checkpointing.interval=200ms.")
    private Map<String, String> flinkOptions = Map.of();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (playback.hasLabels() && files == null) {
            throw new ParameterException(spec.commandLine(), "--labels needs --camera: the simulator knows its truth");
        }
        if (durationSeconds != null && !(durationSeconds > 0)) {
            throw new ParameterException(
                    spec.commandLine(), "--duration is " + durationSeconds + ", must be above 0 s");
        }
        return files == null ? playSimulator() : playRecordings();
    }

    private int playSimulator() throws Exception {
        SimulatedCamera camera = new SimulatedCamera(SIMULATOR_SEED);
        Player.Feed feed = replay -> {
            LabelledRecording next = camera.next();
            replay.play(CameraEpoch.playable(next.recording(), SENSOR_ID, Optional.of(next.label())));
            return true;
        };
        DemoReport report = run("simulated event camera", feed, modelOr(ShippedModels.simulated()));
        print(report);
        return 0;
    }

    private int playRecordings() throws Exception {
        Labels labels = playback.readLabels();
        try (RecordingFiles recordings = RecordingFiles.of(files)) {
            // A bad recording is refused before anything starts; reading again later needs less memory.
            for (Path file : recordings.recordings()) {
                CameraRecording.read(file);
            }
            Iterator<Path> remaining = recordings.recordings().iterator();
            Player.Feed feed = replay -> playNext(remaining, labels, replay);
            int count = recordings.recordings().size();
            String title = count + (count == 1 ? " recording" : " recordings");
            DemoReport report = run(title, feed, modelOr(ShippedModels.nmnist()));
            print(report);
            return report.finished() ? 0 : INTERRUPTED;
        }
    }

    /** Opened here too, so that a bad file is refused before anything starts. */
    private ModelFile modelOr(ModelFile shipped) throws IOException {
        if (modelFile == null) {
            return shipped;
        }
        ModelFile chosen = ModelFile.of(modelFile);
        new EpochClassifier(NetworkPlan.compile(chosen.open()));
        return chosen;
    }

    private static boolean playNext(Iterator<Path> remaining, Labels labels, Replay replay)
            throws IOException, InterruptedException {
        if (!remaining.hasNext()) {
            return false;
        }
        CameraRecording recording = CameraRecording.read(remaining.next());
        replay.play(CameraEpoch.playable(recording, SENSOR_ID, labels.of(recording.id())));
        return true;
    }

    private DemoReport run(String title, Player.Feed feed, ModelFile model) throws Exception {
        Demo demo = new Demo(
                title,
                feed,
                model,
                playback.speed(),
                durationSeconds == null ? Double.POSITIVE_INFINITY : durationSeconds,
                Configuration.fromMap(flinkOptions));
        // The main thread then closes everything in order; a second Ctrl-C does not wait for it.
        for (String signal : List.of("INT", "TERM", "HUP")) {
            Signals.register(signal, () -> {
                Signals.registerDefault(signal);
                demo.stop();
            });
        }
        if (json) {
            return demo.run(snapshot -> {});
        }
        spec.commandLine().getErr().println("starting Kafka and Flink ...");
        try (LiveView view = LiveView.onTerminal()) {
            return demo.run(view == null ? plainLines() : view::show);
        }
    }

    private Demo.Screen plainLines() {
        PrintWriter err = spec.commandLine().getErr();
        long[] nextNanos = {System.nanoTime() + PLAIN_LINE_NANOS};
        return snapshot -> {
            if (System.nanoTime() - nextNanos[0] >= 0) {
                nextNanos[0] += PLAIN_LINE_NANOS;
                err.println(LiveView.plainLine(snapshot));
                err.flush();
            }
        };
    }

    private void print(DemoReport report) {
        PrintWriter out = spec.commandLine().getOut();
        if (!json) {
            report.print(out);
        }
        out.println(report.summary().toJson());
        out.flush();
    }
}
