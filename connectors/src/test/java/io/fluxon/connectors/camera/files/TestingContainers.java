package io.fluxon.connectors.camera.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder.Damage;
import io.fluxon.connectors.camera.CameraImu;
import io.fluxon.connectors.camera.CameraMarkers;
import io.fluxon.connectors.camera.TestingRecordings;
import io.fluxon.connectors.packets.RecordingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** What a container file gives, as text, and what damage does to it. */
final class TestingContainers {

    static final ReadOptions COUNT = new ReadOptions(Optional.empty(), Optional.empty(), Damage.COUNT);

    /** Events, markers and inertial samples in their orders, and the warnings. */
    record Content(List<String> events, List<String> markers, List<String> samples, Map<String, Long> warnings) {}

    private TestingContainers() {}

    static Content read(Path file, ReadOptions options) throws IOException {
        List<String> events = new ArrayList<>();
        List<String> markers = new ArrayList<>();
        List<String> samples = new ArrayList<>();
        try (CameraReader reader = CameraFormat.open(file, options)) {
            CameraBatch batch = new CameraBatch();
            while (reader.read(batch)) {
                events.addAll(TestingRecordings.events(batch));
                markers.addAll(markers(batch.markers()));
                samples.addAll(samples(batch.imu()));
            }
            assertThat(reader.read(batch)).isFalse();
            assertThat(batch.sizeOfAll()).isZero();
            return new Content(events, markers, samples, reader.warnings().byName());
        }
    }

    static List<String> markers(CameraMarkers markers) {
        List<String> text = new ArrayList<>();
        for (int i = 0; i < markers.size(); i++) {
            text.add(markers.timeMicros(i) + " us " + markers.kind(i) + " " + markers.channel(i) + " "
                    + markers.value(i));
        }
        return text;
    }

    static List<String> samples(CameraImu imu) {
        List<String> text = new ArrayList<>();
        for (int i = 0; i < imu.size(); i++) {
            float[] values = new float[CameraImu.VALUES];
            for (int column = 0; column < values.length; column++) {
                values[column] = imu.value(i, column);
            }
            text.add(imu.timeMicros(i) + " us " + Arrays.toString(values));
        }
        return text;
    }

    /** Cuts off the file at every byte: what is left is read, refused with a place, or counted; never more than the whole. */
    static void assertSurvivesEveryCut(Path folder, String name, byte[] whole, int detectable) throws IOException {
        Path file = folder.resolve(name);
        Files.write(file, whole);
        Content all = read(file, ReadOptions.STRICT);
        for (int length = detectable; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            for (ReadOptions options : List.of(ReadOptions.STRICT, COUNT)) {
                try {
                    List<String> left = read(file, options).events();
                    assertThat(left).isEqualTo(all.events().subList(0, left.size()));
                } catch (RecordingException e) {
                    assertPlaced(file, e);
                }
            }
        }
    }

    /** Overwrites and inserts bytes at random behind the first {@code kept}. */
    static void assertSurvivesGarbage(Path folder, String name, byte[] whole, int kept, int rounds) throws IOException {
        Random random = new Random(4);
        Path file = folder.resolve(name);
        for (int round = 0; round < rounds; round++) {
            byte[] damaged = Arrays.copyOf(whole, round % 4 == 0 ? kept + random.nextInt(400) : whole.length);
            if (round % 4 == 0) {
                for (int at = kept; at < damaged.length; at++) {
                    damaged[at] = (byte) random.nextInt(256);
                }
            } else {
                for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                    int at = kept + random.nextInt(damaged.length - kept);
                    damaged[at] = (byte) (random.nextBoolean() ? random.nextInt(256) : random.nextInt(2) * 255);
                }
            }
            Files.write(file, damaged);
            for (ReadOptions options : List.of(ReadOptions.STRICT, COUNT)) {
                try {
                    read(file, options);
                } catch (RecordingException e) {
                    assertPlaced(file, e);
                }
            }
        }
    }

    private static void assertPlaced(Path file, RecordingException e) {
        assertThat(e)
                .message()
                .startsWith(file + ": ")
                .containsPattern(": byte \\d+: |: no addresses are known of the chip ")
                .doesNotContain("\n");
    }
}
