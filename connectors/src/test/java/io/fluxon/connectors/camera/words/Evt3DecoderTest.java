package io.fluxon.connectors.camera.words;

import static io.fluxon.connectors.camera.words.TestingWords.cuts;
import static io.fluxon.connectors.camera.words.TestingWords.outcome;
import static io.fluxon.connectors.camera.words.TestingWords.words16;
import static org.assertj.core.api.Assertions.assertThat;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder.Damage;
import io.fluxon.connectors.camera.TestingRecordings;
import io.fluxon.connectors.packets.MalformedPacketException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Words are written as their four hexadecimal digits, of which the first is the type. */
class Evt3DecoderTest {

    @Test
    void anEventTakesTimeAndRowFromTheWordsBeforeIt() {
        assertThat(decode(0x8001, 0x6002, 0x0003, 0x2004, 0x2805))
                .containsExactly("4098 us (4, 3) 0", "4098 us (5, 3) 1");
    }

    @Test
    void allFieldsReachTheirLargestValues() {
        assertThat(outcome(new Evt3Decoder(2048, 2048, Damage.REFUSE), words16(0x8FFF, 0x6FFF, 0x07FF, 0x2FFF, 0xAF01)))
                .containsExactly("16777215 us (2047, 2047) 1", "16777215 us TRIGGER 15 1");
    }

    @Test
    void bit11OfTheRowIsNotPartOfIt() {
        assertThat(decode(0x8000, 0x0803, 0x2004)).containsExactly("0 us (4, 3) 0");
    }

    @Test
    void aVectorGivesAnEventForEachBitFromItsBaseOn() {
        assertThat(decode(0x8000, 0x0001, 0x3864, 0x4805))
                .containsExactly("0 us (100, 1) 1", "0 us (102, 1) 1", "0 us (111, 1) 1");
        assertThat(decode(0x8000, 0x0001, 0x3064, 0x5081)).containsExactly("0 us (100, 1) 0", "0 us (107, 1) 0");
    }

    @Test
    void aVectorMovesTheBaseByItsColumnsEvenIfEmpty() {
        assertThat(decode(0x8000, 0x0001, 0x3864, 0x4001, 0x4000, 0x4001, 0x5001, 0x5000, 0x5001, 0x4001))
                .containsExactly(
                        "0 us (100, 1) 1", "0 us (124, 1) 1", "0 us (136, 1) 1", "0 us (152, 1) 1", "0 us (160, 1) 1");
    }

    @Test
    void columnsBeyond11BitsAreOutsideOfAnySensor() {
        byte[] words = words16(0x8000, 0x0001, 0x3FFF, 0x4001, 0x4001);

        assertThat(outcome(new Evt3Decoder(4000, 2, Damage.COUNT), words))
                .containsExactly("0 us (2047, 1) 1", "1 events_outside_geometry");
    }

    @Test
    void theUpperFourBitsOfAVectorOf8AreNotPartOfIt() {
        assertThat(decode(0x8000, 0x0001, 0x3000, 0x5F02)).containsExactly("0 us (1, 1) 0");
    }

    @Test
    void anEventWordNeitherMovesTheBaseNorChangesThePolarityOfVectors() {
        assertThat(decode(0x8000, 0x0001, 0x3864, 0x2005, 0x4001)).containsExactly("0 us (5, 1) 0", "0 us (100, 1) 1");
    }

    @Test
    void rowAndBaseLastThroughNewTimesAndOtherWords() {
        assertThat(decode(0x8000, 0x0007, 0x3864, 0x4001, 0x8001, 0x6009, 0xA001, 0xE123, 0x7001, 0x4001, 0x2003))
                .containsExactly(
                        "0 us (100, 7) 1",
                        "4105 us (112, 7) 1",
                        "4105 us (3, 7) 0",
                        "4105 us TRIGGER 0 1",
                        "1 continuation_words",
                        "1 other_words");
    }

    @Test
    void aNewRowLeavesTheBase() {
        assertThat(decode(0x8000, 0x0007, 0x3864, 0x4001, 0x0008, 0x4001))
                .containsExactly("0 us (100, 7) 1", "0 us (112, 8) 1");
    }

