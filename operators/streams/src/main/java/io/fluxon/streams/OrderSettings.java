package io.fluxon.streams;

import java.io.Serializable;

/**
 * How long a packet that came early waits for those before it. The wait ends with the first bound that is passed.
 *
 * @param maxHeldPackets packets of one sensor; 0 holds none
 * @param maxHeldBytes bytes of one sensor's held records
 * @param graceMicros time on the sensor's own clock from the first held packet's begin to the newest packet's end
 */
public record OrderSettings(int maxHeldPackets, long maxHeldBytes, long graceMicros) implements Serializable {

    public static final OrderSettings DEFAULT = new OrderSettings(64, 4 << 20, 1_000_000);

    /** Bounds of the bounds: what one sensor may make a task keep. */
    public static final int MAX_HELD_PACKETS = 4096;

    public static final long MAX_HELD_BYTES = 64 << 20;
    public static final long MAX_GRACE_MICROS = 600_000_000;

    public OrderSettings {
        if (maxHeldPackets < 0 || maxHeldPackets > MAX_HELD_PACKETS) {
            throw new IllegalArgumentException("held packets: " + maxHeldPackets + " is not 0 to " + MAX_HELD_PACKETS);
        }
        if (maxHeldBytes < 0 || maxHeldBytes > MAX_HELD_BYTES) {
            throw new IllegalArgumentException("held bytes: " + maxHeldBytes + " is not 0 to " + MAX_HELD_BYTES);
        }
        if (graceMicros < 0 || graceMicros > MAX_GRACE_MICROS) {
            throw new IllegalArgumentException("grace: " + graceMicros + " us is not 0 to " + MAX_GRACE_MICROS);
        }
    }
}
