package io.fluxon.connectors.camera.files;

import static io.fluxon.connectors.camera.TestingRecordings.events;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder.Damage;
import io.fluxon.connectors.camera.CameraMarkers.Kind;
import io.fluxon.connectors.camera.TestingRecordings;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.schemas.CameraLayout;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvTest {

    @TempDir
    private Path folder;

    /** What one reading gave. */
    private record Reading(CameraBatch events, CameraLayout layout, Map<String, Long> warnings) {}

    @Test
    void theRecordedLinesAreReadWithTheirGeometry() throws IOException {
        Path file = TestingRecordings.recordedFile("wire/cd.csv");
        Reading reading = read(file, ReadOptions.STRICT);

        assertThat(events(reading.events))
                .containsExactly("100 us (1, 2) 1", "163 us (3, 4) 0", "64000 us (639, 479) 1", "64001 us (5, 6) 1");
        assertThat(reading.layout).isEqualTo(new CameraLayout(640, 480));
        assertThat(reading.warnings).isEmpty();
    }

    @Test
    void columnsComeInTheOrderOfTheirNames() throws IOException {
        for (String names : new String[] {
            "t,y,x,p", "timestamp,y,x,polarity", "\"T\", \"Y\", \"X\", \"Polarity\"", "\u00EF\u00BB\u00BFt,y,x,p"
        }) {
            assertThat(events(read(names + "\r\n7,2,1,1\r\n8,4,3,-1\r\n").events))
                    .containsExactly("7 us (1, 2) 1", "8 us (3, 4) 0");
        }
    }

    @Test
    void withoutGeometryTheSensorIsTheSmallestThatHoldsAllEvents() throws IOException {
        assertThat(read("1,2,1,3\n30,1,0,4\n").layout).isEqualTo(new CameraLayout(31, 3));
        ReadOptions options = new ReadOptions(Optional.empty(), Optional.of(new CameraLayout(99, 98)), Damage.REFUSE);
        assertThat(read(write("1,2,1,3\n"), options).layout).isEqualTo(new CameraLayout(99, 98));
        assertThat(read(write("%geometry:9,8\n1,2,1,3\n"), options).layout).isEqualTo(new CameraLayout(9, 8));
    }

    @Test
    void commentsBlanksAndEmptyLinesAreNoEvents() throws IOException {
        Reading reading = read("# made by hand, \"quoted\n%geometry:9,9\n\n%, more\n 1 , 2 ,1, 3\n\n#1,2,1,3\n4,5,0,6");
        assertThat(events(reading.events)).containsExactly("3 us (1, 2) 1", "6 us (4, 5) 0");
        assertThat(reading.warnings).isEmpty();
    }

    @Test
    void theLargestTimeIsKept() throws IOException {
        assertThat(read("0,0,1,9223372036854775807\n").events.timeMicros()[0]).isEqualTo(Long.MAX_VALUE);
        assertRefused("0,0,1,9223372036854775808\n", "line 1: ");
        assertRefused("0,0,1,9999999999999999999\n", "line 1: ");
    }

    @Test
    void timesBeforeTheClocksZeroAreKept() throws IOException {
        assertThat(events(read("1,2,1,-3\n3,4,0,-0\n5,6,1,-9223372036854775807\n").events))
                .containsExactly("-3 us (1, 2) 1", "0 us (3, 4) 0", "-9223372036854775807 us (5, 6) 1");
        assertRefused("0,0,1,-9223372036854775808\n", "line 1: ");
    }

    @Test
    void errorsNameTheLine() throws IOException {
        String rule = ": not an event of four whole numbers x,y,p,t";
        for (String line : new String[] {
            "a,b,c,d",
            "1,2,1",
            "1,2,1,3,4",
            "1,2,2,3",
            "1,2,-2,3",
            "1,2,1,3.5",
            "-1,2,1,3",
            "1,-2,1,3",
            "1,2,1,--3",
            "1,2,,3",
            "1,2,-,3",
            "\"1\",2,1,3",
            "x,y,p,t",
            "1;2;1;3",
            "\0,2,1,3"
        }) {
            assertRefused("#\n\n1,2,1,3\n" + line + "\n5,6,1,7\n", "line 4" + rule);
        }
        assertRefused("x,y,p,q\n1,2,1,3\n", "line 1" + rule);
        assertRefused("%geometry:9,8\n1,2,1,3\n9,1,1,4\n", "line 3: x=9 y=1 outside 9x8");
        assertRefused("1,2,1,3\n32767,1,1,4\n", "line 2: x=32767 y=1 outside 32767x32767");
    }

    @Test
    void withoutEventsTheSensorMustBeTold() throws IOException {
        assertRefused("", "holds no events, and nothing tells the size of its sensor");
        assertRefused("x,y,p,t\n", "holds no events, and nothing tells the size of its sensor");
        assertRefused("%geometry:9,8\nabc\n", "line 2: not an event");
        ReadOptions options = new ReadOptions(Optional.empty(), Optional.of(new CameraLayout(99, 98)), Damage.REFUSE);

        Reading told = read("%geometry:9,8\n");
        Reading given = read(write("x,y,p,t\n"), options);

        assertThat(told.layout).isEqualTo(new CameraLayout(9, 8));
        assertThat(told.events.size()).isZero();
        assertThat(given.layout).isEqualTo(new CameraLayout(99, 98));
        assertThat(given.events.size()).isZero();
        assertThat(read(write("%geometry:9,8\n"), options).layout).isEqualTo(new CameraLayout(9, 8));
    }

    @Test
    void linesOfMoreThanAThousandCharactersAreNoEvents() throws IOException {
        String longest = "1,2,1,3" + " ".repeat(993);
        assertThat(events(read(longest + "\n4,5,0,6\n").events)).containsExactly("3 us (1, 2) 1", "6 us (4, 5) 0");
        assertRefused("4,5,0,6\n" + longest + " \n", "line 2: ");
        Reading lenient = lenient("4,5,0,6\n" + longest + " \n" + ",".repeat(300_000) + "\n7,8,1,9\n");
        assertThat(events(lenient.events)).containsExactly("6 us (4, 5) 0", "9 us (7, 8) 1");
        assertThat(lenient.warnings).containsOnly(Map.entry("damaged_lines", 2L));
    }

    @Test
    void damagedLinesAreCountedAndPassedOver() throws IOException {
        Reading reading = lenient("%geometry:9,8\n1,2,1,3\nabc\n\"4,5,0,6\n9,1,1,4\n7,7,0,8");
        assertThat(events(reading.events)).containsExactly("3 us (1, 2) 1", "8 us (7, 7) 0");
        assertThat(reading.warnings)
                .containsOnly(Map.entry("damaged_lines", 2L), Map.entry("events_outside_geometry", 1L));
    }

    @Test
    void whatIsWrittenIsReadEventForEvent() throws IOException {
        Random random = new Random(1);
        CameraBatch all = new CameraBatch();
        Path file = folder.resolve("new.csv");
        try (CameraWriter writer = CameraFormat.CSV.create(file, new CameraLayout(1280, 720))) {
            for (int part = 0; part < 20; part++) {
                CameraBatch batch = new CameraBatch();
                for (int i = random.nextInt(2000); i > 0; i--) {
                    batch.add(random.nextLong(), random.nextInt(1280), random.nextInt(720), random.nextInt(2));
                }
                writer.write(batch);
                all.addEvents(batch);
            }
        }
        Reading reading = read(file, ReadOptions.STRICT);
        assertThat(events(reading.events)).isEqualTo(events(all));
        assertThat(reading.layout).isEqualTo(new CameraLayout(1280, 720));
    }

    @Test
    void theWriterWritesTheRecordedLines() throws IOException {
        Path recorded = TestingRecordings.recordedFile("wire/cd.csv");
        Path file = folder.resolve("new.csv");
        try (CameraWriter writer = CameraFormat.CSV.create(file, new CameraLayout(640, 480))) {
            writer.write(read(recorded, ReadOptions.STRICT).events);
            CameraBatch marked = new CameraBatch();
            marked.markers().add(1, Kind.PULSE, 0, 1);
            assertThatThrownBy(() -> writer.write(marked)).isInstanceOf(RecordingException.class);
        }
        assertThat(file).hasSameBinaryContentAs(recorded);
    }

    @Test
    void aWriterThatCannotBeginClosesItsFile() {
        TestingFullDisk disk = new TestingFullDisk();
        assertThatThrownBy(() -> new CsvWriter(disk, null)).isInstanceOf(NullPointerException.class);
        assertThat(disk.closed).isTrue();
    }

    @Test
    void aFullDiskIsAnErrorOfTheFile() throws IOException {
        CsvWriter writer = new CsvWriter(new TestingFullDisk(), new CameraLayout(9, 9));
        CameraBatch batch = new CameraBatch();
        for (int i = 0; i < 20_000; i++) {
            batch.add(i, 1, 2, 1);
        }
        assertThatThrownBy(() -> writer.write(batch))
                .isInstanceOf(IOException.class)
                .hasMessage("no space left");
    }

    private static final class TestingFullDisk extends OutputStream {

        private boolean closed;

        @Override
        public void write(int one) throws IOException {
            throw new IOException("no space left");
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    @Test
    void garbageGivesEventsOrOneLine() throws IOException {
        Random random = new Random(2);
        String alphabet = "0123456789,,,,,,\n\n\n\r-%#\" \0xypt\u00FF\u00FE";
        for (int i = 0; i < 1000; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = random.nextInt(300); j > 0; j--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                lenient(text.toString());
                read(text.toString());
            } catch (RecordingException e) {
                assertThat(e.getMessage()).startsWith(folder.toString()).doesNotContain("\n");
            }
        }
    }

    private void assertRefused(String text, String message) {
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(RecordingException.class)
                .message()
                .startsWith(folder.resolve("text.csv") + ": " + message)
                .doesNotContain("\n");
    }

    private Reading lenient(String text) throws IOException {
        return read(write(text), new ReadOptions(Optional.empty(), Optional.empty(), Damage.COUNT));
    }

    private Reading read(String text) throws IOException {
        return read(write(text), ReadOptions.STRICT);
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("text.csv"), text, StandardCharsets.ISO_8859_1);
    }

    private static Reading read(Path file, ReadOptions options) throws IOException {
        CameraBatch all = new CameraBatch();
        CameraBatch part = new CameraBatch();
        try (CameraReader reader = CameraFormat.open(file, options)) {
            assertThat(reader.format()).isEqualTo("csv");
            while (reader.read(part)) {
                all.addEvents(part);
            }
            return new Reading(all, reader.layout(), reader.warnings().byName());
        }
    }
}
