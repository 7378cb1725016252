package io.fluxon.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

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

    @Test
    void aClaimedLengthBeyondTheRecordIsRefusedWithoutAllocatingIt() {
        byte[] bytes = codec.encode(letter);
        byte[] claims = Arrays.copyOf(bytes, 16);
        // A string length of 2^31 - 9 as a zig-zag varint, right after the header.
        byte[] length = {(byte) 0xEE, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F};
        System.arraycopy(length, 0, claims, 10, length.length);

        assertThatThrownBy(() -> codec.decode(claims)).isInstanceOf(BadRecordException.class);
    }

    @Test
    void randomDamageNeverEscapesAsAnotherException() {
        Random random = new Random(7);
        byte[] bytes = codec.encode(letter);
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = bytes.clone();
            for (int j = 0; j <= random.nextInt(4); j++) {
                damaged[10 + random.nextInt(damaged.length - 10)] = (byte) random.nextInt();
            }
            try {
                codec.decode(damaged);
            } catch (BadRecordException expected) {
                assertThat(expected.getMessage()).doesNotContain("\n");
            }
        }
    }
}
