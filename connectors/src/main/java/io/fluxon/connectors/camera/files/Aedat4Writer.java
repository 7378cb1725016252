package io.fluxon.connectors.camera.files;

import com.google.flatbuffers.FlatBufferBuilder;
import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraImu;
import io.fluxon.connectors.camera.CameraMarkers;
import io.fluxon.connectors.camera.CameraMarkers.Kind;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.schemas.CameraLayout;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4FrameOutputStream;
import net.jpountz.lz4.LZ4FrameOutputStream.BLOCKSIZE;
import net.jpountz.lz4.LZ4FrameOutputStream.FLG;
import net.jpountz.xxhash.XXHashFactory;

/**
 * Writes what {@link Aedat4Reader} reads: events, inertial samples and triggers as streams of their own, in LZ4. The table of
 * packets, and its place in the header, are written on closing; a file that is not closed lacks them and is read all the
 * same. Triggers of lines other than 0 have no place in the format.
 */
final class Aedat4Writer implements CameraWriter {

    /** Most events, samples or triggers of a packet. */
    private static final int MAX_ELEMENTS = 1 << 16;

    // Fields of an entry of the table.
    private static final int PLACE = 0;
    private static final int PACKET_HEADER = 1;
    private static final int ELEMENTS = 2;
    private static final int FIRST_TIME = 3;
    private static final int LAST_TIME = 4;

    /** @param place of the content, behind its header */
    private record Entry(long place, int stream, int bytes, int elements, long firstMicros, long lastMicros) {}

    private final CameraLayout layout;
    private final SeekableByteChannel channel;
    private final OutputStream out;
    private final FlatBufferBuilder builder = new FlatBufferBuilder();
    private final List<Entry> table = new ArrayList<>();
    private long at;
    private boolean closed;

