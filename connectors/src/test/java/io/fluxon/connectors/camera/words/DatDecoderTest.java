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
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DatDecoderTest {

    private static final long PERIOD_MICROS = 1L << 32;

    @Test
    void aRecordIsATimeAndAnAddress() {
        // 0x1000C005: 1 in bit 28, 3 in bits 14 to 27, 5 in bits 0 to 13.
        assertThat(decode(0x0001_0203, 0x1000_C005, 0x0001_0204, 0x0000_C005))
                .containsExactly("66051 us (5, 3) 1", "66052 us (5, 3) 0");
    }

    @Test
    void allFieldsReachTheirLargestValuesAndTheTopThreeBitsAreNotUsed() {
        DatDecoder decoder = new DatDecoder(16384, 16384, Damage.REFUSE);
        assertThat(outcome(decoder, words32(-1, 0x1FFF_FFFF, -1, 0x0FFF_FFFF, -1, 0xFFFF_FFFF, -1, 0xE000_0000)))
                .containsExactly(
                        "4294967295 us (16383, 16383) 1",
                        "4294967295 us (16383, 16383) 0",
                        "4294967295 us (16383, 16383) 1",
                        "4294967295 us (0, 0) 0");
    }

    @Test
    void timesMayRunBack() {
        assertThat(decode(1000, 0, 998, 0, 0x8000_0000, 0, 1, 0))
                .containsExactly("1000 us (0, 0) 0", "998 us (0, 0) 0", "2147483648 us (0, 0) 0", "1 us (0, 0) 0");
    }

    @Test
    void aTimeThatDropsByHalfItsPeriodHasStartedAgain() {
        assertThat(decode(-1, 0, 0, 0)).containsExactly("4294967295 us (0, 0) 0", PERIOD_MICROS + " us (0, 0) 0");
        assertThat(decode(0x8000_0000, 0, 0, 0))
                .containsExactly("2147483648 us (0, 0) 0", PERIOD_MICROS + " us (0, 0) 0");
        assertThat(decode(-1, 0, 1, 0, 0x8000_0000, 0, -1, 0, 2, 0))
                .endsWith(2 * PERIOD_MICROS - 1 + " us (0, 0) 0", 2 * PERIOD_MICROS + 2 + " us (0, 0) 0");
    }

    @Test
    void aStragglerFromBeforeTheNewStartBelongsThere() {
        assertThat(decode(-1, 0, 5, 0, -2, 0, 6, 0))
                .containsExactly(
                        PERIOD_MICROS - 1 + " us (0, 0) 0",
                        PERIOD_MICROS + 5 + " us (0, 0) 0",
                        PERIOD_MICROS - 2 + " us (0, 0) 0",
                        PERIOD_MICROS + 6 + " us (0, 0) 0");
    }

    @Test
    void theFirstTimeIsTheOneNextToWhatIsKnown() {
        DatDecoder decoder = decoder();
        decoder.startNear(3 * PERIOD_MICROS + 4);
        assertThat(outcome(decoder, words32(-1, 0, 1, 0)))
                .containsExactly(3 * PERIOD_MICROS - 1 + " us (0, 0) 0", 3 * PERIOD_MICROS + 1 + " us (0, 0) 0");
    }

    @Test
    void whatLiesOutsideTheSensorIsRefusedAtItsRecordOrCounted() {
        byte[] bytes = words32(1, 479 << 14 | 639, 2, 480 << 14, 3, 640, 4, 7);
        assertThat(outcome(decoder(), bytes)).containsExactly("OUTSIDE_GEOMETRY byte 8: x=0 y=480 outside 640x480");
        assertThat(outcome(new DatDecoder(640, 480, Damage.COUNT), bytes))
                .containsExactly("1 us (639, 479) 0", "4 us (7, 0) 0", "2 events_outside_geometry");
    }

    @Test
    void theTimeOfAnEventOutsideCountsForTheCounter() {
        assertThat(outcome(new DatDecoder(640, 480, Damage.COUNT), words32(-1, 0, 0, 640, 1, 0)))
                .containsExactly(
                        PERIOD_MICROS - 1 + " us (0, 0) 0",
                        PERIOD_MICROS + 1 + " us (0, 0) 0",
                        "1 events_outside_geometry");
    }

    @Test
    void placesInErrorsCountFromTheStartOfTheFileOverAllRanges() {
        byte[] bytes = words32(1, 1, 2, 2, 3, 640, 4, 4);
        for (int cut = 0; cut <= bytes.length; cut++) {
            DatDecoder decoder = decoder();
            decoder.startAt(1000);
            assertThat(outcome(decoder, bytes, cut))
                    .containsExactly("OUTSIDE_GEOMETRY byte 1016: x=640 y=0 outside 640x480");
        }
    }

    @Test
    void anEndWithinARecordIsRefusedOrCounted() {
        for (int left = 1; left < 8; left++) {
            byte[] bytes = Arrays.copyOf(words32(1, 1, 2, 2), 8 + left);
            assertThat(outcome(decoder(), bytes))
                    .containsExactly("TRUNCATED_PAYLOAD byte 8: the last word has " + left + " of 8 bytes");
            assertThat(outcome(new DatDecoder(640, 480, Damage.COUNT), bytes))
                    .containsExactly("1 us (1, 0) 0", left + " truncated_bytes");
        }
    }

    @Test
    void randomRecordsDecodeAsTheTableSays() {
        Random random = new Random(4);
        for (int i = 0; i < 3000; i++) {
            byte[] bytes = new byte[8 * random.nextInt(100) + (random.nextInt(10) == 0 ? random.nextInt(8) : 0)];
            random.nextBytes(bytes);
            if (i % 2 == 0) {
                advance(random, bytes);
            }
            int side = random.nextBoolean() ? 16384 : 1 + random.nextInt(16384);
            Damage damage = random.nextInt(3) == 0 ? Damage.REFUSE : Damage.COUNT;
            DatDecoder decoder = new DatDecoder(side, 16384, damage);
            TestingDat reference = new TestingDat(side, 16384, damage);
            if (random.nextBoolean()) {
                reference.near = random.nextLong(1L << 36);
                decoder.startNear(reference.near);
            }

            List<String> decoded = outcome(decoder, bytes, cuts(random, bytes.length, 5));

            assertThat(decoded).isEqualTo(reference.outcome(bytes, 8));
        }
    }

    @Test
    void theNCarsFilesHaveTheirNumbersOfEvents() throws IOException, MalformedPacketException {
        // 91 bytes of header, then type and size of the records.
        assertThat(recorded("NCARS_obj_004397_td.dat")).isEqualTo(4407);
        assertThat(recorded("sample_ncars.dat")).isEqualTo(2009);
    }

    private static int recorded(String name) throws IOException, MalformedPacketException {
        byte[] file = Files.readAllBytes(TestingRecordings.recordedFile("dvs/ncars_dat/" + name));
        DatDecoder decoder = new DatDecoder(304, 240, Damage.REFUSE);
        CameraBatch batch = new CameraBatch();
        decoder.decode(file, 93, file.length, batch);
        decoder.end();
        for (int i = 1; i < batch.size(); i++) {
            assertThat(batch.timeMicros()[i]).isBetween(batch.timeMicros()[i - 1], 100_000L);
        }
        return batch.size();
    }

    /** Times that mostly advance, some over the counter's end. */
    private static void advance(Random random, byte[] bytes) {
        ByteBuffer records = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int micros = random.nextBoolean() ? random.nextInt() : random.nextInt(400) - 200;
        for (int at = 0; at + 4 <= bytes.length; at += 8) {
            micros += random.nextInt(10) == 0 ? random.nextInt() >>> 1 : random.nextInt(50) - 10;
            records.putInt(at, micros);
        }
    }

    private static DatDecoder decoder() {
        return new DatDecoder(640, 480, Damage.REFUSE);
    }

    private static List<String> decode(int... halves) {
        return outcome(decoder(), words32(halves));
    }
}
