package io.fluxon.networks.engine;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * All that a network remembers of one key: flat primitive arrays whose sizes the plan fixes. It lives outside the plan,
 * so one plan serves every key. The first index of each array is that of a population of the plan.
 */
public final class NetworkState {

    private static final int ENCODING_VERSION = 2;

    /** Values are written and read in parts: a call a value would cost a checkpoint several times as much. */
    private static final int PART_BYTES = 8192;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** Elements of an array; no plan has larger ones. */
    private static final int MAX_LENGTH = 1 << 24;

    /** Potential v as of the block's clock; of a Delay the values under way, of an Output what has come out. */
    final double[][] potential;

    /** Synaptic current; empty for populations without. */
    final double[][] current;

    /** Weighted input gathered for {@link #step}. */
    final double[][] drive;

    /** Per block, the step that its values include last, -1 before the first; of a Delay the last step that it owes. */
    final long[][] clock;

    /** A bit per block that has to be advanced in {@link #step}. */
    final long[][] due;

    /** Spikes of each population since the state was new. */
    final long[] populationSpikes;

    /** The step that is gathered or comes next. */
    long step;

    /** Whether input has come for {@link #step}. */
    boolean open;

    /** The step that was completed last, -1 before the first. */
    long completedStep = -1;

    long events;
    long spikes;
    long synapticOperations;

    private NetworkState(int populations) {
        potential = new double[populations][];
        current = new double[populations][];
        drive = new double[populations][];
        clock = new long[populations][];
        due = new long[populations][];
        populationSpikes = new long[populations];
    }

    /** A state at rest. */
    NetworkState(Population[] populations) {
        this(populations.length);
        for (Population population : populations) {
            int p = population.index;
            potential[p] = new double[population.stateValues()];
            current[p] = new double[population.hasCurrent() ? population.layout.size() : 0];
            drive[p] = new double[population.layout.size()];
            clock[p] = new long[population.layout.blocks()];
            Arrays.fill(clock[p], -1);
            due[p] = new long[(population.layout.blocks() + 63) / 64];
            population.rest(this);
        }
    }

    /** Takes over what another state has of a population whose arrays are as long. */
    void take(int population, NetworkState other, int otherPopulation) {
        potential[population] = other.potential[otherPopulation].clone();
        current[population] = other.current[otherPopulation].clone();
        drive[population] = other.drive[otherPopulation].clone();
        clock[population] = other.clock[otherPopulation].clone();
        due[population] = other.due[otherPopulation].clone();
        populationSpikes[population] = other.populationSpikes[otherPopulation];
    }

    /** Events taken in since the state was new. */
    public long events() {
        return events;
    }

    /** Spikes of all neurons since the state was new. */
    public long spikes() {
        return spikes;
    }

    /** Weights added since the state was new. */
    public long synapticOperations() {
        return synapticOperations;
    }

