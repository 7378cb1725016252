package io.fluxon.connectors.camera.files;

import com.google.flatbuffers.Table;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.DataFormatException;

/**
 * A table of a FlatBuffer from outside: every place is checked against the buffer before it is read. A field that the table
 * lacks has its default. Fields are counted from 0 in the order of their definition.
 */
final class FlatTable extends Table {

    /** Where the elements of a vector are. */
    record Vector(int at, int size) {

        static final Vector EMPTY = new Vector(0, 0);
    }

    private static final int IDENTIFIER_AT = 4;

    private final int tableBytes;

    private FlatTable(ByteBuffer bytes, long at) throws DataFormatException {
        require(at >= 0 && at <= bytes.limit() - 4);
        long vtable = at - bytes.getInt((int) at);
        require(vtable >= 0 && vtable <= bytes.limit() - 4);
        int vtableBytes = bytes.getShort((int) vtable) & 0xFFFF;
        tableBytes = bytes.getShort((int) vtable + 2) & 0xFFFF;
        require(vtableBytes >= 4 && vtableBytes % 2 == 0 && vtable + vtableBytes <= bytes.limit());
        require(tableBytes >= 4 && at + tableBytes <= bytes.limit());
        __reset((int) at, bytes);
    }

    /**
     * The outermost table of a buffer that begins with its size.
     *
     * @param identifier what the buffer says it is, 4 characters
     */
    static FlatTable ofSized(byte[] bytes, int length, String identifier) throws DataFormatException {
        require(length >= 12);
        ByteBuffer all = ByteBuffer.wrap(bytes, 0, length).order(ByteOrder.LITTLE_ENDIAN);
        int size = all.getInt(0);
        require(size >= 8 && size <= length - 4);
        ByteBuffer content = all.slice(4, size).order(ByteOrder.LITTLE_ENDIAN);
        if (content.getInt(IDENTIFIER_AT) != identifier(identifier)) {
            throw new DataFormatException("the FlatBuffer is not marked " + identifier);
        }
        return new FlatTable(content, content.getInt(0) & 0xFFFF_FFFFL);
    }

    /** The word that 4 characters are in the buffer. */
    static int identifier(String characters) {
        return ByteBuffer.wrap(characters.getBytes(StandardCharsets.US_ASCII))
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt();
    }

    ByteBuffer buffer() {
        return bb;
    }

    boolean has(int field) {
        return __offset(4 + 2 * field) != 0;
    }

    long getLong(int field, long otherwise) throws DataFormatException {
        return has(field) ? bb.getLong(place(field, Long.BYTES)) : otherwise;
    }

    int getInt(int field, int otherwise) throws DataFormatException {
        return has(field) ? bb.getInt(place(field, Integer.BYTES)) : otherwise;
    }

    float getFloat(int field, float otherwise) throws DataFormatException {
        return has(field) ? bb.getFloat(place(field, Float.BYTES)) : otherwise;
    }

    byte getByte(int field, byte otherwise) throws DataFormatException {
        return has(field) ? bb.get(place(field, Byte.BYTES)) : otherwise;
    }

    /** Text, empty where there is none. */
    String getString(int field) throws DataFormatException {
        Vector characters = vector(field, 1);
        byte[] utf8 = new byte[characters.size()];
        bb.get(characters.at(), utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    /** All elements lie within the buffer. */
    Vector vector(int field, int elementBytes) throws DataFormatException {
        if (!has(field)) {
            return Vector.EMPTY;
        }
        long at = target(place(field, Integer.BYTES));
        require(at <= bb.limit() - 4);
        long size = bb.getInt((int) at) & 0xFFFF_FFFFL;
        require(at + 4 + size * elementBytes <= bb.limit());
        return new Vector((int) at + 4, (int) size);
    }

    /** Element i of a vector of tables. */
    FlatTable table(Vector tables, int i) throws DataFormatException {
        return new FlatTable(bb, target(tables.at() + 4 * i));
    }

    /** Where the offset at a place leads. */
    private long target(int at) {
        return at + (bb.getInt(at) & 0xFFFF_FFFFL);
    }

    private int place(int field, int bytes) throws DataFormatException {
        int offset = __offset(4 + 2 * field);
        require(offset >= 4 && offset + bytes <= tableBytes);
        return bb_pos + offset;
    }

    private static void require(boolean kept) throws DataFormatException {
        if (!kept) {
            throw new DataFormatException("the FlatBuffer leads outside itself");
        }
    }
}
