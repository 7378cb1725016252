package io.fluxon.connectors.camera.packets;

import static io.fluxon.connectors.camera.TestingRecordings.events;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder;
import io.fluxon.connectors.camera.CameraDecoder.Damage;
import io.fluxon.connectors.camera.CameraEncoder;
import io.fluxon.connectors.camera.CameraMarkers;
import io.fluxon.connectors.camera.TestingRecordings;
import io.fluxon.connectors.camera.files.CameraReader;
import io.fluxon.connectors.camera.files.CameraRecording;
import io.fluxon.connectors.camera.files.ReadOptions;
import io.fluxon.connectors.camera.files.WordReader;
import io.fluxon.connectors.camera.words.DatEncoder;
import io.fluxon.connectors.camera.words.Evt2Encoder;
import io.fluxon.connectors.camera.words.Evt3Encoder;
import io.fluxon.connectors.camera.words.WordEncoding;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.schemas.CameraLayout;
import io.fluxon.schemas.PacketKind;
import io.fluxon.schemas.SensorPacket;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RecordedPacketsTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "dvs/prophesee_evt2/evt2.raw, evt2",
        "dvs/prophesee_evt3_ros/evt3_trigger_payload.evt3, evt3",
        "dvs/prophesee_evt3_ros/test_data_evt3_trigger_0.db3, evt3",
        "dvs/libcaer_ros/libcaer_rollover_payload.bin, libcaer",
        "dvs/libcaer_ros/test_data_mono_cd_0.db3, libcaer",
        "dvs/ncars_dat/sample_ncars.dat, dat",
        "dvs/event_stream/dvs.es, libcaer",
        "dvs/nmnist/sample_nmnist.bin, nmnist"
    })
    void everyPacketOfARecordingDecodesOnItsOwnAndTogetherTheyAreTheRecording(String name, String encoding)
            throws Exception {
        CameraRecording recording = CameraRecording.of(TestingRecordings.recordedFile(name), ReadOptions.STRICT);

        List<SensorPacket> packets = new CameraEpoch(recording, "camera", 1, "test", 0).packets(10_000, 0);

        assertThat(packets).extracting(SensorPacket::getEncoding).containsOnly(encoding);
        CameraBatch decoded = new CameraBatch();
        CameraBatch batch = new CameraBatch();
        List<String> markers = new ArrayList<>();
        for (int i = 0; i < packets.size(); i++) {
            SensorPacket packet = packets.get(i);
            assertThat(packet.getSequence()).isEqualTo(i);
            CameraPackets.decode(packet, batch);
            decoded.addEvents(batch);
            markers.addAll(markers(batch.markers()));
            if (packet.getKind() == PacketKind.DATA) {
                assertThat(packet.getFirstOffset() / 10_000).isEqualTo(packet.getLastOffset() / 10_000);
            }
        }
        CameraBatch whole = new CameraBatch();
        List<String> wholeMarkers = new ArrayList<>();
        try (CameraReader reader = recording.open()) {
            while (reader.read(batch)) {
                whole.addEvents(batch);
                wholeMarkers.addAll(markers(batch.markers()));
            }
        }
        assertThat(decoded.size()).isEqualTo(whole.size());
        for (int i = 0; i < whole.size(); i++) {
            if (decoded.timeMicros()[i] != whole.timeMicros()[i] || decoded.address()[i] != whole.address()[i]) {
                assertThat(TestingRecordings.event(decoded, i))
                        .as("event %d", i)
                        .isEqualTo(TestingRecordings.event(whole, i));
            }
        }
        assertThat(markers).isEqualTo(wholeMarkers);
    }

    /** Small packets cut vectors in two; a head must restore time, row and base. */
    @ParameterizedTest
    @EnumSource(
            value = WordEncoding.class,
            names = {"EVT2", "EVT3", "DAT"})
    void packetsOfAnySizeDecodeOnTheirOwn(WordEncoding encoding) throws Exception {
        Random random = new Random(41);
        for (int i = 0; i < 200; i++) {
            CameraBatch events = bursts(random, encoding != WordEncoding.DAT);
            byte[] words = encoded(encoding, events);
            WordReader reader = new WordReader(
                    "test",
                    encoding.encodingName(),
                    encoding,
                    new CameraLayout(640, 480),
                    new ByteArrayInputStream(words),
                    encoding.decoder(640, 480, Damage.REFUSE));
            List<String> decoded = new ArrayList<>();
            List<String> markers = new ArrayList<>();
            CameraBatch batch = new CameraBatch();
            int maxBytes = 20 + random.nextInt(100);
            try (Packetizer packetizer = new Packetizer("test", reader, 1 + random.nextInt(20_000), maxBytes)) {
                for (Packetizer.Packet packet = packetizer.next(); packet != null; packet = packetizer.next()) {
                    assertThat(packet.payload().length).isLessThanOrEqualTo(maxBytes);
                    decodeAlone(encoding, packet, batch);
                    assertThat(batch.sizeOfAll()).isEqualTo(packet.events());
                    decoded.addAll(events(batch));
                    markers.addAll(markers(batch.markers()));
                }
            }
            assertThat(decoded).isEqualTo(events(events));
            assertThat(markers).isEqualTo(markers(events.markers()));
        }
    }

    private static void decodeAlone(WordEncoding encoding, Packetizer.Packet packet, CameraBatch batch)
            throws Exception {
        CameraDecoder decoder = encoding.decoder(640, 480, Damage.REFUSE);
        decoder.startNear(packet.firstMicros());
        batch.clear();
        decoder.decode(packet.payload(), 0, packet.payload().length, batch);
        decoder.end();
    }

    /** Bursts of neighbours in a row, far beyond the first turn of EVT3's counter. */
    private static CameraBatch bursts(Random random, boolean triggers) {
        CameraBatch events = new CameraBatch();
        long micros = random.nextInt(100_000_000);
        while (events.size() < 400) {
            micros += random.nextInt(4) == 0 ? random.nextInt(20_000_000) : random.nextInt(300);
            if (triggers && random.nextInt(3) == 0) {
                events.markers().add(micros, CameraMarkers.Kind.TRIGGER, random.nextInt(16), random.nextInt(2));
            }
            int row = random.nextInt(480);
            int polarity = random.nextInt(2);
            int share = 1 + random.nextInt(3);
            int x = random.nextInt(600);
            for (int column = x; column < x + 40; column++) {
                if (random.nextInt(share) == 0) {
                    events.add(micros, column, row, polarity);
                }
            }
        }
        return events;
    }

    private static byte[] encoded(WordEncoding encoding, CameraBatch events) throws IOException {
        CameraEncoder encoder =
                switch (encoding) {
                    case EVT2 -> new Evt2Encoder();
                    case EVT3 -> new Evt3Encoder();
                    default -> new DatEncoder();
                };
        ByteArrayOutputStream words = new ByteArrayOutputStream();
        encoder.encode(events, words);
        return words.toByteArray();
    }

    @Test
    void aPauseThatLibcaersCounterCannotTellIsRefusedNotShortened() throws Exception {
        Path file = folder.resolve("pause.csv");
        Files.writeString(file, "%geometry:10,10\n1,1,1,0\n2,2,0,3000000000\n");
        CameraRecording recording = CameraRecording.of(file, ReadOptions.STRICT);

        assertThatThrownBy(() -> CameraEpoch.check(recording))
                .isInstanceOf(RecordingException.class)
                .hasMessage(file + ": libcaer's words hold times from 0 on that are less than 2^30 us apart, not"
                        + " 3000000000 us after 0 us");
    }

    @Test
    void timesBeyondWhatAnEnvelopeHoldsAreRefused() throws Exception {
        Path file = folder.resolve("far.csv");
        Files.writeString(file, "%geometry:10,10\n1,1,1,4503599627370497\n");
        CameraRecording recording = CameraRecording.of(file, ReadOptions.STRICT);

        assertThatThrownBy(() -> CameraEpoch.check(recording))
                .hasMessage(file + ": an event at 4503599627370497 us; packets hold times up to 4503599627370496 us");
    }

    /** What the check passes is what can be played. */
    @Test
    void aClockThatWasSetBackIsRefused() throws Exception {
        CameraBatch events = new CameraBatch();
        events.add(50_000, 1, 1, 1);
        events.add(90_000, 1, 1, 1);
        events.add(10_000, 1, 1, 1);
        events.add(200_000, 1, 1, 1);
        Path file = folder.resolve("back.dat");
        Files.write(file, encoded(WordEncoding.DAT, events));
        CameraRecording recording = CameraRecording.of(file, ReadOptions.STRICT);

        assertThatThrownBy(() -> new CameraEpoch(recording, "camera", 1, "test", 0).packets(10_000, 0))
                .isInstanceOf(RecordingException.class);
        assertThatThrownBy(() -> CameraEpoch.check(recording))
                .isInstanceOf(RecordingException.class)
                .hasMessage(file + ": times run back from 50000 to 10000 us; an epoch has one clock that does not");
    }

    private static List<String> markers(CameraMarkers markers) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < markers.size(); i++) {
            texts.add(
                    markers.timeMicros(i) + " " + markers.kind(i) + " " + markers.channel(i) + " " + markers.value(i));
        }
        return texts;
    }
}
