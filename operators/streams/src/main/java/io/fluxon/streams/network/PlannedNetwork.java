package io.fluxon.streams.network;

import io.fluxon.networks.engine.NetworkPlan;
import io.fluxon.networks.engine.NetworkState;
import io.fluxon.networks.engine.SpikeListener;
import io.fluxon.networks.model.Model;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;

/** Any NIR graph of one Input and one Output. */
final class PlannedNetwork extends StreamNetwork {

    static final int MEMORY_KIND = 1;

    private final NetworkPlan plan;
    private NetworkPlan.Scratch scratch;
    private final int[] inputs;
    private final double[] values;

    PlannedNetwork(NetworkPlan plan) {
        this.plan = plan;
        this.scratch = plan.newScratch();
        this.inputs = new int[plan.inputs()];
        this.values = new double[plan.inputs()];
    }

    private record PlanMemory(NetworkState state) implements Memory {

        @Override
        public long spikes() {
            return state.spikes();
        }

        @Override
        public long synapticOperations() {
            return state.synapticOperations();
        }

        @Override
        public Memory copy() {
            return new PlanMemory(state.copy());
        }

        @Override
        public void writeTo(DataOutput out) throws IOException {
            out.writeByte(MEMORY_KIND);
            state.writeTo(out);
        }
    }

    static Memory readMemory(DataInput in) throws IOException {
        return new PlanMemory(NetworkState.readFrom(in));
    }

    /** The state in a memory, null if that is of another kind. */
    static NetworkState stateOf(Memory memory) {
        return memory instanceof PlanMemory planned ? planned.state : null;
    }

    private static NetworkState state(Memory memory) {
        return ((PlanMemory) memory).state;
    }

    @Override
    Model model() {
        return plan.model();
    }

    @Override
    int[] inputShape() {
        return plan.inputShape();
    }

    @Override
    boolean takesEvents() {
        return true;
    }

    @Override
    int windowSteps() {
        return 0;
    }

    @Override
    boolean countsSpikes() {
        return plan.spikingOutput();
    }

    @Override
    String steppedInSilenceBecause() {
        return plan.steppedInSilenceBecause();
    }

    @Override
    long denseOperationsPerStep() {
        return plan.denseOperationsPerStep();
    }

    @Override
    long denseOperations(long fromMicros, long toMicros) {
        return plan.denseOperations(fromMicros, toMicros);
    }

    @Override
    void listen(SpikeListener listener) {
        scratch = plan.newScratch(listener);
    }

    @Override
    Memory newMemory() {
        return new PlanMemory(plan.newState());
    }

    @Override
    boolean fits(Memory memory) {
        return memory instanceof PlanMemory planned && plan.fits(planned.state);
    }

    @Override
    Memory adopt(StreamNetwork from, Memory memory) {
        return from instanceof PlannedNetwork planned
                ? new PlanMemory(plan.adopt(planned.plan, state(memory)))
                : newMemory();
    }

    @Override
    List<String> adopted(StreamNetwork from) {
        return from instanceof PlannedNetwork planned ? plan.adoptedLayers(planned.plan) : List.of();
    }

    @Override
    void advance(Memory memory, int[] eventInputs, long[] timesMicros, int from, int to) {
        plan.advance(state(memory), scratch, eventInputs, timesMicros, from, to);
    }

    @Override
    void step(Memory memory, float[] sample) {
        int count = 0;
        for (int i = 0; i < sample.length; i++) {
            if (sample[i] != 0) {
                inputs[count] = i;
                values[count++] = sample[i];
            }
        }
        plan.step(state(memory), scratch, inputs, values, count);
    }

    @Override
    void completeUntil(Memory memory, long timeMicros) {
        plan.completeUntil(state(memory), scratch, timeMicros);
    }

    @Override
    void complete(Memory memory) {
        plan.complete(state(memory), scratch);
    }

    @Override
    void scores(Memory memory, float[] scores) {
        plan.scores(state(memory), scores);
    }
}
