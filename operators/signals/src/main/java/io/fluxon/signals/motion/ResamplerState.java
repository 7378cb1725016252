package io.fluxon.signals.motion;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/** All that a {@link MotionResampler} remembers of one device; it can be cut between any two samples. */
public final class ResamplerState {

    static final int AXES = 3;

    private static final int ENCODING_VERSION = 1;

    /** A bound for reading only: no resampler lets as many values wait. */
    private static final int MAX_WAITING = 1 << 20;

    final Side[] sides = {new Side(), new Side()};

    /** Whether a joint sample was ever passed on, and the grid index of the last one. */
    boolean emitted;

    long lastEmitted;
    long dropped;

    ResamplerState() {}

    /** Samples dropped since the state was new because they were not later than the one before them. */
    public long dropped() {
        return dropped;
    }

    public ResamplerState copy() {
        ResamplerState copy = new ResamplerState();
        for (int s = 0; s < sides.length; s++) {
            copy.sides[s].copyFrom(sides[s]);
        }
        copy.emitted = emitted;
        copy.lastEmitted = lastEmitted;
        copy.dropped = dropped;
        return copy;
    }

    /** Writes the state, version first; big-endian, floats by their bits. */
    public void writeTo(DataOutput out) throws IOException {
        out.writeByte(ENCODING_VERSION);
        for (Side side : sides) {
            side.writeTo(out);
        }
        out.writeBoolean(emitted);
        out.writeLong(lastEmitted);
        out.writeLong(dropped);
    }

    public static ResamplerState readFrom(DataInput in) throws IOException {
        int version = in.readUnsignedByte();
        if (version != ENCODING_VERSION) {
            throw new IOException("resampler state of version " + version + ", this release reads " + ENCODING_VERSION);
        }
        ResamplerState state = new ResamplerState();
        for (Side side : state.sides) {
            side.readFrom(in);
        }
        state.emitted = in.readBoolean();
        state.lastEmitted = in.readLong();
        state.dropped = in.readLong();
        return state;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ResamplerState that
                && Arrays.equals(sides, that.sides)
                && emitted == that.emitted
                && lastEmitted == that.lastEmitted
                && dropped == that.dropped;
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(sides) * 31 + Long.hashCode(lastEmitted);
    }

    /** One stream: its last sample, and the values at grid times that the other stream has not passed yet. */
    static final class Side {

        boolean started;
        long timeNanos;
        float x;
        float y;
        float z;

        /** No grid time up to this index can still become covered. */
        long passed = Long.MIN_VALUE;

        int waiting;
        private int first;
        private long[] indices = {};
        private float[] values = {};

        long waitingIndex(int place) {
            return indices[(first + place) % indices.length];
        }

        void add(long index, float atX, float atY, float atZ, int maxWaiting) {
            if (waiting == indices.length) {
                grow(Math.min(maxWaiting, Math.max(8, 2 * waiting)));
            }
            int slot = (first + waiting) % indices.length;
            indices[slot] = index;
            values[AXES * slot] = atX;
            values[AXES * slot + 1] = atY;
            values[AXES * slot + 2] = atZ;
            waiting++;
        }

        void takeFirst(float[] joint, int offset) {
            System.arraycopy(values, AXES * first, joint, offset, AXES);
            dropFirst();
        }

        void dropFirst() {
            first = (first + 1) % indices.length;
            waiting--;
        }

        void dropWaitingUntil(long index) {
            while (waiting > 0 && indices[first] <= index) {
                dropFirst();
            }
        }

        private void grow(int capacity) {
            long[] newIndices = new long[capacity];
            float[] newValues = new float[AXES * capacity];
            for (int i = 0; i < waiting; i++) {
                int slot = (first + i) % indices.length;
                newIndices[i] = indices[slot];
                System.arraycopy(values, AXES * slot, newValues, AXES * i, AXES);
            }
            indices = newIndices;
            values = newValues;
            first = 0;
        }

        void copyFrom(Side from) {
            started = from.started;
            timeNanos = from.timeNanos;
            x = from.x;
            y = from.y;
            z = from.z;
            passed = from.passed;
            waiting = from.waiting;
            first = from.first;
            indices = from.indices.clone();
            values = from.values.clone();
        }

        void writeTo(DataOutput out) throws IOException {
            out.writeBoolean(started);
            out.writeLong(timeNanos);
            out.writeFloat(x);
            out.writeFloat(y);
            out.writeFloat(z);
            out.writeLong(passed);
            out.writeInt(waiting);
            for (int i = 0; i < waiting; i++) {
                int slot = (first + i) % indices.length;
                out.writeLong(indices[slot]);
                for (int axis = 0; axis < AXES; axis++) {
                    out.writeFloat(values[AXES * slot + axis]);
                }
            }
        }

        void readFrom(DataInput in) throws IOException {
            started = in.readBoolean();
            timeNanos = in.readLong();
            x = in.readFloat();
            y = in.readFloat();
            z = in.readFloat();
            passed = in.readLong();
            int count = in.readInt();
            if (count < 0 || count > MAX_WAITING) {
                throw new IOException("resampler state with " + count + " waiting values, at most " + MAX_WAITING);
            }
            for (int i = 0; i < count; i++) {
                add(in.readLong(), in.readFloat(), in.readFloat(), in.readFloat(), MAX_WAITING);
            }
        }

        /** Waiting values compare by content, wherever in the ring they lie. */
        @Override
        public boolean equals(Object other) {
            if (!(other instanceof Side that)
                    || started != that.started
                    || timeNanos != that.timeNanos
                    || Float.floatToIntBits(x) != Float.floatToIntBits(that.x)
                    || Float.floatToIntBits(y) != Float.floatToIntBits(that.y)
                    || Float.floatToIntBits(z) != Float.floatToIntBits(that.z)
                    || passed != that.passed
                    || waiting != that.waiting) {
                return false;
            }
            for (int i = 0; i < waiting; i++) {
                int slot = (first + i) % indices.length;
                int thatSlot = (that.first + i) % that.indices.length;
                if (indices[slot] != that.indices[thatSlot]
                        || !Arrays.equals(
                                values,
                                AXES * slot,
                                AXES * slot + AXES,
                                that.values,
                                AXES * thatSlot,
                                AXES * thatSlot + AXES)) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(timeNanos) * 31 + waiting;
        }
    }
}
