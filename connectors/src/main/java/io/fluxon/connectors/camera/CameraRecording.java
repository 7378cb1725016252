package io.fluxon.connectors.camera;

import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.connectors.packets.PacketEnvelope;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.schemas.CameraLayout;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * A whole event-camera recording in memory, checked when it was read: its own bytes and the same as events. Formats: the
 * files of the N-MNIST data set ({@code .bin}, {@code .bs2}), whose sensor is 34 x 34 pixels.
 */
public final class CameraRecording {

    /** File names of recordings end in one of these. */
    static final List<String> ENDINGS = List.of(".bin", ".bs2");

    /** A thousand times the largest recording of the data set; as events it takes four times as much memory. */
    private static final int MAX_FILE_BYTES = 32 << 20;

    private static final int N_MNIST_SIDE = 34;

    private final String id;
    private final String origin;
    private final byte[] bytes;
    private final CameraBatch events;

    private CameraRecording(String id, String origin, byte[] bytes, CameraBatch events) {
        this.id = id;
        this.origin = origin;
        this.bytes = bytes;
        this.events = events;
    }

    public static CameraRecording read(Path file) throws IOException {
        // A root folder has no name of its own.
        String fileName = Objects.toString(file.getFileName(), "");
        if (!Files.isRegularFile(file)) {
            throw new RecordingException(file + ": " + (Files.exists(file) ? "not a file" : "no such file"));
        }
        int dot = fileName.lastIndexOf('.');
        String ending = dot < 0 ? "" : fileName.substring(dot).toLowerCase(Locale.ROOT);
        if (!ENDINGS.contains(ending)) {
            throw new RecordingException(file + ": no recording format has the ending '" + ending + "'; known: "
                    + String.join(", ", ENDINGS) + " (N-MNIST)");
        }
        if (dot > PacketEnvelope.MAX_NAME) {
            throw new RecordingException(file + ": the name is longer than " + PacketEnvelope.MAX_NAME + " characters");
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_FILE_BYTES + 1);
            if (bytes.length > MAX_FILE_BYTES) {
                throw new RecordingException(file + ": larger than " + MAX_FILE_BYTES + " bytes");
            }
            return of(fileName.substring(0, dot), file.toString(), bytes);
        } catch (AccessDeniedException e) {
            throw new RecordingException(file + ": permission denied");
        }
    }

    /** A recording from bytes in the N-MNIST layout. */
    public static CameraRecording of(String id, String origin, byte[] bytes) throws RecordingException {
        CameraBatch events = new CameraBatch();
        try {
            new NMnistDecoder()
                    .decode(bytes, 0, bytes.length, firstEventMicros(bytes), N_MNIST_SIDE, N_MNIST_SIDE, events);
        } catch (MalformedPacketException e) {
            throw new RecordingException(origin + ": " + e.getMessage());
        }
        if (events.size() == 0) {
            throw new RecordingException(origin + ": holds no events");
        }
        return new CameraRecording(id, origin, bytes, events);
    }

    /** Base name of the file. */
    public String id() {
        return id;
    }

    public String origin() {
        return origin;
    }

    public String encoding() {
        return NMnistDecoder.ENCODING;
    }

    public CameraLayout layout() {
        return new CameraLayout(N_MNIST_SIDE, N_MNIST_SIDE);
    }

    public CameraBatch events() {
        return events;
    }

    public byte[] bytes() {
        return bytes;
    }

    /** A stretch of the recording's bytes that decodes on its own. */
    public record Span(int fromByte, int toByte, int events, long firstMicros, long lastMicros) {}

    /**
     * Cuts the recording into packets: each holds the events of one interval [k * packetMicros, (k + 1) * packetMicros)
     * of event time, or a part of it where it would exceed {@code maxBytes}. Intervals without events give no packet.
     *
     * @param packetMicros at least 1
     * @param maxBytes at least one event, 5
     */
    public List<Span> packets(long packetMicros, int maxBytes) {
        if (packetMicros < 1 || maxBytes < NMnistDecoder.RECORD_BYTES) {
            throw new IllegalArgumentException("packets of " + packetMicros + " us and " + maxBytes + " bytes");
        }
        List<Span> spans = new ArrayList<>();
        int event = 0;
        int fromByte = 0;
        while (event < events.size()) {
            int firstEvent = event;
            long first = events.timeMicros()[event];
            long end = (first / packetMicros + 1) * packetMicros;
            int at = fromByte;
            while (at < bytes.length && at + NMnistDecoder.RECORD_BYTES - fromByte <= maxBytes) {
                if (!isOverflow(bytes, at)) {
                    if (events.timeMicros()[event] >= end) {
                        break;
                    }
                    event++;
                }
                at += NMnistDecoder.RECORD_BYTES;
            }
            if (event > firstEvent) {
                spans.add(new Span(fromByte, at, event - firstEvent, first, events.timeMicros()[event - 1]));
            }
            fromByte = at;
        }
        return spans;
    }

    private static long firstEventMicros(byte[] bytes) {
        long overflowMicros = 0;
        for (int at = 0; at + NMnistDecoder.RECORD_BYTES <= bytes.length; at += NMnistDecoder.RECORD_BYTES) {
            if (!isOverflow(bytes, at)) {
                return overflowMicros
                        + ((bytes[at + 2] & 0x7F) << 16 | (bytes[at + 3] & 0xFF) << 8 | (bytes[at + 4] & 0xFF));
            }
            overflowMicros += NMnistDecoder.OVERFLOW_MICROS;
        }
        return 0;
    }

    private static boolean isOverflow(byte[] bytes, int at) {
        return (bytes[at + 1] & 0xFF) == NMnistDecoder.OVERFLOW_ROW;
    }
}
