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

    /** Words that are looked at in one go: few enough for the fastest memory. */
    private static final int BLOCK_WORDS = 1 << 9;

    private final int[] words = new int[BLOCK_WORDS];
    private final int[] lowMicros = new int[BLOCK_WORDS];
    private final int[] addresses = new int[BLOCK_WORDS];
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
        for (int at = from; at < to; at += BLOCK_WORDS * WORD_BYTES) {
            int count = Math.min(BLOCK_WORDS, (to - at) / WORD_BYTES);
            LittleEndian.getInts(bytes, at, words, count);
            lowTimes(words, count, height, width, lowMicros);
            packAddresses(words, count, addresses);
            batch.reserve(count);
            int i = 0;
            while (i < count) {
                int end = timeHigh.isSet() ? appendEvents(i, count, batch) : i;
                if (end < count && words[end] >>> 28 == TIME_HIGH) {
                    highMicros = timeHigh.next(words[end] & 0xFFF_FFFF) << TIME_LOW_BITS;
                } else if (end < count) {
                    decodeWord(from, at + end * WORD_BYTES, words[end], batch);
                }
                i = end + 1;
            }
        }
    }

    /** lowMicros[i] = the low part of the time in word i if that is an event on the sensor, at least 64 otherwise. */
    private static void lowTimes(int[] words, int count, int height, int width, int[] lowMicros) {
        // Added to a row or column of 11 bits that is too large, it sets the bit above.
        int outsideRow = 0x800 - Math.min(height, 0x800);
        int outsideColumn = 0x800 - Math.min(width, 0x800);
        for (int i = 0; i < count; i++) {
            int word = words[i];
            int outside = ((word & 0x7FF) + outsideRow | (word >>> 11 & 0x7FF) + outsideColumn) & 0x800;
            lowMicros[i] = word >>> 22 & 0x3F | outside | word >>> 29 << 12;
        }
    }

    /** addresses[i] = what a batch keeps of the event in word i, if it is one. */
    private static void packAddresses(int[] words, int count, int[] addresses) {
        for (int i = 0; i < count; i++) {
            int word = words[i];
            addresses[i] = word >>> 11 & 0x7FF | (word & 0x7FF) << 16 | word << 3 & 0x8000_0000;
        }
    }

    /** Appends events up to {@code to} or to the first word that is none; returns where it stopped. */
    private int appendEvents(int from, int to, CameraBatch batch) {
        int shift = batch.size() - from;
        long high = highMicros;
        long[] times = batch.timeMicros();
        int[] into = batch.address();
        int[] low = lowMicros;
        int[] packed = addresses;
        int i = from;
        for (; i < to; i++) {
            int micros = low[i];
            if (micros > 0x3F) {
                break;
            }
            times[shift + i] = high + micros;
            into[shift + i] = packed[i];
        }
        batch.filledTo(shift + i);
        return i;
    }

    private void decodeWord(int from, int at, int word, CameraBatch batch) throws MalformedPacketException {
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
