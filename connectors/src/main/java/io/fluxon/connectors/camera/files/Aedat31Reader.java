package io.fluxon.connectors.camera.files;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder.Damage;
import io.fluxon.connectors.camera.CameraImu;
import io.fluxon.connectors.camera.CameraMarkers.Kind;
import io.fluxon.connectors.camera.DecodingWarnings;
import io.fluxon.connectors.camera.DecodingWarnings.Warning;
import io.fluxon.connectors.camera.words.InivationChip;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.schemas.CameraLayout;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * AEDAT 3.1 of cAER and jAER: lines that start with '#', the last of them {@code #!END-HEADER}, then packets, little-endian:
 *
 * <pre>
 *   0 i16 type        8 i32 tsOffset     20 i32 number
 *   2 i16 source     12 i32 tsOverflow   24 i32 valid
 *   4 i32 eventSize  16 i32 capacity     28 capacity x eventSize bytes, of which the first number events count
 * </pre>
 *
 * Times are tsOverflow x 2<sup>31</sup> + the event's 31 bits, microseconds. Bit 0 of an event's first word says whether it
 * is valid. Types:
 *
 * <ul>
 *   <li>0, special, 8 bytes: u32 with the code in bits 1 to 7, i32 time. Codes: 1 the clock was reset; 2, 3, 4 rising,
 *       falling, pulse on line 0; 6, 7, 8 on line 1; 9, 10, 11 on line 2; the others are no triggers, and markers of value
 *       256 + code, which no kind of another format has
 *   <li>1, polarity, 8 bytes: u32 with the polarity in bit 1, the row in bits 2 to 16 and the column in bits 17 to 31, i32
 *       time
 *   <li>3, inertial with 6 axes, 36 bytes: u32, i32 time, f32 acceleration x, y, z in g, rotation x, y, z in degrees/s,
 *       temperature in degrees Celsius
 *   <li>4, inertial with 9 axes, 48 bytes: the same, then f32 magnetic field x, y, z in uT
 *   <li>2, frame, and all others are counted, not read
 * </ul>
 *
 * A packet takes the room of its capacity also where fewer events count; writers of files set both to the same. Of several
 * cameras in a file, the source of the first packet of a type above is read, the others' events are counted. The size of the
 * sensor is not in the file: it is that of the options, else that of the chip in the header's {@code #Source} line, else a
 * DAVIS346's.
 */
final class Aedat31Reader implements CameraReader {

    private static final int HEADER_BYTES = 28;
    private static final int SPECIAL = 0;
    private static final int POLARITY = 1;
    private static final int IMU_6 = 3;
    private static final int IMU_9 = 4;
    private static final int TIME_OFFSET = 4;

    /** Of the values of markers that are no triggers. */
    private static final int FIRST_OTHER = 256;

    private static final int TIME_BITS = 31;
    private static final int TIME_MASK = 0x7FFF_FFFF;

    /** No source, of which there are 16 bits. */
    private static final int NOT_SEEN = Integer.MIN_VALUE;

    private static final int PART_BYTES = 1 << 16;

    private final String origin;
    private final boolean counting;
    private final CameraLayout layout;
    private final InputStream in;
    private final long fileBytes;
    private final DecodingWarnings warnings = new DecodingWarnings();
    private final byte[] part = new byte[PART_BYTES];
    private final ByteBuffer words = ByteBuffer.wrap(part).order(ByteOrder.LITTLE_ENDIAN);

    /** Place in the file. */
    private long at;

    /** Source of the packets that are read. */
    private int camera = NOT_SEEN;

    // The packet that is being read.
    private int type;
    private int eventBytes;
    private long timeBase;
    private int eventsLeft;
    private long packetEnd;

    Aedat31Reader(Path file, ReadOptions options) throws IOException {
        origin = file.toString();
        counting = options.damage() == Damage.COUNT;
        fileBytes = Files.size(file);
        BufferedInputStream buffered = new BufferedInputStream(Files.newInputStream(file));
        try {
            AedatHeader header = AedatHeader.read(buffered, AedatHeader.AEDAT_31_END, origin);
            at = header.bytes();
            packetEnd = at;
            check(header);
            layout = options.layout().orElse(layout(header));
            in = buffered;
        } catch (IOException | RuntimeException e) {
            buffered.close();
            throw e;
        }
    }

    private void check(AedatHeader header) throws RecordingException {
        if (!header.isEndedBy(AedatHeader.AEDAT_31_END)) {
            throw refusal("the header has no line " + AedatHeader.AEDAT_31_END);
        }
        for (String line : header.lines()) {
            if (line.startsWith("#Format:") && !line.endsWith(" RAW")) {
                throw refusal("the header's " + line.substring(1) + " is not RAW");
            }
        }
    }

    private static CameraLayout layout(AedatHeader header) {
        InivationChip chip = header.lines().stream()
                .filter(line -> line.contains("Source"))
                .flatMap(line -> InivationChip.namedIn(line).stream())
                .findFirst()
                .orElse(InivationChip.DAVIS346);
        return new CameraLayout(chip.width(), chip.height());
    }

    @Override
    public String format() {
        return CameraFormat.AEDAT31.formatName();
    }

    @Override
    public CameraLayout layout() {
        return layout;
    }

    @Override
    public boolean read(CameraBatch batch) throws IOException {
        batch.clear();
        while (eventsLeft == 0) {
            if (!nextPacket()) {
                return false;
            }
        }
        int events = Math.min(eventsLeft, PART_BYTES / eventBytes);
        int bytes = events * eventBytes;
        readPart(bytes);
        switch (type) {
            case SPECIAL -> addSpecials(bytes, batch);
            case POLARITY -> addPolarities(bytes, batch);
            default -> addSamples(bytes, batch);
        }
        at += bytes;
        eventsLeft -= events;
        return true;
    }

    /** Reads headers up to that of a packet with events to decode, which may be none. @return false at the end of the file */
    private boolean nextPacket() throws IOException {
        skip(packetEnd - at);
        long left = fileBytes - at;
        if (left == 0) {
            return false;
        }
        if (left < HEADER_BYTES) {
            return endOr(Warning.TRUNCATED_BYTES, left, "the last packet's header has " + left + " of 28 bytes");
        }
        readPart(HEADER_BYTES);
        type = words.getShort(0);
        int source = words.getShort(2);
        eventBytes = words.getInt(4);
        int timeOffset = words.getInt(8);
        int overflow = words.getInt(12);
        int capacity = words.getInt(16);
        int number = words.getInt(20);
        int valid = words.getInt(24);
        if (eventBytes < 0 || capacity < 0) {
            return endOr(
                    Warning.SKIPPED_BYTES,
                    left,
                    "a packet of " + capacity + " events of " + eventBytes + " bytes each");
        }
        long packetBytes = HEADER_BYTES + (long) eventBytes * capacity;
        if (packetBytes > left) {
            return endOr(
                    Warning.TRUNCATED_BYTES,
                    left,
                    "a packet of " + packetBytes + " bytes, of which " + left + " are left");
        }
        boolean known = type == SPECIAL || type == POLARITY || type == IMU_6 || type == IMU_9;
        String broken = null;
        if (type < 0 || overflow < 0 || number < 0 || number > capacity || valid < 0 || valid > number) {
            broken = "a packet of type " + type + " with overflow " + overflow + ", capacity " + capacity + ", number "
                    + number + ", valid " + valid;
        } else if (known && (eventBytes != sizeOf(type) || timeOffset != TIME_OFFSET)) {
            broken = "events of type " + type + " with " + eventBytes + " bytes and their time at " + timeOffset;
        }
        if (broken != null) {
            if (!counting) {
                throw refusal(broken);
            }
            warnings.add(Warning.DAMAGED_PACKETS, 1);
            number = 0;
        } else if (known && camera == NOT_SEEN) {
            camera = source;
        }
        if (!known || source != camera) {
            warnings.add(Warning.OTHER_ITEMS, number);
            number = 0;
        }
        eventsLeft = number;
        timeBase = (long) overflow << TIME_BITS;
        packetEnd = at + packetBytes;
        at += HEADER_BYTES;
        return true;
    }

    private static int sizeOf(int knownType) {
        return switch (knownType) {
            case IMU_6 -> 36;
            case IMU_9 -> 48;
            default -> 8;
        };
    }

    private void readPart(int bytes) throws IOException {
        if (in.readNBytes(part, 0, bytes) < bytes) {
            throw shorter();
        }
    }

    private void skip(long bytes) throws IOException {
        try {
            in.skipNBytes(bytes);
            at += bytes;
        } catch (EOFException e) {
            throw shorter();
        }
    }

    private RecordingException shorter() {
        return refusal("the file has become shorter while it was read");
    }

    private void addPolarities(int bytes, CameraBatch batch) throws RecordingException {
        batch.reserve(bytes / eventBytes);
        for (int event = 0; event < bytes; event += eventBytes) {
            int word = words.getInt(event);
            if (!isValid(word)) {
                continue;
            }
            int x = word >>> 17;
            int y = word >>> 2 & 0x7FFF;
            if (x < layout.getWidth() && y < layout.getHeight()) {
                batch.add(timeMicros(event), x, y, word >>> 1 & 1);
            } else if (counting) {
                warnings.add(Warning.EVENTS_OUTSIDE_GEOMETRY, 1);
            } else {
                at += event;
                throw refusal("x=" + x + " y=" + y + " outside " + layout.getWidth() + "x" + layout.getHeight());
            }
        }
    }

    private void addSpecials(int bytes, CameraBatch batch) {
        for (int event = 0; event < bytes; event += eventBytes) {
            int word = words.getInt(event);
            if (!isValid(word)) {
                continue;
            }
            long timeMicros = timeMicros(event);
            int code = word >>> 1 & 0x7F;
            switch (code) {
                case 1 -> batch.markers().add(timeMicros, Kind.TIME_RESET, 0, 0);
                case 2, 6, 9 -> batch.markers().add(timeMicros, Kind.TRIGGER, line(code), 1);
                case 3, 7, 10 -> batch.markers().add(timeMicros, Kind.TRIGGER, line(code), 0);
                case 4, 8, 11 -> batch.markers().add(timeMicros, Kind.PULSE, line(code), 1);
                default -> batch.markers().add(timeMicros, Kind.OTHER, 0, FIRST_OTHER + code);
            }
        }
    }

    private static int line(int code) {
        return code < 6 ? 0 : code / 3 - 1;
    }

    private void addSamples(int bytes, CameraBatch batch) {
        for (int event = 0; event < bytes; event += eventBytes) {
            if (!isValid(words.getInt(event))) {
                continue;
            }
            CameraImu imu = batch.imu();
            imu.add(timeMicros(event));
            for (int axis = 0; axis < 6; axis++) {
                imu.set(CameraImu.ACCELERATION + axis, words.getFloat(event + 8 + 4 * axis));
            }
            imu.set(CameraImu.TEMPERATURE, words.getFloat(event + 32));
            for (int axis = 0; type == IMU_9 && axis < 3; axis++) {
                imu.set(CameraImu.MAGNETIC_FIELD + axis, words.getFloat(event + 36 + 4 * axis));
            }
        }
    }

    /** Time of the event at this place in the part. */
    private long timeMicros(int event) {
        return timeBase + (words.getInt(event + TIME_OFFSET) & TIME_MASK);
    }

    private boolean isValid(int firstWord) {
        if ((firstWord & 1) == 0) {
            warnings.add(Warning.INVALID_EVENTS, 1);
            return false;
        }
        return true;
    }

    /** Refuses the file, or counts the bytes that are left as its end. */
    private boolean endOr(Warning warning, long bytesLeft, String broken) throws RecordingException {
        if (!counting) {
            throw refusal(broken);
        }
        warnings.add(warning, bytesLeft);
        at = fileBytes;
        packetEnd = fileBytes;
        return false;
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
