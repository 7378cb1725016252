package io.fluxon.launcher;

import io.fluxon.connectors.camera.files.CameraRecording;
import io.fluxon.connectors.camera.files.ReadOptions;
import io.fluxon.connectors.camera.files.RecordingFiles;
import io.fluxon.connectors.camera.packets.CameraEpoch;
import io.fluxon.connectors.detector.DetectorEpoch;
import io.fluxon.connectors.detector.DetectorRecording;
import io.fluxon.connectors.motion.MotionEpoch;
import io.fluxon.connectors.motion.MotionRecording;
import io.fluxon.connectors.motion.WisdmFiles;
import io.fluxon.connectors.packets.PacketEnvelope;
import io.fluxon.connectors.packets.Playable;
import io.fluxon.connectors.replay.Labels;
import io.fluxon.connectors.replay.LastPacket;
import io.fluxon.connectors.replay.PacketPublisher;
import io.fluxon.connectors.replay.Replay;
import io.fluxon.schemas.PacketKind;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.SensorPacket;
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
            "  ./fluxon replay recordings/ --sensor camera-1 --bootstrap localhost:9092 --resume",
            "  ./fluxon replay wisdm2019/ --kind watch --bootstrap localhost:9092 --speed max",
            "  ./fluxon replay run.BIN --kind pulses --sensor board-1 --bootstrap localhost:9092"
        })
final class ReplayCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description = {
                "Of a camera: recordings of any format that info reads, or directories or .zip archives of them.",
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

    @Option(names = "--loop", description = "Begin again behind the last recording, until Ctrl-C (cameras only).")
    private boolean loop;

    @Option(
            names = "--resume",
            description = {
                "Go on behind the sensor's last packet in the topic: in the middle of its recording, or with the one after",
                "it (cameras only)."
            })
    private boolean resume;

    @Mixin
    private Playback playback;

    @Spec
    private CommandSpec spec;

    /**
     * One recording, read again when its turn comes; that needs less memory than keeping all.
     *
     * @param name what its packets call it
     * @param events of all its packets
     */
    private record Recording(String name, String origin, long events, Source source) {}

    /** Reads a recording. */
    private interface Source {

        List<Playable> read() throws IOException;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        check();
        Labels labels = playback.readLabels();
        try (RecordingFiles cameraFiles = RecordingFiles.of(kind == SensorKind.CAMERA ? files : List.of())) {
            // A bad recording is refused before anything is published.
            List<Recording> recordings =
                    switch (kind) {
                        case CAMERA -> cameras(cameraFiles.recordings(), labels);
                        case WATCH -> watches();
                        case PULSES -> digitisers();
                    };
            // Also finds an unreachable broker at once; a producer would keep trying.
            Map<String, Integer> topics = TopicAdmin.list(bootstrap);
            if (!topics.containsKey(kind.packets().topicName())) {
                throw new IOException(
                        bootstrap + ": has no topic " + kind.packets().topicName()
                                + "; create it with: fluxon topics create --bootstrap " + bootstrap);
            }
            publish(recordings, resume ? LastPacket.find(bootstrap, kind.packets(), sensorId) : Optional.empty());
        }
        return 0;
    }

    private void check() {
        if (kind == SensorKind.WATCH) {
            if (sensorId != null) {
                throw wrongUsage("--sensor does not go with --kind watch: a recording names its device");
            }
        } else if (sensorId == null) {
            throw wrongUsage("Missing required option: '--sensor=ID'");
        } else if (sensorId.isBlank()) {
            throw wrongUsage("--sensor must not be blank");
        } else if (sensorId.length() > PacketEnvelope.MAX_NAME) {
            throw wrongUsage("--sensor has " + sensorId.length() + " characters, may have " + PacketEnvelope.MAX_NAME);
        }
        if (kind != SensorKind.CAMERA) {
            if (playback.hasLabels()) {
                throw wrongUsage("--labels goes with --kind camera");
            }
            if (loop || resume) {
                throw wrongUsage((loop ? "--loop" : "--resume") + " goes with --kind camera");
            }
        }
    }

