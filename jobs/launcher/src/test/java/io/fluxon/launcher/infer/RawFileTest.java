package io.fluxon.launcher.infer;

import static io.fluxon.launcher.infer.TestingNpy.bytes;
import static io.fluxon.launcher.infer.TestingNpy.floats;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RawFileTest {

    @TempDir
    private Path directory;

    private double[] read(String name, byte[] content, int first, int count, int... shape) throws IOException {
        double[] values = new double[count];
        RawFile.open(Files.write(directory.resolve(name), content), shape).read(first, values, count);
        return values;
    }

    @Test
    void theFirstBitIsTheMostSignificantAndSamplesBeginWithAByte() throws IOException {
        // two samples of [5, 2]: 10 bits and 6 that fill the second byte
        byte[] content = bytes(0b10000001, 0b01_111111, 0b00000010, 0b10_111111);

        assertThat(read("a.bits", content, 0, 20, 2, 5, 2))
                .containsExactly(1, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0);
        assertThat(read("a.bits", content, 9, 3, 2, 5, 2)).containsExactly(1, 0, 0);
    }

    @Test
    void numbersAreLittleEndian() throws IOException {
        assertThat(read("a.f32", floats(1.5f, -2), 1, 1, 2)).containsExactly(-2);
        assertThat(read("a.u16", bytes(1, 2, 255, 255), 0, 2, 1, 2)).containsExactly(513, 65535);
        assertThat(read("a.u8", bytes(255), 0, 1, 1)).containsExactly(255);
    }

    @Test
    void theSizeOfTheFileIsThatOfTheShape() {
        assertThatThrownBy(() -> read("a.f32", floats(1, 2), 0, 1, 3))
                .hasMessage(directory.resolve("a.f32") + ": [3] needs 12 bytes, the file has 8");
        assertThatThrownBy(() -> read("a.bits", bytes(1, 2, 3), 0, 1, 2, 9))
                .hasMessage(directory.resolve("a.bits") + ": [2, 9] needs 4 bytes, the file has 3");
    }
}
