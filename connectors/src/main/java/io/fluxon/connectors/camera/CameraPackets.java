package io.fluxon.connectors.camera;

import io.fluxon.connectors.camera.MalformedPacketException.Rule;
import io.fluxon.schemas.CameraLayout;
import io.fluxon.schemas.PacketKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.Topic;
import java.nio.ByteBuffer;
import java.util.Map;

/** The border where camera packets are checked and decoded: envelope against payload, payload against its encoding. */
public final class CameraPackets {

    public static final long PICOSECONDS_PER_MICROSECOND = 1_000_000;

    /** Largest offset, 2<sup>52</sup> us or 142 years: with the largest base it stays below 2<sup>63</sup> ns. */
    private static final long MAX_OFFSET = 1L << 52;

    /** Largest base, 2<sup>62</sup> ns: the year 2116. */
    private static final long MAX_BASE_UNIX_NANOS = 1L << 62;

    private static final int MAX_SIDE = Short.MAX_VALUE;

    /** Longest name of a sensor, recording or clock domain, characters. */
    public static final int MAX_NAME = 249;

    private static final int MAX_ORIGIN = 4096;
    private static final long MAX_NUMBER = 1L << 53;

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
                    "encoding " + abbreviated(packet.getEncoding()) + " is not one of " + DECODERS.keySet());
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
            throw envelope("layout is not a camera's");
        }
        boolean data = packet.getKind() == PacketKind.DATA;
        require(
                !packet.getSensorId().isBlank() && packet.getSensorId().length() <= MAX_NAME,
                "sensorId is blank or longer than " + MAX_NAME);
        require(
                packet.getRecordingId() == null || packet.getRecordingId().length() <= MAX_NAME,
                "recordingId is longer than " + MAX_NAME);
        require(packet.getClockDomain().length() <= MAX_NAME, "clockDomain is longer than " + MAX_NAME);
        require(packet.getOrigin().length() <= MAX_ORIGIN, "origin is longer than " + MAX_ORIGIN);
        require(packet.getEpoch() >= 0 && packet.getEpoch() <= MAX_NUMBER, "epoch is not within 0..2^53");
        require(packet.getSequence() >= 0 && packet.getSequence() <= MAX_NUMBER, "sequence is not within 0..2^53");
        require(
                (packet.getKind() == PacketKind.START) == (packet.getSequence() == 0),
                "sequence 0 is the START record's, and only its");
        require(inRange(layout.getWidth()) && inRange(layout.getHeight()), "geometry is not within 1.." + MAX_SIDE);
        require(
                packet.getOffsetUnitPicoseconds() == PICOSECONDS_PER_MICROSECOND,
                "a camera's offset unit is 1000000 ps");
        require(packet.getFirstOffset() >= 0 && packet.getLastOffset() <= MAX_OFFSET, "offsets are not within 0..2^52");
        require(
                packet.getBaseUnixNanos() >= 0 && packet.getBaseUnixNanos() <= MAX_BASE_UNIX_NANOS,
                "baseUnixNanos is not within 0..2^62");
        require(packet.getFirstOffset() <= packet.getLastOffset(), "firstOffset is after lastOffset");
        require(
                packet.getPayload().remaining() <= Topic.Limits.PACKET_PAYLOAD,
                "payload is larger than " + Topic.Limits.PACKET_PAYLOAD);
        require(data == (packet.getEventCount() > 0), "DATA has at least one event, START and END have none");
        require(data || !packet.getPayload().hasRemaining(), "START and END have no payload");
        require(data || packet.getFirstOffset() == packet.getLastOffset(), "START and END are at one time");
        return layout;
    }

    private static boolean inRange(int side) {
        return side >= 1 && side <= MAX_SIDE;
    }

    private static void require(boolean holds, String rule) throws MalformedPacketException {
        if (!holds) {
            throw envelope(rule);
        }
    }

    private static MalformedPacketException envelope(String rule) {
        return new MalformedPacketException(Rule.BAD_ENVELOPE, rule);
    }

    private static String abbreviated(String text) {
        String line = text.lines().findFirst().orElse("");
        return line.length() > 40 ? line.substring(0, 40) + "..." : line;
    }
}
