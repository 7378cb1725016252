package io.fluxon.connectors.camera.words;

import java.io.IOException;
import java.io.OutputStream;

/** Words on their way into a stream, least significant byte first. */
final class WordBuffer {

    private static final int BYTES = 1 << 14;
    private static final int LONGEST_WORD = 8;

    private final byte[] bytes = new byte[BYTES];
    private int size;

    void put16(int word, OutputStream out) throws IOException {
        makeRoom(out);
        LittleEndian.putShort(bytes, size, word);
        size += 2;
    }

    void put32(int word, OutputStream out) throws IOException {
        makeRoom(out);
        LittleEndian.putInt(bytes, size, word);
        size += 4;
    }

    void flush(OutputStream out) throws IOException {
        out.write(bytes, 0, size);
        size = 0;
    }

    private void makeRoom(OutputStream out) throws IOException {
        if (size > BYTES - LONGEST_WORD) {
            flush(out);
        }
    }
}
