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

    /** The type bits of four words, the first lowest: a base and the 32 columns of 12, 12 and 8 that sensors send behind it. */
    private static final long VECTOR_OF_32 =
            (long) VECTOR_8 << 60 | (long) VECTOR_12 << 44 | (long) VECTOR_12 << 28 | (long) VECTOR_BASE << 12;

    /** Row, event, row, event: two events alone. */
    private static final long TWO_EVENTS =
            (long) EVENT << 60 | (long) ROW << 44 | (long) EVENT << 28 | (long) ROW << 12;

    /** Row or column of each of four words, and the bit above what it can reach. */
    private static final long FIELDS = 0x07FF_07FF_07FF_07FFL;

    private static final long SIGNS = 0x8000_8000_8000_8000L;

    private static final long TYPES = 0xF000_F000_F000_F000L;

    /** Words decoded between two looks at the room of the batch. */
    private static final int BLOCK_WORDS = 1 << 12;

    private static final int MAX_SIDE = 0x800;

    /** Where the base of vectors stops: beyond every sensor, however many vectors follow. */
    private static final int LAST_BASE = 2 * MAX_SIDE;

    private static final int MAX_EVENTS_PER_WORD = 12;

    /** Where a row was not told yet. No sensor has it. */
    private static final int UNKNOWN_ROW = 1 << 14;

    /** Where a base was not told yet. No sensor has it, and none is moved on to it. */
    private static final int UNKNOWN_BASE = 1 << 29;

    private final LoopingTime timeHigh = new LoopingTime(12);
    private long highMicros;
    private int lowMicros;
    private int row = UNKNOWN_ROW;
    private int baseX = UNKNOWN_BASE;
    private int basePolarity;

    public Evt3Decoder(int width, int height, Damage damage) {
        // Vectors can reach columns beyond 11 bits, which no sensor has and no head of a packet can begin at.
        super(WORD_BYTES, Math.min(width, MAX_SIDE), Math.min(height, MAX_SIDE), damage);
    }

    @Override
    public void startNear(long micros) {
        timeHigh.startNear(micros >> 12);
    }

    @Override
    public int maxHeadBytes() {
        return 5 * WORD_BYTES;
    }

    @Override
    public int writeHead(byte[] into, int at) {
        int to = at;
        if (timeHigh.isSet()) {
            to = putWord(into, to, TIME_HIGH, (int) timeHigh.raw());
            to = putWord(into, to, TIME_LOW, lowMicros);
        }
        if (row != UNKNOWN_ROW) {
            to = putWord(into, to, ROW, row);
        }
        if (baseX != UNKNOWN_BASE) {
            to = putWord(into, to, VECTOR_BASE, basePolarity << 11 | Math.min(baseX, MAX_SIDE - 1));
        }
        // A base that was moved on beyond what a word can tell: an empty vector moves it there again.
        if (baseX != UNKNOWN_BASE && baseX >= MAX_SIDE) {
            to = putWord(into, to, VECTOR_12, 0);
        }
        return to - at;
    }

    private static int putWord(byte[] into, int at, int type, int content) {
        LittleEndian.putShort(into, at, type << 12 | content);
        return at + WORD_BYTES;
    }

    @Override
    protected void decodeWords(byte[] bytes, int from, int to, CameraBatch batch) throws MalformedPacketException {
        int at = from;
        while (at < to) {
            int end = Math.min(to, at + BLOCK_WORDS * WORD_BYTES);
            batch.reserve((end - at) / WORD_BYTES * MAX_EVENTS_PER_WORD);
            at = decodeGoodWords(bytes, at, end, batch);
            if (at < end) {
                decodeWord(from, at, LittleEndian.getShort(bytes, at), batch);
                at += WORD_BYTES;
            }
        }
    }

    /**
     * Decodes up to {@code to}, or to the first word that is none of those that carry nearly all events, or whose events
     * break a rule; returns where it stopped. Needs room for twelve events a word in the batch.
     */
    private int decodeGoodWords(byte[] bytes, int from, int to, CameraBatch batch) {
        long[] times = batch.timeMicros();
        int[] addresses = batch.address();
        int size = batch.size();
        long timeMicros = highMicros + lowMicros;
        // Without a time or a row no column is valid.
        int columns = timeHigh.isSet() ? width : 0;
        int rowAddress = row << 16;
        int rowColumns = row < height ? columns : 0;
        // Added to the fields of four words, row, column, row, column, it sets the sign of one that is too large.
        long outside =
                (0x8000L - columns) << 48 | (0x8000L - height) << 32 | (0x8000L - columns) << 16 | 0x8000L - height;
        int x = baseX;
        int vectorPolarity = basePolarity << 31;
        int at = from;
        decoding:
        while (at < to) {
            if (to - at >= Long.BYTES) {
                long four = LittleEndian.getLong(bytes, at);
                if (((four & TYPES ^ TWO_EVENTS) | ((four & FIELDS) + outside & SIGNS)) == 0) {
                    int second;
                    do {
                        int first = Integer.rotateLeft((int) four, 16);
                        second = Integer.rotateLeft((int) (four >>> 32), 16);
                        addresses[size] = first & 0x07FF_07FF | (first & 0x800) << 20;
                        addresses[size + 1] = second & 0x07FF_07FF | (second & 0x800) << 20;
                        times[size] = timeMicros;
                        times[size + 1] = timeMicros;
                        size += 2;
                        at += Long.BYTES;
                        if (to - at < Long.BYTES) {
                            break;
                        }
                        four = LittleEndian.getLong(bytes, at);
                    } while (((four & TYPES ^ TWO_EVENTS) | ((four & FIELDS) + outside & SIGNS)) == 0);
                    rowAddress = second & 0x07FF_0000;
                    rowColumns = columns;
                    continue;
                }
                long types = four & TYPES;
                if (types == VECTOR_OF_32) {
                    int mask = (int) (four >>> 16) & 0xFFF
                            | ((int) (four >>> 32) & 0xFFF) << 12
                            | (int) (four >>> 48) << 24;
                    int base = (int) four & 0x7FF;
                    if (base + 32 - Integer.numberOfLeadingZeros(mask) <= rowColumns) {
                        vectorPolarity = ((int) four & 0x800) << 20;
                        int address = base | rowAddress | vectorPolarity;
                        if (mask == -1) {
                            for (int i = 0; i < 32; i++) {
                                addresses[size + i] = address + i;
                            }
                            for (int i = 0; i < 32; i++) {
                                times[size + i] = timeMicros;
                            }
                            size += 32;
                        } else {
                            for (; mask != 0; mask &= mask - 1) {
                                addresses[size] = address + Integer.numberOfTrailingZeros(mask);
                                times[size] = timeMicros;
                                size++;
                            }
                        }
                        x = base + 32;
                        at += Long.BYTES;
                        continue;
                    }
                }
            }
            int word = LittleEndian.getShort(bytes, at);
            switch (word >>> 12) {
                case ROW -> {
                    rowAddress = (word & 0x7FF) << 16;
                    rowColumns = (word & 0x7FF) < height ? columns : 0;
                }
                case EVENT -> {
                    int column = word & 0x7FF;
                    if (column >= rowColumns) {
                        break decoding;
                    }
                    times[size] = timeMicros;
                    addresses[size] = column | rowAddress | (word & 0x800) << 20;
                    size++;
                }
                case VECTOR_BASE -> {
                    x = word & 0x7FF;
                    vectorPolarity = (word & 0x800) << 20;
                }
                case VECTOR_12, VECTOR_8 -> {
                    int span = word >>> 12 == VECTOR_12 ? 12 : 8;
                    int mask = word & (1 << span) - 1;
                    if (x + 32 - Integer.numberOfLeadingZeros(mask) > rowColumns) {
                        break decoding;
                    }
                    int address = x | rowAddress | vectorPolarity;
                    for (; mask != 0; mask &= mask - 1) {
                        addresses[size] = address + Integer.numberOfTrailingZeros(mask);
                        times[size] = timeMicros;
                        size++;
                    }
                    x = Math.min(x + span, LAST_BASE);
                }
                case TIME_LOW -> {
                    timeMicros = timeMicros & -0x1000 | word & 0xFFF;
                }
                default -> {
                    break decoding;
                }
            }
            at += WORD_BYTES;
        }
        lowMicros = (int) timeMicros & 0xFFF;
        row = rowAddress >> 16;
        baseX = x;
        basePolarity = vectorPolarity >>> 31;
        batch.filledTo(size);
        return at;
    }

    private void decodeWord(int from, int at, int word, CameraBatch batch) throws MalformedPacketException {
        switch (word >>> 12) {
            case EVENT -> event(from, at, word & 0x7FF, word >>> 11 & 1, batch);
            case VECTOR_12 -> vector(from, at, word & 0xFFF, 12, batch);
            case VECTOR_8 -> vector(from, at, word & 0xFF, 8, batch);
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

    private void vector(int from, int at, int mask, int columns, CameraBatch batch) throws MalformedPacketException {
        for (int left = mask; left != 0; left &= left - 1) {
            event(from, at, baseX + Integer.numberOfTrailingZeros(left), basePolarity, batch);
        }
        baseX = baseX == UNKNOWN_BASE ? UNKNOWN_BASE : Math.min(baseX + columns, LAST_BASE);
    }

    private void event(int from, int at, int x, int polarity, CameraBatch batch) throws MalformedPacketException {
        if (!timeHigh.isSet()) {
            warn(Warning.EVENTS_BEFORE_TIME);
        } else if (row == UNKNOWN_ROW || x >= UNKNOWN_BASE) {
            warn(Warning.EVENTS_BEFORE_ADDRESS);
        } else if (x >= width || row >= height) {
            outside(from, at, x, row);
        } else {
            batch.add(highMicros + lowMicros, x, row, polarity);
        }
    }
}
