package io.fluxon.connectors.simulation;

import io.fluxon.connectors.motion.MotionRecording;
import java.util.List;

/**
 * What a wearer of the simulated watch can be doing: how the forearm is held and how it moves about that posture. Angles
 * are degrees, lengths metres, frequencies Hz, times seconds.
 *
 * @param label name of the activity in the recording's labels
 * @param elevationDegrees angle of the forearm above the horizontal
 * @param rollDegrees 0 with the palm down, -90 with the thumb up
 * @param rhythm how the movement runs in time
 * @param low lower end of the rhythm's range: Hz, or seconds for bursts
 * @param high its upper end
 * @param shape of a {@link Rhythm#BEAT} the ratio of neighbouring harmonics of the acceleration, of {@link
 *     Rhythm#BURSTS} the standard deviation of one burst in seconds; else 0
 * @param yawDegrees size of the turning about the vertical: rms of a sway, amplitude of a beat's first harmonic, height
 *     of a burst; likewise the five that follow
 * @param pitchDegrees raising and lowering of the forearm
 * @param twistDegrees turning about the forearm
 * @param aheadMetres movement of the elbow to the front
 * @param asideMetres movement of the elbow to the left
 * @param upMetres movement of the elbow upwards
 */
record WristActivity(
        String label,
        double elevationDegrees,
        double rollDegrees,
        Rhythm rhythm,
        double low,
        double high,
        double shape,
        double yawDegrees,
        double pitchDegrees,
        double twistDegrees,
        double aheadMetres,
        double asideMetres,
        double upMetres) {

    /** How a movement runs in time. */
    enum Rhythm {
        /** Sum of sinusoids of random phase with frequencies between low and high. */
        SWAY,
        /** One frequency between low and high, with harmonics. */
        BEAT,
        /** Single strokes, low to high seconds apart; every other one goes the opposite way at half the size. */
        BURSTS
    }

    /** Every activity; sizes chosen for the orders of magnitude of the WISDM set of 2019. */
    static final List<WristActivity> ALL = List.of(
            new WristActivity("typing", 5, -20, Rhythm.SWAY, 3, 8, 0, 0.12, 0.15, 0.5, 0, 0, 0),
            new WristActivity("teeth", 50, -30, Rhythm.BEAT, 3, 5, 0.3, 1.6, 1.4, 2, 0.006, 0, 0.002),
            new WristActivity("catch", 5, -60, Rhythm.BURSTS, 1, 3, 0.12, 50, 60, 90, 0.25, 0.1, 0.25),
            new WristActivity("dribbling", -40, -30, Rhythm.BEAT, 1.2, 2.2, 0.5, 20, 15, 40, 0, 0, 0.04),
            new WristActivity("writing", 0, -60, Rhythm.SWAY, 2, 5, 0, 0.4, 0.25, 1.2, 0, 0, 0),
            new WristActivity("clapping", 35, -40, Rhythm.BEAT, 2, 3, 0.7, 6, 3, 5, 0, 0.01, 0),
            new WristActivity("folding", -5, -50, Rhythm.SWAY, 0.25, 0.8, 0, 25, 25, 30, 0.08, 0.05, 0.06),
            new WristActivity(MotionRecording.NONE, -10, -20, Rhythm.SWAY, 0.2, 0.8, 0, 0.3, 0.3, 0.3, 0, 0, 0),
            new WristActivity(MotionRecording.NONE, -60, -70, Rhythm.BEAT, 0.8, 1.1, 0.6, 3, 15, 6, 0.06, 0, 0.015),
            new WristActivity(MotionRecording.NONE, -5, -30, Rhythm.BURSTS, 2, 4, 0.35, 30, 35, 40, 0.15, 0, 0.1));

    /** The rows of {@link #ALL} before this one are hand activities; from here on rest, walk and reach for things. */
    static final int HAND_ACTIVITIES = 7;
}
