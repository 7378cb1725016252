package io.fluxon.connectors.camera;

import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.connectors.packets.MalformedPacketException.Rule;
import io.fluxon.connectors.packets.PacketEnvelope;
import io.fluxon.schemas.CameraLayout;
import io.fluxon.schemas.PacketKind;
import io.fluxon.schemas.SensorPacket;
import java.nio.ByteBuffer;
import java.util.Map;

/** The border where camera packets are checked and decoded: envelope against payload, payload against its encoding. */
public final class CameraPackets {

    public static final long PICOSECONDS_PER_MICROSECOND = 1_000_000;

    private static final int MAX_SIDE = Short.MAX_VALUE;

    private static final Map<String, CameraDecoder> DECODERS = Map.of(NMnistDecoder.ENCODING, new NMnistDecoder());

    private CameraPackets() {}

    /** Clears the batch and fills it with the packet's events; a START or END leaves it empty. */
    public static void decode(SensorPacket packet, CameraBatch batch) throws MalformedPacketException {
        batch.clear();
        CameraLayout layout = checkedLayout(packet);
        if (packet.getKind() != PacketKind.DATA) {
            return;
        }
        CameraDecoder decoder = DECODERS.get(packet.getEncoding());
        if (decoder == null) {
            throw new MalformedPacketException(
                    Rule.UNKNOWN_ENCODING,
                    "encoding " + PacketEnvelope.abbreviated(packet.getEncoding()) + " is not one of "
                            + DECODERS.keySet());
        }
        ByteBuffer payload = packet.getPayload();
        int from = payload.arrayOffset() + payload.position();
        decoder.decode(
                payload.array(),
                from,
                from + payload.remaining(),
                packet.getFirstOffset(),
                layout.getWidth(),
                layout.getHeight(),
                batch);
        if (batch.size() != packet.getEventCount()) {
            throw new MalformedPacketException(
                    Rule.EVENT_COUNT, "eventCount is " + packet.getEventCount() + ", payload has " + batch.size());
        }
        long lastMicros = batch.timeMicros()[batch.size() - 1];
        if (lastMicros != packet.getLastOffset()) {
            throw new MalformedPacketException(
                    Rule.TIME_OUTSIDE_ENVELOPE,
                    "lastOffset is " + packet.getLastOffset() + " us, the last event is at " + lastMicros + " us");
        }
    }

    private static CameraLayout checkedLayout(SensorPacket packet) throws MalformedPacketException {
        if (!(packet.getLayout() instanceof CameraLayout layout)) {
            throw new MalformedPacketException(Rule.BAD_ENVELOPE, "layout is not a camera's");
        }
        PacketEnvelope.check(packet, PICOSECONDS_PER_MICROSECOND);
        PacketEnvelope.require(
                inRange(layout.getWidth()) && inRange(layout.getHeight()), "geometry is not within 1.." + MAX_SIDE);
        return layout;
    }

    private static boolean inRange(int side) {
        return side >= 1 && side <= MAX_SIDE;
    }
}