    /** Whether any block is due in {@link #step}. */
    boolean isAnyDue() {
        for (long[] words : due) {
            for (long word : words) {
                if (word != 0) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether the arrays are as long as those of another state, as they are if both are of one plan. */
    boolean hasSizesOf(NetworkState other) {
        if (potential.length != other.potential.length) {
            return false;
        }
        for (int p = 0; p < potential.length; p++) {
            if (potential[p].length != other.potential[p].length
                    || current[p].length != other.current[p].length
                    || drive[p].length != other.drive[p].length
                    || clock[p].length != other.clock[p].length
                    || due[p].length != other.due[p].length) {
                return false;
            }
        }
        return true;
    }

    /** Bytes of all values. */
    long bytes() {
        long values = 0;
        for (int p = 0; p < potential.length; p++) {
            values += potential[p].length + current[p].length + drive[p].length + clock[p].length + due[p].length + 1;
        }
        return Long.BYTES * (values + 6);
    }

    public NetworkState copy() {
        NetworkState copy = new NetworkState(potential.length);
        for (int p = 0; p < potential.length; p++) {
            copy.potential[p] = potential[p].clone();
            copy.current[p] = current[p].clone();
            copy.drive[p] = drive[p].clone();
            copy.clock[p] = clock[p].clone();
            copy.due[p] = due[p].clone();
            copy.populationSpikes[p] = populationSpikes[p];
        }
        copy.step = step;
        copy.open = open;
        copy.completedStep = completedStep;
        copy.events = events;
        copy.spikes = spikes;
        copy.synapticOperations = synapticOperations;
        return copy;
    }

    /** Writes the state, version first; big-endian, floating-point numbers by their bits. */
    public void writeTo(DataOutput out) throws IOException {
        out.writeByte(ENCODING_VERSION);
        out.writeInt(potential.length);
        for (int p = 0; p < potential.length; p++) {
            writeDoubles(out, potential[p]);
            writeDoubles(out, current[p]);
            writeDoubles(out, drive[p]);
            writeLongs(out, clock[p]);
            writeLongs(out, due[p]);
            out.writeLong(populationSpikes[p]);
        }
        out.writeLong(step);
        out.writeBoolean(open);
        out.writeLong(completedStep);
        out.writeLong(events);
        out.writeLong(spikes);
        out.writeLong(synapticOperations);
    }

    /** Reads what this release or the one before it wrote. */
    public static NetworkState readFrom(DataInput in) throws IOException {
        int version = in.readUnsignedByte();
        if (version == 1) {
            return readVersion1(in);
        }
        if (version != ENCODING_VERSION) {
            throw new IOException(
                    "network state of version " + version + ", this release reads 1 and " + ENCODING_VERSION);
        }
        NetworkState state = new NetworkState(length(in.readInt()));
        for (int p = 0; p < state.potential.length; p++) {
            state.potential[p] = readDoubles(in);
            state.current[p] = readDoubles(in);
            state.drive[p] = readDoubles(in);
            state.clock[p] = readLongs(in);
            state.due[p] = readLongs(in);
            state.populationSpikes[p] = in.readLong();
        }
        state.step = in.readLong();
        state.open = in.readBoolean();
        state.completedStep = in.readLong();
        state.events = in.readLong();
        state.spikes = in.readLong();
        state.synapticOperations = in.readLong();
        return state;
    }

    /**
     * Version 1 knew chains of LIF layers and a last LI layer in single precision: per layer the potentials, the drives and
     * the step that they include, then the step being gathered or -1.
     */
    private static NetworkState readVersion1(DataInput in) throws IOException {
        NetworkState state = new NetworkState(length(in.readInt()));
        for (int p = 0; p < state.potential.length; p++) {
            int neurons = length(in.readInt());
            state.potential[p] = readFloats(in, neurons);
            state.current[p] = new double[0];
            state.drive[p] = readFloats(in, neurons);
            state.clock[p] = new long[] {in.readLong()};
            state.due[p] = new long[1];
        }
        long openStep = in.readLong();
        state.completedStep = state.clock[0][0];
        state.open = openStep >= 0;
        state.step = state.open ? openStep : state.completedStep + 1;
        state.due[0][0] = state.open ? 1 : 0;
        state.events = in.readLong();
        state.spikes = in.readLong();
        state.synapticOperations = in.readLong();
        return state;
    }

    /** The number of values, or its complement and no values where all are zero, as a drive mostly is. */
    private static void writeDoubles(DataOutput out, double[] values) throws IOException {
        for (double value : values) {
            // By its bits, as the sign of a zero is state too.
            if (Double.doubleToRawLongBits(value) != 0) {
                out.writeInt(values.length);
                byte[] part = new byte[Math.min(PART_BYTES, Double.BYTES * values.length)];
                for (int from = 0; from < values.length; from += PART_BYTES / Double.BYTES) {
                    int count = Math.min(PART_BYTES / Double.BYTES, values.length - from);
                    for (int i = 0; i < count; i++) {
                        LONGS.set(part, Double.BYTES * i, Double.doubleToRawLongBits(values[from + i]));
                    }
                    out.write(part, 0, Double.BYTES * count);
                }
                return;
            }
        }
        out.writeInt(~values.length);
    }

    private static double[] readDoubles(DataInput in) throws IOException {
        int length = in.readInt();
        double[] values = new double[length(length < 0 ? ~length : length)];
        byte[] part = new byte[Math.min(PART_BYTES, Double.BYTES * Math.max(0, length))];
        for (int from = 0; from < length; from += PART_BYTES / Double.BYTES) {
            int count = Math.min(PART_BYTES / Double.BYTES, length - from);
            in.readFully(part, 0, Double.BYTES * count);
            for (int i = 0; i < count; i++) {
                values[from + i] = Double.longBitsToDouble((long) LONGS.get(part, Double.BYTES * i));
            }
        }
        return values;
    }

    private static double[] readFloats(DataInput in, int count) throws IOException {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = in.readFloat();
        }
        return values;
    }

    private static int length(int length) throws IOException {
        if (length < 0 || length > MAX_LENGTH) {
            throw new IOException("network state: an array of " + length + " elements, not 0 to " + MAX_LENGTH);
        }
        return length;
    }

    private static void writeLongs(DataOutput out, long[] values) throws IOException {
        out.writeInt(values.length);
        byte[] part = new byte[Math.min(PART_BYTES, Long.BYTES * values.length)];
        for (int from = 0; from < values.length; from += PART_BYTES / Long.BYTES) {
            int count = Math.min(PART_BYTES / Long.BYTES, values.length - from);
            for (int i = 0; i < count; i++) {
                LONGS.set(part, Long.BYTES * i, values[from + i]);
            }
            out.write(part, 0, Long.BYTES * count);
        }
    }

    private static long[] readLongs(DataInput in) throws IOException {
        long[] values = new long[length(in.readInt())];
        byte[] part = new byte[Math.min(PART_BYTES, Long.BYTES * values.length)];
        for (int from = 0; from < values.length; from += PART_BYTES / Long.BYTES) {
            int count = Math.min(PART_BYTES / Long.BYTES, values.length - from);
            in.readFully(part, 0, Long.BYTES * count);
            for (int i = 0; i < count; i++) {
                values[from + i] = (long) LONGS.get(part, Long.BYTES * i);
            }
        }
        return values;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NetworkState that
                && Arrays.deepEquals(potential, that.potential)
                && Arrays.deepEquals(current, that.current)
                && Arrays.deepEquals(drive, that.drive)
                && Arrays.deepEquals(clock, that.clock)
                && Arrays.deepEquals(due, that.due)
                && Arrays.equals(populationSpikes, that.populationSpikes)
                && step == that.step
                && open == that.open
                && completedStep == that.completedStep
                && events == that.events
                && spikes == that.spikes
                && synapticOperations == that.synapticOperations;
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(potential) * 31 + Long.hashCode(events);
    }
}
