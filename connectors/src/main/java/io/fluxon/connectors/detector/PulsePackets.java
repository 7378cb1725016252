package io.fluxon.connectors.detector;

import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.connectors.packets.MalformedPacketException.Rule;
import io.fluxon.connectors.packets.PacketEnvelope;
import io.fluxon.schemas.DetectorLayout;
import io.fluxon.schemas.PacketKind;
import io.fluxon.schemas.SensorPacket;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/** The border where detector packets are checked and decoded: envelope against payload, payload against its encoding. */
public final class PulsePackets {

    /** Offsets of detectors count picoseconds. */
    public static final long OFFSET_UNIT_PICOSECONDS = 1;

    /** Most channels of a digitiser. */
    public static final int MAX_CHANNELS = 4096;

    /** Longest sample period, 1 ms. */
    public static final long MAX_SAMPLE_PERIOD_PICOSECONDS = 1_000_000_000;

    /** Widest samples. */
    public static final int MAX_ADC_BITS = 16;

    private static final Map<String, PulseDecoder> DECODERS = new TreeMap<>(
            Map.of(CompassDecoder.ENCODING, new CompassDecoder(), WaveformDecoder.ENCODING, new WaveformDecoder()));

    private PulsePackets() {}

    /** Clears the batch and fills it with the packet's pulses; a START or END leaves it empty. */
    public static void decode(SensorPacket packet, PulseBatch batch) throws MalformedPacketException {
        batch.clear();
        DetectorLayout layout = checkedLayout(packet);
        if (packet.getKind() != PacketKind.DATA) {
            return;
        }
        PulseDecoder decoder = DECODERS.get(packet.getEncoding());
        if (decoder == null) {
            throw new MalformedPacketException(
                    Rule.UNKNOWN_ENCODING,
                    "encoding " + PacketEnvelope.abbreviated(packet.getEncoding()) + " is not one of "
                            + DECODERS.keySet());
        }
        ByteBuffer payload = packet.getPayload();
        int from = payload.arrayOffset() + payload.position();
        decoder.decode(payload.array(), from, from + payload.remaining(), layout, batch);
        if (batch.size() != packet.getEventCount()) {
            throw new MalformedPacketException(
                    Rule.EVENT_COUNT, "eventCount is " + packet.getEventCount() + ", payload has " + batch.size());
        }
        long firstPicos = batch.stampPicos()[0];
        long lastPicos = batch.stampPicos()[batch.size() - 1];
        if (firstPicos != packet.getFirstOffset() || lastPicos != packet.getLastOffset()) {
            throw new MalformedPacketException(
                    Rule.TIME_OUTSIDE_ENVELOPE,
                    "the envelope says " + packet.getFirstOffset() + " to " + packet.getLastOffset()
                            + " ps, the pulses are stamped " + firstPicos + " to " + lastPicos + " ps");
        }
    }

    private static DetectorLayout checkedLayout(SensorPacket packet) throws MalformedPacketException {
        if (!(packet.getLayout() instanceof DetectorLayout layout)) {
            throw new MalformedPacketException(Rule.BAD_ENVELOPE, "layout is not a detector's");
        }
        PacketEnvelope.check(packet, OFFSET_UNIT_PICOSECONDS);
        PacketEnvelope.require(
                PacketEnvelope.isName(layout.getFrontEnd()),
                "frontEnd is blank or longer than " + PacketEnvelope.MAX_NAME);
        PacketEnvelope.require(
                layout.getChannels() >= 1 && layout.getChannels() <= MAX_CHANNELS,
                "channels is not within 1.." + MAX_CHANNELS);
        PacketEnvelope.require(
                layout.getSamplePeriodPicoseconds() >= 1
                        && layout.getSamplePeriodPicoseconds() <= MAX_SAMPLE_PERIOD_PICOSECONDS,
                "samplePeriodPicoseconds is not within 1.." + MAX_SAMPLE_PERIOD_PICOSECONDS);
        PacketEnvelope.require(
                layout.getAdcBits() >= 1 && layout.getAdcBits() <= MAX_ADC_BITS,
                "adcBits is not within 1.." + MAX_ADC_BITS);
        return layout;
    }
}
