package io.fluxon.launcher;

import io.fluxon.connectors.camera.CameraEpoch;
import io.fluxon.connectors.camera.CameraRecording;
import io.fluxon.connectors.camera.RecordingFiles;
import io.fluxon.connectors.packets.PacketEnvelope;
import io.fluxon.connectors.replay.Labels;
import io.fluxon.connectors.replay.PacketPublisher;
import io.fluxon.connectors.replay.Replay;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.Topic;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fluxon replay}: recordings to a broker, as consecutive epochs of one sensor. */
@Command(
        name = "replay",
        description = "Publishes recordings to Kafka as consecutive epochs of one sensor.",
        footer = {
            "",
            "Example:",
            "  ./fluxon replay recordings/ --sensor camera-1 --bootstrap localhost:9092 --speed 10"
        })
final class ReplayCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "FILE",
            arity = "1..*",
            description = "Recordings (.bin, .bs2), or directories or .zip archives of recordings.")
    private List<Path> files;

    @Option(names = "--sensor", required = true, paramLabel = "ID", description = "Sensor to publish as.")
    private String sensorId;

    @Option(names = "--bootstrap", required = true, paramLabel = "HOST:PORT", description = "Kafka broker.")
    private String bootstrap;

    @Mixin
    private Playback playback;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (sensorId.isBlank()) {
            throw new ParameterException(spec.commandLine(), "--sensor must not be blank");
        }
        if (sensorId.length() > PacketEnvelope.MAX_NAME) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--sensor has " + sensorId.length() + " characters, may have " + PacketEnvelope.MAX_NAME);
        }
        Labels labels = playback.readLabels();
        try (RecordingFiles recordings = RecordingFiles.of(files)) {
            // A bad recording is refused before anything is published; reading again later needs less memory.
            for (Path file : recordings.recordings()) {
                CameraRecording.read(file);
            }
            // Also finds an unreachable broker at once; a producer would keep trying.
            Map<String, Integer> topics = TopicAdmin.list(bootstrap);
            if (!topics.containsKey(Topic.CAMERA_PACKETS.topicName())) {
                throw new IOException(bootstrap + ": has no topic " + Topic.CAMERA_PACKETS.topicName()
                        + "; create it with: fluxon topics create --bootstrap " + bootstrap);
            }
            publish(recordings.recordings(), labels);
        }
        return 0;
    }

    private void publish(List<Path> recordings, Labels labels) throws IOException, InterruptedException {
        try (PacketPublisher publisher = new PacketPublisher(bootstrap);
                ProgressBar progress = Progress.bar("replay", "recordings", recordings.size())) {
            Replay replay = Replay.toKafka(SensorKind.CAMERA, playback.speed(), publisher);
            for (Path file : recordings) {
                CameraRecording recording = CameraRecording.read(file);
                replay.play(CameraEpoch.playable(recording, sensorId, labels.of(recording.id())));
                progress.step();
                progress.setExtraMessage(String.format(Locale.ROOT, "%,d events", replay.events()));
            }
            publisher.flush();
        }
    }
}
