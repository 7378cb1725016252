package io.fluxon.connectors.camera.files;

import java.util.Arrays;
import java.util.zip.DataFormatException;

/** What a compressed packet unpacks to: a buffer that is used again and grows with what comes, but only to a limit. */
final class UnpackedBytes {

    /** A packet that unpacks to more is damaged; recorders write some ten milliseconds in each. */
    static final int MAX_BYTES = 1 << 26;

    private byte[] bytes = new byte[1 << 16];
    private int size;

    byte[] bytes() {
        return bytes;
    }

    int size() {
        return size;
    }

    void clear() {
        size = 0;
    }

    /** Makes room behind what is there for {@code more} bytes, or for as many as the limit leaves. @return the room */
    int reserve(int more) throws DataFormatException {
        int room = Math.min(more, MAX_BYTES - size);
        if (room == 0 && more > 0) {
            throw new DataFormatException("the packet unpacks to more than " + MAX_BYTES + " bytes");
        }
        if (size + room > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(size + room, Math.min(2 * bytes.length, MAX_BYTES)));
        }
        return room;
    }

    /** Declares the bytes up to {@code newSize} filled; they must have been reserved and written. */
    void filledTo(int newSize) {
        size = newSize;
    }
}
