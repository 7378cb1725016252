package io.fluxon.streams.network;

/**
 * Hears what goes into the networks of a {@link NetworkFunction} and what their layers send, for people and for tests. Each
 * call is about the network of one window: of an epoch, and of the start that a decision of the window has, which moves on
 * with every decision of a CONTINUOUS one. All times are microseconds since the epoch's base.
 */
public interface NetworkListener {

    /** The network begins anew at rest, as a silence or a new segment ends: what came before says nothing any more. */
    void restarted(long epoch, long windowMicros, long timeMicros);

    /**
     * An input is taken in.
     *
     * @param timeMicros when it acts, which is later than its own time where it came late
     * @param value 1 for an event
     */
    void input(long epoch, long windowMicros, long timeMicros, int input, double value);

    /**
     * A neuron sends.
     *
     * @param timeMicros start of the step
     * @param layer index in {@link io.fluxon.networks.engine.NetworkPlan#layers()}; of a recurrent network 0 are its inputs, 1
     *     its hidden units
     * @param neuron row-major index in the layer's shape
     * @param value 1, or how often it fired, or what a layer without spikes gives; of a recurrent network the change sent
     */
    void message(long epoch, long windowMicros, long timeMicros, int layer, int neuron, double value);
}
