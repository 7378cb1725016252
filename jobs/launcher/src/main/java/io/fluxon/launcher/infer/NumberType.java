package io.fluxon.launcher.infer;

import java.nio.ByteBuffer;

/** How a number stands in a file. */
enum NumberType {
    /** A byte that is 0 for false. */
    BOOL(1),
    INT8(1),
    INT16(2),
    INT32(4),
    /** Beyond 2<sup>53</sup> a double rounds it. */
    INT64(8),
    UINT8(1),
    UINT16(2),
    UINT32(4),
    /** Beyond 2<sup>53</sup> a double rounds it. */
    UINT64(8),
    FLOAT32(4),
    FLOAT64(8);

    private static final double TWO_TO_32 = 4294967296.0;

    private final int bytes;

    NumberType(int bytes) {
        this.bytes = bytes;
    }

    int bytes() {
        return bytes;
    }

    double read(ByteBuffer buffer, int at) {
        return switch (this) {
            case BOOL -> buffer.get(at) == 0 ? 0 : 1;
            case INT8 -> buffer.get(at);
            case INT16 -> buffer.getShort(at);
            case INT32 -> buffer.getInt(at);
            case INT64 -> buffer.getLong(at);
            case UINT8 -> Byte.toUnsignedInt(buffer.get(at));
            case UINT16 -> Short.toUnsignedInt(buffer.getShort(at));
            case UINT32 -> Integer.toUnsignedLong(buffer.getInt(at));
            case UINT64 -> unsigned(buffer.getLong(at));
            case FLOAT32 -> buffer.getFloat(at);
            case FLOAT64 -> buffer.getDouble(at);
        };
    }

    private static double unsigned(long bits) {
        return (bits >>> Integer.SIZE) * TWO_TO_32 + (bits & 0xFFFF_FFFFL);
    }
}
