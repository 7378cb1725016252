package io.fluxon.connectors.camera.files;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder.Damage;
import io.fluxon.connectors.camera.CameraImu;
import io.fluxon.connectors.camera.CameraMarkers.Kind;
import io.fluxon.connectors.camera.DecodingWarnings;
import io.fluxon.connectors.camera.DecodingWarnings.Warning;
import io.fluxon.connectors.camera.files.Aedat4Header.Stream;
import io.fluxon.connectors.camera.files.FlatTable.Vector;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.schemas.CameraLayout;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.DataFormatException;

/**
 * AEDAT 4 of DV, little-endian: the line {@code #!AER-DAT4.0}; u32 size and {@link Aedat4Header}; packets of i32 stream,
 * i32 size and content; at last a table of the packets. Content and table are each compressed as the header says and unpack
 * to a FlatBuffer with its size in front, whose table has a vector as its only field:
 *
 * <ul>
 *   <li>EVTS: structs of i64 microseconds, i16 column, i16 row, bool ON, 3 bytes of padding
 *   <li>IMUS: tables of i64 microseconds; f32 temperature in degrees Celsius; acceleration x, y, z in g; rotation x, y, z in
 *       degrees/s; magnetic field x, y, z in uT. A field that is left out is 0, but where all three of the magnetic field
 *       are, there is no compass
 *   <li>TRIG: tables of i64 microseconds; i8 kind: 0 the clock was reset; 1, 2, 3 rising, falling, pulse on the input; the
 *       others are no triggers
 * </ul>
 *
 * Of each of these types the first stream in the header is read; packets of other streams, such as frames or a second
 * camera, are counted. Where the header does not place the table within the file, the packets end where one is seen, or with
 * the file.
 */
final class Aedat4Reader implements CameraReader {

    static final byte[] FIRST_LINE = "#!AER-DAT4.0\r\n".getBytes(StandardCharsets.US_ASCII);
    static final int EVENT_BYTES = 16;
    static final int PACKET_HEADER_BYTES = 8;

    // Fields of an inertial sample and of a trigger.
    static final int TIME = 0;
    static final int TEMPERATURE = 1;
    static final int ACCELERATION = 2;
    static final int MAGNETIC_FIELD = 8;
    static final int TRIGGER_KIND = 1;

    // Kinds of triggers.
    static final int TIME_RESET = 0;
    static final int RISING = 1;
    static final int FALLING = 2;
    static final int PULSE = 3;

    private static final int MAX_HEADER_BYTES = 1 << 20;

    /** Most tables of a packet; they may all be the same bytes, so the size of the packet does not bound them. */
    private static final int MAX_TABLES = 1 << 20;

    private final String origin;
    private final boolean counting;
    private final Aedat4Header header;
    private final Stream events;
    private final Optional<Stream> imu;
    private final Optional<Stream> triggers;
    private final CameraLayout layout;
    private final BufferedInputStream in;
    private final long packetsEnd;
    private final boolean tablePlaced;
    private final DecodingWarnings warnings = new DecodingWarnings();
    private byte[] packed = new byte[1 << 16];
    private final UnpackedBytes unpacked = new UnpackedBytes();

    /** Place in the file; of a packet that is being read, its beginning. */
    private long at;

    private boolean over;

