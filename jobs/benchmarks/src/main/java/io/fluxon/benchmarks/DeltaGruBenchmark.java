package io.fluxon.benchmarks;

import io.fluxon.networks.engine.DeltaGru;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The loops of a delta GRU of 64 hidden units, nanoseconds per call. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class DeltaGruBenchmark {

    private static final int HIDDEN = 64;

    private final float[] column = random(3 * HIDDEN);
    private final float[] sums = random(3 * HIDDEN);
    private final float[] inputSums = random(3 * HIDDEN);
    private final float[] hiddenSums = random(3 * HIDDEN);
    private final float[] hidden = random(HIDDEN);
    private float delta = 1e-3f;

    private static float[] random(int size) {
        Random random = new Random(size);
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** One change sent into 192 sums; its sign turns, so that they stay small. */
    @Benchmark
    public float[] addScaledColumn() {
        delta = -delta;
        DeltaGru.addScaledColumn(column, delta, sums);
        return sums;
    }

    /** Gates and state of 64 units. */
    @Benchmark
    public float[] updateHidden() {
        DeltaGru.updateHidden(inputSums, hiddenSums, hidden);
        return hidden;
    }
}
