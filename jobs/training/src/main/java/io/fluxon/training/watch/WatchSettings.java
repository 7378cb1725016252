package io.fluxon.training.watch;

/**
 * Everything that a training run depends on beside its data.
 *
 * @param hidden hidden units
 * @param epochs passes over the data
 * @param batch stretches that are walked through side by side
 * @param chunkWindows windows between two updates, the reach of the gradient
 * @param learningRate largest step of Adam; one epoch of linear warm-up, then a cosine to zero
 * @param weightDecay decoupled weight decay per unit of learning rate
 * @param dropout share of hidden units that the readout does not see, per window
 * @param inputThreshold delta threshold of the inputs
 * @param hiddenThreshold delta threshold of the hidden units
 * @param gravitySeconds time constant of the estimate of gravity
 * @param gainRate rate of the adaptive gains
 * @param rotationDegrees largest random rotation about a random axis per stretch
 * @param rollDegrees largest random rotation about the forearm, the x axis, per stretch
 * @param zoom largest random change of size per stretch and sensor, as a fraction
 * @param mirrorShare share of stretches mirrored in x, as if worn on the other wrist
 * @param turnShare share of stretches turned by half a turn about z, as if strapped on the other way round
 * @param resetShare share of chunks that begin without history
 * @param spliceShare share of chunks after which another activity of the same subject goes on, history kept
 * @param seed of weights, order and distortions
 */
public record WatchSettings(
        int hidden,
        int epochs,
        int batch,
        int chunkWindows,
        float learningRate,
        float weightDecay,
        float dropout,
        float inputThreshold,
        float hiddenThreshold,
        double gravitySeconds,
        double gainRate,
        double rotationDegrees,
        double rollDegrees,
        double zoom,
        double mirrorShare,
        double turnShare,
        double resetShare,
        double spliceShare,
        long seed) {

    /** Chosen by cross-validation on the training subjects; docs/training.md has the table. */
    public static WatchSettings chosen() {
        return new WatchSettings(
                64, 12, 20, 4, 4e-3f, 0.01f, 0.2f, 0.1f, 0.05f, 2, 0.005, 10, 20, 0.15, 0.3, 0.2, 0.4, 0.05, 1);
    }

    /**
     * For the simulated wrist, which changes activity every 10 to 20 s without a pause: no adaptive gain, which takes as
     * long to follow, no other wrist, and every other chunk a change of activity.
     */
    public static WatchSettings simulated() {
        return new WatchSettings(64, 12, 20, 4, 4e-3f, 0.01f, 0.2f, 0.1f, 0.05f, 2, 0, 10, 20, 0.15, 0, 0, 0.4, 0.5, 1);
    }

    WatchSettings withSeed(long newSeed) {
        return new WatchSettings(
                hidden,
                epochs,
                batch,
                chunkWindows,
                learningRate,
                weightDecay,
                dropout,
                inputThreshold,
                hiddenThreshold,
                gravitySeconds,
                gainRate,
                rotationDegrees,
                rollDegrees,
                zoom,
                mirrorShare,
                turnShare,
                resetShare,
                spliceShare,
                newSeed);
    }
}
