package io.fluxon.connectors.camera.files;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.DataFormatException;

/** How the packets of an AEDAT 4 file are compressed; the order is that of the codes in its header. */
enum Aedat4Compression {
    NONE,
    LZ4,
    LZ4_HIGH,
    ZSTD,
    ZSTD_HIGH;

    private static final int ZSTD_MAGIC = 0xFD2FB528;
    private static final int PART_BYTES = 1 << 16;

    /** A ZSTD frame may ask for a window of at most this power of two, which is {@link UnpackedBytes#MAX_BYTES}. */
    private static final int ZSTD_WINDOW_LOG = 26;

    static Aedat4Compression ofCode(int code) throws DataFormatException {
        if (code < 0 || code >= values().length) {
            throw new DataFormatException("the header's compression " + code + " is none of AEDAT 4");
        }
        return values()[code];
    }

    /** Unpacks the first {@code length} bytes in place of what the buffer held. */
    void unpack(byte[] packed, int length, UnpackedBytes into) throws DataFormatException {
        into.clear();
        switch (this) {
            case NONE -> {
                into.reserve(length);
                System.arraycopy(packed, 0, into.bytes(), 0, length);
                into.filledTo(length);
            }
            case LZ4, LZ4_HIGH -> Lz4Frame.unpack(packed, length, into);
            case ZSTD, ZSTD_HIGH -> unpackZstd(packed, length, into);
        }
    }

    private static void unpackZstd(byte[] packed, int length, UnpackedBytes into) throws DataFormatException {
        try (ZstdInputStreamNoFinalizer frame =
                new ZstdInputStreamNoFinalizer(new ByteArrayInputStream(packed, 0, length))) {
            frame.setLongMax(ZSTD_WINDOW_LOG);
            while (true) {
                int room = into.reserve(PART_BYTES);
                int bytes = frame.read(into.bytes(), into.size(), room);
                if (bytes < 0) {
                    return;
                }
                into.filledTo(into.size() + bytes);
            }
        } catch (IOException e) {
            throw new DataFormatException("the packet is no whole ZSTD frame: " + e.getMessage());
        }
    }

    /** Whether a data table begins with these 12 bytes, given as their first and third word. */
    boolean startsTable(int firstWord, int thirdWord) {
        return switch (this) {
            case NONE -> thirdWord == FlatTable.identifier(Aedat4Header.TABLE);
            case LZ4, LZ4_HIGH -> firstWord == Lz4Frame.MAGIC;
            case ZSTD, ZSTD_HIGH -> firstWord == ZSTD_MAGIC;
        };
    }
}
