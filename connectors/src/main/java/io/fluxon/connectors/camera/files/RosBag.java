package io.fluxon.connectors.camera.files;

import io.fluxon.connectors.camera.CameraDecoder.Damage;
import io.fluxon.connectors.camera.DecodingWarnings;
import io.fluxon.connectors.camera.DecodingWarnings.Warning;
import io.fluxon.connectors.packets.RecordingException;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteException;

/**
 * The event messages of a ROS 2 bag, an SQLite file with the tables topics(id, name, type, serialization_format, ...) and
 * messages(id, topic_id, timestamp, data), in the order of their timestamps. The first topic of events that has messages is
 * read; messages of all other topics are told as other items. Nothing is written beside the file. A bag that is packed
 * with gzip or stands in an archive is copied to a temporary file, since SQLite reads at any place.
 */
final class RosBag implements Closeable {

    private static final String EVENT_TYPES =
            "('event_camera_msgs/msg/EventPacket', 'event_array_msgs/msg/EventArray')";

    private static final long MAX_COPY_BYTES = 4L << 30;
    private static final int MAX_MESSAGE_BYTES = 64 << 20;

    private final Path file;
    private final Damage damage;
    private Path copy;
    private Connection connection;
    private long topic;
    private long otherMessages;
    private ResultSet rows;
    private boolean over;
    private long messageId;

    private RosBag(Path file, Damage damage) {
        this.file = file;
        this.damage = damage;
    }

    static RosBag open(Path file, Damage damage) throws IOException {
        RosBag bag = new RosBag(file, damage);
        try {
            bag.connect();
            bag.selectTopic();
            bag.rewind();
            return bag;
        } catch (SQLException e) {
            bag.close();
            throw bag.unreadable(e);
        } catch (IOException | RuntimeException e) {
            bag.close();
            throw e;
        }
    }

    /** Messages of topics that are not read. */
    long otherMessages() {
        return otherMessages;
    }

    /** The next message that can be read; one that cannot is refused or counted. */
    Optional<RosEventPacket> next(DecodingWarnings warnings) throws IOException {
        try {
            while (!over && rows.next()) {
                messageId = rows.getLong(1);
                byte[] message = rows.getBytes(2);
                Optional<RosEventPacket> packet = message == null ? Optional.empty() : RosEventPacket.parse(message);
                if (packet.isPresent()) {
                    return packet;
                }
                damaged("is no event packet in CDR", warnings);
            }
        } catch (SQLException e) {
            if (damage == Damage.REFUSE) {
                throw unreadable(e);
            }
            // SQLite finds no way past a damaged page.
            warnings.add(Warning.DAMAGED_PACKETS, 1);
        }
        over = true;
        return Optional.empty();
    }

    /** Refuses or counts the message that was read last. */
    void damaged(String rule, DecodingWarnings warnings) throws RecordingException {
        if (damage == Damage.REFUSE) {
            throw refusal(rule);
        }
        warnings.add(Warning.DAMAGED_PACKETS, 1);
    }

    /** Names the message that was read last. */
    RecordingException refusal(String rule) {
        return new RecordingException(file + ": message " + messageId + ": " + rule);
    }

