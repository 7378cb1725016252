package io.fluxon.launcher.view;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.files.CameraReader;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.launcher.Printable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;

/** What must be known of a recording before it can be drawn; times are the least and the greatest of its events. */
record Summary(
        String name,
        String format,
        int width,
        int height,
        boolean rowsFromBottom,
        long events,
        long on,
        long firstMicros,
        long lastMicros) {

    /** Longest recording that is drawn, about 143 years: 50 times its length is still a long. */
    private static final long MAX_LENGTH_MICROS = 1L << 52;

    /** Reads a recording to its end. */
    static Summary of(Path file, CameraReader reader) throws IOException {
        CameraBatch batch = new CameraBatch();
        long events = 0;
        long on = 0;
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        while (reader.read(batch)) {
            events += batch.size();
            for (int i = 0; i < batch.size(); i++) {
                first = Math.min(first, batch.timeMicros()[i]);
                last = Math.max(last, batch.timeMicros()[i]);
                on += batch.polarity(i);
            }
        }
        if (events == 0) {
            throw new RecordingException(file + ": holds no events");
        }
        // The greatest difference of two times is one of 64 bits without a sign.
        if (Long.compareUnsigned(last - first, MAX_LENGTH_MICROS) > 0) {
            throw new RecordingException(file + ": its times from " + first + " to " + last
                    + " us are too far apart to draw, more than " + MAX_LENGTH_MICROS + " us");
        }
        return new Summary(
                Printable.of(Objects.toString(file.getFileName(), "")),
                reader.format(),
                reader.layout().getWidth(),
                reader.layout().getHeight(),
                reader.rowsFromBottom(),
                events,
                on,
                first,
                last);
    }

    /** At least 1, so that every event is at a fraction below 1 of it. */
    long lengthMicros() {
        return lastMicros - firstMicros + 1;
    }

    /** The line of the picture, from the top, that a row of the recording is drawn in. */
    int line(int row) {
        return rowsFromBottom ? height - 1 - row : row;
    }

    String content() {
        return String.format(
                Locale.ROOT,
                "%s, %dx%d pixels, %,d events (%,d ON), %s from %s",
                format,
                width,
                height,
                events,
                on,
                duration(lastMicros - firstMicros),
                seconds(firstMicros));
    }

    /** For a thumbnail. */
    String shortContent() {
        return String.format(
                Locale.ROOT,
                "%s, %dx%d, %,d events, %s",
                format,
                width,
                height,
                events,
                duration(lastMicros - firstMicros));
    }

    private static String seconds(long micros) {
        return String.format(Locale.ROOT, "%.6f s", micros / 1e6);
    }

    /** Three or four digits in a unit that suits. */
    static String duration(double micros) {
        if (micros < 1_000) {
            return String.format(Locale.ROOT, "%.3g us", micros);
        }
        if (micros < 1_000_000) {
            return String.format(Locale.ROOT, "%.4g ms", micros / 1e3);
        }
        return String.format(Locale.ROOT, micros < 1e9 ? "%.4g s" : "%,.0f s", micros / 1e6);
    }
}
