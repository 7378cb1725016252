package io.fluxon.benchmarks;

import java.util.Arrays;

/**
 * The yardstick of the decoders' benchmarks: EVT3 as one would write it at first. One switch per word, one turn per set bit
 * of a vector, four arrays of the fields of an event, and whatever byte range comes: a word cut in two is carried over. It
 * checks nothing.
 */
final class PlainEvt3Loop {

    int size;
    long[] timeMicros = new long[1 << 16];
    short[] xs = new short[1 << 16];
    short[] ys = new short[1 << 16];
    byte[] polarity = new byte[1 << 16];

    private boolean hasFirstByte;
    private byte firstByte;
    private long highMicros;
    private int lowMicros;
    private int row;
    private int baseX;
    private byte basePolarity;

    void decode(byte[] bytes, int from, int to) {
        int at = from;
        if (hasFirstByte && at < to) {
            hasFirstByte = false;
            byte[] word = {firstByte, bytes[at++]};
            decodeWords(word, 0, 2);
        }
        int end = to - (to - at) % 2;
        decodeWords(bytes, at, end);
        if (end < to) {
            hasFirstByte = true;
            firstByte = bytes[end];
        }
    }

    private void decodeWords(byte[] bytes, int from, int to) {
        int count = size;
        long high = highMicros;
        int low = lowMicros;
        int y = row;
        int base = baseX;
        byte vectorPolarity = basePolarity;
        for (int at = from; at < to; at += 2) {
            if (count + 12 > timeMicros.length) {
                grow();
            }
            int word = bytes[at] & 0xFF | (bytes[at + 1] & 0xFF) << 8;
            switch (word >>> 12) {
                case 0:
                    y = word & 0x7FF;
                    break;
                case 2:
                    timeMicros[count] = high | low;
                    xs[count] = (short) (word & 0x7FF);
                    ys[count] = (short) y;
                    polarity[count] = (byte) (word >>> 11 & 1);
                    count++;
                    break;
                case 3:
                    base = word & 0x7FF;
                    vectorPolarity = (byte) (word >>> 11 & 1);
                    break;
                case 4:
                case 5:
                    int columns = word >>> 12 == 4 ? 12 : 8;
                    for (int left = word & (1 << columns) - 1; left != 0; left &= left - 1) {
                        timeMicros[count] = high | low;
                        xs[count] = (short) (base + Integer.numberOfTrailingZeros(left));
                        ys[count] = (short) y;
                        polarity[count] = vectorPolarity;
                        count++;
                    }
                    base += columns;
                    break;
                case 6:
                    low = word & 0xFFF;
                    break;
                case 8:
                    long next = (long) (word & 0xFFF) << 12;
                    long loops = high >>> 24 << 24;
                    if ((high & 0xFF_FFFF) - next >= 1 << 23) {
                        loops += 1 << 24;
                    }
                    high = loops | next;
                    break;
                default:
                    break;
            }
        }
        size = count;
        highMicros = high;
        lowMicros = low;
        row = y;
        baseX = base;
        basePolarity = vectorPolarity;
    }

    private void grow() {
        int capacity = 2 * timeMicros.length;
        timeMicros = Arrays.copyOf(timeMicros, capacity);
        xs = Arrays.copyOf(xs, capacity);
        ys = Arrays.copyOf(ys, capacity);
        polarity = Arrays.copyOf(polarity, capacity);
    }
}
