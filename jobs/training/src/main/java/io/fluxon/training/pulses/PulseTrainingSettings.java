package io.fluxon.training.pulses;

/**
 * Settings of {@link PulseTraining}.
 *
 * @param pulses pulses to train on
 * @param tuningPulses pulses of the fine tuning for the integers
 * @param ideal share of undisturbed pulses; the four disturbances share the rest
 * @param disturbedWeight weight of a disturbed pulse in the loss; that of an undisturbed one is 1
 * @param knee error over bound from which on the loss grows linearly
 * @param highestRate Adam's step at its highest
 * @param tuningRate the same in the fine tuning
 * @param lowestRate where both end
 */
public record PulseTrainingSettings(
        long seed,
        long pulses,
        long tuningPulses,
        double ideal,
        double disturbedWeight,
        double knee,
        double highestRate,
        double tuningRate,
        double lowestRate) {

    /** The settings of the shipped model, for any number of pulses; the fine tuning takes a sixth of them on top. */
    public static PulseTrainingSettings of(long pulses) {
        return new PulseTrainingSettings(1, pulses, pulses / 6, 0.5, 0.3, 3, 2e-3, 3e-4, 1e-5);
    }
}
