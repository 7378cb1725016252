package io.fluxon.connectors.camera.files;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.DataFormatException;
import net.jpountz.xxhash.XXHash32;
import net.jpountz.xxhash.XXHashFactory;

/**
 * LZ4 frames, little-endian: magic; flags; block size; content size if flagged; checksum of these; blocks of u32 size and
 * content, stored as it is where bit 31 of the size is set, and a checksum if flagged; u32 0; a checksum of all if flagged.
 *
 * <p>Recorders link the blocks of a frame: a block refers to the 64 KiB before it. lz4-java refuses such frames, and the
 * library that reads them (commons-compress) reaches a few MB/s only, so these blocks are decoded here.
 *
 * <p>Source: the frame format 1.6.4 and the block format of LZ4.
 */
final class Lz4Frame {

    static final int MAGIC = 0x184D2204;

    private static final int LINKED_NOT = 0x20;
    private static final int BLOCK_CHECKSUMS = 0x10;
    private static final int CONTENT_SIZE = 0x08;
    private static final int CONTENT_CHECKSUM = 0x04;
    private static final int RESERVED_AND_DICTIONARY = 0x03;
    private static final int MIN_MATCH = 4;

    private static final XXHash32 HASH = XXHashFactory.fastestInstance().hash32();

    private Lz4Frame() {}

    /** Appends what the frame, which is the first {@code length} of the bytes, unpacks to. */
    static void unpack(byte[] frame, int length, UnpackedBytes into) throws DataFormatException {
        ByteBuffer packed = ByteBuffer.wrap(frame, 0, length).order(ByteOrder.LITTLE_ENDIAN);
        require(length >= 7 && packed.getInt(0) == MAGIC);
        int flags = frame[4];
        int blockCode = frame[5] >>> 4;
        require((flags & 0xC0) == 0x40 && (flags & RESERVED_AND_DICTIONARY) == 0);
        require((frame[5] & 0x0F) == 0 && blockCode >= 4 && blockCode <= 7);
        int blockBytes = 1 << 2 * blockCode + 8;
        int at = (flags & CONTENT_SIZE) == 0 ? 6 : 14;
        require(at < length && (HASH.hash(frame, 4, at - 4, 0) >>> 8 & 0xFF) == (frame[at] & 0xFF));
        at++;
        int start = into.size();
        while (true) {
            require(length - at >= 4);
            int sizeWord = packed.getInt(at);
            int bytes = sizeWord & 0x7FFF_FFFF;
            at += 4;
            if (sizeWord == 0) {
                break;
            }
            int checksumBytes = (flags & BLOCK_CHECKSUMS) == 0 ? 0 : 4;
            require(bytes <= blockBytes && bytes <= length - at - checksumBytes);
            int from = into.size();
            int room = into.reserve(blockBytes);
            if (sizeWord < 0) {
                require(bytes <= room);
                System.arraycopy(frame, at, into.bytes(), from, bytes);
                into.filledTo(from + bytes);
            } else {
                int first = (flags & LINKED_NOT) == 0 ? start : from;
                int end = decodeBlock(frame, at, at + bytes, into.bytes(), first, from, from + room);
                require(end >= 0);
                into.filledTo(end);
            }
            require(checksumBytes == 0 || packed.getInt(at + bytes) == HASH.hash(frame, at, bytes, 0));
            at += bytes + checksumBytes;
        }
        int size = into.size() - start;
        require((flags & CONTENT_SIZE) == 0 || packed.getLong(6) == size);
        if ((flags & CONTENT_CHECKSUM) != 0) {
            require(length - at >= 4 && packed.getInt(at) == HASH.hash(into.bytes(), start, size, 0));
            at += 4;
        }
        require(at == length);
    }

    /**
     * Decodes sequences, each of them a token, literals and, but for the last, a match.
     *
     * @param first the earliest byte that a match may refer to
     * @return where the output ends, -1 if the block is damaged or needs more than {@code limit}
     */
    private static int decodeBlock(byte[] from, int start, int to, byte[] into, int first, int outStart, int limit) {
        int at = start;
        int out = outStart;
        while (at < to) {
            int token = from[at++] & 0xFF;
            int literals = token >>> 4;
            if (literals == 15) {
                int more = 255;
                while (more == 255) {
                    if (at == to) {
                        return -1;
                    }
                    more = from[at++] & 0xFF;
                    literals += more;
                }
            }
            if (literals > to - at || literals > limit - out) {
                return -1;
            }
            System.arraycopy(from, at, into, out, literals);
            at += literals;
            out += literals;
            if (at == to) {
                return out;
            }
            if (to - at < 2) {
                return -1;
            }
            int distance = from[at] & 0xFF | (from[at + 1] & 0xFF) << 8;
            at += 2;
            int match = (token & 15) + MIN_MATCH;
            if ((token & 15) == 15) {
                int more = 255;
                while (more == 255) {
                    if (at == to) {
                        return -1;
                    }
                    more = from[at++] & 0xFF;
                    match += more;
                }
            }
            if (distance == 0 || distance > out - first || match > limit - out) {
                return -1;
            }
            if (distance >= match) {
                System.arraycopy(into, out - distance, into, out, match);
                out += match;
            } else {
                // The match overlaps what it makes, so it goes byte by byte.
                for (int end = out + match; out < end; out++) {
                    into[out] = into[out - distance];
                }
            }
        }
        return -1;
    }

    private static void require(boolean kept) throws DataFormatException {
        if (!kept) {
            throw new DataFormatException("the packet is no whole LZ4 frame");
        }
    }
}
