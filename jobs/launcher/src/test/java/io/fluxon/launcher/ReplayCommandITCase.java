package io.fluxon.launcher;

import static io.fluxon.launcher.TestingCommands.event;
import static io.fluxon.launcher.TestingCommands.fail;
import static io.fluxon.launcher.TestingCommands.join;
import static io.fluxon.launcher.TestingCommands.recorded;
import static org.assertj.core.api.Assertions.assertThat;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.files.CameraRecording;
import io.fluxon.connectors.camera.files.ReadOptions;
import io.fluxon.connectors.camera.packets.CameraPackets;
import io.fluxon.launcher.TestingCommands.Outcome;
import io.fluxon.schemas.AvroCodec;
import io.fluxon.schemas.PacketKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.Topic;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.FutureTask;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a replay leaves in the topic when it is cut short and goes on, on a real broker. */
class ReplayCommandITCase {

    private static final int PARTITIONS = 2;

    private static EmbeddedKafka kafka;

    @TempDir
    private Path directory;

    @BeforeAll
    static void start() throws Exception {
        kafka = EmbeddedKafka.start();
        TopicAdmin.create(kafka.bootstrap(), PARTITIONS);
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    @Test
    void aReplayCutShortGoesOnWithoutGapsAndWithoutRepeats() throws Exception {
        List<Path> files = List.of(recording("a"), recording("b"), recording("c"));
        publish(files, "beside", "--speed", "max");
        interrupted("cut", 60, () -> publish(files, "cut", "--speed", "0.25"));
        int publishedBefore = packets("cut").size();
        // Enough of other sensors that the last packet is more than one step away from the end.
        for (int i = 0; i < 5; i++) {
            publish(files, "beside", "--speed", "max");
        }

        publish(files, "cut", "--speed", "max", "--resume");

        assertThat(publishedBefore).isBetween(60, 125);
        assertEpochs(packets("cut"), files);
        assertThat(publish(files, "cut", "--speed", "max", "--resume").err())
                .isEqualToIgnoringNewLines("fluxon: cut has been published to its last recording");
        assertThat(packets("cut")).hasSize(3 * 42);
    }

    /** The clock of the first had run for 913 s, that of the second counts from 1970; the third's bytes are in a database. */
    @Test
    @Timeout(120)
    void recordingsOfOtherCamerasGoOnToo() throws Exception {
        List<Path> files = List.of(
                recorded("dvs/prophesee_evt2/evt2.raw"),
                recorded("dvs/aedat4/sample.aedat4"),
                recorded("dvs/prophesee_evt3_ros/test_data_evt3_trigger_0.db3"));
        interrupted("cameras", 40, () -> publish(files, "cameras", "--speed", "0.25"));

        Outcome resumed = publish(files, "cameras", "--speed", "max", "--resume");

        assertThat(resumed.status()).as(resumed.err()).isZero();
        assertThat(resumed.err()).contains("475 inertial samples");
        assertEpochs(packets("cameras"), files);
    }

    @Test
    void whereTheTopicHasNothingOfTheSensorResumeBeginsWithTheFirst() throws Exception {
        List<Path> files = List.of(recording("a"), recording("b"));

        publish(files, "new", "--speed", "max", "--resume");

        assertEpochs(packets("new"), files);
    }

    @Test
    void afterAWholeEpochResumeGoesOnWithTheNextRecording() throws Exception {
        List<Path> files = List.of(recording("a"), recording("b"), recording("c"));
        publish(files.subList(0, 2), "whole", "--speed", "max");

        publish(files, "whole", "--speed", "max", "--resume");

        assertEpochs(packets("whole"), files);
    }

    @Test
    void resumeRefusesRecordingsThatAreNotThoseThatWerePublished() throws Exception {
        List<Path> files = List.of(recording("a"));
        interrupted("strange", 20, () -> publish(files, "strange", "--speed", "0.1"));
        int published = packets("strange").size();

        assertThat(fail(
                        "replay",
                        recording("other"),
                        "--sensor",
                        "strange",
                        "--bootstrap",
                        kafka.bootstrap(),
                        "--resume"))
                .isEqualTo("fluxon: fluxon.camera.packets: strange last published a, which is not one of the recordings"
                        + " to resume");
        Files.write(files.get(0), event(1, 1, 1, 5));
        assertThat(fail("replay", files.get(0), "--sensor", "strange", "--bootstrap", kafka.bootstrap(), "--resume"))
                .startsWith("fluxon: " + files.get(0) + ": is not the recording that was published; packet ");
        assertThat(packets("strange")).hasSize(published);
    }

    @Test
    void resumeRefusesARecordingThatIsGivenTwice() throws Exception {
        Path file = recording("twice");
        publish(List.of(file), "doubled", "--speed", "max");

        assertThat(fail("replay", file, file, "--sensor", "doubled", "--bootstrap", kafka.bootstrap(), "--resume"))
                .isEqualTo("fluxon: fluxon.camera.packets: doubled last published twice, which is ambiguous:"
                        + " 2 of the recordings to resume have that name and origin");
    }

    @Test
    void loopBeginsAgainUnderLargerEpochs() throws Exception {
        List<Path> files = List.of(recording("a"), recording("b"));

        interrupted("loop", 5 * 42, () -> publish(files, "loop", "--speed", "max", "--loop"));

        List<SensorPacket> starts = packets("loop").stream()
                .filter(packet -> packet.getKind() == PacketKind.START)
                .toList();
        assertThat(starts).extracting(SensorPacket::getRecordingId).startsWith("a", "b", "a", "b", "a");
        assertThat(starts).extracting(SensorPacket::getEpoch).isSorted().doesNotHaveDuplicates();
    }

    private Outcome publish(List<Path> files, String sensor, String... options) {
        List<Object> words = new ArrayList<>(List.of("replay", "--sensor", sensor, "--bootstrap", kafka.bootstrap()));
        words.addAll(files);
        words.addAll(Arrays.asList(options));
        return TestingCommands.run(words.toArray());
    }

    private interface Command {

        Outcome run();
    }

    /** Runs a command until the sensor has so many packets in the topic. */
    private static void interrupted(String sensor, int packets, Command command) throws Exception {
        FutureTask<Outcome> task = new FutureTask<>(command::run);
        Thread thread = new Thread(task, "replay");
        thread.start();
        new TestingTopics(kafka.bootstrap(), PARTITIONS)
                .await(Topic.CAMERA_PACKETS, "read_uncommitted", packets, record -> isOf(sensor, record));
        thread.interrupt();
        assertThat(task.get().status()).isEqualTo(1);
    }

    private static boolean isOf(String sensor, ConsumerRecord<byte[], byte[]> record) {
        return new String(record.key(), StandardCharsets.UTF_8).equals(sensor);
    }

    private static List<SensorPacket> packets(String sensor) throws Exception {
        AvroCodec<SensorPacket> codec = new AvroCodec<>(SensorPacket.class);
        List<SensorPacket> packets = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record :
                new TestingTopics(kafka.bootstrap(), PARTITIONS).read(Topic.CAMERA_PACKETS, "read_uncommitted")) {
            if (isOf(sensor, record)) {
                packets.add(codec.decode(record.value()));
            }
        }
        return packets;
    }

