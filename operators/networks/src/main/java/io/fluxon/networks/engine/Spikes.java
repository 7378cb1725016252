package io.fluxon.networks.engine;

/** What leaves a population in one step: elements by their index in memory, and a value for each. */
final class Spikes {

    final int[] neurons;
    final double[] values;
    int count;

    Spikes(int capacity) {
        neurons = new int[capacity];
        values = new double[capacity];
    }

    /** Sum of the values, as a number of spikes. */
    long total() {
        double total = 0;
        for (int i = 0; i < count; i++) {
            total += values[i];
        }
        return (long) total;
    }

    void add(int neuron, double value) {
        neurons[count] = neuron;
        values[count++] = value;
    }
}
