package io.fluxon.training.watch;

import io.fluxon.connectors.simulation.Gaussian;
import io.fluxon.signals.motion.MotionResampler;
import io.fluxon.training.watch.WatchData.Segment;
import io.fluxon.training.watch.WatchData.Subject;
import io.fluxon.training.watch.WatchEvaluation.Answers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.LinearSolverFactory_DDRM;
import org.ejml.interfaces.linsol.LinearSolverDense;

/**
 * The stateless yardstick: ridge regression on random features of single windows.
 *
 * <p>A window gives {@value #STATISTICS} statistics of each of the 6 channels, 84 in all: mean, standard deviation, minimum,
 * maximum, three quartiles, mean absolute difference of neighbours, skewness, kurtosis, rate of crossings of the mean, and
 * the logarithm of the power in 0.5-2, 2.5-5 and 5.5-10 Hz. They are standardised by the training windows and held to
 * +-5; then phi = max(0, A f + b) with A normal of deviation 1 / sqrt(84) and b normal; coefficients C = (Phi<sup>T</sup>
 * Phi + ridge I)<sup>-1</sup> Phi<sup>T</sup> Y with one-hot Y; the class is the largest of C<sup>T</sup> phi.
 */
final class RidgeBaseline {

    private static final int CHANNELS = MotionResampler.CHANNELS;
    private static final int STATISTICS = 14;
    private static final int FEATURES = STATISTICS * CHANNELS;
    private static final int STEPS = WatchData.WINDOW_STEPS;
    private static final int RANDOM_FEATURES = 1000;
    private static final int BLOCK = 512;
    private static final double BOUND = 5;

    /** Last index of the discrete Fourier transform in each band; the indices are 0.5 Hz apart. */
    private static final int[] BAND_ENDS = {4, 10, 20};

    private final double[] mean;
    private final double[] deviation;
    private final DMatrixRMaj projection;
    private final double[] offset;
    private DMatrixRMaj coefficients;

