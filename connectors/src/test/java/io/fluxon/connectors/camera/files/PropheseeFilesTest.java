package io.fluxon.connectors.camera.files;

import static io.fluxon.connectors.camera.TestingRecordings.events;
import static io.fluxon.connectors.camera.TestingRecordings.join;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder.Damage;
import io.fluxon.connectors.camera.CameraMarkers.Kind;
import io.fluxon.connectors.camera.DecodingWarnings.Warning;
import io.fluxon.connectors.camera.TestingRecordings;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.schemas.CameraLayout;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class PropheseeFilesTest {

    /** High time 1; an ON event of low time 63 in column 5 and row 3. */
    private static final byte[] EVT2 = HexFormat.of().parseHex("010000800328c01f");

    private static final byte[] EVT21 = HexFormat.of().parseHex("0000000001000080010000000328c01f");
    private static final byte[] EVT21_LEGACY = HexFormat.of().parseHex("01000080000000000328c01f01000000");

    /** High time 0, low time 127, row 3, an ON event in column 5. */
    private static final byte[] EVT3 = HexFormat.of().parseHex("00807f6003000528");

    /** 127 us, an ON event in column 5 and row 3. */
    private static final byte[] DAT = HexFormat.of().parseHex("7f00000005c00010");

    private static final String EVENT = "127 us (5, 3) 1";

    @TempDir
    private Path folder;

    @Test
    void theGen3RecordingHasItsKnownSizeThoughItsHeaderHasNeitherEndNorGeometry() throws IOException {
        Path file = TestingRecordings.recordedFile("dvs/prophesee_evt2/evt2.raw");
        try (CameraReader reader = CameraFormat.open(file, ReadOptions.STRICT)) {
            assertThat(reader.format()).isEqualTo("evt2");
            assertThat(reader.layout()).isEqualTo(new CameraLayout(640, 480));
        }
        CameraBatch events = CameraRecording.of(file, ReadOptions.STRICT).events();
        assertThat(events.size()).isEqualTo(521_252);
        int on = 0;
        for (int i = 0; i < events.size(); i++) {
            on += events.polarity(i);
        }
        assertThat(on).isEqualTo(185_861);
        assertThat(events.timeMicros()[0]).isEqualTo(913_716_224);
        assertThat(events.timeMicros()[521_251]).isEqualTo(913_812_095);
    }

    @Test
    void bareWordsAreReadByTheirEndingWithAnAssumedSensor() throws IOException {
        Path file = TestingRecordings.recordedFile("dvs/prophesee_evt3_ros/evt3_trigger_payload.evt3");
        try (CameraReader reader = CameraFormat.open(file, ReadOptions.STRICT)) {
            assertThat(reader.format()).isEqualTo("evt3");
            assertThat(reader.layout()).isEqualTo(new CameraLayout(1280, 720));
            CameraBatch batch = new CameraBatch();
            int events = 0;
            int triggers = 0;
            while (reader.read(batch)) {
                events += batch.size();
                triggers += batch.markers().size();
            }
            assertThat(events).isEqualTo(82_469);
            assertThat(triggers).isEqualTo(2);
            assertThat(reader.warnings().count(Warning.OTHER_WORDS)).isEqualTo(15_688);
            assertThat(reader.warnings().count(Warning.CONTINUATION_WORDS)).isEqualTo(25_024 + 12_512);
        }
    }

    @Test
    void anotherEncodersFileIsReadWithItsGeometry() throws IOException {
        Path file = TestingRecordings.recordedFile("wire/out_evt2.raw");
        try (CameraReader reader = CameraFormat.open(file, ReadOptions.STRICT)) {
            assertThat(reader.layout()).isEqualTo(new CameraLayout(640, 480));
        }
        assertThat(events(CameraRecording.of(file, ReadOptions.STRICT).events()))
                .containsExactly("100 us (1, 2) 1", "163 us (3, 4) 0", "64000 us (639, 479) 1", "64001 us (5, 6) 1");
    }

    @Test
    void datFilesWithoutGeometryAreAsLargeAsTheirEvents() throws IOException {
        Path longer = TestingRecordings.recordedFile("dvs/ncars_dat/NCARS_obj_004397_td.dat");
        Path shorter = TestingRecordings.recordedFile("dvs/ncars_dat/sample_ncars.dat");

        assertThat(CameraRecording.of(longer, ReadOptions.STRICT).events().size())
                .isEqualTo(4407);
        CameraBatch events = CameraRecording.of(shorter, ReadOptions.STRICT).events();

        assertThat(events.size()).isEqualTo(2009);
        int width = 0;
        int height = 0;
        for (int i = 0; i < events.size(); i++) {
            width = Math.max(width, events.x(i) + 1);
            height = Math.max(height, events.y(i) + 1);
        }
        try (CameraReader reader = CameraFormat.open(shorter, ReadOptions.STRICT)) {
            assertThat(reader.layout()).isEqualTo(new CameraLayout(width, height));
        }
        ReadOptions atis = new ReadOptions(Optional.empty(), Optional.of(new CameraLayout(304, 240)), Damage.REFUSE);
        try (CameraReader reader = CameraFormat.open(shorter, atis)) {
            assertThat(reader.layout()).isEqualTo(new CameraLayout(304, 240));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "% evt 2.0 | evt2 | 1280x720",
                "% evt 2.0/% geometry 640x480 | evt2 | 640x480",
                "% evt 2.0/% system_ID 21 | evt2 | 640x480",
                "% evt 2.0/% system_ID 151 | evt2 | 640x480",
                "% evt 3.0/% system_ID 59 | evt3 | 320x320",
                "% evt 2.0/% plugin_name hal_plugin_gen3_fx3 | evt2 | 640x480",
                "% evt 2.0/% plugin_name hal_plugin_gen31_evk2 | evt2 | 640x480",
                "% evt 2.0/% plugin_name hal_plugin_gen41_evk3 | evt2 | 1280x720",
                "% evt 2.0/% plugin_name hal_plugin_imx636_evk4 | evt2 | 1280x720",
                "% evt 2.0/% sensor_name GenX320 | evt2 | 320x320",
                "% evt 2.0/% sensor_generation 3.1 | evt2 | 640x480",
                "% evt 2.0/% sensor_generation 3.1/% geometry 100x50 | evt2 | 100x50",
                "% format EVT2;width=70;height=60 | evt2 | 70x60",
                "% format EVT2;height=60;width=70/% evt 2.0/% geometry 70x60/% end | evt2 | 70x60",
                "% Date 2020-09-25 07:48:31/% evt 2.0/% serial 1/% end | evt2 | 1280x720",
                "% evt 2.1 | evt2.1 | 1280x720",
                "% evt 2.1/% endianness little/% system_ID 49 | evt2.1 | 1280x720",
                "% evt 2.1/% endianness legacy | evt2.1-legacy | 1280x720",
                "% evt 2.1/% system_ID 49 | evt2.1-legacy | 1280x720",
                "% evt 2.1/% system_ID 55 | evt2.1 | 1280x720",
                "% format EVT21;endianness=legacy;height=720;width=1280 | evt2.1-legacy | 1280x720",
                "% format EVT21;endianness=little;height=7;width=8/% system_ID 49 | evt2.1 | 8x7",
                "% evt 3.0 | evt3 | 1280x720",
                "% format EVT3/% end | evt3 | 1280x720",
                "% evt 3.0/% format EVT3;height=720;width=1280 | evt3 | 1280x720",
            })
    void aRawHeaderTellsWordsAndSensor(String lines, String format, String geometry) throws IOException {
        byte[] words =
                switch (format) {
                    case "evt2" -> EVT2;
                    case "evt2.1" -> EVT21;
                    case "evt2.1-legacy" -> EVT21_LEGACY;
                    default -> EVT3;
                };
        for (String ending : new String[] {"\n", "\r\n"}) {
            for (String name : new String[] {"a.raw", "a"}) {
                Path file = write(name, lines.replace("/", ending) + ending, words);

                assertThat(read(file, ReadOptions.STRICT)).containsExactly(format, geometry, EVENT);
            }
        }
    }

    @Test
    void theGeometryOfTheOptionsServesWhereTheHeaderTellsNone() throws IOException {
        ReadOptions options = new ReadOptions(Optional.empty(), Optional.of(new CameraLayout(9, 8)), Damage.REFUSE);

        assertThat(read(write("a.raw", "% evt 3.0\n", EVT3), options)).contains("9x8");
        assertThat(read(write("a.raw", "% evt 3.0\n% system_ID 154\n", EVT3), options))
                .contains("1280x720");
        assertThat(read(write("a.raw", "% evt 3.0\n% geometry 6x4\n", EVT3), options))
                .contains("6x4");
        assertThat(read(write("a.evt2", "", EVT2), options)).containsExactly("evt2", "9x8", EVENT);
        assertThat(read(write("a.dat", "", DAT), options)).containsExactly("dat", "9x8", EVENT);
    }

    @Test
    void bareWordsAreReadByTheirEndingOrTheOptions() throws IOException {
        assertThat(read(write("a.evt2", "", EVT2), ReadOptions.STRICT)).containsExactly("evt2", "1280x720", EVENT);
        assertThat(read(write("a.evt21", "", EVT21), ReadOptions.STRICT)).containsExactly("evt2.1", "1280x720", EVENT);
        assertThat(read(write("a.evt3", "", EVT3), ReadOptions.STRICT)).containsExactly("evt3", "1280x720", EVENT);
        assertThat(read(write("a.raw", "", EVT3), as(CameraFormat.EVT3))).containsExactly("evt3", "1280x720", EVENT);
        assertThat(read(write("a.raw", "% any line\n", EVT2), as(CameraFormat.EVT2)))
                .containsExactly("evt2", "1280x720", EVENT);
        assertThat(read(write("a.raw", "% evt 2.0\n% format EVT2\n", EVT3), as(CameraFormat.EVT3)))
                .containsExactly("evt3", "1280x720", EVENT);
        assertThat(read(write("a", "", DAT), as(CameraFormat.DAT))).containsExactly("dat", "6x4", EVENT);
    }

    @Test
    void bothTypesOfPixelEventsAreReadFromDatAndGeometryLinesOfAnyCase() throws IOException {
        assertThat(read(write("a.dat", "% Data file\n% Version 2\n\0\b", DAT), ReadOptions.STRICT))
                .containsExactly("dat", "6x4", EVENT);
        assertThat(read(write("a.dat", "% Width 64\r\n% HEIGHT 48\r\n\f\b", DAT), ReadOptions.STRICT))
                .containsExactly("dat", "64x48", EVENT);
        assertThat(read(write("without-ending", "% Width 64\n% Height 48\n% end\n\f\b", DAT), ReadOptions.STRICT))
                .containsExactly("dat", "64x48", EVENT);
    }

    @Test
    void aHeaderThatContradictsItselfOrCannotBeReadIsRefused() throws IOException {
        String header = "byte 0: the header's ";
        String second = "byte 10: the header's ";
        assertRefused("% evt 2.0\n% format EVT3\n", second + "evt 2.0 contradicts format EVT3");
        assertRefused(
                "% format EVT3;width=8;height=9\n% geometry 9x8\n",
                "byte 31: the header's geometry 9x8 contradicts format EVT3;width=8;height=9");
        assertRefused("% evt 4.0\n", header + "evt 4.0 cannot be read");
        assertRefused("% evt 4\r\u00850\n", header + "evt 4??0 cannot be read");
        assertRefused("% format HISTO3D;width=8;height=9\n", header + "format HISTO3D cannot be read");
        assertRefused("% evt 3.0\n% geometry 0x8\n", second + "geometry says 0 by 8 pixels; a side has 1 to 32767");
        assertRefused("% evt 3.0\n% geometry 8\n", second + "geometry says 8 by  pixels");
        assertRefused("% evt 3.0\n% geometry 99999999999x8\n", second + "geometry says 99999999999 by 8 pixels");
        assertRefused("% evt 3.0\n% geometry 32768x8\n", second + "geometry says 32768 by 8 pixels");
        assertRefused(
                "% Date today\n", "no header tells which words it holds; name them with --format evt2, evt2.1 or");
        assertRefused("", "no header tells which words it holds; name them with --format evt2, evt2.1 or evt3");
    }

    @Test
    void headersAreBounded() throws IOException {
        assertRefused("% " + "x".repeat(5000), "byte 0: a header of more than 65536 bytes or with a line of more than");
        assertRefused("% evt 3.0\n".repeat(7000), "byte 655");
        String longLine = "% " + "x".repeat(4000) + "\n";
        assertThat(read(write("a.raw", longLine.repeat(16) + "% evt 3.0\n", EVT3), ReadOptions.STRICT))
                .containsExactly("evt3", "1280x720", EVENT);
    }

    @Test
    void otherRecordsThanPixelEventsAreRefusedByType() throws IOException {
        assertDatRefused(
                "% Version 2\n\016\b",
                "byte 12: records of type 14 and 8 bytes; only pixel events, type 0 or 12 of 8 bytes, can be read");
        assertDatRefused("% Version 2\n\f\020", "byte 12: records of type 12 and 16 bytes");
        assertDatRefused("% Version 2\n\f", "byte 12: ends before the type and size of its records");
        assertDatRefused(
                "% Version 2\n% Width 0\n% Height 8\n\f\b",
                "byte 12: the header's Width and Height says 0 by 8 pixels");
    }

    @Test
    void placesInErrorsCountFromTheStartOfTheFile() throws IOException {
        Path file = write("a.raw", "% evt 3.0\n% geometry 5x5\n% end\n", EVT3);
        assertThatThrownBy(() -> read(file, ReadOptions.STRICT))
                .isInstanceOf(RecordingException.class)
                .hasMessage(file + ": byte 37: x=5 y=3 outside 5x5");
        ReadOptions lenient = new ReadOptions(Optional.empty(), Optional.empty(), Damage.COUNT);
        assertThat(read(file, lenient)).containsExactly("evt3", "5x5");
    }

    @ParameterizedTest
    @EnumSource(
            value = CameraFormat.class,
            names = {"EVT2", "EVT3", "DAT"})
    void whatIsWrittenIsReadAgain(CameraFormat format) throws IOException {
        CameraBatch batch = new CameraBatch();
        batch.add(5_000_000_000L % (1L << 32), 345, 259, 1);
        batch.add(5_000_000_001L % (1L << 32), 0, 0, 0);
        if (format != CameraFormat.DAT) {
            batch.markers().add(800_000_000L, Kind.TRIGGER, 3, 1);
        }
        Path file = folder.resolve(format == CameraFormat.DAT ? "out.dat" : "out.raw");
        try (CameraWriter writer = format.create(file, new CameraLayout(346, 260))) {
            writer.write(batch);
            writer.write(batch);
        }

        try (CameraReader reader = CameraFormat.open(file, ReadOptions.STRICT)) {
            assertThat(reader.format()).isEqualTo(format.formatName());
            assertThat(reader.layout()).isEqualTo(new CameraLayout(346, 260));
            CameraBatch read = new CameraBatch();
            assertThat(reader.read(read)).isTrue();
            List<String> twice = new ArrayList<>(events(batch));
            twice.addAll(events(batch));
            assertThat(events(read)).isEqualTo(twice);
            assertThat(read.markers().size()).isEqualTo(2 * batch.markers().size());
        }
    }

    @Test
    void headersThatAreWrittenAreThoseOfTheFormats() throws IOException {
        assertThat(header(CameraFormat.EVT2))
                .isEqualTo("% evt 2.0\n% format EVT2;height=260;width=346\n% geometry 346x260\n% end\n");
        assertThat(header(CameraFormat.EVT3))
                .isEqualTo("% evt 3.0\n% format EVT3;height=260;width=346\n% geometry 346x260\n% end\n");
        assertThat(header(CameraFormat.DAT))
                .isEqualTo("% Data file containing CD events\n% Version 2\n% Width 346\n% Height 260\n\f\b");
    }

    private String header(CameraFormat format) throws IOException {
        Path file = folder.resolve("empty");
        format.create(file, new CameraLayout(346, 260)).close();
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }

    private static ReadOptions as(CameraFormat format) {
        return new ReadOptions(Optional.of(format), Optional.empty(), Damage.REFUSE);
    }

    private Path write(String name, String header, byte[] words) throws IOException {
        return Files.write(folder.resolve(name), join(header.getBytes(StandardCharsets.ISO_8859_1), words));
    }

    /** The format, the sensor, and the events. */
    private static List<String> read(Path file, ReadOptions options) throws IOException {
        List<String> read = new ArrayList<>();
        CameraBatch batch = new CameraBatch();
        try (CameraReader reader = CameraFormat.open(file, options)) {
            read.add(reader.format());
            read.add(reader.layout().getWidth() + "x" + reader.layout().getHeight());
            while (reader.read(batch)) {
                read.addAll(events(batch));
            }
        }
        return read;
    }

    private void assertRefused(String header, String message) throws IOException {
        assertRefused(write("a.raw", header, EVT3), message);
    }

    private void assertDatRefused(String header, String message) throws IOException {
        assertRefused(write("a.dat", header, new byte[0]), message);
    }

    private static void assertRefused(Path file, String message) {
        assertThatThrownBy(() -> read(file, ReadOptions.STRICT))
                .isInstanceOf(RecordingException.class)
                .message()
                .startsWith(file + ": " + message)
                .doesNotContain("\n");
    }
}
