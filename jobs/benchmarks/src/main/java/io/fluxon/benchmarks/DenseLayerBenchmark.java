package io.fluxon.benchmarks;

import io.fluxon.networks.engine.DenseLayer;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The loops over one layer, nanoseconds per call. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class DenseLayerBenchmark {

    private static final float DECAY = 0.95f;

    /** Mean and deviation of the drives: a third of the neurons spike, every 10 to 100 calls; the others never do. */
    private static final float DRIVE = 0.05f;

    private static final float THRESHOLD = 1.5f;

    @Param({"10", "128", "512"})
    private int neurons;

    private float[] row;
    private float[] drive;
    private float[] scratchDrive;
    private float[] v;
    private int[] spiking;

    @Setup
    public void fill() {
        Random random = new Random(1);
        row = new float[neurons];
        drive = new float[neurons];
        scratchDrive = new float[neurons];
        v = new float[neurons];
        spiking = new int[neurons + 1];
        for (int j = 0; j < neurons; j++) {
            row[j] = DRIVE * (float) (1 + random.nextGaussian());
        }
    }

    @Benchmark
    public float[] accumulateRow() {
        DenseLayer.accumulateRow(row, drive);
        return drive;
    }

    /** With the copy of a fresh drive, as the loop empties it. */
    @Benchmark
    public int leakAndFire() {
        System.arraycopy(row, 0, scratchDrive, 0, neurons);
        return DenseLayer.leakAndFire(v, scratchDrive, DECAY, THRESHOLD, spiking);
    }

    /** With the copy of a fresh drive, as the loop empties it. */
    @Benchmark
    public float[] leakAndIntegrate() {
        System.arraycopy(row, 0, scratchDrive, 0, neurons);
        DenseLayer.leakAndIntegrate(v, scratchDrive, DECAY);
        return v;
    }
}
