package io.fluxon.connectors.camera.words;

import static io.fluxon.connectors.camera.words.TestingWords.cuts;
import static io.fluxon.connectors.camera.words.TestingWords.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder;
import io.fluxon.connectors.camera.CameraDecoder.Damage;
import io.fluxon.connectors.packets.MalformedPacketException;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
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
