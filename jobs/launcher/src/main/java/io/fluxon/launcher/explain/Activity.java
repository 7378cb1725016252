package io.fluxon.launcher.explain;

import io.fluxon.streams.network.NetworkListener;
import java.util.Arrays;

/**
 * What went into the network of one window and what its layers sent, up to a decision. Sums are of everything; the single
 * entries of each kind are kept up to {@value #MAX_LISTED}.
 */
final class Activity implements NetworkListener {

    static final int MAX_LISTED = 1 << 18;

    /** Entries of one layer, or of the inputs. */
    static final class Entries {

        private long[] timesMicros = new long[64];
        private int[] neurons = new int[64];
        private double[] values = new double[64];
        private int listed;
        private long count;
        private long firstMicros = Long.MAX_VALUE;
        private long lastMicros = Long.MIN_VALUE;

        /** By neuron or input. */
        private long[] counts = new long[0];

        private double[] sums = new double[0];
        private double[] absoluteSums = new double[0];

        private void add(long timeMicros, int neuron, double value) {
            if (neuron >= counts.length) {
                int size = Math.max(neuron + 1, 2 * counts.length);
                counts = Arrays.copyOf(counts, size);
                sums = Arrays.copyOf(sums, size);
                absoluteSums = Arrays.copyOf(absoluteSums, size);
            }
            count++;
            counts[neuron]++;
            sums[neuron] += value;
            absoluteSums[neuron] += Math.abs(value);
            firstMicros = Math.min(firstMicros, timeMicros);
            lastMicros = Math.max(lastMicros, timeMicros);
            if (listed == MAX_LISTED) {
                return;
            }
            if (listed == neurons.length) {
                timesMicros = Arrays.copyOf(timesMicros, 2 * listed);
                neurons = Arrays.copyOf(neurons, 2 * listed);
                values = Arrays.copyOf(values, 2 * listed);
            }
            timesMicros[listed] = timeMicros;
            neurons[listed] = neuron;
            values[listed++] = value;
        }

        /** Entries that are kept one by one, the first ones. */
        int listed() {
            return listed;
        }

        long timeMicros(int entry) {
            return timesMicros[entry];
        }

        int neuron(int entry) {
            return neurons[entry];
        }

        double value(int entry) {
            return values[entry];
        }

        long count() {
            return count;
        }

        /** Of the earliest entry; meaningless without one. */
        long firstMicros() {
            return firstMicros;
        }

        /** Of the latest entry; meaningless without one. */
        long lastMicros() {
            return lastMicros;
        }

        /** One more than the largest neuron with an entry, or more. */
        int neurons() {
            return counts.length;
        }

        /** Number of neurons with an entry. */
        int active() {
            return (int) Arrays.stream(counts).filter(c -> c > 0).count();
        }

        long countOf(int neuron) {
            return neuron < counts.length ? counts[neuron] : 0;
        }

        /** Sum of the neuron's values. */
        double sumOf(int neuron) {
            return neuron < sums.length ? sums[neuron] : 0;
        }

        /** Sum of the magnitudes of the neuron's values. */
        double absoluteSumOf(int neuron) {
            return neuron < absoluteSums.length ? absoluteSums[neuron] : 0;
        }
    }

    private final long epoch;
    private final long windowMicros;
    private final Entries[] layers;
    private Entries inputs = new Entries();
    private long restartMicros = -1;
    private boolean over;

    /**
     * @param windowMicros start of the window, microseconds since the epoch's base
     * @param layers number of layers
     */
    Activity(long epoch, long windowMicros, int layers) {
        this.epoch = epoch;
        this.windowMicros = windowMicros;
        this.layers = new Entries[layers];
        Arrays.setAll(this.layers, layer -> new Entries());
    }

    /** The decision is made: what follows is not behind it. */
    void close() {
        over = true;
    }

    private boolean isMeant(long ofEpoch, long ofWindowMicros) {
        return !over && ofEpoch == epoch && ofWindowMicros == windowMicros;
    }

    @Override
    public void restarted(long ofEpoch, long ofWindowMicros, long timeMicros) {
        if (isMeant(ofEpoch, ofWindowMicros)) {
            inputs = new Entries();
            Arrays.setAll(layers, layer -> new Entries());
            restartMicros = timeMicros;
        }
    }

    @Override
    public void input(long ofEpoch, long ofWindowMicros, long timeMicros, int input, double value) {
        if (isMeant(ofEpoch, ofWindowMicros)) {
            inputs.add(timeMicros, input, value);
        }
    }

    @Override
    public void message(long ofEpoch, long ofWindowMicros, long timeMicros, int layer, int neuron, double value) {
        if (isMeant(ofEpoch, ofWindowMicros)) {
            layers[layer].add(timeMicros, neuron, value);
        }
    }

    Entries inputs() {
        return inputs;
    }

    Entries layer(int layer) {
        return layers[layer];
    }

    /** When a silence last had the network begin anew in the window, -1 if never; only what came since is here. */
    long restartMicros() {
        return restartMicros;
    }
}
