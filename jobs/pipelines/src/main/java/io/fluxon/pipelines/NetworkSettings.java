package io.fluxon.pipelines;

import java.io.Serializable;

/**
 * When a network decides; all times on the sensor's own clock, microseconds, 0 where the kind of window has none.
 *
 * @param lengthMicros length of a tumbling or sliding window
 * @param slideMicros from the start of a sliding window to that of the next
 * @param gapMicros time without events that ends a session
 * @param everyMicros from estimate to estimate, of a continuous window from decision to decision; 0 for none
 * @param maxSilenceMicros a longer silence starts the network afresh; 0 for none
 * @param earlyExit when a window is decided before its end; null for never
 */
public record NetworkSettings(
        Window window,
        long lengthMicros,
        long slideMicros,
        long gapMicros,
        long everyMicros,
        long maxSilenceMicros,
        EarlyExit earlyExit)
        implements Serializable {

    /** What a decision is about. */
    public enum Window {
        EPOCH,
        TUMBLING,
        SLIDING,
        SESSION,
        CONTINUOUS
    }

    /** @param margin least difference of the highest score and the next of an estimate that decides */
    public record EarlyExit(double margin, Then then) implements Serializable {}

    /** What follows an early decision. */
    public enum Then {
        STOP,
        REVISE
    }
}
