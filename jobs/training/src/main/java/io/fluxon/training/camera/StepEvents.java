package io.fluxon.training.camera;

import java.util.Arrays;

/** Input indices of one example, grouped by time step. Refilled for every example. */
final class StepEvents {

    private int[] first = new int[512];
    private int[] inputs = new int[8192];
    private int[] stepOf = new int[8192];
    private int[] unordered = new int[8192];
    private int steps;
    private int size;

    int steps() {
        return steps;
    }

    /** Index of the first event of a step; of the last step + 1, the number of events. */
    int firstOf(int step) {
        return first[step];
    }

    int input(int index) {
        return inputs[index];
    }

    void clear() {
        size = 0;
        steps = 0;
    }

    void add(int input, int step) {
        if (size == unordered.length) {
            unordered = Arrays.copyOf(unordered, 2 * size);
            stepOf = Arrays.copyOf(stepOf, 2 * size);
            inputs = new int[2 * size];
        }
        unordered[size] = input;
        stepOf[size] = step;
        size++;
    }

    /** Groups what was added into {@code count} steps. */
    void group(int count) {
        steps = count;
        if (first.length < count + 2) {
            first = new int[count + 2];
        }
        Arrays.fill(first, 0, count + 2, 0);
        for (int i = 0; i < size; i++) {
            first[stepOf[i] + 2]++;
        }
        for (int k = 2; k < count + 2; k++) {
            first[k] += first[k - 1];
        }
        for (int i = 0; i < size; i++) {
            inputs[first[stepOf[i] + 1]++] = unordered[i];
        }
    }
}
