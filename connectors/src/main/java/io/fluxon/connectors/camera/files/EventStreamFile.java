package io.fluxon.connectors.camera.files;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.words.EventStreamDecoder;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.schemas.CameraLayout;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Event Stream 2 files of DVS and ATIS events: 12 bytes "Event Stream", three of the version, one of the type (0 generic, 1
 * DVS, 2 ATIS, 4 colour), u16 columns, u16 rows, then the events. They cannot be cut into words that decode alone, since
 * each holds the time since the one before it.
 */
final class EventStreamFile {

    private static final String SIGNATURE = "Event Stream";
    private static final int VERSION = 2;
    private static final int HEADER_BYTES = 20;

    private EventStreamFile() {}

    static CameraReader open(Path file, ReadOptions options) throws IOException {
        InputStream in = Files.newInputStream(file);
        try {
            byte[] header = in.readNBytes(HEADER_BYTES);
            EventStreamDecoder.Type type = type(file, header);
            int width = u16(header, 16);
            int height = u16(header, 18);
            if (width < 1 || width > CameraBatch.MAX_SIDE || height < 1 || height > CameraBatch.MAX_SIDE) {
                throw new RecordingException(file + ": byte 16: a sensor of " + width + "x" + height + " pixels");
            }
            EventStreamDecoder decoder = new EventStreamDecoder(type, width, height, options.damage());
            decoder.startAt(HEADER_BYTES);
            return new DecodedReader(
                    file.toString(),
                    CameraFormat.EVENT_STREAM.formatName(),
                    new CameraLayout(width, height),
                    CameraFormat.EVENT_STREAM.rowsFromBottom(),
                    in,
                    decoder);
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    private static EventStreamDecoder.Type type(Path file, byte[] header) throws RecordingException {
        if (!new String(header, StandardCharsets.ISO_8859_1).startsWith(SIGNATURE)) {
            throw new RecordingException(file + ": byte 0: does not begin with " + SIGNATURE);
        }
        if (header.length > 15 && header[12] != VERSION) {
            throw new RecordingException(file + ": byte 12: Event Stream " + header[12] + "." + header[13] + "."
                    + header[14] + "; version " + VERSION + " is read");
        }
        int type = header.length > 15 ? header[15] : 1;
        if (type != 1 && type != 2) {
            String name = type == 0 ? "generic" : type == 4 ? "color" : "unknown";
            throw new RecordingException(file + ": byte 15: events of the " + name + " type " + (type & 0xFF)
                    + " are no camera's; types 1 (dvs) and 2 (atis) are read");
        }
        if (header.length < HEADER_BYTES) {
            throw new RecordingException(
                    file + ": byte " + header.length + ": the header has " + HEADER_BYTES + " bytes");
        }
        return type == 1 ? EventStreamDecoder.Type.DVS : EventStreamDecoder.Type.ATIS;
    }

    private static int u16(byte[] bytes, int at) {
        return bytes[at] & 0xFF | (bytes[at + 1] & 0xFF) << 8;
    }
}
