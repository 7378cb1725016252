package io.fluxon.training.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxon.connectors.motion.MotionBatch;
import io.fluxon.connectors.motion.MotionRecording;
import io.fluxon.connectors.motion.MotionRecording.Epoch;
import io.fluxon.connectors.motion.MotionRecording.Label;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.training.watch.WatchData.Segment;
import io.fluxon.training.watch.WatchData.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchDataTest {

    private static final long SECOND = 1_000_000_000;

    @TempDir
    private Path folder;

    /** Samples every 49.5 ms, x counting seconds. */
    private static void add(MotionBatch batch, long fromNanos, long toNanos, long shiftNanos) {
        for (long t = fromNanos + shiftNanos; t < toNanos; t += 49_500_000) {
            batch.add(t, t / 1e9f, 0, 1);
        }
    }

    @Test
    void aGapAndAChangeOfLabelEndASegmentAndUnlabelledTimeIsLeftOut() {
        MotionBatch acceleration = new MotionBatch();
        MotionBatch angularVelocity = new MotionBatch();
        for (MotionBatch batch : List.of(acceleration, angularVelocity)) {
            long shift = batch == acceleration ? 0 : 17_000_000;
            add(batch, 0, 10 * SECOND, shift);
            add(batch, 12 * SECOND, 20 * SECOND, shift);
        }
        List<Label> labels = List.of(new Label(0, 4 * SECOND, "typing"), new Label(5 * SECOND, 20 * SECOND, "none"));
        List<Segment> segments = WatchData.segments(new MotionRecording(
                "1600", "watch-1600", "test", List.of(new Epoch(acceleration, angularVelocity, labels))));

        assertThat(segments).hasSize(3);
        // Grid times from 50 ms to 3.95 s, 5 s to 9.95 s and 12.05 s to 19.95 s; the gyroscope begins 17 ms later.
        assertThat(segments.stream().map(Segment::steps)).containsExactly(79, 100, 159);
        assertThat(segments.stream().map(Segment::windows)).containsExactly(1, 2, 3);
        assertThat(segments.stream().map(Segment::classIndex))
                .containsExactly(0, WatchData.NONE_CLASS, WatchData.NONE_CLASS);
        assertThat(segments.get(1).samples()[0]).isCloseTo(5, within(1e-4f));
        assertThat(segments.get(1).samples()[3]).isCloseTo(5, within(1e-4f));
    }

    @Test
    void subjectsAreSplitByNumberAndThoseWithOneSensorLeftOut() throws IOException {
        for (String subject : List.of("1600", "1630", "1631", "1640")) {
            write("wisdm2019/accel/data_" + subject + "_accel_watch.txt", line(subject, 1) + line(subject, 2));
            write("wisdm2019/gyro/data_" + subject + "_gyro_watch.txt", line(subject, 1) + line(subject, 2));
        }
        write("wisdm2019/accel/data_1620_accel_watch.txt", line("1620", 1));
        String header = "x_acc,y_acc,z_acc,x_gyro,y_gyro,z_gyro,timestamp,label\n";
        for (String subject : List.of("s10", "s11")) {
            write("geotec/" + subject + "_01_sw.csv", header + "0,0,0,0,0,0,1,SEATED\n");
            write("geotec/" + subject + "_02_sw.csv", header + "0,0,0,0,0,0,1,SEATED\n");
        }

        WatchData data = WatchData.load(folder);

        assertThat(data.training().stream().map(Subject::id)).containsExactly("1600", "1630", "s10");
        assertThat(data.test().stream().map(Subject::id)).containsExactly("1631", "1640", "s11");
        assertThat(data.training().get(2).stranger()).isTrue();
        assertThat(WatchData.load(folder.resolve("wisdm2019")).training()).hasSize(2);
    }

    @Test
    void foldersWithoutTheSetAreRefused() throws IOException {
        Path absent = folder.resolve("absent");
        assertThatThrownBy(() -> WatchData.load(absent))
                .isInstanceOf(RecordingException.class)
                .hasMessage(absent + ": not a folder");
        write("data_1631_accel_watch.txt", line("1631", 1));
        write("data_1631_gyro_watch.txt", line("1631", 1));
        assertThatThrownBy(() -> WatchData.load(folder))
                .isInstanceOf(RecordingException.class)
                .hasMessage(folder + ": no subject up to 1630 with both sensors");
    }

    @Test
    void theSetsGiveThirtySubjectsToTrainOnAndSixToTest() throws IOException {
        String data = System.getenv("FLUXON_DATA");
        Path root =
                data == null ? Path.of(System.getProperty("fluxon.root", "."), "..", "shared", "data") : Path.of(data);
        Path watch = root.resolve("watch").normalize();
        assumeTrue(Files.isDirectory(watch), "no " + watch + "; set FLUXON_DATA to the folder of the recordings");

        WatchData loaded = WatchData.load(watch);

        assertThat(loaded.description()).isEqualTo("30 subjects of WISDM 2019 and 10 of GeoTec, 19090 windows of 2 s");
        assertThat(loaded.test().stream().map(Subject::id).collect(Collectors.joining(" ")))
                .isEqualTo("1631 1632 1633 1634 1635 1636 s11 s12 s13 s14 s15 s16");
        for (Subject subject : loaded.training()) {
            if (!subject.stranger()) {
                // 180 s of each activity, of which 1618 did six.
                assertThat(subject.windows()).isBetween(6 * 85, 7 * 91);
            }
        }
    }

    private static String line(String subject, int nanos) {
        return subject + ",F," + nanos + ",0,0,0;\n";
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
