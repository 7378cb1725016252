package io.fluxon.connectors.camera.words;

import static io.fluxon.connectors.camera.words.TestingWords.cuts;
import static io.fluxon.connectors.camera.words.TestingWords.marker;
import static io.fluxon.connectors.camera.words.TestingWords.words16;
import static io.fluxon.connectors.camera.words.TestingWords.words32;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder;
import io.fluxon.connectors.camera.CameraDecoder.Damage;
import io.fluxon.connectors.camera.CameraEncoder;
import io.fluxon.connectors.camera.CameraMarkers.Kind;
import io.fluxon.connectors.camera.TestingRecordings;
import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.connectors.packets.RecordingException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PropheseeEncodersTest {

    private static final long HOUR_MICROS = 3_600_000_000L;

    @ParameterizedTest
    @EnumSource(
            value = WordEncoding.class,
            names = {"EVT2", "EVT3", "DAT"})
    void whatIsDecodedIsWhatWasEncoded(WordEncoding encoding) throws IOException, MalformedPacketException {
        Random random = new Random(encoding.ordinal());
        for (int i = 0; i < 300; i++) {
            CameraEncoder encoder = encoder(encoding);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            CameraBatch all = new CameraBatch();
            long micros = firstMicros(encoding, random);
            for (int batches = random.nextInt(4); batches >= 0; batches--) {
                CameraBatch batch = new CameraBatch();
                batch.add(micros, 0, 0, 0);
                micros = fill(batch, encoding, random, micros);
                encoder.encode(batch, out);
                all.addEvents(batch);
                for (int j = 0; j < batch.markers().size(); j++) {
                    all.markers()
                            .add(
                                    batch.markers().timeMicros(j),
                                    batch.markers().kind(j),
                                    batch.markers().channel(j),
                                    batch.markers().value(j));
                }
            }

            CameraBatch decoded = decode(encoding, out.toByteArray(), random);

            assertSame(decoded, all);
        }
    }

    @Test
    void evt2TellsTheHighTimeWhereItChanges() throws IOException {
        CameraBatch batch = new CameraBatch();
        batch.add(127, 5, 3, 1);
        batch.add(64, 5, 3, 0);
        batch.add(128, 5, 3, 0);
        batch.add(127, 5, 3, 0);
        assertThat(encode(new Evt2Encoder(), batch))
                .isEqualTo(words32(
                        0x8000_0001, 0x1FC0_2803, 0x0000_2803, 0x8000_0002, 0x0000_2803, 0x8000_0001, 0x0FC0_2803));
    }

    @Test
    void evt2StartsAgainFromTheLastHighTimeToTheFirst() throws IOException {
        CameraBatch batch = new CameraBatch();
        batch.add((1L << 34) - 64, 0, 0, 0);
        batch.add((1L << 34) + 64, 0, 0, 0);
        batch.add((1L << 34) - 128, 0, 0, 0);
        assertThat(encode(new Evt2Encoder(), batch))
                .isEqualTo(
                        words32(0x8FFF_FFFF, 0, 0x8000_0000, 0x8000_0001, 0, 0x8000_0000, 0x8FFF_FFFF, 0x8FFF_FFFE, 0));
    }

    @Test
    void evt3TellsWhatChanges() throws IOException {
        CameraBatch batch = new CameraBatch();
        batch.add(0x1002, 5, 3, 1);
        batch.add(0x1002, 4, 3, 1);
        batch.add(0x1003, 4, 3, 0);
        batch.add(0x1001, 4, 7, 0);
        batch.add(0x2000, 4, 7, 0);
        batch.add(0x1FFF, 4, 7, 0);
        assertThat(encode(new Evt3Encoder(), batch))
                .isEqualTo(words16(
                        0x8001, 0x6002, 0x0003, 0x2805, 0x2804, 0x6003, 0x2004, 0x6001, 0x0007, 0x2004, 0x8002, 0x6000,
                        0x2004, 0x8001, 0x6FFF, 0x2004));
    }

    @Test
    void evt3WritesGroupsOf32ColumnsWhereTheyAreNoLonger() throws IOException {
        CameraBatch batch = new CameraBatch();
        for (int x : new int[] {33, 44, 56, 63, 64, 75, 95, 96, 97}) {
            batch.add(0, x, 1, 1);
        }
        assertThat(encode(new Evt3Encoder(), batch))
                .isEqualTo(words16(
                        0x8000, 0x6000, 0x0001, 0x3820, 0x4002, 0x4001, 0x5081, 0x4801, 0x4000, 0x5080, 0x2860,
                        0x2861));
    }

    @Test
    void evt3GroupsOnlyWhatKeepsItsOrder() throws IOException {
        CameraBatch batch = new CameraBatch();
        // Falling, twice the same, another polarity, another row, another time: three of each at most.
        for (int[] xYPolarityMicros : new int[][] {
            {9, 1, 1, 0},
            {10, 1, 1, 0},
            {11, 1, 1, 0},
            {8, 1, 1, 0},
            {12, 1, 1, 0},
            {12, 1, 1, 0},
            {13, 1, 1, 0},
            {14, 1, 0, 0},
            {15, 1, 1, 0},
            {16, 2, 1, 0},
            {17, 2, 1, 1}
        }) {
            batch.add(xYPolarityMicros[3], xYPolarityMicros[0], xYPolarityMicros[1], xYPolarityMicros[2]);
        }
        assertThat(encode(new Evt3Encoder(), batch))
                .isEqualTo(words16(
                        0x8000, 0x6000, 0x0001, 0x2809, 0x280A, 0x280B, 0x2808, 0x280C, 0x280C, 0x280D, 0x200E, 0x280F,
                        0x0002, 0x2810, 0x6001, 0x2811));
    }

    @Test
    void aTimeFarFromTheFirstLoopIsReachedInSteps() throws IOException, MalformedPacketException {
        CameraBatch batch = new CameraBatch();
        batch.add((1L << 34) - 1, 1, 1, 1);
        byte[] bytes = encode(new Evt3Encoder(), batch);
        assertThat(bytes.length).isLessThanOrEqualTo(2 * (4 * 1024 + 4));
        assertSame(decode(WordEncoding.EVT3, bytes, new Random(1)), batch);

        batch.clear();
        batch.add((1L << 44) - 1, 1, 1, 1);
        bytes = encode(new Evt2Encoder(), batch);
        assertThat(bytes.length).isLessThanOrEqualTo(4 * (4 * 1024 + 2));
        assertSame(decode(WordEncoding.EVT2, bytes, new Random(1)), batch);
    }

    @Test
    void triggersStandBeforeTheFirstLaterEvent() throws IOException {
        CameraBatch batch = new CameraBatch();
        batch.add(1, 1, 1, 0);
        batch.add(2, 1, 1, 0);
        batch.add(3, 1, 1, 0);
        batch.markers().add(2, Kind.TRIGGER, 3, 1);
        batch.markers().add(64, Kind.TRIGGER, 4, 0);
        assertThat(encode(new Evt2Encoder(), batch))
                .isEqualTo(words32(
                        0x8000_0000, 0x0040_0801, 0x0080_0801, 0xA080_0301, 0x00C0_0801, 0x8000_0001, 0xA000_0400));
        assertThat(encode(new Evt3Encoder(), batch))
                .isEqualTo(words16(
                        0x8000, 0x6001, 0x0001, 0x2001, 0x6002, 0x2001, 0xA301, 0x6003, 0x2001, 0x6040, 0xA400));
    }

    @Test
    void whatAnEncodingCannotHoldIsRefused() {
        refuses(new Evt2Encoder(), event(5, 2048, 0), "evt2 holds columns and rows below 2048, not (2048, 0)");
        refuses(new Evt3Encoder(), event(5, 0, 2048), "evt3 holds columns and rows below 2048, not (0, 2048)");
        refuses(new DatEncoder(), event(5, 0, 16384), "dat holds columns and rows below 16384, not (0, 16384)");
        refuses(new Evt2Encoder(), event(-1, 0, 0), "evt2 holds times from 0 to 17592186044415 us, not -1");
        refuses(new Evt2Encoder(), event(1L << 44, 0, 0), "evt2 holds times from 0 to 17592186044415 us, not 1759");
        refuses(new Evt3Encoder(), event(1L << 34, 0, 0), "evt3 holds times from 0 to 17179869183 us, not 17179869184");
        refuses(new DatEncoder(), event(-1, 0, 0), "dat holds times from 0 to");
        refuses(
                new DatEncoder(),
                event(1L << 32, 0, 0),
                "dat holds the low 32 bits of times only, from which 4294967296 us does not follow: it is too large");
        refuses(new Evt2Encoder(), trigger(Kind.TRIGGER, 32, 1), "evt2 holds trigger lines below 32, not 32");
        refuses(new Evt3Encoder(), trigger(Kind.TRIGGER, 16, 1), "evt3 holds trigger lines below 16, not 16");
        refuses(new Evt3Encoder(), trigger(Kind.TRIGGER, 1, 2), "evt3 holds triggers with level 0 or 1, not a marker");
        refuses(new Evt3Encoder(), trigger(Kind.PULSE, 1, 1), "evt3 holds triggers with level 0 or 1, not a marker p");
        refuses(new Evt2Encoder(), trigger(Kind.TIME_RESET, 0, 0), "evt2 holds triggers with level 0 or 1, not a m");
        refuses(new DatEncoder(), trigger(Kind.TRIGGER, 0, 0), "dat holds no markers");
        for (CameraEncoder encoder : List.of(new Evt2Encoder(), new Evt3Encoder(), new DatEncoder())) {
            CameraBatch batch = new CameraBatch();
            batch.imu().add(1);
            refuses(
                    encoder,
                    batch,
                    encoder.getClass().getSimpleName().substring(0, 3).toLowerCase());
        }
    }

    @Test
    void datRefusesAGapThatItsCounterDoesNotTell() throws IOException {
        DatEncoder encoder = new DatEncoder();
        encoder.encode(event((1L << 32) - 1, 0, 0), new ByteArrayOutputStream());
        encoder.encode(event((1L << 32) + (1L << 31) - 1, 0, 0), new ByteArrayOutputStream());
        refuses(
                encoder,
                event((1L << 32) * 3, 0, 0),
                "dat holds the low 32 bits of times only, from which 12884901888 us");
    }

    @Test
    void theRecordedEvt2FileIsNoLongerWhenEncodedAgain() throws IOException, MalformedPacketException {
        byte[] recorded = behindHeader(TestingRecordings.recordedFile("dvs/prophesee_evt2/evt2.raw"), 0);
        CameraBatch events = decode(WordEncoding.EVT2, recorded, new Random(1));

        byte[] evt2 = encode(new Evt2Encoder(), events);
        byte[] evt3 = encode(new Evt3Encoder(), events);

        assertSame(decode(WordEncoding.EVT2, evt2, new Random(2)), events);
        assertSame(decode(WordEncoding.EVT3, evt3, new Random(2)), events);
        assertThat(evt2.length).isLessThanOrEqualTo(recorded.length);
    }

    @Test
    void theRecordedEvt3StreamIsShorterWhenEncodedAgain() throws IOException, MalformedPacketException {
        byte[] recorded =
                Files.readAllBytes(TestingRecordings.recordedFile("dvs/prophesee_evt3_ros/evt3_trigger_payload.evt3"));
        CameraBatch events = decode(WordEncoding.EVT3, recorded, new Random(1));

        byte[] evt3 = encode(new Evt3Encoder(), events);

        assertSame(decode(WordEncoding.EVT3, evt3, new Random(2)), events);
        // The camera repeats the high time, and its monitoring words are left out.
        assertThat(evt3.length).isLessThan(recorded.length * 2 / 3);
    }

    @Test
    void theRecordedDatFilesAreTheSameBytesWhenEncodedAgain() throws IOException, MalformedPacketException {
        for (String name : List.of("NCARS_obj_004397_td.dat", "sample_ncars.dat")) {
            byte[] recorded = behindHeader(TestingRecordings.recordedFile("dvs/ncars_dat/" + name), 2);

            byte[] dat = encode(new DatEncoder(), decode(WordEncoding.DAT, recorded, new Random(1)));

            assertThat(dat).isEqualTo(recorded);
        }
    }

    @Test
    void anotherEncodersWordsHoldTheSameEvents() throws IOException, MalformedPacketException {
        Path csv = TestingRecordings.recordedFile("wire/cd.csv");
        CameraBatch events = new CameraBatch();
        List<String> lines = Files.readAllLines(csv);
        for (String line : lines.subList(1, lines.size())) {
            String[] fields = line.split(",");
            events.add(
                    Long.parseLong(fields[3]),
                    Integer.parseInt(fields[0]),
                    Integer.parseInt(fields[1]),
                    Integer.parseInt(fields[2]));
        }
        byte[] others = behindHeader(csv.resolveSibling("out_evt2.raw"), 0);

        assertThat(events.size()).isEqualTo(4);
        assertSame(decode(WordEncoding.EVT2, others, new Random(1)), events);
        assertSame(decode(WordEncoding.EVT2, encode(new Evt2Encoder(), events), new Random(1)), events);
    }

    private static byte[] behindHeader(Path file, int skipped) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        int start = 0;
        while (bytes[start] == '%') {
            while (bytes[start++] != '\n') {}
        }
        return Arrays.copyOfRange(bytes, start + skipped, bytes.length);
    }

    private static CameraEncoder encoder(WordEncoding encoding) {
        return switch (encoding) {
            case EVT2 -> new Evt2Encoder();
            case EVT3 -> new Evt3Encoder();
            default -> new DatEncoder();
        };
    }

    private static long firstMicros(WordEncoding encoding, Random random) {
        long period = encoding == WordEncoding.EVT3 ? 1L << 24 : encoding == WordEncoding.EVT2 ? 1L << 34 : 1L << 32;
        return switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> random.nextLong(period);
            case 2 -> period - 1 - random.nextInt(3000);
            default -> encoding == WordEncoding.DAT ? 5 : random.nextLong(30 * period);
        };
    }

    /** Bursts in rows, pauses from microseconds to hours, and steps back of up to some milliseconds. */
    private static long fill(CameraBatch batch, WordEncoding encoding, Random random, long firstMicros) {
        long micros = firstMicros;
        for (int runs = random.nextInt(40); runs > 0; runs--) {
            switch (random.nextInt(12)) {
                case 0 -> micros = Math.max(0, micros - random.nextInt(5000));
                case 1 -> micros += random.nextLong(encoding == WordEncoding.DAT ? 1L << 31 : 2 * HOUR_MICROS);
                case 2 -> micros += random.nextLong(20_000_000);
                case 3, 4 -> micros += random.nextLong(10_000);
                default -> micros += random.nextInt(70);
            }
            if (encoding == WordEncoding.EVT3) {
                micros = Math.min(micros, (1L << 34) - 1);
            }
            int x = random.nextInt(2048);
            int y = random.nextInt(2048);
            int polarity = random.nextInt(2);
            int step = random.nextInt(12);
            for (int events = 1 + random.nextInt(50); events > 0 && x < 2048; events--) {
                batch.add(micros, x, y, polarity);
                x += random.nextInt(step + 1);
            }
            if (random.nextInt(5) == 0 && encoding != WordEncoding.DAT) {
                batch.markers().add(Math.max(0, micros - 3), Kind.TRIGGER, random.nextInt(16), random.nextInt(2));
            }
        }
        return micros;
    }

    private static CameraBatch decode(WordEncoding encoding, byte[] bytes, Random random)
            throws MalformedPacketException {
        CameraDecoder decoder = encoding.decoder(2048, 2048, Damage.REFUSE);
        CameraBatch batch = new CameraBatch();
        int from = 0;
        for (int cut : cuts(random, bytes.length, 5)) {
            decoder.decode(bytes, from, cut, batch);
            from = cut;
        }
        decoder.decode(bytes, from, bytes.length, batch);
        decoder.end();
        return batch;
    }

    private static void assertSame(CameraBatch actual, CameraBatch expected) {
        assertThat(Arrays.copyOf(actual.timeMicros(), actual.size()))
                .isEqualTo(Arrays.copyOf(expected.timeMicros(), expected.size()));
        assertThat(Arrays.copyOf(actual.address(), actual.size()))
                .isEqualTo(Arrays.copyOf(expected.address(), expected.size()));
        assertThat(markers(actual)).isEqualTo(markers(expected));
    }

    private static List<String> markers(CameraBatch batch) {
        List<String> markers = new ArrayList<>();
        for (int i = 0; i < batch.markers().size(); i++) {
            markers.add(marker(batch, i));
        }
        return markers;
    }

    private static byte[] encode(CameraEncoder encoder, CameraBatch batch) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        encoder.encode(batch, out);
        return out.toByteArray();
    }

    private static CameraBatch event(long micros, int x, int y) {
        CameraBatch batch = new CameraBatch();
        batch.add(micros, x, y, 1);
        return batch;
    }

    private static CameraBatch trigger(Kind kind, int channel, int value) {
        CameraBatch batch = new CameraBatch();
        batch.markers().add(5, kind, channel, value);
        return batch;
    }

    private static void refuses(CameraEncoder encoder, CameraBatch batch, String message) {
        assertThatThrownBy(() -> encoder.encode(batch, new ByteArrayOutputStream()))
                .isInstanceOf(RecordingException.class)
                .message()
                .startsWith(message)
                .doesNotContain("\n");
    }
}
