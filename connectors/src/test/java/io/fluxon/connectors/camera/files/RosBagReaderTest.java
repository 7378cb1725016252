package io.fluxon.connectors.camera.files;

import static io.fluxon.connectors.camera.TestingRecordings.events;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder.Damage;
import io.fluxon.connectors.camera.CameraMarkers;
import io.fluxon.connectors.camera.TestingRecordings;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.schemas.CameraLayout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RosBagReaderTest {

    private static final String EVENT_PACKET = "event_camera_msgs/msg/EventPacket";

    /** ON (1, 2) at 1000 ns and OFF (3, 1) at 2999 ns after the message's time. */
    private static final byte[] MONO = mono(1, 2, 1, 1000, 3, 1, 0, 2999);

    @TempDir
    private Path folder;

    /** What one reading gave. */
    private record Reading(
            CameraBatch events,
            CameraLayout layout,
            String format,
            CameraMarkers markers,
            Map<String, Long> warnings) {}

    @Test
    void theRecordedEvt3BagHasTheKnownSums() throws IOException {
        Path file = TestingRecordings.recordedFile("dvs/prophesee_evt3_ros/test_data_evt3_trigger_0.db3");
        Reading reading = read(file, Damage.REFUSE);

        assertThat(reading.format).isEqualTo("ros2-evt3");
        assertThat(reading.layout).isEqualTo(new CameraLayout(1280, 720));
        assertSums(reading.events, 82_469, 42_078_718, 31_656_267, 41_439);
        assertThat(Arrays.stream(reading.events.timeMicros()).limit(82_469).sum())
                .isEqualTo(1_222_326_831_810L);
        CameraMarkers markers = reading.markers;
        assertThat(markers.size()).isEqualTo(2);
        assertThat(markers.timeMicros(0) + markers.timeMicros(1)).isEqualTo(29_096_982);
        assertThat(markers.value(0) + markers.value(1)).isEqualTo(1);
    }

    @Test
    void theRecordedEvt3BagHandsOnTheCamerasOwnWords() throws IOException {
        Path file = TestingRecordings.recordedFile("dvs/prophesee_evt3_ros/test_data_evt3_trigger_0.db3");
        byte[] words =
                Files.readAllBytes(TestingRecordings.recordedFile("dvs/prophesee_evt3_ros/evt3_trigger_payload.evt3"));
        try (CameraReader reader = CameraFormat.open(file, ReadOptions.STRICT)) {
            byte[] read = new byte[words.length + 1];
            assertThat(((WordReader) reader).readWords(read)).isEqualTo(words.length);
            assertThat(Arrays.copyOf(read, words.length)).isEqualTo(words);
        }
    }

    @Test
    void theRecordedPackedLibcaerBagIsTheBareWordsEventForEvent() throws IOException {
        Path file = TestingRecordings.recordedFile("dvs/libcaer_ros/libcaer_rollover_0.db3.gz");
        Path bare = TestingRecordings.recordedFile("dvs/libcaer_ros/libcaer_rollover_payload.bin");
        List<Path> copiesBefore = temporaryCopies();
        Reading reading = read(file, Damage.REFUSE);

        assertThat(reading.format).isEqualTo("ros2-libcaer");
        assertThat(reading.layout).isEqualTo(new CameraLayout(640, 480));
        assertSums(reading.events, 334_331, 111_651_612, 82_801_007, 181_908);
        assertThat(events(reading.events)).isEqualTo(events(read(bare, Damage.REFUSE).events));
        assertThat(temporaryCopies()).isEqualTo(copiesBefore);
    }

    @Test
    void theSyntheticMonoBagIsAnEventEachMicrosecond() throws IOException {
        Path file = TestingRecordings.recordedFile("dvs/libcaer_ros/test_data_mono_cd_0.db3");
        Reading reading = read(file, Damage.REFUSE);

        assertThat(reading.format).isEqualTo("ros2-mono");
        assertThat(reading.layout).isEqualTo(new CameraLayout(640, 480));
        assertThat(events(reading.events))
                .isEqualTo(IntStream.range(0, 100)
                        .mapToObj(i -> "%d us (%d, %d) %d".formatted(i, 320 + i % 50, 240 + i % 50, i % 2))
                        .toList());
    }

    @Test
    void recordedBagsKeepTheirFolderAsItWas() throws IOException {
        Path file = TestingRecordings.recordedFile("dvs/libcaer_ros/test_data_mono_cd_0.db3");
        Path copy = Files.copy(file, folder.resolve("a ?b%20#c.db3"));
        read(copy, Damage.REFUSE);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(copy);
        }
        assertThat(copy).hasSameBinaryContentAs(file);
    }

    @Test
    void monoTimesAreWholeMicrosecondsOfBaseAndOffset() throws Exception {
        for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
            for (String frame : List.of("", "a", "ab", "abcdefg")) {
                Path file = bag(
                        message(order, frame, 4, 3, 999, "mono", MONO),
                        message(order, frame, 4, 3, Long.MAX_VALUE - (1L << 32), "mono", MONO));
                assertThat(events(read(file, Damage.REFUSE).events))
                        .containsExactly(
                                "1 us (1, 2) 1",
                                "3 us (3, 1) 0",
                                "9223372032559809 us (1, 2) 1",
                                "9223372032559811 us (3, 1) 0");
            }
        }
    }

    @Test
    void theFirstEventTopicWithMessagesIsReadAndOthersCounted() throws Exception {
        Path file = folder.resolve("two.db3");
        try (Connection bag = create(file)) {
            topic(bag, 1, EVENT_PACKET);
            topic(bag, 2, "sensor_msgs/msg/Imu");
            topic(bag, 3, "event_array_msgs/msg/EventArray");
            topic(bag, 4, EVENT_PACKET);
            add(bag, 2, 5, new byte[9]);
            add(bag, 4, 1, message(4, 3, 0, "mono", mono(0, 0, 1, 0)));
            add(bag, 3, 30, message(4, 3, 0, "mono", mono(2, 2, 1, 5000)));
            add(bag, 3, 20, message(4, 3, 0, "mono", mono(1, 1, 1, 4000)));
        }
        Reading reading = read(file, Damage.REFUSE);
        assertThat(events(reading.events)).containsExactly("4 us (1, 1) 1", "5 us (2, 2) 1");
        assertThat(reading.warnings).containsOnly(Map.entry("other_items", 2L));
    }

    @Test
    void whatIsNotReadIsNamed() throws Exception {
        assertRefused(
                "message 1: events are encoded as libcaer_cmp; evt3, libcaer and mono are read",
                message(4, 3, 0, "libcaer_cmp", MONO));
        assertRefused("message 1: events are encoded as a?b; ", message(4, 3, 0, "a\nb", MONO));
        assertRefused("message 1: a sensor of 0x3 pixels", message(0, 3, 0, "mono", MONO));
        assertRefused("message 1: a sensor of 4x4294967295 pixels", message(4, -1, 0, "mono", MONO));
        assertRefused("message 1: x=3 y=1 outside 3x3", message(3, 3, 0, "mono", MONO));
        assertRefused("message 1: time_base 18446744073709551615 ns", message(4, 3, -1, "mono", MONO));
        assertRefused(
                "message 1: 15 bytes of events, which have 8 each", message(4, 3, 0, "mono", Arrays.copyOf(MONO, 15)));
        assertRefused(
                "message 2: its sensor or encoding is not that of the first message",
                message(4, 3, 0, "mono", MONO),
                message(5, 3, 0, "mono", MONO));
        assertRefused(
                "message 2: its sensor or encoding is not that of the first message",
                message(4, 3, 0, "mono", MONO),
                message(4, 3, 0, "libcaer", MONO));
        assertRefused("holds no messages of event cameras, type event_camera_msgs/msg/EventPacket or");
        byte[] bigEndian = message(4, 3, 0, "mono", MONO);
        bigEndian[bigEndian.length - MONO.length - 7] = 1;
        assertRefused("message 1: events are big-endian; little-endian ones are read", bigEndian);
        assertRefused(
                "words of all messages: byte 8: x=3 y=1 outside 3x3",
                message(3, 3, 0, "libcaer", libcaer(1, 2, 5)),
                message(3, 3, 0, "libcaer", libcaer(3, 1, 6)));
    }

    @Test
    void everyShorterMessageIsRefusedOrCounted() throws Exception {
        byte[] whole = message(4, 3, 0, "mono", MONO);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            Path file = bag(whole, cut, whole);
            assertThatThrownBy(() -> read(file, Damage.REFUSE))
                    .isInstanceOf(RecordingException.class)
                    .hasMessage(file + ": message 2: is no event packet in CDR");
            Reading lenient = read(file, Damage.COUNT);
            assertThat(lenient.events.size()).isEqualTo(4);
            assertThat(lenient.warnings).containsOnly(Map.entry("damaged_packets", 1L));
        }
    }

    @Test
    void wordsGoOnFromMessageToMessageAcrossOnesThatAreDamaged() throws Exception {
        Path file = bag(
                new byte[3],
                message(4, 3, 0, "libcaer", libcaer(1, 2, 0x7FFF_FFFF)),
                message(4, 3, 0, "libcaer", new byte[0]),
                message(4, 3, 0, "libcaer", new byte[7]),
                message(4, 3, 0, "libcaer", libcaer(1, 1, 4)));
        Reading reading = read(file, Damage.COUNT);
        assertThat(events(reading.events)).containsExactly("2147483647 us (1, 2) 1", "2147483652 us (1, 1) 1");
        assertThat(reading.warnings).containsOnly(Map.entry("damaged_packets", 2L));
    }

    @Test
    void aBagInAnArchiveIsRead() throws Exception {
        Path bag = bag(message(4, 3, 0, "mono", MONO));
        Path zip = folder.resolve("bags.zip");
        try (FileSystem archive = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
            Files.copy(bag, archive.getPath("bag.db3"));
        }
        try (FileSystem archive = FileSystems.newFileSystem(zip)) {
            assertThat(read(archive.getPath("bag.db3"), Damage.REFUSE).events.size())
                    .isEqualTo(2);
        }
    }

    @Test
    void anInterruptedProcessLeavesNoCopyOfAPackedBag() throws Exception {
        Path packed = folder.resolve("bag.db3.gz");
        try (OutputStream gzip = new GZIPOutputStream(Files.newOutputStream(packed))) {
            Files.copy(bag(message(4, 3, 0, "mono", MONO)), gzip);
        }
        Path temporary = Files.createDirectory(folder.resolve("temporary"));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        System.getProperty("java.class.path"),
                        TestingOpenBag.class.getName(),
                        packed.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (InputStream out = process.getInputStream()) {
            assertThat(out.read()).isEqualTo(TestingOpenBag.OPEN);
            assertThat(copiesIn(temporary)).hasSize(1);
            // The process itself would also end its input, and so have it close the bag.
            process.toHandle().destroy();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(copiesIn(temporary)).isEmpty();
    }

    @Test
    void filesThatAreNoBagsAreNamedInOneLine() throws Exception {
        Path text = Files.writeString(folder.resolve("text.db3"), "no database");
        assertThatThrownBy(() -> read(text, Damage.COUNT))
                .isInstanceOf(RecordingException.class)
                .hasMessage(text + ": not readable as an SQLite file (SQLITE_NOTADB)");
        Path packed = Files.writeString(folder.resolve("text.db3.gz"), "no database");
        assertThatThrownBy(() -> read(packed, Damage.COUNT))
                .isInstanceOf(RecordingException.class)
                .hasMessage(packed + ": not a whole gzip file");
        Path other = folder.resolve("other.db3");
        try (Connection bag = connect(other);
                Statement statement = bag.createStatement()) {
            statement.execute("CREATE TABLE topics(id)");
            statement.execute("CREATE VIEW messages AS SELECT 1");
        }
        assertThatThrownBy(() -> read(other, Damage.COUNT))
                .isInstanceOf(RecordingException.class)
                .hasMessage(other + ": an SQLite file, but without a bag's tables topics and messages");
        Path unmerged = bag(message(4, 3, 0, "mono", MONO));
        Files.write(Path.of(unmerged + "-wal"), new byte[1]);
        assertThatThrownBy(() -> read(unmerged, Damage.COUNT))
                .isInstanceOf(RecordingException.class)
                .hasMessageContaining("open it once with sqlite3 to bring in those of bag.db3-wal");
    }

    @Test
    void damagedDatabasesAndArchivesGiveEventsOrOneLine() throws Exception {
        byte[] whole = Files.readAllBytes(bag(IntStream.range(0, 30)
                .mapToObj(i -> message(4, 3, i, "mono", MONO))
                .toArray(byte[][]::new)));
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(zipped)) {
            gzip.write(whole);
        }
        List<Path> copiesBefore = temporaryCopies();
        Random random = new Random(23);
        for (int i = 0; i < 200; i++) {
            boolean packed = i % 4 == 0;
            byte[] bytes = (packed ? zipped.toByteArray() : whole).clone();
            for (int flips = 1 + random.nextInt(20); flips > 0; flips--) {
                bytes[random.nextInt(i % 3 == 0 ? Math.min(200, bytes.length) : bytes.length)] =
                        (byte) random.nextInt(256);
            }
            int length = i % 5 == 0 ? random.nextInt(bytes.length) : bytes.length;
            Path file = Files.write(
                    folder.resolve(packed ? "damaged.db3.gz" : "damaged.db3"), Arrays.copyOf(bytes, length));
            for (Damage damage : Damage.values()) {
                try {
                    assertThat(read(file, damage).events.size()).isLessThanOrEqualTo(60);
                } catch (RecordingException e) {
                    assertThat(e.getMessage()).startsWith(file.toString()).doesNotContain("\n");
                }
            }
        }
        assertThat(temporaryCopies()).isEqualTo(copiesBefore);
    }

    private void assertRefused(String message, byte[]... messages) throws Exception {
        Path file = bag(messages);
        assertThatThrownBy(() -> read(file, Damage.REFUSE))
                .isInstanceOf(RecordingException.class)
                .message()
                .startsWith(file + ": " + message)
                .doesNotContain("\n");
    }

    private static void assertSums(CameraBatch events, int size, long x, long y, long polarity) {
        assertThat(events.size()).isEqualTo(size);
        assertThat(IntStream.range(0, size).mapToLong(events::x).sum()).isEqualTo(x);
        assertThat(IntStream.range(0, size).mapToLong(events::y).sum()).isEqualTo(y);
        assertThat(IntStream.range(0, size).mapToLong(events::polarity).sum()).isEqualTo(polarity);
    }

    private static Reading read(Path file, Damage damage) throws IOException {
        CameraBatch all = new CameraBatch();
        CameraBatch part = new CameraBatch();
        try (CameraReader reader =
                CameraFormat.open(file, new ReadOptions(Optional.empty(), Optional.empty(), damage))) {
            while (reader.read(part)) {
                all.addEvents(part);
                CameraMarkers markers = part.markers();
                for (int i = 0; i < markers.size(); i++) {
                    all.markers().add(markers.timeMicros(i), markers.kind(i), markers.channel(i), markers.value(i));
                }
            }
            return new Reading(
                    all,
                    reader.layout(),
                    reader.format(),
                    all.markers(),
                    reader.warnings().byName());
        }
    }

    private static List<Path> temporaryCopies() throws IOException {
        return copiesIn(Path.of(System.getProperty("java.io.tmpdir")));
    }

    private static List<Path> copiesIn(Path temporary) throws IOException {
        try (Stream<Path> files = Files.list(temporary)) {
            return files.filter(file -> file.getFileName().toString().startsWith("fluxon-bag"))
                    .toList();
        }
    }

    private Path bag(byte[]... messages) throws IOException, SQLException {
        Path file = folder.resolve("bag.db3");
        Files.deleteIfExists(file);
        try (Connection bag = create(file)) {
            topic(bag, 7, EVENT_PACKET);
            for (int i = 0; i < messages.length; i++) {
                add(bag, 7, i, messages[i]);
            }
        }
        return file;
    }

    private static Connection create(Path file) throws SQLException {
        Connection bag = connect(file);
        try (Statement statement = bag.createStatement()) {
            statement.execute("PRAGMA synchronous = OFF");
            statement.execute("CREATE TABLE topics(id INTEGER PRIMARY KEY, name TEXT NOT NULL, type TEXT NOT NULL,"
                    + " serialization_format TEXT NOT NULL, offered_qos_profiles TEXT NOT NULL)");
            statement.execute("CREATE TABLE messages(id INTEGER PRIMARY KEY, topic_id INTEGER NOT NULL,"
                    + " timestamp INTEGER NOT NULL, data BLOB NOT NULL)");
            statement.execute("CREATE INDEX timestamp_idx ON messages (timestamp ASC)");
        }
        bag.setAutoCommit(false);
        return bag;
    }

    private static Connection connect(Path file) throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + file);
    }

    private static void topic(Connection bag, int id, String type) throws SQLException {
        try (PreparedStatement insert = bag.prepareStatement("INSERT INTO topics VALUES (?, 'name', ?, 'cdr', '')")) {
            insert.setInt(1, id);
            insert.setString(2, type);
            insert.execute();
        }
        bag.commit();
    }

    private static void add(Connection bag, int topic, int timestamp, byte[] message) throws SQLException {
        try (PreparedStatement insert =
                bag.prepareStatement("INSERT INTO messages(topic_id, timestamp, data) VALUES (?, ?, ?)")) {
            insert.setInt(1, topic);
            insert.setInt(2, timestamp);
            insert.setBytes(3, message);
            insert.execute();
        }
        bag.commit();
    }

    private static byte[] message(int width, int height, long timeBaseNanos, String encoding, byte[] events) {
        return message(ByteOrder.LITTLE_ENDIAN, "camera", width, height, timeBaseNanos, encoding, events);
    }

    private static byte[] message(
            ByteOrder order, String frame, int width, int height, long timeBaseNanos, String encoding, byte[] events) {
        ByteBuffer cdr = ByteBuffer.allocate(200 + events.length).order(order);
        cdr.putInt(1_700_000_000).putInt(5);
        putString(cdr, frame);
        align(cdr, 4);
        cdr.putInt(height).putInt(width);
        align(cdr, 8);
        cdr.putLong(17).putLong(timeBaseNanos);
        putString(cdr, encoding);
        cdr.put((byte) 0);
        align(cdr, 4);
        cdr.putInt(events.length).put(events);
        byte[] message = new byte[4 + cdr.position()];
        message[1] = (byte) (order == ByteOrder.LITTLE_ENDIAN ? 1 : 0);
        cdr.flip().get(message, 4, message.length - 4);
        return message;
    }

    private static void putString(ByteBuffer cdr, String text) {
        cdr.putInt(text.length() + 1)
                .put(text.getBytes(StandardCharsets.US_ASCII))
                .put((byte) 0);
    }

    private static void align(ByteBuffer cdr, int bytes) {
        while (cdr.position() % bytes != 0) {
            cdr.put((byte) 0);
        }
    }

    /** Events of x, y, polarity and ns each. */
    private static byte[] mono(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < values.length; i += 4) {
            bytes.putInt(values[i + 3]).putInt(values[i] | values[i + 1] << 16 | values[i + 2] << 31);
        }
        return bytes.array();
    }

    private static byte[] libcaer(int x, int y, int timeMicros) {
        return ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(x << 17 | y << 2 | 3)
                .putInt(timeMicros)
                .array();
    }
}
