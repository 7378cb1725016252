package io.fluxon.connectors.camera.fuzzing;

import io.fluxon.connectors.camera.words.WordEncoding;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/** A ROS 2 bag of one topic with two event messages, which can be replaced. */
final class TestingBag implements Closeable {

    private final Path file;
    private final Connection connection;

    TestingBag() throws IOException {
        file = Files.createTempFile("fuzzing", ".db3");
        file.toFile().deleteOnExit();
        try {
            connection = DriverManager.getConnection("jdbc:sqlite:" + file);
            try (Statement statement = connection.createStatement()) {
                statement.execute("PRAGMA page_size = 512");
                statement.execute("PRAGMA synchronous = OFF");
                statement.execute("PRAGMA journal_mode = OFF");
                statement.execute("CREATE TABLE topics(id INTEGER PRIMARY KEY, name TEXT, type TEXT,"
                        + " serialization_format TEXT)");
                statement.execute("CREATE TABLE messages(id INTEGER PRIMARY KEY, topic_id INTEGER, timestamp INTEGER,"
                        + " data BLOB)");
                statement.execute(
                        "INSERT INTO topics VALUES (1, 'events', 'event_camera_msgs/msg/EventPacket', 'cdr')");
                statement.execute("INSERT INTO messages VALUES (1, 1, 1, NULL), (2, 1, 2, NULL)");
            }
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    Path file() {
        return file;
    }

    void setMessages(byte[] first, byte[] second) throws IOException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE messages SET data = CASE id WHEN 1 THEN ? ELSE ? END")) {
            update.setBytes(1, first);
            update.setBytes(2, second);
            update.execute();
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IOException(e);
        }
        Files.delete(file);
    }

    /** The file of a valid bag. */
    static byte[] bytes() throws IOException {
        try (TestingBag bag = new TestingBag()) {
            byte[] message = message("evt3", TestingSeeds.words(WordEncoding.EVT3));
            bag.setMessages(message, message);
            return Files.readAllBytes(bag.file);
        }
    }

    /** An event packet in little-endian CDR, where each number is aligned to its size behind the first four bytes. */
    static byte[] message(String encoding, byte[] events) {
        byte[] name = (encoding + "\0").getBytes(StandardCharsets.US_ASCII);
        // Of the name, and the byte that tells the order, to the next multiple of 4.
        int padding = -(name.length + 1) & 3;
        return ByteBuffer.allocate(4 + 40 + 4 + name.length + 1 + padding + 4 + events.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {0, 1, 0, 0})
                .putLong(0)
                .putInt(4)
                .put(new byte[] {'c', 'a', 'm', 0})
                .putInt(TestingSeeds.SIDE)
                .putInt(TestingSeeds.SIDE)
                .putLong(0)
                .putLong(1_000_000)
                .putInt(name.length)
                .put(name)
                .put(new byte[1 + padding])
                .putInt(events.length)
                .put(events)
                .array();
    }
}
