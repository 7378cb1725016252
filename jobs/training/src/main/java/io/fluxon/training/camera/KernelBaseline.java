package io.fluxon.training.camera;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.training.Score;
import java.util.List;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;

/**
 * The stateless yardstick: kernel ridge regression on a recording's event counts. Features: square root of the number of
 * events per pixel and polarity, normalised to length 1. Kernel k(a, b) = exp(-width |a - b|<sup>2</sup>); coefficients
 * A = (K + ridge I)<sup>-1</sup> Y with one-hot targets Y; the class is the largest of k(x)<sup>T</sup> A.
 */
final class KernelBaseline {

    private final double width;
    private final float[][] support;
    private final DMatrixRMaj coefficients;

    private KernelBaseline(double width, float[][] support, DMatrixRMaj coefficients) {
        this.width = width;
        this.support = support;
        this.coefficients = coefficients;
    }

    static KernelBaseline fit(List<LabelledEvents> examples, int classes, double width, double ridge) {
        int n = examples.size();
        float[][] features = examples.stream().map(KernelBaseline::features).toArray(float[][]::new);
        DMatrixRMaj kernel = new DMatrixRMaj(n, n);
        DMatrixRMaj targets = new DMatrixRMaj(n, classes);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double k = kernel(features[i], features[j], width);
                kernel.set(i, j, k);
                kernel.set(j, i, k);
            }
            kernel.add(i, i, ridge);
            targets.set(i, examples.get(i).classIndex(), 1);
        }
        LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.chol(n);
        if (!solver.setA(kernel)) {
            throw new IllegalArgumentException(
                    "kernel matrix is not positive definite; ridge " + ridge + " is too small");
        }
        DMatrixRMaj coefficients = new DMatrixRMaj(n, classes);
        solver.solve(targets, coefficients);
        return new KernelBaseline(width, features, coefficients);
    }

    Score score(List<LabelledEvents> examples) {
        int right = 0;
        DMatrixRMaj row = new DMatrixRMaj(1, support.length);
        DMatrixRMaj outputs = new DMatrixRMaj(1, coefficients.numCols);
        for (LabelledEvents example : examples) {
            float[] features = features(example);
            for (int i = 0; i < support.length; i++) {
                row.set(0, i, kernel(features, support[i], width));
            }
            CommonOps_DDRM.mult(row, coefficients, outputs);
            int best = 0;
            for (int c = 1; c < outputs.numCols; c++) {
                best = outputs.get(0, c) > outputs.get(0, best) ? c : best;
            }
            right += best == example.classIndex() ? 1 : 0;
        }
        return new Score(right, examples.size());
    }

    private static float[] features(LabelledEvents example) {
        float[] features = new float[2 * LabelledEvents.SIDE * LabelledEvents.SIDE];
        CameraBatch events = example.events();
        for (int i = 0; i < events.size(); i++) {
            features[Augmentation.input(events.x(i), events.y(i), events.polarity(i))]++;
        }
        // The square roots of the counts have the number of events as their sum of squares.
        float length = (float) Math.sqrt(events.size());
        for (int i = 0; i < features.length; i++) {
            features[i] = (float) Math.sqrt(features[i]) / length;
        }
        return features;
    }

    private static double kernel(float[] a, float[] b, double width) {
        float distance = 0;
        for (int i = 0; i < a.length; i++) {
            float difference = a[i] - b[i];
            distance += difference * difference;
        }
        return StrictMath.exp(-width * distance);
    }
}
