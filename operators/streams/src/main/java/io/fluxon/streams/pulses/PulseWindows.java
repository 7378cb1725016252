package io.fluxon.streams.pulses;

import java.io.Serializable;

/**
 * The stretches of event time that the pulse pipeline counts and pairs in.
 *
 * @param spectrumPicos length of a spectrum's window, picoseconds, whole nanoseconds
 * @param firstChannel lower channel of the pairs
 * @param secondChannel higher channel of the pairs
 * @param coincidencePicos largest difference of two times that count as coincident, picoseconds
 */
public record PulseWindows(long spectrumPicos, int firstChannel, int secondChannel, long coincidencePicos)
        implements Serializable {

    /** Spectra of 1 s; channels 0 and 1 coincident within 50 ns. */
    public static final PulseWindows DEFAULT = new PulseWindows(1_000_000_000_000L, 0, 1, 50_000);

    private static final long PICOS_PER_NANO = 1000;
    private static final long PICOS_PER_DAY = 86_400_000_000_000_000L;

    public PulseWindows {
        require(
                spectrumPicos >= PICOS_PER_NANO
                        && spectrumPicos <= PICOS_PER_DAY
                        && spectrumPicos % PICOS_PER_NANO == 0,
                "the window of a spectrum is not whole nanoseconds from 1 ns to 1 day");
        require(
                firstChannel >= 0 && firstChannel < secondChannel,
                "the channels of a pair are not 0 <= first < second");
        require(
                coincidencePicos >= 0 && coincidencePicos <= PICOS_PER_DAY,
                "the window of coincidences is not from 0 to 1 day");
    }

    private static void require(boolean holds, String rule) {
        if (!holds) {
            throw new IllegalArgumentException(rule);
        }
    }
}
