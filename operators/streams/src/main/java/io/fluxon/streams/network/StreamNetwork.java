package io.fluxon.streams.network;

import io.fluxon.networks.engine.DeltaGru;
import io.fluxon.networks.engine.NetworkPlan;
import io.fluxon.networks.engine.SpikeListener;
import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.NirNode;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;

/** A compiled network with the scratch memory of one thread; what it remembers of a window is a {@link Memory}. */
abstract class StreamNetwork {

    /** The network that a model's graph is: one with a DeltaGRU node is a {@link DeltaGru}, any other a {@link NetworkPlan}. */
    static StreamNetwork of(Model model) {
        return model.graph().nodes().values().stream().anyMatch(NirNode.DeltaGru.class::isInstance)
                ? new DeltaNetwork(DeltaGru.compile(model))
                : new PlannedNetwork(NetworkPlan.compile(model));
    }

    abstract Model model();

    /** Shape of the input. */
    abstract int[] inputShape();

    /** Whether it takes single events; every network takes samples. */
    abstract boolean takesEvents();

    /** Samples from one decision to the next, 0 if the model does not say. */
    abstract int windowSteps();

    /** Whether the scores count what has come out since the memory was new. */
    abstract boolean countsSpikes();

    /** Why a silence may have to be gone through step by step, null where it costs nothing. */
    abstract String steppedInSilenceBecause();

    abstract long denseOperationsPerStep();

    /** Multiply-adds of a dense evaluation of every step from that of one time to that of another, both included. */
    abstract long denseOperations(long fromMicros, long toMicros);

    /** From now on has a listener told what the layers send; steps count from the memory's start. */
    abstract void listen(SpikeListener listener);

    /** A memory at rest before the time 0. */
    abstract Memory newMemory();

    /** Whether a memory can be one of this network. */
    abstract boolean fits(Memory memory);

    /** What a memory of another network becomes in this one: what both have is kept, the rest is at rest. */
    abstract Memory adopt(StreamNetwork from, Memory memory);

    /** Names of the layers that {@link #adopt} keeps. */
    abstract List<String> adopted(StreamNetwork from);

    /** Takes in events; times are those of the memory's clock. */
    abstract void advance(Memory memory, int[] inputs, long[] timesMicros, int from, int to);

    /** Takes one step with this input. */
    abstract void step(Memory memory, float[] sample);

    /** Completes the steps that end at or before a time of the memory's clock. */
    abstract void completeUntil(Memory memory, long timeMicros);

    /** Completes the step under way. */
    abstract void complete(Memory memory);

    /** Score per class. */
    abstract void scores(Memory memory, float[] scores);

    /** All that a network remembers of one window. */
    interface Memory {

        /** Messages of hidden units since the memory was new. */
        long spikes();

        /** Weights added since the memory was new. */
        long synapticOperations();

        Memory copy();

        void writeTo(DataOutput out) throws IOException;

        static Memory readFrom(DataInput in) throws IOException {
            int kind = in.readUnsignedByte();
            return switch (kind) {
                case PlannedNetwork.MEMORY_KIND -> PlannedNetwork.readMemory(in);
                case DeltaNetwork.MEMORY_KIND -> DeltaNetwork.readMemory(in);
                default -> throw new IOException("memory of a network of kind " + kind);
            };
        }
    }
}
