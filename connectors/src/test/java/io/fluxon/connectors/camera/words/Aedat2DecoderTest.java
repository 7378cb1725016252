package io.fluxon.connectors.camera.words;

import static io.fluxon.connectors.camera.TestingRecordings.events;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder.Damage;
import io.fluxon.connectors.camera.CameraMarkers;
import io.fluxon.connectors.packets.MalformedPacketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Aedat2DecoderTest {

    private final CameraBatch batch = new CameraBatch();

    @Test
    void aDvs128MirrorsTheColumnAndInvertsThePolarity() throws MalformedPacketException {
        // 0x0A07: row 10, 127 - 3, bit 0 set.
        decode(InivationChip.DVS128, 0x0A07, 1000, 0x0A06, 1001, 0x7FFE, 1002, 0x0001, 1003);

        assertThat(events(batch))
                .containsExactly(
                        "1000 us (124, 10) 0", "1001 us (124, 10) 1", "1002 us (0, 127) 1", "1003 us (127, 0) 0");
    }

    @Test
    void bitsAboveADvs128sAddressAreMarkersOrOutside() throws MalformedPacketException {
        decode(InivationChip.DVS128, 0x8000, 7, 0x8000_0001, 8);

        assertThat(markers()).containsExactly("7 TRIGGER 0", "8 OTHER " + 0x8000_0001);
        assertThatThrownBy(() -> decode(InivationChip.DVS128, 0, 1, 0x0001_0000, 2))
                .isInstanceOf(MalformedPacketException.class)
                .hasMessage("byte 8: address 0x00010000 is none of a DVS128");
    }

    @Test
    void aDavisHasColumnRowAndPolarityAsTheyStand() throws MalformedPacketException {
        decode(InivationChip.DAVIS346, 259 << 22 | 345 << 12 | 1 << 11, 5, 0, 6);

        assertThat(events(batch)).containsExactly("5 us (345, 259) 1", "6 us (0, 0) 0");
        assertThatThrownBy(() -> decode(InivationChip.DAVIS240, 0, 1, 180 << 22, 2))
                .isInstanceOf(MalformedPacketException.class)
                .hasMessage("byte 8: x=0 y=180 outside 240x180");
        assertThatThrownBy(() -> decode(InivationChip.DAVIS240, 240 << 12, 1))
                .hasMessage("byte 0: x=240 y=0 outside 240x180");
    }

    @Test
    void theInputPinOfADavisGivesTriggersAndItsFramesAreCounted() throws MalformedPacketException {
        Aedat2Decoder decoder = decode(
                InivationChip.DAVIS240,
                0x402,
                1,
                0x403,
                2,
                0x404,
                3,
                0x400,
                4,
                0x400 | 7 << 12,
                5,
                0x8000_0000,
                6,
                -1,
                7);

        assertThat(batch.size()).isZero();
        assertThat(markers())
                .containsExactly(
                        "1 TRIGGER 0", "2 TRIGGER 1", "3 PULSE 1", "4 PULSE 1", "5 OTHER " + (0x400 | 7 << 12));
        assertThat(decoder.warnings().byName()).isEqualTo(Map.of("other_items", 2L));
    }

    @Test
    void timesAreSignedWrapToTheNearestAndMayStepBack() throws MalformedPacketException {
        decode(InivationChip.DVS128, 0, -5, 0, 5, 0, Integer.MAX_VALUE, 0, Integer.MIN_VALUE, 0, -1, 0, 3, 0, -2);

        assertThat(times())
                .containsExactly(-5L, 5L, (1L << 31) - 1, 1L << 31, (1L << 32) - 1, (1L << 32) + 3, (1L << 32) - 2);
    }

    @Test
    void aLaterPartStartsNearTheGivenTime() throws MalformedPacketException {
        Aedat2Decoder decoder = new Aedat2Decoder(InivationChip.DVS128, Damage.REFUSE);
        decoder.startNear((5L << 32) + 10);
        decoder.decode(words(0, -3), 0, 8, batch);

        assertThat(times()).containsExactly((5L << 32) - 3);
    }

    @Test
    void whereTheStreamIsCutDoesNotMatter() throws MalformedPacketException {
        Random random = new Random(2);
        int[] addressesAndTimes = new int[400];
        for (int i = 0; i < addressesAndTimes.length; i += 2) {
            addressesAndTimes[i] = random.nextInt(100) << 22 | random.nextInt(100) << 12 | random.nextInt(2) << 11;
            addressesAndTimes[i + 1] = i * 100_000_000;
        }
        byte[] bytes = words(addressesAndTimes);
        decode(InivationChip.DAVIS240, addressesAndTimes);
        List<String> whole = events(batch);
        for (int cut = 0; cut <= 64; cut++) {
            batch.clear();
            Aedat2Decoder decoder = new Aedat2Decoder(InivationChip.DAVIS240, Damage.REFUSE);
            decoder.decode(bytes, 0, cut, batch);
            for (int at = cut; at < bytes.length; ) {
                int to = Math.min(bytes.length, at + 1 + random.nextInt(30));
                decoder.decode(bytes, at, to, batch);
                at = to;
            }
            decoder.end();
            assertThat(events(batch)).isEqualTo(whole);
        }
    }

    private Aedat2Decoder decode(InivationChip chip, int... addressesAndTimes) throws MalformedPacketException {
        batch.clear();
        byte[] bytes = words(addressesAndTimes);
        Aedat2Decoder decoder = new Aedat2Decoder(chip, Damage.REFUSE);
        decoder.decode(bytes, 0, bytes.length, batch);
        decoder.end();
        return decoder;
    }

    private static byte[] words(int... addressesAndTimes) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * addressesAndTimes.length);
        for (int word : addressesAndTimes) {
            bytes.putInt(word);
        }
        return bytes.array();
    }

    private List<Long> times() {
        List<Long> times = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            times.add(batch.timeMicros()[i]);
        }
        return times;
    }

    private List<String> markers() {
        CameraMarkers markers = batch.markers();
        List<String> text = new ArrayList<>();
        for (int i = 0; i < markers.size(); i++) {
            text.add(markers.timeMicros(i) + " " + markers.kind(i) + " " + markers.value(i));
        }
        return text;
    }
}
