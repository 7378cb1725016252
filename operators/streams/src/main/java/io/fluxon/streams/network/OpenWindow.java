package io.fluxon.streams.network;

import io.fluxon.networks.engine.DeltaGruState;
import io.fluxon.networks.engine.NetworkState;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;

/** A window under way. Times are of the epoch's clock, microseconds. */
public final class OpenWindow {

    /** A bound for reading only. */
    private static final int MAX_CLASSES = 1 << 16;

    /** Start of the interval that the next decision is about; a continuous window's moves on. */
    long fromMicros;

    /** An event at this time or later closes the window; {@link Long#MAX_VALUE} if none does. A session's moves on. */
    long endMicros;

    /** Time that is 0 on the network's clock, a whole number of steps. */
    long clockMicros;

    /** Null once the window takes in nothing more. */
    StreamNetwork.Memory memory;

    /** Whether anything was taken in since the last decision. */
    boolean changed;

    boolean decidedEarly;

    /** Samples since the network began afresh. */
    long steps;

    /** Events earlier than {@link #fromMicros}. */
    long lateEvents;

    /** Missing packets of gaps that the log has no room for any more. */
    long forgottenMissing;

    /** Of a continuous window whose scores are counts, the counts at the last decision; otherwise empty. */
    float[] countsBefore = {};

    OpenWindow(long fromMicros, long endMicros, long clockMicros, StreamNetwork.Memory memory) {
        this.fromMicros = fromMicros;
        this.endMicros = endMicros;
        this.clockMicros = clockMicros;
        this.memory = memory;
    }

    /** Start of the interval that the next decision is about. */
    public long fromMicros() {
        return fromMicros;
    }

    /** An event at this time or later closes the window; {@link Long#MAX_VALUE} if none does. */
    public long endMicros() {
        return endMicros;
    }

    /** What its network remembers; null if it is recurrent, or the window takes in nothing more. */
    public NetworkState networkState() {
        return PlannedNetwork.stateOf(memory);
    }

    /** What its recurrent network remembers; null if it has another, or the window takes in nothing more. */
    public DeltaGruState recurrentState() {
        return DeltaNetwork.stateOf(memory);
    }

    OpenWindow copy() {
        OpenWindow copy = new OpenWindow(fromMicros, endMicros, clockMicros, memory == null ? null : memory.copy());
        copy.changed = changed;
        copy.decidedEarly = decidedEarly;
        copy.steps = steps;
        copy.lateEvents = lateEvents;
        copy.forgottenMissing = forgottenMissing;
        copy.countsBefore = countsBefore.clone();
        return copy;
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeLong(fromMicros);
        out.writeLong(endMicros);
        out.writeLong(clockMicros);
        out.writeBoolean(changed);
        out.writeBoolean(decidedEarly);
        out.writeLong(steps);
        out.writeLong(lateEvents);
        out.writeLong(forgottenMissing);
        out.writeInt(countsBefore.length);
        for (float count : countsBefore) {
            out.writeFloat(count);
        }
        out.writeBoolean(memory != null);
        if (memory != null) {
            memory.writeTo(out);
        }
    }

    static OpenWindow readFrom(DataInput in) throws IOException {
        OpenWindow window = new OpenWindow(in.readLong(), in.readLong(), in.readLong(), null);
        window.changed = in.readBoolean();
        window.decidedEarly = in.readBoolean();
        window.steps = in.readLong();
        window.lateEvents = in.readLong();
        window.forgottenMissing = in.readLong();
        int counts = in.readInt();
        if (counts < 0 || counts > MAX_CLASSES) {
            throw new IOException("window with counts of " + counts + " classes, not 0 to " + MAX_CLASSES);
        }
        window.countsBefore = new float[counts];
        for (int c = 0; c < counts; c++) {
            window.countsBefore[c] = in.readFloat();
        }
        window.memory = in.readBoolean() ? StreamNetwork.Memory.readFrom(in) : null;
        return window;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof OpenWindow that
                && fromMicros == that.fromMicros
                && endMicros == that.endMicros
                && clockMicros == that.clockMicros
                && changed == that.changed
                && decidedEarly == that.decidedEarly
                && steps == that.steps
                && lateEvents == that.lateEvents
                && forgottenMissing == that.forgottenMissing
                && Arrays.equals(countsBefore, that.countsBefore)
                && Objects.equals(memory, that.memory);
    }

    @Override
    public int hashCode() {
        return Objects.hash(fromMicros, endMicros, memory);
    }
}
