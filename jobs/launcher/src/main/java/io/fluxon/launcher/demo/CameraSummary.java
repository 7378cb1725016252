package io.fluxon.launcher.demo;

/**
 * The figures of the camera lane, by the names of the JSON line that ends a demo. Null means unknown.
 *
 * @param packets DATA packets published
 * @param events events published
 * @param decisions final decisions that read_committed consumers see
 * @param correct how many of the labelled decisions are right; null if none is labelled
 * @param labelled decisions with a known truth
 * @param deadLetters records that could not be used
 * @param gaps GAP reports
 * @param duplicates DUPLICATE reports
 * @param latencyMillisP50 median time in milliseconds from the append of the last packet that a final decision rests on
 *     to its visibility for read_committed; null if there is no decision
 * @param latencyMillisP99 the same, 99th percentile
 * @param seconds wall time from the first packet to the last decision waited for
 */
record CameraSummary(
        long packets,
        long events,
        long decisions,
        Long correct,
        long labelled,
        long deadLetters,
        long gaps,
        long duplicates,
        Long latencyMillisP50,
        Long latencyMillisP99,
        double seconds) {}
