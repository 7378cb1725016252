package io.fluxon.connectors.camera.words;

import static io.fluxon.connectors.camera.TestingRecordings.events;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder.Damage;
import io.fluxon.connectors.camera.CameraMarkers.Kind;
import io.fluxon.connectors.camera.DecodingWarnings.Warning;
import io.fluxon.connectors.camera.TestingRecordings;
import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.connectors.packets.RecordingException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EventStreamDecoderTest {

    /** 5 us ON (258, 3); a reset; 127 + 127 + 126 us OFF (319, 239), whose bytes 0xFE and 0xFF are neither. */
    private static final byte[] DVS =
            bytes(0x0B, 2, 1, 3, 0, 0xFE, 0xFF, 0xFF, 0xFC, 0x3F, 1, 0xEF, 0, 0xFD, 0xFE, 0, 0xFE, 0);

    /** 3 us OFF (1, 2); 63 * (0 + 3 + 1) us; 62 us ON (303, 239); 10 us second exposure crossing (4, 5); 1 us ON (6, 7). */
    private static final byte[] ATIS =
            bytes(0x0C, 1, 0, 2, 0, 0xFC, 0xFF, 0xFD, 0xFA, 0x2F, 1, 0xEF, 0, 0x2B, 4, 0, 5, 0, 0x06, 6, 0, 7, 0);

    @Test
    void dvsEventsFollowTheLayout() throws MalformedPacketException {
        assertThat(decode(decoder(EventStreamDecoder.Type.DVS), DVS, DVS.length))
                .containsExactly("5 us (258, 3) 1", "385 us (319, 239) 0", "511 us (254, 254) 1");
    }

    @Test
    void atisEventsFollowTheLayoutAndExposureIsNoPixelEvent() throws MalformedPacketException {
        EventStreamDecoder decoder = decoder(EventStreamDecoder.Type.ATIS);
        assertThat(decode(decoder, ATIS, ATIS.length))
                .containsExactly("3 us (1, 2) 0", "317 us (303, 239) 1", "328 us (6, 7) 1");
        assertThat(decoder.warnings().count(Warning.OTHER_ITEMS)).isEqualTo(1);
    }

    @Test
    void anyCutGivesTheSameEvents() throws MalformedPacketException {
        for (EventStreamDecoder.Type type : EventStreamDecoder.Type.values()) {
            byte[] bytes = type == EventStreamDecoder.Type.DVS ? DVS : ATIS;
            List<String> whole = decode(decoder(type), bytes, bytes.length);
            for (int first = 0; first <= bytes.length; first++) {
                for (int second = first; second <= bytes.length; second++) {
                    CameraBatch batch = new CameraBatch();
                    EventStreamDecoder decoder = decoder(type);
                    decoder.decode(bytes, 0, first, batch);
                    decoder.decode(bytes, first, second, batch);
                    decoder.decode(bytes, second, bytes.length, batch);
                    decoder.end();
                    assertThat(events(batch)).isEqualTo(whole);
                }
            }
        }
    }

    @Test
    void everyEndWithinAnEventIsRefusedAtItsFirstByteOrCounted() throws MalformedPacketException {
        List<Integer> whole = List.of(0, 5, 6, 7, 8, 13, 18);
        for (int length = 0; length <= DVS.length; length++) {
            int cut = length;
            int held = length
                    - whole.stream()
                            .filter(end -> end <= cut)
                            .max(Integer::compare)
                            .orElseThrow();
            if (held == 0) {
                decode(decoder(EventStreamDecoder.Type.DVS), DVS, length);
            } else {
                assertThatThrownBy(() -> decode(decoder(EventStreamDecoder.Type.DVS), DVS, cut))
                        .isInstanceOf(MalformedPacketException.class)
                        .hasMessage("byte %d: the last event has %d of 5 bytes", length - held, held);
            }
            EventStreamDecoder counting = new EventStreamDecoder(EventStreamDecoder.Type.DVS, 320, 255, Damage.COUNT);
            decode(counting, DVS, length);
            assertThat(counting.warnings().count(Warning.TRUNCATED_BYTES)).isEqualTo(held);
        }
    }

    @Test
    void eventsOutsideTheSensorAreRefusedAtTheirFirstByteOrCounted() throws MalformedPacketException {
        EventStreamDecoder strict = new EventStreamDecoder(EventStreamDecoder.Type.DVS, 319, 240, Damage.REFUSE);
        strict.startAt(20);
        CameraBatch batch = new CameraBatch();
        strict.decode(DVS, 0, 10, batch);
        assertThatThrownBy(() -> strict.decode(DVS, 10, DVS.length, batch))
                .hasMessage("byte 28: x=319 y=239 outside 319x240");

        EventStreamDecoder counting = new EventStreamDecoder(EventStreamDecoder.Type.DVS, 319, 240, Damage.COUNT);
        assertThat(decode(counting, DVS, DVS.length)).containsExactly("5 us (258, 3) 1");
        assertThat(counting.warnings().count(Warning.EVENTS_OUTSIDE_GEOMETRY)).isEqualTo(2);
        assertThat(counting.warnings().count(Warning.PADDING_WORDS)).isEqualTo(1);
    }

    @Test
    void whatWasEncodedIsDecodedEventForEvent() throws Exception {
        Random random = new Random(5);
        for (int round = 0; round < 200; round++) {
            CameraBatch batch = random(random, random.nextInt(40));
            EventStreamEncoder encoder = new EventStreamEncoder(320, 255);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            encoder.encode(batch, out);

            assertThat(decode(decoder(EventStreamDecoder.Type.DVS), out.toByteArray(), out.size()))
                    .isEqualTo(events(batch));
        }
    }

    @Test
    void theEncoderWritesTheBytesOfTheLayout() throws IOException {
        CameraBatch batch = new CameraBatch();
        batch.add(5, 258, 3, 1);
        batch.add(131, 1, 2, 0);
        batch.add(258, 1, 2, 1);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new EventStreamEncoder(320, 240).encode(batch, out);

        assertThat(out.toByteArray()).isEqualTo(bytes(0x0B, 2, 1, 3, 0, 0xFC, 1, 0, 2, 0, 0xFF, 0x01, 1, 0, 2, 0));
    }

    @Test
    void theRecordedFileIsWrittenAsItWasRead() throws Exception {
        byte[] file = Files.readAllBytes(TestingRecordings.recordedFile("dvs/event_stream/dvs.es"));
        EventStreamDecoder decoder = new EventStreamDecoder(EventStreamDecoder.Type.DVS, 320, 240, Damage.REFUSE);
        EventStreamEncoder encoder = new EventStreamEncoder(320, 240);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(encoder.header());
        CameraBatch batch = new CameraBatch();
        Random random = new Random(7);
        for (int at = 20; at < file.length; ) {
            int next = Math.min(file.length, at + random.nextInt(20_000));
            batch.clear();
            decoder.decode(file, at, next, batch);
            encoder.encode(batch, out);
            at = next;
        }
        decoder.end();
        assertThat(out.toByteArray()).isEqualTo(file);
    }

    @Test
    void theEncoderRefusesWhatTheFormatCannotHold() throws IOException {
        CameraBatch batch = new CameraBatch();
        batch.add(7, 1, 1, 1);
        batch.add(6, 1, 1, 1);
        assertRefused(batch, "an event at 6 us behind 7 us");
        batch.clear();
        batch.add(-1, 1, 1, 1);
        assertRefused(batch, "an event at -1 us behind 0 us");
        batch.clear();
        batch.add(0, 320, 1, 1);
        assertRefused(batch, "x=320 y=1 outside 320x240");
        batch.clear();
        batch.markers().add(0, Kind.TRIGGER, 0, 1);
        assertRefused(batch, "Event Stream's DVS events hold no triggers");
        batch.clear();
        batch.imu().add(0);
        assertRefused(batch, "Event Stream's DVS events hold no triggers");
        batch.clear();
        long longest = ((1L << 20) + 1) * 127;
        batch.add(longest, 1, 1, 1);
        assertRefused(batch, "no event between 0 and " + longest + " us");
        batch.clear();
        batch.add(Long.MAX_VALUE, 1, 1, 1);
        assertRefused(batch, "no event between 0 and ");
        batch.clear();
        batch.add(longest - 1, 1, 1, 1);
        new EventStreamEncoder(320, 240).encode(batch, OutputStream.nullOutputStream());
    }

    private static void assertRefused(CameraBatch batch, String message) {
        assertThatThrownBy(() -> new EventStreamEncoder(320, 240).encode(batch, OutputStream.nullOutputStream()))
                .isInstanceOf(RecordingException.class)
                .hasMessageStartingWith(message);
    }

    private static CameraBatch random(Random random, int events) {
        CameraBatch batch = new CameraBatch();
        long timeMicros = random.nextInt(1000);
        for (int i = 0; i < events; i++) {
            timeMicros += random.nextInt(4) == 0 ? random.nextInt(2000) : random.nextInt(130);
            batch.add(timeMicros, random.nextInt(320), random.nextInt(255), random.nextInt(2));
        }
        return batch;
    }

    private static EventStreamDecoder decoder(EventStreamDecoder.Type type) {
        return new EventStreamDecoder(type, 320, 255, Damage.REFUSE);
    }

    private static List<String> decode(EventStreamDecoder decoder, byte[] bytes, int length)
            throws MalformedPacketException {
        CameraBatch batch = new CameraBatch();
        decoder.decode(Arrays.copyOf(bytes, length), 0, length, batch);
        decoder.end();
        return events(batch);
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }
}
