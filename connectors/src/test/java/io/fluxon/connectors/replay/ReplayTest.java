package io.fluxon.connectors.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxon.connectors.camera.files.CameraRecording;
import io.fluxon.connectors.camera.packets.CameraEpoch;
import io.fluxon.connectors.packets.Playable;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.schemas.PacketKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.Truth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.Test;

class ReplayTest {

    private static final long START_UNIX_NANOS = 1_700_000_000_000_000_000L;

    private final TestingClock clock = new TestingClock();
    private final List<SensorPacket> packets = new ArrayList<>();
    private final List<Truth> truths = new ArrayList<>();
    private final List<Long> publishedAtMicros = new ArrayList<>();

    /** Time moves only where the replay waits. */
    private static final class TestingClock {
        private long nanos;

        private long unixNanos() {
            return START_UNIX_NANOS + nanos;
        }
    }

    private Replay replay(double speed) {
        Replay.Output output = new Replay.Output() {
            @Override
            public void packet(SensorPacket packet) {
                packets.add(packet);
                publishedAtMicros.add(clock.nanos / 1_000);
            }

            @Override
            public void truth(SpecificRecordBase truth) {
                truths.add((Truth) truth);
            }
        };
        return new Replay(speed, output, () -> clock.nanos, clock::unixNanos, nanos -> clock.nanos += nanos);
    }

    @Test
    void publishesEachPacketWhenItsLastEventIsDue() throws Exception {
        replay(1).play(playable(recording("a", 500, 4_000, 12_000, 13_000, 47_000), Optional.empty()));

        assertThat(packets)
                .extracting(SensorPacket::getKind)
                .containsExactly(PacketKind.START, PacketKind.DATA, PacketKind.DATA, PacketKind.DATA, PacketKind.END);
        assertThat(publishedAtMicros).containsExactly(0L, 4_000L, 13_000L, 47_000L, 47_000L);
        assertThat(packets)
                .extracting(SensorPacket::getReceivedUnixNanos)
                .containsExactly(
                        START_UNIX_NANOS,
                        START_UNIX_NANOS + 4_000_000,
                        START_UNIX_NANOS + 13_000_000,
                        START_UNIX_NANOS + 47_000_000,
                        START_UNIX_NANOS + 47_000_000);
    }

    @Test
    void dividesEventTimeBySpeed() throws Exception {
        replay(4).play(playable(recording("a", 0, 20_000), Optional.empty()));

        assertThat(publishedAtMicros).containsExactly(0L, 0L, 5_000L, 5_000L);
    }

    @Test
    void neverWaitsAtMaximumSpeed() throws Exception {
        Replay replay = replay(Replay.MAX_SPEED);
        replay.play(playable(recording("a", 0, 20_000), Optional.empty()));
        replay.play(playable(recording("b", 0, 330_000), Optional.empty()));

        assertThat(publishedAtMicros).containsOnly(0L);
    }

    @Test
    void epochsIncreaseStrictlyAndDoNotOverlapInTime() throws Exception {
        Replay replay = replay(Replay.MAX_SPEED);
        long first = replay.play(playable(recording("a", 0, 20_000), Optional.empty()));
        long second = replay.play(playable(recording("b", 0, 20_000), Optional.empty()));

        assertThat(first).isEqualTo(START_UNIX_NANOS / 1_000);
        assertThat(second).isEqualTo(first + 1);
        assertThat(packets).filteredOn(packet -> packet.getEpoch() == second).allSatisfy(packet -> assertThat(
                        packet.getBaseUnixNanos())
                .as("one microsecond after the last event of the first epoch")
                .isEqualTo(START_UNIX_NANOS + 20_001_000));
    }

    @Test
    void epochsOfALaterRunAreLarger() throws Exception {
        long last = 0;
        Replay firstRun = replay(10);
        for (int i = 0; i < 5; i++) {
            last = firstRun.play(playable(recording("a", 0, 20_000), Optional.empty()));
        }

        assertThat(replay(10).play(playable(recording("a", 0), Optional.empty())))
                .isGreaterThan(last);
    }

    @Test
    void publishesTruthOnlyWhereItIsKnown() throws Exception {
        Replay replay = replay(1);
        replay.play(playable(recording("a", 0), Optional.empty()));
        long labelled = replay.play(playable(recording("b", 0), Optional.of("7")));

        assertThat(truths).containsExactly(new Truth("camera-7", labelled, "b", "7", null, null));
    }

    @Test
    void countsDataPacketsAndEvents() throws Exception {
        Replay replay = replay(1);
        replay.play(playable(recording("a", 0, 1, 10_000), Optional.empty()));

        assertThat(replay.packets()).isEqualTo(2);
        assertThat(replay.events()).isEqualTo(3);
    }

    @Test
    void stopsInTheMiddleWhenInterrupted() {
        Replay.Output interrupting = new Replay.Output() {
            @Override
            public void packet(SensorPacket packet) {
                packets.add(packet);
                Thread.currentThread().interrupt();
            }

            @Override
            public void truth(SpecificRecordBase truth) {}
        };
        Replay replay = new Replay(Replay.MAX_SPEED, interrupting, () -> clock.nanos, clock::unixNanos, nanos -> {});

        assertThatThrownBy(() -> replay.play(playable(recording("a", 0, 20_000), Optional.empty())))
                .isInstanceOf(InterruptedException.class);
        assertThat(packets).hasSize(1);
    }

