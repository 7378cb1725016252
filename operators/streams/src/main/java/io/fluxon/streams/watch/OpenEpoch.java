package io.fluxon.streams.watch;

import io.fluxon.networks.engine.DeltaGruState;
import io.fluxon.signals.motion.NormalizerState;
import io.fluxon.signals.motion.ResamplerState;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/** One epoch of a device under way: the memories of the resampler, the normaliser and the network. */
final class OpenEpoch {

    static final int STREAMS = 2;

    private static final int ENCODING_VERSION = 1;

    final long epoch;

    /** Name and version of the model that the network is of. */
    final String model;

    final ResamplerState resampler;
    final NormalizerState normalizer;
    final DeltaGruState network;

    /** By stream: sequence expected next, and whether nothing more will come. */
    final long[] nextSequence = new long[STREAMS];

    final boolean[] ended = new boolean[STREAMS];

    long missingPackets;
    long decisions;

    /** Time of the first sample of the window under way, nanoseconds since the epoch's base. */
    long windowFromNanos;

    OpenEpoch(long epoch, String model, ResamplerState resampler, NormalizerState normalizer, DeltaGruState network) {
        this.epoch = epoch;
        this.model = model;
        this.resampler = resampler;
        this.normalizer = normalizer;
        this.network = network;
    }

    boolean isOver() {
        return ended[0] && ended[1];
    }

    OpenEpoch copy() {
        OpenEpoch copy = new OpenEpoch(epoch, model, resampler.copy(), normalizer.copy(), network.copy());
        System.arraycopy(nextSequence, 0, copy.nextSequence, 0, STREAMS);
        System.arraycopy(ended, 0, copy.ended, 0, STREAMS);
        copy.missingPackets = missingPackets;
        copy.decisions = decisions;
        copy.windowFromNanos = windowFromNanos;
        return copy;
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeByte(ENCODING_VERSION);
        out.writeLong(epoch);
        out.writeUTF(model);
        for (int stream = 0; stream < STREAMS; stream++) {
            out.writeLong(nextSequence[stream]);
            out.writeBoolean(ended[stream]);
        }
        out.writeLong(missingPackets);
        out.writeLong(decisions);
        out.writeLong(windowFromNanos);
        resampler.writeTo(out);
        normalizer.writeTo(out);
        network.writeTo(out);
    }

    static OpenEpoch readFrom(DataInput in) throws IOException {
        int version = in.readUnsignedByte();
        if (version != ENCODING_VERSION) {
            throw new IOException(
                    "epoch of a device of version " + version + ", this release reads " + ENCODING_VERSION);
        }
        long epoch = in.readLong();
        String model = in.readUTF();
        long[] nextSequence = new long[STREAMS];
        boolean[] ended = new boolean[STREAMS];
        for (int stream = 0; stream < STREAMS; stream++) {
            nextSequence[stream] = in.readLong();
            ended[stream] = in.readBoolean();
        }
        long missingPackets = in.readLong();
        long decisions = in.readLong();
        long windowFromNanos = in.readLong();
        OpenEpoch open = new OpenEpoch(
                epoch, model, ResamplerState.readFrom(in), NormalizerState.readFrom(in), DeltaGruState.readFrom(in));
        System.arraycopy(nextSequence, 0, open.nextSequence, 0, STREAMS);
        System.arraycopy(ended, 0, open.ended, 0, STREAMS);
        open.missingPackets = missingPackets;
        open.decisions = decisions;
        open.windowFromNanos = windowFromNanos;
        return open;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof OpenEpoch that
                && epoch == that.epoch
                && model.equals(that.model)
                && Arrays.equals(nextSequence, that.nextSequence)
                && Arrays.equals(ended, that.ended)
                && missingPackets == that.missingPackets
                && decisions == that.decisions
                && windowFromNanos == that.windowFromNanos
                && resampler.equals(that.resampler)
                && normalizer.equals(that.normalizer)
                && network.equals(that.network);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(epoch) * 31 + Long.hashCode(decisions);
    }
}
