package io.fluxon.connectors.replay;

import io.fluxon.connectors.camera.CameraEpoch;
import io.fluxon.connectors.camera.CameraRecording;
import io.fluxon.schemas.PacketKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.schemas.Topic;
import io.fluxon.schemas.Truth;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Plays recordings as consecutive epochs of one sensor, each packet when its last event is due: at event time / speed
 * after the start of its epoch.
 *
 * <p>Epoch numbers are the Unix time of the start in microseconds, or the previous number + 1 if that is larger, so
 * they increase over a second run too. The base of an epoch never lies before the end of the previous one.
 *
 * <p>One thread replays and may be interrupted at any time; an epoch cut short has no END. Any thread may read the
 * counts.
 */
public final class Replay {

    /** The speed that does not wait at all. */
    public static final double MAX_SPEED = Double.POSITIVE_INFINITY;

    private static final long NANOS_PER_MICRO = 1_000;

    /** Where packets and truth go. */
    public interface Output {

        void packet(SensorPacket packet) throws IOException;

        void truth(Truth truth) throws IOException;
    }

    /** Waits; a test's clock moves on instead. */
    @FunctionalInterface
    public interface Sleeper {

        void sleep(long nanos) throws InterruptedException;
    }

    private final String sensorId;
    private final double speed;
    private final Output output;
    private final LongSupplier monotonicNanos;
    private final LongSupplier unixNanos;
    private final Sleeper sleeper;

    private long previousEpoch = -1;
    private long previousEndUnixNanos = Long.MIN_VALUE;

    // Written by the replaying thread only.
    private volatile long packets;
    private volatile long events;

    /**
     * @param speed event time passed per wall time; {@link #MAX_SPEED} for as fast as the output takes it
     * @param monotonicNanos paces the packets
     * @param unixNanos dates epochs and packets
     */
    public Replay(
            String sensorId,
            double speed,
            Output output,
            LongSupplier monotonicNanos,
            LongSupplier unixNanos,
            Sleeper sleeper) {
        if (!(speed > 0)) {
            throw new IllegalArgumentException("speed is " + speed + ", must be above 0");
        }
        this.sensorId = sensorId;
        this.speed = speed;
        this.output = output;
        this.monotonicNanos = monotonicNanos;
        this.unixNanos = unixNanos;
        this.sleeper = sleeper;
    }

    /** A replay of camera recordings to Kafka in real time. */
    public static Replay toKafka(String sensorId, double speed, PacketPublisher publisher) {
        Output output = new Output() {
            @Override
            public void packet(SensorPacket packet) throws IOException {
                publisher.publish(Topic.CAMERA_PACKETS, packet);
            }

            @Override
            public void truth(Truth truth) throws IOException {
                publisher.publish(Topic.CAMERA_TRUTH, truth);
            }
        };
        return new Replay(
                sensorId, speed, output, System::nanoTime, Replay::systemUnixNanos, TimeUnit.NANOSECONDS::sleep);
    }

    /**
     * Plays one recording from START to END; its truth, if known, goes out first.
     *
     * @return the number of its epoch
     */
    public long play(CameraRecording recording, Optional<String> label) throws IOException, InterruptedException {
        long nowUnixNanos = unixNanos.getAsLong();
        long epoch = Math.max(previousEpoch + 1, nowUnixNanos / NANOS_PER_MICRO);
        long baseUnixNanos = Math.max(previousEndUnixNanos, nowUnixNanos);
        if (label.isPresent()) {
            output.truth(new Truth(sensorId, epoch, recording.id(), label.get(), null, null));
        }
        List<SensorPacket> epochPackets = new CameraEpoch(recording, sensorId, epoch, "replay", baseUnixNanos)
                .packets(CameraEpoch.PACKET_MICROS, nowUnixNanos);
        long startNanos = monotonicNanos.getAsLong();
        for (SensorPacket packet : epochPackets) {
            waitUntil(startNanos + (long) (packet.getLastOffset() * NANOS_PER_MICRO / speed));
            packet.put("receivedUnixNanos", unixNanos.getAsLong());
            output.packet(packet);
            count(packet);
        }
        previousEpoch = epoch;
        previousEndUnixNanos =
                baseUnixNanos + (epochPackets.get(epochPackets.size() - 1).getLastOffset() + 1) * NANOS_PER_MICRO;
        return epoch;
    }

    /** DATA packets published so far. */
    public long packets() {
        return packets;
    }

    /** Events published so far. */
    public long events() {
        return events;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    private void count(SensorPacket packet) {
        if (packet.getKind() == PacketKind.DATA) {
            packets++;
            events += packet.getEventCount();
        }
    }

    private void waitUntil(long dueNanos) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        long remainingNanos = dueNanos - monotonicNanos.getAsLong();
        if (remainingNanos > 0 && speed < MAX_SPEED) {
            sleeper.sleep(remainingNanos);
        }
    }

    private static long systemUnixNanos() {
        Instant now = Instant.now();
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }
}
