package io.fluxon.connectors.camera.words;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder;
import io.fluxon.connectors.camera.DecodingWarnings.Warning;
import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.connectors.packets.MalformedPacketException.Rule;

/**
 * The events of Event Stream 2.0.0 files, of five bytes each, with bytes for the time between them. The first byte of an
 * event holds the microseconds since what came before it, then come u16 column and u16 row, little-endian.
 *
 * <ul>
 *   <li>DVS: 0xFF adds 127 us to the time of all that follows, 0xFE is a reset, which fills up; any other first byte holds
 *       the microseconds in bits 1 to 7 and the polarity in bit 0
 *   <li>ATIS: 0xFC to 0xFF add 63 us times bits 0 and 1; any other first byte holds the microseconds in bits 2 to 7, the
 *       polarity in bit 1, and in bit 0 whether this is an exposure measurement, which is no change of a pixel's brightness:
 *       it moves the time on and is counted as an item of another kind
 * </ul>
 *
 * The rows stay as the file counts them. The format's own library draws row 0 at the bottom, so what draws it at the top
 * shows such a recording upside down.
 */
public final class EventStreamDecoder extends CameraDecoder {

    static final int EVENT_BYTES = 5;
    static final int DVS_OVERFLOW = 0xFF;
    static final int DVS_OVERFLOW_MICROS = 127;
    private static final int DVS_RESET = 0xFE;
    private static final int ATIS_OVERFLOW = 0xFC;
    private static final long ATIS_OVERFLOW_MICROS = 63;

    /** Which events a stream holds. */
    public enum Type {
        DVS,
        ATIS
    }

    private final Type type;
    private long streamMicros;

    /** Bytes of the event that has begun, and what they told. */
    private int eventBytes;

    private int polarity;
    private boolean exposure;
    private int x;
    private int y;

    public EventStreamDecoder(Type type, int width, int height, Damage damage) {
        super(1, width, height, damage);
        this.type = type;
    }

    @Override
    protected void decodeWords(byte[] bytes, int from, int to, CameraBatch batch) throws MalformedPacketException {
        for (int at = from; at < to; at++) {
            int next = bytes[at] & 0xFF;
            if (eventBytes == 0 && !begins(next)) {
                continue;
            }
            switch (++eventBytes) {
                case 1 -> {}
                case 2 -> x = next;
                case 3 -> x |= next << 8;
                case 4 -> y = next;
                default -> {
                    y |= next << 8;
                    eventBytes = 0;
                    add(from, at + 1 - EVENT_BYTES, batch);
                }
            }
        }
    }

    /** Moves the time on; tells whether an event begins. */
    private boolean begins(int next) {
        if (type == Type.ATIS) {
            if (next >= ATIS_OVERFLOW) {
                streamMicros += (next & 3) * ATIS_OVERFLOW_MICROS;
                return false;
            }
            streamMicros += next >>> 2;
            polarity = next >>> 1 & 1;
            exposure = (next & 1) == 1;
            return true;
        }
        if (next == DVS_OVERFLOW) {
            streamMicros += DVS_OVERFLOW_MICROS;
            return false;
        }
        if (next == DVS_RESET) {
            warn(Warning.PADDING_WORDS);
            return false;
        }
        streamMicros += next >>> 1;
        polarity = next & 1;
        return true;
    }

    private void add(int from, int at, CameraBatch batch) throws MalformedPacketException {
        if (x >= width || y >= height) {
            outside(from, at, x, y);
        } else if (exposure) {
            warn(Warning.OTHER_ITEMS);
        } else {
            batch.add(streamMicros, x, y, polarity);
        }
    }

    @Override
    public void end() throws MalformedPacketException {
        if (eventBytes > 0) {
            int bytes = eventBytes;
            eventBytes = 0;
            refuseOr(
                    Warning.TRUNCATED_BYTES,
                    Rule.TRUNCATED_PAYLOAD,
                    bytes,
                    0,
                    "the last event has " + bytes + " of " + EVENT_BYTES + " bytes");
            warnings().add(Warning.TRUNCATED_BYTES, bytes - 1);
        }
    }
}
