package io.fluxon.launcher;

import io.fluxon.schemas.SensorKind;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A kind of sensor by its name in lower case. */
public final class KindConverter implements ITypeConverter<SensorKind> {

    public static String nameOf(SensorKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public SensorKind convert(String value) {
        for (SensorKind kind : SensorKind.values()) {
            if (nameOf(kind).equals(value)) {
                return kind;
            }
        }
        throw new TypeConversionException("'" + value + "' is not one of "
                + Arrays.stream(SensorKind.values()).map(KindConverter::nameOf).collect(Collectors.joining(", ")));
    }
}
