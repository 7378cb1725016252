package io.fluxon.streams.watch;

import io.fluxon.connectors.motion.MotionBatch;
import io.fluxon.connectors.motion.MotionPackets;
import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.streams.PacketCheck;

/** A motion sensor's packets decode. */
public final class WatchPacketCheck implements PacketCheck {

    private static final long serialVersionUID = 1;

    private transient MotionBatch batch;

    @Override
    public void check(SensorPacket packet) throws MalformedPacketException {
        if (batch == null) {
            batch = new MotionBatch();
        }
        MotionPackets.decode(packet, batch);
    }
}