    /** Goes back to the first message. */
    void rewind() throws IOException {
        try {
            if (rows != null) {
                rows.getStatement().close();
            }
            PreparedStatement messages = connection.prepareStatement(
                    "SELECT id, data FROM messages WHERE topic_id = ? ORDER BY timestamp, id");
            messages.setLong(1, topic);
            rows = messages.executeQuery();
            over = false;
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    private void connect() throws IOException, SQLException {
        boolean packed = file.toString().toLowerCase(Locale.ROOT).endsWith(".gz");
        Path database = file;
        if (packed || file.getFileSystem() != FileSystems.getDefault()) {
            copy = Files.createTempFile("fluxon-bag", ".db3");
            // An interrupt by the keyboard ends the process without closing the bag.
            copy.toFile().deleteOnExit();
            database = copy;
            copy(packed);
        } else {
            Path log = file.resolveSibling(file.getFileName() + "-wal");
            if (Files.isRegularFile(log) && Files.size(log) > 0) {
                throw new RecordingException(file + ": not all of its messages are in it yet; open it once with sqlite3"
                        + " to bring in those of " + log.getFileName());
            }
        }
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        config.enableLoadExtension(false);
        config.setPragma(SQLiteConfig.Pragma.LIMIT_LENGTH, Integer.toString(MAX_MESSAGE_BYTES));
        // Immutable: no locks, and no file for them; the URI form also keeps any ? in the name apart from settings.
        connection = config.createConnection(
                "jdbc:sqlite:" + database.toAbsolutePath().toUri() + "?immutable=1");
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA trusted_schema = OFF");
            statement.execute("PRAGMA cell_size_check = ON");
        }
    }

    private void copy(boolean packed) throws IOException {
        try (InputStream whole = Files.newInputStream(file);
                InputStream in = packed ? new GZIPInputStream(whole) : whole;
                OutputStream out = Files.newOutputStream(copy)) {
            byte[] part = new byte[1 << 16];
            long bytes = 0;
            for (int read = in.read(part); read >= 0; read = in.read(part)) {
                bytes += read;
                if (bytes > MAX_COPY_BYTES) {
                    throw new RecordingException(
                            file + ": holds more than " + MAX_COPY_BYTES + " bytes; unpack it to read it");
                }
                out.write(part, 0, read);
            }
        } catch (EOFException | ZipException e) {
            throw new RecordingException(file + ": not a whole gzip file");
        }
    }

    private void selectTopic() throws IOException, SQLException {
        try (Statement statement = connection.createStatement()) {
            // Views and virtual tables would run what the file says.
            ResultSet tables = statement.executeQuery("SELECT count(*) FROM sqlite_master"
                    + " WHERE type = 'table' AND rootpage > 0 AND name IN ('topics', 'messages')");
            if (tables.getInt(1) != 2) {
                throw new RecordingException(file + ": an SQLite file, but without a bag's tables topics and messages");
            }
            ResultSet topics =
                    statement.executeQuery("SELECT t.id, t.serialization_format, n.messages FROM topics t JOIN"
                            + " (SELECT topic_id, count(*) AS messages FROM messages GROUP BY topic_id) n"
                            + " ON n.topic_id = t.id WHERE t.type IN " + EVENT_TYPES + " ORDER BY t.id LIMIT 1");
            if (!topics.next()) {
                throw new RecordingException(file + ": holds no messages of event cameras, type "
                        + EVENT_TYPES.replaceAll("[()']", "").replace(", ", " or "));
            }
            topic = topics.getLong(1);
            String serialization = topics.getString(2);
            if (!"cdr".equals(serialization)) {
                throw new RecordingException(
                        file + ": messages are serialized as " + printable(serialization) + "; cdr is read");
            }
            long messages = topics.getLong(3);
            ResultSet all = statement.executeQuery("SELECT count(*) FROM messages");
            otherMessages = all.getLong(1) - messages;
        }
    }

    /** What a file says, fit for one line of a message. */
    static String printable(String text) {
        String name = String.valueOf(text).replaceAll("[^ -~]", "?");
        return name.length() > 40 ? name.substring(0, 40) + "..." : name;
    }

    private RecordingException unreadable(SQLException e) {
        String code =
                e instanceof SQLiteException sqlite ? sqlite.getResultCode().name() : "SQL state " + e.getSQLState();
        return new RecordingException(file + ": not readable as an SQLite file (" + code + ")");
    }

    @Override
    public void close() throws IOException {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (SQLException e) {
            throw unreadable(e);
        } finally {
            if (copy != null) {
                Files.deleteIfExists(copy);
            }
        }
    }
}
