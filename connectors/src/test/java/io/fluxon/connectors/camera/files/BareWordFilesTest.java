package io.fluxon.connectors.camera.files;

import static io.fluxon.connectors.camera.TestingRecordings.event;
import static io.fluxon.connectors.camera.TestingRecordings.events;
import static io.fluxon.connectors.camera.TestingRecordings.join;
import static io.fluxon.connectors.camera.TestingRecordings.overflow;
import static io.fluxon.connectors.camera.TestingRecordings.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder.Damage;
import io.fluxon.connectors.camera.TestingRecordings;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.schemas.CameraLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of words without a header: what tells them apart, and their sensors. */
class BareWordFilesTest {

    @TempDir
    private Path folder;

    @Test
    void theRecordedLibcaerWordsAreToldFromNMnist() throws IOException {
        Path file = TestingRecordings.recordedFile("dvs/libcaer_ros/libcaer_rollover_payload.bin");
        assertOpened(file, "libcaer", new CameraLayout(640, 480));

        CameraBatch events = CameraRecording.of(file, ReadOptions.STRICT).events();
        assertThat(events.size()).isEqualTo(334_331);
        assertThat(sum(events, 'x')).isEqualTo(111_651_612);
        assertThat(sum(events, 'y')).isEqualTo(82_801_007);
        assertThat(sum(events, 'p')).isEqualTo(181_908);
        assertThat(event(events, 0)).isEqualTo("2146490012 us (233, 349) 1");
    }

    @Test
    void aBinIsLibcaerIfItsSizeAndTheMarksOfItsFirstRecordsSaySo() throws IOException {
        assertOpened(write("a.bin", records(1003, -1)), "libcaer", new CameraLayout(640, 480));
        assertOpened(write("b.bin", records(1003, 1001)), "libcaer", new CameraLayout(640, 480));
        assertOpened(write("c.bin", records(1003, 999)), "nmnist", new CameraLayout(34, 34));
        assertOpened(write("d.bin", records(5, -1)), "nmnist", new CameraLayout(34, 34));
        assertOpened(write("d.bin", records(60, -1)), "nmnist", new CameraLayout(34, 34));
        assertOpened(write("d.bin", records(61, -1)), "libcaer", new CameraLayout(640, 480));
        assertOpened(write("d.bin", records(65, -1)), "libcaer", new CameraLayout(640, 480));
        assertOpened(write("d.bin", records(65, 64)), "nmnist", new CameraLayout(34, 34));
        assertOpened(write("d.bin", records(1005, -1)), "libcaer", new CameraLayout(640, 480));
        assertOpened(write("e.bin", new byte[0]), "nmnist", new CameraLayout(34, 34));
        assertOpened(write("f.libcaer", records(5, -1)), "libcaer", new CameraLayout(640, 480));
        ReadOptions options = new ReadOptions(Optional.empty(), Optional.of(new CameraLayout(346, 260)), Damage.REFUSE);
        try (CameraReader reader = CameraFormat.open(folder.resolve("a.bin"), options)) {
            assertThat(reader.layout()).isEqualTo(new CameraLayout(346, 260));
        }
    }

    @Test
    void theSensorOfNMnistRecordsIsTheSmallestKnownOneThatHoldsThem() throws IOException {
        assertOpened(write("a.bin", join(row(33, 33, 1, 1), overflow())), "nmnist", new CameraLayout(34, 34));
        assertOpened(write("b.bin", join(row(34, 33, 1, 1))), "nmnist", new CameraLayout(240, 180));
        assertOpened(write("c.bin", join(row(239, 179, 1, 1))), "nmnist", new CameraLayout(240, 180));
        assertOpened(write("d.bin", join(row(240, 0, 1, 1))), "nmnist", new CameraLayout(256, 240));
        assertOpened(write("e.bs2", join(row(34, 33, 1, 1))), "nmnist", new CameraLayout(34, 34));
        Path outside = write("f.bin", join(row(1, 1, 1, 1), row(255, 241, 1, 1)));
        assertThatThrownBy(() -> CameraRecording.of(outside, ReadOptions.STRICT).events())
                .isInstanceOf(RecordingException.class)
                .hasMessage(outside + ": byte 5: x=255 y=241 outside 256x240");
    }

    @Test
    void nMnistIsWrittenAsItIsRead() throws IOException {
        Path sample = TestingRecordings.recordedFile("dvs/nmnist/sample_nmnist.bin");
        CameraBatch events = CameraRecording.of(sample, ReadOptions.STRICT).events();
        Path file = folder.resolve("new.bin");
        try (CameraWriter writer = CameraFormat.NMNIST.create(file, new CameraLayout(34, 34))) {
            writer.write(events);
        }
        assertThat(events(CameraRecording.of(file, ReadOptions.STRICT).events()))
                .isEqualTo(events(events));
        assertThatThrownBy(() -> CameraFormat.NMNIST.create(file, new CameraLayout(640, 480)))
                .isInstanceOf(RecordingException.class);
        assertThat(CameraRecording.of(file, ReadOptions.STRICT).events().size()).isEqualTo(4325);
    }

    private static void assertOpened(Path file, String format, CameraLayout layout) throws IOException {
        try (CameraReader reader = CameraFormat.open(file, ReadOptions.STRICT)) {
            assertThat(reader.format()).isEqualTo(format);
            assertThat(reader.layout()).isEqualTo(layout);
        }
    }

    private Path write(String name, byte[] bytes) throws IOException {
        return Files.write(folder.resolve(name), bytes);
    }

    /** Records at (1, 2), valid but one, whose bytes are events of N-MNIST too. */
    private static byte[] records(int count, int invalid) {
        ByteBuffer bytes = ByteBuffer.allocate(8 * count).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            bytes.putInt(1 << 17 | 2 << 2 | (i == invalid ? 0 : 1)).putInt(0);
        }
        return bytes.array();
    }

    private static long sum(CameraBatch events, char what) {
        return IntStream.range(0, events.size())
                .mapToLong(i -> what == 'x' ? events.x(i) : what == 'y' ? events.y(i) : events.polarity(i))
                .sum();
    }
}
