package io.fluxon.connectors.motion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.connectors.packets.MalformedPacketException.Rule;
import io.fluxon.connectors.packets.Playable;
import io.fluxon.schemas.CameraLayout;
import io.fluxon.schemas.MotionLayout;
import io.fluxon.schemas.MotionQuantity;
import io.fluxon.schemas.PacketKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.Truth;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class MotionPacketsTest {

    private static final long BOOT_NANOS = 252_207_918_580_802L;

    private final MotionBatch batch = new MotionBatch();

    private static ByteBuffer samples(long... nanos) {
        ByteBuffer payload = ByteBuffer.allocate(20 * nanos.length).order(ByteOrder.LITTLE_ENDIAN);
        for (long at : nanos) {
            payload.putLong(at).putFloat(1.5f).putFloat(-2.25f).putFloat(9.81f);
        }
        return payload.flip();
    }

    private static SensorPacket.Builder data() {
        return SensorPacket.newBuilder()
                .setSensorId("watch-1/gyroscope")
                .setEpoch(3)
                .setSequence(1)
                .setKind(PacketKind.DATA)
                .setRecordingId(null)
                .setOrigin("test")
                .setEncoding("motion-f32")
                .setLayout(new MotionLayout("watch-1", MotionQuantity.ANGULAR_VELOCITY))
                .setClockDomain("boot:watch-1")
                .setBaseUnixNanos(1_700_000_000_000_000_000L)
                .setOffsetUnitPicoseconds(1000)
                .setFirstOffset(BOOT_NANOS)
                .setLastOffset(BOOT_NANOS + 50)
                .setEventCount(2)
                .setReceivedUnixNanos(0)
                .setPayload(samples(BOOT_NANOS, BOOT_NANOS + 50));
    }

    @Test
    void aGoodPacketFillsTheClearedBatch() throws Exception {
        batch.add(1, 1, 1, 1);

        MotionPackets.decode(data().build(), batch);

        assertThat(batch.size()).isEqualTo(2);
        assertThat(batch.timeNanos()).startsWith(BOOT_NANOS, BOOT_NANOS + 50);
        assertThat(batch.x()[1]).isEqualTo(1.5f);
        assertThat(batch.y()[1]).isEqualTo(-2.25f);
        assertThat(batch.z()[1]).isEqualTo(9.81f);
    }

    @Test
    void eachRule() {
        assertRefused(packet -> packet.setLayout(new CameraLayout(34, 34)), Rule.BAD_ENVELOPE, "layout");
        assertRefused(
                packet -> packet.setLayout(new MotionLayout(" ", MotionQuantity.ACCELERATION)),
                Rule.BAD_ENVELOPE,
                "deviceId");
        assertRefused(packet -> packet.setOffsetUnitPicoseconds(1), Rule.BAD_ENVELOPE, "1000 ps");
        assertRefused(packet -> packet.setEncoding("json"), Rule.UNKNOWN_ENCODING, "motion-f32");
        assertRefused(
                packet -> packet.setPayload(ByteBuffer.allocate(39)), Rule.TRUNCATED_PAYLOAD, "39 bytes are not whole");
        assertRefused(packet -> packet.setEventCount(3), Rule.EVENT_COUNT, "payload has 2");
        assertRefused(
                packet -> packet.setPayload(samples(BOOT_NANOS + 1, BOOT_NANOS + 50)),
                Rule.TIME_OUTSIDE_ENVELOPE,
                "samples run from");
        assertRefused(
                packet -> packet.setPayload(samples(BOOT_NANOS, BOOT_NANOS + 51)),
                Rule.TIME_OUTSIDE_ENVELOPE,
                "samples run from");
        assertRefused(
                packet -> packet.setPayload(samples(BOOT_NANOS + 50, BOOT_NANOS)), Rule.TIME_RUNS_BACK, "sample 1");
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, -1601}) {
            ByteBuffer payload = samples(BOOT_NANOS, BOOT_NANOS + 50);
            payload.putFloat(32, bad);
            assertRefused(packet -> packet.setPayload(payload), Rule.VALUE_OUT_OF_RANGE, "sample 1");
        }
    }

    @Test
    void randomBytesAreRefusedOrDecodedAndNothingElse() {
        Random random = new Random(1);
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = new byte[random.nextInt(100)];
            random.nextBytes(bytes);
            SensorPacket packet = data().setPayload(ByteBuffer.wrap(bytes))
                    .setEventCount(1 + random.nextInt(5))
                    .build();
            assertThat(catchThrowableOfType(
                            MalformedPacketException.class, () -> MotionPackets.decode(packet, new MotionBatch())))
                    .isNotNull();
        }
    }

    @Test
    void anEpochIsBothSensorsInTheOrderOfTheirLastSamplesAndItsTruth() throws Exception {
        MotionBatch acceleration = new MotionBatch();
        MotionBatch angularVelocity = new MotionBatch();
        Random random = new Random(2);
        for (int i = 0; i < 100; i++) {
            acceleration.add(BOOT_NANOS + 50_000_000L * i, random.nextFloat(), 0, 9.81f);
            angularVelocity.add(BOOT_NANOS + 20_000_000 + 50_000_000L * i, 0, random.nextFloat(), 0);
        }
        MotionRecording recording = new MotionRecording(
                "1631",
                "watch-1631",
                "test",
                List.of(new MotionRecording.Epoch(
                        acceleration,
                        angularVelocity,
                        List.of(new MotionRecording.Label(BOOT_NANOS, BOOT_NANOS + 9, "typing")))));
        long start = 1_700_000_000_000_000_000L;

        Playable.Episode episode = MotionEpoch.playables(recording).get(0).episode(7, start);

        assertThat(episode.truth())
                .isEqualTo(List.of(new Truth("watch-1631", 7L, "1631", "typing", BOOT_NANOS, BOOT_NANOS + 9)));
        List<SensorPacket> packets = episode.packets().toList();
        assertThat(packets).isSortedAccordingTo((a, b) -> Long.compare(a.getLastOffset(), b.getLastOffset()));
        for (MotionBatch written : List.of(acceleration, angularVelocity)) {
            String sensor = written == acceleration ? "watch-1631/accelerometer" : "watch-1631/gyroscope";
            List<SensorPacket> own = packets.stream()
                    .filter(packet -> packet.getSensorId().equals(sensor))
                    .toList();
            List<Float> values = new ArrayList<>();
            for (int i = 0; i < own.size(); i++) {
                SensorPacket packet = own.get(i);
                assertThat(packet.getSequence()).isEqualTo(i);
                assertThat(packet.getBaseUnixNanos()).as("the epoch begins now").isEqualTo(start - BOOT_NANOS);
                assertThat(packet.getClockDomain()).isEqualTo("boot:watch-1631");
                assertThat(packet.getLastOffset() - packet.getFirstOffset()).isLessThan(1_000_000_000);
                MotionPackets.decode(packet, batch);
                for (int k = 0; k < batch.size(); k++) {
                    values.add(written == acceleration ? batch.x()[k] : batch.y()[k]);
                }
            }
            assertThat(own.get(0).getKind()).isEqualTo(PacketKind.START);
            assertThat(own.get(own.size() - 1).getKind()).isEqualTo(PacketKind.END);
            assertThat(values).hasSize(100);
            for (int k = 0; k < 100; k++) {
                assertThat(values.get(k)).isEqualTo(written == acceleration ? written.x()[k] : written.y()[k]);
            }
        }
    }

    private void assertRefused(Consumer<SensorPacket.Builder> change, Rule rule, String message) {
        SensorPacket.Builder builder = data();
        change.accept(builder);
        MalformedPacketException e = catchThrowableOfType(
                MalformedPacketException.class, () -> MotionPackets.decode(builder.build(), batch));
        assertThat(e).as(message).isNotNull();
        assertThat(e.rule()).isEqualTo(rule);
        assertThat(e).hasMessageContaining(message);
    }
}
