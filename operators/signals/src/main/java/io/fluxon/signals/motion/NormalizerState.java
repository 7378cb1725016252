package io.fluxon.signals.motion;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/** All that a {@link MotionNormalizer} remembers of one wearer; it can be cut between any two samples. */
public final class NormalizerState {

    private static final int ENCODING_VERSION = 1;

    /** Estimate of gravity in the frame of the device, m/s^2. */
    final float[] gravity = new float[3];

    /** Adaptive gains of linear acceleration and angular velocity. */
    final float[] gains = new float[2];

    long samplesOfSegment;

    NormalizerState() {}

    public NormalizerState copy() {
        NormalizerState copy = new NormalizerState();
        System.arraycopy(gravity, 0, copy.gravity, 0, gravity.length);
        System.arraycopy(gains, 0, copy.gains, 0, gains.length);
        copy.samplesOfSegment = samplesOfSegment;
        return copy;
    }

    /** Writes the state, version first; big-endian, floats by their bits. */
    public void writeTo(DataOutput out) throws IOException {
        out.writeByte(ENCODING_VERSION);
        for (float value : gravity) {
            out.writeFloat(value);
        }
        for (float value : gains) {
            out.writeFloat(value);
        }
        out.writeLong(samplesOfSegment);
    }

    public static NormalizerState readFrom(DataInput in) throws IOException {
        int version = in.readUnsignedByte();
        if (version != ENCODING_VERSION) {
            throw new IOException(
                    "normalizer state of version " + version + ", this release reads " + ENCODING_VERSION);
        }
        NormalizerState state = new NormalizerState();
        for (int i = 0; i < state.gravity.length; i++) {
            state.gravity[i] = in.readFloat();
        }
        for (int i = 0; i < state.gains.length; i++) {
            state.gains[i] = in.readFloat();
        }
        state.samplesOfSegment = in.readLong();
        return state;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NormalizerState that
                && Arrays.equals(gravity, that.gravity)
                && Arrays.equals(gains, that.gains)
                && samplesOfSegment == that.samplesOfSegment;
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(gravity) * 31 + Long.hashCode(samplesOfSegment);
    }
}
