package io.fluxon.streams.network;

import io.fluxon.connectors.detector.PulseBatch;
import io.fluxon.connectors.detector.PulsePackets;
import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.connectors.packets.MalformedPacketException.Rule;
import io.fluxon.networks.model.ModelException;
import io.fluxon.schemas.DetectorLayout;
import io.fluxon.schemas.SensorPacket;
import java.util.Arrays;

/** Pulses of a digitiser: each is one event, at the digitiser's own time stamp, of the input of its channel. */
final class PulseStream extends DecodedStream {

    private static final long PICOSECONDS_PER_MICROSECOND = 1_000_000;

    private final PulseBatch batch = new PulseBatch();
    private final int channels;
    private long[] timesMicros = new long[0];

    PulseStream(StreamNetwork network) {
        int[] shape = network.inputShape();
        if (shape.length != 1) {
            throw new ModelException(network.model().name() + ": a digitiser's network takes [channels], this one "
                    + Arrays.toString(shape));
        }
        this.channels = shape[0];
    }

    @Override
    void decode(SensorPacket packet) throws MalformedPacketException {
        PulsePackets.decode(packet, batch);
        DetectorLayout layout = (DetectorLayout) packet.getLayout();
        if (layout.getChannels() != channels) {
            throw new MalformedPacketException(
                    Rule.UNEXPECTED_GEOMETRY,
                    "the digitiser has " + layout.getChannels() + " channels, the model takes " + channels);
        }
    }

    @Override
    int size() {
        return batch.size();
    }

    @Override
    boolean samples() {
        return false;
    }

    @Override
    void read(MotionMemory memory, int sensor, Rows rows) {
        if (timesMicros.length < batch.size()) {
            timesMicros = new long[batch.channel().length];
        }
        long[] stampPicos = batch.stampPicos();
        for (int i = 0; i < batch.size(); i++) {
            timesMicros[i] = stampPicos[i] / PICOSECONDS_PER_MICROSECOND;
        }
        rows.events(batch.channel(), timesMicros, batch.size());
    }
}
