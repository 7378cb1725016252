package io.fluxon.connectors.camera.fuzzing;

import io.fluxon.connectors.camera.TestingRecordings;
import io.fluxon.connectors.camera.words.WordEncoding;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Short streams of each encoding, hand-assembled: events on a sensor of 34 x 34 pixels at 1000 us and later. */
final class TestingSeeds {

    static final int SIDE = 34;

    private TestingSeeds() {}

    static byte[] words(WordEncoding encoding) {
        return switch (encoding) {
            case DAT ->
                // Time; then polarity, row and column.
                words32(1000, 1 << 28 | 3 << 14 | 2, 1001, 4 << 14 | 33);
            case EVT2 ->
                // A high part of the time, ON, OFF, a trigger, the next high part, ON.
                words32(
                        0x8000_000F,
                        1 << 28 | 40 << 22 | 2 << 11 | 3,
                        41 << 22 | 33 << 11 | 4,
                        10 << 28 | 42 << 22 | 1 << 8 | 1,
                        0x8000_0010,
                        1 << 28 | 5 << 11 | 33);
            case EVT21 -> evt21(false);
            case EVT21_LEGACY -> evt21(true);
            case EVT3 ->
                // Time, row, an event, a vector of 32 and one of 12, a trigger, two events alone.
                words16(
                        0x8000, 0x63E8, 0x0003, 0x2802, 0x3801, 0x4FFF, 0x4001, 0x5081, 0x3000, 0x4801, 0xA101, 0x0004,
                        0x2005, 0x0006, 0x2807, 0x63F0, 0x2008);
            case LIBCAER ->
                // Column, row, polarity and validity; then the time.
                words32(2 << 17 | 3 << 2 | 3, 1000, 33 << 17 | 4 << 2 | 1, 1001);
            case NMNIST ->
                TestingRecordings.join(
                        TestingRecordings.row(2, 3, 1, 1000),
                        TestingRecordings.overflow(),
                        TestingRecordings.row(33, 4, 0, 5));
        };
    }

    /** A high part of the time, two events ON, one OFF, a trigger. */
    private static byte[] evt21(boolean legacy) {
        int[] upper = {0x8000_000F, 1 << 28 | 40 << 22 | 2 << 11 | 3, 41 << 22 | 4, 10 << 28 | 42 << 22 | 1 << 8 | 1};
        int[] lower = {0, 0x8000_0001, 1, 0};
        int[] words = new int[2 * upper.length];
        for (int i = 0; i < upper.length; i++) {
            words[2 * i] = legacy ? upper[i] : lower[i];
            words[2 * i + 1] = legacy ? lower[i] : upper[i];
        }
        return words32(words);
    }

    private static byte[] words16(int... words) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * words.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int word : words) {
            bytes.putShort((short) word);
        }
        return bytes.array();
    }

    private static byte[] words32(int... words) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * words.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int word : words) {
            bytes.putInt(word);
        }
        return bytes.array();
    }
}
