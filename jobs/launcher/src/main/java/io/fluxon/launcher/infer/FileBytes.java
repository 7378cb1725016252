package io.fluxon.launcher.infer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The rest of a file from some byte on, mapped and not read: what is never asked for costs no memory. Pieces of 2<sup>30</sup>
 * bytes, so that no number of 1, 2, 4 or 8 bytes lies across two of them.
 */
final class FileBytes {

    private static final int PIECE_BITS = 30;

    private final ByteBuffer[] pieces;

    private FileBytes(ByteBuffer[] pieces) {
        this.pieces = pieces;
    }

    static FileBytes of(Path file, long from, long bytes, ByteOrder order) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer[] pieces = new ByteBuffer[Math.toIntExact((bytes + (1L << PIECE_BITS) - 1) >> PIECE_BITS)];
            for (int i = 0; i < pieces.length; i++) {
                long at = (long) i << PIECE_BITS;
                pieces[i] = channel.map(
                                FileChannel.MapMode.READ_ONLY, from + at, Math.min(1L << PIECE_BITS, bytes - at))
                        .order(order);
            }
            return new FileBytes(pieces);
        }
    }

    double read(NumberType type, long at) {
        return type.read(pieces[(int) (at >> PIECE_BITS)], (int) (at & ((1L << PIECE_BITS) - 1)));
    }
}
