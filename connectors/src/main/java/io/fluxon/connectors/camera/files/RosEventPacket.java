package io.fluxon.connectors.camera.files;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A message event_camera_msgs/msg/EventPacket, or event_array_msgs/msg/EventArray of the same layout, in ROS 2's CDR: two
 * bytes 0 and the byte order (0 big-endian, 1 little-endian), two unused; then, each aligned to its size from there on,
 *
 * <pre>
 *   i32 sec, u32 nanosec, string frame_id   the header; not used
 *   u32 height, u32 width                   pixels of the sensor
 *   u64 seq                                 not used
 *   u64 time_base                           ns
 *   string encoding                         evt3, libcaer, mono, ...
 *   bool is_bigendian                       byte order of the events
 *   sequence of u8 events
 * </pre>
 *
 * A string is u32 its bytes with a final 0, and these; a sequence u32 its length, and that.
 *
 * @param timeBaseNanos to be read as unsigned
 * @param events stands at the first and ends behind the last; little-endian whatever the events are
 */
record RosEventPacket(
        long width, long height, long timeBaseNanos, String encoding, boolean bigEndian, ByteBuffer events) {

    private static final int ENCAPSULATION_BYTES = 4;

    /** Empty if the bytes are no such message. */
    static Optional<RosEventPacket> parse(byte[] message) {
        if (message.length < ENCAPSULATION_BYTES || message[0] != 0 || message[1] < 0 || message[1] > 1) {
            return Optional.empty();
        }
        ByteBuffer cdr = ByteBuffer.wrap(message, ENCAPSULATION_BYTES, message.length - ENCAPSULATION_BYTES)
                .slice()
                .order(message[1] == 1 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        try {
            skip(cdr, 2 * Integer.BYTES);
            bytes(cdr);
            long height = u32(cdr);
            long width = u32(cdr);
            align(cdr, Long.BYTES);
            skip(cdr, Long.BYTES);
            long timeBaseNanos = cdr.getLong();
            String encoding =
                    StandardCharsets.ISO_8859_1.decode(bytes(cdr)).toString().replaceFirst("\0$", "");
            boolean bigEndian = cdr.get() != 0;
            ByteBuffer events = bytes(cdr).order(ByteOrder.LITTLE_ENDIAN);
            return Optional.of(new RosEventPacket(width, height, timeBaseNanos, encoding, bigEndian, events));
        } catch (BufferUnderflowException e) {
            return Optional.empty();
        }
    }

    private static long u32(ByteBuffer cdr) {
        align(cdr, Integer.BYTES);
        return Integer.toUnsignedLong(cdr.getInt());
    }

    /** A string or a sequence of bytes. */
    private static ByteBuffer bytes(ByteBuffer cdr) {
        long length = u32(cdr);
        int from = cdr.position();
        skip(cdr, length);
        return cdr.slice(from, (int) length);
    }

    private static void align(ByteBuffer cdr, int bytes) {
        skip(cdr, -cdr.position() & bytes - 1);
    }

    private static void skip(ByteBuffer cdr, long bytes) {
        if (bytes > cdr.remaining()) {
            throw new BufferUnderflowException();
        }
        cdr.position(cdr.position() + (int) bytes);
    }
}
