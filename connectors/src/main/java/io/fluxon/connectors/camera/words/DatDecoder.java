package io.fluxon.connectors.camera.words;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder;
import io.fluxon.connectors.packets.MalformedPacketException;

/**
 * The records of Prophesee's DAT files, little-endian: u32 microseconds, then u32 with the column in bits 0 to 13, the row in
 * bits 14 to 27 and the polarity in bit 28. The time starts again after 2<sup>32</sup> us.
 */
public final class DatDecoder extends CameraDecoder {

    static final int RECORD_BYTES = 8;

    private final LoopingTime time = new LoopingTime(32);

    public DatDecoder(int width, int height, Damage damage) {
        super(RECORD_BYTES, width, height, damage);
    }

    @Override
    public void startNear(long micros) {
        time.startNear(micros);
    }

    @Override
    protected void decodeWords(byte[] bytes, int from, int to, CameraBatch batch) throws MalformedPacketException {
        for (int at = from; at < to; at += RECORD_BYTES) {
            long timeMicros = time.next(LittleEndian.getInt(bytes, at) & 0xFFFF_FFFFL);
            int word = LittleEndian.getInt(bytes, at + 4);
            int x = word & 0x3FFF;
            int y = word >>> 14 & 0x3FFF;
            if (x >= width || y >= height) {
                outside(from, at, x, y);
            } else {
                batch.add(timeMicros, x, y, word >>> 28 & 1);
            }
        }
    }
}
