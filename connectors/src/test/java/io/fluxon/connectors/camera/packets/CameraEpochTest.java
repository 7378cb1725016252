package io.fluxon.connectors.camera.packets;

import static io.fluxon.connectors.camera.TestingRecordings.events;
import static io.fluxon.connectors.camera.TestingRecordings.join;
import static io.fluxon.connectors.camera.TestingRecordings.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.TestingRecordings;
import io.fluxon.connectors.camera.files.CameraRecording;
import io.fluxon.schemas.AvroCodec;
import io.fluxon.schemas.PacketKind;
import io.fluxon.schemas.SensorPacket;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CameraEpochTest {

    @Test
    void theMarkersEncloseTheEpochAndEveryPacketStandsOnItsOwn() throws IOException {
        CameraRecording recording = CameraRecording.of(
                "0042", "a.bin", join(row(1, 2, 1, 3_000), row(3, 4, 0, 12_000), row(5, 6, 1, 19_999)));

        List<SensorPacket> packets = new CameraEpoch(recording, "left", 7, "bench", 1_000_000).packets(10_000, 55);

        assertThat(packets)
                .extracting(SensorPacket::getKind)
                .containsExactly(PacketKind.START, PacketKind.DATA, PacketKind.DATA, PacketKind.END);
        assertThat(packets).extracting(SensorPacket::getSequence).containsExactly(0L, 1L, 2L, 3L);
        assertThat(packets).extracting(SensorPacket::getEventCount).containsExactly(0, 1, 2, 0);
        assertThat(packets).extracting(SensorPacket::getFirstOffset).containsExactly(0L, 3_000L, 12_000L, 19_999L);
        assertThat(packets).extracting(SensorPacket::getLastOffset).containsExactly(0L, 3_000L, 19_999L, 19_999L);
        assertThat(packets)
                .extracting(packet -> packet.getPayload().remaining())
                .containsExactly(0, 5, 10, 0);
        assertThat(packets).allSatisfy(packet -> {
            assertThat(packet.getSensorId()).isEqualTo("left");
            assertThat(packet.getEpoch()).isEqualTo(7);
            assertThat(packet.getRecordingId()).isEqualTo("0042");
            assertThat(packet.getOrigin()).isEqualTo("a.bin");
            assertThat(packet.getEncoding()).isEqualTo("nmnist");
            assertThat(packet.getLayout()).isEqualTo(CameraRecording.N_MNIST);
            assertThat(packet.getClockDomain()).isEqualTo("bench");
            assertThat(packet.getBaseUnixNanos()).isEqualTo(1_000_000);
            assertThat(packet.getOffsetUnitPicoseconds()).isEqualTo(1_000_000);
            assertThat(packet.getReceivedUnixNanos()).isEqualTo(55);
        });
    }

    @Test
    void allPacketsTogetherDecodeToTheRecordingAfterAWayThroughAvro() throws Exception {
        Random random = new Random(37);
        AvroCodec<SensorPacket> codec = new AvroCodec<>(SensorPacket.class);
        CameraBatch batch = new CameraBatch();
        for (int i = 0; i < 100; i++) {
            CameraRecording recording = CameraRecording.of("id", "origin", TestingRecordings.random(random));
            List<String> decoded = new ArrayList<>();
            long sequence = 0;
            for (SensorPacket packet :
                    new CameraEpoch(recording, "s", 0, "d", 0).packets(1 + random.nextInt(30_000), 0)) {
                assertThat(packet.getSequence()).isEqualTo(sequence++);
                CameraPackets.decode(packet, batch);
                List<String> events = events(batch);
                CameraPackets.decode(codec.decode(codec.encode(packet)), batch);
                assertThat(events(batch)).isEqualTo(events);
                decoded.addAll(events);
            }
            assertThat(decoded).isEqualTo(events(recording.events()));
        }
    }
}
