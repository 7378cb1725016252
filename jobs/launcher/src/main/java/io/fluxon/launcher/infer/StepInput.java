package io.fluxon.launcher.infer;

/** What enters a network in one step: the inputs that are not 0, each once, in any order. Made once and filled again. */
final class StepInput {

    private final int[] inputs;
    private final double[] values;
    private int count;

    /** @param size number of the network's inputs */
    StepInput(int size) {
        inputs = new int[size];
        values = new double[size];
    }

    void clear() {
        count = 0;
    }

    /** Sets an input that has not been set since {@link #clear()}. */
    void add(int input, double value) {
        inputs[count] = input;
        values[count] = value;
        count++;
    }

    /** Valid below {@link #count()}. */
    int[] inputs() {
        return inputs;
    }

    /** Of {@link #inputs()}. */
    double[] values() {
        return values;
    }

    int count() {
        return count;
    }
}