    Aedat4Reader(Path file, ReadOptions options) throws IOException {
        origin = file.toString();
        counting = options.damage() == Damage.COUNT;
        in = new BufferedInputStream(Files.newInputStream(file));
        try {
            long fileBytes = Files.size(file);
            header = readHeader();
            tablePlaced = header.tablePosition() >= at && header.tablePosition() <= fileBytes;
            packetsEnd = tablePlaced ? header.tablePosition() : fileBytes;
            events = first(Aedat4Header.EVENTS).orElseThrow(() -> refusal("the header names no stream of events"));
            imu = first(Aedat4Header.IMU);
            triggers = first(Aedat4Header.TRIGGERS);
            layout = layout(options);
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    private Aedat4Header readHeader() throws IOException {
        if (!Arrays.equals(in.readNBytes(FIRST_LINE.length), FIRST_LINE)) {
            throw refusal("the first line is not that of AEDAT 4.0");
        }
        at = FIRST_LINE.length;
        byte[] sizeBytes = in.readNBytes(4);
        if (sizeBytes.length < 4) {
            throw refusal("the file ends within its header");
        }
        int size = little(sizeBytes).getInt(0);
        if (size < 0 || size > MAX_HEADER_BYTES) {
            throw refusal("a header of " + (size & 0xFFFF_FFFFL) + " bytes");
        }
        byte[] sized = Arrays.copyOf(sizeBytes, 4 + size);
        if (in.readNBytes(sized, 4, size) < size) {
            throw refusal("the file ends within its header");
        }
        try {
            Aedat4Header parsed = Aedat4Header.parse(sized);
            at += sized.length;
            return parsed;
        } catch (DataFormatException e) {
            throw refusal(e.getMessage());
        }
    }

    private Optional<Stream> first(String type) {
        return header.streams().values().stream()
                .filter(stream -> stream.type().equals(type))
                .findFirst();
    }

    private CameraLayout layout(ReadOptions options) throws RecordingException {
        int width = events.width();
        int height = events.height();
        if (width == 0 && height == 0 && options.layout().isPresent()) {
            return options.layout().get();
        }
        if (width < 1 || width > CameraBatch.MAX_SIDE || height < 1 || height > CameraBatch.MAX_SIDE) {
            throw refusal("the header tells a sensor of " + width + "x" + height + " pixels");
        }
        return new CameraLayout(width, height);
    }

    @Override
    public String format() {
        return CameraFormat.AEDAT4.formatName();
    }

    @Override
    public CameraLayout layout() {
        return layout;
    }

    @Override
    public boolean read(CameraBatch batch) throws IOException {
        batch.clear();
        while (!over && at < packetsEnd && (tablePlaced || !isTableNext())) {
            long left = packetsEnd - at;
            if (left < PACKET_HEADER_BYTES) {
                return endOr(left, "a packet's header has " + left + " of 8 bytes");
            }
            ByteBuffer packet = little(readBytes(PACKET_HEADER_BYTES));
            int size = packet.getInt(4);
            if (size < 0 || size > left - PACKET_HEADER_BYTES) {
                return endOr(
                        left, "a packet of " + size + " bytes, of which " + (left - PACKET_HEADER_BYTES) + " are left");
            }
            Stream stream = header.streams().get(packet.getInt(0));
            boolean decoded = false;
            if (stream == null) {
                damaged("a packet of stream " + packet.getInt(0) + ", which the header does not name");
                skip(size);
            } else if (!stream.equals(events) && !isFirst(stream)) {
                warnings.add(Warning.OTHER_ITEMS, 1);
                skip(size);
            } else if (size > UnpackedBytes.MAX_BYTES) {
                damaged("a packet of " + size + " bytes");
                skip(size);
            } else {
                readPacked(size);
                decoded = decode(stream, size, batch);
            }
            at += PACKET_HEADER_BYTES + size;
            if (decoded) {
                return true;
            }
        }
        return false;
    }

    private boolean isFirst(Stream stream) {
        return imu.filter(stream::equals).isPresent()
                || triggers.filter(stream::equals).isPresent();
    }

    /** @return false if the packet is damaged */
    private boolean decode(Stream stream, int size, CameraBatch batch) throws RecordingException {
        try {
            header.compression().unpack(packed, size, unpacked);
            FlatTable root = FlatTable.ofSized(unpacked.bytes(), unpacked.size(), stream.type());
            switch (stream.type()) {
                case Aedat4Header.EVENTS -> {
                    Vector structs = root.vector(0, EVENT_BYTES);
                    addEvents(root.buffer(), structs.at(), structs.size(), batch);
                }
                case Aedat4Header.IMU -> addSamples(root, tables(root), batch.imu());
                default -> addTriggers(root, tables(root), batch);
            }
            return true;
        } catch (DataFormatException e) {
            batch.clear();
            damaged(e.getMessage());
            return false;
        }
    }

    private static Vector tables(FlatTable root) throws DataFormatException {
        Vector tables = root.vector(0, 4);
        if (tables.size() > MAX_TABLES) {
            throw new DataFormatException("a packet of " + tables.size() + " tables");
        }
        return tables;
    }

    private void addEvents(ByteBuffer structs, int from, int count, CameraBatch batch) throws RecordingException {
        int width = layout.getWidth();
        int height = layout.getHeight();
        batch.reserve(count);
        long[] timeMicros = batch.timeMicros();
        int[] address = batch.address();
        int size = batch.size();
        for (int i = 0; i < count; i++) {
            int place = from + EVENT_BYTES * i;
            int x = structs.getShort(place + 8);
            int y = structs.getShort(place + 10);
            if (x < 0 || x >= width || y < 0 || y >= height) {
                outside(i, x, y);
            } else {
                timeMicros[size] = structs.getLong(place);
                address[size] = CameraBatch.address(x, y, structs.get(place + 12) == 0 ? 0 : 1);
                size++;
            }
        }
        batch.filledTo(size);
    }

    private void outside(int event, int x, int y) throws RecordingException {
        if (!counting) {
            throw refusal("event " + event + " of this packet: x=" + x + " y=" + y + " outside " + layout.getWidth()
                    + "x" + layout.getHeight());
        }
        warnings.add(Warning.EVENTS_OUTSIDE_GEOMETRY, 1);
    }

    private static void addSamples(FlatTable root, Vector tables, CameraImu imu) throws DataFormatException {
        for (int i = 0; i < tables.size(); i++) {
            FlatTable sample = root.table(tables, i);
            imu.add(sample.getLong(TIME, 0));
            imu.set(CameraImu.TEMPERATURE, sample.getFloat(TEMPERATURE, 0));
            for (int axis = 0; axis < 6; axis++) {
                imu.set(CameraImu.ACCELERATION + axis, sample.getFloat(ACCELERATION + axis, 0));
            }
            boolean compass =
                    sample.has(MAGNETIC_FIELD) || sample.has(MAGNETIC_FIELD + 1) || sample.has(MAGNETIC_FIELD + 2);
            for (int axis = 0; compass && axis < 3; axis++) {
                imu.set(CameraImu.MAGNETIC_FIELD + axis, sample.getFloat(MAGNETIC_FIELD + axis, 0));
            }
        }
    }

    private static void addTriggers(FlatTable root, Vector tables, CameraBatch batch) throws DataFormatException {
        for (int i = 0; i < tables.size(); i++) {
            FlatTable trigger = root.table(tables, i);
            long timeMicros = trigger.getLong(TIME, 0);
            int kind = trigger.getByte(TRIGGER_KIND, (byte) 0);
            switch (kind) {
                case TIME_RESET -> batch.markers().add(timeMicros, Kind.TIME_RESET, 0, 0);
                case RISING -> batch.markers().add(timeMicros, Kind.TRIGGER, 0, 1);
                case FALLING -> batch.markers().add(timeMicros, Kind.TRIGGER, 0, 0);
                case PULSE -> batch.markers().add(timeMicros, Kind.PULSE, 0, 1);
                default -> batch.markers().add(timeMicros, Kind.OTHER, 0, kind);
            }
        }
    }

    private boolean isTableNext() throws IOException {
        in.mark(12);
        byte[] start = in.readNBytes(12);
        in.reset();
        return start.length == 12
                && header.compression()
                        .startsTable(little(start).getInt(0), little(start).getInt(8));
    }

    private void readPacked(int size) throws IOException {
        // The file holds as many, which was checked.
        if (packed.length < size) {
            packed = new byte[Math.max(size, Math.min(2 * packed.length, UnpackedBytes.MAX_BYTES))];
        }
        if (in.readNBytes(packed, 0, size) < size) {
            throw shorter();
        }
    }

    private byte[] readBytes(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw shorter();
        }
        return bytes;
    }

    private void skip(int bytes) throws IOException {
        try {
            in.skipNBytes(bytes);
        } catch (EOFException e) {
            throw shorter();
        }
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Refuses the file, or counts the packet. */
    private void damaged(String broken) throws RecordingException {
        if (!counting) {
            throw refusal(broken);
        }
        warnings.add(Warning.DAMAGED_PACKETS, 1);
    }

    /** Refuses the file, or counts the bytes that are left as its end. */
    private boolean endOr(long bytesLeft, String broken) throws RecordingException {
        if (!counting) {
            throw refusal(broken);
        }
        warnings.add(Warning.TRUNCATED_BYTES, bytesLeft);
        over = true;
        return false;
    }

    private RecordingException shorter() {
        return refusal("the file has become shorter while it was read");
    }

    private RecordingException refusal(String broken) {
        return new RecordingException(origin + ": byte " + at + ": " + broken);
    }

    @Override
    public DecodingWarnings warnings() {
        return warnings;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
