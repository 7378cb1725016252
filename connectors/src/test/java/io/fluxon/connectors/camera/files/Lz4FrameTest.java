package io.fluxon.connectors.camera.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.DataFormatException;
import net.jpountz.lz4.LZ4FrameOutputStream;
import net.jpountz.lz4.LZ4FrameOutputStream.BLOCKSIZE;
import net.jpountz.lz4.LZ4FrameOutputStream.FLG;
import org.apache.commons.compress.compressors.lz4.BlockLZ4CompressorOutputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorOutputStream;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorOutputStream.BlockSize;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorOutputStream.Parameters;
import org.junit.jupiter.api.Test;

class Lz4FrameTest {

    @Test
    void framesOfTheCommandLineTool() throws DataFormatException {
        // printf 'abcabcabcabcabcabcabcabcabcabcX12345' | lz4
        String small = "04224d186440a7" + "0e000000" + "3f61626303000860583132333435" + "00000000" + "7ec2de1c";
        assertThat(unpack(HexFormat.of().parseHex(small)))
                .asString(StandardCharsets.US_ASCII)
                .isEqualTo("abcabcabcabcabcabcabcabcabcabcX12345");
        // head -c 70000 /dev/zero | lz4 -B4 -BD
        String large = "04224d1844405e" + "0b010000" + "1f000100" + "ff".repeat(256) + "e7500000000000" + "1c000000"
                + "1f000100" + "ff".repeat(17) + "68500000000000" + "00000000" + "e431bbd1";
        assertThat(unpack(HexFormat.of().parseHex(large))).isEqualTo(new byte[70_000]);
    }

    @Test
    void framesWithLinkedBlocksUnpackToWhatWasPacked() throws IOException, DataFormatException {
        for (int bytes : new int[] {0, 1, 12, 1000, 65_536, 65_537, 300_000}) {
            byte[] content = repetitive(bytes);
            byte[] frame = linked(content);
            assertThat(unpack(frame)).isEqualTo(content);
        }
    }

    @Test
    void framesWithSeparateBlocksAndChecksumsUnpackToWhatWasPacked() throws IOException, DataFormatException {
        byte[] content = repetitive(200_000);
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        try (LZ4FrameOutputStream out = new LZ4FrameOutputStream(
                frame,
                BLOCKSIZE.SIZE_64KB,
                content.length,
                FLG.Bits.BLOCK_INDEPENDENCE,
                FLG.Bits.BLOCK_CHECKSUM,
                FLG.Bits.CONTENT_CHECKSUM,
                FLG.Bits.CONTENT_SIZE)) {
            out.write(content);
        }
        assertThat(unpack(frame.toByteArray())).isEqualTo(content);
        byte[] noise = new byte[100_000];
        new Random(1).nextBytes(noise);
        assertThat(unpack(linked(noise))).isEqualTo(noise);
    }

    @Test
    void everyCutAndEveryFlippedByteOfACheckedFrameIsRefused() throws IOException {
        byte[] frame = linked(repetitive(600));
        for (int length = 0; length < frame.length; length++) {
            byte[] cut = Arrays.copyOf(frame, length);
            assertThatThrownBy(() -> unpack(cut)).isInstanceOf(DataFormatException.class);
        }
        for (int at = 0; at < frame.length; at++) {
            byte[] flipped = frame.clone();
            flipped[at] ^= 0x41;
            assertThatThrownBy(() -> unpack(flipped)).isInstanceOf(DataFormatException.class);
        }
    }

    @Test
    void aFrameThatUnpacksToTooMuchIsRefusedBeforeItTakesTheMemory() throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        try (LZ4FrameOutputStream out = new LZ4FrameOutputStream(frame, BLOCKSIZE.SIZE_4MB)) {
            byte[] zeros = new byte[1 << 20];
            for (int i = 0; i < 65; i++) {
                out.write(zeros);
            }
        }
        assertThatThrownBy(() -> unpack(frame.toByteArray()))
                .isInstanceOf(DataFormatException.class)
                .hasMessage("the packet unpacks to more than 67108864 bytes");
    }

    private static byte[] unpack(byte[] frame) throws DataFormatException {
        UnpackedBytes unpacked = new UnpackedBytes();
        Lz4Frame.unpack(frame, frame.length, unpacked);
        return Arrays.copyOf(unpacked.bytes(), unpacked.size());
    }

    /** Text of words that come again near and far. */
    private static byte[] repetitive(int bytes) {
        Random random = new Random(bytes);
        StringBuilder text = new StringBuilder();
        while (text.length() < bytes) {
            text.append("event").append(random.nextInt(500)).append(random.nextInt(9) == 0 ? "-".repeat(700) : ",");
        }
        return text.substring(0, bytes).getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] linked(byte[] content) throws IOException {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        Parameters parameters = new Parameters(
                BlockSize.K64,
                true,
                false,
                true,
                BlockLZ4CompressorOutputStream.createParameterBuilder().build());
        try (FramedLZ4CompressorOutputStream out = new FramedLZ4CompressorOutputStream(frame, parameters)) {
            out.write(content);
        }
        return frame.toByteArray();
    }
}
