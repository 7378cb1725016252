package io.fluxon.streams.camera;

import io.fluxon.networks.engine.NetworkState;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Objects;

/** What a classifier keeps of one sensor during an epoch. */
final class EpochState {

    private static final int ENCODING_VERSION = 1;

    /** Name and version of the model that the network is of. */
    final String model;

    final long epoch;
    final long fromOffset;
    final NetworkState network;
    long nextSequence;
    long missingPackets;
    long decisions;

    /** End of the interval at which the next estimate is due, offset units. */
    long nextEstimateOffset;

    /** Events taken in when the last estimate was made. */
    long eventsAtLastEstimate;

    EpochState(String model, long epoch, long fromOffset, NetworkState network) {
        this.model = model;
        this.epoch = epoch;
        this.fromOffset = fromOffset;
        this.network = network;
    }

    EpochState copy() {
        EpochState copy = new EpochState(model, epoch, fromOffset, network.copy());
        copy.nextSequence = nextSequence;
        copy.missingPackets = missingPackets;
        copy.decisions = decisions;
        copy.nextEstimateOffset = nextEstimateOffset;
        copy.eventsAtLastEstimate = eventsAtLastEstimate;
        return copy;
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeByte(ENCODING_VERSION);
        out.writeUTF(model);
        out.writeLong(epoch);
        out.writeLong(fromOffset);
        out.writeLong(nextSequence);
        out.writeLong(missingPackets);
        out.writeLong(decisions);
        out.writeLong(nextEstimateOffset);
        out.writeLong(eventsAtLastEstimate);
        network.writeTo(out);
    }

    static EpochState readFrom(DataInput in) throws IOException {
        int version = in.readUnsignedByte();
        if (version != ENCODING_VERSION) {
            throw new IOException("epoch state of version " + version + ", this release reads " + ENCODING_VERSION);
        }
        String model = in.readUTF();
        long epoch = in.readLong();
        long fromOffset = in.readLong();
        long nextSequence = in.readLong();
        long missingPackets = in.readLong();
        long decisions = in.readLong();
        long nextEstimateOffset = in.readLong();
        long eventsAtLastEstimate = in.readLong();
        EpochState state = new EpochState(model, epoch, fromOffset, NetworkState.readFrom(in));
        state.nextSequence = nextSequence;
        state.missingPackets = missingPackets;
        state.decisions = decisions;
        state.nextEstimateOffset = nextEstimateOffset;
        state.eventsAtLastEstimate = eventsAtLastEstimate;
        return state;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EpochState that
                && model.equals(that.model)
                && epoch == that.epoch
                && fromOffset == that.fromOffset
                && nextSequence == that.nextSequence
                && missingPackets == that.missingPackets
                && decisions == that.decisions
                && nextEstimateOffset == that.nextEstimateOffset
                && eventsAtLastEstimate == that.eventsAtLastEstimate
                && network.equals(that.network);
    }

    @Override
    public int hashCode() {
        return Objects.hash(epoch, nextSequence, network);
    }
}
