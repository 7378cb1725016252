package io.fluxon.connectors.camera.files;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder;
import io.fluxon.connectors.camera.DecodingWarnings;
import io.fluxon.connectors.camera.words.WordEncoding;
import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.schemas.CameraLayout;
import java.io.IOException;
import java.io.InputStream;

/** A recording that is, behind its header, one stream of event words. */
public final class WordReader implements CameraReader {

    private static final int PART_BYTES = 1 << 16;

    private final String origin;
    private final String format;
    private final WordEncoding encoding;
    private final CameraLayout layout;
    private final InputStream words;
    private final CameraDecoder decoder;
    private final byte[] part = new byte[PART_BYTES];
    private boolean over;

    /**
     * @param origin names the recording in errors
     * @param encoding what packets name these words
     * @param words stands behind the header
     * @param decoder started, with the place of the first word
     */
    public WordReader(
            String origin,
            String format,
            WordEncoding encoding,
            CameraLayout layout,
            InputStream words,
            CameraDecoder decoder) {
        this.origin = origin;
        this.format = format;
        this.encoding = encoding;
        this.layout = layout;
        this.words = words;
        this.decoder = decoder;
    }

    @Override
    public String format() {
        return format;
    }

    public WordEncoding encoding() {
        return encoding;
    }

    @Override
    public CameraLayout layout() {
        return layout;
    }

    @Override
    public boolean read(CameraBatch batch) throws IOException {
        batch.clear();
        int bytes = readWords(part);
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

    /**
     * The next words as they stand in the recording, not cut at words; use this or {@link #read}, not both.
     *
     * @return bytes read into the buffer, 0 at the end
     */
    public int readWords(byte[] buffer) throws IOException {
        return words.readNBytes(buffer, 0, buffer.length);
    }

    /** The decoder of the words, in the state behind what was read. */
    public CameraDecoder decoder() {
        return decoder;
    }

    @Override
    public DecodingWarnings warnings() {
        return decoder.warnings();
    }

    @Override
    public void close() throws IOException {
        words.close();
    }
}
