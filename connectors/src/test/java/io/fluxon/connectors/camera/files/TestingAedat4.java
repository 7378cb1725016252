package io.fluxon.connectors.camera.files;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraMarkers.Kind;
import io.fluxon.schemas.CameraLayout;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4FrameInputStream;
import net.jpountz.lz4.LZ4FrameOutputStream;
import net.jpountz.lz4.LZ4FrameOutputStream.BLOCKSIZE;
import net.jpountz.lz4.LZ4FrameOutputStream.FLG;
import net.jpountz.xxhash.XXHashFactory;

/** AEDAT 4 files as the format's own programs may write them and ours does not; and their bytes, found by the layout alone. */
public final class TestingAedat4 {

    private static final int HEADER_SIZE_AT = 14;
    private static final int HEADER_AT = HEADER_SIZE_AT + 4;

    private TestingAedat4() {}

    /** Packets that are not compressed: events on a sensor of 34 x 34 pixels, and a trigger. */
    public static byte[] uncompressed() throws IOException {
        CameraBatch batch = new CameraBatch();
        batch.add(1000, 2, 3, 1);
        batch.add(1001, 33, 4, 0);
        batch.markers().add(1002, Kind.TRIGGER, 0, 1);
        Path file = Files.createTempFile("fuzzing", ".aedat4");
        try (CameraWriter writer = CameraFormat.AEDAT4.create(file, new CameraLayout(34, 34))) {
            writer.write(batch);
        }
        byte[] bytes = Files.readAllBytes(file);
        Files.delete(file);
        return repacked(bytes, Aedat4Compression.NONE);
    }

    /** The same file in another compression. */
    static byte[] repacked(byte[] inLz4, Aedat4Compression compression) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(inLz4, 0, packets(inLz4));
        byte[] dataTable = unpacked(inLz4, tablePosition(inLz4), inLz4.length);
        ByteBuffer listed = table(dataTable);
        int at = packets(inLz4);
        for (int entry : tables(listed)) {
            int bytes = little(inLz4).getInt(at + 4);
            byte[] content = packed(unpacked(inLz4, at + 8, at + 8 + bytes), compression);
            out.write(inLz4, at, 4);
            out.write(little(new byte[4]).putInt(content.length).array());
            listed.putLong(field(listed, entry, 0), out.size());
            listed.putInt(field(listed, entry, 1) + 4, content.length);
            out.write(content);
            at += 8 + bytes;
        }
        int tablePosition = out.size();
        out.write(packed(dataTable, compression));
        byte[] whole = out.toByteArray();
        ByteBuffer header = header(whole);
        header.putInt(field(header, header.getInt(0), 0), compression.ordinal());
        header.putLong(field(header, header.getInt(0), 1), tablePosition);
        return whole;
    }

    private static byte[] packed(byte[] bytes, Aedat4Compression compression) throws IOException {
        return switch (compression) {
            case NONE -> bytes;
            case LZ4, LZ4_HIGH -> {
                ByteArrayOutputStream packed = new ByteArrayOutputStream();
                try (LZ4FrameOutputStream frame = new LZ4FrameOutputStream(
                        packed,
                        BLOCKSIZE.SIZE_64KB,
                        -1,
                        LZ4Factory.fastestInstance().highCompressor(),
                        XXHashFactory.fastestInstance().hash32(),
                        FLG.Bits.BLOCK_INDEPENDENCE)) {
                    frame.write(bytes);
                }
                yield packed.toByteArray();
            }
            case ZSTD -> Zstd.compress(bytes, 3);
            case ZSTD_HIGH -> Zstd.compress(bytes, 9);
        };
    }

    /** What lz4-java makes of the bytes: a FlatBuffer with its size in front. */
    static byte[] unpacked(byte[] file, int from, int to) throws IOException {
        byte[] frame = Arrays.copyOfRange(file, from, to);
        try (LZ4FrameInputStream in = new LZ4FrameInputStream(new ByteArrayInputStream(frame))) {
            return in.readAllBytes();
        }
    }

    /** The FlatBuffer in these bytes, behind its size. */
    static ByteBuffer table(byte[] sized) {
        assertThat(little(sized).getInt(0)).isEqualTo(sized.length - 4);
        return slice(sized, 4, sized.length - 4);
    }

    /** The header's FlatBuffer, in the file's own bytes. */
    static ByteBuffer header(byte[] file) {
        return slice(file, HEADER_AT, little(file).getInt(HEADER_SIZE_AT));
    }

    /** Where the first packet begins. */
    static int packets(byte[] file) {
        return HEADER_AT + little(file).getInt(HEADER_SIZE_AT);
    }

    static int tablePosition(byte[] file) {
        ByteBuffer header = header(file);
        return (int) header.getLong(field(header, header.getInt(0), 1));
    }

    /** Place of a field of a table that has it. */
    static int field(ByteBuffer content, int table, int field) {
        int vtable = table - content.getInt(table);
        assertThat(content.getShort(vtable)).isGreaterThan((short) (4 + 2 * field));
        return table + content.getShort(vtable + 4 + 2 * field);
    }

    /** Places of the tables in the vector that the root has. */
    static List<Integer> tables(ByteBuffer content) {
        int vector = field(content, content.getInt(0), 0);
        vector += content.getInt(vector);
        List<Integer> tables = new ArrayList<>();
        for (int i = 0; i < content.getInt(vector); i++) {
            int element = vector + 4 + 4 * i;
            tables.add(element + content.getInt(element));
        }
        return tables;
    }

    static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static ByteBuffer slice(byte[] bytes, int from, int length) {
        return ByteBuffer.wrap(bytes, from, length).slice().order(ByteOrder.LITTLE_ENDIAN);
    }
}
