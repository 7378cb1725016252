package io.fluxon.launcher.infer;

import io.fluxon.networks.engine.LayerSummary;
import io.fluxon.networks.engine.NetworkPlan;
import io.fluxon.networks.engine.NetworkState;
import io.fluxon.networks.engine.SpikeListener;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Runs samples through a network, each from rest. One thread uses it. */
public final class Inference {

    private static final Set<String> SPIKING_TYPES = Set.of("IF", "LIF", "CubaLIF", "Threshold", "LoihiCubaLIF");

    private final NetworkPlan plan;
    private final NetworkPlan.Scratch scratch;
    private final List<LayerSummary> layers;
    private final long denseOperationsPerStep;
    private final float[] scores;

    public Inference(NetworkPlan plan) {
        this(plan, plan.newScratch());
    }

    /** @param listener sees the spikes of every layer */
    public Inference(NetworkPlan plan, SpikeListener listener) {
        this(plan, plan.newScratch(listener));
    }

    private Inference(NetworkPlan plan, NetworkPlan.Scratch scratch) {
        this.plan = plan;
        this.scratch = scratch;
        this.layers = plan.layers();
        this.denseOperationsPerStep =
                layers.stream().mapToLong(LayerSummary::denseOperations).sum();
        this.scores = new float[plan.model().classes().size()];
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
        long fromNanos = System.nanoTime();
        NetworkState state = plan.newState();
        StepInput input = samples.input();
        while (samples.nextStep()) {
            plan.step(state, scratch, input.inputs(), input.values(), input.count());
        }
        plan.scores(state, scores);
        Map<String, Long> spikes = new LinkedHashMap<>();
        for (int i = 0; i < layers.size(); i++) {
            if (spikes(layers.get(i))) {
                spikes.put(layers.get(i).name(), state.spikes(i));
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
                samples.steps() * denseOperationsPerStep,
                (System.nanoTime() - fromNanos) * 1e-9);
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

    private int argmax() {
        int largest = 0;
        for (int i = 1; i < scores.length; i++) {
            if (scores[i] > scores[largest]) {
                largest = i;
            }
        }
        return largest;
    }
}