    @Test
    void aClockThatHasRunForMinutesDelaysNothing() throws Exception {
        int overflows = 61_000;
        byte[] bytes = new byte[overflows * 5 + 10];
        for (int i = 0; i < overflows; i++) {
            bytes[i * 5 + 1] = (byte) 240;
        }
        bytes[bytes.length - 2] = 20_000 >> 8;
        bytes[bytes.length - 1] = (byte) 20_000;
        replay(1).play(playable(CameraRecording.of("late", "test", bytes), Optional.empty()));

        assertThat(packets.get(1).getFirstOffset()).isEqualTo(61_000L * 8_192).isGreaterThan(480_000_000);
        // The epoch begins with the interval of 10 ms that the first event at 499.712 s is in.
        assertThat(publishedAtMicros).containsExactly(0L, 2_000L, 22_000L, 22_000L);
    }

    @Test
    void resumesBehindTheLastPacketWithTheSameNumberAndBase() throws Exception {
        Playable recording = playable(recording("a", 500, 12_000, 13_000, 47_000, 61_000), Optional.of("7"));
        replay(1).play(recording);
        List<SensorPacket> whole = List.copyOf(packets);
        for (int published = 1; published < whole.size(); published++) {
            packets.clear();
            publishedAtMicros.clear();
            truths.clear();
            clock.nanos = 5_000_000_000L;
            SensorPacket last = whole.get(published - 1);

            Replay replay = replay(1);
            replay.resume(recording, last);
            long next = replay.play(recording);

            List<SensorPacket> rest = whole.subList(published, whole.size());
            assertThat(packets.subList(0, rest.size()))
                    .usingRecursiveFieldByFieldElementComparatorIgnoringFields("receivedUnixNanos")
                    .isEqualTo(rest);
            assertThat(publishedAtMicros.get(0))
                    .as("as long after the resumption as behind the last packet")
                    .isEqualTo(5_000_000 + rest.get(0).getLastOffset() - last.getLastOffset());
            assertThat(truths.get(0)).isEqualTo(new Truth("camera-7", last.getEpoch(), "a", "7", null, null));
            assertThat(next).isGreaterThan(last.getEpoch());
        }
    }

    @Test
    void epochsBeginBehindOneThatIsAheadOfTheClock() throws Exception {
        Replay replay = replay(1);
        replay.play(playable(recording("a", 0, 20_000), Optional.empty()));
        SensorPacket end = packets.get(packets.size() - 1);
        end.put("epoch", Long.MAX_VALUE / 2);
        end.put("baseUnixNanos", START_UNIX_NANOS + 1_000_000_000_000L);
        packets.clear();

        Replay later = replay(1);
        later.startAfter(end);
        later.play(playable(recording("b", 0), Optional.empty()));

        assertThat(packets.get(0).getEpoch()).isEqualTo(Long.MAX_VALUE / 2 + 1);
        assertThat(packets.get(0).getBaseUnixNanos()).isEqualTo(START_UNIX_NANOS + 1_000_020_001_000L);
    }

    @Test
    void refusesToResumeWithAnotherRecording() throws Exception {
        replay(1).play(playable(recording("a", 500, 12_000, 13_000), Optional.empty()));
        SensorPacket last = packets.get(2);
        packets.clear();

        for (CameraRecording other : List.of(
                recording("a", 500, 12_000, 13_001), recording("b", 500, 12_000, 13_000), recording("a", 500))) {
            assertThatThrownBy(() -> replay(1).resume(playable(other, Optional.of("7")), last))
                    .isInstanceOf(RecordingException.class)
                    .hasMessage("test: is not the recording that was published; packet 2 of epoch " + last.getEpoch()
                            + " is another");
        }
        assertThat(packets).isEmpty();
        assertThat(truths).isEmpty();
    }

    @Test
    void refusesASpeedThatIsNotPositive() {
        assertThatIllegalArgumentException().isThrownBy(() -> replay(0));
        assertThatIllegalArgumentException().isThrownBy(() -> replay(Double.NaN));
    }

    private static Playable playable(CameraRecording recording, Optional<String> label) {
        return CameraEpoch.playable(recording, "camera-7", label);
    }

    private static CameraRecording recording(String id, int... timesMicros) throws Exception {
        byte[] bytes = new byte[timesMicros.length * 5];
        for (int i = 0; i < timesMicros.length; i++) {
            bytes[i * 5] = 3;
            bytes[i * 5 + 1] = 4;
            bytes[i * 5 + 2] = (byte) (timesMicros[i] >>> 16);
            bytes[i * 5 + 3] = (byte) (timesMicros[i] >>> 8);
            bytes[i * 5 + 4] = (byte) timesMicros[i];
        }
        return CameraRecording.of(id, "test", bytes);
    }
}
