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
import io.fluxon.schemas.SensorKind;
import io.fluxon.streams.camera.EpochClassifier;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.flink.configuration.Configuration;
import org.jline.utils.Signals;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code fluxon demo}: all pipelines in one process, on simulated sensors or on recordings. */
@Command(
        name = "demo",
        description = {
            "Runs the pipelines with a Kafka broker and a Flink cluster inside this process.",
            "Without an option that says what to play, simulated sensors of all kinds play until Ctrl-C."
        },
        footer = {
            "",
            "Examples:",
            "  ./fluxon demo",
            "  ./fluxon demo --simulate camera",
            "  ./fluxon demo --camera recordings/ --labels labels.txt --speed max",
            "  ./fluxon demo --camera nmnist.zip -D parallelism.default=2"
        })
public final class DemoCommand implements Callable<Integer> {

    private static final int INTERRUPTED = 130;

    /** Not the seed of the recordings that the shipped network was trained on, which is 1. */
    private static final long SIMULATOR_SEED = 2;

    private static final String CAMERA_ID = "camera-1";
    private static final long PLAIN_LINE_NANOS = 1_000_000_000L;

    /** The kinds that can be played. */
    private static final Set<SensorKind> KINDS = EnumSet.of(SensorKind.CAMERA);

    @Option(
            names = "--camera",
            paramLabel = "FILE",
            arity = "1..*",
            description = "Play these recordings (.bin, .bs2), or directories or .zip archives of recordings.")
    private List<Path> cameraFiles;

    @Option(
            names = "--simulate",
            paramLabel = "KIND",
            split = ",",
            converter = KindConverter.class,
            description = "Play simulated sensors of these kinds until Ctrl-C: camera.")
    private Set<SensorKind> simulated;

    @Mixin
    private Playback playback;

    @Option(
            names = "--model",
            paramLabel = "KIND=FILE",
            converter = {KindConverter.class},
            description = "Use this model for a kind of sensor, e.g. one that train camera wrote, instead of the"
                    + " shipped one.")
    private Map<SensorKind, Path> models = Map.of();

    @Option(
            names = "--duration",
            paramLabel = "SECONDS",
            description = "Play no longer than this, then wait for the results.")
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

    /** A kind of sensor by its name in lower case. */
    static final class KindConverter implements ITypeConverter<SensorKind> {

        @Override
        public SensorKind convert(String value) {
            return KINDS.stream()
                    .filter(kind -> Lane.nameOf(kind).equals(value))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException("'" + value + "' is not one of "
                            + KINDS.stream().map(Lane::nameOf).collect(Collectors.joining(", "))));
        }
    }

    @Override
    public Integer call() throws Exception {
        if (playback.hasLabels() && cameraFiles == null) {
            throw wrongUsage("--labels needs --camera: the simulator knows its truth");
        }
        if (durationSeconds != null && !(durationSeconds > 0)) {
            throw wrongUsage("--duration is " + durationSeconds + ", must be above 0 s");
        }
        Set<SensorKind> recorded = EnumSet.noneOf(SensorKind.class);
        if (cameraFiles != null) {
            recorded.add(SensorKind.CAMERA);
        }
        Set<SensorKind> playing = EnumSet.copyOf(simulated != null || !recorded.isEmpty() ? recorded : KINDS);
        if (simulated != null) {
            for (SensorKind kind : simulated) {
                if (recorded.contains(kind)) {
                    throw wrongUsage(
                            "--simulate " + Lane.nameOf(kind) + " and --" + Lane.nameOf(kind) + " exclude each other");
                }
            }
            playing.addAll(simulated);
        }
        for (SensorKind kind : models.keySet()) {
            if (!playing.contains(kind)) {
                throw wrongUsage(
                        "--model " + Lane.nameOf(kind) + " is of no use: no " + Lane.nameOf(kind) + " is played");
            }
        }
        return play(playing, recorded);
    }

    private ParameterException wrongUsage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private int play(Set<SensorKind> playing, Set<SensorKind> recorded) throws Exception {
        Labels labels = playback.readLabels();
        try (RecordingFiles cameraRecordings = RecordingFiles.of(cameraFiles == null ? List.of() : cameraFiles)) {
            List<Lane> lanes = new ArrayList<>();
            for (SensorKind kind : playing) {
                boolean fromFiles = recorded.contains(kind);
                lanes.add(
                        switch (kind) {
                            case CAMERA ->
                                fromFiles ? recordedCamera(cameraRecordings.recordings(), labels) : simulatedCamera();
                            case WATCH, PULSES -> throw new IllegalStateException(kind + " cannot be played");
                        });
            }
            DemoReport report = run(lanes);
            print(report);
            return report.finished() ? 0 : INTERRUPTED;
        }
    }

    private Lane simulatedCamera() throws IOException {
        SimulatedCamera camera = new SimulatedCamera(SIMULATOR_SEED);
        Player.Feed feed = replay -> {
            LabelledRecording next = camera.next();
            replay.play(CameraEpoch.playable(next.recording(), CAMERA_ID, Optional.of(next.label())));
            return true;
        };
        return new CameraLane("simulated event camera", feed, true, cameraModelOr(ShippedModels.simulated()));
    }

    private Lane recordedCamera(List<Path> files, Labels labels) throws IOException {
        // A bad recording is refused before anything starts; reading again later needs less memory.
        for (Path file : files) {
            CameraRecording.read(file);
        }
        Iterator<Path> remaining = files.iterator();
        Player.Feed feed = replay -> playNext(remaining, labels, replay);
        return new CameraLane(
                Text.plural(files.size(), "recording"), feed, false, cameraModelOr(ShippedModels.nmnist()));
    }

    private static boolean playNext(Iterator<Path> remaining, Labels labels, Replay replay)
            throws IOException, InterruptedException {
        if (!remaining.hasNext()) {
            return false;
        }
        CameraRecording recording = CameraRecording.read(remaining.next());
        replay.play(CameraEpoch.playable(recording, CAMERA_ID, labels.of(recording.id())));
        return true;
    }

    /** Opened here too, so that a bad file is refused before anything starts. */
    private ModelFile cameraModelOr(ModelFile shipped) throws IOException {
        if (!models.containsKey(SensorKind.CAMERA)) {
            return shipped;
        }
        ModelFile chosen = ModelFile.of(models.get(SensorKind.CAMERA));
        new EpochClassifier(NetworkPlan.compile(chosen.open()));
        return chosen;
    }

    private DemoReport run(List<Lane> lanes) throws Exception {
        Demo demo = new Demo(
                lanes,
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
                LiveView.plainLines(snapshot).forEach(err::println);
                err.flush();
            }
        };
    }

    private void print(DemoReport report) {
        PrintWriter out = spec.commandLine().getOut();
        if (!json) {
            report.print(out);
        }
        out.println(report.toJson());
        out.flush();
    }
}