    private ParameterException wrongUsage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private List<Recording> cameras(List<Path> paths, Labels labels) throws IOException {
        List<Recording> recordings = new ArrayList<>();
        long triggers = 0;
        long special = 0;
        long imu = 0;
        try (ProgressBar progress = Progress.bar("check", "recordings", paths.size())) {
            for (Path file : paths) {
                CameraRecording recording = CameraRecording.of(file, ReadOptions.STRICT);
                CameraEpoch.Contents contents = CameraEpoch.check(recording);
                triggers += contents.triggersLeftOut();
                special += contents.specialLeftOut();
                imu += contents.imuLeftOut();
                recordings.add(new Recording(
                        recording.id(),
                        recording.origin(),
                        contents.events(),
                        () -> List.of(CameraEpoch.playable(recording, sensorId, labels.of(recording.id())))));
                progress.step();
            }
        }
        if (triggers + special + imu > 0) {
            say(
                    "left out: %,d triggers, %,d special events, %,d inertial samples; of recordings that are no stream"
                            + " of words, packets carry pixel events only",
                    triggers, special, imu);
        }
        return recordings;
    }

    private List<Recording> watches() throws IOException {
        WisdmFiles wisdm = WisdmFiles.of(files);
        List<Recording> recordings = new ArrayList<>();
        for (String subject : wisdm.subjects()) {
            MotionRecording recording = wisdm.read(subject);
            long samples = 0;
            for (MotionRecording.Epoch epoch : recording.epochs()) {
                samples += epoch.acceleration().size() + epoch.angularVelocity().size();
            }
            recordings.add(
                    new Recording(recording.id(), subject, samples, () -> MotionEpoch.playables(wisdm.read(subject))));
        }
        return recordings;
    }

    private List<Recording> digitisers() throws IOException {
        List<Recording> recordings = new ArrayList<>();
        for (Path file : files) {
            DetectorRecording recording = DetectorRecording.read(file);
            recordings.add(new Recording(
                    recording.id(),
                    file.toString(),
                    recording.pulses().size(),
                    () -> List.of(DetectorEpoch.playable(DetectorRecording.read(file), sensorId, Optional.empty()))));
        }
        return recordings;
    }

    /** @param last what the sensor published before, to go on behind it; empty to begin with the first recording */
    private void publish(List<Recording> recordings, Optional<SensorPacket> last)
            throws IOException, InterruptedException {
        int first = last.isPresent() ? indexOf(last.get(), recordings) : 0;
        boolean unfinished = last.isPresent() && last.get().getKind() != PacketKind.END;
        if (last.isPresent() && !unfinished) {
            first++;
            if (first == recordings.size() && !loop) {
                say("%s has been published to its last recording", sensorId);
                return;
            }
        }
        long total = recordings.stream().mapToLong(Recording::events).sum();
        try (PacketPublisher publisher = new PacketPublisher(bootstrap);
                ProgressBar progress = Progress.bar("replay", "events", total)) {
            Replay replay = Replay.toKafka(
                    kind, playback.speed(), publisher, packet -> progress.stepBy(packet.getEventCount()));
            last.ifPresent(replay::startAfter);
            if (unfinished) {
                replay.resume(recordings.get(first).source().read().get(0), last.get());
                first++;
            }
            do {
                long before = 0;
                for (int i = 0; i < recordings.size(); i++) {
                    if (i >= first) {
                        progress.stepTo(before);
                        progress.setExtraMessage("recording " + (i + 1) + "/" + recordings.size());
                        for (Playable epoch : recordings.get(i).source().read()) {
                            replay.play(epoch);
                        }
                    }
                    before += recordings.get(i).events();
                }
                first = 0;
            } while (loop);
            publisher.flush();
        }
    }

    /** Which recording a packet is of; if several have its name, the one of the same origin. */
    private int indexOf(SensorPacket packet, List<Recording> recordings) throws IOException {
        List<Integer> named = new ArrayList<>();
        for (int i = 0; i < recordings.size(); i++) {
            if (recordings.get(i).name().equals(packet.getRecordingId())) {
                named.add(i);
            }
        }
        if (named.size() > 1) {
            named.removeIf(
                    i -> !PacketEnvelope.shortened(recordings.get(i).origin()).equals(packet.getOrigin()));
        }
        if (named.size() > 1) {
            throw new IOException(kind.packets().topicName() + ": " + sensorId + " last published "
                    + packet.getRecordingId() + ", which is ambiguous: " + named.size()
                    + " of the recordings to resume have that name and origin");
        }
        if (named.isEmpty()) {
            throw new IOException(kind.packets().topicName() + ": " + sensorId + " last published "
                    + (packet.getRecordingId() == null ? "no recording" : packet.getRecordingId())
                    + ", which is not one of the recordings to resume");
        }
        return named.get(0);
    }

    private void say(String format, Object... values) {
        spec.commandLine().getErr().println("fluxon: " + Printable.of(String.format(Locale.ROOT, format, values)));
    }
}
