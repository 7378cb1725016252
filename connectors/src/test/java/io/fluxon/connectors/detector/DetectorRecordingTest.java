package io.fluxon.connectors.detector;

import static io.fluxon.connectors.detector.TestingPulses.compassRecord;
import static io.fluxon.connectors.detector.TestingPulses.joined;
import static io.fluxon.connectors.detector.TestingPulses.recorded;
import static io.fluxon.connectors.detector.TestingPulses.word;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.schemas.DetectorLayout;
import io.fluxon.schemas.PacketKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.Topic;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DetectorRecordingTest {

    private static final DetectorLayout LAYOUT = new DetectorLayout("caen-compass", 8, 2000L, 14);

    @TempDir
    Path folder;

    @Test
    void aCompassFileDecodesToWhatItsTableSays() throws Exception {
        Path file = recorded("caen_compass/compass_test_data.BIN");
        List<String[]> rows = Files.readAllLines(recorded("caen_compass/compass_decoded.csv")).stream()
                .skip(1)
                .map(line -> line.split(";", -1))
                .sorted(Comparator.comparingLong(row -> Long.parseLong(row[2])))
                .toList();

        assertThat(DetectorRecording.isRecording(file)).isTrue();
        DetectorRecording recording = DetectorRecording.read(file);

        assertThat(recording.id()).isEqualTo("compass_test_data");
        assertThat(recording.encoding()).isEqualTo("compass");
        assertThat(recording.layout()).isEqualTo(LAYOUT);
        assertThat(recording.baseUnixNanos()).isEmpty();
        PulseBatch pulses = recording.pulses();
        assertThat(pulses.size()).isEqualTo(102).isEqualTo(rows.size());
        for (int i = 0; i < rows.size(); i++) {
            short[] samples = pulses.samples();
            int start = pulses.sampleStart(i);
            int[] waveform = IntStream.range(start, pulses.sampleEnd(i))
                    .map(at -> samples[at] & 0xFFFF)
                    .toArray();
            assertThat(new String[] {
                        Integer.toString(pulses.channel()[i]),
                        Long.toString(pulses.stampPicos()[i]),
                        Integer.toString(pulses.ownEnergy()[i]),
                        Integer.toString(pulses.ownShortEnergy()[i]),
                        Integer.toString(waveform.length),
                        Integer.toString(waveform[0]),
                        Integer.toString(IntStream.of(waveform).min().orElseThrow()),
                        Integer.toString(IntStream.of(waveform).max().orElseThrow())
                    })
                    .containsExactly(
                            rows.get(i)[1],
                            rows.get(i)[2],
                            rows.get(i)[3],
                            rows.get(i)[4],
                            rows.get(i)[6],
                            rows.get(i)[7],
                            rows.get(i)[8],
                            rows.get(i)[9]);
        }
    }

    @Test
    void legendFilesHoldTheWaveformsAndTimesOfTheTable() throws Exception {
        short[] table = waveformTable();
        List<String[]> labels = Files.readAllLines(recorded("legend_hpge/hpge_labels.csv")).stream()
                .skip(1)
                .map(line -> line.split(",", -1))
                .toList();
        int compared = 0;
        for (String run : List.of("cal-20230318T012144Z", "cal-20230318T012228Z", "phy-20230322T160139Z")) {
            DetectorRecording recording =
                    DetectorRecording.read(recorded("legend_hpge/l200-p03-r001-" + run + "-tier_raw.lh5"));

            assertThat(recording.channelNames()).containsExactly("ch1084803", "ch1084804", "ch1121600");
            assertThat(recording.layout()).isEqualTo(new DetectorLayout("legend-hpge", 3, 16_000L, 16));
            PulseBatch pulses = recording.pulses();
            assertThat(pulses.size()).isEqualTo(30);
            int[] next = new int[3];
            for (int i = 0; i < pulses.size(); i++) {
                int channel = pulses.channel()[i];
                int row = row(labels, run, recording.channelNames().get(channel), next[channel]++);
                assertThat(pulses.sampleEnd(i) - pulses.sampleStart(i)).isEqualTo(8192);
                assertThat(Arrays.equals(
                                pulses.samples(),
                                pulses.sampleStart(i),
                                pulses.sampleEnd(i),
                                table,
                                row * 8192,
                                (row + 1) * 8192))
                        .isTrue();
                double seconds = recording.baseUnixNanos().orElseThrow() * 1e-9 + pulses.stampPicos()[i] * 1e-12;
                assertThat(seconds).isEqualTo(Double.parseDouble(labels.get(row)[4]));
                compared++;
            }
        }
        assertThat(compared).isEqualTo(90);
    }

    @Test
    void aTableOfSeveralDetectorsInOneIsRefused() {
        Path file = recorded("legend_hpge/LDQTA_r117_20200110T105115Z_cal_geds_raw.lh5");

        assertThatThrownBy(() -> DetectorRecording.read(file))
                .isInstanceOf(RecordingException.class)
                .hasMessageContaining("no table chN/raw has a pulse");
    }

    private static short[] waveformTable() throws Exception {
        try (InputStream in =
                new GZIPInputStream(Files.newInputStream(recorded("legend_hpge/hpge_90x8192.u16le.gz")))) {
            byte[] bytes = in.readAllBytes();
            short[] samples = new short[bytes.length / 2];
            ByteBuffer.wrap(bytes)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asShortBuffer()
                    .get(samples);
            return samples;
        }
    }

    private static int row(List<String[]> labels, String run, String channel, int index) {
        return IntStream.range(0, labels.size())
                .filter(i -> labels.get(i)[1].equals(run)
                        && labels.get(i)[2].equals(channel)
                        && labels.get(i)[3].equals(Integer.toString(index)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void packetsOfARecordingDecodeToItsPulses() throws Exception {
        for (String name : List.of(
                "caen_compass/compass_test_data.BIN", "legend_hpge/l200-p03-r001-phy-20230322T160139Z-tier_raw.lh5")) {
            DetectorRecording recording = DetectorRecording.read(recorded(name));
            List<SensorPacket> packets =
                    new DetectorEpoch(recording, "digitiser", 1, "run", 0).packets(DetectorEpoch.PACKET_PICOS, 0);

            assertThat(packets.get(0).getKind()).isEqualTo(PacketKind.START);
            assertThat(packets.get(packets.size() - 1).getKind()).isEqualTo(PacketKind.END);
            PulseBatch batch = new PulseBatch();
            int pulse = 0;
            for (int i = 0; i < packets.size(); i++) {
                assertThat(packets.get(i).getSequence()).isEqualTo(i);
                assertThat(packets.get(i).getPayload().remaining()).isLessThanOrEqualTo(Topic.Limits.PACKET_PAYLOAD);
                PulsePackets.decode(packets.get(i), batch);
                for (int j = 0; j < batch.size(); j++, pulse++) {
                    assertThat(batch.channel()[j]).isEqualTo(recording.pulses().channel()[pulse]);
                    assertThat(batch.stampPicos()[j])
                            .isEqualTo(recording.pulses().stampPicos()[pulse]);
                    assertThat(batch.ownEnergy()[j])
                            .isEqualTo(recording.pulses().ownEnergy()[pulse]);
                    assertThat(Arrays.equals(
                                    batch.samples(),
                                    batch.sampleStart(j),
                                    batch.sampleEnd(j),
                                    recording.pulses().samples(),
                                    recording.pulses().sampleStart(pulse),
                                    recording.pulses().sampleEnd(pulse)))
                            .isTrue();
                }
            }
            assertThat(pulse).isEqualTo(recording.pulses().size());
        }
    }

    @Test
    void recordsOutOfOrderAreSortedAndCutByTimeAndBySize() throws Exception {
        byte[] bytes = joined(
                word(15),
                compassRecord(0, 1, 30, 7, 3, 1, 1, 2),
                compassRecord(0, 2, 10, 8, 4, 1, 3, 4),
                compassRecord(0, 3, 30, 9, 5, 1, 5, 6));
        DetectorRecording recording = DetectorRecording.compass("r", "origin", bytes, LAYOUT);

        assertThat(Arrays.copyOf(recording.pulses().channel(), 3)).containsExactly(2, 1, 3);
        int one = 2 + 37;
        assertThat(recording.packets(100, one + 37))
                .containsExactly(new DetectorRecording.Span(0, 2, 10, 30), new DetectorRecording.Span(2, 3, 30, 30));
        assertThat(recording.packets(30, 1000))
                .containsExactly(new DetectorRecording.Span(0, 1, 10, 10), new DetectorRecording.Span(1, 3, 30, 30));
        assertThatThrownBy(() -> recording.packets(30, one - 1))
                .isInstanceOf(RecordingException.class)
                .hasMessageContaining("pulse 0 alone");
    }

    @Test
    void pulsesInMemoryBecomeARecording() throws Exception {
        PulseBatch pulses = new PulseBatch();
        pulses.add(3, 5, PulseBatch.NONE, PulseBatch.NONE, 2);
        pulses.samples()[0] = 100;
        pulses.samples()[1] = (short) 16383;

        DetectorRecording recording =
                DetectorRecording.of("r", "made", LAYOUT, List.of("a"), OptionalLong.of(7), pulses);

        assertThat(recording.encoding()).isEqualTo("waveform-u16");
        assertThat(recording.payload(recording.packets(1, 1000).get(0)).array())
                .containsExactly(TestingPulses.waveform(3, 0, 5, 100, 16383));
        assertThatThrownBy(() ->
                        DetectorRecording.of("r", "made", LAYOUT, List.of("a"), OptionalLong.empty(), new PulseBatch()))
                .hasMessage("made: holds no pulses");
    }

    @Test
    void brokenFilesAreRefusedInOneLine() throws Exception {
        byte[] whole = joined(word(15), compassRecord(0, 1, 30, 7, 3, 1, 1, 2));
        assertThatThrownBy(
                        () -> DetectorRecording.compass("r", "origin", Arrays.copyOf(whole, whole.length - 1), LAYOUT))
                .isInstanceOf(RecordingException.class)
                .hasMessage("origin: byte 2: the last record has 36 of 37 bytes");
        assertThatThrownBy(() -> DetectorRecording.compass("r", "origin", word(15), LAYOUT))
                .hasMessage("origin: holds no pulses");
        assertThatThrownBy(() -> DetectorRecording.compass(
                        "r", "origin", joined(word(15), compassRecord(0, 8, 30, 7, 3, 1, 1, 2)), LAYOUT))
                .hasMessageContaining("channel 8 of 8");

        Path bin = Files.write(folder.resolve("run.bin"), whole);
        assertThatThrownBy(() -> DetectorRecording.read(bin)).hasMessageContaining("no settings.xml");
        Files.writeString(folder.resolve("settings.xml"), "<configuration><board><sampleTime>2000");
        assertThatThrownBy(() -> DetectorRecording.read(bin)).hasMessageContaining("not readable XML");
        Files.writeString(
                folder.resolve("settings.xml"),
                "<configuration><board><sampleTime>2000</sampleTime><adcBitCount>17</adcBitCount>"
                        + "<channelCount>8</channelCount></board></configuration>");
        assertThatThrownBy(() -> DetectorRecording.read(bin)).hasMessageContaining("adcBitCount");
        Files.writeString(
                folder.resolve("settings.xml"),
                "<configuration><board><sampleTime>2000</sampleTime><adcBitCount>14</adcBitCount>"
                        + "<channelCount>8</channelCount></board></configuration>");
        assertThat(DetectorRecording.read(bin).layout()).isEqualTo(LAYOUT);

        Path hdf = Files.write(folder.resolve("run.lh5"), new byte[100]);
        assertThatThrownBy(() -> DetectorRecording.read(hdf))
                .isInstanceOf(RecordingException.class)
                .hasMessageContaining("run.lh5: not a readable HDF5 file");
        assertThatThrownBy(() -> DetectorRecording.read(folder.resolve("missing.lh5")))
                .hasMessageContaining("no such file");
    }
}
