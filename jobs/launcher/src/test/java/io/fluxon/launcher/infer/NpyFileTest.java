package io.fluxon.launcher.infer;

import static io.fluxon.launcher.infer.TestingNpy.bytes;
import static io.fluxon.launcher.infer.TestingNpy.file;
import static io.fluxon.launcher.infer.TestingNpy.floats;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxon.connectors.packets.RecordingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyFileTest {

    @TempDir
    private Path directory;

    private NpyFile open(byte[] content) throws IOException {
        return NpyFile.open(Files.write(directory.resolve("a.npy"), content));
    }

    private static double[] all(NumberArray array) {
        double[] values = new double[Arrays.stream(array.shape()).reduce(1, (a, b) -> a * b)];
        array.read(0, values, values.length);
        return values;
    }

    /** The 128 + 24 bytes that numpy.save makes of numpy.arange(6, dtype='float32').reshape(2, 3). */
    @Test
    void readsTheBytesOfNumPy() throws IOException {
        byte[] content = file("<f4", "(2, 3)", floats(0, 1, 2, 3, 4, 5));

        NpyFile array = open(content);

        assertThat(content).hasSize(152).startsWith(0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 0x76, 0, '{');
        assertThat(array.shape()).containsExactly(2, 3);
        assertThat(all(array)).containsExactly(0, 1, 2, 3, 4, 5);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void readsAllVersions(int version) throws IOException {
        assertThat(all(open(file(
                        version, "{'descr': '|u1', 'fortran_order': False, 'shape': (3,), }", bytes(1, 128, 255)))))
                .containsExactly(1, 128, 255);
    }

    @ParameterizedTest
    @CsvSource({
        "|b1, 00 01 02, 0 1 1",
        "|i1, 7f 80 ff, 127 -128 -1",
        "<i2, ff 7f 00 80, 32767 -32768",
        ">i2, 7f ff 80 00, 32767 -32768",
        "<i4, 00 00 00 80, -2147483648",
        "<i8, ff ff ff ff ff ff ff ff, -1",
        "<u2, ff ff, 65535",
        "<u4, ff ff ff ff, 4294967295",
        "<u8, ff ff ff ff ff ff ff ff, 18446744073709551615",
        "<f4, 00 00 80 3f 00 00 80 ff, 1 -Infinity",
        ">f4, 3f 80 00 00, 1",
        "<f8, 00 00 00 00 00 00 f8 3f, 1.5",
    })
    void readsEveryTypeOfNumber(String description, String hexadecimal, String values) throws IOException {
        int[] elements = Arrays.stream(hexadecimal.split(" "))
                .mapToInt(digits -> Integer.parseInt(digits, 16))
                .toArray();
        double[] expected = Arrays.stream(values.split(" "))
                .mapToDouble(Double::parseDouble)
                .toArray();

        assertThat(all(open(file(description, "(" + expected.length + ",)", bytes(elements)))))
                .containsExactly(expected);
    }

    @Test
    void fortransOrderComesOutInCs() throws IOException {
        // [[[0, 1], [2, 3], [4, 5]], [[6, 7], [8, 9], [10, 11]]], first index fastest
        NpyFile array = open(file(
                1,
                "{'descr': '|i1', 'fortran_order': True, 'shape': (2, 3, 2), }",
                bytes(0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11)));
        double[] middle = new double[5];

        array.read(4, middle, 5);

        assertThat(all(array)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
        assertThat(middle).containsExactly(4, 5, 6, 7, 8);
    }

    @Test
    void readsScalarsEmptyArraysAndHeadersOfPython2() throws IOException {
        assertThat(open(file("<f4", "()", floats(7))).shape()).isEmpty();
        assertThat(all(open(file("<f4", "()", floats(7))))).containsExactly(7);
        assertThat(open(file("<f4", "(0, 5)", floats())).shape()).containsExactly(0, 5);
        assertThat(open(file("<f4", "(2L, 1L)", floats(7, 8))).shape()).containsExactly(2, 1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{'descr': '<f2', 'fortran_order': False, 'shape': (2,)}; descr is '<f2', must be bool, an integer",
                "{'descr': '|O', 'fortran_order': False, 'shape': (2,)}; descr is '|O', must be bool, an integer",
                "{'descr': '|f4', 'fortran_order': False, 'shape': (2,)}; descr is '|f4', must be bool, an integer",
                "{'descr': [('x', '<f4')], 'fortran_order': False, 'shape': (2,)}; no descr that is one type",
                "{'descr': '<f4', 'fortran_order': 1, 'shape': (2,)}; no fortran_order",
                "{'descr': '<f4', 'fortran_order': False}; no shape",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'shape': (1,)}; more than one shape",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,)}; shape is (-2,), must be whole numbers",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (3000000000,)}; shape holds 3000000000",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (2000000000,2000000000,9)}; is beyond 64 bits",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (3,)}; needs 12 bytes, the file has 8",
                "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}; needs 4 bytes, the file has 8",
            })
    void whatCannotBeReadIsOneLine(String dictionary, String rule) {
        assertThatThrownBy(() -> open(file(1, dictionary, new byte[8])))
                .isInstanceOf(RecordingException.class)
                .hasMessageStartingWith(directory.resolve("a.npy") + ": header: ")
                .hasMessageContaining(rule)
                .hasMessageNotContaining("\n");
    }

    @Test
    void otherFilesAndCutOnesAreToldApart() {
        byte[] content = file("<f4", "(2,)", floats(1, 2));
        content[6] = 4;

        assertThatThrownBy(() -> open(content)).hasMessageContaining("byte 6: version 4.0, must be 1.0, 2.0 or 3.0");
        assertThatThrownBy(() -> open(new byte[100])).hasMessageContaining("byte 0: not NumPy's array file");
        assertThatThrownBy(() -> open(Arrays.copyOf(file("<f4", "(2,)", floats(1, 2)), 40)))
                .hasMessageContaining("ends within the header");
        assertThatThrownBy(() -> open(bytes(0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0, 0xff, 0xff, 0xff, 0x7f)))
                .hasMessageContaining("byte 8: a header of 2147483647 bytes, may have 10000");
    }
}