    @Test
    void ofAGroupOfVectorsCutShortTheWordsThatAreThereCount() {
        // Cameras send 12, 12 and 8 columns; here the last is missing, and the stream goes on with another row.
        assertThat(decode(0x8000, 0x0001, 0x3864, 0x4001, 0x4001, 0x0002, 0x2009))
                .containsExactly("0 us (100, 1) 1", "0 us (112, 1) 1", "0 us (9, 2) 0");
        assertThat(decode(0x8000, 0x0001, 0x3864, 0x4001)).containsExactly("0 us (100, 1) 1");
    }

    @Test
    void aLowTimeThatRunsBackIsNoCarry() {
        assertThat(decode(0x8001, 0x0001, 0x6FFF, 0x2001, 0x6000, 0x2002, 0x6FF0, 0x2003))
                .containsExactly("8191 us (1, 1) 0", "4096 us (2, 1) 0", "8176 us (3, 1) 0");
    }

    @Test
    void aNewHighTimeStartsAtItsLowest() {
        assertThat(decode(0x8001, 0x6123, 0x0001, 0x8002, 0x2001, 0x8001, 0x2002))
                .containsExactly("8192 us (1, 1) 0", "4096 us (2, 1) 0");
    }

    @Test
    void aRepeatedHighTimeLeavesTheLowOne() {
        assertThat(decode(0x8001, 0x6123, 0x0001, 0x8001, 0x2001)).containsExactly("4387 us (1, 1) 0");
    }

    @Test
    void aLowTimeBeforeTheFirstHighOneIsForgotten() {
        assertThat(decode(0x6123, 0x0001, 0x8001, 0x2001)).containsExactly("4096 us (1, 1) 0");
    }

    @Test
    void aHighTimeThatDropsByHalfItsPeriodHasStartedAgain() {
        assertThat(decode(0x0001, 0x8FFF, 0x87FF, 0x2001)).containsExactly("25161728 us (1, 1) 0");
        assertThat(decode(0x0001, 0x8FFE, 0x87FF, 0x2001)).containsExactly("8384512 us (1, 1) 0");
        assertThat(decode(0x0001, 0x8FFF, 0x2001, 0x8000, 0x2002, 0x8FFF, 0x8000, 0x2003, 0x8000, 0x2004))
                .containsExactly(
                        "16773120 us (1, 1) 0", "16777216 us (2, 1) 0", "16777216 us (3, 1) 0", "16777216 us (4, 1) 0");
        assertThat(decode(0x0001, 0x8FFF, 0x8000, 0x8800, 0x8FFF, 0x8001, 0x6002, 0x2001))
                .containsExactly("33558530 us (1, 1) 0");
    }

    @Test
    void aStragglerFromBeforeTheNewStartBelongsThere() {
        assertThat(decode(0x0001, 0x8FFF, 0x8000, 0x8FC1, 0x2001, 0x8001, 0x2002))
                .containsExactly("16519168 us (1, 1) 0", "16781312 us (2, 1) 0");
        // From 0 to 0xFBF is less than the period but for its 64th: a rise as any other.
        assertThat(decode(0x0001, 0x8FFF, 0x8000, 0x8FBF, 0x2001)).containsExactly("33288192 us (1, 1) 0");
        // Nothing was before the first start.
        assertThat(decode(0x0001, 0x8000, 0x8FFF, 0x2001)).containsExactly("16773120 us (1, 1) 0");
    }

    @Test
    void theFirstTimeIsTheOneNextToWhatIsKnown() {
        assertThat(decodeNear(100L << 24, 0x0001, 0x8005, 0x6006, 0x2001)).containsExactly("1677742086 us (1, 1) 0");
        assertThat(decodeNear(100L << 24, 0x0001, 0x8FFF, 0x2001, 0x8000, 0x2002))
                .containsExactly("1677717504 us (1, 1) 0", "1677721600 us (2, 1) 0");
        assertThat(decodeNear((100L << 24) - 1, 0x0001, 0x8FFF, 0x2001, 0x8000, 0x2002))
                .containsExactly("1677717504 us (1, 1) 0", "1677721600 us (2, 1) 0");
        assertThat(decodeNear((100L << 24) - 1, 0x0001, 0x8000, 0x2001)).containsExactly("1677721600 us (1, 1) 0");
        assertThat(decodeNear(5, 0x0001, 0x8FFF, 0x2001)).containsExactly("16773120 us (1, 1) 0");
    }

