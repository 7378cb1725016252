package io.fluxon.networks.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Every kernel, of both implementations, against its formula evaluated element by element: the same bits. */
class KernelsTest {

    private static final int ROUNDS = 1000;
    private static final double[] EXTREMES = {
        0.0,
        -0.0,
        Double.MIN_VALUE,
        -Double.MIN_VALUE,
        Double.MIN_NORMAL,
        Math.nextDown(Double.MIN_NORMAL),
        1,
        Math.nextUp(1.0),
        1e300,
        -1e300,
        Double.MAX_VALUE,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY
    };

    private final Random random = new Random(1);

    @Test
    void theVectorApiIsInUseWhereItsModuleIs() {
        assertThat(Kernels.BEST.getClass())
                .isEqualTo(
                        ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()
                                ? VectorKernels.class
                                : Kernels.class);
    }

    @Test
    void loopsOfTheCompilerGiveTheBitsOfTheirFormulas() {
        givesTheBitsOfItsFormulas(new Kernels());
    }

    @Test
    void loopsInUseGiveTheBitsOfTheirFormulas() {
        givesTheBitsOfItsFormulas(Kernels.BEST);
    }

    private void givesTheBitsOfItsFormulas(Kernels kernels) {
        for (int round = 0; round < ROUNDS; round++) {
            int length = random.nextInt(300);
            accumulate(kernels, values(length), values(length), values(length), values(length), values(length));
            leak(kernels, values(length), finite(length), finite(length), finite(length));
            block(kernels, random.nextInt(20), random.nextInt(20), length);
            search(kernels, values(length), values(length));
            leakAndSearch(kernels, values(length), finite(length), finite(length), values(length));
        }
    }

    private void accumulate(Kernels kernels, double[] a, double[] b, double[] c, double[] d, double[] drive) {
        double factor = value();
        double[] row = drive.clone();
        double[] rows = drive.clone();
        double[] scaled = drive.clone();
        kernels.accumulateRow(a, row);
        kernels.accumulateRows(a, b, c, d, rows);
        double[] two = drive.clone();
        kernels.accumulateRows(a, b, two);
        kernels.accumulateScaledRow(a, factor, scaled);
        for (int j = 0; j < drive.length; j++) {
            assertSameBits(row[j], drive[j] + a[j]);
            assertSameBits(two[j], (drive[j] + a[j]) + b[j]);
            assertSameBits(rows[j], (((drive[j] + a[j]) + b[j]) + c[j]) + d[j]);
            double product = factor * a[j];
            assertSameBits(scaled[j], drive[j] + product);
        }
    }

    private void leak(Kernels kernels, double[] v, double[] decay, double[] rest, double[] drive) {
        double[] toZero = v.clone();
        double[] toRest = v.clone();
        kernels.leakAndIntegrate(toZero, decay, drive);
        kernels.leakAndIntegrate(toRest, decay, rest, drive);
        for (int j = 0; j < v.length; j++) {
            double leaked = v[j] * decay[j];
            assertSameBits(toZero[j], leaked + drive[j]);
            assertSameBits(toRest[j], (leaked + rest[j]) + drive[j]);
        }
    }

    private void block(Kernels kernels, int from, int to, int length) {
        double factor = value();
        double[] weights = values(from + length + random.nextInt(20));
        double[] before = values(to + length + random.nextInt(20));
        double[] drive = before.clone();
        kernels.accumulateBlock(weights, from, factor, drive, to, length);
        for (int j = 0; j < drive.length; j++) {
            boolean inside = j >= to && j < to + length;
            assertSameBits(drive[j], inside ? before[j] + factor * weights[from + j - to] : before[j]);
        }
    }

    private static void search(Kernels kernels, double[] v, double[] limit) {
        int[] indices = new int[v.length];
        int count = kernels.indicesAbove(v, limit, indices);
        int[] expected =
                IntStream.range(0, v.length).filter(j -> v[j] > limit[j]).toArray();
        assertThat(Arrays.copyOf(indices, count)).isEqualTo(expected);
    }

    private static void leakAndSearch(Kernels kernels, double[] v, double[] decay, double[] drive, double[] limit) {
        double[] expected = v.clone();
        new Kernels().leakAndIntegrate(expected, decay, drive);
        int[] indices = new int[v.length];
        int count = kernels.leakAndSearch(v, decay, drive, limit, indices);
        for (int j = 0; j < v.length; j++) {
            assertSameBits(v[j], expected[j]);
            assertSameBits(drive[j], 0);
        }
        int[] above =
                IntStream.range(0, v.length).filter(j -> expected[j] > limit[j]).toArray();
        assertThat(Arrays.copyOf(indices, count)).isEqualTo(above);
    }

    private double[] values(int length) {
        double[] values = new double[length];
        Arrays.setAll(values, j -> value());
        return values;
    }

    private double[] finite(int length) {
        double[] values = values(length);
        Arrays.setAll(values, j -> Double.isInfinite(values[j]) ? 1 : values[j]);
        return values;
    }

    private double value() {
        return switch (random.nextInt(4)) {
            case 0 -> EXTREMES[random.nextInt(EXTREMES.length)];
            case 1 -> Math.scalb(random.nextGaussian(), random.nextInt(2000) - 1000);
            default -> random.nextGaussian();
        };
    }

    /** Infinite sums and their differences included; which of its many NaN Java gives is not defined. */
    private static void assertSameBits(double actual, double expected) {
        if (Double.doubleToLongBits(actual) != Double.doubleToLongBits(expected)) {
            assertThat(actual).isEqualTo(expected);
        }
    }
}
