package io.fluxon.connectors.motion;

import io.fluxon.connectors.packets.RecordingException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * The lines of a text file, plain or gzip, of up to 64 MiB of text; knows the number of the line at hand for errors. The
 * fields of a line are separated by commas.
 */
final class TextLines {

    private static final int MAX_BYTES = 64 << 20;
    private static final int MAX_QUOTED = 40;

    private final Path file;
    private final byte[] bytes;
    private int at;
    private int lineNumber;
    private String[] fields = {};

    private TextLines(Path file, byte[] bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    static TextLines read(Path file) throws IOException {
        try (InputStream raw = Files.newInputStream(file);
                InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new RecordingException(file + ": holds more than " + MAX_BYTES + " bytes of text");
            }
            return new TextLines(file, bytes);
        } catch (NoSuchFileException e) {
            throw new RecordingException(file + ": no such file");
        } catch (AccessDeniedException e) {
            throw new RecordingException(file + ": permission denied");
        } catch (ZipException | EOFException e) {
            throw new RecordingException(file + ": not a whole gzip file");
        }
    }

    /** Goes to the next line; false at the end of the file. */
    boolean next() {
        if (at == bytes.length) {
            return false;
        }
        int end = at;
        while (end < bytes.length && bytes[end] != '\n') {
            end++;
        }
        int length = end - at - (end > at && bytes[end - 1] == '\r' ? 1 : 0);
        fields = new String(bytes, at, length, StandardCharsets.ISO_8859_1).split(",", -1);
        at = Math.min(end + 1, bytes.length);
        lineNumber++;
        return true;
    }

    String[] fields(int count) throws RecordingException {
        if (fields.length != count) {
            throw error("has " + fields.length + " fields, not " + count);
        }
        return fields;
    }

    long wholeNumber(String text) throws RecordingException {
        try {
            long value = Long.parseLong(text);
            if (value >= 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Refused below, like a negative number.
        }
        throw error("the time " + quoted(text) + " is not a whole number from 0");
    }

    float finite(String text) throws RecordingException {
        try {
            float value = Float.parseFloat(text);
            if (Float.isFinite(value)) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Refused below, like NaN.
        }
        throw error("the sample " + quoted(text) + " is not a finite number");
    }

    RecordingException error(String rule) {
        return new RecordingException(file + ": line " + lineNumber + ": " + rule);
    }

    static String quoted(String text) {
        String shortened = text.length() > MAX_QUOTED ? text.substring(0, MAX_QUOTED) + "..." : text;
        return "'" + shortened.replaceAll("\\p{Cntrl}", " ") + "'";
    }
}
