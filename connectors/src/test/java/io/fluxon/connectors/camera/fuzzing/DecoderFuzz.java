package io.fluxon.connectors.camera.fuzzing;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder;
import io.fluxon.connectors.camera.CameraDecoder.Damage;
import io.fluxon.connectors.camera.CameraMarkers;
import io.fluxon.connectors.camera.words.Aedat2Decoder;
import io.fluxon.connectors.camera.words.EventStreamDecoder;
import io.fluxon.connectors.camera.words.InivationChip;
import io.fluxon.connectors.camera.words.WordEncoding;
import io.fluxon.connectors.packets.MalformedPacketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The decoders of words. An input is {@value #SETTINGS_BYTES} bytes of settings, little-endian, and the stream:
 *
 * <pre>
 *   u8 decoder   which one, modulo their number: the word encodings, then those of files only
 *   u8 flags     bit 0: count damage instead of refusing it; bit 1: start near the time below
 *   u16 width, u16 height, less 1
 *   u48 near     us
 *   u16, u16     lengths of the ranges, in turn, in which the stream is decoded once more
 *   u16          where to cut off a part that must decode on its own
 * </pre>
 */
final class DecoderFuzz implements FuzzTarget {

    private static final int SETTINGS_BYTES = 18;
    private static final int COUNT = 1;
    private static final int NEAR = 2;

    @Override
    public String name() {
        return "decoders";
    }

    @Override
    public boolean accepts(byte[] input) {
        if (input.length < SETTINGS_BYTES) {
            return false;
        }
        ByteBuffer settings = ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN);
        Setup setup = Setup.read(settings);
        int[] lengths = {settings.getShort() & 0xFFFF, settings.getShort() & 0xFFFF};
        int cut = settings.getShort() & 0xFFFF;

        CameraDecoder decoder = setup.decoder();
        CameraBatch whole = new CameraBatch();
        Optional<String> error = decode(decoder, input, new int[] {input.length}, whole);
        assertThat(setup.damage == Damage.REFUSE || error.isEmpty())
                .as("%s", error)
                .isTrue();
        if (error.isEmpty() && setup.isOfPackets()) {
            assertInside(whole, setup.width, setup.height);
        }

        CameraDecoder rangesDecoder = setup.decoder();
        CameraBatch ranges = new CameraBatch();
        assertThat(decode(rangesDecoder, input, lengths, ranges)).isEqualTo(error);
        if (error.isPresent()) {
            return false;
        }
        assertSame(
                whole,
                0,
                0,
                ranges,
                rangesDecoder.warnings().byName(),
                decoder.warnings().byName());
        if (setup.isOfPackets()) {
            assertDecodesAlone(setup, input, SETTINGS_BYTES + cut % (input.length - SETTINGS_BYTES + 1), whole);
        }
        return whole.sizeOfAll() > 0;
    }

    private interface Factory {
        CameraDecoder make(int width, int height, Damage damage);
    }

    private static final WordEncoding[] ENCODINGS = WordEncoding.values();

    /** The word encodings, of which packets are cut, and behind them the decoders that only files need. */
    private static final List<Factory> DECODERS = decoders();

    private static List<Factory> decoders() {
        List<Factory> decoders = new ArrayList<>();
        for (WordEncoding encoding : ENCODINGS) {
            decoders.add(encoding::decoder);
        }
        for (EventStreamDecoder.Type type : EventStreamDecoder.Type.values()) {
            decoders.add((width, height, damage) -> new EventStreamDecoder(type, width, height, damage));
        }
        decoders.add((width, height, damage) -> new Aedat2Decoder(InivationChip.DVS128, damage));
        decoders.add((width, height, damage) -> new Aedat2Decoder(InivationChip.DAVIS240, damage));
        return decoders;
    }

    private record Setup(int decoderNumber, int width, int height, Damage damage, boolean isNear, long nearMicros) {

        static Setup read(ByteBuffer settings) {
            int decoderNumber = (settings.get() & 0xFF) % DECODERS.size();
            int flags = settings.get();
            int width = (settings.getShort() & 0xFFFF) % CameraBatch.MAX_SIDE + 1;
            int height = (settings.getShort() & 0xFFFF) % CameraBatch.MAX_SIDE + 1;
            long nearMicros = (settings.getShort() & 0xFFFFL) << 32 | settings.getInt() & 0xFFFF_FFFFL;
            return new Setup(
                    decoderNumber,
                    width,
                    height,
                    (flags & COUNT) == 0 ? Damage.REFUSE : Damage.COUNT,
                    (flags & NEAR) != 0,
                    nearMicros);
        }

        boolean isOfPackets() {
            return decoderNumber < ENCODINGS.length;
        }

        CameraDecoder decoder() {
            CameraDecoder decoder = freshDecoder();
            if (isNear) {
                decoder.startNear(nearMicros);
            }
            return decoder;
        }

        CameraDecoder freshDecoder() {
            return DECODERS.get(decoderNumber).make(width, height, damage);
        }
    }

    /** Decodes the stream in ranges of these lengths in turn. @return the message, if it is refused */
    private static Optional<String> decode(CameraDecoder decoder, byte[] input, int[] lengths, CameraBatch batch) {
        try {
            int from = SETTINGS_BYTES;
            boolean advancing = lengths[0] > 0 || lengths[lengths.length - 1] > 0;
            for (int i = 0; from < input.length; i++) {
                int length = advancing ? lengths[i % lengths.length] : input.length;
                int to = Math.min(input.length, from + length);
                decoder.decode(input, from, to, batch);
                from = to;
            }
            decoder.end();
            return Optional.empty();
        } catch (MalformedPacketException e) {
            assertThat(e.getMessage()).startsWith("byte ").doesNotContain("\n", "\r");
            return Optional.of(e.rule() + " " + e.getMessage());
        }
    }

    /** What stands behind a cut must decode the same behind a head, with the time of its first event. */
    private static void assertDecodesAlone(Setup setup, byte[] input, int cut, CameraBatch whole) {
        CameraDecoder before = setup.decoder();
        int wordBytes = before.wordBytes();
        int from = SETTINGS_BYTES + (cut - SETTINGS_BYTES) / wordBytes * wordBytes;
        byte[] head = new byte[before.maxHeadBytes()];
        int headBytes = 0;
        CameraBatch events = new CameraBatch();
        CameraBatch next = new CameraBatch();
        Map<String, Long> warningsBefore = Map.of();
        CameraDecoder alone = setup.freshDecoder();
        CameraBatch rest = new CameraBatch();
        try {
            before.decode(input, SETTINGS_BYTES, from, events);
            // Packets begin at a word that gives events.
            while (next.sizeOfAll() == 0 && from + wordBytes <= input.length) {
                headBytes = before.writeHead(head, 0);
                warningsBefore = before.warnings().byName();
                before.decode(input, from, from + wordBytes, next);
                from += wordBytes;
            }
            if (next.sizeOfAll() == 0) {
                return;
            }
            alone.startNear(
                    next.size() > 0 ? next.timeMicros()[0] : next.markers().timeMicros(0));
            alone.decode(head, 0, headBytes, rest);
            assertThat(rest.sizeOfAll()).as("events of the head").isZero();
            alone.decode(input, from - wordBytes, input.length, rest);
            alone.end();
            before.decode(input, from, input.length, next);
            before.end();
        } catch (MalformedPacketException e) {
            throw new AssertionError("behind a cut at byte " + from, e);
        }
        Map<String, Long> expected = before.warnings().byName();
        warningsBefore.forEach((name, count) -> expected.merge(name, -count, Long::sum));
        expected.values().removeIf(count -> count == 0);
        assertSame(
                whole,
                events.size(),
                events.markers().size(),
                rest,
                alone.warnings().byName(),
                expected);
    }

    static void assertInside(CameraBatch batch, int width, int height) {
        for (int i = 0; i < batch.size(); i++) {
            if (batch.x(i) >= width || batch.y(i) >= height || batch.timeMicros()[i] < 0) {
                throw new AssertionError("event at (" + batch.x(i) + ", " + batch.y(i) + "), " + batch.timeMicros()[i]
                        + " us, on a sensor of " + width + "x" + height);
            }
        }
    }

    /** The batch must hold what the whole does from an event and a marker on. */
    private static void assertSame(
            CameraBatch whole,
            int fromEvent,
            int fromMarker,
            CameraBatch batch,
            Map<String, Long> warnings,
            Map<String, Long> expectedWarnings) {
        assertThat(batch.size()).isEqualTo(whole.size() - fromEvent);
        assertThat(Arrays.mismatch(batch.timeMicros(), 0, batch.size(), whole.timeMicros(), fromEvent, whole.size()))
                .as("first event at another time")
                .isEqualTo(-1);
        assertThat(Arrays.mismatch(batch.address(), 0, batch.size(), whole.address(), fromEvent, whole.size()))
                .as("first event at another place")
                .isEqualTo(-1);
        assertThat(markers(batch.markers(), 0)).isEqualTo(markers(whole.markers(), fromMarker));
        assertThat(warnings).isEqualTo(expectedWarnings);
    }

    private static List<String> markers(CameraMarkers markers, int from) {
        List<String> lines = new ArrayList<>();
        for (int i = from; i < markers.size(); i++) {
            lines.add(markers.timeMicros(i) + " us " + markers.kind(i) + " " + markers.channel(i) + " "
                    + markers.value(i));
        }
        return lines;
    }

    @Override
    public List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (int number = 0; number < ENCODINGS.length; number++) {
            seeds.add(seed(number, 0, TestingSeeds.words(ENCODINGS[number])));
            seeds.add(seed(number, COUNT | NEAR, TestingSeeds.words(ENCODINGS[number])));
        }
        // Event Stream of DVS: 2 us later ON at (2, 3), an overflow, 1 us later OFF at (33, 4); of ATIS the same.
        seeds.add(seed(ENCODINGS.length, 0, new byte[] {5, 2, 0, 3, 0, -1, 2, 33, 0, 4, 0}));
        seeds.add(seed(ENCODINGS.length + 1, 0, new byte[] {10, 2, 0, 3, 0, -1, 4, 33, 0, 4, 0}));
        // AEDAT 2.0: an event at 1000 us, a rising edge at 1001 us.
        byte[] aedat2 = {0, 0, 3, 2, 0, 0, 3, -24, 0, 0, 4, 3, 0, 0, 3, -23};
        seeds.add(seed(ENCODINGS.length + 2, 0, aedat2));
        seeds.add(seed(ENCODINGS.length + 3, 0, aedat2));
        return seeds;
    }

    private static byte[] seed(int decoder, int flags, byte[] words) {
        return ByteBuffer.allocate(SETTINGS_BYTES + words.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) decoder)
                .put((byte) flags)
                .putShort((short) (TestingSeeds.SIDE - 1))
                .putShort((short) (TestingSeeds.SIDE - 1))
                .putShort((short) 1)
                .putInt(0)
                .putShort((short) 3)
                .putShort((short) 9)
                .putShort((short) (words.length / 2))
                .put(words)
                .array();
    }
}
