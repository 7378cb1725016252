package io.fluxon.connectors.camera;

import static io.fluxon.connectors.camera.TestingRecordings.event;
import static io.fluxon.connectors.camera.TestingRecordings.events;
import static io.fluxon.connectors.camera.TestingRecordings.join;
import static io.fluxon.connectors.camera.TestingRecordings.overflow;
import static io.fluxon.connectors.camera.TestingRecordings.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxon.connectors.camera.CameraRecording.Span;
import io.fluxon.connectors.packets.RecordingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CameraRecordingTest {

    @TempDir
    private Path folder;

    @Test
    void theOfficialSampleHasItsKnownLengthAndEnd() throws IOException {
        CameraRecording sample = CameraRecording.read(TestingRecordings.recordedFile("dvs/nmnist/sample_nmnist.bin"));

        assertThat(sample.id()).isEqualTo("sample_nmnist");
        assertThat(sample.events().size()).isEqualTo(4325);
        assertThat(sample.events().timeMicros()[4324]).isEqualTo(311_175);
        assertThat(sample.layout().getWidth()).isEqualTo(34);
        assertThat(sample.layout().getHeight()).isEqualTo(34);
    }

    @Test
    void theFirstEventKeepsTheTimeThatTheFileGivesIt() throws IOException {
        CameraRecording recording = CameraRecording.of(
                "id", "origin", join(overflow(), overflow(), row(1, 2, 1, 5), overflow(), row(3, 4, 0, 6)));

        assertThat(events(recording.events())).containsExactly("16389 us (1, 2) 1", "24582 us (3, 4) 0");
    }

    @Test
    void aPacketIsAnIntervalOfEventTime() throws IOException {
        CameraRecording recording = CameraRecording.of(
                "id",
                "origin",
                join(
                        row(1, 1, 1, 0),
                        row(1, 1, 1, 9_999),
                        row(1, 1, 1, 10_000),
                        row(1, 1, 1, 35_000),
                        overflow(),
                        row(1, 1, 1, 31_808)));

        assertThat(recording.packets(10_000, 1000))
                .containsExactly(
                        new Span(0, 10, 2, 0, 9_999),
                        new Span(10, 15, 1, 10_000, 10_000),
                        new Span(15, 25, 1, 35_000, 35_000),
                        new Span(25, 30, 1, 40_000, 40_000));
    }

    @Test
    void aPacketStopsAtTheLimitOfBytes() throws IOException {
        CameraRecording recording = CameraRecording.of(
                "id", "origin", join(row(1, 1, 1, 0), row(1, 1, 1, 1), row(1, 1, 1, 2), row(1, 1, 1, 3)));

        assertThat(recording.packets(10_000, 14)).containsExactly(new Span(0, 10, 2, 0, 1), new Span(10, 20, 2, 2, 3));
        assertThat(recording.packets(10_000, 15)).containsExactly(new Span(0, 15, 3, 0, 2), new Span(15, 20, 1, 3, 3));
    }

    @Test
    void aLimitBelowOneEventIsRefused() throws IOException {
        CameraRecording recording = CameraRecording.of("id", "origin", row(1, 1, 1, 0));

        assertThatThrownBy(() -> recording.packets(10_000, 4)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> recording.packets(0, 5)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anyCutDecodesPacketByPacketToTheWhole() throws Exception {
        Random random = new Random(23);
        for (int i = 0; i < 500; i++) {
            CameraRecording recording = CameraRecording.of("id", "origin", TestingRecordings.random(random));
            long packetMicros = 1 + (long) Math.exp(random.nextDouble() * 13);
            // From one event at a time to all at once.
            int maxBytes = 5 + random.nextInt(random.nextBoolean() ? 40 : 4000);
            assertCut(recording, packetMicros, maxBytes);
        }
    }

    @Test
    void anyCutOfRealRecordingsDecodesToTheWhole() throws Exception {
        Random random = new Random(29);
        List<byte[]> recordings = TestingRecordings.recorded(20);
        assertThat(recordings).hasSize(20);
        for (byte[] bytes : recordings) {
            CameraRecording recording = CameraRecording.of("id", "origin", bytes);
            assertThat(recording.events().size()).isEqualTo(bytes.length / 5);
            assertCut(recording, CameraEpoch.PACKET_MICROS, 900 * 1024);
            assertCut(recording, 1 + random.nextInt(400_000), 5 + random.nextInt(5000));
        }
    }

    private static void assertCut(CameraRecording recording, long packetMicros, int maxBytes) throws Exception {
        List<String> decoded = new ArrayList<>();
        int expectedFrom = 0;
        for (Span span : recording.packets(packetMicros, maxBytes)) {
            assertOnlyOverflows(recording.bytes(), expectedFrom, span.fromByte());
            expectedFrom = span.toByte();
            assertThat(span.toByte() - span.fromByte()).isBetween(5, maxBytes);
            assertThat(span.firstMicros() / packetMicros).isEqualTo(span.lastMicros() / packetMicros);
            CameraBatch batch = new CameraBatch();
            new NMnistDecoder()
                    .decode(recording.bytes(), span.fromByte(), span.toByte(), span.firstMicros(), 34, 34, batch);
            assertThat(batch.size()).isEqualTo(span.events()).isPositive();
            assertThat(batch.timeMicros()[batch.size() - 1]).isEqualTo(span.lastMicros());
            decoded.addAll(events(batch));
        }
        assertOnlyOverflows(recording.bytes(), expectedFrom, recording.bytes().length);
        assertThat(decoded).isEqualTo(events(recording.events()));
    }

    /** Whole packets of overflow records, which hold no event, are the only bytes that may be left out. */
    private static void assertOnlyOverflows(byte[] bytes, int from, int to) {
        for (int at = from; at < to; at += 5) {
            assertThat(bytes[at + 1]).as("row %d", at / 5).isEqualTo((byte) 240);
        }
    }

    @Test
    void everyByteIsInAPacketUnlessOverflowRecordsFillOne() throws IOException {
        Random random = new Random(31);
        for (int i = 0; i < 200; i++) {
            CameraRecording recording = CameraRecording.of("id", "origin", TestingRecordings.random(random));
            int covered = 0;
            for (Span span : recording.packets(1 + random.nextInt(50_000), 1 << 20)) {
                assertThat(span.fromByte()).isEqualTo(covered);
                covered = span.toByte();
            }
            assertThat(covered).isEqualTo(recording.bytes().length);
        }
    }

    @Test
    void theIdIsTheBaseNameWhateverTheCaseOfTheEnding() throws IOException {
        for (String name : new String[] {"a.b.bin", "a.b.BIN", "a.b.bs2", "a.b.Bs2"}) {
            Files.write(folder.resolve(name), row(1, 2, 1, 3));

            CameraRecording recording = CameraRecording.read(folder.resolve(name));

            assertThat(recording.id()).isEqualTo("a.b");
            assertThat(recording.origin()).isEqualTo(folder.resolve(name).toString());
            assertThat(event(recording.events(), 0)).isEqualTo("3 us (1, 2) 1");
        }
    }

    @Test
    void errorsNameFilePlaceAndRule() throws IOException {
        assertRefused("empty.bin", new byte[0], "holds no events");
        assertRefused("overflow.bin", overflow(), "holds no events");
        assertRefused("cut.bin", new byte[7], "byte 5: the last event has 2 of 5 bytes");
        assertRefused("back.bin", join(row(1, 1, 1, 2), row(1, 1, 1, 1)), "byte 5: older than the event before it");
        assertRefused("pixel.bs2", row(34, 1, 1, 2), "byte 0: x=34 y=1 outside 34x34");
        assertRefused("other.raw", row(1, 1, 1, 2), "no recording format has the ending '.raw'; known: .bin, .bs2");
        assertRefused("none", row(1, 1, 1, 2), "no recording format has the ending ''");
    }

    @Test
    void whatIsNoFileIsNamed() throws IOException {
        Files.createDirectory(folder.resolve("folder.bin"));
        assertThatThrownBy(() -> CameraRecording.read(folder.resolve("absent.bin")))
                .isInstanceOf(RecordingException.class)
                .hasMessage(folder.resolve("absent.bin") + ": no such file");
        assertThatThrownBy(() -> CameraRecording.read(folder.resolve("folder.bin")))
                .isInstanceOf(RecordingException.class)
                .hasMessage(folder.resolve("folder.bin") + ": not a file");
        assertThatThrownBy(() -> CameraRecording.read(folder.getRoot())).isInstanceOf(RecordingException.class);
    }

    private void assertRefused(String name, byte[] bytes, String expected) throws IOException {
        Path file = Files.write(folder.resolve(name), bytes);
        assertThatThrownBy(() -> CameraRecording.read(file))
                .isInstanceOf(RecordingException.class)
                .message()
                .startsWith(file + ": " + expected)
                .doesNotContain("\n");
    }
}
