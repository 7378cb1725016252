package io.fluxon.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AvroCodecTest {

    private final AvroCodec<DeadLetter> codec = new AvroCodec<>(DeadLetter.class);
    private final DeadLetter letter =
            new DeadLetter("BAD_AVRO", "why", "topic", 3, 42L, null, ByteBuffer.wrap(new byte[] {1, 2, 3}));

    @Test
    void aRecordComesBackEqual() throws BadRecordException {
        assertThat(codec.decode(codec.encode(letter))).isEqualTo(letter);
    }

    @Test
    void everyTruncationIsRefused() {
        byte[] bytes = codec.encode(letter);
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> codec.decode(cut)).isInstanceOf(BadRecordException.class);
        }
    }

    @Test
    void bytesNameTheirContract() {
        assertThat(codec.isNamedBy(codec.encode(letter))).isTrue();
        assertThat(codec.isNamedBy(new AvroCodec<>(Control.class).encode(new Control("k", ControlAction.FORGET, "me"))))
                .isFalse();
        assertThat(codec.isNamedBy(new byte[9])).isFalse();
        assertThat(codec.isNamedBy(null)).isFalse();
    }

    @Test
    void leftOverBytesAreRefused() {
        byte[] bytes = codec.encode(letter);

        assertThatThrownBy(() -> codec.decode(Arrays.copyOf(bytes, bytes.length + 1)))
                .isInstanceOf(BadRecordException.class)
                .hasMessageContaining("left over");
    }

    @Test
    void anUnknownWriterIsNamedByItsFingerprint() {
        byte[] bytes = codec.encode(letter);
        bytes[2] ^= 1;

        assertThatThrownBy(() -> codec.decode(bytes))
                .isInstanceOf(BadRecordException.class)
                .hasMessageContaining("fingerprint");
    }

    @ParameterizedTest
    @ValueSource(longs = {100, 1L << 24, (1L << 31) - 9, (1L << 31) - 8, 1L << 31, 1L << 40, Long.MAX_VALUE, -1})
    void aClaimedLengthBeyondTheRecordIsRefusedWithoutAllocatingIt(long claim) {
        byte[] claims = Arrays.copyOf(codec.encode(letter), 30);
        // A string's length as a zig-zag varint, right after the header.
        long rest = claim << 1 ^ claim >> 63;
        for (int at = 10; ; at++) {
            claims[at] = (byte) (rest & 0x7F | (rest >>> 7 != 0 ? 0x80 : 0));
            rest >>>= 7;
            if (rest == 0) {
                break;
            }
        }

        assertThatThrownBy(() -> codec.decode(claims)).isInstanceOf(BadRecordException.class);
    }

    @Test
    void randomDamageNeverEscapesAsAnotherException() {
        SensorPacket packet = new SensorPacket(
                "camera",
                1L,
                2L,
                PacketKind.DATA,
                "recording",
                "origin",
                "nmnist",
                new CameraLayout(34, 34),
                "clock",
                3L,
                1_000_000L,
                4L,
                5L,
                6,
                7L,
                ByteBuffer.wrap(new byte[30]));
        damage(codec, letter);
        damage(new AvroCodec<>(SensorPacket.class), packet);
    }

    private static <T extends SpecificRecordBase> void damage(AvroCodec<T> codec, T message) {
        Random random = new Random(7);
        byte[] bytes = codec.encode(message);
        for (int i = 0; i < 50_000; i++) {
            byte[] damaged = bytes.clone();
            int at = 10 + random.nextInt(damaged.length - 10);
            int to = Math.min(damaged.length, at + 1 + random.nextInt(8));
            boolean ones = random.nextBoolean();
            for (; at < to; at++) {
                damaged[at] = ones ? (byte) 0xFF : (byte) random.nextInt();
            }
            try {
                codec.decode(damaged);
            } catch (BadRecordException expected) {
                assertThat(expected.getMessage()).doesNotContain("\n");
            }
        }
    }
}
