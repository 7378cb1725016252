package io.fluxon.connectors.camera.files;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder;
import io.fluxon.connectors.camera.CameraDecoder.Damage;
import io.fluxon.connectors.camera.DecodingWarnings;
import io.fluxon.connectors.camera.DecodingWarnings.Warning;
import io.fluxon.connectors.camera.words.WordEncoding;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.schemas.CameraLayout;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The events of a ROS 2 bag, whose messages name their encoding:
 *
 * <ul>
 *   <li>evt3 and libcaer: a stream of the camera's own words, cut into messages; times and registers go on from message to
 *       message, on the camera's clock
 *   <li>mono: u32 ns after the message's time_base, then u32 with the column in bits 0 to 15, the row in 16 to 30 and the
 *       polarity in 31, little-endian; an event's time is the whole microseconds of the sum, a rest is dropped
 * </ul>
 */
final class RosBagReader implements CameraReader {

    private static final String FORMAT_PREFIX = "ros2-";
    private static final String MONO = "mono";
    private static final int MONO_BYTES = 8;
    private static final int NANOS_PER_MICRO = 1000;
    private static final long MAX_TIME_BASE_NANOS = Long.MAX_VALUE - (1L << 32);

    private final RosBag bag;
    private final RosEventPacket first;
    private final Damage damage;
    private final DecodingWarnings warnings = new DecodingWarnings();

    private RosBagReader(RosBag bag, RosEventPacket first, Damage damage) {
        this.bag = bag;
        this.first = first;
        this.damage = damage;
    }

    /** A {@link WordReader} where the messages carry a camera's own words. */
    static CameraReader open(Path file, ReadOptions options) throws IOException {
        RosBag bag = RosBag.open(file, options.damage());
        try {
            RosEventPacket first = bag.next(new DecodingWarnings())
                    .orElseThrow(() -> new RecordingException(file + ": holds no readable event message"));
            check(bag, first);
            CameraReader reader = first.encoding().equals(MONO)
                    ? new RosBagReader(bag, first, options.damage())
                    : words(file, bag, first, options.damage());
            bag.rewind();
            reader.warnings().add(Warning.OTHER_ITEMS, bag.otherMessages());
            return reader;
        } catch (IOException | RuntimeException e) {
            bag.close();
            throw e;
        }
    }

    private static void check(RosBag bag, RosEventPacket first) throws RecordingException {
        if (first.width() < 1
                || first.width() > CameraBatch.MAX_SIDE
                || first.height() < 1
                || first.height() > CameraBatch.MAX_SIDE) {
            throw bag.refusal("a sensor of " + first.width() + "x" + first.height() + " pixels");
        }
        if (!first.encoding().equals(MONO) && !isOfWords(first.encoding())) {
            throw bag.refusal("events are encoded as " + RosBag.printable(first.encoding())
                    + "; evt3, libcaer and mono are read");
        }
        if (first.bigEndian()) {
            throw bag.refusal("events are big-endian; little-endian ones are read");
        }
    }

    private static boolean isOfWords(String encoding) {
        return encoding.equals(WordEncoding.EVT3.encodingName())
                || encoding.equals(WordEncoding.LIBCAER.encodingName());
    }

    private static WordReader words(Path file, RosBag bag, RosEventPacket first, Damage damage) {
        WordEncoding encoding = WordEncoding.of(first.encoding()).orElseThrow();
        CameraLayout layout = layout(first);
        CameraDecoder decoder = encoding.decoder(layout.getWidth(), layout.getHeight(), damage);
        return new WordReader(
                file + ": words of all messages",
                FORMAT_PREFIX + first.encoding(),
                encoding,
                layout,
                new Words(bag, first, decoder),
                decoder);
    }

    private static CameraLayout layout(RosEventPacket packet) {
        return new CameraLayout((int) packet.width(), (int) packet.height());
    }

