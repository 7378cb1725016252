package io.fluxon.connectors.camera;

import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.connectors.packets.MalformedPacketException.Rule;

/**
 * The N-MNIST and N-Caltech101 layout, five bytes per event: x, y, then polarity in bit 7 and the time in the other 23
 * bits, most significant first, microseconds. A record with y = 240 is no event: it adds 2<sup>13</sup> us to all later
 * times. Times never run back.
 */
public final class NMnistDecoder implements CameraDecoder {

    public static final String ENCODING = "nmnist";

    static final int RECORD_BYTES = 5;
    static final int OVERFLOW_ROW = 240;
    private static final int MAX_WIDTH = 256;
    static final long OVERFLOW_MICROS = 1 << 13;

    @Override
    public void decode(byte[] bytes, int from, int to, long firstEventMicros, int width, int height, CameraBatch batch)
            throws MalformedPacketException {
        if (width > MAX_WIDTH || height > OVERFLOW_ROW) {
            throw new MalformedPacketException(
                    Rule.BAD_ENVELOPE, ENCODING + " addresses at most " + MAX_WIDTH + "x" + OVERFLOW_ROW + " pixels");
        }
        if ((to - from) % RECORD_BYTES != 0) {
            throw new MalformedPacketException(
                    Rule.TRUNCATED_PAYLOAD,
                    "byte " + (to - from - (to - from) % RECORD_BYTES) + ": the last event has "
                            + (to - from) % RECORD_BYTES + " of " + RECORD_BYTES + " bytes");
        }
        batch.reserve((to - from) / RECORD_BYTES);
        int stopped = decodeRecords(bytes, from, to, firstEventMicros, width, height, batch);
        if (stopped != to) {
            throw explain(bytes, from, stopped, width, height);
        }
    }

    /** Decodes until {@code to} or the first record that breaks a rule; returns where it stopped. */
    private static int decodeRecords(
            byte[] bytes, int from, int to, long firstEventMicros, int width, int height, CameraBatch batch) {
        long[] times = batch.timeMicros();
        short[] xs = batch.x();
        short[] ys = batch.y();
        byte[] polarities = batch.polarity();
        int size = batch.size();
        long overflowMicros = 0;
        long baseMicros = Long.MIN_VALUE;
        long previousMicros = 0;
        int at = from;
        for (; at < to; at += RECORD_BYTES) {
            int x = bytes[at] & 0xFF;
            int y = bytes[at + 1] & 0xFF;
            if (y == OVERFLOW_ROW) {
                overflowMicros += OVERFLOW_MICROS;
                continue;
            }
            int third = bytes[at + 2];
            long rawMicros =
                    overflowMicros + ((third & 0x7F) << 16 | (bytes[at + 3] & 0xFF) << 8 | (bytes[at + 4] & 0xFF));
            if (baseMicros == Long.MIN_VALUE) {
                baseMicros = firstEventMicros - rawMicros;
                previousMicros = firstEventMicros;
            }
            long timeMicros = baseMicros + rawMicros;
            if (x >= width || y >= height || timeMicros < previousMicros) {
                break;
            }
            previousMicros = timeMicros;
            times[size] = timeMicros;
            xs[size] = (short) x;
            ys[size] = (short) y;
            polarities[size] = (byte) (third >>> 7 & 1);
            size++;
        }
        batch.filledTo(size);
        return at;
    }

    private static MalformedPacketException explain(byte[] bytes, int from, int at, int width, int height) {
        int x = bytes[at] & 0xFF;
        int y = bytes[at + 1] & 0xFF;
        String place = "byte " + (at - from) + ": ";
        if (x >= width || y >= height) {
            return new MalformedPacketException(
                    Rule.OUTSIDE_GEOMETRY, place + "x=" + x + " y=" + y + " outside " + width + "x" + height);
        }
        return new MalformedPacketException(Rule.TIME_RUNS_BACK, place + "older than the event before it");
    }
}
