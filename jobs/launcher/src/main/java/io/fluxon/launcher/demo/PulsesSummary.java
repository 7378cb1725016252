package io.fluxon.launcher.demo;

/**
 * The figures of the pulses lane, by the names of the JSON line that ends a demo. Null means unknown. Hits, coincidences
 * and spectra are those that read_committed consumers see. Errors are root mean squares over the hits that are alone in
 * their waveform and neither flagged as pile-up nor as saturated.
 *
 * @param packets DATA packets published
 * @param pulses pulses published
 * @param hits pulses analysed
 * @param coincidences pairs of hits
 * @param pileUps hits flagged as pile-up
 * @param saturated hits flagged as saturated
 * @param spectra spectra, one a channel and window
 * @param trueHits true hits of the packets that were analysed; 0 if nothing is known
 * @param matched true hits with a hit of their channel within 100 ns
 * @param energyErrorPercentRms of the trapezoid's energy, percent of the true one
 * @param timeErrorPicosecondsRms of the constant-fraction time, about the mean of its channel
 * @param networkEnergyErrorPercentRms of the network's energy
 * @param networkTimeErrorPicosecondsRms of the network's time, about the mean of its channel
 * @param deadLetters records that could not be used
 * @param gaps GAP reports
 * @param duplicates DUPLICATE reports
 * @param latencyMillisP50 median time in milliseconds from the append of a packet to the visibility of its hits for
 *     read_committed
 * @param latencyMillisP99 the same, 99th percentile
 * @param seconds wall time from the first packet to the last result waited for
 */
record PulsesSummary(
        long packets,
        long pulses,
        long hits,
        long coincidences,
        long pileUps,
        long saturated,
        long spectra,
        long trueHits,
        long matched,
        Double energyErrorPercentRms,
        Double timeErrorPicosecondsRms,
        Double networkEnergyErrorPercentRms,
        Double networkTimeErrorPicosecondsRms,
        long deadLetters,
        long gaps,
        long duplicates,
        Long latencyMillisP50,
        Long latencyMillisP99,
        double seconds) {}
