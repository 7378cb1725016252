package io.fluxon.connectors.camera;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Bytes in the N-MNIST layout: hand-assembled, drawn at random, or recorded. */
public final class TestingRecordings {

    private TestingRecordings() {}

    /** Five bytes with the 23-bit time as it is written. */
    public static byte[] row(int x, int y, int polarity, int rawMicros) {
        return new byte[] {
            (byte) x,
            (byte) y,
            (byte) ((polarity << 7) | (rawMicros >>> 16)),
            (byte) (rawMicros >>> 8),
            (byte) rawMicros
        };
    }

    /** The record that adds 2^13 us to all later times. */
    public static byte[] overflow() {
        return row(0, 240, 0, 0);
    }

    public static byte[] join(byte[]... rows) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] row : rows) {
            joined.writeBytes(row);
        }
        return joined.toByteArray();
    }

    /** A recording of up to 300 events with bursts, pauses and overflow records, also at both ends. */
    public static byte[] random(Random random) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int rawMicros = random.nextInt(20_000);
        int events = 1 + random.nextInt(300);
        for (int i = 0; i < events; i++) {
            while (random.nextInt(15) == 0) {
                bytes.writeBytes(overflow());
            }
            rawMicros += random.nextInt(4) == 0 ? random.nextInt(8000) : random.nextInt(20);
            bytes.writeBytes(row(random.nextInt(34), random.nextInt(34), random.nextInt(2), rawMicros));
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            bytes.writeBytes(overflow());
        }
        return bytes.toByteArray();
    }

    /** Recordings of the N-MNIST set itself; the calling test is skipped where they are absent. */
    public static List<byte[]> recorded(int atMost) throws IOException {
        List<byte[]> recordings = new ArrayList<>();
        try (ZipFile zip = new ZipFile(recordedFile("dvs/nmnist/nmnist.zip").toFile())) {
            for (ZipEntry entry : (Iterable<ZipEntry>) zip.stream().map(ZipEntry.class::cast)::iterator) {
                if (recordings.size() < atMost && entry.getName().endsWith(".bs2")) {
                    try (InputStream in = zip.getInputStream(entry)) {
                        recordings.add(in.readAllBytes());
                    }
                }
            }
        }
        return recordings;
    }

    /** A file of the shared recordings; the calling test is skipped where it is absent. */
    public static Path recordedFile(String name) {
        String data = System.getenv("FLUXON_DATA");
        Path folder =
                data == null ? Path.of(System.getProperty("fluxon.root", "."), "..", "shared", "data") : Path.of(data);
        Path file = folder.resolve(name).normalize();
        assumeTrue(Files.isRegularFile(file), "no " + file + "; set FLUXON_DATA to the folder of the recordings");
        return file;
    }

    /** One event as text, for comparisons. */
    public static String event(CameraBatch batch, int i) {
        return batch.timeMicros()[i] + " us (" + batch.x(i) + ", " + batch.y(i) + ") " + batch.polarity(i);
    }

    public static List<String> events(CameraBatch batch) {
        List<String> events = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            events.add(event(batch, i));
        }
        return events;
    }
}
