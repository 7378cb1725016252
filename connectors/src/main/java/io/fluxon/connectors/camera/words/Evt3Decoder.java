package io.fluxon.connectors.camera.words;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder;
import io.fluxon.connectors.camera.CameraMarkers.Kind;
import io.fluxon.connectors.camera.DecodingWarnings.Warning;
import io.fluxon.connectors.packets.MalformedPacketException;

/**
 * Prophesee's EVT 3.0, words of 16 bits, little-endian. Bits 12 to 15 are the type; the words fill registers (time, row,
 * base column and polarity of vectors), and some of them give events with what the registers hold:
 *
 * <ul>
 *   <li>0, the row: bits 0 to 10; bit 11 tells which of two cameras, and is not used
 *   <li>2, an event: polarity in bit 11, column in bits 0 to 10
 *   <li>3, the base of vectors: polarity in bit 11, column in bits 0 to 10
 *   <li>4 and 5, a vector: an event at base + i for each set bit i, of 12 and of 8; the base then moves on by 12 or 8
 *   <li>6, the low 12 bits of the time in microseconds, and nothing else: it may run back, which is no carry
 *   <li>8, the high 12 bits of the time, of which the low ones are then 0 if it is a new value; 2<sup>24</sup> us after 0 it
 *       starts again
 *   <li>10, a trigger: line in bits 8 to 11, level in bit 0
 *   <li>14, a vendor's word; 7 and 15, its continuation; all other types are reserved
 * </ul>
 *
 * Each word counts by itself: of a vector cut short the words that are there give their events. The first high part of the
 * time decides where it begins; events before it, or before what else they need, are left out.
 */
public final class Evt3Decoder extends CameraDecoder {

    static final int WORD_BYTES = 2;
    static final int ROW = 0;
    static final int EVENT = 2;
    static final int VECTOR_BASE = 3;
    static final int VECTOR_12 = 4;
    static final int VECTOR_8 = 5;
    static final int TIME_LOW = 6;
    static final int CONTINUED_4 = 7;
    static final int TIME_HIGH = 8;
    static final int TRIGGER = 10;
    static final int CONTINUED_12 = 15;

    private static final int UNKNOWN = -1;

    private final LoopingTime timeHigh = new LoopingTime(12);
    private long highMicros;
    private int lowMicros;
    private int row = UNKNOWN;

    /** Column in bits 0 to 30 and polarity in bit 31 of the address that the next vector starts at. */
    private int baseX = UNKNOWN;

    private int basePolarity;

    public Evt3Decoder(int width, int height, Damage damage) {
        super(WORD_BYTES, width, height, damage);
    }

    @Override
    public void startNear(long micros) {
        timeHigh.startNear(micros >> 12);
    }

    @Override
    public int maxHeadBytes() {
        return 4 * WORD_BYTES;
    }

    @Override
    public int writeHead(byte[] into, int at) {
        int to = at;
        if (timeHigh.isSet()) {
            to = putWord(into, to, TIME_HIGH, (int) timeHigh.raw());
            to = putWord(into, to, TIME_LOW, lowMicros);
        }
        if (row != UNKNOWN) {
            to = putWord(into, to, ROW, row);
        }
        if (baseX != UNKNOWN) {
            to = putWord(into, to, VECTOR_BASE, basePolarity << 11 | baseX & 0x7FF);
        }
        return to - at;
    }

    private static int putWord(byte[] into, int at, int type, int content) {
        LittleEndian.putShort(into, at, type << 12 | content);
        return at + WORD_BYTES;
    }

    @Override
    protected void decodeWords(byte[] bytes, int from, int to, CameraBatch batch) throws MalformedPacketException {
        for (int at = from; at < to; at += WORD_BYTES) {
            int word = LittleEndian.getShort(bytes, at);
            switch (word >>> 12) {
                case ROW -> row = word & 0x7FF;
                case EVENT -> event(from, at, word & 0x7FF, word >>> 11 & 1, batch);
                case VECTOR_BASE -> {
                    baseX = word & 0x7FF;
                    basePolarity = word >>> 11 & 1;
                }
                case VECTOR_12 -> vector(from, at, word & 0xFFF, 12, batch);
                case VECTOR_8 -> vector(from, at, word & 0xFF, 8, batch);
                case TIME_LOW -> lowMicros = word & 0xFFF;
                case TIME_HIGH -> {
                    int high = word & 0xFFF;
                    lowMicros = timeHigh.raw() == high ? lowMicros : 0;
                    highMicros = timeHigh.next(high) << 12;
                }
                case TRIGGER -> {
                    if (timeHigh.isSet()) {
                        batch.markers().add(highMicros + lowMicros, Kind.TRIGGER, word >>> 8 & 0xF, word & 1);
                    } else {
                        warn(Warning.EVENTS_BEFORE_TIME);
                    }
                }
                case CONTINUED_4, CONTINUED_12 -> warn(Warning.CONTINUATION_WORDS);
                default -> warn(Warning.OTHER_WORDS);
            }
        }
    }

    private void vector(int from, int at, int mask, int columns, CameraBatch batch) throws MalformedPacketException {
        for (int left = mask; left != 0; left &= left - 1) {
            event(
                    from,
                    at,
                    baseX == UNKNOWN ? UNKNOWN : baseX + Integer.numberOfTrailingZeros(left),
                    basePolarity,
                    batch);
        }
        baseX = baseX == UNKNOWN ? UNKNOWN : baseX + columns;
    }

    private void event(int from, int at, int x, int polarity, CameraBatch batch) throws MalformedPacketException {
        if (!timeHigh.isSet()) {
            warn(Warning.EVENTS_BEFORE_TIME);
        } else if (row == UNKNOWN || x == UNKNOWN) {
            warn(Warning.EVENTS_BEFORE_ADDRESS);
        } else if (x >= width || row >= height) {
            outside(from, at, x, row);
        } else {
            batch.add(highMicros + lowMicros, x, row, polarity);
        }
    }
}
