package io.fluxon.connectors.camera.words;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder;
import io.fluxon.connectors.camera.CameraMarkers.Kind;
import io.fluxon.connectors.camera.DecodingWarnings.Warning;
import io.fluxon.connectors.packets.MalformedPacketException;

/**
 * Prophesee's EVT 2.1, words of 64 bits, little-endian. Bits 60 to 63 are the type:
 *
 * <ul>
 *   <li>0 and 1, up to 32 events in a row, OFF and ON: low part of the time in bits 54 to 59, column in 43 to 53, row in 32
 *       to 42; an event at column + i for each set bit i of bits 0 to 31
 *   <li>8, the high part of the time: us / 64 in bits 32 to 59; it starts again after 2<sup>34</sup> us
 *   <li>10, a trigger: low part of the time in bits 54 to 59, line in 40 to 44, level in bit 32
 *   <li>14 and 15, a vendor's word and its continuation; all other types are reserved
 * </ul>
 *
 * In the legacy order, which most cameras of the fourth generation write, the two halves of 32 bits are swapped. The first
 * high part decides where time begins; events before it are left out.
 */
public final class Evt21Decoder extends CameraDecoder {

    private static final int WORD_BYTES = 8;

    private final boolean legacy;
    private final LoopingTime timeHigh = new LoopingTime(Evt2Decoder.TIME_HIGH_BITS);
    private long highMicros;

    /** @param legacy whether the halves of the words are swapped */
    public Evt21Decoder(int width, int height, boolean legacy, Damage damage) {
        super(WORD_BYTES, width, height, damage);
        this.legacy = legacy;
    }

    @Override
    public void startNear(long micros) {
        timeHigh.startNear(micros >> Evt2Decoder.TIME_LOW_BITS);
    }

    @Override
    public int maxHeadBytes() {
        return WORD_BYTES;
    }

    @Override
    public int writeHead(byte[] into, int at) {
        if (!timeHigh.isSet()) {
            return 0;
        }
        long word = ((long) Evt2Decoder.TIME_HIGH << 28 | timeHigh.raw()) << 32;
        LittleEndian.putLong(into, at, legacy ? Long.rotateLeft(word, 32) : word);
        return WORD_BYTES;
    }

    @Override
    protected void decodeWords(byte[] bytes, int from, int to, CameraBatch batch) throws MalformedPacketException {
        for (int at = from; at < to; at += WORD_BYTES) {
            long word = LittleEndian.getLong(bytes, at);
            int valid = (int) (legacy ? word >>> 32 : word);
            // The rest is laid out as a word of EVT 2.0.
            int address = (int) (legacy ? word : word >>> 32);
            long timeMicros = highMicros + (address >>> 22 & 0x3F);
            switch (address >>> 28) {
                case Evt2Decoder.OFF, Evt2Decoder.ON -> vector(from, at, timeMicros, address, valid, batch);
                case Evt2Decoder.TIME_HIGH ->
                    highMicros = timeHigh.next(address & 0xFFF_FFFF) << Evt2Decoder.TIME_LOW_BITS;
                case Evt2Decoder.TRIGGER -> {
                    if (timeHigh.isSet()) {
                        batch.markers().add(timeMicros, Kind.TRIGGER, address >>> 8 & 0x1F, address & 1);
                    } else {
                        warn(Warning.EVENTS_BEFORE_TIME);
                    }
                }
                case Evt2Decoder.CONTINUED -> warn(Warning.CONTINUATION_WORDS);
                default -> warn(Warning.OTHER_WORDS);
            }
        }
    }

    private void vector(int from, int at, long timeMicros, int address, int valid, CameraBatch batch)
            throws MalformedPacketException {
        int y = address & 0x7FF;
        for (int left = valid; left != 0; left &= left - 1) {
            int x = (address >>> 11 & 0x7FF) + Integer.numberOfTrailingZeros(left);
            if (!timeHigh.isSet()) {
                warn(Warning.EVENTS_BEFORE_TIME);
            } else if (x >= width || y >= height) {
                outside(from, at, x, y);
            } else {
                batch.add(timeMicros, x, y, address >>> 28);
            }
        }
    }
}
