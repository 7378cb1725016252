package io.fluxon.connectors.camera.files;

import io.fluxon.connectors.camera.CameraDecoder;
import io.fluxon.connectors.camera.words.WordEncoding;
import io.fluxon.schemas.CameraLayout;
import java.io.IOException;
import java.io.InputStream;

/** A recording whose stream is of words that packets can carry as they are. */
public final class WordReader extends DecodedReader {

    private final WordEncoding encoding;

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
        super(origin, format, layout, false, words, decoder);
        this.encoding = encoding;
    }

    public WordEncoding encoding() {
        return encoding;
    }

    /**
     * The next words as they stand in the recording, not cut at words; use this or {@link #read}, not both.
     *
     * @return bytes read into the buffer, 0 at the end
     */
    public int readWords(byte[] buffer) throws IOException {
        return readBytes(buffer);
    }
}
