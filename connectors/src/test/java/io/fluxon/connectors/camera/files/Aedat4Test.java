package io.fluxon.connectors.camera.files;

import static io.fluxon.connectors.camera.TestingRecordings.join;
import static io.fluxon.connectors.camera.TestingRecordings.recordedFile;
import static io.fluxon.connectors.camera.files.TestingAedat4.field;
import static io.fluxon.connectors.camera.files.TestingAedat4.little;
import static io.fluxon.connectors.camera.files.TestingAedat4.table;
import static io.fluxon.connectors.camera.files.TestingAedat4.tables;
import static io.fluxon.connectors.camera.files.TestingAedat4.unpacked;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.luben.zstd.Zstd;
import com.google.flatbuffers.FlatBufferBuilder;
import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder.Damage;
import io.fluxon.connectors.camera.CameraImu;
import io.fluxon.connectors.camera.CameraMarkers.Kind;
import io.fluxon.connectors.camera.files.TestingContainers.Content;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.schemas.CameraLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class Aedat4Test {

    private static final CameraLayout LAYOUT = new CameraLayout(320, 240);
    private static final int FIRST_LINE_BYTES = 14;

    @TempDir
    private Path folder;

    @Test
    void theSampleHasItsKnownEventsAndSamples() throws IOException {
        long events = 0;
        long micros = 0;
        long x = 0;
        long y = 0;
        long on = 0;
        long samples = 0;
        double gravity = 0;
        try (CameraReader reader = CameraFormat.open(sample(), ReadOptions.STRICT)) {
            assertThat(reader.layout()).isEqualTo(LAYOUT);
            assertThat(reader.format()).isEqualTo("aedat4");
            CameraBatch batch = new CameraBatch();
            while (reader.read(batch)) {
                for (int i = 0; i < batch.size(); i++) {
                    micros += batch.timeMicros()[i] - 1605537493718345L;
                    x += batch.x(i);
                    y += batch.y(i);
                    on += batch.polarity(i);
                }
                events += batch.size();
                for (int i = 0; i < batch.imu().size(); i++) {
                    gravity += Math.sqrt(square(batch, i, 0) + square(batch, i, 1) + square(batch, i, 2));
                    assertThat(batch.imu().value(i, CameraImu.MAGNETIC_FIELD)).isNaN();
                    assertThat(batch.imu().value(i, CameraImu.TEMPERATURE)).isBetween(20f, 50f);
                }
                samples += batch.imu().size();
                assertThat(batch.markers().size()).isZero();
            }
            assertThat(reader.warnings().byName()).isEmpty();
        }
        assertThat(List.of(events, micros, x, y, on))
                .containsExactly(111_954L, 31_685_685_498L, 18_342_405L, 15_105_898L, 55_023L);
        assertThat(samples).isEqualTo(475);
        assertThat(gravity / samples).isCloseTo(1.0783, within(0.0001));
        List<String> all = TestingContainers.read(sample(), ReadOptions.STRICT).events();
        assertThat(all.get(0)).isEqualTo("1605537493718345 us (154, 204) 0");
        assertThat(all.get(all.size() - 1)).isEqualTo("1605537494308262 us (88, 237) 1");
    }

    private static double square(CameraBatch batch, int i, int axis) {
        double value = batch.imu().value(i, CameraImu.ACCELERATION + axis);
        return value * value;
    }

    @ParameterizedTest
    @EnumSource
    void theSampleIsWrittenAndReadBackExactly(Aedat4Compression compression) throws IOException {
        Path copy = folder.resolve("copy.aedat4");
        try (CameraReader reader = CameraFormat.open(sample(), ReadOptions.STRICT);
                CameraWriter writer = CameraFormat.AEDAT4.create(copy, reader.layout())) {
            CameraBatch batch = new CameraBatch();
            while (reader.read(batch)) {
                writer.write(batch);
            }
        }
        repack(copy, compression);
        assertThat(TestingContainers.read(copy, ReadOptions.STRICT))
                .isEqualTo(TestingContainers.read(sample(), ReadOptions.STRICT));
    }

    @ParameterizedTest
    @EnumSource
    void markersSamplesAndAnyTimesAreWrittenAndReadBackExactly(Aedat4Compression compression) throws IOException {
        CameraBatch batch = mixed();
        Path file = written(compression, batch);

        Content content = TestingContainers.read(file, ReadOptions.STRICT);

        assertThat(content)
                .isEqualTo(new Content(
                        List.of(
                                "0 us (0, 0) 0",
                                Long.MAX_VALUE + " us (319, 239) 1",
                                Long.MIN_VALUE + " us (5, 6) 1",
                                "7 us (1, 2) 0"),
                        TestingContainers.markers(batch.markers()),
                        List.of(
                                "0 us [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, NaN, NaN, NaN, NaN]",
                                "-3 us [0.5, -0.0, 1.0, 250.0, -250.0, 0.1, 0.0, 0.0, 0.0, 0.0]",
                                "9 us [NaN, NaN, NaN, NaN, NaN, NaN, NaN, 2.0, NaN, NaN]"),
                        Map.of()));
        assertThat(content.markers())
                .containsExactly(
                        "1 us TRIGGER 0 1",
                        "2 us TRIGGER 0 0",
                        "3 us PULSE 0 1",
                        "-4 us TIME_RESET 0 0",
                        "5 us OTHER 0 4",
                        "6 us OTHER 0 5",
                        "7 us OTHER 0 127");
    }

    @Test
    void whatTheFormatCannotHoldIsRefusedBeforeAnythingIsWritten() throws IOException {
        assertRefused(Kind.TRIGGER, 1, 1);
        assertRefused(Kind.TRIGGER, 0, 2);
        assertRefused(Kind.PULSE, 0, 0);
        assertRefused(Kind.OTHER, 0, 3);
        assertRefused(Kind.OTHER, 0, 128);
        assertRefused(Kind.OTHER, 0, -1);
        assertRefused(Kind.OTHER, 0, 0xFFFF_FF84);
    }

    @Test
    void aWriterThatCannotBeginClosesItsFile() throws IOException {
        Path open = Path.of("/proc/self/fd");
        assumeTrue(Files.isDirectory(open), "needs Linux's list of open files");
        Path file = folder.resolve("unbegun.aedat4");
        assertThatThrownBy(() -> new Aedat4Writer(file, null)).isInstanceOf(NullPointerException.class);
        try (Stream<Path> files = Files.list(open)) {
            assertThat(files.map(Aedat4Test::target)).doesNotContain(file.toRealPath());
        }
    }

    private static Path target(Path open) {
        try {
            return open.toRealPath();
        } catch (IOException e) {
            // It has been closed since it was listed, or is no file.
            return open;
        }
    }

    private void assertRefused(Kind kind, int channel, int value) throws IOException {
        Path file = folder.resolve("refused.aedat4");
        CameraBatch batch = new CameraBatch();
        batch.add(1, 2, 3, 1);
        batch.markers().add(9, kind, channel, value);
        try (CameraWriter writer = CameraFormat.AEDAT4.create(file, LAYOUT)) {
            assertThatThrownBy(() -> writer.write(batch))
                    .isInstanceOf(RecordingException.class)
                    .hasMessage("AEDAT 4 cannot hold the marker " + kind + " of line " + channel + " with value "
                            + value + " at 9 us");
        }
        assertThat(TestingContainers.read(file, ReadOptions.STRICT).events()).isEmpty();
    }

    /** Follows the bytes by hand; LZ4 is unpacked by lz4-java. */
    @Test
    void theBytesAreThoseOfTheLayout() throws IOException {
        ByteBuffer file = little(Files.readAllBytes(written(Aedat4Compression.LZ4, mixed())));
        assertThat(new String(file.array(), 0, FIRST_LINE_BYTES, StandardCharsets.US_ASCII))
                .isEqualTo("#!AER-DAT4.0\r\n");
        ByteBuffer header = TestingAedat4.header(file.array());
        assertThat(identifier(header)).isEqualTo("IOHE");
        int root = header.getInt(0);
        assertThat(header.getInt(field(header, root, 0))).isOne();
        long tablePosition = header.getLong(field(header, root, 1));

        ByteBuffer table = table(unpacked(file.array(), (int) tablePosition, file.limit()));
        assertThat(identifier(table)).isEqualTo("FTAB");
        List<String> listed = new ArrayList<>();
        for (int entry : tables(table)) {
            int packet = field(table, entry, 1);
            listed.add(table.getLong(field(table, entry, 0)) + " " + table.getInt(packet) + " "
                    + table.getInt(packet + 4)
                    + " " + table.getLong(field(table, entry, 2)) + " " + table.getLong(field(table, entry, 3)) + " "
                    + table.getLong(field(table, entry, 4)));
        }
        List<String> found = new ArrayList<>();
        List<String> events = new ArrayList<>();
        String[] ranges = {"4 " + Long.MIN_VALUE + " " + Long.MAX_VALUE, "3 -3 9", "7 -4 7"};
        for (int at = 18 + file.getInt(14); at < tablePosition; at += 8 + file.getInt(at + 4)) {
            found.add((at + 8) + " " + file.getInt(at) + " " + file.getInt(at + 4) + " " + ranges[found.size()]);
            ByteBuffer content = table(unpacked(file.array(), at + 8, at + 8 + file.getInt(at + 4)));
            if (identifier(content).equals("EVTS")) {
                int vector = field(content, content.getInt(0), 0);
                vector += content.getInt(vector);
                assertThat((vector + 4 + 4) % 8)
                        .as("place of the structs in the sized buffer")
                        .isZero();
                for (int i = 0; i < content.getInt(vector); i++) {
                    int event = vector + 4 + 16 * i;
                    events.add(content.getLong(event) + " us (" + content.getShort(event + 8) + ", "
                            + content.getShort(event + 10) + ") " + content.get(event + 12));
                }
            }
        }
        assertThat(found).hasSize(3).isEqualTo(listed);
        assertThat(events)
                .containsExactly(
                        "0 us (0, 0) 0",
                        Long.MAX_VALUE + " us (319, 239) 1",
                        Long.MIN_VALUE + " us (5, 6) 1",
                        "7 us (1, 2) 0");
    }

    @ParameterizedTest
    @EnumSource
    void aMissingOrMisplacedTableDoesNotMatter(Aedat4Compression compression) throws IOException {
        Path whole = written(compression, mixed());
        Content content = TestingContainers.read(whole, ReadOptions.STRICT);
        byte[] bytes = Files.readAllBytes(whole);
        for (long position : new long[] {-1, 3, bytes.length + 1L, Long.MAX_VALUE, Long.MIN_VALUE}) {
            ByteBuffer header = TestingAedat4.header(bytes);
            header.putLong(field(header, header.getInt(0), 1), position);
            Path file = Files.write(folder.resolve("table.aedat4"), bytes);
            assertThat(TestingContainers.read(file, ReadOptions.STRICT)).isEqualTo(content);
            byte[] without = Arrays.copyOf(bytes, TestingAedat4.tablePosition(Files.readAllBytes(whole)));
            Files.write(file, without);
            assertThat(TestingContainers.read(file, ReadOptions.STRICT)).isEqualTo(content);
        }
    }

    @Test
    void ofSeveralCamerasTheFirstIsReadAndFramesAreCounted() throws IOException {
        byte[] first = events(1, 2);
        byte[] second = events(3, 4);
        Path file = Files.write(
                folder.resolve("stereo.aedat4"),
                join(
                        header(
                                0,
                                stream(4, "EVTS", 320, 240),
                                stream(1, "FRME", 320, 240),
                                stream(0, "EVTS", 9, 9),
                                stream(7, "XYZW", 0, 0)),
                        packet(0, second),
                        packet(4, first),
                        packet(1, new byte[50]),
                        packet(7, new byte[0]),
                        packet(4, first)));

        Content content = TestingContainers.read(file, ReadOptions.STRICT);

        assertThat(content.events()).containsExactly("1 us (2, 0) 1", "1 us (2, 0) 1");
        assertThat(content.warnings()).isEqualTo(Map.of("other_items", 3L));
    }

    @Test
    void theSizeOfTheSensorComesFromTheHeaderElseTheOptions() throws IOException {
        Path told = Files.write(folder.resolve("told.aedat4"), header(0, stream(0, "EVTS", 11, 12)));
        Path untold = Files.write(folder.resolve("untold.aedat4"), header(0, stream(0, "EVTS", 0, 0)));
        ReadOptions options = new ReadOptions(Optional.empty(), Optional.of(new CameraLayout(5, 6)), Damage.REFUSE);
        try (CameraReader reader = CameraFormat.open(told, options)) {
            assertThat(reader.layout()).isEqualTo(new CameraLayout(11, 12));
        }
        try (CameraReader reader = CameraFormat.open(untold, options)) {
            assertThat(reader.layout()).isEqualTo(new CameraLayout(5, 6));
        }
        assertThatThrownBy(() -> CameraFormat.open(untold, ReadOptions.STRICT))
                .isInstanceOf(RecordingException.class)
                .hasMessageContaining("the header tells a sensor of 0x0 pixels");
    }

    @Test
    void damageIsNamedByItsByteOrCountedAndPassedOver() throws IOException {
        byte[] header = header(0, stream(0, "EVTS", 320, 240), stream(2, "IMUS", 0, 0));
        byte[] wrongType = events(1, 2);
        wrongType[8] = 'X';
        byte[] good = packet(0, events(1, 2));
        assertDamaged("the FlatBuffer is not marked EVTS", header, good, packet(0, wrongType), good);
        assertDamaged("the FlatBuffer leads outside itself", header, good, packet(0, new byte[3]), good);
        assertDamaged(
                "a packet of stream 9, which the header does not name", header, good, packet(9, new byte[3]), good);

        Path outside = Files.write(folder.resolve("o.aedat4"), join(header, good, packet(0, events(1, 320))));
        assertThatThrownBy(() -> TestingContainers.read(outside, ReadOptions.STRICT))
                .hasMessage(outside + ": byte " + (header.length + good.length)
                        + ": event 0 of this packet: x=320 y=0 outside 320x240");
        assertThat(TestingContainers.read(outside, TestingContainers.COUNT).warnings())
                .isEqualTo(Map.of("events_outside_geometry", 1L));

        Path cut = Files.write(folder.resolve("cut.aedat4"), join(header, good, Arrays.copyOf(good, 20)));
        assertThatThrownBy(() -> TestingContainers.read(cut, ReadOptions.STRICT))
                .hasMessage(cut + ": byte " + (header.length + good.length) + ": a packet of " + (good.length - 8)
                        + " bytes, of which 12 are left");
        assertThat(TestingContainers.read(cut, TestingContainers.COUNT).warnings())
                .isEqualTo(Map.of("truncated_bytes", 20L));
    }

    private void assertDamaged(String rule, byte[] header, byte[]... packets) throws IOException {
        Path file = Files.write(folder.resolve("d.aedat4"), join(header, join(packets)));
        assertThatThrownBy(() -> TestingContainers.read(file, ReadOptions.STRICT))
                .isInstanceOf(RecordingException.class)
                .hasMessage(file + ": byte " + (header.length + packets[0].length) + ": " + rule);
        Content counted = TestingContainers.read(file, TestingContainers.COUNT);
        assertThat(counted.events()).containsExactly("1 us (2, 0) 1", "1 us (2, 0) 1");
        assertThat(counted.warnings()).isEqualTo(Map.of("damaged_packets", 1L));
    }

    @Test
    void aPacketThatUnpacksToTooMuchIsRefused() throws IOException {
        byte[] bomb = Zstd.compress(new byte[UnpackedBytes.MAX_BYTES + 1]);
        Path file = Files.write(
                folder.resolve("bomb.aedat4"), join(header(3, stream(0, "EVTS", 320, 240)), packet(0, bomb)));
        assertThat(bomb.length).isLessThan(10_000);
        assertThatThrownBy(() -> TestingContainers.read(file, ReadOptions.STRICT))
                .hasMessageEndingWith("the packet unpacks to more than 67108864 bytes");
    }

    @Test
    void theHeadersXmlReachesNoOtherFileAndItsErrorsAreOneLine() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "EVTS");
        String xml = "<!DOCTYPE dv [<!ENTITY e SYSTEM \"" + secret.toUri() + "\">]>"
                + "<dv><node name='outInfo'><node name='0'><attr key='typeIdentifier'>&e;</attr></node></node></dv>";
        Path file = Files.write(folder.resolve("xml.aedat4"), headerOf(0, xml));
        assertThatThrownBy(() -> CameraFormat.open(file, ReadOptions.STRICT))
                .isInstanceOf(RecordingException.class)
                .message()
                .startsWith(file + ": byte 14: ")
                .doesNotContain("\n");
        Path lines = Files.write(
                folder.resolve("lines.aedat4"),
                headerOf(
                        0,
                        "<dv><node name='outInfo'><node name='0'><attr key='typeIdentifier'>EVTS</attr><node name='info'>"
                                + "<attr key='sizeX'>3\n2</attr></node></node></node></dv>"));
        assertThatThrownBy(() -> CameraFormat.open(lines, ReadOptions.STRICT))
                .hasMessage(lines + ": byte 14: the id or the size of a stream in the header's XML is no number");
        Path deep = Files.write(folder.resolve("deep.aedat4"), headerOf(0, "<a>".repeat(300_000)));
        assertThatThrownBy(() -> CameraFormat.open(deep, ReadOptions.STRICT)).isInstanceOf(RecordingException.class);
    }

    @ParameterizedTest
    @EnumSource
    void cutsAndGarbageGiveOnlyPlacedErrors(Aedat4Compression compression) throws IOException {
        byte[] whole = Files.readAllBytes(written(compression, mixed()));
        int packets = TestingAedat4.packets(whole);
        // The header is the same for all; cutting it once at every byte is enough.
        int firstCut = compression == Aedat4Compression.NONE ? FIRST_LINE_BYTES - 2 : packets;
        TestingContainers.assertSurvivesEveryCut(folder, "cut.aedat4", whole, firstCut);
        TestingContainers.assertSurvivesGarbage(folder, "garbage.aedat4", whole, packets, 120);
        TestingContainers.assertSurvivesGarbage(folder, "garbage.aedat4", whole, FIRST_LINE_BYTES, 60);
    }

    @Test
    void everyByteOfAPacketMayBeAnything() throws IOException {
        byte[] whole = Files.readAllBytes(written(Aedat4Compression.NONE, mixed()));
        Path file = folder.resolve("byte.aedat4");
        for (int at = TestingAedat4.packets(whole); at < whole.length; at++) {
            for (int value : new int[] {0x7F, 0xFF}) {
                byte[] damaged = whole.clone();
                damaged[at] = (byte) value;
                Files.write(file, damaged);
                try {
                    TestingContainers.read(file, ReadOptions.STRICT);
                } catch (RecordingException e) {
                    assertThat(e).message().contains(": byte ").doesNotContain("\n");
                }
            }
        }
    }

    private static CameraBatch mixed() {
        CameraBatch batch = new CameraBatch();
        batch.add(0, 0, 0, 0);
        batch.add(Long.MAX_VALUE, 319, 239, 1);
        batch.add(Long.MIN_VALUE, 5, 6, 1);
        batch.add(7, 1, 2, 0);
        batch.markers().add(1, Kind.TRIGGER, 0, 1);
        batch.markers().add(2, Kind.TRIGGER, 0, 0);
        batch.markers().add(3, Kind.PULSE, 0, 1);
        batch.markers().add(-4, Kind.TIME_RESET, 0, 0);
        batch.markers().add(5, Kind.OTHER, 0, 4);
        batch.markers().add(6, Kind.OTHER, 0, 5);
        batch.markers().add(7, Kind.OTHER, 0, 127);
        CameraImu imu = batch.imu();
        imu.add(0);
        for (int axis = 0; axis < 6; axis++) {
            imu.set(axis, 0);
        }
        imu.add(-3);
        float[] values = {0.5f, -0f, 1, 250, -250, 0.1f, 0, 0, 0, 0};
        for (int column = 0; column < values.length; column++) {
            imu.set(column, values[column]);
        }
        imu.add(9);
        imu.set(CameraImu.MAGNETIC_FIELD + 1, 2);
        return batch;
    }

    private Path written(Aedat4Compression compression, CameraBatch batch) throws IOException {
        Path file = folder.resolve("written.aedat4");
        try (CameraWriter writer = CameraFormat.AEDAT4.create(file, LAYOUT)) {
            writer.write(batch);
        }
        repack(file, compression);
        return file;
    }

    private static void repack(Path written, Aedat4Compression compression) throws IOException {
        if (compression != Aedat4Compression.LZ4) {
            Files.write(written, TestingAedat4.repacked(Files.readAllBytes(written), compression));
        }
    }

    private static Path sample() {
        return recordedFile("dvs/aedat4/sample.aedat4");
    }

    private static String identifier(ByteBuffer content) {
        return new String(content.array(), content.arrayOffset() + 4, 4, StandardCharsets.US_ASCII);
    }

    /** One event of row 0 and polarity 1, not compressed: root table at 16, its vtable at 8 behind the size. */
    private static byte[] events(long micros, int x) {
        return little(new byte[48])
                .putInt(44)
                .putInt(16)
                .put("EVTS".getBytes(StandardCharsets.US_ASCII))
                .putShort((short) 6)
                .putShort((short) 8)
                .putShort((short) 4)
                .putShort((short) 0)
                .putInt(8)
                .putInt(4)
                .putInt(1)
                .putLong(micros)
                .putShort((short) x)
                .putShort((short) 0)
                .putInt(1)
                .array();
    }

    private static byte[] stream(int id, String type, int width, int height) {
        String size = width == 0
                ? ""
                : "<node name='info'><attr key='sizeX' type='int'>" + width + "</attr><attr key='sizeY' type='int'>"
                        + height + "</attr></node>";
        return ("<node name='" + id + "'>" + size + "<attr key='typeIdentifier' type='string'>" + type
                        + "</attr></node>")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] header(int compression, byte[]... streams) {
        return headerOf(
                compression,
                "<dv version='2.0'><node name='outInfo' path='/x/'>" + new String(join(streams), StandardCharsets.UTF_8)
                        + "</node></dv>");
    }

    private static byte[] headerOf(int compression, String xml) {
        FlatBufferBuilder builder = new FlatBufferBuilder();
        int text = builder.createString(xml);
        builder.startTable(3);
        builder.addInt(0, compression, 0);
        builder.addOffset(2, text, 0);
        builder.finishSizePrefixed(builder.endTable(), "IOHE");
        return join("#!AER-DAT4.0\r\n".getBytes(StandardCharsets.US_ASCII), builder.sizedByteArray());
    }

    private static byte[] packet(int stream, byte[] content) {
        return join(little(new byte[8]).putInt(stream).putInt(content.length).array(), content);
    }
}