    Aedat4Writer(Path file, CameraLayout layout) throws IOException {
        this.layout = layout;
        builder.forceDefaults(true);
        channel = Files.newByteChannel(
                file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
        out = new BufferedOutputStream(Channels.newOutputStream(channel));
        try {
            write(Aedat4Reader.FIRST_LINE);
            write(Aedat4Header.bytes(layout, Aedat4Header.NO_TABLE));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public void write(CameraBatch batch) throws IOException {
        for (int i = 0; i < batch.markers().size(); i++) {
            triggerKind(batch.markers(), i);
        }
        for (int from = 0; from < batch.size(); from += MAX_ELEMENTS) {
            writeEvents(batch, from, Math.min(batch.size(), from + MAX_ELEMENTS));
        }
        for (int from = 0; from < batch.imu().size(); from += MAX_ELEMENTS) {
            writeSamples(batch.imu(), from, Math.min(batch.imu().size(), from + MAX_ELEMENTS));
        }
        for (int from = 0; from < batch.markers().size(); from += MAX_ELEMENTS) {
            writeTriggers(batch.markers(), from, Math.min(batch.markers().size(), from + MAX_ELEMENTS));
        }
    }

    /** FlatBuffers grow from their end, so the last element comes first. */
    private void writeEvents(CameraBatch batch, int from, int to) throws IOException {
        long firstMicros = Long.MAX_VALUE;
        long lastMicros = Long.MIN_VALUE;
        builder.clear();
        builder.startVector(Aedat4Reader.EVENT_BYTES, to - from, Long.BYTES);
        for (int i = to - 1; i >= from; i--) {
            long timeMicros = batch.timeMicros()[i];
            builder.pad(3);
            builder.putBoolean(batch.polarity(i) == 1);
            builder.putShort((short) batch.y(i));
            builder.putShort((short) batch.x(i));
            builder.putLong(timeMicros);
            firstMicros = Math.min(firstMicros, timeMicros);
            lastMicros = Math.max(lastMicros, timeMicros);
        }
        finish(Aedat4Header.EVENTS, builder.endVector());
        writePacket(Aedat4Header.EVENTS_ID, to - from, firstMicros, lastMicros);
    }

    private void writeSamples(CameraImu imu, int from, int to) throws IOException {
        long firstMicros = Long.MAX_VALUE;
        long lastMicros = Long.MIN_VALUE;
        int[] samples = new int[to - from];
        builder.clear();
        for (int i = from; i < to; i++) {
            builder.startTable(Aedat4Reader.MAGNETIC_FIELD + 3);
            builder.addLong(Aedat4Reader.TIME, imu.timeMicros(i), 0);
            builder.addFloat(Aedat4Reader.TEMPERATURE, imu.value(i, CameraImu.TEMPERATURE), 0);
            for (int axis = 0; axis < 6; axis++) {
                builder.addFloat(Aedat4Reader.ACCELERATION + axis, imu.value(i, CameraImu.ACCELERATION + axis), 0);
            }
            for (int axis = 0; hasCompass(imu, i) && axis < 3; axis++) {
                builder.addFloat(Aedat4Reader.MAGNETIC_FIELD + axis, imu.value(i, CameraImu.MAGNETIC_FIELD + axis), 0);
            }
            samples[i - from] = builder.endTable();
            firstMicros = Math.min(firstMicros, imu.timeMicros(i));
            lastMicros = Math.max(lastMicros, imu.timeMicros(i));
        }
        finish(Aedat4Header.IMU, builder.createVectorOfTables(samples));
        writePacket(Aedat4Header.IMU_ID, to - from, firstMicros, lastMicros);
    }

    private static boolean hasCompass(CameraImu imu, int i) {
        return !Float.isNaN(imu.value(i, CameraImu.MAGNETIC_FIELD))
                || !Float.isNaN(imu.value(i, CameraImu.MAGNETIC_FIELD + 1))
                || !Float.isNaN(imu.value(i, CameraImu.MAGNETIC_FIELD + 2));
    }

    private void writeTriggers(CameraMarkers markers, int from, int to) throws IOException {
        long firstMicros = Long.MAX_VALUE;
        long lastMicros = Long.MIN_VALUE;
        int[] triggers = new int[to - from];
        builder.clear();
        for (int i = from; i < to; i++) {
            builder.startTable(Aedat4Reader.TRIGGER_KIND + 1);
            builder.addLong(Aedat4Reader.TIME, markers.timeMicros(i), 0);
            builder.addByte(Aedat4Reader.TRIGGER_KIND, (byte) triggerKind(markers, i), 0);
            triggers[i - from] = builder.endTable();
            firstMicros = Math.min(firstMicros, markers.timeMicros(i));
            lastMicros = Math.max(lastMicros, markers.timeMicros(i));
        }
        finish(Aedat4Header.TRIGGERS, builder.createVectorOfTables(triggers));
        writePacket(Aedat4Header.TRIGGERS_ID, to - from, firstMicros, lastMicros);
    }

    private static int triggerKind(CameraMarkers markers, int i) throws RecordingException {
        Kind kind = markers.kind(i);
        int value = markers.value(i);
        if (kind == Kind.TIME_RESET) {
            return Aedat4Reader.TIME_RESET;
        }
        if (markers.channel(i) == 0) {
            if (kind == Kind.TRIGGER && value >>> 1 == 0) {
                return value == 1 ? Aedat4Reader.RISING : Aedat4Reader.FALLING;
            }
            if (kind == Kind.PULSE && value == 1) {
                return Aedat4Reader.PULSE;
            }
            if (kind == Kind.OTHER && value > Aedat4Reader.PULSE && value <= Byte.MAX_VALUE) {
                return value;
            }
        }
        throw new RecordingException("AEDAT 4 cannot hold the marker " + kind + " of line " + markers.channel(i)
                + " with value " + value + " at " + markers.timeMicros(i) + " us");
    }

    private void finish(String identifier, int vector) {
        builder.startTable(1);
        builder.addOffset(0, vector, 0);
        builder.finishSizePrefixed(builder.endTable(), identifier);
    }

    private void writePacket(int stream, int elements, long firstMicros, long lastMicros) throws IOException {
        byte[] content = packed();
        write(ByteBuffer.allocate(Aedat4Reader.PACKET_HEADER_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(stream)
                .putInt(content.length)
                .array());
        table.add(new Entry(at, stream, content.length, elements, firstMicros, lastMicros));
        write(content);
    }

    private byte[] packed() throws IOException {
        ByteBuffer finished = builder.dataBuffer();
        ByteArrayOutputStream packed = new ByteArrayOutputStream(finished.remaining() / 2 + 64);
        try (LZ4FrameOutputStream frame = new LZ4FrameOutputStream(
                packed,
                BLOCKSIZE.SIZE_64KB,
                -1,
                LZ4Factory.fastestInstance().fastCompressor(),
                XXHashFactory.fastestInstance().hash32(),
                FLG.Bits.BLOCK_INDEPENDENCE)) {
            frame.write(finished.array(), finished.arrayOffset() + finished.position(), finished.remaining());
        }
        return packed.toByteArray();
    }

    private void write(byte[] bytes) throws IOException {
        out.write(bytes);
        at += bytes.length;
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (channel) {
            long tablePosition = at;
            buildTable();
            write(packed());
            out.flush();
            channel.position(Aedat4Reader.FIRST_LINE.length);
            ByteBuffer header = ByteBuffer.wrap(Aedat4Header.bytes(layout, tablePosition));
            while (header.hasRemaining()) {
                channel.write(header);
            }
        }
    }

    private void buildTable() {
        int[] entries = new int[table.size()];
        builder.clear();
        for (int i = 0; i < entries.length; i++) {
            Entry entry = table.get(i);
            builder.startTable(LAST_TIME + 1);
            builder.addLong(PLACE, entry.place(), 0);
            builder.addLong(ELEMENTS, entry.elements(), 0);
            builder.addLong(FIRST_TIME, entry.firstMicros(), 0);
            builder.addLong(LAST_TIME, entry.lastMicros(), 0);
            builder.prep(Integer.BYTES, 2 * Integer.BYTES);
            builder.putInt(entry.bytes());
            builder.putInt(entry.stream());
            builder.addStruct(PACKET_HEADER, builder.offset(), 0);
            entries[i] = builder.endTable();
        }
        finish(Aedat4Header.TABLE, builder.createVectorOfTables(entries));
    }
}
