package io.fluxon.streams.watch;

import io.fluxon.connectors.motion.MotionBatch;
import io.fluxon.connectors.motion.MotionPackets;
import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.networks.engine.DeltaGru;
import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.ModelException;
import io.fluxon.schemas.Decision;
import io.fluxon.schemas.DecisionKind;
import io.fluxon.schemas.MotionLayout;
import io.fluxon.schemas.MotionQuantity;
import io.fluxon.schemas.PacketKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.signals.motion.MotionNormalizer;
import io.fluxon.signals.motion.MotionResampler;
import io.fluxon.signals.motion.MotionResampler.Stream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The rule of the watch classifier, without Flink: packets of both motion sensors of one device in, decisions out. The
 * streams are joined and resampled ({@link MotionResampler}), normalised ({@link MotionNormalizer}) and drive a network
 * ({@link DeltaGru}), which decides at the end of every window of {@link DeltaGru#windowSteps()} samples. A gap resets the
 * network and begins a new window; a window cut short by a gap or the end gives no decision.
 *
 * <p>Each sensor's packets come in order; how the two sensors take turns changes no decision as long as neither is ahead by
 * more than {@value #MAX_AHEAD_SECONDS} s. One sensor may begin its next epoch before the other has ended the last one. A
 * sensor that begins an epoch has ended all earlier ones, and an epoch two behind the newest is over.
 */
public final class WatchClassifier {

    /** Event time by which one sensor may run ahead of the other. */
    public static final int MAX_AHEAD_SECONDS = 60;

    private static final long NANOS_PER_MICRO = 1000;
    private static final long MICROS_PER_SECOND = 1_000_000;

    private final DeltaGru network;
    private final Model model;
    private final String modelId;
    private final MotionResampler resampler;
    private final MotionNormalizer normalizer;
    private final float[] joint = new float[MotionResampler.CHANNELS];
    private final float[] normalized = new float[MotionNormalizer.CHANNELS];
    private final float[] scores;

    public WatchClassifier(DeltaGru network) {
        this.network = network;
        model = network.model();
        modelId = model.name() + " " + model.version();
        if (network.inputs() != MotionNormalizer.CHANNELS) {
            throw new ModelException(model.name() + ": a watch's network takes " + MotionNormalizer.CHANNELS
                    + " values, this one " + network.inputs());
        }
        if (model.stepMicros() > MICROS_PER_SECOND) {
            throw new ModelException(model.name() + ": a step of " + model.stepMicros() + " us is longer than 1 s");
        }
        long periodNanos = model.stepMicros() * NANOS_PER_MICRO;
        resampler = new MotionResampler(periodNanos, Math.max(periodNanos, MotionResampler.LARGEST_GAP_NANOS), (int)
                (MAX_AHEAD_SECONDS * MICROS_PER_SECOND / model.stepMicros()));
        try {
            normalizer = MotionNormalizer.of(model.graph().metadata(), periodNanos);
        } catch (IllegalArgumentException e) {
            throw new ModelException(model.name() + ": metadata: " + e.getMessage(), e);
        }
        scores = new float[network.classes()];
    }

    /**
     * Takes in one packet.
     *
     * @param state the device's state, which changes
     * @param batch the packet's samples
     * @return false if the packet's epoch is over and it was dropped
     */
    boolean accept(DeviceState state, SensorPacket packet, MotionBatch batch, Consumer<Decision> decisions) {
        if (packet.getEpoch() <= state.closedEpoch) {
            return false;
        }
        Stream stream = ((MotionLayout) packet.getLayout()).getQuantity() == MotionQuantity.ACCELERATION
                ? Stream.ACCELERATION
                : Stream.ANGULAR_VELOCITY;
        endEarlierEpochs(state, packet.getEpoch(), stream);
        OpenEpoch open = open(state, packet.getEpoch());
        if (open == null) {
            return false;
        }
        int index = stream.ordinal();
        open.missingPackets += packet.getSequence() - open.nextSequence[index];
        open.nextSequence[index] = packet.getSequence() + 1;
        for (int i = 0; i < batch.size(); i++) {
            resampler.accept(
                    open.resampler,
                    stream,
                    batch.timeNanos()[i],
                    batch.x()[i],
                    batch.y()[i],
                    batch.z()[i],
                    joint,
                    (timeNanos, newSegment, sample) -> step(open, packet, timeNanos, newSegment, sample, decisions));
        }
        if (packet.getKind() == PacketKind.END) {
            end(open, stream);
            closeEnded(state);
        }
        return true;
    }

    /** All decisions on the packets of one device, as the pipeline would give them. */
    public List<Decision> classify(List<SensorPacket> packets) throws MalformedPacketException {
        List<Decision> decisions = new ArrayList<>();
        MotionBatch batch = new MotionBatch();
        DeviceState state = new DeviceState();
        for (SensorPacket packet : packets) {
            MotionPackets.decode(packet, batch);
            accept(state, packet, batch, decisions::add);
        }
        return decisions;
    }

    private void endEarlierEpochs(DeviceState state, long epoch, Stream stream) {
        for (OpenEpoch open : state.open) {
            if (open.epoch < epoch) {
                end(open, stream);
            }
        }
        closeEnded(state);
    }

    private void end(OpenEpoch open, Stream stream) {
        resampler.end(open.resampler, stream);
        open.ended[stream.ordinal()] = true;
    }

    private static void closeEnded(DeviceState state) {
        while (!state.open.isEmpty() && state.open.get(0).isOver()) {
            close(state);
        }
    }

    private static void close(DeviceState state) {
        state.closedEpoch = state.open.remove(0).epoch;
    }

    /** The memory of an epoch, a new one if there is none; null if newer epochs have taken its place. */
    private OpenEpoch open(DeviceState state, long epoch) {
        int place = 0;
        while (place < state.open.size() && state.open.get(place).epoch < epoch) {
            place++;
        }
        if (place < state.open.size() && state.open.get(place).epoch == epoch) {
            // A network of another model is worth nothing to this one: the epoch goes on afresh.
            if (!state.open.get(place).model.equals(modelId)) {
                state.open.set(place, newEpoch(epoch));
            }
            return state.open.get(place);
        }
        if (place == 0 && state.open.size() == DeviceState.MAX_OPEN) {
            return null;
        }
        state.open.add(place, newEpoch(epoch));
        if (state.open.size() > DeviceState.MAX_OPEN) {
            close(state);
            place--;
        }
        return state.open.get(place);
    }

    private OpenEpoch newEpoch(long epoch) {
        return new OpenEpoch(epoch, modelId, resampler.newState(), normalizer.newState(), network.newState());
    }

    private void step(
            OpenEpoch open,
            SensorPacket packet,
            long timeNanos,
            boolean newSegment,
            float[] sample,
            Consumer<Decision> decisions) {
        if (newSegment) {
            network.reset(open.network);
        }
        if (open.network.stepsSinceReset() % network.windowSteps() == 0) {
            open.windowFromNanos = timeNanos;
        }
        normalizer.normalize(open.normalizer, newSegment, sample, normalized);
        network.step(open.network, normalized);
        if (open.network.stepsSinceReset() % network.windowSteps() == 0) {
            decisions.accept(decision(open, packet, timeNanos + resampler.periodNanos()));
        }
    }

    private Decision decision(OpenEpoch open, SensorPacket packet, long toNanos) {
        network.logits(open.network, scores);
        DeltaGru.softmax(scores);
        List<Float> scoreList = new ArrayList<>(scores.length);
        int best = 0;
        for (int c = 0; c < scores.length; c++) {
            scoreList.add(scores[c]);
            best = scores[c] > scores[best] ? c : best;
        }
        return Decision.newBuilder()
                .setSensorId(((MotionLayout) packet.getLayout()).getDeviceId())
                .setEpoch(open.epoch)
                .setSequence(open.decisions++)
                .setKind(DecisionKind.FINAL)
                .setRecordingId(packet.getRecordingId())
                .setFromOffset(open.windowFromNanos)
                .setToOffset(toNanos)
                .setBaseUnixNanos(packet.getBaseUnixNanos())
                .setOffsetUnitPicoseconds(packet.getOffsetUnitPicoseconds())
                .setLabel(model.classes().get(best))
                .setClassIndex(best)
                .setScores(scoreList)
                .setModel(model.name())
                .setModelVersion(model.version())
                .setEvents(open.network.steps())
                .setSpikes(open.network.inputDeltas() + open.network.hiddenDeltas())
                .setSynapticOperations(open.network.operations())
                .setDenseOperations(open.network.steps() * network.denseOperationsPerStep())
                .setMissingPackets(open.missingPackets)
                .setClockDomain(packet.getClockDomain())
                .build();
    }
}
