package io.fluxon.connectors.camera.files;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import de.siegmar.fastcsv.reader.CloseableIterator;
import de.siegmar.fastcsv.reader.FieldMismatchStrategy;
import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.schemas.CameraLayout;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The lines of a file of comma-separated events, one after the other; no line needs more memory than the longest allowed. */
final class CsvLines implements Closeable {

    /** What a line is. */
    enum Kind {
        EVENT,
        /** A comment, or the names of the columns. */
        OTHER,
        DAMAGED
    }

    /** What some programs put before UTF-8. */
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private static final int MAX_LINE_BYTES = 1000;
    private static final int MAX_DIGITS = 19;
    private static final long NO_NUMBER = Long.MIN_VALUE;
    private static final String GEOMETRY = "%geometry:";
    private static final int COLUMNS = 4;
    private static final int X = 0;
    private static final int Y = 1;
    private static final int POLARITY = 2;
    private static final int TIME = 3;
    private static final Map<String, Integer> COLUMNS_BY_NAME =
            Map.of("x", X, "y", Y, "p", POLARITY, "polarity", POLARITY, "t", TIME, "timestamp", TIME);

    private final Line line = new Line();
    private final CloseableIterator<Line> lines;
    private final int[] fieldOfColumn = {X, Y, POLARITY, TIME};
    private Optional<CameraLayout> layout = Optional.empty();

    CsvLines(Path file) throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(file));
        try {
            in.mark(BYTE_ORDER_MARK.length);
            if (!Arrays.equals(in.readNBytes(BYTE_ORDER_MARK.length), BYTE_ORDER_MARK)) {
                in.reset();
            }
        } catch (IOException e) {
            in.close();
            throw e;
        }
        // The stream holds no 0, so that no field is taken for a quoted one and each line is a record.
        lines = de.siegmar.fastcsv.reader.CsvReader.builder()
                .quoteCharacter('\0')
                .extraFieldStrategy(FieldMismatchStrategy.IGNORE)
                .missingFieldStrategy(FieldMismatchStrategy.IGNORE)
                .build(line, new BoundedLines(in), StandardCharsets.ISO_8859_1)
                .iterator();
    }

    /** Goes to the next line that is not empty; false behind the last. */
    boolean next() throws IOException {
        try {
            boolean more = lines.hasNext();
            if (more) {
                lines.next();
            }
            return more;
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** To be asked once for each line; the values are an event's where it is one. */
    Kind kind() {
        if (line.comment) {
            readGeometry();
            return Kind.OTHER;
        }
        if (line.first && readNames()) {
            return Kind.OTHER;
        }
        boolean event = line.fields == COLUMNS
                && x() >= 0
                && y() >= 0
                && value(POLARITY) >= -1
                && value(POLARITY) <= 1
                && timeMicros() != NO_NUMBER;
        return event ? Kind.EVENT : Kind.DAMAGED;
    }

    long x() {
        return value(X);
    }

    long y() {
        return value(Y);
    }

    /** 1 = ON, 0 = OFF. */
    int polarity() {
        return value(POLARITY) == 1 ? 1 : 0;
    }

    long timeMicros() {
        return value(TIME);
    }

    /** Counted from 1. */
    long lineNumber() {
        return line.number;
    }

    /** The sensor, if a line up to this one told it. */
    Optional<CameraLayout> layout() {
        return layout;
    }

    private long value(int column) {
        return line.values[fieldOfColumn[column]];
    }

    private void readGeometry() {
        if (line.fields == 2 && line.texts.get(0).startsWith(GEOMETRY)) {
            String columns = line.texts.get(0).substring(GEOMETRY.length());
            long width = number(columns.toCharArray(), 0, columns.length());
            long height = line.values[1];
            if (width > 0 && width <= CameraBatch.MAX_SIDE && height > 0 && height <= CameraBatch.MAX_SIDE) {
                layout = Optional.of(new CameraLayout((int) width, (int) height));
            }
        }
    }

    /** Takes the order of the columns from their names; false if these are none. */
    private boolean readNames() {
        List<Integer> columns = new ArrayList<>();
        for (String text : line.texts) {
            String name = text.strip().replace("\"", "").toLowerCase(Locale.ROOT);
            columns.add(COLUMNS_BY_NAME.getOrDefault(name, -1));
        }
        if (columns.size() != COLUMNS || !columns.containsAll(List.of(X, Y, POLARITY, TIME))) {
            return false;
        }
        for (int field = 0; field < COLUMNS; field++) {
            fieldOfColumn[columns.get(field)] = field;
        }
        return true;
    }

    /** A whole number of at most 63 bits and its sign, between blanks. */
    private static long number(char[] text, int from, int length) {
        int at = from;
        int end = from + length;
        while (at < end && text[at] == ' ') {
            at++;
        }
        while (end > at && text[end - 1] == ' ') {
            end--;
        }
        boolean negative = at < end && text[at] == '-';
        at += negative ? 1 : 0;
        if (at == end || end - at > MAX_DIGITS) {
            return NO_NUMBER;
        }
        long number = 0;
        for (; at < end; at++) {
            int digit = text[at] - '0';
            if (digit < 0 || digit > 9) {
                return NO_NUMBER;
            }
            number = 10 * number + digit;
        }
        // Of 19 digits, what is too large for 63 bits has set the 64th.
        return number < 0 ? NO_NUMBER : negative ? -number : number;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }

    /** The fields of the line that was read last. */
    private static final class Line extends AbstractBaseCsvCallbackHandler<Line> {

        private long number;
        private int fields;
        private boolean comment;

        /** Whether this is the first line that is no comment. */
        private boolean first;

        private boolean firstSeen;
        private final long[] values = new long[COLUMNS];

        /** Of the first line and of comments only. */
        private final List<String> texts = new ArrayList<>();

        @Override
        protected void handleBegin(long startingLineNumber) {
            number = startingLineNumber;
            fields = 0;
            comment = false;
            first = false;
            texts.clear();
        }

        @Override
        protected void handleField(int field, char[] text, int from, int length, boolean quoted) {
            if (field == 0) {
                comment = length > 0 && (text[from] == '%' || text[from] == '#');
                first = !comment && !firstSeen;
                firstSeen |= first;
            }
            fields = field + 1;
            if (field < COLUMNS) {
                values[field] = number(text, from, length);
                if (comment || first) {
                    texts.add(new String(text, from, length));
                }
            }
        }

        @Override
        protected Line buildRecord() {
            return this;
        }
    }

    /** Cuts lines that are too long, with a mark that makes them no event, and replaces bytes of 0. */
    private static final class BoundedLines extends FilterInputStream {

        private static final byte MARK = '?';

        private int lineBytes;

        BoundedLines(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            int kept = 0;
            while (kept == 0) {
                int bytes = super.read(into, from, length);
                if (bytes < 0) {
                    return -1;
                }
                kept = keep(into, from, from + bytes);
            }
            return kept;
        }

        private int keep(byte[] bytes, int from, int to) {
            int end = from;
            for (int at = from; at < to; at++) {
                byte next = bytes[at];
                lineBytes = next == '\n' || next == '\r' ? 0 : Math.min(lineBytes + 1, MAX_LINE_BYTES + 2);
                if (lineBytes <= MAX_LINE_BYTES + 1) {
                    bytes[end++] = next == 0 || lineBytes > MAX_LINE_BYTES ? MARK : next;
                }
            }
            return end - from;
        }
    }
}