    /** The packets are one whole epoch of each recording, in their order and behind each other in time. */
    private static void assertEpochs(List<SensorPacket> packets, List<Path> files) throws Exception {
        Map<Long, List<SensorPacket>> byEpoch = new TreeMap<>();
        for (SensorPacket packet : packets) {
            byEpoch.computeIfAbsent(packet.getEpoch(), epoch -> new ArrayList<>())
                    .add(packet);
        }
        assertThat(byEpoch).hasSize(files.size());
        List<List<SensorPacket>> epochs = List.copyOf(byEpoch.values());
        long endUnixNanos = 0;
        for (int i = 0; i < files.size(); i++) {
            List<SensorPacket> epoch = epochs.get(i);
            CameraRecording recording = CameraRecording.of(files.get(i), ReadOptions.STRICT);
            assertThat(epoch)
                    .extracting(SensorPacket::getSequence)
                    .containsExactlyElementsOf(
                            LongStream.range(0, epoch.size()).boxed().toList());
            assertThat(epoch.get(epoch.size() - 1).getKind()).isEqualTo(PacketKind.END);
            assertThat(epoch).extracting(SensorPacket::getRecordingId).containsOnly(recording.id());
            assertThat(epoch)
                    .extracting(SensorPacket::getBaseUnixNanos)
                    .containsOnly(epoch.get(0).getBaseUnixNanos());
            CameraBatch decoded = new CameraBatch();
            CameraBatch part = new CameraBatch();
            for (SensorPacket packet : epoch) {
                CameraPackets.decode(packet, part);
                decoded.addEvents(part);
            }
            CameraBatch expected = recording.events();
            assertThat(decoded.size()).isEqualTo(expected.size());
            assertThat(Arrays.copyOf(decoded.timeMicros(), decoded.size()))
                    .isEqualTo(Arrays.copyOf(expected.timeMicros(), expected.size()));
            assertThat(Arrays.copyOf(decoded.address(), decoded.size()))
                    .isEqualTo(Arrays.copyOf(expected.address(), expected.size()));
            assertThat(epoch.get(0).getBaseUnixNanos() + epoch.get(0).getFirstOffset() * 1_000)
                    .isGreaterThan(endUnixNanos);
            endUnixNanos = epoch.get(0).getBaseUnixNanos()
                    + epoch.get(epoch.size() - 1).getLastOffset() * 1_000;
        }
    }

    /** 400 events in 400 ms: with START and END 42 packets. */
    private Path recording(String name) throws Exception {
        byte[][] events = new byte[400][];
        for (int i = 0; i < events.length; i++) {
            events[i] = event(i % 34, name.length(), i & 1, 50_000 + i * 1_000);
        }
        return Files.write(directory.resolve(name + ".bin"), join(events));
    }
}
