package io.fluxon.launcher;

import io.fluxon.schemas.SensorKind;
import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A kind of sensor by its name in lower case. */
public final class KindConverter implements ITypeConverter<SensorKind> {

    @Override
    public SensorKind convert(String value) {
        for (SensorKind kind : SensorKind.values()) {
            if (kind.lowerCaseName().equals(value)) {
                return kind;
            }
        }
        throw new TypeConversionException("'" + value + "' is not one of "
                + Arrays.stream(SensorKind.values())
                        .map(SensorKind::lowerCaseName)
                        .collect(Collectors.joining(", ")));
    }
}
