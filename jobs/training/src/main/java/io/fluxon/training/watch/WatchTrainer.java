package io.fluxon.training.watch;

import io.fluxon.networks.engine.DeltaGru;
import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.NirGraph;
import io.fluxon.networks.model.NirNode;
import io.fluxon.signals.motion.MotionNormalizer;
import io.fluxon.signals.motion.MotionResampler;
import io.fluxon.signals.motion.NormalizerState;
import io.fluxon.training.watch.WatchData.Segment;
import io.fluxon.training.watch.WatchData.Subject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * Fits a delta GRU to the segments of subjects. An epoch walks through every segment once, several side by side, chunk by
 * chunk; the history goes on from chunk to chunk but for random resets, after which everything starts anew as after a gap,
 * and random splices, after which another activity of the subject goes on. Each walk is rotated and scaled at random, some
 * are mirrored, as if worn on the other wrist, and some turned by half a turn about z, as if strapped on the other way round.
 */
final class WatchTrainer {

    /** Fixed, so that the sum of the gradients does not depend on the number of threads. */
    private static final int WALKERS = 2;

    private static final int STEPS = WatchData.WINDOW_STEPS;

    private final WatchSettings settings;
    private final MotionNormalizer normalizer;

    WatchTrainer(WatchSettings settings) {
        this.settings = settings;
        this.normalizer = new MotionNormalizer(WatchData.PERIOD_NANOS, settings.gravitySeconds(), settings.gainRate());
    }

    /** A segment being walked through. */
    private final class Walk {

        final List<Segment> others;
        final SplittableRandom random;
        NormalizerState normalizerState = normalizer.newState();
        final GruLearner.History history;
        final float[] accelerationMap;
        final float[] angularVelocityMap;
        final float[] zoom;
        Segment segment;
        int at;
        boolean fresh = true;

        Walk(Segment segment, List<Segment> others, SplittableRandom random, GruLearner learner) {
            this.segment = segment;
            this.others = others;
            this.random = random;
            this.history = learner.newHistory();
            float[] rotation = randomRotation();
            int mirror = random.nextDouble() < settings.mirrorShare() ? -1 : 1;
            int turn = random.nextDouble() < settings.turnShare() ? -1 : 1;
            this.accelerationMap = times(rotation, mirror * turn, turn, 1);
            // Angular velocity is an axial vector: a mirror turns it the other way round.
            this.angularVelocityMap = times(rotation, turn, mirror * turn, mirror);
            this.zoom = new float[] {factor(), factor()};
            this.at = random.nextInt(Math.min(STEPS, Math.max(1, segment.steps() - STEPS)));
        }

        private float factor() {
            return (float) (1 + (2 * random.nextDouble() - 1) * settings.zoom());
        }

        private float[] times(float[] matrix, int x, int y, int z) {
            float[] product = matrix.clone();
            for (int row = 0; row < 3; row++) {
                product[3 * row] *= x;
                product[3 * row + 1] *= y;
                product[3 * row + 2] *= z;
            }
            return product;
        }

        /** Rotation about the forearm, then about a random axis. */
        private float[] randomRotation() {
            double roll = StrictMath.toRadians((2 * random.nextDouble() - 1) * settings.rollDegrees());
            double angle = StrictMath.toRadians((2 * random.nextDouble() - 1) * settings.rotationDegrees());
            double height = 2 * random.nextDouble() - 1;
            double around = 2 * StrictMath.PI * random.nextDouble();
            double radius = Math.sqrt(1 - height * height);
            double[][] first = about(1, 0, 0, roll);
            double[][] second = about(radius * StrictMath.cos(around), radius * StrictMath.sin(around), height, angle);
            float[] product = new float[9];
            for (int i = 0; i < 3; i++) {
                for (int j = 0; j < 3; j++) {
                    for (int k = 0; k < 3; k++) {
                        product[3 * i + j] += (float) (second[i][k] * first[k][j]);
                    }
                }
            }
            return product;
        }

        /** Rodrigues' formula. */
        private double[][] about(double x, double y, double z, double angle) {
            double c = StrictMath.cos(angle);
            double s = StrictMath.sin(angle);
            return new double[][] {
                {c + x * x * (1 - c), x * y * (1 - c) - z * s, x * z * (1 - c) + y * s},
                {y * x * (1 - c) + z * s, c + y * y * (1 - c), y * z * (1 - c) - x * s},
                {z * x * (1 - c) - y * s, z * y * (1 - c) + x * s, c + z * z * (1 - c)}
            };
        }

        boolean done() {
            return segment.steps() - at < STEPS;
        }

        /** As after a gap, or, as often, as for a wearer never seen before. */
        void reset() {
            history.reset();
            fresh = true;
            if (random.nextBoolean()) {
                normalizerState = normalizer.newState();
            }
        }

        void splice() {
            segment = others.get(random.nextInt(others.size()));
            at = random.nextInt(Math.max(1, segment.steps() - STEPS * settings.chunkWindows()));
        }

        /** Fills in the normalized samples of the next chunk; returns its number of windows. */
        int fill(float[][] x) {
            int windows = Math.min(settings.chunkWindows(), (segment.steps() - at) / STEPS);
            float[] sample = new float[MotionResampler.CHANNELS];
            for (int k = 0; k < windows * STEPS; k++) {
                int from = (at + k) * MotionResampler.CHANNELS;
                for (int sensor = 0; sensor < 2; sensor++) {
                    float[] map = sensor == 0 ? accelerationMap : angularVelocityMap;
                    for (int i = 0; i < 3; i++) {
                        float sum = 0;
                        for (int j = 0; j < 3; j++) {
                            sum += map[3 * i + j] * segment.samples()[from + 3 * sensor + j];
                        }
                        sample[3 * sensor + i] = zoom[sensor] * sum;
                    }
                }
                normalizer.normalize(normalizerState, fresh, sample, x[k]);
                fresh = false;
            }
            at += windows * STEPS;
            return windows;
        }
    }