    @Test
    void eventsAndTriggersBeforeTheFirstHighTimeAreCounted() {
        assertThat(decode(0x0001, 0x6001, 0x2001, 0x3002, 0x4007, 0xA101, 0x8001, 0x4001, 0x2003))
                .containsExactly("4096 us (14, 1) 0", "4096 us (3, 1) 0", "5 events_before_time");
    }

    @Test
    void eventsBeforeRowOrBaseAreCountedOneByOne() {
        assertThat(decode(0x8001, 0x2001, 0x3002, 0x4007, 0x5081, 0x0001, 0x2003))
                .containsExactly("4096 us (3, 1) 0", "6 events_before_address");
        assertThat(decode(0x8001, 0x0001, 0x4FFF, 0x50FF, 0x5000, 0x3005, 0x5001))
                .containsExactly("4096 us (5, 1) 0", "20 events_before_address");
    }

    @Test
    void triggersHaveLineAndLevelAtTheTimeOfTheirPlace() {
        assertThat(decode(0x8001, 0x6002, 0xA301, 0x6003, 0xA3FE))
                .containsExactly("4098 us TRIGGER 3 1", "4099 us TRIGGER 3 0");
    }

    @Test
    void reservedWordsAndVendorsWordsAreCountedByKind() {
        assertThat(decode(0x8000, 0x1FFF, 0x9000, 0xB123, 0xC001, 0xD001, 0xE001, 0x7001, 0xF001, 0xF002))
                .containsExactly("3 continuation_words", "6 other_words");
    }

    @Test
    void whatLiesOutsideTheSensorIsRefusedAtItsWord() {
        assertThat(decode(0x8000, 0x0001, 0x2280)).containsExactly(outside(4, 640, 1));
        assertThat(decode(0x8000, 0x01E0, 0x2A7F)).containsExactly(outside(4, 639, 480));
    }

    @Test
    void aVectorAcrossTheEdgeIsRefusedAtItsWordForItsFirstColumnOutside() {
        assertThat(decode(0x8000, 0x0001, 0x327C, 0x4F0F)).containsExactly(outside(6, 644, 1));
        assertThat(decode(0x8000, 0x0001, 0x327C, 0x400F))
                .containsExactly("0 us (636, 1) 0", "0 us (637, 1) 0", "0 us (638, 1) 0", "0 us (639, 1) 0");
        assertThat(decode(0x8000, 0x0001, 0x327C, 0x4001, 0x5004)).containsExactly(outside(8, 650, 1));
    }

    @Test
    void columnsBeyondTheirElevenBitsAreOutside() {
        Evt3Decoder decoder = new Evt3Decoder(2048, 2048, Damage.REFUSE);
        assertThat(outcome(decoder, words16(0x8000, 0x0001, 0x37FF, 0x4001, 0x5000, 0x4010)))
                .containsExactly("OUTSIDE_GEOMETRY byte 10: x=2071 y=1 outside 2048x2048");
    }

    @Test
    void lenientlyEachEventOutsideIsCountedAndTheRestDecoded() {
        Evt3Decoder decoder = new Evt3Decoder(640, 480, Damage.COUNT);
        assertThat(outcome(
                        decoder,
                        words16(0x8000, 0x0001, 0x327C, 0x4F0F, 0x5001, 0x2280, 0x01E0, 0x2001, 0x0002, 0x2001)))
                .containsExactly(
                        "0 us (636, 1) 0",
                        "0 us (637, 1) 0",
                        "0 us (638, 1) 0",
                        "0 us (639, 1) 0",
                        "0 us (1, 2) 0",
                        "7 events_outside_geometry");
    }

    @Test
    void placesInErrorsCountFromTheStartOfTheFileOverAllRanges() throws MalformedPacketException {
        byte[] bytes = words16(0x8000, 0x0001, 0x2001, 0x2002, 0x2280);
        for (int cut = 0; cut <= bytes.length; cut++) {
            Evt3Decoder decoder = decoder();
            decoder.startAt(1000);
            assertThat(outcome(decoder, bytes, cut)).containsExactly(outside(1008, 640, 1));
        }
    }

