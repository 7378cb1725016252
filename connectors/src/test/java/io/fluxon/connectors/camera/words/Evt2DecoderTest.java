package io.fluxon.connectors.camera.words;

import static io.fluxon.connectors.camera.words.TestingWords.cuts;
import static io.fluxon.connectors.camera.words.TestingWords.outcome;
import static io.fluxon.connectors.camera.words.TestingWords.words32;
import static org.assertj.core.api.Assertions.assertThat;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder.Damage;
import io.fluxon.connectors.camera.TestingRecordings;
import io.fluxon.connectors.packets.MalformedPacketException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Evt2DecoderTest {

    private static final int TIME_HIGH = 0x8000_0000;
    private static final long PERIOD_MICROS = 1L << 34;

    @Test
    void anEventHasPolarityLowTimeColumnAndRow() {
        // 0x1, 63 = 111111b, 5 = 00000000101b, 3 = 00000000011b
        assertThat(decode(TIME_HIGH | 1, 0x1FC0_2803, 0x0000_2803))
                .containsExactly("127 us (5, 3) 1", "64 us (5, 3) 0");
    }

    @Test
    void allFieldsReachTheirLargestValues() {
        Evt2Decoder decoder = new Evt2Decoder(2048, 2048, Damage.REFUSE);
        assertThat(outcome(decoder, words32(0x8FFF_FFFF, 0x1FFF_FFFF, 0x0FFF_FFFF, 0xAFC0_1F01)))
                .containsExactly(
                        "17179869183 us (2047, 2047) 1",
                        "17179869183 us (2047, 2047) 0",
                        "17179869183 us TRIGGER 31 1");
    }

    @Test
    void lowTimesThatRunBackStayInTheirHighTime() {
        assertThat(decode(TIME_HIGH | 1, cd(1, 60, 1, 1), cd(1, 2, 1, 1), cd(1, 59, 1, 1)))
                .containsExactly("124 us (1, 1) 1", "66 us (1, 1) 1", "123 us (1, 1) 1");
    }

    @Test
    void highTimesMayRunBack() {
        assertThat(decode(TIME_HIGH | 1000, cd(0, 0, 1, 1), TIME_HIGH | 998, cd(0, 0, 1, 1)))
                .containsExactly("64000 us (1, 1) 0", "63872 us (1, 1) 0");
    }

    @Test
    void aHighTimeThatDropsByHalfItsPeriodHasStartedAgain() {
        assertThat(decode(0x8FFF_FFFF, cd(1, 63, 1, 1), TIME_HIGH, cd(1, 0, 2, 2)))
                .containsExactly("17179869183 us (1, 1) 1", PERIOD_MICROS + " us (2, 2) 1");
        assertThat(decode(0x8FFF_FFFF, 0x87FF_FFFF, cd(1, 0, 1, 1)))
                .containsExactly(PERIOD_MICROS + 0x7FF_FFFFL * 64 + " us (1, 1) 1");
        assertThat(decode(0x8FFF_FFFE, 0x87FF_FFFF, cd(1, 0, 1, 1))).containsExactly(0x7FF_FFFFL * 64 + " us (1, 1) 1");
        assertThat(decode(0x8FFF_FFFF, TIME_HIGH, 0x8800_0000, 0x8FFF_FFFF, TIME_HIGH, cd(1, 5, 1, 1)))
                .containsExactly(2 * PERIOD_MICROS + 5 + " us (1, 1) 1");
    }

    @Test
    void aStragglerFromBeforeTheNewStartBelongsThere() {
        assertThat(decode(
                        0x8FFF_FFFF, TIME_HIGH, cd(1, 1, 1, 1), 0x8FFF_FFFF, cd(1, 1, 1, 1), TIME_HIGH, cd(1, 2, 1, 1)))
                .containsExactly(
                        PERIOD_MICROS + 1 + " us (1, 1) 1",
                        PERIOD_MICROS - 63 + " us (1, 1) 1",
                        PERIOD_MICROS + 2 + " us (1, 1) 1");
        assertThat(decode(TIME_HIGH, 0x8FFF_FFFF, cd(1, 0, 1, 1))).containsExactly(PERIOD_MICROS - 64 + " us (1, 1) 1");
    }

    @Test
    void theFirstTimeIsTheOneNextToWhatIsKnown() {
        assertThat(decodeNear(7 * PERIOD_MICROS + 500, TIME_HIGH | 3, cd(1, 1, 1, 1)))
                .containsExactly(7 * PERIOD_MICROS + 193 + " us (1, 1) 1");
        assertThat(decodeNear(7 * PERIOD_MICROS + 500, 0x8FFF_FFFF, cd(1, 1, 1, 1)))
                .containsExactly(7 * PERIOD_MICROS - 63 + " us (1, 1) 1");
        assertThat(decodeNear(7 * PERIOD_MICROS - 500, TIME_HIGH, cd(1, 1, 1, 1)))
                .containsExactly(7 * PERIOD_MICROS + 1 + " us (1, 1) 1");
        assertThat(decodeNear(5, 0x8FFF_FFFF, cd(1, 1, 1, 1))).containsExactly(PERIOD_MICROS - 63 + " us (1, 1) 1");
    }

    @Test
    void eventsAndTriggersBeforeTheFirstHighTimeAreCounted() {
        assertThat(decode(cd(1, 5, 1, 1), 0xA000_0001, cd(0, 5, 639, 479), TIME_HIGH, cd(1, 5, 1, 1)))
                .containsExactly("5 us (1, 1) 1", "3 events_before_time");
        // Not even those that would be outside are more than that.
        assertThat(decode(cd(1, 5, 2047, 2047), TIME_HIGH)).containsExactly("1 events_before_time");
    }

    @Test
    void triggersHaveLineAndLevel() {
        assertThat(decode(TIME_HIGH | 2, 0xA040_0300, 0xA080_1F01, 0xA0FF_E0FF))
                .containsExactly("129 us TRIGGER 3 0", "130 us TRIGGER 31 1", "131 us TRIGGER 0 1");
    }

    @Test
    void reservedWordsAndVendorsWordsAreCountedByKind() {
        assertThat(decode(
                        TIME_HIGH,
                        0x2000_0000,
                        0x3000_0000,
                        0x4000_0000,
                        0x5000_0000,
                        0x6000_0000,
                        0x7000_0000,
                        0x9000_0000,
                        0xB000_0000,
                        0xC000_0000,
                        0xD000_0000,
                        0xE000_0000,
                        0xF000_0000,
                        0xFFFF_FFFF))
                .containsExactly("2 continuation_words", "11 other_words");
    }

    @Test
    void whatLiesOutsideTheSensorIsRefusedAtItsWord() {
        assertThat(decode(TIME_HIGH, cd(1, 0, 640, 0))).containsExactly(outside(4, 640, 0));
        assertThat(decode(TIME_HIGH, cd(1, 0, 639, 479), cd(0, 0, 0, 480))).containsExactly(outside(8, 0, 480));
        assertThat(decode(TIME_HIGH, cd(1, 0, 2047, 2047))).containsExactly(outside(4, 2047, 2047));
    }

    @Test
    void lenientlyEachEventOutsideIsCountedAndTheRestDecoded() {
        byte[] bytes = words32(TIME_HIGH, cd(1, 0, 640, 0), cd(1, 1, 639, 479), cd(0, 0, 0, 480), cd(0, 2, 7, 8));
        assertThat(outcome(new Evt2Decoder(640, 480, Damage.COUNT), bytes))
                .containsExactly("1 us (639, 479) 1", "2 us (7, 8) 0", "2 events_outside_geometry");
    }

    @Test
    void placesInErrorsCountFromTheStartOfTheFileOverAllRanges() {
        byte[] bytes = words32(TIME_HIGH, cd(1, 0, 1, 1), 0xE000_0000, cd(1, 0, 640, 1), cd(1, 0, 1, 1));
        for (int cut = 0; cut <= bytes.length; cut++) {
            Evt2Decoder decoder = decoder();
            decoder.startAt(1000);
            assertThat(outcome(decoder, bytes, cut)).containsExactly(outside(1012, 640, 1));
        }
    }

    @Test
    void anEndWithinAWordIsRefusedOrCounted() {
        for (int left = 1; left < 4; left++) {
            byte[] bytes = Arrays.copyOf(words32(TIME_HIGH, 0, 0), 4 + left);
            assertThat(outcome(decoder(), bytes))
                    .containsExactly("TRUNCATED_PAYLOAD byte 4: the last word has " + left + " of 4 bytes");
            assertThat(outcome(new Evt2Decoder(640, 480, Damage.COUNT), bytes))
                    .containsExactly(left + " truncated_bytes");
        }
    }

    @Test
    void theHeadIsTheHighTime() throws MalformedPacketException {
        byte[] before = words32(TIME_HIGH | 0x123_4567, cd(1, 5, 1, 1));
        Evt2Decoder decoder = decoder();
        decoder.decode(before, 0, before.length, new CameraBatch());

        byte[] head = new byte[9];
        assertThat(decoder.writeHead(head, 3)).isEqualTo(4).isEqualTo(decoder.maxHeadBytes());
        assertThat(Arrays.copyOfRange(head, 3, 7)).isEqualTo(words32(TIME_HIGH | 0x123_4567));
        assertThat(decoder().writeHead(head, 0)).isZero();
    }

    @Test
    void whatFollowsAHeadDecodesAsWithoutTheCut() throws MalformedPacketException {
        Random random = new Random(31);
        for (int i = 0; i < 2000; i++) {
            byte[] bytes = nearlyAllInside(random, 60);
            int cut = 4 * random.nextInt(bytes.length / 4 + 1);
            Evt2Decoder whole = new Evt2Decoder(2048, 2048, Damage.COUNT);
            whole.decode(bytes, 0, cut, new CameraBatch());
            byte[] head = new byte[whole.maxHeadBytes()];
            int headBytes = whole.writeHead(head, 0);
            TestingEvt2 reference = new TestingEvt2(2048, 2048, Damage.COUNT);
            reference.outcome(Arrays.copyOf(bytes, cut), 4);

            Evt2Decoder fresh = new Evt2Decoder(2048, 2048, Damage.COUNT);
            fresh.startNear(reference.highMicros());
            CameraBatch afterHead = new CameraBatch();
            fresh.decode(head, 0, headBytes, afterHead);
            fresh.decode(bytes, cut, bytes.length, afterHead);
            CameraBatch afterCut = new CameraBatch();
            whole.decode(bytes, cut, bytes.length, afterCut);

            assertThat(TestingRecordings.events(afterHead)).isEqualTo(TestingRecordings.events(afterCut));
        }
    }

    @Test
    void randomWordsDecodeAsTheTableSays() {
        Random random = new Random(2);
        for (int i = 0; i < 4000; i++) {
            byte[] bytes = i % 2 == 0 ? anyWords(random, 200) : nearlyAllInside(random, 200);
            int width = random.nextInt(3) == 0 ? 2048 : 1 + random.nextInt(2048);
            int height = random.nextInt(3) == 0 ? 2048 : 1 + random.nextInt(2048);
            Damage damage = random.nextInt(3) == 0 ? Damage.REFUSE : Damage.COUNT;
            Evt2Decoder decoder = new Evt2Decoder(width, height, damage);
            TestingEvt2 reference = new TestingEvt2(width, height, damage);
            if (random.nextBoolean()) {
                long near = random.nextLong(1L << 38);
                decoder.startNear(near);
                reference.near = near >> 6;
            }

            List<String> decoded = outcome(decoder, bytes, cuts(random, bytes.length, 5));

            assertThat(decoded).isEqualTo(reference.outcome(bytes, 4));
        }
    }

    @Test
    void theRecordingHasItsPublishedDigestsHoweverItIsCut()
            throws IOException, MalformedPacketException, NoSuchAlgorithmException {
        byte[] file = Files.readAllBytes(TestingRecordings.recordedFile("dvs/prophesee_evt2/evt2.raw"));
        int start = 0;
        while (file[start] == '%') {
            while (file[start++] != '\n') {}
        }
        Random random = new Random(5);
        for (int atMost : new int[] {0, 2000}) {
            Evt2Decoder decoder = decoder();
            CameraBatch batch = new CameraBatch();
            int from = start;
            for (int cut : cuts(random, file.length - start, atMost)) {
                decoder.decode(file, from, start + cut, batch);
                from = start + cut;
            }
            decoder.decode(file, from, file.length, batch);
            decoder.end();

            assertThat(digests(batch))
                    .containsExactly(
                            "521252",
                            "9855ba39c1baea316ae623b72466e420df60a7510248391856eb4eaf",
                            "93fc6cff19b483fd48ca53345c6c1cf05123681d7b7272a1717e9303",
                            "07cfaef58e5fa71ce9910ed5b88fb7e9fcf71e4a8654cc2c4666f1ae",
                            "d2b5e9c4047f4c431937b24cd46c8b504e055372b0ded1df77f0ffa1");
        }
    }

    /** Number of events, then SHA3-224 of times (u64), columns (u16), rows (u16) and polarities (u8), little-endian. */
    static List<String> digests(CameraBatch batch) throws NoSuchAlgorithmException {
        ByteBuffer micros = ByteBuffer.allocate(8 * batch.size()).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer x = ByteBuffer.allocate(2 * batch.size()).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer y = ByteBuffer.allocate(2 * batch.size()).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer on = ByteBuffer.allocate(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            micros.putLong(batch.timeMicros()[i]);
            x.putShort((short) batch.x(i));
            y.putShort((short) batch.y(i));
            on.put((byte) batch.polarity(i));
        }
        MessageDigest sha3 = MessageDigest.getInstance("SHA3-224");
        HexFormat hex = HexFormat.of();
        return List.of(
                "" + batch.size(),
                hex.formatHex(sha3.digest(micros.array())),
                hex.formatHex(sha3.digest(x.array())),
                hex.formatHex(sha3.digest(y.array())),
                hex.formatHex(sha3.digest(on.array())));
    }

    private static byte[] anyWords(Random random, int atMost) {
        byte[] bytes = new byte[4 * random.nextInt(atMost + 1) + (random.nextInt(10) == 0 ? 1 + random.nextInt(3) : 0)];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Words as cameras send them, with times that mostly advance, sometimes over the counter's end, and few of other types. */
    private static byte[] nearlyAllInside(Random random, int atMost) {
        int[] words = new int[1 + random.nextInt(atMost)];
        int high = random.nextBoolean() ? random.nextInt(0x1000_0000) : random.nextInt(40) - 20;
        for (int i = 0; i < words.length; i++) {
            switch (random.nextInt(8)) {
                case 0 -> words[i] = random.nextInt();
                case 1, 2 -> {
                    high += random.nextInt(10) == 0 ? random.nextInt(0x0800_0000) : random.nextInt(5) - 2;
                    words[i] = TIME_HIGH | high & 0xFFF_FFFF;
                }
                default ->
                    words[i] = cd(random.nextInt(2), random.nextInt(64), random.nextInt(1280), random.nextInt(720));
            }
        }
        return words32(words);
    }

    private static int cd(int polarity, int lowMicros, int x, int y) {
        return polarity << 28 | lowMicros << 22 | x << 11 | y;
    }

    private static String outside(int at, int x, int y) {
        return "OUTSIDE_GEOMETRY byte " + at + ": x=" + x + " y=" + y + " outside 640x480";
    }

    private static Evt2Decoder decoder() {
        return new Evt2Decoder(640, 480, Damage.REFUSE);
    }

    private static List<String> decode(int... words) {
        return outcome(decoder(), words32(words));
    }

    private static List<String> decodeNear(long micros, int... words) {
        Evt2Decoder decoder = decoder();
        decoder.startNear(micros);
        return outcome(decoder, words32(words));
    }
}
