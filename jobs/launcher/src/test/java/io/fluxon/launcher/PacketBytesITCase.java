package io.fluxon.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.files.CameraFormat;
import io.fluxon.connectors.camera.files.CameraReader;
import io.fluxon.connectors.camera.files.CameraRecording;
import io.fluxon.connectors.camera.files.CameraWriter;
import io.fluxon.connectors.camera.files.ReadOptions;
import io.fluxon.connectors.camera.packets.CameraEpoch;
import io.fluxon.connectors.replay.PacketPublisher;
import io.fluxon.connectors.replay.Replay;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.Topic;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the packets of a recording take in the broker's log, against the recording's own bytes. */
class PacketBytesITCase {

    private static final double MOST = 1.05;

    @TempDir
    private Path folder;

    @Test
    void packetsOfTenMillisecondsTakeAtMostATwentiethMoreInKafkaThanTheRecording() throws Exception {
        Path evt2 = TestingData.folder().resolve("dvs/prophesee_evt2/evt2.raw");
        Path evt3 = TestingData.folder().resolve("dvs/prophesee_evt3_ros/evt3_trigger_payload.evt3");
        assumeTrue(Files.exists(evt2) && Files.exists(evt3), "skipped: no recordings; set FLUXON_DATA to their folder");
        Path dat = folder.resolve("evt2_as_dat.dat");
        CameraBatch batch = new CameraBatch();
        try (CameraReader reader = CameraFormat.open(evt2, ReadOptions.STRICT);
                CameraWriter writer = CameraFormat.DAT.create(dat, reader.layout())) {
            while (reader.read(batch)) {
                writer.write(batch);
            }
        }
        try (EmbeddedKafka kafka = EmbeddedKafka.start();
                Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrap()))) {
            TopicAdmin.create(kafka.bootstrap(), 1);
            for (Path recording : new Path[] {evt2, evt3, dat}) {
                long before = logBytes(admin);
                try (PacketPublisher publisher = new PacketPublisher(kafka.bootstrap())) {
                    Replay replay = Replay.toKafka(SensorKind.CAMERA, Replay.MAX_SPEED, publisher);
                    replay.play(CameraEpoch.playable(
                            CameraRecording.of(recording, ReadOptions.STRICT), "camera-1", Optional.empty()));
                    publisher.flush();
                }
                double ratio = (double) (logBytes(admin) - before) / Files.size(recording);
                System.out.printf("%s: %d bytes, %.4f of it in Kafka%n", recording, Files.size(recording), ratio);
                assertThat(ratio).as("%s", recording).isBetween(0.95, MOST);
            }
        }
    }

    /** Bytes of the packets' topic in the broker's log. */
    private static long logBytes(Admin admin) throws Exception {
        return admin.describeLogDirs(List.of(1)).allDescriptions().get().values().stream()
                .flatMap(broker -> broker.values().stream())
                .flatMap(directory -> directory.replicaInfos().entrySet().stream())
                .filter(replica -> replica.getKey().topic().equals(Topic.CAMERA_PACKETS.topicName()))
                .mapToLong(replica -> replica.getValue().size())
                .sum();
    }
}
