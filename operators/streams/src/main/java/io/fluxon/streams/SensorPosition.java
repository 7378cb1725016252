package io.fluxon.streams;

import io.fluxon.connectors.kafka.KafkaRecord;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** Where the stream of one sensor stands, and its packets that came early. */
public final class SensorPosition {

    /** Of the newest gaps, to tell a late packet from a repeated one. */
    static final int REMEMBERED_GAPS = 64;

    /** A bound for reading only. */
    private static final int MAX_RECORD_BYTES = 1 << 27;

    /** Taken for a record before any of it was read. */
    private static final int FIRST_BYTES = 1 << 16;

    final String sensorId;

    /** The epoch under way or ended last, -1 before the first. */
    long epoch = -1;

    long nextSequence;

    /** Whether the epoch has had its END, or none has begun. */
    boolean ended = true;

    /** End of what has passed, offset units of the epoch. */
    long lastOffset;

    /** Gaps of the epoch, from and to in turn. */
    long[] gaps = new long[0];

    /** In the order of (epoch, sequence); all beyond what comes next. Changed only by the methods below. */
    final List<Held> held = new ArrayList<>();

    private long heldBytes;
    private int heldEnds;

    /**
     * A packet that waits.
     *
     * @param end whether it ends its epoch
     * @param fromUnixNanos its first time on the sensor's clock
     * @param toUnixNanos its last time on the sensor's clock
     */
    record Held(long epoch, long sequence, boolean end, long fromUnixNanos, long toUnixNanos, KafkaRecord record) {

        int bytes() {
            return record.value.length;
        }
    }

    SensorPosition(String sensorId) {
        this.sensorId = sensorId;
    }

    public String sensorId() {
        return sensorId;
    }

    public long epoch() {
        return epoch;
    }

    /** Of the packet that comes next in the epoch. */
    public long nextSequence() {
        return nextSequence;
    }

    public boolean ended() {
        return ended;
    }

    public int heldPackets() {
        return held.size();
    }

    /** Bytes of the held records. */
    public long heldBytes() {
        return heldBytes;
    }

    /** First and last sequence of the epoch's gaps in turn, of the newest {@value #REMEMBERED_GAPS}. */
    public long[] gaps() {
        return gaps.clone();
    }

    /** Number of held packets that end their epoch. */
    int heldEnds() {
        return heldEnds;
    }

    void addHeld(int place, Held packet) {
        held.add(place, packet);
        heldBytes += packet.bytes();
        heldEnds += packet.end() ? 1 : 0;
    }

    Held removeFirstHeld() {
        Held first = held.remove(0);
        heldBytes -= first.bytes();
        heldEnds -= first.end() ? 1 : 0;
        return first;
    }

    void begin(long newEpoch) {
        epoch = newEpoch;
        nextSequence = 0;
        ended = false;
        lastOffset = 0;
        gaps = new long[0];
    }

    boolean isInGap(long sequence) {
        for (int i = 0; i < gaps.length; i += 2) {
            if (gaps[i] <= sequence && sequence <= gaps[i + 1]) {
                return true;
            }
        }
        return false;
    }

    void addGap(long from, long to) {
        int oldest = gaps.length == 2 * REMEMBERED_GAPS ? 2 : 0;
        int kept = gaps.length - oldest;
        gaps = Arrays.copyOf(Arrays.copyOfRange(gaps, oldest, gaps.length), kept + 2);
        gaps[kept] = from;
        gaps[kept + 1] = to;
    }

    SensorPosition copy() {
        SensorPosition copy = new SensorPosition(sensorId);
        copy.epoch = epoch;
        copy.nextSequence = nextSequence;
        copy.ended = ended;
        copy.lastOffset = lastOffset;
        copy.gaps = gaps.clone();
        // Held records are never changed.
        copy.held.addAll(held);
        copy.heldBytes = heldBytes;
        copy.heldEnds = heldEnds;
        return copy;
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeUTF(sensorId);
        out.writeLong(epoch);
        out.writeLong(nextSequence);
        out.writeBoolean(ended);
        out.writeLong(lastOffset);
        out.writeByte(gaps.length);
        for (long gap : gaps) {
            out.writeLong(gap);
        }
        out.writeShort(held.size());
        for (Held packet : held) {
            out.writeLong(packet.epoch);
            out.writeLong(packet.sequence);
            out.writeBoolean(packet.end);
            out.writeLong(packet.fromUnixNanos);
            out.writeLong(packet.toUnixNanos);
            out.writeUTF(packet.record.topic);
            out.writeInt(packet.record.partition);
            out.writeLong(packet.record.offset);
            out.writeLong(packet.record.appendUnixMillis);
            writeBytes(out, packet.record.key);
            writeBytes(out, packet.record.value);
        }
    }

    static SensorPosition readFrom(DataInput in) throws IOException {
        SensorPosition position = new SensorPosition(in.readUTF());
        position.epoch = in.readLong();
        position.nextSequence = in.readLong();
        position.ended = in.readBoolean();
        position.lastOffset = in.readLong();
        int gaps = in.readUnsignedByte();
        if (gaps > 2 * REMEMBERED_GAPS || gaps % 2 != 0) {
            throw new IOException(gaps + " ends of gaps, not an even number up to " + 2 * REMEMBERED_GAPS);
        }
        position.gaps = new long[gaps];
        for (int i = 0; i < gaps; i++) {
            position.gaps[i] = in.readLong();
        }
        int held = in.readUnsignedShort();
        for (int i = 0; i < held; i++) {
            position.addHeld(
                    i,
                    new Held(
                            in.readLong(),
                            in.readLong(),
                            in.readBoolean(),
                            in.readLong(),
                            in.readLong(),
                            new KafkaRecord(
                                    in.readUTF(),
                                    in.readInt(),
                                    in.readLong(),
                                    in.readLong(),
                                    readBytes(in),
                                    readBytes(in))));
        }
        return position;
    }

    private static void writeBytes(DataOutput out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static byte[] readBytes(DataInput in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > MAX_RECORD_BYTES) {
            throw new IOException("a held record of " + length + " bytes, not 0 to " + MAX_RECORD_BYTES);
        }
        // Damaged bytes may name a length that does not follow.
        byte[] bytes = new byte[Math.min(length, FIRST_BYTES)];
        in.readFully(bytes);
        while (bytes.length < length) {
            int read = bytes.length;
            bytes = Arrays.copyOf(bytes, (int) Math.min(length, 2L * read));
            in.readFully(bytes, read, bytes.length - read);
        }
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SensorPosition that
                && sensorId.equals(that.sensorId)
                && epoch == that.epoch
                && nextSequence == that.nextSequence
                && ended == that.ended
                && lastOffset == that.lastOffset
                && Arrays.equals(gaps, that.gaps)
                && sameHeld(that);
    }

    private boolean sameHeld(SensorPosition that) {
        if (held.size() != that.held.size()) {
            return false;
        }
        for (int i = 0; i < held.size(); i++) {
            Held one = held.get(i);
            Held other = that.held.get(i);
            if (one.epoch != other.epoch
                    || one.sequence != other.sequence
                    || !Arrays.equals(one.record.value, other.record.value)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        return Objects.hash(sensorId, epoch, nextSequence);
    }
}
