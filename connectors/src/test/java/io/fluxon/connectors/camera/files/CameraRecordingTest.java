package io.fluxon.connectors.camera.files;

import static io.fluxon.connectors.camera.TestingRecordings.event;
import static io.fluxon.connectors.camera.TestingRecordings.events;
import static io.fluxon.connectors.camera.TestingRecordings.join;
import static io.fluxon.connectors.camera.TestingRecordings.overflow;
import static io.fluxon.connectors.camera.TestingRecordings.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.TestingRecordings;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.schemas.CameraLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CameraRecordingTest {

    @TempDir
    private Path folder;

    @Test
    void theOfficialSampleHasItsKnownLengthAndEnd() throws IOException {
        CameraRecording sample = recording(TestingRecordings.recordedFile("dvs/nmnist/sample_nmnist.bin"));

        assertThat(sample.id()).isEqualTo("sample_nmnist");
        CameraBatch events = sample.events();
        assertThat(events.size()).isEqualTo(4325);
        assertThat(events.timeMicros()[4324]).isEqualTo(311_175);
        try (CameraReader reader = sample.open()) {
            assertThat(reader.layout()).isEqualTo(new CameraLayout(34, 34));
        }
    }

    @Test
    void theFirstEventKeepsTheTimeThatTheFileGivesIt() throws IOException {
        CameraRecording recording = CameraRecording.of(
                "id", "origin", join(overflow(), overflow(), row(1, 2, 1, 5), overflow(), row(3, 4, 0, 6)));

        assertThat(events(recording.events())).containsExactly("16389 us (1, 2) 1", "24582 us (3, 4) 0");
    }

    @Test
    void theIdIsTheBaseNameWhateverTheCaseOfTheEnding() throws IOException {
        for (String name : new String[] {"a.b.bin", "a.b.BIN", "a.b.bs2", "a.b.Bs2"}) {
            Files.write(folder.resolve(name), row(1, 2, 1, 3));

            CameraRecording recording = recording(folder.resolve(name));

            assertThat(recording.id()).isEqualTo("a.b");
            assertThat(recording.origin()).isEqualTo(folder.resolve(name).toString());
            assertThat(event(recording.events(), 0)).isEqualTo("3 us (1, 2) 1");
        }
    }

    @Test
    void errorsNameFilePlaceAndRule() throws IOException {
        assertRefused("empty.bin", new byte[0], "holds no events");
        assertRefused("overflow.bin", overflow(), "holds no events");
        assertRefused("cut.bin", new byte[7], "byte 5: the last word has 2 of 5 bytes");
        assertRefused("back.bin", join(row(1, 1, 1, 2), row(1, 1, 1, 1)), "byte 5: older than the event before it");
        assertRefused("pixel.bs2", row(34, 1, 1, 2), "byte 0: x=34 y=1 outside 34x34");
        assertRefused("other.raw", row(1, 1, 1, 2), "no header tells which words it holds");
        assertRefused("none", row(1, 1, 1, 2), "neither its first bytes nor its name are those of a recording");
    }

    @Test
    void whatIsNoFileIsNamed() throws IOException {
        Files.createDirectory(folder.resolve("folder.bin"));
        assertThatThrownBy(() -> recording(folder.resolve("absent.bin")).events())
                .isInstanceOf(RecordingException.class)
                .hasMessage(folder.resolve("absent.bin") + ": no such file");
        assertThatThrownBy(() -> recording(folder.resolve("folder.bin")).events())
                .isInstanceOf(RecordingException.class)
                .hasMessage(folder.resolve("folder.bin") + ": not a file");
        assertThatThrownBy(() -> recording(folder.getRoot()).events()).isInstanceOf(RecordingException.class);
    }

    private static CameraRecording recording(Path file) throws IOException {
        return CameraRecording.of(file, ReadOptions.STRICT);
    }

    private void assertRefused(String name, byte[] bytes, String expected) throws IOException {
        Path file = Files.write(folder.resolve(name), bytes);
        assertThatThrownBy(() -> recording(file).events())
                .isInstanceOf(RecordingException.class)
                .message()
                .startsWith(file + ": " + expected)
                .doesNotContain("\n");
    }
}
