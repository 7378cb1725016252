package io.fluxon.connectors.motion;

import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.connectors.packets.MalformedPacketException.Rule;
import io.fluxon.connectors.packets.PacketEnvelope;
import io.fluxon.schemas.MotionLayout;
import io.fluxon.schemas.PacketKind;
import io.fluxon.schemas.SensorPacket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The border where packets of motion sensors are checked and decoded. Encoding {@value #ENCODING}, little-endian, 20 bytes
 * a sample: int64 nanoseconds since the epoch's base, then x, y and z as float32 in the unit of the layout's quantity.
 * Wearables have no common wire format; this one keeps every stamp as the device gave it.
 */
public final class MotionPackets {

    public static final String ENCODING = "motion-f32";

    public static final int SAMPLE_BYTES = 20;

    public static final long PICOSECONDS_PER_NANOSECOND = 1000;

    /** No wearable measures more: 1,600 m/s^2 is 163 g, 1,600 rad/s is 255 turns a second. */
    public static final float LARGEST_VALUE = 1600;

    private MotionPackets() {}

    /** Clears the batch and fills it with the packet's samples; a START or END leaves it empty. */
    public static void decode(SensorPacket packet, MotionBatch batch) throws MalformedPacketException {
        batch.clear();
        if (!(packet.getLayout() instanceof MotionLayout layout)) {
            throw new MalformedPacketException(Rule.BAD_ENVELOPE, "layout is not a motion sensor's");
        }
        PacketEnvelope.check(packet, PICOSECONDS_PER_NANOSECOND);
        PacketEnvelope.require(
                PacketEnvelope.isName(layout.getDeviceId()),
                "deviceId is blank or longer than " + PacketEnvelope.MAX_NAME);
        if (packet.getKind() != PacketKind.DATA) {
            return;
        }
        if (!packet.getEncoding().equals(ENCODING)) {
            throw new MalformedPacketException(
                    Rule.UNKNOWN_ENCODING,
                    "encoding " + PacketEnvelope.abbreviated(packet.getEncoding()) + " is not " + ENCODING);
        }
        ByteBuffer payload = packet.getPayload().slice().order(ByteOrder.LITTLE_ENDIAN);
        if (payload.remaining() % SAMPLE_BYTES != 0) {
            throw new MalformedPacketException(
                    Rule.TRUNCATED_PAYLOAD, payload.remaining() + " bytes are not whole samples of " + SAMPLE_BYTES);
        }
        int samples = payload.remaining() / SAMPLE_BYTES;
        if (samples != packet.getEventCount()) {
            throw new MalformedPacketException(
                    Rule.EVENT_COUNT, "eventCount is " + packet.getEventCount() + ", payload has " + samples);
        }
        decode(payload, samples, batch);
        long first = batch.timeNanos()[0];
        long last = batch.timeNanos()[samples - 1];
        if (first != packet.getFirstOffset() || last != packet.getLastOffset()) {
            throw new MalformedPacketException(
                    Rule.TIME_OUTSIDE_ENVELOPE,
                    "samples run from " + first + " to " + last + " ns, the envelope says " + packet.getFirstOffset()
                            + " to " + packet.getLastOffset());
        }
    }

    private static void decode(ByteBuffer payload, int samples, MotionBatch batch) throws MalformedPacketException {
        long previousNanos = Long.MIN_VALUE;
        for (int i = 0; i < samples; i++) {
            int at = i * SAMPLE_BYTES;
            long nanos = payload.getLong(at);
            float x = payload.getFloat(at + 8);
            float y = payload.getFloat(at + 12);
            float z = payload.getFloat(at + 16);
            if (nanos < previousNanos) {
                throw new MalformedPacketException(
                        Rule.TIME_RUNS_BACK,
                        "sample " + i + " is at " + nanos + " ns, the one before at " + previousNanos);
            }
            if (!(inRange(x) && inRange(y) && inRange(z))) {
                throw new MalformedPacketException(
                        Rule.VALUE_OUT_OF_RANGE,
                        "sample " + i + " is (" + x + ", " + y + ", " + z + "), beyond +-" + LARGEST_VALUE);
            }
            previousNanos = nanos;
            batch.add(nanos, x, y, z);
        }
    }

    private static boolean inRange(float value) {
        return value >= -LARGEST_VALUE && value <= LARGEST_VALUE;
    }

    /** The samples [from, to) of a batch in this encoding. */
    static ByteBuffer encode(MotionBatch batch, int from, int to) {
        ByteBuffer payload = ByteBuffer.allocate((to - from) * SAMPLE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = from; i < to; i++) {
            payload.putLong(batch.timeNanos()[i]);
            payload.putFloat(batch.x()[i]).putFloat(batch.y()[i]).putFloat(batch.z()[i]);
        }
        return payload.flip().order(ByteOrder.BIG_ENDIAN);
    }
}
