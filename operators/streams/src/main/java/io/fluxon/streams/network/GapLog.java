package io.fluxon.streams.network;

import io.fluxon.schemas.SequenceGap;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The newest gaps of an epoch, in the order in which they were found, and where in time their holes lie. */
final class GapLog {

    static final int MOST = 64;

    private static final int SENSOR = 0;
    private static final int FROM_SEQUENCE = 1;
    private static final int TO_SEQUENCE = 2;
    private static final int FROM_MICROS = 3;
    private static final int TO_MICROS = 4;
    private static final int FIELDS = 5;

    /** {@value #FIELDS} values a gap. */
    private long[] values = {};

    boolean isFull() {
        return values.length == MOST * FIELDS;
    }

    /**
     * Adds a gap; the oldest one goes if there are too many.
     *
     * @param fromMicros last time known before the hole
     * @param toMicros first time known after it
     */
    void add(int sensor, long fromSequence, long toSequence, long fromMicros, long toMicros) {
        int oldest = isFull() ? FIELDS : 0;
        int kept = values.length - oldest;
        long[] longer = new long[kept + FIELDS];
        System.arraycopy(values, oldest, longer, 0, kept);
        longer[kept + SENSOR] = sensor;
        longer[kept + FROM_SEQUENCE] = fromSequence;
        longer[kept + TO_SEQUENCE] = toSequence;
        longer[kept + FROM_MICROS] = fromMicros;
        longer[kept + TO_MICROS] = toMicros;
        values = longer;
    }

    /** Packets of the oldest gap if its hole reaches the given time, otherwise 0. */
    long oldestPacketsSince(long micros) {
        return values[TO_MICROS] >= micros ? packets(0) : 0;
    }

    /** Packets whose hole ends at {@code fromMicros} or later and begins before {@code beforeMicros}. */
    long packetsWithin(long fromMicros, long beforeMicros) {
        long packets = 0;
        for (int gap = 0; gap < values.length; gap += FIELDS) {
            packets += isWithin(gap, fromMicros, beforeMicros) ? packets(gap) : 0;
        }
        return packets;
    }

    /** The gaps whose hole ends at {@code fromMicros} or later and begins before {@code beforeMicros}. */
    List<SequenceGap> within(long fromMicros, long beforeMicros, String[] sensorIds) {
        if (values.length == 0) {
            return List.of();
        }
        List<SequenceGap> gaps = new ArrayList<>();
        for (int gap = 0; gap < values.length; gap += FIELDS) {
            if (isWithin(gap, fromMicros, beforeMicros)) {
                gaps.add(new SequenceGap(
                        sensorIds[(int) values[gap + SENSOR]], values[gap + FROM_SEQUENCE], values[gap + TO_SEQUENCE]));
            }
        }
        return gaps;
    }

    private boolean isWithin(int gap, long fromMicros, long beforeMicros) {
        return values[gap + TO_MICROS] >= fromMicros && values[gap + FROM_MICROS] < beforeMicros;
    }

    private long packets(int gap) {
        return values[gap + TO_SEQUENCE] - values[gap + FROM_SEQUENCE] + 1;
    }

    GapLog copy() {
        GapLog copy = new GapLog();
        copy.values = values.clone();
        return copy;
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeByte(values.length / FIELDS);
        for (long value : values) {
            out.writeLong(value);
        }
    }

    static GapLog readFrom(DataInput in, int sensors) throws IOException {
        int gaps = in.readUnsignedByte();
        if (gaps > MOST) {
            throw new IOException("open epoch with " + gaps + " gaps, at most " + MOST);
        }
        GapLog log = new GapLog();
        log.values = new long[gaps * FIELDS];
        for (int i = 0; i < log.values.length; i++) {
            log.values[i] = in.readLong();
            if (i % FIELDS == SENSOR && (log.values[i] < 0 || log.values[i] >= sensors)) {
                throw new IOException("open epoch with a gap of sensor " + log.values[i] + " of " + sensors);
            }
        }
        return log;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GapLog that && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }
}
