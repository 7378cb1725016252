package io.fluxon.launcher.demo;

import io.fluxon.connectors.camera.files.RecordingFiles;
import io.fluxon.connectors.replay.Labels;
import io.fluxon.launcher.KindConverter;
import io.fluxon.launcher.Playback;
import io.fluxon.networks.model.ModelFile;
import io.fluxon.pipelines.PulseAnalysis;
import io.fluxon.pipelines.ShippedModels;
import io.fluxon.schemas.SensorKind;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import org.jline.utils.Signals;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code fluxon demo}: all pipelines in one process, on simulated sensors or on recordings. */
@Command(
        name = "demo",
        description = {
            "Runs the pipelines with a Kafka broker and a Flink cluster inside this process.",
            "Without an option that says what to play, a simulated sensor of each kind plays until Ctrl-C."
        },
        footer = {
            "",
            "Examples:",
            "  ./fluxon demo",
            "  ./fluxon demo --simulate watch,pulses --duration 60",
            "  ./fluxon demo --camera recordings/ --labels labels.txt --speed max",
            "  ./fluxon demo --camera nmnist.zip --watch wisdm/ --pulses run.BIN -D parallelism.default=2"
        })
public final class DemoCommand implements Callable<Integer> {

    private static final int INTERRUPTED = 130;

    /** Not the seed of the recordings that the shipped networks were trained on, which is 1. */
    private static final long SIMULATOR_SEED = 2;

    private static final long PLAIN_LINE_NANOS = 1_000_000_000L;

    @Option(
            names = "--camera",
            paramLabel = "FILE",
            arity = "1..*",
            description = "Play these recordings (.bin, .bs2), or directories or .zip archives of recordings.")
    private List<Path> cameraFiles;

    @Option(
            names = "--watch",
            paramLabel = "PATH",
            arity = "1..*",
            description = "Play these files of the WISDM set of 2019 (data_SUBJECT_accel_watch.txt,"
                    + " data_SUBJECT_gyro_watch.txt, also .gz), or directories of them.")
    private List<Path> watchFiles;

    @Option(
            names = "--pulses",
            paramLabel = "FILE",
            arity = "1..*",
            description = "Play these detector recordings (.bin of CoMPASS, .lh5 of LEGEND's raw tier).")
    private List<Path> pulsesFiles;

    @Option(
            names = "--simulate",
            paramLabel = "KIND",
            split = ",",
            converter = KindConverter.class,
            description = "Play simulated sensors of these kinds until Ctrl-C: camera, watch, pulses.")
    private Set<SensorKind> simulated = Set.of();

    @Mixin
    private Playback playback;

    @Option(
            names = "--model",
            paramLabel = "KIND=FILE",
            converter = KindConverter.class,
            description =
                    "Use this model for a kind of sensor, e.g. one that train camera wrote, instead of the shipped one.")
    private Map<SensorKind, Path> models = Map.of();

    @Option(
            names = "--duration",
            paramLabel = "SECONDS",
            description = "Play no longer than this, then wait until everything is committed, up to 10 s.")
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
        Map<SensorKind, List<Path>> recorded = new EnumMap<>(SensorKind.class);
        putIfGiven(recorded, SensorKind.CAMERA, cameraFiles);
        putIfGiven(recorded, SensorKind.WATCH, watchFiles);
        putIfGiven(recorded, SensorKind.PULSES, pulsesFiles);
        Set<SensorKind> playing = EnumSet.noneOf(SensorKind.class);
        playing.addAll(recorded.keySet());
        playing.addAll(simulated);
        if (playing.isEmpty()) {
            playing = EnumSet.allOf(SensorKind.class);
        }
        check(recorded.keySet(), playing);
        Labels labels = playback.readLabels();
        try (RecordingFiles cameraRecordings = RecordingFiles.of(recorded.getOrDefault(SensorKind.CAMERA, List.of()))) {
            List<Lane> lanes = new ArrayList<>();
            for (SensorKind kind : playing) {
                List<Path> files = recorded.get(kind);
                lanes.add(
                        switch (kind) {
                            case CAMERA -> camera(files == null ? null : cameraRecordings.recordings(), labels);
                            case WATCH -> watch(files);
                            case PULSES -> pulses(files);
                        });
            }
            DemoReport report = run(lanes);
            print(report);
            return report.finished() ? 0 : INTERRUPTED;
        }
    }

    private static void putIfGiven(Map<SensorKind, List<Path>> recorded, SensorKind kind, List<Path> files) {
        if (files != null) {
            recorded.put(kind, files);
        }
    }

    private void check(Set<SensorKind> recorded, Set<SensorKind> playing) {
        for (SensorKind kind : simulated) {
            if (recorded.contains(kind)) {
                String name = kind.lowerCaseName();
                throw wrongUsage("--" + name + " and --simulate " + name + " exclude each other");
            }
        }
        for (SensorKind kind : models.keySet()) {
            if (!playing.contains(kind)) {
                throw wrongUsage("--model is for " + kind.lowerCaseName() + ", which is not played");
            }
        }
        if (playback.hasLabels() && !recorded.contains(SensorKind.CAMERA)) {
            throw wrongUsage("--labels goes with --camera");
        }
        if (durationSeconds != null && !(durationSeconds > 0)) {
            throw wrongUsage("--duration is " + durationSeconds + ", must be above 0 s");
        }
    }

    private ParameterException wrongUsage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** @param files null for the simulator */
    private Lane camera(List<Path> files, Labels labels) throws IOException {
        Path chosen = models.get(SensorKind.CAMERA);
        ModelFile model = chosen == null ? null : CameraLane.model(chosen);
        if (files == null) {
            return CameraLane.simulated(SIMULATOR_SEED, model == null ? ShippedModels.simulated() : model);
        }
        return CameraLane.recorded(files, labels, model == null ? ShippedModels.nmnist() : model);
    }

    /** @param files null for the simulator */
    private Lane watch(List<Path> files) throws IOException {
        Path chosen = models.get(SensorKind.WATCH);
        ModelFile model = chosen == null ? null : WatchLane.model(chosen);
        if (files == null) {
            return WatchLane.simulated(SIMULATOR_SEED, model == null ? ShippedModels.simulatedWrist() : model);
        }
        return WatchLane.recorded(files, model == null ? ShippedModels.wisdm() : model);
    }

    /** @param files null for the simulator */
    private Lane pulses(List<Path> files) throws IOException {
        Path chosen = models.get(SensorKind.PULSES);
        PulseAnalysis analysis = chosen == null ? PulseAnalysis.shipped() : PulsesLane.analysis(chosen);
        return files == null ? PulsesLane.simulated(SIMULATOR_SEED, analysis) : PulsesLane.recorded(files, analysis);
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
