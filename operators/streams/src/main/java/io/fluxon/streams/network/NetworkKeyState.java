package io.fluxon.streams.network;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What a {@link NetworkFunction} keeps of one key. */
public final class NetworkKeyState {

    private static final int ENCODING_VERSION = 1;

    /** One sensor of a key may have begun its next epoch before the other has ended the last one. */
    static final int MAX_OPEN = 2;

    /** Epochs under way, oldest first. */
    final List<OpenEpoch> open = new ArrayList<>();

    /** No epoch up to this one is taken up again; -1 at first. */
    long closedEpoch = -1;

    NetworkKeyState() {}

    /** Epochs under way, oldest first. */
    public List<OpenEpoch> openEpochs() {
        return Collections.unmodifiableList(open);
    }

    /** No epoch up to this one is taken up again; -1 at first. */
    public long closedEpoch() {
        return closedEpoch;
    }

    NetworkKeyState copy() {
        NetworkKeyState copy = new NetworkKeyState();
        open.forEach(epoch -> copy.open.add(epoch.copy()));
        copy.closedEpoch = closedEpoch;
        return copy;
    }

    /** Writes the state, version first; big-endian, floating-point numbers by their bits. */
    void writeTo(DataOutput out) throws IOException {
        out.writeByte(ENCODING_VERSION);
        out.writeLong(closedEpoch);
        out.writeByte(open.size());
        for (OpenEpoch epoch : open) {
            epoch.writeTo(out);
        }
    }

    static NetworkKeyState readFrom(DataInput in) throws IOException {
        int version = in.readUnsignedByte();
        if (version != ENCODING_VERSION) {
            throw new IOException("state of a key of version " + version + ", this release reads " + ENCODING_VERSION);
        }
        NetworkKeyState state = new NetworkKeyState();
        state.closedEpoch = in.readLong();
        int epochs = in.readUnsignedByte();
        if (epochs > MAX_OPEN) {
            throw new IOException("state of a key with " + epochs + " open epochs, at most " + MAX_OPEN);
        }
        for (int i = 0; i < epochs; i++) {
            state.open.add(OpenEpoch.readFrom(in));
        }
        return state;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NetworkKeyState that && closedEpoch == that.closedEpoch && open.equals(that.open);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(closedEpoch) * 31 + open.hashCode();
    }
}
