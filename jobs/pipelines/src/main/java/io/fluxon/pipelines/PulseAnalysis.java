package io.fluxon.pipelines;

import io.fluxon.networks.model.ModelFile;
import io.fluxon.signals.pulses.FrontEnds;
import io.fluxon.signals.pulses.PulseSettings;
import io.fluxon.streams.pulses.PulseFunction;
import io.fluxon.streams.pulses.PulseWindows;
import java.util.Map;

/**
 * How pulses are analysed.
 *
 * @param settings by front end
 * @param modelFile a network for one of the front ends; null for none
 */
public record PulseAnalysis(Map<String, PulseSettings> settings, PulseWindows windows, ModelFile modelFile) {

    /** The settings and the network that ship, default windows. */
    public static PulseAnalysis shipped() {
        return new PulseAnalysis(FrontEnds.settings(), PulseWindows.DEFAULT, ShippedModels.pulseV1());
    }

    /** The analysis itself; throws if the settings or the network cannot be used. */
    public PulseFunction function() {
        return new PulseFunction(settings, windows, modelFile == null ? null : modelFile.openPulses());
    }
}
