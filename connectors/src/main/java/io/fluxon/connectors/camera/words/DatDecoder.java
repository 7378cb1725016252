package io.fluxon.connectors.camera.words;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder;
import io.fluxon.connectors.packets.MalformedPacketException;

/**
 * The records of Prophesee's DAT files, little-endian: u32 microseconds, then u32 with the column in bits 0 to 13, the row in
 * bits 14 to 27 and the polarity in bit 28. The time starts again after 2<sup>32</sup> us.
 */
public final class DatDecoder extends CameraDecoder {

    static final int RECORD_BYTES = 8;

    /** Records that are looked at in one go: few enough for the fastest memory. */
    private static final int BLOCK_RECORDS = 1 << 9;

    private final LoopingTime time = new LoopingTime(32);

    public DatDecoder(int width, int height, Damage damage) {
        super(RECORD_BYTES, width, height, damage);
    }

    @Override
    public void startNear(long micros) {
        time.startNear(micros);
    }

    @Override
    protected void decodeWords(byte[] bytes, int from, int to, CameraBatch batch) throws MalformedPacketException {
        batch.reserve((to - from) / RECORD_BYTES);
        for (int at = from; at < to; at += BLOCK_RECORDS * RECORD_BYTES) {
            int count = Math.min(BLOCK_RECORDS, (to - at) / RECORD_BYTES);
            if (!decodeGoodRecords(bytes, at, count, batch)) {
                for (int i = 0; i < count; i++) {
                    decodeRecord(
                            from, at + i * RECORD_BYTES, LittleEndian.getLong(bytes, at + i * RECORD_BYTES), batch);
                }
            }
        }
    }

    /**
     * Decodes the records if all are on the sensor and in the half of the counter's period that the record before them is
     * in, so that it does not start again among them; otherwise leaves the batch as it was. Works in the batch's own arrays
     * and needs room there for all of them; each step is a loop of its own, as the compiler then uses vector instructions.
     */
    private boolean decodeGoodRecords(byte[] bytes, int at, int count, CameraBatch batch) {
        int from = batch.size();
        int to = from + count;
        long[] times = batch.timeMicros();
        int[] addresses = batch.address();
        LittleEndian.getLongs(bytes, at, times, from, count);
        if (!time.isSet() || !areGood(times, from, to, height, width, time.raw())) {
            return false;
        }
        upperHalves(times, from, to, addresses);
        extendTimes(times, from, to, time.base());
        packAddresses(addresses, from, to);
        batch.filledTo(to);
        time.passed(times[to - 1] - time.base());
        return true;
    }

    /** Whether all records are on the sensor, and all times in the same half of the counter's period as the one before. */
    private static boolean areGood(long[] records, int from, int to, int height, int width, long previous) {
        // Added to a row or column of 14 bits that is too large, it sets the bit above.
        long outsideRow = 0x4000L - Math.min(height, 0x4000) << 46;
        long outsideColumn = 0x4000L - Math.min(width, 0x4000) << 32;
        long bad = 0;
        for (int i = from; i < to; i++) {
            long record = records[i];
            bad |= (record ^ previous) & 1L << 31
                    | (record & 0xFFF_C000_0000_0000L) + outsideRow & 1L << 60
                    | (record & 0x3FFF_0000_0000L) + outsideColumn & 1L << 46;
        }
        return bad == 0;
    }

    private static void upperHalves(long[] records, int from, int to, int[] words) {
        for (int i = from; i < to; i++) {
            words[i] = (int) (records[i] >>> 32);
        }
    }

    /** Records become the times in their lower halves. */
    private static void extendTimes(long[] records, int from, int to, long baseMicros) {
        for (int i = from; i < to; i++) {
            records[i] = baseMicros + (records[i] & 0xFFFF_FFFFL);
        }
    }

    /** The upper halves of records become addresses as a batch keeps them. */
    private static void packAddresses(int[] words, int from, int to) {
        for (int i = from; i < to; i++) {
            int word = words[i];
            words[i] = word & 0x3FFF | word << 2 & 0x3FFF_0000 | word << 3 & 0x8000_0000;
        }
    }

    private void decodeRecord(int from, int at, long record, CameraBatch batch) throws MalformedPacketException {
        long timeMicros = time.next(record & 0xFFFF_FFFFL);
        int word = (int) (record >>> 32);
        int x = word & 0x3FFF;
        int y = word >>> 14 & 0x3FFF;
        if (x >= width || y >= height) {
            outside(from, at, x, y);
        } else {
            batch.add(timeMicros, x, y, word >>> 28 & 1);
        }
    }
}
