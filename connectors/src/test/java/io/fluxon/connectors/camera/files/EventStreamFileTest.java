package io.fluxon.connectors.camera.files;

import static io.fluxon.connectors.camera.TestingRecordings.event;
import static io.fluxon.connectors.camera.TestingRecordings.events;
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
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventStreamFileTest {

    private static final byte[] FILE = {
        'E', 'v', 'e', 'n', 't', ' ', 'S', 't', 'r', 'e', 'a', 'm', 2, 0, 0, 1, 64, 1, (byte) 240, 0, 0x0B, 2, 1, 3, 0
    };

    @TempDir
    private Path folder;

    /** The digests are of rows counted from the other side, the recording's 239 - y. */
    @Test
    void theRecordedFileHasTheKnownDigests() throws Exception {
        Path file = TestingRecordings.recordedFile("dvs/event_stream/dvs.es");
        CameraBatch events = CameraRecording.of(file, ReadOptions.STRICT).events();

        assertThat(events.size()).isEqualTo(473_225);
        assertThat(event(events, 473_224)).isEqualTo("999000 us (38, 46) 1");
        assertThat(digest(events, 8, i -> events.timeMicros()[i]))
                .isEqualTo("6f3f9af2e99d83707fd74fef3486abdd9f2f81680d3c4fcc306b1965");
        assertThat(digest(events, 2, events::x)).isEqualTo("976eab4dc499e350481c3f568f71b2713e3ffa944bc1866f31448460");
        assertThat(digest(events, 2, i -> 239 - events.y(i)))
                .isEqualTo("6ccc2ff279b4fb7f87b37d128d84da6771df6b40b624bf3cd4e6622a");
        assertThat(digest(events, 1, events::polarity))
                .isEqualTo("6f3c58f949e7c11c55707d11f739d98669882d551403c79482ab81f9");
        try (CameraReader reader = CameraFormat.open(file, ReadOptions.STRICT)) {
            assertThat(reader.format()).isEqualTo("es");
            assertThat(reader.layout()).isEqualTo(new CameraLayout(320, 240));
        }
    }

    @Test
    void otherTypesAndVersionsAreNamed() throws IOException {
        Path generic = TestingRecordings.recordedFile("dvs/event_stream/generic.es");
        assertThatThrownBy(() -> CameraFormat.open(generic, ReadOptions.STRICT))
                .isInstanceOf(RecordingException.class)
                .hasMessage(
                        generic + ": byte 15: events of the generic type 0 are no camera's; types 1 (dvs) and 2 (atis)"
                                + " are read");
        assertRefused(with(15, 4), "byte 15: events of the color type 4");
        assertRefused(with(15, 77), "byte 15: events of the unknown type 77");
        assertRefused(with(12, 1), "byte 12: Event Stream 1.0.0; version 2 is read");
        assertRefused(with(17, 200), "byte 16: a sensor of 51264x240 pixels");
        assertRefused(with(18, 0), "byte 16: a sensor of 320x0 pixels");
    }

    @Test
    void everyShorterFileIsRefusedExceptAtTheEndOfAnEvent() throws IOException {
        for (int length = 12; length < FILE.length; length++) {
            byte[] cut = Arrays.copyOf(FILE, length);
            if (length == 20) {
                assertThat(read(cut, Damage.REFUSE).size()).isZero();
            } else {
                assertRefused(cut, "byte " + (length < 20 ? length : 20) + ": ");
            }
        }
        assertThat(events(read(FILE, Damage.REFUSE))).containsExactly("5 us (258, 3) 1");
    }

    @Test
    void whatIsWrittenIsReadEventForEvent() throws IOException {
        CameraBatch batch = new CameraBatch();
        batch.add(1, 2, 3, 1);
        batch.add(1000, 303, 239, 0);
        Path file = folder.resolve("new.es");
        try (CameraWriter writer = CameraFormat.EVENT_STREAM.create(file, new CameraLayout(304, 240))) {
            writer.write(batch);
            batch.clear();
            batch.add(2000, 4, 5, 1);
            writer.write(batch);
        }
        CameraRecording recording = CameraRecording.of(file, ReadOptions.STRICT);
        assertThat(events(recording.events()))
                .containsExactly("1 us (2, 3) 1", "1000 us (303, 239) 0", "2000 us (4, 5) 1");
        try (CameraReader reader = recording.open()) {
            assertThat(reader.layout()).isEqualTo(new CameraLayout(304, 240));
        }
    }

    @Test
    void garbageGivesEventsInRangeOrOneLine() throws IOException {
        Random random = new Random(11);
        for (int i = 0; i < 300; i++) {
            byte[] garbage = new byte[20 + random.nextInt(200)];
            random.nextBytes(garbage);
            System.arraycopy(FILE, 0, garbage, 0, i % 2 == 0 ? 20 : 12);
            garbage[15] = i % 4 == 0 ? 2 : garbage[15];
            for (Damage damage : Damage.values()) {
                try {
                    CameraBatch batch = read(garbage, damage);
                    for (int j = 0; j < batch.size(); j++) {
                        assertThat(batch.x(j)).isLessThan(CameraBatch.MAX_SIDE);
                    }
                } catch (RecordingException e) {
                    assertThat(e.getMessage()).contains("garbage.es: byte ").doesNotContain("\n");
                }
            }
        }
    }

    private static byte[] with(int at, int value) {
        byte[] file = FILE.clone();
        file[at] = (byte) value;
        return file;
    }

    private void assertRefused(byte[] bytes, String message) {
        assertThatThrownBy(() -> read(bytes, Damage.REFUSE))
                .isInstanceOf(RecordingException.class)
                .hasMessageContaining("garbage.es: " + message);
    }

    private CameraBatch read(byte[] bytes, Damage damage) throws IOException {
        Path file = Files.write(folder.resolve("garbage.es"), bytes);
        CameraBatch all = new CameraBatch();
        CameraBatch part = new CameraBatch();
        try (CameraReader reader =
                CameraFormat.open(file, new ReadOptions(Optional.empty(), Optional.empty(), damage))) {
            while (reader.read(part)) {
                all.addEvents(part);
            }
        }
        return all;
    }

    private static String digest(CameraBatch events, int bytes, IntToLongFunction value)
            throws NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance("SHA3-224");
        ByteBuffer word = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < events.size(); i++) {
            digest.update(word.putLong(0, value.applyAsLong(i)).array(), 0, bytes);
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
