package io.fluxon.connectors.camera.words;

import static io.fluxon.connectors.camera.TestingRecordings.events;
import static io.fluxon.connectors.camera.TestingRecordings.join;
import static io.fluxon.connectors.camera.TestingRecordings.overflow;
import static io.fluxon.connectors.camera.TestingRecordings.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder.Damage;
import io.fluxon.connectors.camera.CameraMarkers.Kind;
import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.connectors.packets.RecordingException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NMnistEncoderTest {

    @Test
    void timesAreAbsoluteBelow23BitsAndFollowOverflowsAbove() throws IOException {
        CameraBatch batch = new CameraBatch();
        batch.add(100_000, 1, 2, 1);
        batch.add((1 << 23) - 1, 3, 4, 0);
        batch.add(1 << 23, 255, 239, 1);
        batch.add((1 << 23) + 3 * 8192, 5, 6, 0);

        assertThat(encode(batch))
                .isEqualTo(join(
                        row(1, 2, 1, 100_000),
                        row(3, 4, 0, (1 << 23) - 1),
                        overflow(),
                        row(255, 239, 1, (1 << 23) - 8192),
                        overflow(),
                        overflow(),
                        overflow(),
                        row(5, 6, 0, (1 << 23) - 8192)));
    }

    @Test
    void whatWasEncodedIsDecodedEventForEvent() throws Exception {
        Random random = new Random(3);
        for (int round = 0; round < 100; round++) {
            CameraBatch batch = new CameraBatch();
            long timeMicros = random.nextInt(1 << 24);
            for (int i = random.nextInt(50); i > 0; i--) {
                timeMicros += random.nextInt(10) == 0 ? random.nextInt(1 << 25) : random.nextInt(10_000);
                batch.add(timeMicros, random.nextInt(256), random.nextInt(240), random.nextInt(2));
            }

            assertThat(events(decode(encode(batch)))).isEqualTo(events(batch));
        }
    }

    @Test
    void whatTheLayoutCannotHoldIsRefused() throws IOException {
        assertThatThrownBy(() -> new NMnistEncoder(257, 240))
                .isInstanceOf(RecordingException.class)
                .hasMessage("a sensor of 257x240 pixels; the N-MNIST layout holds 256x240");
        assertThatThrownBy(() -> new NMnistEncoder(256, 241)).isInstanceOf(RecordingException.class);
        CameraBatch batch = new CameraBatch();
        batch.add(9, 1, 1, 1);
        batch.add(8, 1, 1, 1);
        assertRefused(batch, "an event at 8 us behind 9 us");
        batch.clear();
        batch.add(-1, 1, 1, 1);
        assertRefused(batch, "an event at -1 us behind 0 us");
        batch.clear();
        batch.add(0, 1, 240, 1);
        assertRefused(batch, "x=1 y=240 outside 256x240");
        batch.clear();
        batch.add(1L << 34, 1, 1, 1);
        assertRefused(batch, "no event between 0 and 17179869184 us");
        batch.clear();
        batch.add(Long.MAX_VALUE, 1, 1, 1);
        assertRefused(batch, "no event between 0 and ");
        batch.clear();
        batch.markers().add(0, Kind.TRIGGER, 0, 1);
        assertRefused(batch, "the N-MNIST layout holds no triggers");
    }

    private static void assertRefused(CameraBatch batch, String message) {
        assertThatThrownBy(() -> encode(batch))
                .isInstanceOf(RecordingException.class)
                .hasMessageStartingWith(message);
    }

    private static byte[] encode(CameraBatch batch) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new NMnistEncoder(256, 240).encode(batch, out);
        return out.toByteArray();
    }

    private static CameraBatch decode(byte[] bytes) throws MalformedPacketException {
        CameraBatch batch = new CameraBatch();
        NMnistDecoder decoder = new NMnistDecoder(256, 240, Damage.REFUSE);
        decoder.decode(bytes, 0, bytes.length, batch);
        decoder.end();
        return batch;
    }
}
