package io.fluxon.launcher;

import io.fluxon.connectors.replay.Replay;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code --speed N|max}: event time passed per wall time. */
final class Speed implements ITypeConverter<Double> {

    @Override
    public Double convert(String value) {
        if (value.equals("max")) {
            return Replay.MAX_SPEED;
        }
        try {
            double speed = Double.parseDouble(value);
            if (speed > 0 && speed < Replay.MAX_SPEED) {
                return speed;
            }
        } catch (NumberFormatException e) {
            // Refused below like every other text that is no speed.
        }
        throw new TypeConversionException("'" + value + "' is neither a number above 0 nor 'max'");
    }
}
