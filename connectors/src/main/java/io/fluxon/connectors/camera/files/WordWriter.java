package io.fluxon.connectors.camera.files;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraEncoder;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** A recording that is, behind its header, one stream of event words. */
public final class WordWriter implements CameraWriter {

    private static final int BUFFER_BYTES = 1 << 16;

    private final OutputStream out;
    private final CameraEncoder encoder;

    /**
     * Writes the header.
     *
     * @param out is closed with this writer
     */
    public WordWriter(OutputStream out, byte[] header, CameraEncoder encoder) throws IOException {
        this.out = new BufferedOutputStream(out, BUFFER_BYTES);
        this.encoder = encoder;
        this.out.write(header);
    }

    @Override
    public void write(CameraBatch batch) throws IOException {
        encoder.encode(batch, out);
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
