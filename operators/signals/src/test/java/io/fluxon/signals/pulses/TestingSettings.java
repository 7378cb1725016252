package io.fluxon.signals.pulses;

import io.fluxon.signals.pulses.PulseSettings.Bins;
import io.fluxon.signals.pulses.PulseSettings.ConstantFraction;
import io.fluxon.signals.pulses.PulseSettings.Gates;
import io.fluxon.signals.pulses.PulseSettings.Template;
import io.fluxon.signals.pulses.PulseSettings.Trapezoid;
import io.fluxon.signals.pulses.PulseSettings.Trigger;

/** Settings for tests: 1 ns a sample, 14 bits, a baseline of 100 samples. */
final class TestingSettings {

    private TestingSettings() {}

    static PulseSettings of(boolean falling, double decaySamples, Template template, Gates gates) {
        return new PulseSettings(
                1000,
                falling,
                50,
                1,
                100,
                false,
                decaySamples,
                0,
                16_383,
                new Trigger(4, 2, 8, 20, 20),
                new Trapezoid(60, 20, 72),
                new ConstantFraction(0.4, 8),
                template,
                gates,
                null,
                new Bins(0, 10, 100));
    }
}
