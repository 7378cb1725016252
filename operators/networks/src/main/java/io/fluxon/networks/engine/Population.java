package io.fluxon.networks.engine;

/**
 * A node that gathers what reaches it during a step and then gives something: neurons, thresholds, delays, the output. It
 * holds parameters only; what changes is in the {@link NetworkState}, in the arrays at the population's index.
 *
 * <p>Work is done on blocks that are due: those that something has reached, and those that cannot be left to themselves in
 * the next step.
 */
abstract class Population {

    final int index;
    final String name;

    /** Type of the node in NIR's words. */
    final String type;

    /** Of the elements that are driven. */
    final Layout layout;

    /** Why every block is due in every step, null where none is of itself. */
    final String steppedBecause;

    Population(int index, String name, String type, Layout layout, String steppedBecause) {
        this.index = index;
        this.name = name;
        this.type = type;
        this.layout = layout;
        this.steppedBecause = steppedBecause;
    }

    /** Of the elements that are given. */
    Layout outputLayout() {
        return layout;
    }

    /** Whether what is given are spikes of neurons, which the state counts. */
    boolean spikes() {
        return false;
    }

    /** Whether it has no memory and no threshold: what nodes without memory make of a bias goes through it. */
    boolean passesOn() {
        return false;
    }

    boolean hasCurrent() {
        return false;
    }

    /** Elements of its array in {@link NetworkState#potential}. */
    int stateValues() {
        return 0;
    }

    /** Brings the arrays of a new state to rest. */
    void rest(NetworkState state) {
        if (steppedBecause != null) {
            Projection.markAll(state.due[index], layout.blocks());
        }
    }

    /** Reads what so many events will reach at random, if that pays; see {@link NeuronPopulation}. */
    void touch(NetworkState state, NetworkPlan.Scratch scratch, int events) {}

    /** Advances the blocks that are due by the step and gives what leaves them. */
    void fire(NetworkState state, NetworkPlan.Scratch scratch, long step) {
        scratch.spikes[index].count = 0;
        long[] due = state.due[index];
        for (int word = 0; word < due.length; word++) {
            long blocks = due[word];
            long again = 0;
            for (long rest = blocks; rest != 0; rest &= rest - 1) {
                int bit = Long.numberOfTrailingZeros(rest);
                if (fireBlock(state, scratch, word << 6 | bit, step)) {
                    again |= 1L << bit;
                }
            }
            due[word] = again;
        }
        if (steppedBecause != null) {
            Projection.markAll(due, layout.blocks());
        }
    }

    /**
     * Advances one block and empties its drive.
     *
     * @return whether it has to be advanced in the next step even if nothing reaches it
     */
    abstract boolean fireBlock(NetworkState state, NetworkPlan.Scratch scratch, int block, long step);
}
