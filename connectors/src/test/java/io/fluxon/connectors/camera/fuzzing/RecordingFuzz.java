package io.fluxon.connectors.camera.fuzzing;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder.Damage;
import io.fluxon.connectors.camera.CameraImu;
import io.fluxon.connectors.camera.CameraMarkers;
import io.fluxon.connectors.camera.TestingRecordings;
import io.fluxon.connectors.camera.files.CameraFormat;
import io.fluxon.connectors.camera.files.CameraReader;
import io.fluxon.connectors.camera.files.CameraWriter;
import io.fluxon.connectors.camera.files.ReadOptions;
import io.fluxon.connectors.camera.files.TestingAedat4;
import io.fluxon.connectors.camera.words.WordEncoding;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.schemas.CameraLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The reader of a file format, or of whatever format a file is found to have. An input is a file. */
final class RecordingFuzz implements FuzzTarget {

    /** An event at 1000 us behind the header. */
    private static final String AEDAT_2 = "#!AER-DAT2.0\r\n# AEChip: DVS128\r\n\0\0\3\2\0\0\3\u00E8";

    private final Optional<CameraFormat> format;
    private Path file;

    /** @param format empty to tell from the file, which is called .raw */
    RecordingFuzz(Optional<CameraFormat> format) {
        this.format = format;
    }

    @Override
    public String name() {
        return format.map(CameraFormat::formatName).orElse("detected");
    }

    /** What a reader told of a file, the events as a checksum. */
    private record Content(long events, long checksum) {}

    @Override
    public boolean accepts(byte[] input) throws IOException {
        Files.write(file(), input);
        return accepts(file(), format);
    }

    static boolean accepts(Path recording, Optional<CameraFormat> format) throws IOException {
        Optional<Content> strict = read(recording, format, Damage.REFUSE);
        Optional<Content> counting = read(recording, format, Damage.COUNT);
        if (strict.isPresent()) {
            assertThat(counting).as("what is read with damage counted").isEqualTo(strict);
        }
        return strict.isPresent() && strict.get().events > 0;
    }

    private Path file() throws IOException {
        if (file == null) {
            file = Files.createTempFile(
                    "fuzzing", format.map(known -> known.endings().get(0)).orElse(".raw"));
            file.toFile().deleteOnExit();
        }
        return file;
    }

    /** Empty if the file is refused. */
    private static Optional<Content> read(Path recording, Optional<CameraFormat> format, Damage damage)
            throws IOException {
        ReadOptions options = new ReadOptions(format, Optional.empty(), damage);
        CameraBatch batch = new CameraBatch();
        long events = 0;
        long checksum = 0;
        try (CameraReader reader = CameraFormat.open(recording, options)) {
            CameraLayout layout = reader.layout();
            assertThat(layout.getWidth()).isBetween(1, CameraBatch.MAX_SIDE);
            assertThat(layout.getHeight()).isBetween(1, CameraBatch.MAX_SIDE);
            while (reader.read(batch)) {
                assertInside(batch, layout);
                events += batch.sizeOfAll();
                checksum = checksum(batch, checksum);
            }
            assertThat(reader.read(batch)).as("more behind the end").isFalse();
            assertThat(batch.sizeOfAll()).isZero();
            assertThat(reader.format()).isNotBlank();
            assertThat(reader.warnings().byName().values()).allMatch(count -> count > 0);
        } catch (RecordingException e) {
            assertThat(e.getMessage()).startsWith(recording + ": ").doesNotContain("\n", "\r");
            return Optional.empty();
        }
        return Optional.of(new Content(events, checksum));
    }

    /** Files may hold times before their clock's 0. */
    private static void assertInside(CameraBatch batch, CameraLayout layout) {
        for (int i = 0; i < batch.size(); i++) {
            if (batch.x(i) >= layout.getWidth() || batch.y(i) >= layout.getHeight()) {
                throw new AssertionError("event at (" + batch.x(i) + ", " + batch.y(i) + ") on a sensor of "
                        + layout.getWidth() + "x" + layout.getHeight());
            }
        }
    }

