package io.fluxon.streams.camera;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.packets.CameraPackets;
import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.networks.engine.NetworkPlan;
import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.ModelException;
import io.fluxon.schemas.Decision;
import io.fluxon.schemas.DecisionKind;
import io.fluxon.schemas.PacketKind;
import io.fluxon.schemas.SensorPacket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * The rule of the camera classifier, without Flink: packets of one sensor in order in, decisions out. A network starts
 * fresh with each epoch, gives an ESTIMATE at every multiple of {@value #ESTIMATE_MICROS} us of event time and a FINAL
 * decision at the epoch's END. An interval without events gives no estimate, as nothing can have changed; so a jump in
 * time costs nothing.
 *
 * <p>Some cameras' times run back by a little. An event that comes late acts when it comes: in the network's open step, or
 * at the last multiple of {@value #ESTIMATE_MICROS} us that an earlier event has passed.
 *
 * <p>Output is a pure function of the packets: it depends neither on their cut nor on when they come.
 */
public final class EpochClassifier {

    public static final long ESTIMATE_MICROS = 20_000;

    private final NetworkPlan plan;
    private final String modelId;
    private final NetworkPlan.Scratch scratch;
    private final float[] scores;
    private final int height;
    private final int width;
    private int[] inputs = new int[0];

    public EpochClassifier(NetworkPlan plan) {
        int[] shape = plan.inputShape();
        if (shape.length != 3 || shape[0] != 2) {
            throw new ModelException(plan.model().name() + ": a camera's network takes [2, height, width], this one "
                    + Arrays.toString(shape));
        }
        if (ESTIMATE_MICROS % plan.model().stepMicros() != 0) {
            throw new ModelException(plan.model().name() + ": a step of "
                    + plan.model().stepMicros() + " us does not divide " + ESTIMATE_MICROS + " us");
        }
        if (plan.steppedInSilenceBecause() != null) {
            throw new ModelException(
                    plan.model().name() + ": a camera's network must cost nothing in a silence, as a jump"
                            + " in time may be of any length; in this one " + plan.steppedInSilenceBecause());
        }
        this.plan = plan;
        this.modelId = plan.model().name() + " " + plan.model().version();
        this.scratch = plan.newScratch();
        this.scores = new float[plan.model().classes().size()];
        this.height = shape[1];
        this.width = shape[2];
    }

    public int height() {
        return height;
    }

    public int width() {
        return width;
    }

    /**
     * Takes in one packet.
     *
     * @param state the sensor's state, null if it has none
     * @param batch the packet's events; times of late ones are raised to when they act
     * @return the sensor's new state, null if it has none any more
     */
    EpochState accept(EpochState state, SensorPacket packet, CameraBatch batch, Consumer<Decision> decisions) {
        EpochState current = state;
        // A state of another model is worth nothing to this one: the epoch goes on afresh and misses what came before.
        if (current == null
                || current.epoch != packet.getEpoch()
                || !current.model.equals(modelId)
                || !plan.fits(current.network)) {
            current = new EpochState(modelId, packet.getEpoch(), packet.getFirstOffset(), plan.newState());
            current.nextEstimateOffset = boundaryAfter(packet.getFirstOffset());
        }
        current.missingPackets += packet.getSequence() - current.nextSequence;
        current.nextSequence = packet.getSequence() + 1;
        advance(current, packet, batch, decisions);
        if (packet.getKind() != PacketKind.END) {
            return current;
        }
        estimateIfDue(current, packet, packet.getLastOffset(), decisions);
        plan.complete(current.network, scratch);
        decisions.accept(decision(current, packet, DecisionKind.FINAL, packet.getLastOffset()));
        return null;
    }

    /** All decisions of one whole epoch, as the pipeline would give them. */
    public List<Decision> classify(List<SensorPacket> epoch) throws MalformedPacketException {
        List<Decision> decisions = new ArrayList<>();
        CameraBatch batch = new CameraBatch();
        EpochState state = null;
        for (SensorPacket packet : epoch) {
            CameraPackets.decode(packet, batch);
            state = accept(state, packet, batch, decisions::add);
        }
        return decisions;
    }

    private void advance(EpochState state, SensorPacket packet, CameraBatch batch, Consumer<Decision> decisions) {
        if (inputs.length < batch.size()) {
            inputs = new int[Integer.highestOneBit(batch.size()) * 2];
        }
        bindInputs(batch, height, width, inputs);
        long[] timesMicros = batch.timeMicros();
        int from = 0;
        while (from < batch.size()) {
            estimateIfDue(state, packet, timesMicros[from], decisions);
            int to = from + 1;
            while (to < batch.size() && timesMicros[to] < state.nextEstimateOffset) {
                to++;
            }
            holdTimes(timesMicros, from, to, state.nextEstimateOffset - ESTIMATE_MICROS);
            plan.advance(state.network, scratch, inputs, timesMicros, from, to);
            from = to;
        }
    }

    /** timesMicros[i] = max(timesMicros[i], earliestMicros). */
    private static void holdTimes(long[] timesMicros, int from, int to, long earliestMicros) {
        for (int i = from; i < to; i++) {
            timesMicros[i] = Math.max(timesMicros[i], earliestMicros);
        }
    }

    /** inputs[i] = polarity * height * width + y * width + x. */
    public static void bindInputs(CameraBatch batch, int height, int width, int[] inputs) {
        int[] address = batch.address();
        int size = batch.size();
        for (int i = 0; i < size; i++) {
            int packed = address[i];
            inputs[i] = ((packed >>> 31) * height + (packed >>> 16 & 0x7FFF)) * width + (packed & 0xFFFF);
        }
    }

    private void estimateIfDue(EpochState state, SensorPacket packet, long nowMicros, Consumer<Decision> decisions) {
        if (nowMicros < state.nextEstimateOffset) {
            return;
        }
        if (state.network.events() > state.eventsAtLastEstimate) {
            plan.completeUntil(state.network, scratch, state.nextEstimateOffset);
            decisions.accept(decision(state, packet, DecisionKind.ESTIMATE, state.nextEstimateOffset));
            state.eventsAtLastEstimate = state.network.events();
        }
        state.nextEstimateOffset = boundaryAfter(nowMicros);
    }

    private static long boundaryAfter(long micros) {
        return (micros / ESTIMATE_MICROS + 1) * ESTIMATE_MICROS;
    }

    private Decision decision(EpochState state, SensorPacket packet, DecisionKind kind, long toOffset) {
        plan.scores(state.network, scores);
        List<Float> scoreList = new ArrayList<>(scores.length);
        int best = 0;
        for (int c = 0; c < scores.length; c++) {
            scoreList.add(scores[c]);
            best = scores[c] > scores[best] ? c : best;
        }
        Model model = plan.model();
        return Decision.newBuilder()
                .setSensorId(packet.getSensorId())
                .setEpoch(state.epoch)
                .setSequence(state.decisions++)
                .setKind(kind)
                .setRecordingId(packet.getRecordingId())
                .setFromOffset(state.fromOffset)
                .setToOffset(toOffset)
                .setBaseUnixNanos(packet.getBaseUnixNanos())
                .setOffsetUnitPicoseconds(packet.getOffsetUnitPicoseconds())
                .setLabel(model.classes().get(best))
                .setClassIndex(best)
                .setScores(scoreList)
                .setModel(model.name())
                .setModelVersion(model.version())
                .setEvents(state.network.events())
                .setSpikes(state.network.spikes())
                .setSynapticOperations(state.network.synapticOperations())
                .setDenseOperations(plan.denseOperations(state.fromOffset, toOffset))
                .setMissingPackets(state.missingPackets)
                .setClockDomain(packet.getClockDomain())
                .build();
    }
}
