package io.fluxon.signals.pulses;

import io.fluxon.signals.pulses.PulseSettings.Bins;
import io.fluxon.signals.pulses.PulseSettings.ConstantFraction;
import io.fluxon.signals.pulses.PulseSettings.Gates;
import io.fluxon.signals.pulses.PulseSettings.Trapezoid;
import io.fluxon.signals.pulses.PulseSettings.Trigger;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** Settings by the name of the front end. */
public final class FrontEnds {

    private static final Map<String, PulseSettings> SETTINGS =
            new TreeMap<>(Map.of("legend-hpge", legendHpge(), "caen-compass", caenCompass()));

    private FrontEnds() {}

    /** Name of the front end to its settings; the map cannot be changed. */
    public static Map<String, PulseSettings> settings() {
        return Collections.unmodifiableMap(SETTINGS);
    }

    /**
     * Germanium detectors of LEGEND-200 on 62.5 MS/s: pulses near 48 us of 131 us, decay 0.5 ms. Trapezoid 10 us up, 3 us
     * flat, whose maximum is the energy; time where half of the height is crossed. The stamp belongs to the first sample,
     * as the column {@code waveform/t0} says.
     */
    private static PulseSettings legendHpge() {
        return new PulseSettings(
                16_000,
                false,
                0,
                1,
                2500,
                true,
                31_250,
                0,
                65_535,
                new Trigger(32, 16, 6, 10, 128),
                new Trapezoid(625, 188, 0),
                new ConstantFraction(0.5, 128),
                null,
                null,
                null,
                new Bins(0, 4, 5000));
    }

    /**
     * A CAEN digitiser with 500 MS/s and 14 bits read out by CoMPASS, 96 ns before the trigger. Gates and
     * least height are those of the digitiser's own settings: 80 ns and 300 ns from 50 ns before the trigger on, 100 LSB.
     */
    private static PulseSettings caenCompass() {
        return new PulseSettings(
                2000,
                false,
                48,
                2000,
                24,
                false,
                0,
                0,
                16_383,
                new Trigger(4, 2, 8, 100, 50),
                new Trapezoid(50, 50, 75),
                new ConstantFraction(0.5, 8),
                null,
                new Gates(true, -25, 40, 150),
                null,
                new Bins(0, 1, 4096));
    }
}
