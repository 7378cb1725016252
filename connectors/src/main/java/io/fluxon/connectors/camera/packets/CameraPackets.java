package io.fluxon.connectors.camera.packets;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder;
import io.fluxon.connectors.camera.CameraDecoder.Damage;
import io.fluxon.connectors.camera.words.NMnistDecoder;
import io.fluxon.connectors.camera.words.WordEncoding;
import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.connectors.packets.MalformedPacketException.Rule;
import io.fluxon.connectors.packets.PacketEnvelope;
import io.fluxon.schemas.CameraLayout;
import io.fluxon.schemas.PacketKind;
import io.fluxon.schemas.SensorPacket;
import java.nio.ByteBuffer;

/** The border where camera packets are checked and decoded: envelope against payload, payload against its encoding. */
public final class CameraPackets {

    public static final long PICOSECONDS_PER_MICROSECOND = 1_000_000;

    /** By how much the times of a camera may run back from one packet to the next, as its words may come late. */
    public static final long MAY_RUN_BACK_MICROS = 10_000;

    private static final int PART_BYTES = 1 << 14;

    private CameraPackets() {}

    /**
     * Clears the batch and fills it with what the packet holds; a START or END leaves it empty. Times are as the words mean
     * them, which in some encodings may run back by a little; firstOffset is the least and lastOffset the greatest.
     */
    public static void decode(SensorPacket packet, CameraBatch batch) throws MalformedPacketException {
        batch.clear();
        CameraLayout layout = checkedLayout(packet);
        if (packet.getKind() != PacketKind.DATA) {
            return;
        }
        WordEncoding encoding = WordEncoding.of(packet.getEncoding())
                .orElseThrow(() -> new MalformedPacketException(
                        Rule.UNKNOWN_ENCODING,
                        "encoding " + PacketEnvelope.abbreviated(packet.getEncoding()) + " is not one of "
                                + WordEncoding.names()));
        if (encoding == WordEncoding.NMNIST
                && (layout.getWidth() > NMnistDecoder.MAX_WIDTH || layout.getHeight() > NMnistDecoder.MAX_HEIGHT)) {
            throw new MalformedPacketException(
                    Rule.BAD_ENVELOPE,
                    "nmnist addresses at most " + NMnistDecoder.MAX_WIDTH + "x" + NMnistDecoder.MAX_HEIGHT + " pixels");
        }
        ByteBuffer payload = packet.getPayload();
        int from = payload.arrayOffset() + payload.position();
        CameraDecoder decoder = encoding.decoder(layout.getWidth(), layout.getHeight(), Damage.REFUSE);
        decoder.startNear(packet.getFirstOffset());
        // A part at a time, so that a payload of more events than it says takes no more memory than they do.
        int to = from + payload.remaining();
        for (int at = from; at < to && batch.sizeOfAll() <= packet.getEventCount(); at += PART_BYTES) {
            decoder.decode(payload.array(), at, Math.min(to, at + PART_BYTES), batch);
        }
        decoder.end();
        if (batch.sizeOfAll() != packet.getEventCount()) {
            throw new MalformedPacketException(
                    Rule.EVENT_COUNT, "eventCount is " + packet.getEventCount() + ", payload has " + batch.sizeOfAll());
        }
        TimeRange range = new TimeRange();
        range.add(batch);
        if (range.firstMicros() != packet.getFirstOffset() || range.lastMicros() != packet.getLastOffset()) {
            throw new MalformedPacketException(
                    Rule.TIME_OUTSIDE_ENVELOPE,
                    "the envelope says " + packet.getFirstOffset() + " to " + packet.getLastOffset()
                            + " us, the events are at " + range.firstMicros() + " to " + range.lastMicros() + " us");
        }
    }

    private static CameraLayout checkedLayout(SensorPacket packet) throws MalformedPacketException {
        if (!(packet.getLayout() instanceof CameraLayout layout)) {
            throw new MalformedPacketException(Rule.BAD_ENVELOPE, "layout is not a camera's");
        }
        PacketEnvelope.check(packet, PICOSECONDS_PER_MICROSECOND);
        PacketEnvelope.require(
                inRange(layout.getWidth()) && inRange(layout.getHeight()),
                "geometry is not within 1.." + CameraBatch.MAX_SIDE);
        return layout;
    }

    private static boolean inRange(int side) {
        return side >= 1 && side <= CameraBatch.MAX_SIDE;
    }
}
