package io.fluxon.launcher.demo;

/**
 * The figures of the watch lane, by the names of the JSON line that ends a demo. Null means unknown.
 *
 * @param packets DATA packets published, of both sensors
 * @param samples samples published, of both sensors
 * @param decisions windows decided that read_committed consumers see
 * @param correct how many of the labelled decisions are right; null if none is labelled
 * @param labelled decisions whose window lies within one interval of known truth
 * @param operationsSavedPercent of the weights that a dense evaluation would have multiplied, how many were not
 * @param deadLetters records that could not be used
 * @param gaps GAP reports
 * @param duplicates DUPLICATE reports
 * @param latencyMillisP50 median time in milliseconds from the append of the last packet that a decision rests on to its
 *     visibility for read_committed
 * @param latencyMillisP99 the same, 99th percentile
 * @param seconds wall time from the first packet to the last result waited for
 */
record WatchSummary(
        long packets,
        long samples,
        long decisions,
        Long correct,
        long labelled,
        Double operationsSavedPercent,
        long deadLetters,
        long gaps,
        long duplicates,
        Long latencyMillisP50,
        Long latencyMillisP99,
        double seconds) {}
