package io.fluxon.networks.engine;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * All that a network remembers of one key: flat primitive arrays whose sizes the plan fixes. It lives outside the plan,
 * so one plan serves every key.
 */
public final class NetworkState {

    private static final int ENCODING_VERSION = 1;

    /** Membrane potential v per layer and neuron, as of {@link #updatedStep}. */
    final float[][] membrane;

    /** Weighted input gathered for the open step per layer and neuron; zero while no step is open. */
    final float[][] drive;

    /** Per layer, the step up to which the membrane includes its leak; -1 before the first. */
    final long[] updatedStep;

    /** The step whose events are being gathered, or -1. */
    long openStep = -1;

    long events;
    long spikes;
    long synapticOperations;

    NetworkState(int[] layerSizes) {
        membrane = new float[layerSizes.length][];
        drive = new float[layerSizes.length][];
        updatedStep = new long[layerSizes.length];
        for (int i = 0; i < layerSizes.length; i++) {
            membrane[i] = new float[layerSizes[i]];
            drive[i] = new float[layerSizes[i]];
        }
        Arrays.fill(updatedStep, -1);
    }

    /** Events taken in since the state was new. */
    public long events() {
        return events;
    }

    /** Spikes of the hidden layers since the state was new. */
    public long spikes() {
        return spikes;
    }

    /** Spikes of one layer of {@link NetworkPlan#layers()} since the state was new. */
    public long spikes(int layer) {
        throw new UnsupportedOperationException();
    }

    /** Weights added since the state was new. */
    public long synapticOperations() {
        return synapticOperations;
    }

    public NetworkState copy() {
        int[] sizes = new int[membrane.length];
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = membrane[i].length;
        }
        NetworkState copy = new NetworkState(sizes);
        for (int i = 0; i < sizes.length; i++) {
            System.arraycopy(membrane[i], 0, copy.membrane[i], 0, sizes[i]);
            System.arraycopy(drive[i], 0, copy.drive[i], 0, sizes[i]);
            copy.updatedStep[i] = updatedStep[i];
        }
        copy.openStep = openStep;
        copy.events = events;
        copy.spikes = spikes;
        copy.synapticOperations = synapticOperations;
        return copy;
    }

    /** Writes the state, version first; big-endian, floats by their bits. */
    public void writeTo(DataOutput out) throws IOException {
        out.writeByte(ENCODING_VERSION);
        out.writeInt(membrane.length);
        for (int i = 0; i < membrane.length; i++) {
            out.writeInt(membrane[i].length);
            for (float v : membrane[i]) {
                out.writeFloat(v);
            }
            for (float d : drive[i]) {
                out.writeFloat(d);
            }
            out.writeLong(updatedStep[i]);
        }
        out.writeLong(openStep);
        out.writeLong(events);
        out.writeLong(spikes);
        out.writeLong(synapticOperations);
    }

    public static NetworkState readFrom(DataInput in) throws IOException {
        int version = in.readUnsignedByte();
        if (version != ENCODING_VERSION) {
            throw new IOException("network state of version " + version + ", this release reads " + ENCODING_VERSION);
        }
        int layers = in.readInt();
        float[][] membrane = new float[layers][];
        float[][] drive = new float[layers][];
        long[] updatedStep = new long[layers];
        int[] sizes = new int[layers];
        for (int i = 0; i < layers; i++) {
            sizes[i] = in.readInt();
            membrane[i] = readFloats(in, sizes[i]);
            drive[i] = readFloats(in, sizes[i]);
            updatedStep[i] = in.readLong();
        }
        NetworkState state = new NetworkState(sizes);
        for (int i = 0; i < layers; i++) {
            System.arraycopy(membrane[i], 0, state.membrane[i], 0, sizes[i]);
            System.arraycopy(drive[i], 0, state.drive[i], 0, sizes[i]);
            state.updatedStep[i] = updatedStep[i];
        }
        state.openStep = in.readLong();
        state.events = in.readLong();
        state.spikes = in.readLong();
        state.synapticOperations = in.readLong();
        return state;
    }

    private static float[] readFloats(DataInput in, int count) throws IOException {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = in.readFloat();
        }
        return values;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NetworkState that
                && Arrays.deepEquals(membrane, that.membrane)
                && Arrays.deepEquals(drive, that.drive)
                && Arrays.equals(updatedStep, that.updatedStep)
                && openStep == that.openStep
                && events == that.events
                && spikes == that.spikes
                && synapticOperations == that.synapticOperations;
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(membrane) * 31 + Long.hashCode(events);
    }
}
