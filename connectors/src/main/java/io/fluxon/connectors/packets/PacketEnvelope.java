package io.fluxon.connectors.packets;

import io.fluxon.connectors.packets.MalformedPacketException.Rule;
import io.fluxon.schemas.MotionLayout;
import io.fluxon.schemas.PacketKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.Topic;

/** The rules that the envelope of every packet keeps, whatever its sensor; the layout's own are its decoder's. */
public final class PacketEnvelope {

    /** Longest name of a sensor, device, recording or clock domain, characters. */
    public static final int MAX_NAME = 249;

    private static final int MAX_ORIGIN = 4096;
    private static final long MAX_NUMBER = 1L << 53;

    /** Largest base, 2<sup>62</sup> ns: the year 2116. */
    private static final long MAX_BASE_UNIX_NANOS = 1L << 62;

    /** Largest offset, 2<sup>52</sup> us or 142 years: with the largest base it stays below 2<sup>63</sup> ns. */
    private static final long MAX_OFFSET_NANOS = (1L << 52) * 1000;

    /** Largest offset in any unit: picoseconds of 53 days. */
    private static final long MAX_OFFSET = 1L << 62;

    private static final long PICOSECONDS_PER_NANOSECOND = 1000;

    private PacketEnvelope() {}

    /**
     * What a record's Kafka key must be: packets with one key stay in one partition and in order.
     *
     * @return the device of a motion sensor, the sensor itself of any other
     */
    public static String key(SensorPacket packet) {
        return packet.getLayout() instanceof MotionLayout layout ? layout.getDeviceId() : packet.getSensorId();
    }

    /**
     * Checks all fields but encoding, layout and the content of the payload.
     *
     * @param offsetUnitPicoseconds the unit that the sensor's kind counts in
     */
    public static void check(SensorPacket packet, long offsetUnitPicoseconds) throws MalformedPacketException {
        boolean data = packet.getKind() == PacketKind.DATA;
        require(isName(packet.getSensorId()), "sensorId is blank or longer than " + MAX_NAME);
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
        require(
                packet.getOffsetUnitPicoseconds() == offsetUnitPicoseconds,
                "the offset unit of this kind of sensor is " + offsetUnitPicoseconds + " ps");
        long maxOffset = maxOffset(offsetUnitPicoseconds);
        require(
                packet.getFirstOffset() >= 0 && packet.getLastOffset() <= maxOffset,
                "offsets are not within 0.." + maxOffset);
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
    }

    /** An offset of the packet's clock in whole nanoseconds since its base, rounded down. */
    public static long nanos(SensorPacket packet, long offset) {
        long unitPicoseconds = packet.getOffsetUnitPicoseconds();
        return unitPicoseconds < PICOSECONDS_PER_NANOSECOND
                ? offset / (PICOSECONDS_PER_NANOSECOND / unitPicoseconds)
                : offset * (unitPicoseconds / PICOSECONDS_PER_NANOSECOND);
    }

    public static boolean isName(String text) {
        return !text.isBlank() && text.length() <= MAX_NAME;
    }

    public static void require(boolean holds, String rule) throws MalformedPacketException {
        if (!holds) {
            throw new MalformedPacketException(Rule.BAD_ENVELOPE, rule);
        }
    }

    /** First line of a text from outside, at most 40 characters of it, for a message. */
    public static String abbreviated(String text) {
        String line = text.lines().findFirst().orElse("");
        return line.length() > 40 ? line.substring(0, 40) + "..." : line;
    }

    /** An origin as long as an envelope may have it. */
    public static String shortened(String origin) {
        return origin.length() <= MAX_ORIGIN ? origin : origin.substring(0, MAX_ORIGIN);
    }

    /** Largest offset that a packet may have in this unit. */
    public static long maxOffset(long offsetUnitPicoseconds) {
        return offsetUnitPicoseconds < PICOSECONDS_PER_NANOSECOND
                ? MAX_OFFSET
                : MAX_OFFSET_NANOS / (offsetUnitPicoseconds / PICOSECONDS_PER_NANOSECOND);
    }
}
