package io.fluxon.launcher.infer;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;

/**
 * What a network made of one sample.
 *
 * @param label the class that is known beforehand, or null
 * @param counts spikes of each output over all steps; null where outputs are potentials
 * @param scores potential of each output after the last step; null where outputs are spikes
 * @param argmax the largest output, the first of equal ones; null where all are 0
 * @param steps that the sample took
 * @param spikes of each layer of spiking neurons
 * @param synapticOperations multiply-adds done
 * @param denseOperations multiply-adds that a dense evaluation of the same steps needs
 * @param seconds wall-clock time, reading included
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SampleResult(
        String sample,
        String label,
        long[] counts,
        float[] scores,
        @JsonInclude Integer argmax,
        int steps,
        Map<String, Long> spikes,
        long synapticOperations,
        long denseOperations,
        double seconds) {

    SampleResult withLabel(String known) {
        return new SampleResult(
                sample, known, counts, scores, argmax, steps, spikes, synapticOperations, denseOperations, seconds);
    }

    /** Whether the largest output is that of a class. */
    public boolean isOfClass(int number) {
        return argmax != null && argmax == number;
    }

    long allSpikes() {
        return spikes.values().stream().mapToLong(Long::longValue).sum();
    }
}
