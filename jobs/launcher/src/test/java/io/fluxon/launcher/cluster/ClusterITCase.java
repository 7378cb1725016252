package io.fluxon.launcher.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.fluxon.connectors.camera.packets.CameraEpoch;
import io.fluxon.connectors.replay.PacketPublisher;
import io.fluxon.connectors.simulation.SimulatedCamera;
import io.fluxon.launcher.Fluxon;
import io.fluxon.launcher.TestingTopics;
import io.fluxon.launcher.TopicAdmin;
import io.fluxon.launcher.cluster.ClusterStatus.JobStatus;
import io.fluxon.launcher.cluster.ClusterStatus.ProcessStatus;
import io.fluxon.pipelines.PipelineFile;
import io.fluxon.pipelines.PipelineSettings;
import io.fluxon.pipelines.ShippedModels;
import io.fluxon.schemas.AvroCodec;
import io.fluxon.schemas.Decision;
import io.fluxon.schemas.DecisionKind;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.Topic;
import io.fluxon.streams.network.NetworkFunction;
import io.fluxon.streams.network.NetworkSettings;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A job on processes of its own, started and stopped as the commands do it. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ClusterITCase {

    private static final long POLL_NANOS = 20_000_000;
    private static final int NO_PORT = 0;

    @TempDir
    private Path folder;

    @Test
    void aJobGoesOnFromItsSavepointAsIfItHadNeverStoppedAndNothingIsLeftInTheEnd() throws Exception {
        SimulatedCamera camera = new SimulatedCamera(5);
        List<SensorPacket> first = epoch(camera, 0);
        List<SensorPacket> second = epoch(camera, 1);
        int middle = second.size() / 2;
        List<SensorPacket> beforeTheStop = new ArrayList<>(first);
        beforeTheStop.addAll(second.subList(0, middle));
        ClusterSettings settings = new ClusterSettings(folder, 1, 2, NO_PORT, NO_PORT, Map.of());
        LocalCluster cluster = LocalCluster.start(settings);
        List<Long> pids;
        try (PacketPublisher publisher = new PacketPublisher(cluster.bootstrap())) {
            FlinkRest rest = new FlinkRest(cluster.rest());
            TestingTopics topics = new TestingTopics(cluster.bootstrap(), TopicAdmin.DEFAULT_PARTITIONS);
            ClusterStatus status = cluster.status();
            assertThat(status.running()).isTrue();
            assertThat(status.freeSlots()).isEqualTo(2);
            pids = status.processes().stream().map(ProcessStatus::pid).toList();
            assertThat(pids).doesNotContainNull();
            assertThatThrownBy(() -> LocalCluster.start(settings))
                    .hasMessage("a cluster runs in " + folder + " already: web UI " + cluster.rest() + ", Kafka "
                            + cluster.bootstrap());

            PipelineSettings pipeline = PipelineFile.shipped(SensorKind.CAMERA)
                    .withBootstrap(cluster.bootstrap())
                    .withModel(ShippedModels.simulated());
            String job = submission(cluster, null).submit(pipeline);
            publish(publisher, beforeTheStop);
            topics.await(
                    Topic.CAMERA_LIVE_DECISIONS,
                    "read_uncommitted",
                    expected(beforeTheStop).size(),
                    record -> true);
            String savepoint =
                    rest.stopWithSavepoint(job, folder.resolve("mine").toUri().toString(), false);
            publish(publisher, second.subList(middle, second.size()));
            String successor = submission(cluster, savepoint).submit(pipeline);
            topics.await(Topic.CAMERA_DECISIONS, "read_committed", 2, record -> true);

            List<Decision> decisions = new ArrayList<>();
            for (ConsumerRecord<byte[], byte[]> record : topics.read(Topic.CAMERA_DECISIONS, "read_committed")) {
                decisions.add(new AvroCodec<>(Decision.class).decode(record.value()));
            }
            List<SensorPacket> all = new ArrayList<>(first);
            all.addAll(second);
            assertThat(decisions)
                    .isEqualTo(expected(all).stream()
                            .filter(decision -> decision.getKind() == DecisionKind.FINAL)
                            .toList());
            assertThat(cluster.status().jobs())
                    .extracting(JobStatus::id, JobStatus::state)
                    .containsExactlyInAnyOrder(tuple(job, "FINISHED"), tuple(successor, "RUNNING"));
        } finally {
            cluster.close();
        }

        assertThat(pids).noneMatch(ClusterITCase::isAlive);
        assertThatThrownBy(() -> new Socket("127.0.0.1", cluster.rest().getPort()))
                .isInstanceOf(ConnectException.class);
        assertThat(LocalCluster.find(folder)).isEmpty();
    }

    @Test
    void aStartThatIsInterruptedLeavesNoProcess() throws Exception {
        Process start = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Dfluxon.logs=" + folder.resolve("logs"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Fluxon.class.getName(),
                        "cluster",
                        "start",
                        "--directory",
                        folder.toString(),
                        "--rest-port",
                        "0",
                        "--kafka-port",
                        "0")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("start.out").toFile())
                .start();
        List<Long> pids = new ArrayList<>();
        while (pids.size() < 2) {
            assertThat(start.isAlive())
                    .as(Files.readString(folder.resolve("start.out")))
                    .isTrue();
            LockSupport.parkNanos(POLL_NANOS);
            pids = pids();
        }
        start.destroy();
        start.waitFor();

        assertThat(pids).noneMatch(ClusterITCase::isAlive);
        assertThat(pids()).isEmpty();
        assertThat(LocalCluster.find(folder)).isEmpty();
    }

    private List<Long> pids() throws IOException {
        List<Long> pids = new ArrayList<>();
        Path run = folder.resolve("run");
        if (Files.exists(run)) {
            try (Stream<Path> files = Files.list(run)) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".pid")).toList()) {
                    String text = Files.readString(file);
                    if (text.endsWith("\n")) {
                        pids.add(Long.parseLong(text.split(" ")[0]));
                    }
                }
            }
        }
        return pids;
    }

    /** Soon: a killed process takes a moment to go. */
    private static boolean isAlive(long pid) {
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (ProcessHandle.of(pid)
                .filter(handle -> handle.isAlive() && handle.info().command().isPresent())
                .isPresent()) {
            if (System.nanoTime() - deadlineNanos > 0) {
                return true;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return false;
    }

    private static JobSubmission submission(LocalCluster cluster, String savepoint) throws IOException {
        return new JobSubmission(cluster.rest(), LocalCluster.jobJar(), savepoint, false, null);
    }

    private static void publish(PacketPublisher publisher, List<SensorPacket> packets) throws IOException {
        for (SensorPacket packet : packets) {
            publisher.publish(Topic.CAMERA_PACKETS, packet);
        }
        publisher.flush();
    }

    private static List<Decision> expected(List<SensorPacket> packets) throws Exception {
        return new NetworkFunction(
                        SensorKind.CAMERA,
                        ShippedModels.simulated().open(),
                        NetworkSettings.defaults(SensorKind.CAMERA))
                .classify(packets);
    }

    private static List<SensorPacket> epoch(SimulatedCamera camera, int number) throws IOException {
        return new CameraEpoch(camera.next().recording(), "cam-0", number, "test", 0)
                .packets(CameraEpoch.PACKET_MICROS, 0);
    }
}