    @Override
    public String format() {
        return FORMAT_PREFIX + MONO;
    }

    @Override
    public CameraLayout layout() {
        return layout(first);
    }

    @Override
    public boolean read(CameraBatch batch) throws IOException {
        batch.clear();
        Optional<RosEventPacket> next = next(bag, first, MONO_BYTES, warnings);
        if (next.isEmpty()) {
            return false;
        }
        long timeBaseNanos = next.get().timeBaseNanos();
        if (timeBaseNanos < 0 || timeBaseNanos > MAX_TIME_BASE_NANOS) {
            bag.damaged("time_base " + Long.toUnsignedString(timeBaseNanos) + " ns", warnings);
        } else {
            decodeMono(next.get().events(), timeBaseNanos, batch);
        }
        return true;
    }

    private void decodeMono(ByteBuffer events, long timeBaseNanos, CameraBatch batch) throws RecordingException {
        while (events.hasRemaining()) {
            long nanos = timeBaseNanos + Integer.toUnsignedLong(events.getInt());
            // A batch packs a pixel and its polarity in just this way.
            int address = events.getInt();
            int x = address & 0xFFFF;
            int y = address >>> 16 & CameraBatch.MAX_SIDE;
            if (x < first.width() && y < first.height()) {
                batch.add(nanos / NANOS_PER_MICRO, address);
            } else if (damage == Damage.REFUSE) {
                throw bag.refusal("x=" + x + " y=" + y + " outside " + first.width() + "x" + first.height());
            } else {
                warnings.add(Warning.EVENTS_OUTSIDE_GEOMETRY, 1);
            }
        }
    }

    @Override
    public DecodingWarnings warnings() {
        return warnings;
    }

    @Override
    public void close() throws IOException {
        bag.close();
    }

    /** The next message that goes with the first one and holds whole events or words; empty behind the last. */
    private static Optional<RosEventPacket> next(
            RosBag bag, RosEventPacket first, int wordBytes, DecodingWarnings warnings) throws IOException {
        Optional<RosEventPacket> next = bag.next(warnings);
        while (next.isPresent() && !fits(bag, first, next.get(), wordBytes, warnings)) {
            next = bag.next(warnings);
        }
        return next;
    }

    private static boolean fits(
            RosBag bag, RosEventPacket first, RosEventPacket packet, int wordBytes, DecodingWarnings warnings)
            throws RecordingException {
        int bytes = packet.events().remaining();
        if (packet.width() != first.width()
                || packet.height() != first.height()
                || packet.bigEndian()
                || !packet.encoding().equals(first.encoding())) {
            bag.damaged("its sensor or encoding is not that of the first message", warnings);
            return false;
        }
        if (bytes % wordBytes != 0) {
            bag.damaged(bytes + " bytes of events, which have " + wordBytes + " each", warnings);
            return false;
        }
        return true;
    }

    /** The events of all messages, one behind the other. */
    private static final class Words extends InputStream {

        private final RosBag bag;
        private final RosEventPacket first;
        private final CameraDecoder decoder;
        private ByteBuffer words = ByteBuffer.allocate(0);

        Words(RosBag bag, RosEventPacket first, CameraDecoder decoder) {
            this.bag = bag;
            this.first = first;
            this.decoder = decoder;
        }

        @Override
        public int read() throws IOException {
            return hasMore() ? words.get() & 0xFF : -1;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            if (!hasMore()) {
                return -1;
            }
            int bytes = Math.min(length, words.remaining());
            words.get(into, from, bytes);
            return bytes;
        }

        private boolean hasMore() throws IOException {
            while (!words.hasRemaining()) {
                Optional<RosEventPacket> next = RosBagReader.next(bag, first, decoder.wordBytes(), decoder.warnings());
                if (next.isEmpty()) {
                    return false;
                }
                words = next.get().events();
            }
            return true;
        }

        @Override
        public void close() throws IOException {
            bag.close();
        }
    }
}
