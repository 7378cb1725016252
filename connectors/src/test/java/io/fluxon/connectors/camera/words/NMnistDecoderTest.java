package io.fluxon.connectors.camera.words;

import static io.fluxon.connectors.camera.TestingRecordings.events;
import static io.fluxon.connectors.camera.TestingRecordings.join;
import static io.fluxon.connectors.camera.TestingRecordings.overflow;
import static io.fluxon.connectors.camera.TestingRecordings.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder.Damage;
import io.fluxon.connectors.camera.TestingRecordings;
import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.connectors.packets.MalformedPacketException.Rule;
import java.util.Arrays;
import java.util.Random;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class NMnistDecoderTest {

    private final CameraBatch batch = new CameraBatch();

    @Test
    void polarityIsTheTopBitOfTheThirdByteAndTimeTheOther23() throws MalformedPacketException {
        byte[] bytes = {
            3,
            33,
            0x00,
            0x00,
            0x05,
            33,
            0,
            (byte) 0x80,
            0x00,
            0x05,
            0,
            1,
            0x01,
            0x02,
            0x03,
            7,
            8,
            (byte) 0xFF,
            (byte) 0xFF,
            (byte) 0xFF
        };

        decode(bytes, 5);

        assertThat(events(batch))
                .containsExactly("5 us (3, 33) 0", "5 us (33, 0) 1", "66051 us (0, 1) 0", "8388607 us (7, 8) 1");
    }

    @Test
    void anOverflowRecordAddsItsTimeToAllLaterEventsAndIsNone() throws MalformedPacketException {
        decode(join(row(1, 1, 1, 100), overflow(), row(2, 2, 1, 50), overflow(), overflow(), row(3, 3, 0, 50)), 100);

        assertThat(events(batch)).containsExactly("100 us (1, 1) 1", "8242 us (2, 2) 1", "24626 us (3, 3) 0");
    }

    @Test
    void aLaterPacketTakesItsBaseFromItsFirstEvent() throws MalformedPacketException {
        // 40,000 us into the epoch, the counter has wrapped several times; 23-bit times only give differences.
        decode(join(row(1, 1, 1, 700), row(2, 2, 1, 900)), 40_000);

        assertThat(events(batch)).containsExactly("40000 us (1, 1) 1", "40200 us (2, 2) 1");
    }

    @Test
    void overflowRecordsBeforeTheFirstEventOfALaterPacketAreInItsTimeAlready() throws MalformedPacketException {
        decode(join(overflow(), overflow(), row(1, 1, 1, 700), overflow(), row(2, 2, 1, 701)), 40_000);

        assertThat(events(batch)).containsExactly("40000 us (1, 1) 1", "48193 us (2, 2) 1");
    }

    @Test
    void theFirstEventOfALaterPacketIsTheFirstOnTheSensor() throws MalformedPacketException {
        NMnistDecoder counting = new NMnistDecoder(34, 34, Damage.COUNT);
        counting.startNear(50_000);
        byte[] bytes = join(row(200, 2, 1, 8000), row(1, 2, 1, 10), row(3, 4, 0, 18));

        counting.decode(bytes, 0, bytes.length, batch);

        assertThat(events(batch)).containsExactly("50000 us (1, 2) 1", "50008 us (3, 4) 0");
    }

    @Test
    void onlyTheGivenBytesAreReadAndTheEventsAppended() throws MalformedPacketException {
        batch.add(1, 2, 3, 1);
        byte[] bytes = join(new byte[] {99, 99, 99}, row(4, 5, 0, 9), new byte[] {99});

        new NMnistDecoder(34, 34, Damage.REFUSE).decode(bytes, 3, 8, batch);

        assertThat(events(batch)).containsExactly("1 us (2, 3) 1", "9 us (4, 5) 0");
    }

    @Test
    void theBatchGrowsToAnyPacket() throws MalformedPacketException {
        byte[] bytes = new byte[5 * 10_000];
        for (int i = 0; i < 10_000; i++) {
            System.arraycopy(row(i % 34, i / 34 % 34, i & 1, i), 0, bytes, 5 * i, 5);
        }

        decode(bytes, 0);

        assertThat(batch.size()).isEqualTo(10_000);
        assertThat(TestingRecordings.event(batch, 9_999)).isEqualTo("9999 us (3, 22) 1");
    }

    @Test
    void everyLengthThatEndsWithinAnEventIsTruncated() {
        byte[] bytes = join(row(1, 1, 1, 1), overflow(), row(2, 2, 1, 2), row(3, 3, 1, 3));
        for (int length = 0; length <= bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            if (length % 5 == 0) {
                assertThat(refusal(cut, 1)).isNull();
            } else {
                MalformedPacketException refusal = refusal(cut, 1);
                assertThat(refusal.rule()).isEqualTo(Rule.TRUNCATED_PAYLOAD);
                assertThat(refusal).hasMessage("byte %d: the last word has %d of 5 bytes", length / 5 * 5, length % 5);
            }
        }
    }

    @Test
    void pixelsOutsideTheSensorAreRefusedWithPlaceAndValues() {
        assertRefused(join(row(1, 1, 1, 1), row(34, 0, 1, 2)), Rule.OUTSIDE_GEOMETRY, "byte 5: x=34 y=0 outside 34x34");
        assertRefused(join(row(1, 1, 1, 1), row(0, 34, 1, 2)), Rule.OUTSIDE_GEOMETRY, "byte 5: x=0 y=34 outside 34x34");
        assertRefused(row(255, 255, 0, 0), Rule.OUTSIDE_GEOMETRY, "byte 0: x=255 y=255 outside 34x34");
        assertRefused(row(0, 239, 0, 0), Rule.OUTSIDE_GEOMETRY, "byte 0: x=0 y=239 outside 34x34");
        assertRefused(row(0, 241, 0, 0), Rule.OUTSIDE_GEOMETRY, "byte 0: x=0 y=241 outside 34x34");
    }

    @Test
    void timeMayStandStillButNotRunBack() {
        assertThat(refusal(join(row(1, 1, 1, 7), row(1, 1, 1, 7)), 7)).isNull();
        assertRefused(
                join(row(1, 1, 1, 7), row(1, 1, 1, 8), row(1, 1, 1, 7)),
                Rule.TIME_RUNS_BACK,
                "byte 10: older than the event before it");
        assertThat(refusal(join(row(1, 1, 1, 8192), overflow(), row(1, 1, 1, 0)), 8192))
                .isNull();
        assertRefused(
                join(row(1, 1, 1, 8193), overflow(), row(1, 1, 1, 0)),
                Rule.TIME_RUNS_BACK,
                "byte 10: older than the event before it");
    }

    @Test
    void garbageGivesEventsInRangeOrAMalformedPacket() {
        Random random = new Random(17);
        int decoded = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] garbage = new byte[random.nextInt(60)];
            random.nextBytes(garbage);
            // Half of the payloads come close to valid ones, so that some get through whole.
            for (int at = 0; i % 2 == 0 && at + 5 <= garbage.length; at += 5) {
                garbage[at] &= 31;
                garbage[at + 1] = random.nextInt(20) == 0 ? (byte) 240 : (byte) (garbage[at + 1] & 31);
                garbage[at + 2] = (byte) ((garbage[at + 2] & 0x80) | at / 5);
            }
            long firstMicros = random.nextInt(1 << 30);
            batch.clear();
            try {
                decode(garbage, firstMicros);
                decoded++;
                assertThat(garbage.length % 5).isZero();
            } catch (MalformedPacketException e) {
                assertThat(e.getMessage()).startsWith("byte ").doesNotContain("\n");
            }
            long previous = firstMicros;
            for (int j = 0; j < batch.size(); j++) {
                assertThat(batch.x(j)).isBetween(0, 33);
                assertThat(batch.y(j)).isBetween(0, 33);
                assertThat(batch.polarity(j)).isBetween(0, 1);
                assertThat(batch.timeMicros()[j]).isGreaterThanOrEqualTo(previous);
                previous = batch.timeMicros()[j];
            }
        }
        assertThat(decoded).isGreaterThan(1000);
    }

    private void decode(byte[] bytes, long firstMicros) throws MalformedPacketException {
        NMnistDecoder decoder = new NMnistDecoder(34, 34, Damage.REFUSE);
        decoder.startNear(firstMicros);
        decoder.decode(bytes, 0, bytes.length, batch);
        decoder.end();
    }

    private MalformedPacketException refusal(byte[] bytes, long firstMicros) {
        try {
            batch.clear();
            decode(bytes, firstMicros);
            return null;
        } catch (MalformedPacketException e) {
            return e;
        }
    }

    private void assertRefused(byte[] bytes, Rule rule, String message) {
        assertThatThrownBy(() -> decode(bytes, 7))
                .hasMessage(message)
                .asInstanceOf(InstanceOfAssertFactories.type(MalformedPacketException.class))
                .extracting(MalformedPacketException::rule)
                .isEqualTo(rule);
    }
}
