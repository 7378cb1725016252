package io.fluxon.connectors.camera.words;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder;
import io.fluxon.connectors.camera.DecodingWarnings.Warning;
import io.fluxon.connectors.packets.MalformedPacketException;

/**
 * libcaer's packed polarity events, which AEDAT 3.1 stores too, little-endian: u32 with validity in bit 0, polarity in bit
 * 1, row in bits 2 to 16 and column in bits 17 to 31; then u32 microseconds, of which 31 bits count before they start again.
 */
public final class LibcaerDecoder extends CameraDecoder {

    static final int RECORD_BYTES = 8;
    static final int TIME_BITS = 31;

    private final LoopingTime time = new LoopingTime(TIME_BITS);

    public LibcaerDecoder(int width, int height, Damage damage) {
        super(RECORD_BYTES, width, height, damage);
    }

    /** Fewer than this many might be marked valid by chance where they are none. */
    private static final long TELLING_RECORDS = 64;

    /**
     * Whether a file that begins so may be of such events: whole records, the first ones all marked valid, and of N-MNIST no
     * whole records unless there are many.
     */
    public static boolean isLikely(byte[] start, long fileBytes) {
        boolean whole = fileBytes > 0 && fileBytes % RECORD_BYTES == 0 && fileBytes % NMnistDecoder.RECORD_BYTES != 0;
        boolean likely = whole || fileBytes >= TELLING_RECORDS * RECORD_BYTES;
        for (int at = 0; at < start.length; at += RECORD_BYTES) {
            likely &= (start[at] & 1) == 1;
        }
        return likely;
    }

    @Override
    public void startNear(long micros) {
        time.startNear(micros);
    }

    @Override
    protected void decodeWords(byte[] bytes, int from, int to, CameraBatch batch) throws MalformedPacketException {
        batch.reserve((to - from) / RECORD_BYTES);
        for (int at = from; at < to; at += RECORD_BYTES) {
            int word = LittleEndian.getInt(bytes, at);
            if ((word & 1) == 0) {
                warn(Warning.INVALID_EVENTS);
                continue;
            }
            long timeMicros = time.next(LittleEndian.getInt(bytes, at + 4) & 0x7FFF_FFFF);
            int x = word >>> 17;
            int y = word >>> 2 & 0x7FFF;
            if (x >= width || y >= height) {
                outside(from, at, x, y);
            } else {
                batch.add(timeMicros, x, y, word >>> 1 & 1);
            }
        }
    }
}
