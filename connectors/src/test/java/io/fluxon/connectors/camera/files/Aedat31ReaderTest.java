package io.fluxon.connectors.camera.files;

import static io.fluxon.connectors.camera.TestingRecordings.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder.Damage;
import io.fluxon.connectors.camera.files.TestingContainers.Content;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.schemas.CameraLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Aedat31ReaderTest {

    private static final String HEADER =
            "#!AER-DAT3.1\r\n#Format: RAW\r\n#Source 1: DAVIS240C\r\n#Start-Time: 2020-01-01 00:00:00 (TZ+0100)\r\n#!END-HEADER\r\n";

    @TempDir
    private Path folder;

    @Test
    void polaritiesHaveValidityPolarityRowAndColumnInOneWord() throws IOException {
        Content content = read(packet(
                1, 1, 8, 0, 3, 3, polarity(239, 179, 1, 1, 5), polarity(3, 4, 0, 0, 6), polarity(0, 0, 0, 1, 7)));

        assertThat(content.events()).containsExactly("5 us (239, 179) 1", "7 us (0, 0) 0");
        assertThat(content.warnings()).isEqualTo(Map.of("invalid_events", 1L));
    }

    @Test
    void theOverflowOfThePacketIsTheHighPartOfItsTimes() throws IOException {
        int last = Integer.MAX_VALUE;
        Content content = read(
                packet(1, 1, 8, 0, 1, 1, polarity(1, 1, 1, 1, last)),
                packet(1, 1, 8, 1, 1, 1, polarity(1, 1, 1, 1, 0)),
                packet(1, 1, 8, 7, 1, 1, polarity(1, 1, 1, 1, last)),
                packet(0, 1, 8, 2, 1, 1, special(2, 1, 9)),
                packet(1, 1, 8, 7, 1, 1, polarity(1, 1, 1, 1, last - 20)));

        assertThat(content.events())
                .containsExactly(
                        last + " us (1, 1) 1",
                        (1L << 31) + " us (1, 1) 1",
                        ((8L << 31) - 1) + " us (1, 1) 1",
                        ((8L << 31) - 21) + " us (1, 1) 1");
        assertThat(content.markers()).containsExactly(((2L << 31) + 9) + " us TRIGGER 0 1");
    }

    @Test
    void timesWithinAPacketHaveItsOverflowHoweverTheyJump() throws IOException {
        int last = Integer.MAX_VALUE;
        int half = 1 << 30;
        byte[][] events = new byte[20_000][];
        for (int i = 0; i < events.length; i++) {
            events[i] = polarity(1, 1, 1, 1, new int[] {last, 0, half, 5, last - 3}[i % 5]);
        }
        for (int overflow = 0; overflow < 3; overflow++) {
            long base = overflow * 2147483648L;

            assertThat(read(packet(1, 1, 8, overflow, events.length, events.length, events))
                            .events())
                    .hasSize(events.length)
                    .containsOnly(
                            base + last + " us (1, 1) 1",
                            base + " us (1, 1) 1",
                            base + half + " us (1, 1) 1",
                            base + 5 + " us (1, 1) 1",
                            base + last - 3 + " us (1, 1) 1");
        }
    }

    @Test
    void specialsAreMarkersByTheirCode() throws IOException {
        byte[][] specials = new byte[18][];
        for (int code = 0; code < specials.length; code++) {
            specials[code] = special(code, 1, code);
        }
        Content content = read(packet(0, 1, 8, 0, 18, 18, specials), packet(0, 1, 8, 0, 1, 1, special(2, 0, 99)));

        assertThat(content.markers())
                .containsExactly(
                        "0 us OTHER 0 256",
                        "1 us TIME_RESET 0 0",
                        "2 us TRIGGER 0 1",
                        "3 us TRIGGER 0 0",
                        "4 us PULSE 0 1",
                        "5 us OTHER 0 261",
                        "6 us TRIGGER 1 1",
                        "7 us TRIGGER 1 0",
                        "8 us PULSE 1 1",
                        "9 us TRIGGER 2 1",
                        "10 us TRIGGER 2 0",
                        "11 us PULSE 2 1",
                        "12 us OTHER 0 268",
                        "13 us OTHER 0 269",
                        "14 us OTHER 0 270",
                        "15 us OTHER 0 271",
                        "16 us OTHER 0 272",
                        "17 us OTHER 0 273");
        assertThat(content.warnings()).isEqualTo(Map.of("invalid_events", 1L));
    }

    @Test
    void specialsThatAreNoTriggersAreNoneInAedat4() throws IOException {
        Path copy = folder.resolve("copy.aedat4");
        for (int code : new int[] {0, 5, 12, 127}) {
            Path file = file(packet(0, 1, 8, 0, 1, 1, special(code, 1, 9)));
            CameraBatch batch = new CameraBatch();
            try (CameraReader reader = CameraFormat.open(file, ReadOptions.STRICT);
                    CameraWriter writer = CameraFormat.AEDAT4.create(copy, reader.layout())) {
                assertThat(reader.read(batch)).isTrue();
                assertThatThrownBy(() -> writer.write(batch))
                        .isInstanceOf(RecordingException.class)
                        .hasMessage("AEDAT 4 cannot hold the marker OTHER of line 0 with value " + (256 + code)
                                + " at 9 us");
            }
        }
    }

    @Test
    void inertialSamplesOfSixAndNineAxes() throws IOException {
        Content content = read(
                packet(3, 1, 36, 0, 2, 2, imu(1, 5, 0.1f, 0.2f, 1, 10, 20, 30, 25), imu(0, 6, 0, 0, 0, 0, 0, 0, 0)),
                packet(4, 1, 48, 1, 1, 1, imu(1, 5, 0.1f, 0.2f, 1, 10, 20, 30, 25, -1, -2, -3)));

        assertThat(content.samples())
                .containsExactly(
                        "5 us [0.1, 0.2, 1.0, 10.0, 20.0, 30.0, NaN, NaN, NaN, 25.0]",
                        ((1L << 31) + 5) + " us [0.1, 0.2, 1.0, 10.0, 20.0, 30.0, -1.0, -2.0, -3.0, 25.0]");
    }

    @Test
    void aPacketTakesTheRoomOfItsCapacity() throws IOException {
        Content content = read(
                packet(1, 1, 8, 0, 3, 1, polarity(1, 1, 1, 1, 1), polarity(2, 2, 1, 1, 2), polarity(3, 3, 1, 1, 3)),
                packet(1, 1, 8, 0, 5, 0, new byte[40]),
                packet(1, 1, 8, 0, 1, 1, polarity(4, 4, 1, 1, 4)));

        assertThat(content.events()).containsExactly("1 us (1, 1) 1", "4 us (4, 4) 1");
    }

    @Test
    void framesUnknownTypesAndOtherCamerasAreCounted() throws IOException {
        Content content = read(
                packet(2, 1, 100, 0, 2, 2, new byte[200]),
                packet(1, 1, 8, 0, 1, 1, polarity(1, 1, 1, 1, 1)),
                packet(12, 1, 16, 0, 3, 3, new byte[48]),
                packet(1, 2, 8, 0, 1, 1, polarity(2, 2, 1, 1, 2)),
                packet(1, 1, 8, 0, 1, 1, polarity(3, 3, 1, 1, 3)));

        assertThat(content.events()).containsExactly("1 us (1, 1) 1", "3 us (3, 3) 1");
        assertThat(content.warnings()).isEqualTo(Map.of("other_items", 6L));
    }

    @Test
    void theSizeIsThatOfTheOptionsElseTheSourcesElseADavis346s() throws IOException {
        assertThat(layout(HEADER, Optional.empty())).isEqualTo(new CameraLayout(240, 180));
        assertThat(layout(HEADER, Optional.of(new CameraLayout(9, 8)))).isEqualTo(new CameraLayout(9, 8));
        assertThat(layout("#!AER-DAT3.1\n#Source 0: DVS128\n#!END-HEADER\n", Optional.empty()))
                .isEqualTo(new CameraLayout(128, 128));
        assertThat(layout("#!AER-DAT3.1\n#Source 0: DVXplorer\n#!END-HEADER\n", Optional.empty()))
                .isEqualTo(new CameraLayout(640, 480));
        assertThat(layout("#!AER-DAT3.1\n#!END-HEADER\n", Optional.empty())).isEqualTo(new CameraLayout(346, 260));
    }

    @Test
    void largePacketsAreReadInParts() throws IOException {
        byte[][] events = new byte[20_000][];
        for (int i = 0; i < events.length; i++) {
            events[i] = polarity(i % 240, i % 180, i & 1, 1, i);
        }
        Content content = read(packet(1, 1, 8, 3, events.length, events.length, events));

        assertThat(content.events()).hasSize(20_000);
        assertThat(content.events().get(19_999)).isEqualTo(((3L << 31) + 19_999) + " us (79, 19) 1");
    }

    @Test
    void errorsNameTheByteAndTheRule() throws IOException {
        int first = HEADER.length();
        byte[] good = packet(1, 1, 8, 0, 1, 1, polarity(1, 1, 1, 1, 1));
        assertRefused(
                "byte " + (first + 28) + ": x=240 y=1 outside 240x180",
                packet(1, 1, 8, 0, 1, 1, polarity(240, 1, 1, 1, 1)));
        assertRefused(
                "byte " + (first + 36) + ": a packet of type 1 with overflow 0, capacity 1, number 2, valid 2",
                good,
                packet(1, 1, 8, 0, 1, 2, new byte[8]));
        assertRefused(
                "byte " + (first + 36) + ": events of type 1 with 9 bytes and their time at 4",
                good,
                packet(1, 1, 9, 0, 1, 1, new byte[9]));
        assertRefused("byte " + first + ": a packet of 36 bytes, of which 28 are left", packet(1, 1, 8, 0, 1, 1));
        assertRefused("byte " + first + ": a packet of -1 events of 8 bytes each", packet(1, 1, 8, 0, -1, 0));
        assertRefused("byte " + first + ": the last packet's header has 5 of 28 bytes", new byte[5]);
        Path compressed = Files.writeString(folder.resolve("c.aedat"), HEADER.replace("RAW", "SerializedTS"));
        assertThatThrownBy(() -> TestingContainers.read(compressed, ReadOptions.STRICT))
                .hasMessageContaining("the header's Format: SerializedTS is not RAW");
    }

    @Test
    void eventsOutsideTheSensorAreCountedOrNamedByTheirByteInAnyPart() throws IOException {
        byte[][] events = new byte[10_000][];
        Arrays.fill(events, polarity(1, 1, 1, 1, 1));
        events[9_999] = polarity(3, 180, 1, 1, 1);
        assertRefused(
                "byte " + (HEADER.length() + 28 + 8 * 9_999) + ": x=3 y=180 outside 240x180",
                packet(1, 1, 8, 0, 10_000, 10_000, events));

        Content content =
                TestingContainers.read(file(packet(1, 1, 8, 0, 10_000, 10_000, events)), TestingContainers.COUNT);

        assertThat(content.events()).hasSize(9_999);
        assertThat(content.warnings()).isEqualTo(Map.of("events_outside_geometry", 1L));
    }

    @Test
    void headersAreBounded() throws IOException {
        String start = "#!AER-DAT3.1\n";
        String end = "#!END-HEADER\n";
        int most = (1 << 20) - start.length();
        Path file = folder.resolve("header.aedat");
        Files.writeString(file, start + "#\n".repeat(most / 2) + end);
        assertThat(TestingContainers.read(file, ReadOptions.STRICT).events()).isEmpty();
        Files.writeString(file, start + "#\n".repeat(most / 2 + 1) + end);
        assertThatThrownBy(() -> CameraFormat.open(file, ReadOptions.STRICT))
                .hasMessage(file + ": byte 1048577: the header is longer than 1048576 bytes");
        Files.writeString(file, start + "#".repeat(65_535) + "\n" + end);
        assertThat(TestingContainers.read(file, ReadOptions.STRICT).events()).isEmpty();
        Files.writeString(file, start + "#".repeat(65_536) + "\n" + end);
        assertThatThrownBy(() -> CameraFormat.open(file, ReadOptions.STRICT))
                .hasMessage(file + ": byte 13: the header's line has no end within 65536 bytes");
        Files.writeString(file, start + "#".repeat(65_535));
        assertThatThrownBy(() -> CameraFormat.open(file, ReadOptions.STRICT))
                .hasMessage(file + ": byte 13: the header ends within this line");
    }

    @Test
    void damagedPacketsArePassedOverByTheirSizeWhenCounting() throws IOException {
        byte[] good = packet(1, 1, 8, 0, 1, 1, polarity(1, 1, 1, 1, 1));
        Path file = file(
                good,
                packet(1, 1, 8, 0, 1, 2, new byte[8]),
                packet(3, 1, 8, 0, 1, 1, new byte[8]),
                good,
                packet(1, 1, 8, 0, 9, 9));

        Content content = TestingContainers.read(file, TestingContainers.COUNT);

        assertThat(content.events()).containsExactly("1 us (1, 1) 1", "1 us (1, 1) 1");
        assertThat(content.warnings()).isEqualTo(Map.of("damaged_packets", 2L, "truncated_bytes", 28L));
    }

    @Test
    void cutsAndGarbageGiveOnlyPlacedErrors() throws IOException {
        byte[] whole = Files.readAllBytes(file(
                packet(1, 1, 8, 0, 3, 2, polarity(1, 1, 1, 1, 1), polarity(2, 2, 1, 1, 2), new byte[8]),
                packet(3, 1, 36, 0, 1, 1, imu(1, 5, 0.1f, 0.2f, 1, 10, 20, 30, 25)),
                packet(0, 1, 8, 0, 1, 1, special(2, 1, 9)),
                packet(2, 1, 100, 0, 1, 1, new byte[100]),
                packet(1, 1, 8, 0, 1, 1, polarity(3, 3, 1, 1, 3))));
        TestingContainers.assertSurvivesEveryCut(folder, "cut.aedat", whole, 12);
        TestingContainers.assertSurvivesGarbage(folder, "garbage.aedat", whole, HEADER.length(), 300);
        TestingContainers.assertSurvivesGarbage(folder, "garbage.aedat", whole, 14, 100);
    }

    private void assertRefused(String message, byte[]... packets) throws IOException {
        Path file = file(packets);
        assertThatThrownBy(() -> TestingContainers.read(file, ReadOptions.STRICT))
                .hasMessage(file + ": " + message);
    }

    private CameraLayout layout(String header, Optional<CameraLayout> given) throws IOException {
        Path file = Files.writeString(folder.resolve("layout.aedat"), header);
        try (CameraReader reader = CameraFormat.open(file, new ReadOptions(Optional.empty(), given, Damage.REFUSE))) {
            return reader.layout();
        }
    }

    private Content read(byte[]... packets) throws IOException {
        return TestingContainers.read(file(packets), ReadOptions.STRICT);
    }

    private Path file(byte[]... packets) throws IOException {
        return Files.write(folder.resolve("a.aedat"), join(HEADER.getBytes(StandardCharsets.US_ASCII), join(packets)));
    }

    private static byte[] packet(
            int type, int source, int eventBytes, int overflow, int capacity, int number, byte[]... events) {
        byte[] header = little(28)
                .putShort((short) type)
                .putShort((short) source)
                .putInt(eventBytes)
                .putInt(4)
                .putInt(overflow)
                .putInt(capacity)
                .putInt(number)
                .putInt(number)
                .array();
        return join(header, join(events));
    }

    private static byte[] polarity(int x, int y, int polarity, int valid, int micros) {
        return little(8)
                .putInt(valid | polarity << 1 | y << 2 | x << 17)
                .putInt(micros)
                .array();
    }

    private static byte[] special(int code, int valid, int micros) {
        return little(8).putInt(valid | code << 1 | 0xABCD << 8).putInt(micros).array();
    }

    private static byte[] imu(int valid, int micros, float... values) {
        ByteBuffer bytes = little(8 + 4 * values.length).putInt(valid).putInt(micros);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return bytes.array();
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
