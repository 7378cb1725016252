package io.fluxon.connectors.motion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxon.connectors.motion.MotionRecording.Epoch;
import io.fluxon.connectors.motion.MotionRecording.Label;
import io.fluxon.connectors.packets.RecordingException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WisdmFilesTest {

    @TempDir
    private Path folder;

    private Path write(String name, String... lines) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, String.join("\n", lines) + "\n");
        return file;
    }

    @Test
    void theSensorsOfASubjectArePairedAndAStepBackBeginsAnEpoch() throws IOException {
        write(
                "accel/data_1600_accel_watch.txt",
                "1600,F,1000,1.5,-2,3e-1;",
                "1600,F,2000,1,2,3;",
                "1600,G,9000,4,5,6;",
                "1600,A,8500,7,8,9;");
        write("gyro/data_1600_gyro_watch.txt", "1600,F,1500,.1,.2,.3;\r", "1600,G,9500,.4,.5,.6;");

        WisdmFiles files = WisdmFiles.of(List.of(folder));
        MotionRecording recording = files.read("1600");

        assertThat(files.subjects()).containsExactly("1600");
        assertThat(files.hasBothSensors("1600")).isTrue();
        assertThat(recording.id()).isEqualTo("1600");
        assertThat(recording.deviceId()).isEqualTo("watch-1600");
        assertThat(recording.origin()).contains("accel").contains("gyro");
        assertThat(recording.epochs()).hasSize(2);
        Epoch first = recording.epochs().get(0);
        assertThat(times(first.acceleration())).containsExactly(1000, 2000, 9000);
        assertThat(times(first.angularVelocity())).containsExactly(1500, 9500);
        assertThat(first.acceleration().x()[0]).isEqualTo(1.5f);
        assertThat(first.acceleration().y()[0]).isEqualTo(-2);
        assertThat(first.acceleration().z()[0]).isEqualTo(0.3f);
        assertThat(first.labels()).containsExactly(new Label(1000, 2001, "typing"), new Label(9000, 9501, "teeth"));
        Epoch second = recording.epochs().get(1);
        assertThat(times(second.acceleration())).containsExactly(8500);
        assertThat(second.angularVelocity().size()).isZero();
        assertThat(second.labels()).containsExactly(new Label(8500, 8501, "none"));
    }

    @Test
    void theSevenActivitiesHaveTheNamesOfTheKey() throws IOException {
        String letters = "PQRFGOS";
        String[] lines = new String[7];
        for (int i = 0; i < 7; i++) {
            lines[i] = "1," + letters.charAt(i) + "," + i + ",0,0,0;";
        }
        write("data_1_accel_watch.txt", lines);
        assertThat(WisdmFiles.of(List.of(folder)).read("1").epochs().get(0).labels().stream()
                        .map(Label::name))
                .containsExactly("dribbling", "writing", "clapping", "typing", "teeth", "catch", "folding")
                .containsExactlyInAnyOrderElementsOf(WisdmFiles.ACTIVITIES);
    }

    @Test
    void aMissingSensorIsEmpty() throws IOException {
        Path file = write("data_7_gyro_watch.txt", "7,F,1,0,0,0;", "7,F,1,0,0,0;");
        WisdmFiles files = WisdmFiles.of(List.of(file));
        assertThat(files.hasBothSensors("7")).isFalse();
        Epoch only = files.read("7").epochs().get(0);
        assertThat(only.acceleration().size()).isZero();
        assertThat(times(only.angularVelocity())).containsExactly(1, 1);
    }

    @Test
    void subjectsComeByNumber() throws IOException {
        for (String subject : List.of("10", "9", "1600")) {
            write("data_" + subject + "_accel_watch.txt", subject + ",F,1,0,0,0;");
        }
        assertThat(WisdmFiles.of(List.of(folder)).subjects()).containsExactly("9", "10", "1600");
    }

    @Test
    void aBadLineIsNamedByFileNumberAndRule() throws IOException {
        assertRefused("1,F,1,0,0;", "line 2: has 5 fields, not 6");
        assertRefused("", "line 2: has 1 fields, not 6");
        assertRefused("2,F,1,0,0,0;", "line 2: subject '2' in the file of 1");
        assertRefused("1,N,1,0,0,0;", "line 2: activity 'N' is not one of ABCDEHIJKLMFGOPQRS");
        assertRefused("1,,1,0,0,0;", "line 2: activity '' is not one of ABCDEHIJKLMFGOPQRS");
        assertRefused("1,FG,1,0,0,0;", "line 2: activity 'FG' is not one of ABCDEHIJKLMFGOPQRS");
        assertRefused("1,F,-1,0,0,0;", "line 2: the time '-1' is not a whole number from 0");
        assertRefused("1,F,1e3,0,0,0;", "line 2: the time '1e3' is not a whole number from 0");
        assertRefused("1,F,99999999999999999999,0,0,0;", "line 2: the time '99999999999999999999' is not a whole");
        assertRefused("1,F,5,0,0,0;", "line 2: time runs back by 5 ns within an activity");
        assertRefused("1,F,11,NaN,0,0;", "line 2: the sample 'NaN' is not a finite number");
        assertRefused("1,F,11,0,1e99,0;", "line 2: the sample '1e99' is not a finite number");
        assertRefused("1,F,11,0,0,x;", "line 2: the sample 'x' is not a finite number");
        assertRefused("1,F,11,0,0,0", "line 2: does not end in ';'");
    }

    private void assertRefused(String line, String rule) throws IOException {
        Path file = write("data_1_accel_watch.txt", "1,F,10,0,0,0;", line);
        WisdmFiles files = WisdmFiles.of(List.of(file));
        assertThatThrownBy(() -> files.read("1"))
                .isInstanceOf(RecordingException.class)
                .hasMessageStartingWith(file + ": " + rule);
    }

    @Test
    void filesThatCannotBeUsedAreNamed() throws IOException {
        assertThatThrownBy(() -> WisdmFiles.of(List.of(folder))).hasMessageContaining("holds no file data_SUBJECT");
        Path absent = folder.resolve("absent");
        assertThatThrownBy(() -> WisdmFiles.of(List.of(absent))).hasMessage(absent + ": no such file");
        Path foreign = write("notes.txt", "x");
        assertThatThrownBy(() -> WisdmFiles.of(List.of(foreign))).hasMessageStartingWith(foreign + ": not named");
        write("a/data_1_accel_watch.txt", "1,F,1,0,0,0;");
        write("b/data_1_accel_watch.txt", "1,F,1,0,0,0;");
        assertThatThrownBy(() -> WisdmFiles.of(List.of(folder)))
                .isInstanceOf(RecordingException.class)
                .hasMessageContaining("the same subject and sensor as");
        Path empty = folder.resolve("data_3_gyro_watch.txt");
        Files.createFile(empty);
        assertThatThrownBy(() -> WisdmFiles.of(List.of(empty)).read("3")).hasMessage(empty + ": holds no samples");
    }

    @Test
    void brokenAndBoundlessArchivesAreRefused() throws IOException {
        Path broken = write("data_1_accel_watch.txt.gz", "1,F,1,0,0,0;");
        assertThatThrownBy(() -> WisdmFiles.of(List.of(broken)).read("1"))
                .isInstanceOf(RecordingException.class)
                .hasMessage(broken + ": not a whole gzip file");
        Path bomb = folder.resolve("data_2_accel_watch.txt.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(bomb))) {
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i <= 64; i++) {
                out.write(zeros);
            }
        }
        assertThatThrownBy(() -> WisdmFiles.of(List.of(bomb)).read("2"))
                .isInstanceOf(RecordingException.class)
                .hasMessage(bomb + ": holds more than 67108864 bytes of text");
        byte[] whole = Files.readAllBytes(bomb);
        Files.write(bomb, Arrays.copyOf(whole, whole.length / 100));
        assertThatThrownBy(() -> WisdmFiles.of(List.of(bomb)).read("2")).hasMessage(bomb + ": not a whole gzip file");
    }

    @Test
    void theSetIsReadWhole() throws IOException {
        WisdmFiles files = WisdmFiles.of(List.of(recorded("watch/wisdm2019")));
        assertThat(files.subjects()).hasSize(37).startsWith("1600").endsWith("1637");
        assertThat(files.hasBothSensors("1637")).isFalse();
        MotionRecording recording = files.read("1600");
        int samples = 0;
        for (Epoch epoch : recording.epochs()) {
            samples += epoch.acceleration().size() + epoch.angularVelocity().size();
            assertThat(times(epoch.acceleration())).isSorted();
        }
        // Lines of the two files.
        assertThat(samples).isEqualTo(51_601);
        assertThat(recording.epochs()).hasSize(4);
        assertThat(recording.epochs().stream().flatMap(epoch -> epoch.labels().stream()))
                .hasSize(7);
    }

    @Test
    void anExecutionOfGeoTecIsNoneOfTheActivities() throws IOException {
        String header = "x_acc,y_acc,z_acc,x_gyro,y_gyro,z_gyro,timestamp,label";
        Path file = write("s01/s01_02_sw.csv", header, "1,2,3,4,5,6,10,SEATED", "2,2,3,4,5,6,10,WALKING");
        assertThat(GeoTecFiles.in(folder)).containsExactly(file);
        assertThat(GeoTecFiles.subject(file)).isEqualTo("s01");
        MotionRecording recording = GeoTecFiles.read(file);
        assertThat(recording.id()).isEqualTo("s01_02");
        assertThat(recording.deviceId()).isEqualTo("watch-s01");
        Epoch epoch = recording.epochs().get(0);
        assertThat(times(epoch.acceleration())).containsExactly(10_000_000, 10_000_000);
        assertThat(epoch.angularVelocity().z()[1]).isEqualTo(6);
        assertThat(epoch.labels()).containsExactly(new Label(10_000_000, 10_000_001, "none"));

        write("s01/s01_02_sw.csv", header, "1,2,3,4,5,6,10,SEATED", "1,2,3,4,5,6,9,SEATED");
        assertThatThrownBy(() -> GeoTecFiles.read(file)).hasMessage(file + ": line 3: time runs back by 1000000 ns");
        write("s01/s01_02_sw.csv", header, "1,2,3,4,5,6,10,RUNNING");
        assertThatThrownBy(() -> GeoTecFiles.read(file)).hasMessageContaining("line 2: label 'RUNNING' is not one of");
        write("s01/s01_02_sw.csv", "1,2,3,4,5,6,10,RUNNING");
        assertThatThrownBy(() -> GeoTecFiles.read(file)).hasMessage(file + ": line 1: not " + header);
    }

    private static long[] times(MotionBatch batch) {
        return Arrays.copyOf(batch.timeNanos(), batch.size());
    }

    private static Path recorded(String name) {
        String data = System.getenv("FLUXON_DATA");
        Path root =
                data == null ? Path.of(System.getProperty("fluxon.root", "."), "..", "shared", "data") : Path.of(data);
        Path found = root.resolve(name).normalize();
        assumeTrue(Files.isDirectory(found), "no " + found + "; set FLUXON_DATA to the folder of the recordings");
        return found;
    }
}