    GruLearner train(List<Subject> subjects, ExecutorService pool, Runnable epochDone) throws InterruptedException {
        SplittableRandom random = new SplittableRandom(settings.seed());
        GruLearner learner =
                new GruLearner(MotionNormalizer.CHANNELS, WatchData.CLASSES.size(), settings, random.split());
        GruLearner.Walker[] walkers = new GruLearner.Walker[WALKERS];
        Arrays.setAll(walkers, i -> learner.newWalker(settings.chunkWindows() * STEPS));
        for (int epoch = 0; epoch < settings.epochs(); epoch++) {
            List<Walk> walks = new ArrayList<>();
            for (Subject subject : subjects) {
                for (Segment segment : subject.segments()) {
                    if (segment.windows() > 1) {
                        walks.add(new Walk(segment, subject.segments(), random.split(), learner));
                    }
                }
            }
            shuffle(walks, random.split());
            walk(learner, walkers, walks, epoch, pool);
            epochDone.run();
        }
        return learner;
    }

    private void walk(
            GruLearner learner, GruLearner.Walker[] walkers, List<Walk> walks, int epoch, ExecutorService pool)
            throws InterruptedException {
        int begun = 0;
        List<Walk> open = new ArrayList<>();
        while (true) {
            open.removeIf(Walk::done);
            while (open.size() < settings.batch() && begun < walks.size()) {
                open.add(walks.get(begun++));
            }
            // The last few walks would make small, noisy batches.
            if (open.isEmpty() || open.size() < Math.min(settings.batch(), walks.size()) / 2) {
                return;
            }
            float weight = 1f / (open.size() * settings.chunkWindows());
            List<Future<?>> running = new ArrayList<>();
            for (int w = 0; w < WALKERS; w++) {
                int part = w;
                List<Walk> batch = open;
                running.add(pool.submit(() -> {
                    for (int i = part; i < batch.size(); i += WALKERS) {
                        learnChunk(walkers[part], batch.get(i), weight);
                    }
                }));
            }
            try {
                for (Future<?> part : running) {
                    part.get();
                }
            } catch (ExecutionException e) {
                throw new IllegalStateException("training failed", e.getCause());
            }
            double done = epoch + (begun - open.size()) / (double) walks.size();
            learner.update(walkers, learningRate(Math.max(0, done)), settings.weightDecay());
        }
    }

    private void learnChunk(GruLearner.Walker walker, Walk walk, float weight) {
        if (walk.random.nextDouble() < settings.resetShare()) {
            walk.reset();
        } else if (walk.random.nextDouble() < settings.spliceShare()) {
            walk.splice();
            if (walk.done()) {
                return;
            }
        }
        float[][] x = new float[settings.chunkWindows() * STEPS][MotionNormalizer.CHANNELS];
        int[] targets = new int[settings.chunkWindows()];
        Arrays.fill(targets, walk.segment.classIndex());
        float[][] keep = new float[settings.chunkWindows()][settings.hidden()];
        for (float[] factors : keep) {
            for (int j = 0; j < factors.length; j++) {
                factors[j] = walk.random.nextDouble() < settings.dropout() ? 0 : 1 / (1 - settings.dropout());
            }
        }
        int windows = walk.fill(x);
        walker.learn(walk.history, x, windows * STEPS, STEPS, targets, keep, weight);
    }

    private float learningRate(double epoch) {
        double fraction = epoch < 1
                ? 0.05 + 0.95 * epoch
                : 0.5 * (1 + StrictMath.cos(StrictMath.PI * (epoch - 1) / (settings.epochs() - 1)));
        return (float) (settings.learningRate() * fraction);
    }

    Model model(GruLearner trained, String name, String version, String provenance) {
        NirGraph chain = NirGraph.chain(
                Map.entry("input", new NirNode.Input(new int[] {trained.inputs})),
                Map.entry(
                        "gru",
                        new NirNode.DeltaGru(
                                trained.weightIh(),
                                trained.weightHh(),
                                trained.biasIh(),
                                trained.biasHh(),
                                settings.inputThreshold(),
                                settings.hiddenThreshold(),
                                trained.inputs,
                                trained.hidden)),
                Map.entry(
                        "readout",
                        new NirNode.Affine(
                                trained.readoutWeights(), trained.readoutBias(), trained.classes, trained.hidden)),
                Map.entry("output", new NirNode.Output(new int[] {trained.classes})));
        Map<String, String> metadata = new HashMap<>(normalizer.metadata());
        metadata.put(DeltaGru.WINDOW_STEPS, Integer.toString(STEPS));
        return new Model(
                new NirGraph(chain.nodes(), chain.edges(), metadata),
                name,
                version,
                WatchData.CLASSES,
                WatchData.PERIOD_NANOS / 1000,
                provenance);
    }

    private static <T> void shuffle(List<T> items, SplittableRandom random) {
        for (int i = items.size() - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            T swapped = items.get(i);
            items.set(i, items.get(j));
            items.set(j, swapped);
        }
    }
}
