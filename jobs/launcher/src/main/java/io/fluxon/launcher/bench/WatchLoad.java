package io.fluxon.launcher.bench;

import io.fluxon.connectors.motion.MotionPackets;
import io.fluxon.schemas.MotionLayout;
import io.fluxon.schemas.MotionQuantity;
import io.fluxon.schemas.PacketKind;
import io.fluxon.schemas.SensorPacket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What many watches send: two motion sensors each, 20 samples a second in packets of 1 s, all second by second. A watch moves
 * like one in sixteen others.
 *
 * @param seconds length of each watch's epoch, which does not end
 */
record WatchLoad(int watches, int seconds) {

    static final int SAMPLES_PER_PACKET = 20;
    static final int SENSORS = 2;

    private static final int MOVEMENTS = 16;
    private static final long SAMPLE_NANOS = 50_000_000;
    private static final long PACKET_NANOS = SAMPLE_NANOS * SAMPLES_PER_PACKET;

    long packets() {
        return (long) watches * SENSORS * seconds;
    }

    /** The packets of one watch of a second; START before the first. */
    List<SensorPacket> second(int watch, int second, ByteBuffer[][] payloads) {
        List<SensorPacket> packets = new ArrayList<>();
        for (int sensor = 0; sensor < SENSORS; sensor++) {
            if (second == 0) {
                packets.add(packet(watch, sensor, 0, PacketKind.START, 0, 0, 0, ByteBuffer.allocate(0)));
            }
            packets.add(packet(
                    watch,
                    sensor,
                    second + 1L,
                    PacketKind.DATA,
                    second * PACKET_NANOS,
                    (second + 1) * PACKET_NANOS - SAMPLE_NANOS,
                    SAMPLES_PER_PACKET,
                    payloads[sensor][watch % MOVEMENTS]));
        }
        return packets;
    }

    /** The payloads of one second, by sensor and movement. */
    ByteBuffer[][] payloads(int second) {
        ByteBuffer[][] payloads = new ByteBuffer[SENSORS][MOVEMENTS];
        for (int sensor = 0; sensor < SENSORS; sensor++) {
            for (int movement = 0; movement < MOVEMENTS; movement++) {
                SplittableRandom random = new SplittableRandom((second * 31L + sensor) * MOVEMENTS + movement);
                ByteBuffer payload = ByteBuffer.allocate(SAMPLES_PER_PACKET * MotionPackets.SAMPLE_BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
                for (int i = 0; i < SAMPLES_PER_PACKET; i++) {
                    long nanos = second * PACKET_NANOS + i * SAMPLE_NANOS;
                    double swing = 3 * Math.sin(nanos * 1e-9 * (1 + movement) + sensor);
                    payload.putLong(nanos);
                    for (int axis = 0; axis < 3; axis++) {
                        payload.putFloat((float) (swing * (1 + axis) + random.nextDouble()));
                    }
                }
                payloads[sensor][movement] = payload.flip().order(ByteOrder.BIG_ENDIAN);
            }
        }
        return payloads;
    }

    /** Writes everything to a topic. */
    void fill(Broker broker, String topicName) throws IOException, InterruptedException {
        broker.create(PipelineRun.PARTITIONS, topicName);
        try (Broker.Feed feed = broker.feed(topicName, 5)) {
            for (int second = 0; second < seconds; second++) {
                ByteBuffer[][] payloads = payloads(second);
                for (int watch = 0; watch < watches; watch++) {
                    for (SensorPacket packet : second(watch, second, payloads)) {
                        feed.send(watch % PipelineRun.PARTITIONS, packet);
                    }
                }
            }
        }
    }

    private static SensorPacket packet(
            int watch,
            int sensor,
            long sequence,
            PacketKind kind,
            long firstNanos,
            long lastNanos,
            int samples,
            ByteBuffer payload) {
        String device = "watch-" + watch;
        MotionQuantity quantity = sensor == 0 ? MotionQuantity.ACCELERATION : MotionQuantity.ANGULAR_VELOCITY;
        return new SensorPacket(
                device + (sensor == 0 ? "-acceleration" : "-angular-velocity"),
                1L,
                sequence,
                kind,
                null,
                "fluxon bench",
                MotionPackets.ENCODING,
                new MotionLayout(device, quantity),
                "boot:" + device,
                0L,
                MotionPackets.PICOSECONDS_PER_NANOSECOND,
                firstNanos,
                lastNanos,
                samples,
                0L,
                payload.duplicate());
    }
}
