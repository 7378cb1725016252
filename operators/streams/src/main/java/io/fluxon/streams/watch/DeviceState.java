package io.fluxon.streams.watch;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What the watch pipeline keeps of one device. */
final class DeviceState {

    private static final int ENCODING_VERSION = 1;

    /** One stream of a device may have begun its next epoch before the other has ended the last one. */
    static final int MAX_OPEN = 2;

    /** Epochs under way, oldest first, at most {@link #MAX_OPEN}. */
    final List<OpenEpoch> open = new ArrayList<>();

    /** No epoch up to this one is taken up again; -1 at first. */
    long closedEpoch = -1;

    DeviceState copy() {
        DeviceState copy = new DeviceState();
        open.forEach(epoch -> copy.open.add(epoch.copy()));
        copy.closedEpoch = closedEpoch;
        return copy;
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeByte(ENCODING_VERSION);
        out.writeLong(closedEpoch);
        out.writeByte(open.size());
        for (OpenEpoch epoch : open) {
            epoch.writeTo(out);
        }
    }

    static DeviceState readFrom(DataInput in) throws IOException {
        int version = in.readUnsignedByte();
        if (version != ENCODING_VERSION) {
            throw new IOException("device state of version " + version + ", this release reads " + ENCODING_VERSION);
        }
        DeviceState state = new DeviceState();
        state.closedEpoch = in.readLong();
        int epochs = in.readUnsignedByte();
        for (int i = 0; i < epochs; i++) {
            state.open.add(OpenEpoch.readFrom(in));
        }
        return state;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DeviceState that && closedEpoch == that.closedEpoch && open.equals(that.open);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(closedEpoch) * 31 + open.hashCode();
    }
}
