package io.fluxon.connectors.replay;

import io.fluxon.connectors.packets.PacketEnvelope;
import io.fluxon.connectors.packets.PacketSource;
import io.fluxon.connectors.packets.Playable;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.schemas.PacketKind;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.SensorPacket;
import java.io.IOException;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * Plays recordings as consecutive epochs of one sensor or device, each packet when its last event is due: at event time /
 * speed after the start of its epoch.
 *
 * <p>Epoch numbers are the Unix time of the start in microseconds, or the previous number + 1 if that is larger, so
 * they increase over a second run too. An epoch never begins before the end of the previous one.
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

        void truth(SpecificRecordBase truth) throws IOException;
    }

    /** Waits; a test's clock moves on instead. */
    @FunctionalInterface
    public interface Sleeper {

        void sleep(long nanos) throws InterruptedException;
    }

    private final double speed;
    private final Output output;
    private final LongSupplier monotonicNanos;
    private final LongSupplier unixNanos;
    private final Sleeper sleeper;

    private long previousEpoch = -1;
    private long previousEndUnixNanos = Long.MIN_VALUE;

    // Written by the replaying thread only.
    private volatile long packetCount;
    private volatile long eventCount;

    /**
     * @param speed event time passed per wall time; {@link #MAX_SPEED} for as fast as the output takes it
     * @param monotonicNanos paces the packets
     * @param unixNanos dates epochs and packets
     */
    public Replay(double speed, Output output, LongSupplier monotonicNanos, LongSupplier unixNanos, Sleeper sleeper) {
        if (!(speed > 0)) {
            throw new IllegalArgumentException("speed is " + speed + ", must be above 0");
        }
        this.speed = speed;
        this.output = output;
        this.monotonicNanos = monotonicNanos;
        this.unixNanos = unixNanos;
        this.sleeper = sleeper;
    }

    /** A replay to the topics of one kind of sensor. */
    public static Replay toKafka(SensorKind kind, double speed, PacketPublisher publisher) {
        return toKafka(kind, speed, publisher, packet -> {});
    }

    /** @param published is told each packet that went out, on the replaying thread */
    public static Replay toKafka(
            SensorKind kind, double speed, PacketPublisher publisher, Consumer<SensorPacket> published) {
        Output output = new Output() {
            @Override
            public void packet(SensorPacket packet) throws IOException {
                publisher.publish(kind.packets(), packet);
                published.accept(packet);
            }

            @Override
            public void truth(SpecificRecordBase truth) throws IOException {
                publisher.publishTruth(kind.truth(), truth);
            }
        };
        return new Replay(speed, output, System::nanoTime, Replay::systemUnixNanos, TimeUnit.NANOSECONDS::sleep);
    }

    /**
     * Plays one recording from START to END; its truth, if known, goes out first.
     *
     * @return the number of its epoch
     */
    public long play(Playable recording) throws IOException, InterruptedException {
        long nowUnixNanos = unixNanos.getAsLong();
        long epoch = Math.max(previousEpoch + 1, nowUnixNanos / NANOS_PER_MICRO);
        Playable.Episode episode = recording.episode(epoch, Math.max(previousEndUnixNanos, nowUnixNanos));
        try (PacketSource packets = episode.packets()) {
            for (SpecificRecordBase truth : episode.truth()) {
                output.truth(truth);
            }
            SensorPacket start = packets.next();
            startAfter(play(packets, start, PacketEnvelope.nanos(start, start.getFirstOffset())));
        }
        return epoch;
    }

    /**
     * Plays the rest of an epoch of one sensor that was cut short: what comes behind its last packet, with the same number
     * and base, each packet as long after now as it is due after that one. Its truth goes out again, as it may have been
     * lost.
     *
     * @param recording makes the same packets as when the epoch began
     * @param last of the packets that were published, no END
     * @throws RecordingException if the recording makes another packet in the place of the last; nothing is published then
     */
    public void resume(Playable recording, SensorPacket last) throws IOException, InterruptedException {
        Playable.Episode episode = recording.episode(last.getEpoch(), last.getBaseUnixNanos());
        try (PacketSource packets = episode.packets()) {
            SensorPacket same = packets.next();
            while (same != null && same.getSequence() < last.getSequence()) {
                same = packets.next();
            }
            if (same == null || !isSame(same, last)) {
                throw new RecordingException(last.getOrigin()
                        + ": is not the recording that was published; packet " + last.getSequence() + " of epoch "
                        + last.getEpoch() + " is another");
            }
            for (SpecificRecordBase truth : episode.truth()) {
                output.truth(truth);
            }
            PacketSource rest = () -> {
                SensorPacket packet = packets.next();
                if (packet != null) {
                    packet.put("baseUnixNanos", last.getBaseUnixNanos());
                }
                return packet;
            };
            startAfter(play(rest, rest.next(), PacketEnvelope.nanos(last, last.getLastOffset())));
        }
    }

    /** Later epochs begin behind the one that this packet is of, in number and in time. */
    public void startAfter(SensorPacket last) {
        previousEpoch = last.getEpoch();
        previousEndUnixNanos = Math.max(
                previousEndUnixNanos, last.getBaseUnixNanos() + PacketEnvelope.nanos(last, last.getLastOffset() + 1));
    }

    /** Whether both stand for the same stretch of the same recording. */
    private static boolean isSame(SensorPacket first, SensorPacket second) {
        return first.getSequence() == second.getSequence()
                && first.getKind() == second.getKind()
                && Objects.equals(first.getRecordingId(), second.getRecordingId())
                && first.getEncoding().equals(second.getEncoding())
                && first.getLayout().equals(second.getLayout())
                && first.getFirstOffset() == second.getFirstOffset()
                && first.getLastOffset() == second.getLastOffset()
                && first.getPayload().equals(second.getPayload());
    }

    /**
     * Publishes all packets, each when it is due.
     *
     * @param dueNowNanos what is at this time of the recording is due at once
     * @return the last
     */
    private SensorPacket play(PacketSource packets, SensorPacket first, long dueNowNanos)
            throws IOException, InterruptedException {
        long startNanos = monotonicNanos.getAsLong();
        SensorPacket last = first;
        for (SensorPacket packet = first; packet != null; packet = packets.next()) {
            long elapsedNanos = PacketEnvelope.nanos(packet, packet.getLastOffset()) - dueNowNanos;
            waitUntil(startNanos + (long) (elapsedNanos / speed));
            packet.put("receivedUnixNanos", unixNanos.getAsLong());
            output.packet(packet);
            count(packet);
            last = packet;
        }
        return last;
    }

    /** DATA packets published so far. */
    public long packets() {
        return packetCount;
    }

    /** Events published so far. */
    public long events() {
        return eventCount;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    private void count(SensorPacket packet) {
        if (packet.getKind() == PacketKind.DATA) {
            packetCount++;
            eventCount += packet.getEventCount();
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
