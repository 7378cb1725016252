package io.fluxon.launcher;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder.Damage;
import io.fluxon.connectors.camera.files.CameraFormat;
import io.fluxon.connectors.camera.files.CameraReader;
import io.fluxon.connectors.camera.files.ReadOptions;
import io.fluxon.schemas.CameraLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of every command that reads recordings of event cameras. */
public final class CameraInput {

    @Option(
            names = "--format",
            paramLabel = "NAME",
            converter = FormatConverter.class,
            completionCandidates = FormatNames.class,
            description = {
                "What the recording of a camera is, where its first bytes and its name do not tell:",
                "${COMPLETION-CANDIDATES}."
            })
    private CameraFormat format;

    @Option(
            names = "--geometry",
            paramLabel = "WxH",
            converter = GeometryConverter.class,
            description = "Pixels of the camera, e.g. 640x480, where the recording does not tell.")
    private CameraLayout layout;

    @Option(
            names = "--lenient",
            description = "Count what is damaged and go on, instead of ending at the first damage.")
    private boolean lenient;

    /** Whether the options say that the file is a camera's. */
    public boolean isNamed() {
        return format != null || layout != null;
    }

    public CameraReader open(Path file) throws IOException {
        return CameraFormat.open(
                file,
                new ReadOptions(
                        Optional.ofNullable(format),
                        Optional.ofNullable(layout),
                        lenient ? Damage.COUNT : Damage.REFUSE));
    }

    /** The names of all formats, for help. */
    public static final class FormatNames implements Iterable<String> {

        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(CameraFormat.values())
                    .map(CameraFormat::formatName)
                    .iterator();
        }
    }

    /** A format by its name. */
    public static final class FormatConverter implements ITypeConverter<CameraFormat> {

        @Override
        public CameraFormat convert(String value) {
            return CameraFormat.named(value)
                    .orElseThrow(
                            () -> new TypeConversionException("'" + value + "' is not one of " + CameraFormat.names()));
        }
    }

    private static final class GeometryConverter implements ITypeConverter<CameraLayout> {

        private static final Pattern GEOMETRY = Pattern.compile("(\\d{1,5})x(\\d{1,5})");

        @Override
        public CameraLayout convert(String value) {
            Matcher sides = GEOMETRY.matcher(value);
            if (sides.matches()) {
                int width = Integer.parseInt(sides.group(1));
                int height = Integer.parseInt(sides.group(2));
                if (Math.min(width, height) >= 1 && Math.max(width, height) <= CameraBatch.MAX_SIDE) {
                    return new CameraLayout(width, height);
                }
            }
            throw new TypeConversionException(
                    "'" + value + "' is not WIDTHxHEIGHT with sides of 1 to " + CameraBatch.MAX_SIDE + " pixels");
        }
    }
}
