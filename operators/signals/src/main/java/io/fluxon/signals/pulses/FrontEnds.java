package io.fluxon.signals.pulses;

import io.fluxon.signals.pulses.PulseSettings.Bins;
import io.fluxon.signals.pulses.PulseSettings.Calibration;
import io.fluxon.signals.pulses.PulseSettings.ConstantFraction;
import io.fluxon.signals.pulses.PulseSettings.Gates;
import io.fluxon.signals.pulses.PulseSettings.Template;
import io.fluxon.signals.pulses.PulseSettings.Trapezoid;
import io.fluxon.signals.pulses.PulseSettings.Trigger;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** Settings by the name of the front end. */
public final class FrontEnds {

    private static final Map<String, PulseSettings> SETTINGS =
            new TreeMap<>(Map.of("legend-hpge", legendHpge(), "caen-compass", caenCompass(), "pulse-v1", pulseV1()));

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

    /**
     * The simulated front end of docs/pulse-network.md: 250 MS/s, 12 bits, CR-RC<sup>2</sup> pulses that start in the
     * sample before sample 16, to which the stamp belongs. The template's zero is the start of the pulse. Constant
     * fraction and trapezoid are those with the smallest errors on its undisturbed pulses; 1.1936 is the height of a pulse
     * over that of the trapezoid, 2.8 LSB are 1 keV.
     */
    private static PulseSettings pulseV1() {
        double heightOfTrapezoid = 1 / 1.1936;
        int oversampling = 32;
        return new PulseSettings(
                4000,
                false,
                16,
                4000,
                16,
                false,
                0,
                0,
                4095,
                new Trigger(4, 2, 6, 60, 12),
                new Trapezoid(25, 4, 0),
                new ConstantFraction(0.6, 23),
                new Template(
                        crRcSquared(2, 40, 25, 4.0 / oversampling, 64 * oversampling),
                        oversampling,
                        0,
                        64,
                        64,
                        heightOfTrapezoid),
                null,
                new Calibration(1 / (2.8 * heightOfTrapezoid), 0),
                new Bins(0, 5, 300));
    }

    /**
     * The pulse (e<sup>-t/decay</sup> - e<sup>-t/rise</sup>) * t<sup>2</sup> e<sup>-t/shaping</sup> (* = convolution) at t
     * = 0, step, 2 step ..., over its largest value: with l = 1/shaping - 1/a, an exponential of time constant a gives
     * 2/l<sup>3</sup> e<sup>-t/a</sup> - (t<sup>2</sup>/l + 2t/l<sup>2</sup> + 2/l<sup>3</sup>) e<sup>-t/shaping</sup>.
     */
    private static double[] crRcSquared(double rise, double decay, double shaping, double step, int count) {
        double d = 1 / (1 / shaping - 1 / decay);
        double r = 1 / (1 / shaping - 1 / rise);
        double[] values = new double[count];
        double largest = 0;
        for (int i = 0; i < count; i++) {
            double t = i * step;
            values[i] = 2 * d * d * d * StrictMath.exp(-t / decay)
                    - 2 * r * r * r * StrictMath.exp(-t / rise)
                    + ((r - d) * t * t + 2 * (r * r - d * d) * t + 2 * (r * r * r - d * d * d))
                            * StrictMath.exp(-t / shaping);
            largest = Math.max(largest, values[i]);
        }
        for (int i = 0; i < count; i++) {
            values[i] /= largest;
        }
        return values;
    }
}