    private static long checksum(CameraBatch batch, long before) {
        long sum = before;
        for (int i = 0; i < batch.size(); i++) {
            sum = 31 * (31 * sum + batch.timeMicros()[i]) + batch.address()[i];
        }
        for (int i = 0; i < batch.markers().size(); i++) {
            sum = 31 * (31 * sum + batch.markers().timeMicros(i))
                    + batch.markers().kind(i).ordinal()
                    + 31L * batch.markers().channel(i)
                    + batch.markers().value(i);
        }
        for (int i = 0; i < batch.imu().size(); i++) {
            sum = 31 * sum + batch.imu().timeMicros(i);
            for (int column = 0; column < CameraImu.VALUES; column++) {
                sum = 31 * sum + Float.floatToIntBits(batch.imu().value(i, column));
            }
        }
        return sum;
    }

    @Override
    public List<byte[]> seeds() throws IOException {
        List<byte[]> seeds = new ArrayList<>();
        if (format.isEmpty()) {
            seeds.add(raw("% evt 3.0", WordEncoding.EVT3));
            seeds.add(raw("% format EVT21;height=34;width=34;endianness=legacy", WordEncoding.EVT21_LEGACY));
            return seeds;
        }
        switch (format.get()) {
            case EVT2 -> seeds.add(raw("% evt 2.0\n% geometry 34x34", WordEncoding.EVT2));
            case EVT21 -> seeds.add(raw("% format EVT21;height=34;width=34", WordEncoding.EVT21));
            case EVT3 -> seeds.add(raw("% system_ID 49", WordEncoding.EVT3));
            case DAT -> seeds.add(TestingSeeds.words(WordEncoding.DAT));
            case LIBCAER -> seeds.add(TestingSeeds.words(WordEncoding.LIBCAER));
            case NMNIST -> seeds.add(TestingSeeds.words(WordEncoding.NMNIST));
            case ROS2 -> seeds.add(TestingBag.bytes());
            case CSV -> seeds.add("t,y,x,p\n# some\n1000, 4, 33, -1\n".getBytes(StandardCharsets.US_ASCII));
            case AEDAT2 -> seeds.add(AEDAT_2.getBytes(StandardCharsets.ISO_8859_1));
            case AEDAT31 -> seeds.add(aedat31());
            case AEDAT4 -> seeds.add(TestingAedat4.uncompressed());
            case EVENT_STREAM -> {}
        }
        written(false).ifPresent(seeds::add);
        written(true).ifPresent(seeds::add);
        return seeds;
    }

    /** A polarity packet of two events and a special one of a rising edge. */
    private static byte[] aedat31() {
        byte[] header = "#!AER-DAT3.1\r\n#Format: RAW\r\n#Source 1: DVS128\r\n#!END-HEADER\r\n"
                .getBytes(StandardCharsets.US_ASCII);
        byte[] events = TestingSeeds.words(WordEncoding.LIBCAER);
        byte[] edge = {5, 0, 0, 0, -23, 3, 0, 0};
        return TestingRecordings.join(header, aedat31Packet(1, events), aedat31Packet(0, edge));
    }

    private static byte[] aedat31Packet(int type, byte[] events) {
        return ByteBuffer.allocate(28 + events.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) type)
                .putShort((short) 1)
                .putInt(8)
                .putInt(4)
                .putInt(0)
                .putInt(events.length / 8)
                .putInt(events.length / 8)
                .putInt(events.length / 8)
                .put(events)
                .array();
    }

    private static byte[] raw(String header, WordEncoding encoding) {
        return TestingRecordings.join(
                (header + "\n% end\n").getBytes(StandardCharsets.US_ASCII), TestingSeeds.words(encoding));
    }

    /** A file of the format's own writer; empty if it cannot be written so. */
    private Optional<byte[]> written(boolean withTrigger) throws IOException {
        CameraBatch batch = new CameraBatch();
        batch.add(1000, 2, 3, 1);
        batch.add(1001, 33, 4, 0);
        batch.add(20_000, 33, 33, 1);
        if (withTrigger) {
            batch.markers().add(20_001, CameraMarkers.Kind.TRIGGER, 0, 1);
        }
        CameraLayout layout = new CameraLayout(TestingSeeds.SIDE, TestingSeeds.SIDE);
        try (CameraWriter writer = format.orElseThrow().create(file(), layout)) {
            writer.write(batch);
        } catch (RecordingException e) {
            return Optional.empty();
        }
        return Optional.of(Files.readAllBytes(file()));
    }
}
