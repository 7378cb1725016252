package io.fluxon.connectors.camera.files;

import io.fluxon.connectors.packets.RecordingException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The text that AEDAT 2.0 and 3.1 begin with: lines that start with '#' and end with LF or CR LF.
 *
 * @param lines without their ends
 * @param bytes of the file before the first word or packet
 */
record AedatHeader(List<String> lines, int bytes) {

    /** The last line that jAER 1.6 and later write; earlier ones leave the end of the text to be guessed. */
    static final String AEDAT_2_END = "# End Of ASCII Header";

    static final String AEDAT_31_END = "#!END-HEADER";

    private static final int MAX_LINE_BYTES = 1 << 16;

    /** Headers hold the settings of a whole program; as lines they take many times their bytes. */
    private static final int MAX_BYTES = 1 << 20;

    /**
     * Reads up to and with the line {@code end}. Without that line the text is over before the first line that does not
     * start with '#' or holds a control character, as data that happens to start with '#' soon does.
     */
    static AedatHeader read(BufferedInputStream in, String end, String origin) throws IOException {
        List<String> lines = new ArrayList<>();
        int bytes = 0;
        while (bytes < MAX_BYTES) {
            in.mark(MAX_LINE_BYTES);
            byte[] line = readLine(in);
            if (line == null) {
                in.reset();
                return new AedatHeader(lines, bytes);
            }
            if (line[line.length - 1] != '\n') {
                throw new RecordingException(origin + ": byte " + bytes + ": the header"
                        + (line.length == MAX_LINE_BYTES
                                ? "'s line has no end within " + MAX_LINE_BYTES + " bytes"
                                : " ends within this line"));
            }
            bytes += line.length;
            // Messages quote lines, so a CR within one must not break them.
            lines.add(new String(line, StandardCharsets.ISO_8859_1)
                    .stripTrailing()
                    .replaceAll("[\\r\\x7F-\\x9F]", "?"));
            if (lines.get(lines.size() - 1).equals(end)) {
                return new AedatHeader(lines, bytes);
            }
        }
        throw new RecordingException(
                origin + ": byte " + bytes + ": the header is longer than " + MAX_BYTES + " bytes");
    }

    boolean isEndedBy(String end) {
        return !lines.isEmpty() && lines.get(lines.size() - 1).equals(end);
    }

    /** @return null if what follows is no line of a header; a line that is cut off has no LF at its end */
    private static byte[] readLine(BufferedInputStream in) throws IOException {
        byte[] line = new byte[128];
        int length = 0;
        int next = in.read();
        if (next != '#') {
            return null;
        }
        while (next >= 0 && length < MAX_LINE_BYTES) {
            if (next < ' ' && next != '\t' && next != '\r' && next != '\n') {
                return null;
            }
            if (length == line.length) {
                line = Arrays.copyOf(line, 2 * length);
            }
            line[length++] = (byte) next;
            if (next == '\n') {
                break;
            }
            next = in.read();
        }
        return Arrays.copyOf(line, length);
    }
}