    @Test
    void anEndWithinAWordIsRefusedOrCounted() {
        byte[] bytes = Arrays.copyOf(words16(0x8000, 0x0001, 0x2001), 5);
        assertThat(outcome(decoder(), bytes))
                .containsExactly("TRUNCATED_PAYLOAD byte 4: the last word has 1 of 2 bytes");
        assertThat(outcome(new Evt3Decoder(640, 480, Damage.COUNT), bytes)).containsExactly("1 truncated_bytes");
    }

    @Test
    void theHeadBringsAFreshDecoderIntoTheSameState() throws MalformedPacketException {
        byte[] before = words16(0x8123, 0x6456, 0x0007, 0x3864, 0x4000);
        Evt3Decoder decoder = decoder();
        decoder.decode(before, 0, before.length, new CameraBatch());

        byte[] head = new byte[20];
        int bytes = decoder.writeHead(head, 3);

        assertThat(Arrays.copyOfRange(head, 3, 3 + bytes)).isEqualTo(words16(0x8123, 0x6456, 0x0007, 0x3870));
        assertThat(bytes).isLessThanOrEqualTo(decoder.maxHeadBytes());
        assertThat(decoder().writeHead(head, 0)).isZero();
    }

    @Test
    void aRowThatWasNotToldIsNoneHoweverHighTheSensor() {
        Evt3Decoder decoder = new Evt3Decoder(640, 20_000, Damage.COUNT);

        assertThat(outcome(decoder, words16(0x8000, 0x2005))).containsExactly("1 events_before_address");
    }

    @Test
    void aHeadBehindABaseBeyondItsElevenBitsMakesNoColumnsInside() throws MalformedPacketException {
        byte[] before = words16(0x8000, 0x0001, 0x37FF, 0x4001);
        Evt3Decoder decoder = new Evt3Decoder(2048, 2048, Damage.COUNT);
        decoder.decode(before, 0, before.length, new CameraBatch());
        byte[] head = new byte[decoder.maxHeadBytes()];
        int headBytes = decoder.writeHead(head, 0);

        Evt3Decoder fresh = new Evt3Decoder(2048, 2048, Damage.COUNT);
        byte[] bytes = TestingRecordings.join(Arrays.copyOf(head, headBytes), words16(0x4FFF));

        assertThat(outcome(fresh, bytes)).containsExactly("12 events_outside_geometry");
    }

    @Test
    void whatFollowsAHeadDecodesAsWithoutTheCut() throws MalformedPacketException {
        Random random = new Random(31);
        for (int i = 0; i < 3000; i++) {
            byte[] bytes = nearlyAllInside(random, 60);
            int cut = 2 * random.nextInt(bytes.length / 2 + 1);
            CameraBatch batch = new CameraBatch();
            Evt3Decoder whole = new Evt3Decoder(2048, 2048, Damage.COUNT);
            whole.decode(bytes, 0, cut, batch);
            byte[] head = new byte[whole.maxHeadBytes()];
            int headBytes = whole.writeHead(head, 0);
            TestingEvt3 reference = new TestingEvt3(2048, 2048, Damage.COUNT);
            reference.outcome(Arrays.copyOf(bytes, cut), 2);

            Evt3Decoder fresh = new Evt3Decoder(2048, 2048, Damage.COUNT);
            fresh.startNear(reference.timeMicros());
            CameraBatch afterHead = new CameraBatch();
            fresh.decode(head, 0, headBytes, afterHead);
            assertThat(afterHead.sizeOfAll()).isZero();
            fresh.decode(bytes, cut, bytes.length, afterHead);
            CameraBatch afterCut = new CameraBatch();
            whole.decode(bytes, cut, bytes.length, afterCut);

            assertThat(TestingRecordings.events(afterHead)).isEqualTo(TestingRecordings.events(afterCut));
        }
    }

