package io.fluxon.training.camera;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.networks.engine.NetworkPlan;
import io.fluxon.networks.engine.NetworkState;
import io.fluxon.networks.model.Model;
import io.fluxon.training.Score;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How a model does on labelled recordings, run by the engine that runs it in production.
 *
 * @param atEnd answers after the last event
 * @param early answers after 20, 40, ... 300 ms of event time
 * @param spikes hidden spikes per recording
 * @param synapticOperations weights added per recording
 */
record Evaluation(Score atEnd, List<Score> early, double spikes, double synapticOperations) {

    private static final int CHECKS = 15;

    static Evaluation of(Model model, List<LabelledEvents> examples) {
        NetworkPlan plan = NetworkPlan.compile(model);
        NetworkPlan.Scratch scratch = plan.newScratch();
        int[] right = new int[CHECKS + 1];
        long spikes = 0;
        long operations = 0;
        for (LabelledEvents example : examples) {
            CameraBatch events = example.events();
            int[] inputs = new int[events.size()];
            for (int i = 0; i < inputs.length; i++) {
                inputs[i] = Augmentation.input(events.x(i), events.y(i), events.polarity(i));
            }
            NetworkState state = plan.newState();
            int from = 0;
            for (int check = 0; check <= CHECKS; check++) {
                long endMicros = check == CHECKS ? Long.MAX_VALUE : SpikingClassifier.CHECK_MICROS * (check + 1);
                int to = from;
                while (to < inputs.length && events.timeMicros()[to] < endMicros) {
                    to++;
                }
                plan.advance(state, scratch, inputs, events.timeMicros(), from, to);
                plan.complete(state, scratch);
                right[check] += best(plan, state) == example.classIndex() ? 1 : 0;
                from = to;
            }
            spikes += state.spikes();
            operations += state.synapticOperations();
        }
        List<Score> early = new ArrayList<>();
        for (int check = 0; check < CHECKS; check++) {
            early.add(new Score(right[check], examples.size()));
        }
        return new Evaluation(
                new Score(right[CHECKS], examples.size()),
                early,
                (double) spikes / examples.size(),
                (double) operations / examples.size());
    }

    /** Scores added up, work averaged by number of recordings. */
    static Evaluation pooled(List<Evaluation> parts) {
        Score atEnd = new Score(0, 0);
        List<Score> early = new ArrayList<>(Collections.nCopies(CHECKS, new Score(0, 0)));
        double spikes = 0;
        double operations = 0;
        for (Evaluation part : parts) {
            atEnd = atEnd.plus(part.atEnd);
            for (int check = 0; check < CHECKS; check++) {
                early.set(check, early.get(check).plus(part.early.get(check)));
            }
            spikes += part.spikes * part.atEnd.total();
            operations += part.synapticOperations * part.atEnd.total();
        }
        return new Evaluation(atEnd, early, spikes / atEnd.total(), operations / atEnd.total());
    }

    private static int best(NetworkPlan plan, NetworkState state) {
        float[] scores = new float[plan.model().classes().size()];
        plan.scores(state, scores);
        int best = 0;
        for (int c = 1; c < scores.length; c++) {
            best = scores[c] > scores[best] ? c : best;
        }
        return best;
    }
}
