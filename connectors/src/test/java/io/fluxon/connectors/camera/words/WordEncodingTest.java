package io.fluxon.connectors.camera.words;

import static io.fluxon.connectors.camera.words.TestingWords.cuts;
import static io.fluxon.connectors.camera.words.TestingWords.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder;
import io.fluxon.connectors.camera.CameraDecoder.Damage;
import io.fluxon.connectors.camera.TestingRecordings;
import io.fluxon.connectors.packets.MalformedPacketException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class WordEncodingTest {

    @ParameterizedTest
    @EnumSource(WordEncoding.class)
    void cuttingTheStreamAnywhereGivesTheSameEvents(WordEncoding encoding) {
        Random random = new Random(11);
        for (int i = 0; i < 20; i++) {
            byte[] bytes = garbage(random, encoding, 300);
            for (Damage damage : Damage.values()) {
                List<String> whole = outcome(encoding.decoder(1500, 1500, damage), bytes);
                for (int cut = 0; cut <= bytes.length; cut++) {
                    assertThat(outcome(encoding.decoder(1500, 1500, damage), bytes, cut))
                            .isEqualTo(whole);
                }
                int[] everywhere = IntStream.range(0, bytes.length).toArray();
                assertThat(outcome(encoding.decoder(1500, 1500, damage), bytes, everywhere))
                        .isEqualTo(whole);
                for (int times = 0; times < 20; times++) {
                    int[] cuts = cuts(random, bytes.length, 30);
                    assertThat(outcome(encoding.decoder(1500, 1500, damage), bytes, cuts))
                            .isEqualTo(whole);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "EVT2, dvs/prophesee_evt2/evt2.raw, 166, 640, 480, 521252",
        "EVT3, dvs/prophesee_evt3_ros/evt3_trigger_payload.evt3, 0, 1280, 720, 82469",
        "DAT, dvs/ncars_dat/NCARS_obj_004397_td.dat, 93, 304, 240, 4407",
        "DAT, dvs/ncars_dat/sample_ncars.dat, 93, 304, 240, 2009",
        "LIBCAER, dvs/libcaer_ros/libcaer_rollover_payload.bin, 0, 640, 480, 334331",
        "NMNIST, dvs/nmnist/sample_nmnist.bin, 0, 34, 34, 4325"
    })
    void cuttingARecordingAtRandomGivesTheSameEvents(
            WordEncoding encoding, String name, int start, int width, int height, int events)
            throws IOException, MalformedPacketException {
        byte[] bytes = Files.readAllBytes(TestingRecordings.recordedFile(name));
        CameraBatch whole = new CameraBatch();
        CameraDecoder decoder = encoding.decoder(width, height, Damage.REFUSE);
        decoder.decode(bytes, start, bytes.length, whole);
        decoder.end();
        assertThat(whole.size()).isEqualTo(events);
        Random random = new Random(13);
        for (int atMost : new int[] {1, 100, 10_000}) {
            decoder = encoding.decoder(width, height, Damage.REFUSE);
            CameraBatch batch = new CameraBatch();
            int from = start;
            for (int cut : cuts(random, bytes.length - start, atMost)) {
                decoder.decode(bytes, from, start + cut, batch);
                from = start + cut;
            }
            decoder.decode(bytes, from, bytes.length, batch);
            decoder.end();
            assertThat(batch.size()).isEqualTo(events);
            assertThat(Arrays.equals(batch.timeMicros(), 0, events, whole.timeMicros(), 0, events))
                    .isTrue();
            assertThat(Arrays.equals(batch.address(), 0, events, whole.address(), 0, events))
                    .isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(WordEncoding.class)
    void garbageGivesEventsInsideTheSensorOrAMalformedPacket(WordEncoding encoding) {
        Random random = new Random(12);
        CameraBatch batch = new CameraBatch();
        int events = 0;
        for (int i = 0; i < 10_000; i++) {
            byte[] bytes = garbage(random, encoding, 200);
            int width = 1 + random.nextInt(2048);
            int height = 1 + random.nextInt(2048);
            Damage damage = random.nextBoolean() ? Damage.REFUSE : Damage.COUNT;
            CameraDecoder decoder = encoding.decoder(width, height, damage);
            if (random.nextBoolean()) {
                decoder.startNear(random.nextLong(1L << 40));
            }
            batch.clear();
            try {
                decoder.decode(bytes, 0, bytes.length, batch);
                decoder.end();
            } catch (MalformedPacketException e) {
                assertThat(damage).isEqualTo(Damage.REFUSE);
                assertThat(e.getMessage()).startsWith("byte ").doesNotContain("\n");
                continue;
            }
            for (int j = 0; j < batch.size(); j++) {
                assertThat(batch.x(j) < width && batch.y(j) < height).isTrue();
                assertThat(batch.timeMicros()[j]).isNotNegative();
            }
            events += batch.size();
        }
        assertThat(events).isGreaterThan(1000);
    }

    @ParameterizedTest
    @EnumSource(WordEncoding.class)
    void encodingsAreFoundByTheirNames(WordEncoding encoding) {
        assertThat(WordEncoding.of(encoding.encodingName())).contains(encoding);
        assertThat(WordEncoding.names()).contains(encoding.encodingName());
    }

    /** Bytes that mean anything; the coordinates of most are kept small, so that many are events. */
    private static byte[] garbage(Random random, WordEncoding encoding, int atMost) {
        byte[] bytes = new byte[random.nextInt(atMost + 1)];
        random.nextBytes(bytes);
        for (int at = 0; at + 8 <= bytes.length; at += 8) {
            if (encoding == WordEncoding.DAT && random.nextInt(5) > 0) {
                bytes[at + 5] &= 0x03;
                bytes[at + 7] &= 0x10;
            } else if (encoding == WordEncoding.LIBCAER && random.nextInt(5) > 0) {
                bytes[at + 1] &= 0x0F;
                bytes[at + 2] &= 0xFE;
                bytes[at + 3] &= 0x07;
            }
        }
        return bytes;
    }
}
