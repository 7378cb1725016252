package io.fluxon.training.watch;

import io.fluxon.training.Score;
import java.util.Arrays;

/**
 * Answers counted by class: {@code counts[was][answered]}.
 */
public record Confusion(int[][] counts) {

    static Confusion empty(int classes) {
        return new Confusion(new int[classes][classes]);
    }

    void add(int was, int answered) {
        counts[was][answered]++;
    }

    Confusion plus(Confusion other) {
        Confusion sum = empty(counts.length);
        for (int i = 0; i < counts.length; i++) {
            for (int j = 0; j < counts.length; j++) {
                sum.counts[i][j] = counts[i][j] + other.counts[i][j];
            }
        }
        return sum;
    }

    public int of(int was) {
        return Arrays.stream(counts[was]).sum();
    }

    public int answered(int answer) {
        return Arrays.stream(counts).mapToInt(row -> row[answer]).sum();
    }

    public Score score() {
        int right = 0;
        int total = 0;
        for (int i = 0; i < counts.length; i++) {
            right += counts[i][i];
            total += of(i);
        }
        return new Score(right, total);
    }

    /** Mean over the classes that occur of 2 right / (occurred + answered). */
    public double macroF1() {
        double sum = 0;
        int occurring = 0;
        for (int i = 0; i < counts.length; i++) {
            if (of(i) > 0) {
                sum += 2.0 * counts[i][i] / (of(i) + answered(i));
                occurring++;
            }
        }
        return sum / occurring;
    }
}
