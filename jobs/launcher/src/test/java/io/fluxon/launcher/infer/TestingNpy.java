package io.fluxon.launcher.infer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Files of NumPy's array format, put together byte by byte. */
public final class TestingNpy {

    private TestingNpy() {}

    /** Version 1.0, as {@code numpy.save} writes it: header and what is before it fill a multiple of 64 bytes. */
    public static byte[] file(String description, String shape, byte[] elements) {
        return file(1, "{'descr': '" + description + "', 'fortran_order': False, 'shape': " + shape + ", }", elements);
    }

    public static byte[] file(int version, String dictionary, byte[] elements) {
        int before = version == 1 ? 10 : 12;
        int length = (before + dictionary.length() + 1 + 63) / 64 * 64 - before;
        ByteBuffer file = ByteBuffer.allocate(before + length + elements.length).order(ByteOrder.LITTLE_ENDIAN);
        file.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
        file.put((byte) version).put((byte) 0);
        if (version == 1) {
            file.putShort((short) length);
        } else {
            file.putInt(length);
        }
        file.put(dictionary.getBytes(StandardCharsets.US_ASCII));
        while (file.position() < before + length - 1) {
            file.put((byte) ' ');
        }
        return file.put((byte) '\n').put(elements).array();
    }

    public static byte[] floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return bytes.array();
    }

    public static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
