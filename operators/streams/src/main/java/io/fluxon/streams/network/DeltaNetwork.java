package io.fluxon.streams.network;

import io.fluxon.networks.engine.DeltaGru;
import io.fluxon.networks.engine.DeltaGruState;
import io.fluxon.networks.engine.SpikeListener;
import io.fluxon.networks.model.Model;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;

/** A recurrent network of samples; its scores are probabilities. */
final class DeltaNetwork extends StreamNetwork {

    static final int MEMORY_KIND = 2;

    private static final int INPUT_LAYER = 0;
    private static final int HIDDEN_LAYER = 1;

    private final DeltaGru network;

    /** Null where nobody listens. */
    private SpikeListener listener;

    DeltaNetwork(DeltaGru network) {
        this.network = network;
    }

    /** @param inputs and hidden: widths of the network that the state is of */
    private record DeltaMemory(int inputs, int hidden, DeltaGruState state) implements Memory {

        @Override
        public long spikes() {
            return state.inputDeltas() + state.hiddenDeltas();
        }

        @Override
        public long synapticOperations() {
            return state.operations();
        }

        @Override
        public Memory copy() {
            return new DeltaMemory(inputs, hidden, state.copy());
        }

        @Override
        public void writeTo(DataOutput out) throws IOException {
            out.writeByte(MEMORY_KIND);
            out.writeInt(inputs);
            out.writeInt(hidden);
            state.writeTo(out);
        }
    }

    static Memory readMemory(DataInput in) throws IOException {
        return new DeltaMemory(in.readInt(), in.readInt(), DeltaGruState.readFrom(in));
    }

    /** The state in a memory, null if that is of another kind. */
    static DeltaGruState stateOf(Memory memory) {
        return memory instanceof DeltaMemory delta ? delta.state : null;
    }

    private static DeltaGruState state(Memory memory) {
        return ((DeltaMemory) memory).state;
    }

    @Override
    Model model() {
        return network.model();
    }

    @Override
    int[] inputShape() {
        return new int[] {network.inputs()};
    }

    @Override
    boolean takesEvents() {
        return false;
    }

    @Override
    int windowSteps() {
        return network.windowSteps();
    }

    @Override
    boolean countsSpikes() {
        return false;
    }

    @Override
    String steppedInSilenceBecause() {
        return null;
    }

    @Override
    long denseOperationsPerStep() {
        return network.denseOperationsPerStep();
    }

    @Override
    long denseOperations(long fromMicros, long toMicros) {
        throw new UnsupportedOperationException("a network of samples has no steps but theirs");
    }

    @Override
    void listen(SpikeListener spikeListener) {
        listener = spikeListener;
    }

    @Override
    Memory newMemory() {
        return new DeltaMemory(network.inputs(), network.hidden(), network.newState());
    }

    @Override
    boolean fits(Memory memory) {
        return memory instanceof DeltaMemory delta
                && delta.inputs == network.inputs()
                && delta.hidden == network.hidden();
    }

    @Override
    Memory adopt(StreamNetwork from, Memory memory) {
        return from instanceof DeltaNetwork delta
                ? new DeltaMemory(network.inputs(), network.hidden(), network.adopt(delta.network, state(memory)))
                : newMemory();
    }

    @Override
    List<String> adopted(StreamNetwork from) {
        return from instanceof DeltaNetwork delta
                        && network.inputs() == delta.network.inputs()
                        && network.hidden() == delta.network.hidden()
                ? List.of("hidden units")
                : List.of();
    }

    @Override
    void advance(Memory memory, int[] inputs, long[] timesMicros, int from, int to) {
        throw new UnsupportedOperationException("a network of samples takes no events");
    }

    @Override
    void step(Memory memory, float[] sample) {
        DeltaGruState state = state(memory);
        if (listener == null) {
            network.step(state, sample);
            return;
        }
        float[] inputsBefore = state.inputsSent();
        float[] hiddenBefore = state.hiddenSent();
        network.step(state, sample);
        long step = state.steps() - 1;
        tellChanges(INPUT_LAYER, step, inputsBefore, state.inputsSent());
        tellChanges(HIDDEN_LAYER, step, hiddenBefore, state.hiddenSent());
    }

    /** A value that is sent is one that has changed. */
    private void tellChanges(int layer, long step, float[] before, float[] after) {
        int[] neurons = new int[after.length];
        double[] changes = new double[after.length];
        int count = 0;
        for (int i = 0; i < after.length; i++) {
            if (after[i] != before[i]) {
                neurons[count] = i;
                changes[count++] = (double) after[i] - before[i];
            }
        }
        if (count > 0) {
            listener.onSpikes(layer, step, neurons, changes, count);
        }
    }

    @Override
    void completeUntil(Memory memory, long timeMicros) {
        // A sample's step is complete once it is taken.
    }

    @Override
    void complete(Memory memory) {
        // A sample's step is complete once it is taken.
    }

    @Override
    void scores(Memory memory, float[] scores) {
        network.logits(state(memory), scores);
        DeltaGru.softmax(scores);
    }
}
