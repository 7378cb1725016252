package io.fluxon.streams.pulses;

/** A state of a digitiser with something in every field, for tests of what is stored. */
public final class TestingDigitiser {

    private TestingDigitiser() {}

    public static DigitiserState state() {
        DigitiserState state = new DigitiserState(3);
        state.nextSequence = 11;
        state.missingPackets = 2;
        state.binning = new DigitiserState.Binning(
                "digitiser", "run 7", "test", 1_700_000_000_000_000_000L, 1_000_000_000_000L, "keV", -10.5, 0.25);
        state.coincidences.add(0, 1_234_567_890_123L, 511.25);
        state.coincidences.add(1, 1_234_567_990_123L, 1274.5);
        for (int channel = 0; channel < 2; channel++) {
            OpenSpectrum spectrum = state.spectrum(1, channel);
            for (int bin = 5; bin < 9; bin++) {
                spectrum.count(bin * (channel + 1));
            }
            spectrum.outside = 4;
            spectrum.pileUps = 5;
            spectrum.saturated = 6 + channel;
        }
        return state;
    }
}
