package io.fluxon.launcher;

import io.fluxon.connectors.camera.files.CameraRecording;
import io.fluxon.connectors.camera.files.ReadOptions;
import io.fluxon.connectors.camera.files.RecordingFiles;
import io.fluxon.connectors.camera.packets.CameraEpoch;
import io.fluxon.connectors.detector.DetectorEpoch;
import io.fluxon.connectors.detector.DetectorRecording;
import io.fluxon.connectors.motion.MotionEpoch;
import io.fluxon.connectors.motion.WisdmFiles;
import io.fluxon.connectors.packets.PacketEnvelope;
import io.fluxon.connectors.packets.Playable;
import io.fluxon.connectors.replay.Labels;
import io.fluxon.connectors.replay.PacketPublisher;
import io.fluxon.connectors.replay.Replay;
import io.fluxon.schemas.SensorKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
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

/** {@code fluxon replay}: recordings to a broker, as consecutive epochs of one sensor, or of each device. */
@Command(
        name = "replay",
        description = "Publishes recordings to Kafka as consecutive epochs of one sensor, or of each wearable.",
        footer = {
            "",
            "Examples:",
            "  ./fluxon replay recordings/ --sensor camera-1 --bootstrap localhost:9092 --speed 10",
            "  ./fluxon replay wisdm2019/ --kind watch --bootstrap localhost:9092 --speed max",
            "  ./fluxon replay run.BIN --kind pulses --sensor board-1 --bootstrap localhost:9092"
        })
final class ReplayCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description = {
                "Of a camera: recordings (.bin, .bs2), or directories or .zip archives of recordings.",
                "Of wearables: files of the WISDM set of 2019, or directories of them.",
                "Of pulses: detector recordings (.bin of CoMPASS, .lh5 of LEGEND's raw tier)."
            })
    private List<Path> files;

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            defaultValue = "camera",
            converter = KindConverter.class,
            description = "What was recorded: camera, watch or pulses (default: ${DEFAULT-VALUE}).")
    private SensorKind kind;

    @Option(
            names = "--sensor",
            paramLabel = "ID",
            description = "Sensor to publish as; a wearable's is in its recording.")
    private String sensorId;

    @Option(names = "--bootstrap", required = true, paramLabel = "HOST:PORT", description = "Kafka broker.")
    private String bootstrap;

    @Mixin
    private Playback playback;

    @Spec
    private CommandSpec spec;

    /** One recording, read when its turn comes; reading again later needs less memory than keeping all. */
    private interface Recording {

        List<Playable> read() throws IOException;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        check();
        Labels labels = playback.readLabels();
        try (RecordingFiles cameraFiles = RecordingFiles.of(kind == SensorKind.CAMERA ? files : List.of())) {
            List<Recording> recordings =
                    switch (kind) {
                        case CAMERA -> cameras(cameraFiles.recordings(), labels);
                        case WATCH -> watches();
                        case PULSES -> digitisers();
                    };
            // A bad recording is refused before anything is published.
            for (Recording recording : recordings) {
                recording.read();
            }
            // Also finds an unreachable broker at once; a producer would keep trying.
            Map<String, Integer> topics = TopicAdmin.list(bootstrap);
            if (!topics.containsKey(kind.packets().topicName())) {
                throw new IOException(
                        bootstrap + ": has no topic " + kind.packets().topicName()
                                + "; create it with: fluxon topics create --bootstrap " + bootstrap);
            }
            publish(recordings);
        }
        return 0;
    }

    private void check() {
        if (kind == SensorKind.WATCH) {
            if (sensorId != null) {
                throw new ParameterException(
                        spec.commandLine(), "--sensor does not go with --kind watch: a recording names its device");
            }
        } else if (sensorId == null) {
            throw new ParameterException(spec.commandLine(), "Missing required option: '--sensor=ID'");
        } else if (sensorId.isBlank()) {
            throw new ParameterException(spec.commandLine(), "--sensor must not be blank");
        } else if (sensorId.length() > PacketEnvelope.MAX_NAME) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--sensor has " + sensorId.length() + " characters, may have " + PacketEnvelope.MAX_NAME);
        }
        if (playback.hasLabels() && kind != SensorKind.CAMERA) {
            throw new ParameterException(spec.commandLine(), "--labels goes with --kind camera");
        }
    }

    private List<Recording> cameras(List<Path> recordings, Labels labels) {
        List<Recording> readers = new ArrayList<>();
        for (Path file : recordings) {
            readers.add(() -> {
                CameraRecording recording = CameraRecording.of(file, ReadOptions.STRICT);
                recording.check();
                return List.of(CameraEpoch.playable(recording, sensorId, labels.of(recording.id())));
            });
        }
        return readers;
    }

    private List<Recording> watches() throws IOException {
        WisdmFiles wisdm = WisdmFiles.of(files);
        List<Recording> readers = new ArrayList<>();
        for (String subject : wisdm.subjects()) {
            readers.add(() -> MotionEpoch.playables(wisdm.read(subject)));
        }
        return readers;
    }

    private List<Recording> digitisers() {
        List<Recording> readers = new ArrayList<>();
        for (Path file : files) {
            readers.add(
                    () -> List.of(DetectorEpoch.playable(DetectorRecording.read(file), sensorId, Optional.empty())));
        }
        return readers;
    }

    private void publish(List<Recording> recordings) throws IOException, InterruptedException {
        try (PacketPublisher publisher = new PacketPublisher(bootstrap);
                ProgressBar progress = Progress.bar("replay", "recordings", recordings.size())) {
            Replay replay = Replay.toKafka(kind, playback.speed(), publisher);
            for (Recording recording : recordings) {
                for (Playable epoch : recording.read()) {
                    replay.play(epoch);
                }
                progress.step();
                progress.setExtraMessage(String.format(Locale.ROOT, "%,d events", replay.events()));
            }
            publisher.flush();
        }
    }
}
