package io.fluxon.connectors.camera.words;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraEncoder;
import io.fluxon.connectors.packets.RecordingException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * The DVS events of Event Stream 2.0.0 files, as {@link EventStreamDecoder} reads them. The format counts time from 0 and
 * fills every 127 us without an event with a byte; more than {@value #MAX_OVERFLOWS} of those in a row, 133 s, are refused.
 */
public final class EventStreamEncoder implements CameraEncoder {

    private static final byte[] SIGNATURE = "Event Stream".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] VERSION = {2, 0, 0};
    private static final byte DVS = 1;
    private static final int MAX_OVERFLOWS = 1 << 20;

    private final int width;
    private final int height;
    private long streamMicros;
    private final byte[] event = new byte[EventStreamDecoder.EVENT_BYTES];

    public EventStreamEncoder(int width, int height) {
        this.width = width;
        this.height = height;
    }

    /** What a file of these events starts with: signature, version, type, and u16 columns and rows. */
    public byte[] header() {
        return ByteBuffer.allocate(SIGNATURE.length + VERSION.length + 1 + 2 * Short.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(SIGNATURE)
                .put(VERSION)
                .put(DVS)
                .putShort((short) width)
                .putShort((short) height)
                .array();
    }

    @Override
    public void encode(CameraBatch batch, OutputStream out) throws IOException {
        if (batch.markers().size() > 0 || batch.imu().size() > 0) {
            throw new RecordingException("Event Stream's DVS events hold no triggers and no inertial samples");
        }
        for (int i = 0; i < batch.size(); i++) {
            long timeMicros = batch.timeMicros()[i];
            if (timeMicros < streamMicros) {
                throw new RecordingException("an event at " + timeMicros + " us behind " + streamMicros
                        + " us; Event Stream's time starts at 0 and never runs back");
            }
            if (batch.x(i) >= width || batch.y(i) >= height) {
                throw new RecordingException(
                        "x=" + batch.x(i) + " y=" + batch.y(i) + " outside " + width + "x" + height);
            }
            long overflows = (timeMicros - streamMicros) / EventStreamDecoder.DVS_OVERFLOW_MICROS;
            if (overflows > MAX_OVERFLOWS) {
                throw new RecordingException("no event between " + streamMicros + " and " + timeMicros
                        + " us; Event Stream would fill that with " + overflows + " bytes");
            }
            for (long overflow = 0; overflow < overflows; overflow++) {
                out.write(EventStreamDecoder.DVS_OVERFLOW);
            }
            long restMicros = timeMicros - streamMicros - overflows * EventStreamDecoder.DVS_OVERFLOW_MICROS;
            event[0] = (byte) (restMicros << 1 | batch.polarity(i));
            LittleEndian.putShort(event, 1, batch.x(i));
            LittleEndian.putShort(event, 3, batch.y(i));
            out.write(event);
            streamMicros = timeMicros;
        }
    }
}
