package io.fluxon.connectors.detector;

import static io.fluxon.connectors.detector.TestingPulses.compassRecord;
import static io.fluxon.connectors.detector.TestingPulses.joined;
import static io.fluxon.connectors.detector.TestingPulses.waveform;
import static io.fluxon.connectors.detector.TestingPulses.word;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.connectors.packets.MalformedPacketException.Rule;
import io.fluxon.schemas.CameraLayout;
import io.fluxon.schemas.DetectorLayout;
import io.fluxon.schemas.PacketKind;
import io.fluxon.schemas.SensorPacket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PulsePacketsTest {

    private static final DetectorLayout LAYOUT = new DetectorLayout("any", 4, 2000L, 14);

    private final PulseBatch batch = new PulseBatch();

    private static SensorPacket.Builder packet(String encoding, int pulses, long first, long last, byte... payload) {
        return SensorPacket.newBuilder()
                .setSensorId("digitiser")
                .setEpoch(1)
                .setSequence(1)
                .setKind(PacketKind.DATA)
                .setOrigin("test")
                .setEncoding(encoding)
                .setLayout(LAYOUT)
                .setClockDomain("run")
                .setBaseUnixNanos(0)
                .setOffsetUnitPicoseconds(1)
                .setFirstOffset(first)
                .setLastOffset(last)
                .setEventCount(pulses)
                .setReceivedUnixNanos(0)
                .setPayload(ByteBuffer.wrap(payload));
    }

    private static SensorPacket compass(byte[]... parts) {
        return packet("compass", parts.length - 1, 10, 20, joined(parts)).build();
    }

    private static SensorPacket waveforms(byte[]... parts) {
        return packet("waveform-u16", parts.length, 10, 20, joined(parts)).build();
    }

    private void assertBreaks(SensorPacket packet, Rule rule, String words) {
        MalformedPacketException failure =
                catchThrowableOfType(MalformedPacketException.class, () -> PulsePackets.decode(packet, batch));
        assertThat(failure).isNotNull().hasMessageContaining(words);
        assertThat(failure.rule()).isEqualTo(rule);
        assertThat(failure.getMessage().lines()).hasSize(1);
    }

    @Test
    void everyFieldOfACompassRecordIsRead() throws Exception {
        PulsePackets.decode(
                compass(
                        word(15),
                        compassRecord(0, 3, 10, 798, 135, 1, 16_383, 0, 5),
                        compassRecord(0, 1, 20, 65_535, 4095, 1)),
                batch);

        assertThat(batch.size()).isEqualTo(2);
        assertThat(Arrays.copyOf(batch.channel(), 2)).containsExactly(3, 1);
        assertThat(Arrays.copyOf(batch.stampPicos(), 2)).containsExactly(10, 20);
        assertThat(Arrays.copyOf(batch.ownEnergy(), 2)).containsExactly(798, 65_535);
        assertThat(Arrays.copyOf(batch.ownShortEnergy(), 2)).containsExactly(135, 4095);
        assertThat(Arrays.copyOf(batch.samples(), 3)).containsExactly((short) 16_383, (short) 0, (short) 5);
        assertThat(batch.sampleEnd(0)).isEqualTo(3);
        assertThat(batch.sampleEnd(1)).isEqualTo(3);
    }

    @Test
    void aCompassRecordHoldsWhatTheWordSays() throws Exception {
        byte[] bare = {0, 0, 2, 0, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

        PulsePackets.decode(packet("compass", 1, 10, 10, joined(word(0), bare)).build(), batch);

        assertThat(batch.channel()[0]).isEqualTo(2);
        assertThat(batch.ownEnergy()[0]).isEqualTo(PulseBatch.NONE);
        assertThat(batch.ownShortEnergy()[0]).isEqualTo(PulseBatch.NONE);
        assertThat(batch.sampleEnd(0)).isZero();
        assertBreaks(packet("compass", 1, 10, 10, joined(word(1), bare)).build(), Rule.TRUNCATED_PAYLOAD, "byte 2: ");
    }

    @Test
    void aWaveformIsWrittenAsItIsRead() throws Exception {
        ByteBuffer written = ByteBuffer.allocate(2 * WaveformDecoder.pulseBytes(3));
        WaveformDecoder.write(written, 3, 10, new short[] {9, 1, 2, 3, 9}, 1, 4);
        WaveformDecoder.write(written, 0, 20, new short[] {16_383, 5, 6}, 0, 3);

        assertThat(written.array()).isEqualTo(joined(waveform(3, 0, 10, 1, 2, 3), waveform(0, 0, 20, 16_383, 5, 6)));
        PulsePackets.decode(packet("waveform-u16", 2, 10, 20, written.array()).build(), batch);
        assertThat(Arrays.copyOf(batch.channel(), 2)).containsExactly(3, 0);
        assertThat(Arrays.copyOf(batch.samples(), 6))
                .containsExactly((short) 1, (short) 2, (short) 3, (short) 16_383, (short) 5, (short) 6);
    }

    @Test
    void aPayloadThatEndsWithinAPulseIsTruncated() {
        byte[] compass = compassRecord(0, 0, 10, 1, 1, 1, 1, 2);
        assertBreaks(
                packet("compass", 1, 10, 20, joined(word(15), Arrays.copyOf(compass, 20)))
                        .build(),
                Rule.TRUNCATED_PAYLOAD,
                "byte 2: the pulse needs 33 bytes more, the payload has 20");
        assertBreaks(
                packet("compass", 1, 10, 20, joined(word(15), Arrays.copyOf(compass, compass.length - 1)))
                        .build(),
                Rule.TRUNCATED_PAYLOAD,
                "byte 2: the pulse needs 4 bytes more, the payload has 3");
        assertBreaks(packet("compass", 1, 10, 20, (byte) 0xEF).build(), Rule.TRUNCATED_PAYLOAD, "byte 0");
        byte[] huge = waveform(0, 0, 10, 1);
        Arrays.fill(huge, 12, 16, (byte) 0xFF);
        assertBreaks(waveforms(huge), Rule.TRUNCATED_PAYLOAD, "needs 8589934590 bytes more");
    }

    @Test
    void channelsBoardsSamplesAndTimesAreChecked() {
        byte[] good = compassRecord(0, 0, 10, 1, 1, 1, 1);
        assertBreaks(
                compass(word(15), good, compassRecord(0, 4, 20, 1, 1, 1, 1)),
                Rule.OUTSIDE_GEOMETRY,
                "byte 37: channel 4 of 4");
        assertBreaks(
                compass(word(15), good, compassRecord(1, 0, 20, 1, 1, 1, 1)),
                Rule.OUTSIDE_GEOMETRY,
                "byte 37: board 1 in a packet of board 0");
        assertBreaks(
                compass(word(15), good, compassRecord(0, 0, 9, 1, 1, 1, 1)),
                Rule.TIME_RUNS_BACK,
                "9 ps is older than the one before, 10");
        assertBreaks(
                compass(word(15), good, compassRecord(0, 0, -1, 1, 1, 1, 1)),
                Rule.VALUE_OUT_OF_RANGE,
                "18446744073709551615 ps");
        assertBreaks(
                compass(word(15), good, compassRecord(0, 0, 20, 1, 1, 2, 1)),
                Rule.VALUE_OUT_OF_RANGE,
                "kind 2 is not the input's");
        assertBreaks(
                compass(word(15), good, compassRecord(0, 0, 20, 1, 1, 1, 3, 16_384)),
                Rule.VALUE_OUT_OF_RANGE,
                "more than 14 bits");
        assertBreaks(
                packet("compass", 1, 10, 20, joined(new byte[] {0x0F, 0x0F}, good))
                        .build(),
                Rule.VALUE_OUT_OF_RANGE,
                "begins with f0f");
        assertBreaks(waveforms(waveform(0, 1, 10, 5)), Rule.VALUE_OUT_OF_RANGE, "not 0");
        assertBreaks(waveforms(waveform(4, 0, 10, 5)), Rule.OUTSIDE_GEOMETRY, "channel 4 of 4");
    }

    @Test
    void thePayloadIsWhatTheEnvelopeSays() {
        byte[] first = waveform(0, 0, 10, 5);
        byte[] second = waveform(0, 0, 20, 5);
        assertBreaks(
                packet("waveform-u16", 3, 10, 20, joined(first, second)).build(),
                Rule.EVENT_COUNT,
                "eventCount is 3, payload has 2");
        assertBreaks(
                packet("waveform-u16", 2, 9, 20, joined(first, second)).build(),
                Rule.TIME_OUTSIDE_ENVELOPE,
                "stamped 10 to 20 ps");
        assertBreaks(
                packet("waveform-u16", 2, 10, 21, joined(first, second)).build(),
                Rule.TIME_OUTSIDE_ENVELOPE,
                "says 10 to 21 ps");
        assertBreaks(packet("nmnist", 1, 10, 20, first).build(), Rule.UNKNOWN_ENCODING, "[compass, waveform-u16]");
    }

    @Test
    void theLayoutIsADetectorsWithinItsBounds() {
        assertBreaks(
                packet("compass", 1, 10, 10).setLayout(new CameraLayout(34, 34)).build(),
                Rule.BAD_ENVELOPE,
                "not a detector's");
        assertBreaks(packet("compass", 1, 10, 10).setOffsetUnitPicoseconds(1000).build(), Rule.BAD_ENVELOPE, "1 ps");
        assertBreaksLayout(new DetectorLayout(" ", 4, 2000L, 14), "frontEnd");
        assertBreaksLayout(new DetectorLayout("any", 0, 2000L, 14), "channels");
        assertBreaksLayout(new DetectorLayout("any", 5000, 2000L, 14), "channels");
        assertBreaksLayout(new DetectorLayout("any", 4, 0L, 14), "samplePeriodPicoseconds");
        assertBreaksLayout(new DetectorLayout("any", 4, 2000L, 17), "adcBits");
    }

    private void assertBreaksLayout(DetectorLayout layout, String words) {
        assertBreaks(packet("compass", 1, 10, 10).setLayout(layout).build(), Rule.BAD_ENVELOPE, words);
    }

    @Test
    void markersHaveNoPulses() throws Exception {
        batch.add(0, 1, 1, 1, 4);

        PulsePackets.decode(
                packet("anything", 0, 0, 0)
                        .setKind(PacketKind.START)
                        .setSequence(0)
                        .build(),
                batch);

        assertThat(batch.size()).isZero();
    }

    @Test
    void randomBytesAreMalformedPacketsAndNothingElse() {
        Random random = new Random(11);
        int refused = 0;
        for (int trial = 0; trial < 20_000; trial++) {
            byte[] bytes = new byte[random.nextInt(120)];
            random.nextBytes(bytes);
            boolean compass = random.nextBoolean();
            if (compass && bytes.length > 1 && random.nextInt(4) > 0) {
                bytes[0] = (byte) (0xE0 | bytes[0] & 0xF);
                bytes[1] = (byte) 0xCA;
            }
            for (int i = 2; i < bytes.length && random.nextInt(3) > 0; i++) {
                bytes[i] = (byte) random.nextInt(2);
            }
            try {
                PulsePackets.decode(
                        packet(compass ? "compass" : "waveform-u16", 1, 0, 0, bytes)
                                .build(),
                        batch);
            } catch (MalformedPacketException e) {
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(19_000);
    }

    @Test
    void damagedPayloadsAreMalformedOrStillPulses() {
        byte[] good =
                joined(word(15), compassRecord(0, 1, 10, 7, 3, 1, 1, 2, 3), compassRecord(0, 2, 20, 8, 4, 1, 3, 4, 5));
        for (int at = 0; at < good.length; at++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] damaged = good.clone();
                damaged[at] ^= (byte) (1 << bit);
                try {
                    PulsePackets.decode(packet("compass", 2, 10, 20, damaged).build(), batch);
                    assertThat(batch.size()).isEqualTo(2);
                } catch (MalformedPacketException e) {
                    assertThat(e.getMessage()).isNotBlank();
                }
            }
        }
    }

    @Test
    void samplesLongerThanMemoryAreRefusedBeforeTheyAreReserved() {
        byte[] bytes = waveform(0, 0, 10);
        Arrays.fill(bytes, 12, 16, (byte) 0x7F);

        assertThatThrownBy(() -> PulsePackets.decode(waveforms(bytes), batch))
                .isInstanceOf(MalformedPacketException.class);
        assertThat(batch.samples().length).isLessThan(1 << 20);
    }
}
