package io.fluxon.connectors.camera.files;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder;
import io.fluxon.connectors.camera.DecodingWarnings;
import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.schemas.CameraLayout;
import java.io.IOException;
import java.io.InputStream;

/** A recording that is, behind its header, one stream for one decoder. */
class DecodedReader implements CameraReader {

    private static final int PART_BYTES = 1 << 16;

    private final String origin;
    private final String format;
    private final CameraLayout layout;
    private final boolean rowsFromBottom;
    private final InputStream stream;
    private final CameraDecoder decoder;
    private final byte[] part = new byte[PART_BYTES];
    private boolean over;

    /**
     * @param origin names the recording in errors
     * @param stream stands behind the header
     * @param decoder started, with the place of the stream's first byte
     */
    DecodedReader(
            String origin,
            String format,
            CameraLayout layout,
            boolean rowsFromBottom,
            InputStream stream,
            CameraDecoder decoder) {
        this.origin = origin;
        this.format = format;
        this.layout = layout;
        this.rowsFromBottom = rowsFromBottom;
        this.stream = stream;
        this.decoder = decoder;
    }

    @Override
    public final String format() {
        return format;
    }

    @Override
    public final CameraLayout layout() {
        return layout;
    }

    @Override
    public final boolean rowsFromBottom() {
        return rowsFromBottom;
    }

    @Override
    public final boolean read(CameraBatch batch) throws IOException {
        batch.clear();
        int bytes = readBytes(part);
        try {
            if (bytes > 0) {
                decoder.decode(part, 0, bytes, batch);
                return true;
            }
            if (!over) {
                over = true;
                decoder.end();
            }
            return false;
        } catch (MalformedPacketException e) {
            throw new RecordingException(origin + ": " + e.getMessage());
        }
    }

    /** The next bytes of the stream; 0 at the end. */
    final int readBytes(byte[] buffer) throws IOException {
        return stream.readNBytes(buffer, 0, buffer.length);
    }

    /** The decoder of the stream, in the state behind what {@link #read} took. */
    public final CameraDecoder decoder() {
        return decoder;
    }

    @Override
    public final DecodingWarnings warnings() {
        return decoder.warnings();
    }

    @Override
    public final void close() throws IOException {
        stream.close();
    }
}