    @Test
    void randomWordsDecodeAsTheTableSays() {
        Random random = new Random(3);
        for (int i = 0; i < 4000; i++) {
            byte[] bytes = i % 2 == 0 ? anyWords(random, 200) : nearlyAllInside(random, 200);
            int width = random.nextInt(3) == 0 ? 2048 : 1 + random.nextInt(2048);
            int height = random.nextInt(3) == 0 ? 2048 : 1 + random.nextInt(2048);
            Damage damage = random.nextInt(3) == 0 ? Damage.REFUSE : Damage.COUNT;
            Evt3Decoder decoder = new Evt3Decoder(width, height, damage);
            TestingEvt3 reference = new TestingEvt3(width, height, damage);
            if (random.nextBoolean()) {
                long near = random.nextLong(1L << 28);
                decoder.startNear(near);
                reference.near = near >> 12;
            }

            List<String> decoded = outcome(decoder, bytes, cuts(random, bytes.length, 5));

            assertThat(decoded).isEqualTo(reference.outcome(bytes, 2));
        }
    }

    @Test
    void theRecordingHasItsPublishedSumsHoweverItIsCut() throws IOException {
        byte[] bytes =
                Files.readAllBytes(TestingRecordings.recordedFile("dvs/prophesee_evt3_ros/evt3_trigger_payload.evt3"));
        Random random = new Random(5);
        for (int atMost : new int[] {0, 2000}) {
            Evt3Decoder decoder = new Evt3Decoder(1280, 720, Damage.REFUSE);
            CameraBatch batch = new CameraBatch();
            try {
                int from = 0;
                for (int cut : cuts(random, bytes.length, atMost)) {
                    decoder.decode(bytes, from, cut, batch);
                    from = cut;
                }
                decoder.decode(bytes, from, bytes.length, batch);
                decoder.end();
            } catch (MalformedPacketException e) {
                throw new AssertionError(e);
            }

            long micros = 0;
            long x = 0;
            long y = 0;
            long on = 0;
            for (int i = 0; i < batch.size(); i++) {
                micros += batch.timeMicros()[i];
                x += batch.x(i);
                y += batch.y(i);
                on += batch.polarity(i);
            }
            assertThat(new long[] {batch.size(), micros, x, y, on})
                    .containsExactly(82_469, 1_222_326_831_810L, 42_078_718, 31_656_267, 41_439);
            assertThat(batch.markers().size()).isEqualTo(2);
            assertThat(batch.markers().timeMicros(0) + batch.markers().timeMicros(1))
                    .isEqualTo(29_096_982);
            assertThat(batch.markers().value(0) + batch.markers().value(1)).isEqualTo(1);
        }
    }

    /** Words of all types with any content. */
    private static byte[] anyWords(Random random, int atMost) {
        byte[] bytes = new byte[2 * random.nextInt(atMost + 1) + (random.nextInt(10) == 0 ? 1 : 0)];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Words as cameras send them, with times that mostly advance, sometimes over the counter's end, and few of other types. */
    private static byte[] nearlyAllInside(Random random, int atMost) {
        int[] words = new int[1 + random.nextInt(atMost)];
        int high = random.nextInt(0x1000);
        for (int i = 0; i < words.length; i++) {
            int row = random.nextInt(720);
            int polarityAndColumn = random.nextInt(2) << 11 | random.nextInt(1280);
            switch (random.nextInt(12)) {
                case 0 -> words[i] = row;
                case 1, 2 -> words[i] = 0x2000 | polarityAndColumn;
                case 3 -> words[i] = 0x3000 | polarityAndColumn;
                case 4, 5 -> words[i] = 0x4000 | random.nextInt(0x1000);
                case 6 -> words[i] = 0x5000 | random.nextInt(0x1000);
                case 7, 8 -> words[i] = 0x6000 | random.nextInt(0x1000);
                case 9, 10 -> {
                    high += random.nextInt(10) == 0 ? random.nextInt(0x800) : random.nextInt(5) - 2;
                    words[i] = 0x8000 | high & 0xFFF;
                }
                default -> words[i] = random.nextInt(0x10000);
            }
        }
        return words16(words);
    }

    private static String outside(int at, int x, int y) {
        return "OUTSIDE_GEOMETRY byte " + at + ": x=" + x + " y=" + y + " outside 640x480";
    }

    private static Evt3Decoder decoder() {
        return new Evt3Decoder(640, 480, Damage.REFUSE);
    }

    private static List<String> decode(int... words) {
        return outcome(decoder(), words16(words));
    }

    private static List<String> decodeNear(long micros, int... words) {
        Evt3Decoder decoder = decoder();
        decoder.startNear(micros);
        return outcome(decoder, words16(words));
    }
}
