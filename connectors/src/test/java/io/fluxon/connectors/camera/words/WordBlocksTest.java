package io.fluxon.connectors.camera.words;

import static io.fluxon.connectors.camera.words.TestingWords.outcome;
import static org.assertj.core.api.Assertions.assertThat;

import io.fluxon.connectors.camera.CameraDecoder.Damage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The fast decoders take blocks of words; what is unusual at the edge of one must not be lost, nor counted twice. */
class WordBlocksTest {

    private static final int WIDTH = 640;
    private static final int HEIGHT = 480;

    @ParameterizedTest
    @EnumSource(Damage.class)
    void evt2(Damage damage) {
        Random random = new Random(51);
        for (int odd : oddPlaces(512)) {
            ByteBuffer words = little(4 * 3 * 512);
            for (int i = 0; i < 3 * 512; i++) {
                int time = i % 87 == 0 ? 8 << 28 | 0xFFF_FFF0 + i / 87 & 0xFFF_FFFF : 0;
                words.putInt(
                        time != 0
                                ? time
                                : random.nextInt(2) << 28
                                        | (i & 63) << 22
                                        | random.nextInt(WIDTH) << 11
                                        | random.nextInt(HEIGHT));
            }
            for (int word : new int[] {HEIGHT, WIDTH << 11, 10 << 28 | 3 << 8 | 1, 15 << 28, 14 << 28, 8 << 28}) {
                byte[] bytes = words.array().clone();
                ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(4 * odd, word);

                assertThat(outcome(new Evt2Decoder(WIDTH, HEIGHT, damage), bytes))
                        .isEqualTo(new TestingEvt2(WIDTH, HEIGHT, damage).outcome(bytes, 4));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void dat(Damage damage) {
        Random random = new Random(52);
        for (int odd : oddPlaces(512)) {
            // The counter passes its half, or starts again, at the odd place.
            for (long atOddPlace : new long[] {1L << 31, 1L << 32, 5_000}) {
                ByteBuffer records = little(8 * 3 * 512);
                for (int i = 0; i < 3 * 512; i++) {
                    records.putInt((int) (atOddPlace + i - odd));
                    records.putInt(random.nextInt(2) << 28 | random.nextInt(HEIGHT) << 14 | random.nextInt(WIDTH));
                }
                for (int word : new int[] {WIDTH, HEIGHT << 14, 0x3FFF, 0xF000_0000}) {
                    byte[] bytes = records.array().clone();
                    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(8 * odd + 4, word);

                    assertThat(outcome(new DatDecoder(WIDTH, HEIGHT, damage), bytes))
                            .isEqualTo(new TestingDat(WIDTH, HEIGHT, damage).outcome(bytes, 8));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void evt3(Damage damage) {
        Random random = new Random(53);
        for (int odd : oddPlaces(4096)) {
            ByteBuffer words = little(2 * (2 * 4096 + 100));
            for (int i = 0; words.remaining() >= 16; i++) {
                words.putShort((short) (i % 50 == 0 ? 8 << 12 | 4090 + i / 50 & 0xFFF : 6 << 12 | i & 0xFFF));
                for (int event = random.nextInt(3); event > 0; event--) {
                    words.putShort((short) random.nextInt(HEIGHT));
                    words.putShort((short) (2 << 12 | random.nextInt(2) << 11 | random.nextInt(WIDTH)));
                }
                if (random.nextBoolean() && words.remaining() >= 8) {
                    words.putShort((short) (3 << 12 | random.nextInt(2) << 11 | random.nextInt(WIDTH - 32)));
                    words.putShort((short) (4 << 12 | random.nextInt(0x1000)));
                    words.putShort((short) (4 << 12 | random.nextInt(0x1000)));
                    words.putShort((short) (5 << 12 | random.nextInt(0x100)));
                }
            }
            for (int word : new int[] {
                HEIGHT, 2 << 12 | WIDTH, 3 << 12 | WIDTH - 3, 4 << 12 | 0xFFF, 10 << 12, 15 << 12, 8 << 12
            }) {
                byte[] bytes = words.array().clone();
                ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putShort(2 * odd, (short) word);

                assertThat(outcome(new Evt3Decoder(WIDTH, HEIGHT, damage), bytes))
                        .isEqualTo(new TestingEvt3(WIDTH, HEIGHT, damage).outcome(bytes, 2));
            }
        }
    }

    private static int[] oddPlaces(int block) {
        return new int[] {1, block - 2, block - 1, block, block + 1, 2 * block - 1, 2 * block};
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
