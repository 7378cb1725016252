package io.fluxon.training.camera;

/**
 * Everything that a training run depends on beside its data.
 *
 * @param hidden number of hidden neurons
 * @param stepMicros time step of the network, microseconds
 * @param hiddenTauMillis membrane time constant of the hidden neurons, milliseconds
 * @param readoutTauMillis time constant of the readout, milliseconds
 * @param epochs passes over the data
 * @param batch examples per weight update
 * @param learningRate largest step of Adam; one epoch of linear warm-up, then a cosine to zero
 * @param surrogateSlope gamma of the surrogate derivative
 * @param spikeCost loss per hidden spike, which keeps the layer sparse
 * @param inputWeightDeviation standard deviation of W at the start
 * @param readoutWeightDeviation standard deviation of V at the start
 * @param shiftPixels largest random shift per axis
 * @param rotationDegrees largest random rotation
 * @param zoom largest random change of size per axis, as a fraction
 * @param shear largest random shear, as a fraction
 * @param elasticPixels standard deviation of the amplitude of the elastic waves
 * @param jitterPixels largest random displacement of a single event per axis
 * @param seed of weights, order and distortions
 */
public record TrainingSettings(
        int hidden,
        long stepMicros,
        double hiddenTauMillis,
        double readoutTauMillis,
        int epochs,
        int batch,
        float learningRate,
        float surrogateSlope,
        float spikeCost,
        float inputWeightDeviation,
        float readoutWeightDeviation,
        double shiftPixels,
        double rotationDegrees,
        double zoom,
        double shear,
        double elasticPixels,
        double jitterPixels,
        long seed) {

    /** Chosen by five-fold cross-validation on the 1,000 N-MNIST training recordings; docs/training.md has the table. */
    public static TrainingSettings nmnist() {
        return new TrainingSettings(
                128, 1000, 5, 500, 60, 20, 2e-3f, 10, 2e-4f, 0.06f, 0.1f, 2, 15, 0.15, 0.15, 0.7, 0.5, 1);
    }

    /** For the simulated camera, whose own variation leaves little for distortion to add. */
    public static TrainingSettings simulated() {
        return new TrainingSettings(
                64, 1000, 5, 500, 20, 20, 2e-3f, 10, 2e-4f, 0.06f, 0.1f, 1, 5, 0.05, 0.05, 0.3, 0.5, 1);
    }

    TrainingSettings withSeed(long newSeed) {
        return new TrainingSettings(
                hidden,
                stepMicros,
                hiddenTauMillis,
                readoutTauMillis,
                epochs,
                batch,
                learningRate,
                surrogateSlope,
                spikeCost,
                inputWeightDeviation,
                readoutWeightDeviation,
                shiftPixels,
                rotationDegrees,
                zoom,
                shear,
                elasticPixels,
                jitterPixels,
                newSeed);
    }
}
