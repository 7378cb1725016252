package io.fluxon.connectors.camera.words;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder;
import io.fluxon.connectors.camera.CameraMarkers.Kind;
import io.fluxon.connectors.camera.DecodingWarnings.Warning;
import io.fluxon.connectors.packets.MalformedPacketException;

/**
 * Prophesee's EVT 2.0, words of 32 bits, little-endian. Bits 28 to 31 are the type:
 *
 * <ul>
 *   <li>0 and 1, an event, OFF and ON: low part of the time in bits 22 to 27, column in 11 to 21, row in 0 to 10
 *   <li>8, the high part of the time: us / 64 in bits 0 to 27; it starts again after 2<sup>34</sup> us
 *   <li>10, a trigger: low part of the time in bits 22 to 27, line in 8 to 12, level in bit 0
 *   <li>14 and 15, a vendor's word and its continuation; all other types are reserved
 * </ul>
 *
 * The first high part decides where time begins; events before it are left out.
 */
public final class Evt2Decoder extends CameraDecoder {

    static final int WORD_BYTES = 4;
    static final int OFF = 0;
    static final int ON = 1;
    static final int TIME_HIGH = 8;
    static final int TRIGGER = 10;
    static final int CONTINUED = 15;
    static final int TIME_LOW_BITS = 6;
    static final int TIME_HIGH_BITS = 28;

    private final LoopingTime timeHigh = new LoopingTime(TIME_HIGH_BITS);
    private long highMicros;

    public Evt2Decoder(int width, int height, Damage damage) {
        super(WORD_BYTES, width, height, damage);
    }

    @Override
    public void startNear(long micros) {
        timeHigh.startNear(micros >> TIME_LOW_BITS);
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
        LittleEndian.putInt(into, at, TIME_HIGH << 28 | (int) timeHigh.raw());
        return WORD_BYTES;
    }

    @Override
    protected void decodeWords(byte[] bytes, int from, int to, CameraBatch batch) throws MalformedPacketException {
        for (int at = from; at < to; at += WORD_BYTES) {
            int word = LittleEndian.getInt(bytes, at);
            long timeMicros = highMicros + (word >>> 22 & 0x3F);
            switch (word >>> 28) {
                case OFF, ON -> {
                    int x = word >>> 11 & 0x7FF;
                    int y = word & 0x7FF;
                    if (!timeHigh.isSet()) {
                        warn(Warning.EVENTS_BEFORE_TIME);
                    } else if (x >= width || y >= height) {
                        outside(from, at, x, y);
                    } else {
                        batch.add(timeMicros, x, y, word >>> 28);
                    }
                }
                case TIME_HIGH -> highMicros = timeHigh.next(word & 0xFFF_FFFF) << TIME_LOW_BITS;
                case TRIGGER -> {
                    if (timeHigh.isSet()) {
                        batch.markers().add(timeMicros, Kind.TRIGGER, word >>> 8 & 0x1F, word & 1);
                    } else {
                        warn(Warning.EVENTS_BEFORE_TIME);
                    }
                }
                case CONTINUED -> warn(Warning.CONTINUATION_WORDS);
                default -> warn(Warning.OTHER_WORDS);
            }
        }
    }
}
