package io.fluxon.networks.engine;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/** All that a {@link DeltaGru} remembers of one key, and the work done for it; it can be cut between any two steps. */
public final class DeltaGruState {

    private static final int ENCODING_VERSION = 1;

    /** A bound for reading only. */
    private static final int MAX_WIDTH = 1 << 16;

    /** x^: inputs as last sent. */
    final float[] inputSent;

    /** h. */
    final float[] hidden;

    /** h^: hidden units as last sent. */
    final float[] hiddenSent;

    /** A: b_ih + W_ih x^, gathered change by change. */
    final float[] inputSums;

    /** B: b_hh + W_hh h^, gathered change by change. */
    final float[] hiddenSums;

    long stepsSinceReset;
    long steps;
    long inputDeltas;
    long hiddenDeltas;
    long operations;

    DeltaGruState(int inputs, int hidden) {
        this.inputSent = new float[inputs];
        this.hidden = new float[hidden];
        this.hiddenSent = new float[hidden];
        this.inputSums = new float[3 * hidden];
        this.hiddenSums = new float[3 * hidden];
    }

    void clear() {
        Arrays.fill(inputSent, 0);
        Arrays.fill(hidden, 0);
        Arrays.fill(hiddenSent, 0);
        stepsSinceReset = 0;
    }

    /** Steps since the last reset. */
    public long stepsSinceReset() {
        return stepsSinceReset;
    }

    /** Steps since the state was new. */
    public long steps() {
        return steps;
    }

    /** Changes of inputs sent since the state was new. */
    public long inputDeltas() {
        return inputDeltas;
    }

    /** Changes of hidden units sent since the state was new. */
    public long hiddenDeltas() {
        return hiddenDeltas;
    }

    /** Multiply-adds of the recurrent part since the state was new, refreshes included. */
    public long operations() {
        return operations;
    }

    /** Inputs as last sent, a copy. */
    public float[] inputsSent() {
        return inputSent.clone();
    }

    /** Hidden units as last sent, a copy. */
    public float[] hiddenSent() {
        return hiddenSent.clone();
    }

    public DeltaGruState copy() {
        DeltaGruState copy = new DeltaGruState(inputSent.length, hidden.length);
        System.arraycopy(inputSent, 0, copy.inputSent, 0, inputSent.length);
        System.arraycopy(hidden, 0, copy.hidden, 0, hidden.length);
        System.arraycopy(hiddenSent, 0, copy.hiddenSent, 0, hiddenSent.length);
        System.arraycopy(inputSums, 0, copy.inputSums, 0, inputSums.length);
        System.arraycopy(hiddenSums, 0, copy.hiddenSums, 0, hiddenSums.length);
        copy.stepsSinceReset = stepsSinceReset;
        copy.steps = steps;
        copy.inputDeltas = inputDeltas;
        copy.hiddenDeltas = hiddenDeltas;
        copy.operations = operations;
        return copy;
    }

    /** Writes the state, version first; big-endian, floats by their bits. */
    public void writeTo(DataOutput out) throws IOException {
        out.writeByte(ENCODING_VERSION);
        out.writeInt(inputSent.length);
        out.writeInt(hidden.length);
        for (float[] values : new float[][] {inputSent, hidden, hiddenSent, inputSums, hiddenSums}) {
            for (float value : values) {
                out.writeFloat(value);
            }
        }
        out.writeLong(stepsSinceReset);
        out.writeLong(steps);
        out.writeLong(inputDeltas);
        out.writeLong(hiddenDeltas);
        out.writeLong(operations);
    }

    public static DeltaGruState readFrom(DataInput in) throws IOException {
        int version = in.readUnsignedByte();
        if (version != ENCODING_VERSION) {
            throw new IOException("delta GRU state of version " + version + ", this release reads " + ENCODING_VERSION);
        }
        int inputs = in.readInt();
        int hidden = in.readInt();
        if (inputs < 1 || inputs > MAX_WIDTH || hidden < 1 || hidden > MAX_WIDTH) {
            throw new IOException("delta GRU state of " + inputs + " inputs and " + hidden + " hidden units");
        }
        DeltaGruState state = new DeltaGruState(inputs, hidden);
        for (float[] values :
                new float[][] {state.inputSent, state.hidden, state.hiddenSent, state.inputSums, state.hiddenSums}) {
            for (int i = 0; i < values.length; i++) {
                values[i] = in.readFloat();
            }
        }
        state.stepsSinceReset = in.readLong();
        state.steps = in.readLong();
        state.inputDeltas = in.readLong();
        state.hiddenDeltas = in.readLong();
        state.operations = in.readLong();
        return state;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DeltaGruState that
                && Arrays.equals(inputSent, that.inputSent)
                && Arrays.equals(hidden, that.hidden)
                && Arrays.equals(hiddenSent, that.hiddenSent)
                && Arrays.equals(inputSums, that.inputSums)
                && Arrays.equals(hiddenSums, that.hiddenSums)
                && stepsSinceReset == that.stepsSinceReset
                && steps == that.steps
                && inputDeltas == that.inputDeltas
                && hiddenDeltas == that.hiddenDeltas
                && operations == that.operations;
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(hidden) * 31 + Long.hashCode(steps);
    }
}
