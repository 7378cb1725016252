package io.fluxon.training.watch;

import io.fluxon.networks.engine.DeltaGru;
import io.fluxon.networks.engine.DeltaGruState;
import io.fluxon.signals.motion.MotionNormalizer;
import io.fluxon.signals.motion.MotionResampler;
import io.fluxon.signals.motion.NormalizerState;
import io.fluxon.training.Score;
import io.fluxon.training.watch.WatchData.Segment;
import io.fluxon.training.watch.WatchData.Subject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Answers at the window ends of subjects, each counted once.
 *
 * @param answers by subject
 * @param operations multiply-adds of the recurrent part, 0 for a classifier that has none
 * @param denseOperations multiply-adds that a dense evaluation of it needs
 */
public record WatchEvaluation(List<Answers> answers, long operations, long denseOperations) {

    /** Windows answered before and after a change of activity, in {@link #afterChange}. */
    private static final int WINDOWS_BEFORE_CHANGE = 15;

    private static final int WINDOWS_AFTER_CHANGE = 5;

    /** What became of a subject's windows. */
    public record Answers(Subject subject, Confusion confusion) {

        public double accuracy() {
            return confusion.score().accuracy();
        }
    }

    /** What becomes of the history at a window's end. */
    public enum History {
        /** It goes on until the segment ends. */
        CARRIED,
        /** Network and normalizer start every window anew, like a classifier of single windows. */
        RESET
    }

    /** Runs a network over the segments of subjects. */
    public static WatchEvaluation of(DeltaGru network, List<Subject> subjects, History history) {
        Runner runner = new Runner(network);
        List<Answers> answers = new ArrayList<>();
        for (Subject subject : subjects) {
            Confusion confusion = Confusion.empty(network.classes());
            runner.begin();
            for (Segment segment : subject.segments()) {
                for (int window = 0; window < segment.windows(); window++) {
                    if (history == History.RESET) {
                        runner.begin();
                    }
                    int answer = runner.answer(segment, window, window == 0 || history == History.RESET);
                    confusion.add(segment.classIndex(), answer);
                }
            }
            answers.add(new Answers(subject, confusion));
        }
        return new WatchEvaluation(
                answers, runner.state.operations(), runner.state.steps() * network.denseOperationsPerStep());
    }

    /**
     * Answers in the windows 1, 2, ... after a change of activity without a gap: every activity of a WISDM subject is
     * followed by the subject's next one, both cut out of the middle of their segments.
     */
    static List<Score> afterChange(DeltaGru network, List<Subject> subjects) {
        Runner runner = new Runner(network);
        int[] right = new int[WINDOWS_AFTER_CHANGE];
        int changes = 0;
        for (Subject subject : subjects) {
            List<Segment> longEnough = subject.segments().stream()
                    .filter(segment -> segment.windows() >= 2 * WINDOWS_BEFORE_CHANGE)
                    .toList();
            for (int i = 0; !subject.stranger() && i < longEnough.size(); i++) {
                Segment before = longEnough.get(i);
                Segment after = longEnough.get((i + 1) % longEnough.size());
                if (before.classIndex() == after.classIndex()) {
                    continue;
                }
                runner.begin();
                for (int w = 0; w < WINDOWS_BEFORE_CHANGE; w++) {
                    runner.answer(before, WINDOWS_BEFORE_CHANGE + w, w == 0);
                }
                changes++;
                for (int w = 0; w < WINDOWS_AFTER_CHANGE; w++) {
                    int answer = runner.answer(after, WINDOWS_BEFORE_CHANGE + w, false);
                    right[w] += answer == after.classIndex() ? 1 : 0;
                }
            }
        }
        List<Score> scores = new ArrayList<>();
        for (int count : right) {
            scores.add(new Score(count, changes));
        }
        return scores;
    }

    static WatchEvaluation pooled(List<WatchEvaluation> parts) {
        return new WatchEvaluation(
                parts.stream().flatMap(part -> part.answers.stream()).toList(),
                parts.stream().mapToLong(WatchEvaluation::operations).sum(),
                parts.stream().mapToLong(WatchEvaluation::denseOperations).sum());
    }

    /** Answers to the windows of WISDM's activities. */
    public Confusion activities() {
        return sum(false);
    }

    /** Answers to the windows of GeoTec, which are none of the activities. */
    public Confusion strangers() {
        return sum(true);
    }

    /** All answers. */
    public Confusion total() {
        return activities().plus(strangers());
    }

    /** The WISDM subject with the lowest accuracy. */
    public Answers worst() {
        return answers.stream()
                .filter(answer -> !answer.subject.stranger())
                .min(Comparator.comparingDouble(Answers::accuracy))
                .orElseThrow();
    }

    /** Share of the multiply-adds of the recurrent part that were not needed. */
    public double saved() {
        return 1 - (double) operations / denseOperations;
    }

    private Confusion sum(boolean stranger) {
        return answers.stream()
                .filter(answer -> answer.subject.stranger() == stranger)
                .map(Answers::confusion)
                .reduce(Confusion.empty(WatchData.CLASSES.size()), Confusion::plus);
    }

    /** A network and its normalizer at work for one subject at a time. */
    private static final class Runner {

        private final DeltaGru network;
        private final MotionNormalizer normalizer;
        private final DeltaGruState state;
        private final float[] sample = new float[MotionResampler.CHANNELS];
        private final float[] normalized = new float[MotionNormalizer.CHANNELS];
        private final float[] logits;
        private NormalizerState normalizerState;

        Runner(DeltaGru network) {
            this.network = network;
            normalizer = MotionNormalizer.of(network.model().graph().metadata(), WatchData.PERIOD_NANOS);
            state = network.newState();
            logits = new float[network.classes()];
            normalizerState = normalizer.newState();
        }

        void begin() {
            normalizerState = normalizer.newState();
        }

        int answer(Segment segment, int window, boolean anew) {
            if (anew) {
                network.reset(state);
            }
            for (int k = 0; k < WatchData.WINDOW_STEPS; k++) {
                int at = (window * WatchData.WINDOW_STEPS + k) * sample.length;
                System.arraycopy(segment.samples(), at, sample, 0, sample.length);
                normalizer.normalize(normalizerState, anew && k == 0, sample, normalized);
                network.step(state, normalized);
            }
            network.logits(state, logits);
            int best = 0;
            for (int c = 1; c < logits.length; c++) {
                best = logits[c] > logits[best] ? c : best;
            }
            return best;
        }
    }
}
