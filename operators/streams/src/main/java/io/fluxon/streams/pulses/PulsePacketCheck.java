package io.fluxon.streams.pulses;

import io.fluxon.connectors.detector.PulseBatch;
import io.fluxon.connectors.detector.PulsePackets;
import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.connectors.packets.MalformedPacketException.Rule;
import io.fluxon.connectors.packets.PacketEnvelope;
import io.fluxon.schemas.DetectorLayout;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.streams.PacketCheck;
import java.util.Map;
import java.util.TreeMap;

/** A digitiser's packets decode, and there are settings for its front end, made for its sample period. */
public final class PulsePacketCheck implements PacketCheck {

    private static final long serialVersionUID = 1;

    private final TreeMap<String, Long> samplePeriodPicoseconds;
    private transient PulseBatch batch;

    /** @param samplePeriodPicoseconds by front end */
    public PulsePacketCheck(Map<String, Long> samplePeriodPicoseconds) {
        this.samplePeriodPicoseconds = new TreeMap<>(samplePeriodPicoseconds);
    }

    @Override
    public void check(SensorPacket packet) throws MalformedPacketException {
        if (batch == null) {
            batch = new PulseBatch();
        }
        PulsePackets.decode(packet, batch);
        DetectorLayout layout = (DetectorLayout) packet.getLayout();
        Long expected = samplePeriodPicoseconds.get(layout.getFrontEnd());
        if (expected == null) {
            throw new MalformedPacketException(
                    Rule.UNKNOWN_FRONT_END,
                    "front end " + PacketEnvelope.abbreviated(layout.getFrontEnd()) + " is not one of "
                            + samplePeriodPicoseconds.keySet());
        }
        if (layout.getSamplePeriodPicoseconds() != expected) {
            throw new MalformedPacketException(
                    Rule.UNKNOWN_FRONT_END,
                    "the settings of " + layout.getFrontEnd() + " are for " + expected + " ps a sample, the packet has "
                            + layout.getSamplePeriodPicoseconds());
        }
    }
}
