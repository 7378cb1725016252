package io.fluxon.streams.network;

import io.fluxon.connectors.motion.MotionBatch;
import io.fluxon.connectors.motion.MotionPackets;
import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.ModelException;
import io.fluxon.schemas.MotionLayout;
import io.fluxon.schemas.MotionQuantity;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.signals.motion.MotionNormalizer;
import io.fluxon.signals.motion.MotionResampler;
import io.fluxon.signals.motion.MotionResampler.Stream;
import java.util.Arrays;

/**
 * The two motion sensors of a wearable, joined and resampled to the model's steps ({@link MotionResampler}). A network of
 * {@value MotionNormalizer#CHANNELS} inputs takes them normalised ({@link MotionNormalizer}), one of {@value
 * MotionResampler#CHANNELS} as they are. How the two sensors take turns changes nothing as long as neither is ahead by more
 * than {@value #MAX_AHEAD_SECONDS} s.
 */
final class WatchStream extends DecodedStream {

    /** Event time by which one sensor may run ahead of the other. */
    static final int MAX_AHEAD_SECONDS = 60;

    private static final long NANOS_PER_MICRO = 1000;
    private static final long MICROS_PER_SECOND = 1_000_000;

    private final MotionBatch batch = new MotionBatch();
    private final MotionResampler resampler;

    /** Null where the network takes joint samples as they are. */
    private final MotionNormalizer normalizer;

    private final float[] joint = new float[MotionResampler.CHANNELS];
    private final float[] normalized = new float[MotionNormalizer.CHANNELS];

    WatchStream(StreamNetwork network) {
        Model model = network.model();
        int inputs = Arrays.stream(network.inputShape()).reduce(1, (a, b) -> a * b);
        if (inputs != MotionNormalizer.CHANNELS && inputs != MotionResampler.CHANNELS) {
            throw new ModelException(model.name() + ": a watch's network takes " + MotionNormalizer.CHANNELS
                    + " values, or " + MotionResampler.CHANNELS + " that are not normalised, this one " + inputs);
        }
        if (model.stepMicros() > MICROS_PER_SECOND) {
            throw new ModelException(model.name() + ": a step of " + model.stepMicros() + " us is longer than 1 s");
        }
        long periodNanos = model.stepMicros() * NANOS_PER_MICRO;
        resampler = new MotionResampler(periodNanos, Math.max(periodNanos, MotionResampler.LARGEST_GAP_NANOS), (int)
                (MAX_AHEAD_SECONDS * MICROS_PER_SECOND / model.stepMicros()));
        normalizer = inputs == MotionNormalizer.CHANNELS ? normalizer(model, periodNanos) : null;
    }

    private static MotionNormalizer normalizer(Model model, long periodNanos) {
        try {
            return MotionNormalizer.of(model.graph().metadata(), periodNanos);
        } catch (IllegalArgumentException e) {
            throw new ModelException(model.name() + ": metadata: " + e.getMessage(), e);
        }
    }

    @Override
    void decode(SensorPacket packet) throws MalformedPacketException {
        MotionPackets.decode(packet, batch);
    }

    @Override
    int size() {
        return batch.size();
    }

    @Override
    boolean samples() {
        return true;
    }

    @Override
    int sensors() {
        return Stream.values().length;
    }

    @Override
    int sensor(SensorPacket packet) {
        boolean acceleration = ((MotionLayout) packet.getLayout()).getQuantity() == MotionQuantity.ACCELERATION;
        return (acceleration ? Stream.ACCELERATION : Stream.ANGULAR_VELOCITY).ordinal();
    }

    @Override
    MotionMemory newMemory() {
        return new MotionMemory(resampler.newState(), normalizer == null ? null : normalizer.newState());
    }

    @Override
    void read(MotionMemory memory, int sensor, Rows rows) {
        Stream stream = Stream.values()[sensor];
        MotionResampler.Sink sink = (timeNanos, newSegment, sample) -> {
            float[] input = sample;
            if (normalizer != null) {
                normalizer.normalize(memory.normalizer(), newSegment, sample, normalized);
                input = normalized;
            }
            rows.sample(timeNanos / NANOS_PER_MICRO, newSegment, input);
        };
        for (int i = 0; i < batch.size(); i++) {
            resampler.accept(
                    memory.resampler(),
                    stream,
                    batch.timeNanos()[i],
                    batch.x()[i],
                    batch.y()[i],
                    batch.z()[i],
                    joint,
                    sink);
        }
    }

    @Override
    void end(MotionMemory memory, int sensor) {
        resampler.end(memory.resampler(), Stream.values()[sensor]);
    }
}
