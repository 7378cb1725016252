package io.fluxon.launcher.infer;

import io.fluxon.networks.engine.LayerSummary;
import io.fluxon.networks.engine.NetworkPlan;
import io.fluxon.networks.engine.NetworkState;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** Runs samples through a network, each from rest. One thread uses it. */
public final class Inference {

    private static final Set<String> SPIKING_TYPES = Set.of("IF", "LIF", "CubaLIF", "Threshold", "LoihiCubaLIF");

    private final NetworkPlan plan;
    private final NetworkPlan.Scratch scratch;
    private final List<LayerSummary> layers;
    private final float[] scores;
    private final double[] before;
    private final double[] outputs;
    private final BooleanSupplier stopped;

    public Inference(NetworkPlan plan) {
        this(plan, () -> false);
    }

    /** @param stopped asked before each step, as one sample may take hours; once true, a sample ends as it is then */
    public Inference(NetworkPlan plan, BooleanSupplier stopped) {
        this.plan = plan;
        this.stopped = stopped;
        this.scratch = plan.newScratch();
        this.layers = plan.layers();
        this.scores = new float[plan.outputs()];
        this.before = new double[scores.length];
        this.outputs = new double[scores.length];
    }

    /** What comes out of a network step by step. */
    @FunctionalInterface
    public interface OutputListener {

        /**
         * @param step of the sample, from 0
         * @param outputs spikes that came out in the step, or the values as of its end; valid during the call
         */
        void onStep(int step, double[] outputs);
    }

    /** Neurons that spike. */
    public long spikingNeurons() {
        return layers.stream()
                .filter(Inference::spikes)
                .mapToLong(LayerSummary::neurons)
                .sum();
    }

    /** Runs the sample at hand to its end. */
    public SampleResult run(SampleInput.SampleFiles samples) throws IOException {
        return run(samples, null);
    }

    /** The same, and tells {@code listener} what comes out. */
    public SampleResult run(SampleInput.SampleFiles samples, OutputListener listener) throws IOException {
        long fromNanos = System.nanoTime();
        Arrays.fill(before, 0);
        NetworkState state = plan.newState();
        StepInput input = samples.input();
        while (!stopped.getAsBoolean() && samples.nextStep()) {
            plan.step(state, scratch, input.inputs(), input.values(), input.count());
            if (listener != null) {
                listener.onStep(samples.steps() - 1, stepOutputs(state));
            }
        }
        plan.scores(state, scores);
        Map<String, Long> spikes = new LinkedHashMap<>();
        for (int i = 0; i < layers.size(); i++) {
            if (spikes(layers.get(i))) {
                spikes.put(layers.get(i).name(), plan.spikes(state, i));
            }
        }
        return new SampleResult(
                samples.name(),
                null,
                plan.spikingOutput() ? counts() : null,
                plan.spikingOutput() ? null : scores.clone(),
                argmax(),
                samples.steps(),
                spikes,
                state.synapticOperations(),
                samples.steps() * plan.denseOperationsPerStep(),
                (System.nanoTime() - fromNanos) * 1e-9);
    }

    private double[] stepOutputs(NetworkState state) {
        for (int i = 0; i < outputs.length; i++) {
            double score = plan.score(state, i);
            outputs[i] = plan.spikingOutput() ? score - before[i] : score;
            before[i] = score;
        }
        return outputs;
    }

    private static boolean spikes(LayerSummary layer) {
        return SPIKING_TYPES.contains(layer.type());
    }

    private long[] counts() {
        long[] counts = new long[scores.length];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = (long) scores[i];
        }
        return counts;
    }

    /** Null where all are 0: nothing was decided, and the first class would be as good as any. */
    private Integer argmax() {
        int largest = 0;
        boolean allZero = scores[0] == 0;
        for (int i = 1; i < scores.length; i++) {
            allZero &= scores[i] == 0;
            if (scores[i] > scores[largest]) {
                largest = i;
            }
        }
        return allZero ? null : Integer.valueOf(largest);
    }
}
