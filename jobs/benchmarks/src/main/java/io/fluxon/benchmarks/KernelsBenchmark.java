package io.fluxon.benchmarks;

import io.fluxon.networks.engine.Kernels;
import java.util.Arrays;
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

/** The loops over one layer, nanoseconds per call; as the compiler makes them, and with the Vector API. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class KernelsBenchmark {

    /** Potentials and limits in pairs that come again only after this many calls: nothing that a processor could learn. */
    private static final int POTENTIALS = 64;

    private static final int LIMITS = 61;

    /** An offset that is no multiple of a vector's length, as a convolution's are. */
    private static final int OFFSET = 5;

    @Param({"compiler", "vector"})
    private String loops;

    @Param({"10", "128", "256", "512"})
    private int neurons;

    private Kernels kernels;
    private double[][] rows;
    private double[][] potentials;
    private double[][] limits;
    private double[] drive;
    private double[] wideDrive;
    private double[] decay;
    private int[] indices;
    private int call;

    @Setup
    public void fill() {
        kernels = loops.equals("vector") ? Kernels.BEST : new Kernels();
        Random random = new Random(1);
        rows = new double[POTENTIALS][neurons];
        potentials = new double[POTENTIALS][neurons];
        limits = new double[LIMITS][neurons];
        drive = new double[neurons];
        wideDrive = new double[neurons + OFFSET];
        decay = new double[neurons];
        indices = new int[neurons + 1];
        Arrays.fill(decay, 1);
        for (int i = 0; i < POTENTIALS; i++) {
            Arrays.setAll(rows[i], j -> 1e-3 * random.nextGaussian());
            Arrays.setAll(potentials[i], j -> random.nextDouble() < 0.07 ? 2 : 0.5);
        }
        // Half of the potentials of 2 are above: 3.5 % of the neurons spike.
        for (double[] limit : limits) {
            Arrays.setAll(limit, j -> random.nextBoolean() ? 1 : 3);
        }
    }

    @Benchmark
    public double[] accumulateRow() {
        kernels.accumulateRow(rows[call++ % POTENTIALS], drive);
        return drive;
    }

    @Benchmark
    public double[] accumulateRows() {
        int i = call++ % (POTENTIALS - 4);
        kernels.accumulateRows(rows[i], rows[i + 1], rows[i + 2], rows[i + 3], drive);
        return drive;
    }

    @Benchmark
    public double[] accumulateScaledRow() {
        kernels.accumulateScaledRow(rows[call++ % POTENTIALS], 0.5, drive);
        return drive;
    }

    @Benchmark
    public double[] accumulateBlock() {
        kernels.accumulateBlock(rows[call++ % POTENTIALS], 0, 0.5, wideDrive, OFFSET, neurons);
        return wideDrive;
    }

    @Benchmark
    public double[] leakAndIntegrate() {
        double[] v = potentials[call++ % POTENTIALS];
        kernels.leakAndIntegrate(v, decay, drive);
        return v;
    }

    @Benchmark
    public int leakAndSearch() {
        call++;
        return kernels.leakAndSearch(potentials[call % POTENTIALS], decay, drive, limits[call % LIMITS], indices);
    }

    @Benchmark
    public int indicesAbove() {
        call++;
        return kernels.indicesAbove(potentials[call % POTENTIALS], limits[call % LIMITS], indices);
    }
}
