package io.fluxon.connectors.camera.words;

import static io.fluxon.connectors.camera.words.TestingWords.cuts;
import static io.fluxon.connectors.camera.words.TestingWords.outcome;
import static io.fluxon.connectors.camera.words.TestingWords.words64;
import static org.assertj.core.api.Assertions.assertThat;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder.Damage;
import io.fluxon.connectors.packets.MalformedPacketException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class Evt21DecoderTest {

    private static final long TIME_HIGH = 0x8000_0000_0000_0000L;
    private static final long PERIOD_MICROS = 1L << 34;

    @Test
    void theBytesOfBothOrdersHoldTheSameEvents() {
        // 0x8000_0001: high time 1. 0x1FC0_2803: ON, low time 63, column 5, row 3; columns 5, 6 and 36 of it.
        byte[] inOrder = HexFormat.of().parseHex("0000000001000080" + "030000800328c01f");
        byte[] legacy = HexFormat.of().parseHex("0100008000000000" + "0328c01f03000080");

        assertThat(outcome(new Evt21Decoder(640, 480, false, Damage.REFUSE), inOrder))
                .containsExactly("127 us (5, 3) 1", "127 us (6, 3) 1", "127 us (36, 3) 1");
        assertThat(outcome(new Evt21Decoder(640, 480, true, Damage.REFUSE), legacy))
                .containsExactly("127 us (5, 3) 1", "127 us (6, 3) 1", "127 us (36, 3) 1");
    }

    @Test
    void allFieldsReachTheirLargestValues() {
        Evt21Decoder decoder = new Evt21Decoder(4096, 2048, false, Damage.REFUSE);
        assertThat(outcome(
                        decoder,
                        words64(
                                0x8FFF_FFFF_0000_0000L,
                                0x1FFF_FFFF_0000_0001L,
                                0x0FFF_FFFF_8000_0000L,
                                0xAFC0_1F01_0000_0000L)))
                .containsExactly(
                        "17179869183 us (2047, 2047) 1",
                        "17179869183 us (2078, 2047) 0",
                        "17179869183 us TRIGGER 31 1");
    }

    @Test
    void aWordWithoutValidBitsIsNoEvent() {
        assertThat(decode(TIME_HIGH, cd(1, 5, 7, 8, 0), cd(1, 5, 700, 800, 0))).isEmpty();
    }

    @Test
    void highTimesRunBackOrStartAgainAsInEvt2() {
        assertThat(decode(high(1000), cd(0, 0, 1, 1, 1), high(998), cd(0, 0, 1, 1, 1)))
                .containsExactly("64000 us (1, 1) 0", "63872 us (1, 1) 0");
        assertThat(decode(high(0xFFF_FFFF), cd(1, 63, 1, 1, 1), high(0), cd(1, 0, 2, 2, 1)))
                .containsExactly(PERIOD_MICROS - 1 + " us (1, 1) 1", PERIOD_MICROS + " us (2, 2) 1");
        assertThat(decode(high(0xFFF_FFFE), high(0x7FF_FFFF), cd(1, 0, 1, 1, 1)))
                .containsExactly(0x7FF_FFFFL * 64 + " us (1, 1) 1");
    }

    @Test
    void theFirstTimeIsTheOneNextToWhatIsKnown() {
        Evt21Decoder decoder = decoder();
        decoder.startNear(7 * PERIOD_MICROS + 500);
        assertThat(outcome(decoder, words64(high(0xFFF_FFFF), cd(1, 1, 1, 1, 1))))
                .containsExactly(7 * PERIOD_MICROS - 63 + " us (1, 1) 1");
    }

    @Test
    void eventsAndTriggersBeforeTheFirstHighTimeAreCountedOneByOne() {
        assertThat(decode(cd(1, 5, 1, 1, 7), 0xA000_0001_0000_0000L, cd(0, 5, 900, 1, 1), TIME_HIGH, cd(1, 5, 1, 1, 1)))
                .containsExactly("5 us (1, 1) 1", "5 events_before_time");
    }

    @Test
    void triggersHaveLineAndLevelInTheUpperHalf() {
        assertThat(decode(high(2), 0xA040_0300_FFFF_FFFFL, 0xA0FF_E0FF_0000_0000L))
                .containsExactly("129 us TRIGGER 3 0", "131 us TRIGGER 0 1");
    }

    @Test
    void reservedWordsAndVendorsWordsAreCountedByKind() {
        assertThat(outcome(
                        decoder(),
                        words64(LongStream.of(2, 3, 4, 5, 6, 7, 9, 0xB, 0xC, 0xD, 0xE, 0xF, 0xF)
                                .map(type -> type << 60 | 0xFFF)
                                .toArray())))
                .containsExactly("2 continuation_words", "11 other_words");
    }

    @Test
    void bitsBeyondTheWidthAreEventsOutside() {
        assertThat(decode(TIME_HIGH, cd(1, 0, 624, 1, 0x0000_FFFF))).hasSize(16);
        assertThat(decode(TIME_HIGH, cd(1, 0, 624, 1, 0x0006_8000)))
                .containsExactly("OUTSIDE_GEOMETRY byte 8: x=641 y=1 outside 640x480");
        assertThat(decode(TIME_HIGH, TIME_HIGH, cd(0, 0, 0, 480, 2)))
                .containsExactly("OUTSIDE_GEOMETRY byte 16: x=1 y=480 outside 640x480");
        assertThat(outcome(
                        new Evt21Decoder(640, 480, false, Damage.COUNT),
                        words64(TIME_HIGH, cd(1, 0, 638, 1, -1), cd(1, 1, 7, 8, 1))))
                .containsExactly("0 us (638, 1) 1", "0 us (639, 1) 1", "1 us (7, 8) 1", "30 events_outside_geometry");
    }

    @Test
    void theHeadIsTheHighTimeInTheOrderOfTheWords() throws MalformedPacketException {
        byte[] inOrder = HexFormat.of().parseHex("0000000067452381");
        byte[] legacy = HexFormat.of().parseHex("6745238100000000");
        for (byte[] word : List.of(inOrder, legacy)) {
            Evt21Decoder decoder = new Evt21Decoder(640, 480, word == legacy, Damage.REFUSE);
            byte[] head = new byte[11];
            assertThat(decoder.writeHead(head, 0)).isZero();
            decoder.decode(word, 0, 8, new CameraBatch());
            assertThat(decoder.writeHead(head, 3)).isEqualTo(8).isEqualTo(decoder.maxHeadBytes());
            assertThat(Arrays.copyOfRange(head, 3, 11)).isEqualTo(word);
        }
    }

    @Test
    void anEndWithinAWordIsRefusedOrCounted() {
        byte[] bytes = Arrays.copyOf(words64(TIME_HIGH, 0), 13);
        assertThat(outcome(decoder(), bytes))
                .containsExactly("TRUNCATED_PAYLOAD byte 8: the last word has 5 of 8 bytes");
        assertThat(outcome(new Evt21Decoder(640, 480, false, Damage.COUNT), bytes))
                .containsExactly("5 truncated_bytes");
    }

    @Test
    void randomWordsDecodeAsTheTableSays() {
        Random random = new Random(21);
        for (int i = 0; i < 2000; i++) {
            boolean legacy = random.nextBoolean();
            long[] words = new long[random.nextInt(100)];
            long high = random.nextInt(0x1000_0000);
            for (int at = 0; at < words.length; at++) {
                high += random.nextInt(10) == 0 ? random.nextInt(0x0800_0000) : random.nextInt(5) - 2;
                words[at] = switch (random.nextInt(6)) {
                    case 0 -> random.nextLong();
                    case 1 -> high(high & 0xFFF_FFFF);
                    default ->
                        cd(
                                random.nextInt(2),
                                random.nextInt(64),
                                random.nextInt(1280),
                                random.nextInt(720),
                                random.nextInt() & 0x1111_1111 << random.nextInt(4));
                };
            }
            Damage damage = random.nextInt(3) == 0 ? Damage.REFUSE : Damage.COUNT;
            int width = random.nextInt(3) == 0 ? 4096 : 1 + random.nextInt(2048);
            Evt21Decoder decoder = new Evt21Decoder(width, 2048, legacy, damage);
            TestingEvt21 reference = new TestingEvt21(width, 2048, damage);
            byte[] inOrder = words64(words);
            byte[] bytes = legacy
                    ? words64(LongStream.of(words)
                            .map(word -> word << 32 | word >>> 32)
                            .toArray())
                    : inOrder;

            List<String> decoded = outcome(decoder, bytes, cuts(random, bytes.length, 5));

            assertThat(decoded).isEqualTo(reference.outcome(inOrder, 8));
        }
    }

    /** EVT 2.1 straight from the table. */
    private static final class TestingEvt21 extends TestingReference {

        private long high;

        TestingEvt21(int width, int height, Damage damage) {
            super(width, height, damage, 28);
        }

        @Override
        void word(long word, int at) {
            int type = bits(word, 63, 60);
            long micros = high * 64 + bits(word, 59, 54);
            if (type == 0x8) {
                high = count(bits(word, 59, 32));
            } else if (type == 0xF) {
                warn("continuation_words");
            } else if (type == 0xA) {
                if (counted()) {
                    trigger(micros, bits(word, 44, 40), bits(word, 32, 32));
                } else {
                    warn("events_before_time");
                }
            } else if (type > 1) {
                warn("other_words");
            } else {
                for (int i = 0; i < 32; i++) {
                    if (bits(word, i, i) == 1 && counted()) {
                        event(micros, bits(word, 53, 43) + i, bits(word, 42, 32), type, at);
                    } else if (bits(word, i, i) == 1) {
                        warn("events_before_time");
                    }
                }
            }
        }
    }

    private static long high(long value) {
        return TIME_HIGH | value << 32;
    }

    private static long cd(long polarity, long lowMicros, long x, long y, int valid) {
        return polarity << 60 | lowMicros << 54 | x << 43 | y << 32 | valid & 0xFFFF_FFFFL;
    }

    private static Evt21Decoder decoder() {
        return new Evt21Decoder(640, 480, false, Damage.REFUSE);
    }

    private static List<String> decode(long... words) {
        return outcome(decoder(), words64(words));
    }
}