    private RidgeBaseline(double[] mean, double[] deviation, long seed) {
        this.mean = mean;
        this.deviation = deviation;
        this.projection = new DMatrixRMaj(FEATURES, RANDOM_FEATURES);
        this.offset = new double[RANDOM_FEATURES];
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < projection.data.length; i++) {
            projection.data[i] = Gaussian.next(random) / Math.sqrt(FEATURES);
        }
        Arrays.setAll(offset, i -> Gaussian.next(random));
    }

    static RidgeBaseline fit(List<Subject> subjects, double ridge, long seed) {
        List<double[]> features = new ArrayList<>();
        List<Integer> classes = new ArrayList<>();
        for (Subject subject : subjects) {
            for (Segment segment : subject.segments()) {
                for (int w = 0; w < segment.windows(); w++) {
                    features.add(features(segment, w));
                    classes.add(segment.classIndex());
                }
            }
        }
        double[] mean = new double[FEATURES];
        double[] square = new double[FEATURES];
        for (double[] window : features) {
            for (int i = 0; i < FEATURES; i++) {
                mean[i] += window[i] / features.size();
                square[i] += window[i] * window[i] / features.size();
            }
        }
        double[] deviation = new double[FEATURES];
        Arrays.setAll(deviation, i -> Math.sqrt(Math.max(1e-12, square[i] - mean[i] * mean[i])));
        RidgeBaseline fitted = new RidgeBaseline(mean, deviation, seed);
        fitted.solve(features, classes, ridge);
        return fitted;
    }

    private void solve(List<double[]> features, List<Integer> classes, double ridge) {
        DMatrixRMaj gram = CommonOps_DDRM.identity(RANDOM_FEATURES);
        CommonOps_DDRM.scale(ridge * features.size(), gram);
        DMatrixRMaj moments = new DMatrixRMaj(RANDOM_FEATURES, WatchData.CLASSES.size());
        for (int from = 0; from < features.size(); from += BLOCK) {
            int to = Math.min(from + BLOCK, features.size());
            DMatrixRMaj phi = randomFeatures(features.subList(from, to));
            DMatrixRMaj targets = new DMatrixRMaj(to - from, WatchData.CLASSES.size());
            for (int i = from; i < to; i++) {
                targets.set(i - from, classes.get(i), 1);
            }
            CommonOps_DDRM.multAddTransA(phi, phi, gram);
            CommonOps_DDRM.multAddTransA(phi, targets, moments);
        }
        LinearSolverDense<DMatrixRMaj> solver = LinearSolverFactory_DDRM.chol(RANDOM_FEATURES);
        if (!solver.setA(gram)) {
            throw new IllegalArgumentException("ridge " + ridge + " is too small");
        }
        coefficients = new DMatrixRMaj(RANDOM_FEATURES, WatchData.CLASSES.size());
        solver.solve(moments, coefficients);
    }

    WatchEvaluation evaluate(List<Subject> subjects) {
        List<Answers> answers = new ArrayList<>();
        for (Subject subject : subjects) {
            Confusion confusion = Confusion.empty(WatchData.CLASSES.size());
            for (Segment segment : subject.segments()) {
                List<double[]> windows = new ArrayList<>();
                for (int w = 0; w < segment.windows(); w++) {
                    windows.add(features(segment, w));
                }
                if (windows.isEmpty()) {
                    continue;
                }
                DMatrixRMaj outputs = new DMatrixRMaj(windows.size(), WatchData.CLASSES.size());
                CommonOps_DDRM.mult(randomFeatures(windows), coefficients, outputs);
                for (int w = 0; w < windows.size(); w++) {
                    int best = 0;
                    for (int c = 1; c < outputs.numCols; c++) {
                        best = outputs.get(w, c) > outputs.get(w, best) ? c : best;
                    }
                    confusion.add(segment.classIndex(), best);
                }
            }
            answers.add(new Answers(subject, confusion));
        }
        return new WatchEvaluation(answers, 0, 0);
    }

    private DMatrixRMaj randomFeatures(List<double[]> windows) {
        DMatrixRMaj standardised = new DMatrixRMaj(windows.size(), FEATURES);
        for (int w = 0; w < windows.size(); w++) {
            for (int i = 0; i < FEATURES; i++) {
                double value = (windows.get(w)[i] - mean[i]) / deviation[i];
                standardised.set(w, i, Math.max(-BOUND, Math.min(BOUND, value)));
            }
        }
        DMatrixRMaj phi = new DMatrixRMaj(windows.size(), RANDOM_FEATURES);
        CommonOps_DDRM.mult(standardised, projection, phi);
        for (int w = 0; w < windows.size(); w++) {
            for (int i = 0; i < RANDOM_FEATURES; i++) {
                phi.set(w, i, Math.max(0, phi.get(w, i) + offset[i]));
            }
        }
        return phi;
    }

    static double[] features(Segment segment, int window) {
        double[] features = new double[FEATURES];
        double[] x = new double[STEPS];
        for (int channel = 0; channel < CHANNELS; channel++) {
            for (int k = 0; k < STEPS; k++) {
                x[k] = segment.samples()[(window * STEPS + k) * CHANNELS + channel];
            }
            statistics(x, features, channel * STATISTICS);
        }
        return features;
    }

    private static void statistics(double[] x, double[] features, int at) {
        double mean = Arrays.stream(x).sum() / STEPS;
        double[] moments = new double[5];
        double differences = 0;
        int crossings = 0;
        for (int k = 0; k < STEPS; k++) {
            double d = x[k] - mean;
            moments[2] += d * d / STEPS;
            moments[3] += d * d * d / STEPS;
            moments[4] += d * d * d * d / STEPS;
            if (k > 0) {
                differences += Math.abs(x[k] - x[k - 1]) / (STEPS - 1);
                crossings += (x[k - 1] < mean) != (x[k] < mean) ? 1 : 0;
            }
        }
        double[] sorted = x.clone();
        Arrays.sort(sorted);
        double deviation = Math.sqrt(moments[2]);
        double safe = Math.max(deviation, 1e-6);
        features[at] = mean;
        features[at + 1] = deviation;
        features[at + 2] = sorted[0];
        features[at + 3] = sorted[STEPS - 1];
        features[at + 4] = sorted[STEPS / 4];
        features[at + 5] = sorted[STEPS / 2];
        features[at + 6] = sorted[3 * STEPS / 4];
        features[at + 7] = differences;
        features[at + 8] = moments[3] / (safe * safe * safe);
        features[at + 9] = moments[4] / (safe * safe * safe * safe);
        features[at + 10] = (double) crossings / STEPS;
        int index = 1;
        for (int band = 0; band < BAND_ENDS.length; band++) {
            double power = 0;
            for (; index <= BAND_ENDS[band]; index++) {
                double real = 0;
                double imaginary = 0;
                for (int k = 0; k < STEPS; k++) {
                    real += (x[k] - mean) * COSINE[index * k % STEPS];
                    imaginary += (x[k] - mean) * COSINE[(index * k + 3 * STEPS / 4) % STEPS];
                }
                power += (real * real + imaginary * imaginary) / STEPS;
            }
            features[at + 11 + band] = StrictMath.log(power + 1e-6);
        }
    }

    private static final double[] COSINE = new double[STEPS];

    static {
        Arrays.setAll(COSINE, k -> StrictMath.cos(2 * StrictMath.PI * k / STEPS));
    }
}
