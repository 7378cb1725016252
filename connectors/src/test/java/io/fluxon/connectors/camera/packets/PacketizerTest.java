package io.fluxon.connectors.camera.packets;

import static io.fluxon.connectors.camera.TestingRecordings.events;
import static io.fluxon.connectors.camera.TestingRecordings.join;
import static io.fluxon.connectors.camera.TestingRecordings.overflow;
import static io.fluxon.connectors.camera.TestingRecordings.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder;
import io.fluxon.connectors.camera.CameraDecoder.Damage;
import io.fluxon.connectors.camera.TestingRecordings;
import io.fluxon.connectors.camera.files.CameraRecording;
import io.fluxon.connectors.camera.words.WordEncoding;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PacketizerTest {

    @Test
    void aPacketIsAnIntervalOfEventTime() throws IOException {
        byte[] bytes = join(
                row(1, 1, 1, 0),
                row(1, 1, 1, 9_999),
                row(1, 1, 1, 10_000),
                row(1, 1, 1, 35_000),
                overflow(),
                row(1, 1, 1, 31_808));

        assertThat(described(bytes, 10_000, 1000))
                .containsExactly(
                        "10 bytes, 2 events, 0 to 9999 us",
                        "5 bytes, 1 events, 10000 to 10000 us",
                        "10 bytes, 1 events, 35000 to 35000 us",
                        "5 bytes, 1 events, 40000 to 40000 us");
    }

    @Test
    void aPacketStopsAtTheLimitOfBytes() throws IOException {
        byte[] bytes = join(row(1, 1, 1, 0), row(1, 1, 1, 1), row(1, 1, 1, 2), row(1, 1, 1, 3));

        assertThat(described(bytes, 10_000, 14))
                .containsExactly("10 bytes, 2 events, 0 to 1 us", "10 bytes, 2 events, 2 to 3 us");
        assertThat(described(bytes, 10_000, 15))
                .containsExactly("15 bytes, 3 events, 0 to 2 us", "5 bytes, 1 events, 3 to 3 us");
    }

    private static List<String> described(byte[] bytes, long packetMicros, int maxBytes) throws IOException {
        List<String> described = new ArrayList<>();
        for (Packetizer.Packet packet : packets(CameraRecording.of("id", "origin", bytes), packetMicros, maxBytes)) {
            described.add(packet.payload().length + " bytes, " + packet.events() + " events, " + packet.firstMicros()
                    + " to " + packet.lastMicros() + " us");
        }
        return described;
    }

    @Test
    void aLimitBelowOneEventIsRefused() {
        CameraRecording recording = CameraRecording.of("id", "origin", row(1, 1, 1, 0));

        assertThatThrownBy(() -> packets(recording, 10_000, 4)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> packets(recording, 0, 5)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anyCutDecodesPacketByPacketToTheWhole() throws Exception {
        Random random = new Random(23);
        for (int i = 0; i < 500; i++) {
            CameraRecording recording = CameraRecording.of("id", "origin", TestingRecordings.random(random));
            long packetMicros = 1 + (long) Math.exp(random.nextDouble() * 13);
            // From one event at a time to all at once.
            int maxBytes = 5 + random.nextInt(random.nextBoolean() ? 40 : 4000);
            assertCut(recording, packetMicros, maxBytes);
        }
    }

    @Test
    void anyCutOfRealRecordingsDecodesToTheWhole() throws Exception {
        Random random = new Random(29);
        List<byte[]> recordings = TestingRecordings.recorded(20);
        assertThat(recordings).hasSize(20);
        for (byte[] bytes : recordings) {
            CameraRecording recording = CameraRecording.of("id", "origin", bytes);
            assertThat(recording.events().size()).isEqualTo(bytes.length / 5);
            assertCut(recording, CameraEpoch.PACKET_MICROS, 900 * 1024);
            assertCut(recording, 1 + random.nextInt(400_000), 5 + random.nextInt(5000));
        }
    }

    private static void assertCut(CameraRecording recording, long packetMicros, int maxBytes) throws Exception {
        List<String> decoded = new ArrayList<>();
        for (Packetizer.Packet packet : packets(recording, packetMicros, maxBytes)) {
            assertThat(packet.payload().length).isBetween(5, maxBytes);
            assertThat(packet.firstMicros() / packetMicros).isEqualTo(packet.lastMicros() / packetMicros);
            CameraBatch batch = new CameraBatch();
            CameraDecoder decoder = WordEncoding.NMNIST.decoder(34, 34, Damage.REFUSE);
            decoder.startNear(packet.firstMicros());
            decoder.decode(packet.payload(), 0, packet.payload().length, batch);
            assertThat(batch.size()).isEqualTo(packet.events()).isPositive();
            assertThat(batch.timeMicros()[batch.size() - 1]).isEqualTo(packet.lastMicros());
            decoded.addAll(events(batch));
        }
        assertThat(decoded).isEqualTo(events(recording.events()));
    }

    @Test
    void everyByteIsInAPacket() throws IOException {
        Random random = new Random(31);
        for (int i = 0; i < 200; i++) {
            byte[] bytes = TestingRecordings.random(random);
            int covered = 0;
            for (Packetizer.Packet packet :
                    packets(CameraRecording.of("id", "origin", bytes), 1 + random.nextInt(50_000), 1 << 20)) {
                covered += packet.payload().length;
            }
            assertThat(covered).isEqualTo(bytes.length);
        }
    }

    private static List<Packetizer.Packet> packets(CameraRecording recording, long packetMicros, int maxBytes)
            throws IOException {
        List<Packetizer.Packet> packets = new ArrayList<>();
        try (Packetizer packetizer = new Packetizer("test", recording.open(), packetMicros, maxBytes)) {
            for (Packetizer.Packet packet = packetizer.next(); packet != null; packet = packetizer.next()) {
                packets.add(packet);
            }
        }
        return packets;
    }
}
