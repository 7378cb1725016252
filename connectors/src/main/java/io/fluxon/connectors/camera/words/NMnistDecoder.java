package io.fluxon.connectors.camera.words;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder;
import io.fluxon.connectors.camera.DecodingWarnings.Warning;
import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.connectors.packets.MalformedPacketException.Rule;
import io.fluxon.schemas.CameraLayout;
import java.io.IOException;
import java.io.InputStream;

/**
 * The N-MNIST and N-Caltech101 layout, five bytes per event: x, y, then polarity in bit 7 and the time in the other 23
 * bits, most significant first, microseconds. A record with y = 240 is no event: it adds 2<sup>13</sup> us to all later
 * times. Times never run back.
 */
public final class NMnistDecoder extends CameraDecoder {

    public static final String ENCODING = "nmnist";

    /** Columns and rows that the layout can address. */
    public static final int MAX_WIDTH = 256;

    public static final int MAX_HEIGHT = 240;

    static final int RECORD_BYTES = 5;
    static final int OVERFLOW_ROW = 240;
    static final long OVERFLOW_MICROS = 1 << 13;
    private static final int PART_RECORDS = 1 << 12;

    private long overflowMicros;
    private long newestMicros = Long.MIN_VALUE;
    private boolean shifting;
    private long firstMicros;

    public NMnistDecoder(int width, int height, Damage damage) {
        super(RECORD_BYTES, width, height, damage);
    }

    /** Columns and rows of the smallest sensor that holds all events; at least 1. */
    public static CameraLayout boundingBox(InputStream records) throws IOException {
        byte[] part = new byte[PART_RECORDS * RECORD_BYTES];
        int maxX = 0;
        int maxY = 0;
        for (int bytes = records.readNBytes(part, 0, part.length);
                bytes > 0;
                bytes = records.readNBytes(part, 0, part.length)) {
            for (int at = 0; at + RECORD_BYTES <= bytes; at += RECORD_BYTES) {
                int y = part[at + 1] & 0xFF;
                if (y != OVERFLOW_ROW) {
                    maxX = Math.max(maxX, part[at] & 0xFF);
                    maxY = Math.max(maxY, y);
                }
            }
        }
        return new CameraLayout(maxX + 1, maxY + 1);
    }

    /** The first event is at exactly this time: a part of a recording has lost how many overflows came before it. */
    @Override
    public void startNear(long micros) {
        shifting = true;
        firstMicros = micros;
    }

    @Override
    protected void decodeWords(byte[] bytes, int from, int to, CameraBatch batch) throws MalformedPacketException {
        batch.reserve((to - from) / RECORD_BYTES);
        for (int at = from; at < to; at += RECORD_BYTES) {
            at = decodeRecords(bytes, at, to, batch);
            if (at < to) {
                refuse(bytes, from, at);
            }
        }
    }

    /** Decodes until {@code to} or the first record that breaks a rule; returns where it stopped. */
    private int decodeRecords(byte[] bytes, int from, int to, CameraBatch batch) {
        long[] times = batch.timeMicros();
        int[] addresses = batch.address();
        int size = batch.size();
        int at = from;
        for (; at < to; at += RECORD_BYTES) {
            int x = bytes[at] & 0xFF;
            int y = bytes[at + 1] & 0xFF;
            if (y == OVERFLOW_ROW) {
                overflowMicros += OVERFLOW_MICROS;
                continue;
            }
            int third = bytes[at + 2];
            long timeMicros =
                    overflowMicros + ((third & 0x7F) << 16 | (bytes[at + 3] & 0xFF) << 8 | (bytes[at + 4] & 0xFF));
            if (shifting && x < width && y < height) {
                overflowMicros += firstMicros - timeMicros;
                timeMicros = firstMicros;
                shifting = false;
            }
            if (x >= width || y >= height || timeMicros < newestMicros) {
                break;
            }
            newestMicros = timeMicros;
            times[size] = timeMicros;
            addresses[size] = CameraBatch.address(x, y, third >>> 7 & 1);
            size++;
        }
        batch.filledTo(size);
        return at;
    }

    private void refuse(byte[] bytes, int from, int at) throws MalformedPacketException {
        int x = bytes[at] & 0xFF;
        int y = bytes[at + 1] & 0xFF;
        if (x >= width || y >= height) {
            outside(from, at, x, y);
        } else {
            refuseOr(Warning.EVENTS_BACK_IN_TIME, Rule.TIME_RUNS_BACK, from, at, "older than the event before it");
        }
    }
}
