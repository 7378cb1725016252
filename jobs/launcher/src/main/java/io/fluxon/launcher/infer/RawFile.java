package io.fluxon.launcher.infer;

import io.fluxon.connectors.packets.RecordingException;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * Numbers without a header, in C order and little-endian: {@code .f32} and {@code .f64} (floating point), {@code .u8},
 * {@code .u16}, or {@code .bits}: zeros and ones, eight to a byte with the first in the most significant bit, each sample
 * (the first dimension) filled up to whole bytes.
 */
final class RawFile implements NumberArray {

    private final Path file;
    private final int[] shape;
    private final NumberType type;
    private final FileBytes bytes;

    /** Bits of a sample, and the bytes that they take; 0 where elements are no bits. */
    private final long sampleBits;

    private final long sampleBytes;

    private RawFile(Path file, int[] shape, NumberType type, FileBytes bytes, long sampleBits) {
        this.file = file;
        this.shape = shape;
        this.type = type;
        this.bytes = bytes;
        this.sampleBits = sampleBits;
        this.sampleBytes = (sampleBits + 7) / 8;
    }

    /** Whether the ending is that of numbers without a header. */
    static boolean isRaw(Path file) {
        return isBits(file) || type(file) != null;
    }

    private static boolean isBits(Path file) {
        return file.toString().toLowerCase(Locale.ROOT).endsWith(".bits");
    }

    private static NumberType type(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "f32" -> NumberType.FLOAT32;
            case "f64" -> NumberType.FLOAT64;
            case "u8" -> NumberType.UINT8;
            case "u16" -> NumberType.UINT16;
            default -> null;
        };
    }

    /**
     * @param shape of at least one dimension
     * @throws RecordingException if the file has another size
     */
    static RawFile open(Path file, int[] shape) throws IOException {
        boolean bits = isBits(file);
        NumberType type = bits ? NumberType.UINT8 : type(file);
        long sample = 1;
        for (int d = 1; d < shape.length; d++) {
            sample = Math.multiplyExact(sample, shape[d]);
        }
        long size = Math.multiplyExact(shape[0], bits ? (sample + 7) / 8 : Math.multiplyExact(sample, type.bytes()));
        if (Files.size(file) != size) {
            throw new RecordingException(file + ": " + Arrays.toString(shape) + " needs " + size
                    + " bytes, the file has " + Files.size(file));
        }
        return new RawFile(file, shape, type, FileBytes.of(file, 0, size, ByteOrder.LITTLE_ENDIAN), bits ? sample : 0);
    }

    @Override
    public String origin() {
        return file.toString();
    }

    @Override
    public int[] shape() {
        return shape.clone();
    }

    @Override
    public void read(long first, double[] values, int count) {
        for (int i = 0; i < count; i++) {
            values[i] = sampleBits > 0 ? bit(first + i) : bytes.read(type, (first + i) * type.bytes());
        }
    }

    private int bit(long element) {
        long bit = element % sampleBits;
        int packed = (int) bytes.read(type, element / sampleBits * sampleBytes + bit / 8);
        return packed >>> (7 - bit % 8) & 1;
    }
}
