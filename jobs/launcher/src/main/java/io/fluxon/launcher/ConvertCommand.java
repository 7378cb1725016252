package io.fluxon.launcher;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.DecodingWarnings.Warning;
import io.fluxon.connectors.camera.files.CameraFormat;
import io.fluxon.connectors.camera.files.CameraReader;
import io.fluxon.connectors.camera.files.CameraWriter;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.schemas.CameraLayout;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import me.tongfei.progressbar.ProgressBar;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code fluxon convert}: a camera's recording in another format, or a part of it; without loss or not at all. */
@Command(
        name = "convert",
        description = {
            "Writes a recording of an event camera in another format. What the format cannot hold exactly is refused",
            "unless an option leaves it out."
        },
        footer = {
            "",
            "Examples:",
            "  ./fluxon convert recording.aedat4 recording.csv --events-only",
            "  ./fluxon convert recording.raw part.raw --to evt3 --from-us 1000000 --to-us 2000000 --roi 0,0,320,240"
        })
final class ConvertCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "IN", description = "Recording to read.")
    private Path in;

    @Parameters(index = "1", paramLabel = "OUT", description = "Recording to write; it is replaced if it exists.")
    private Path out;

    @Option(
            names = "--to",
            paramLabel = "FORMAT",
            converter = CameraInput.FormatConverter.class,
            description = "Format of OUT (default: by its ending).")
    private CameraFormat to;

    @Option(
            names = "--from-us",
            paramLabel = "A",
            description = "Leave out what is before A, microseconds as IN tells times.")
    private long fromMicros = Long.MIN_VALUE;

    @Option(
            names = "--to-us",
            paramLabel = "B",
            description = "Leave out what is at B or later, microseconds as IN tells times.")
    private long toMicros = Long.MAX_VALUE;

    @Option(
            names = "--roi",
            paramLabel = "X,Y,W,H",
            converter = RegionConverter.class,
            description = {
                "Leave out events outside this rectangle. Coordinates and geometry stay, triggers and inertial samples",
                "too."
            })
    private Region region;

    @Option(
            names = "--events-only",
            description = "Leave out triggers, special events, inertial samples, frames and all else that is no event.")
    private boolean eventsOnly;

    @Option(
            names = "--rebase",
            description = "Shift all times so that the first event of OUT is at 0 us, for formats with short times.")
    private boolean rebase;

    @Mixin
    private CameraInput input;

    @Spec
    private CommandSpec spec;

    /** Pixels from (x, y) to (x + width, y + height), exclusively. */
    private record Region(int x, int y, int width, int height) {}

    @Override
    public Integer call() throws IOException {
        if (fromMicros >= toMicros) {
            throw wrongUsage("--from-us is " + fromMicros + ", must be less than --to-us");
        }
        CameraFormat format = to != null ? to : formatOf(out);
        if (Files.exists(out) && Files.exists(in) && Files.isSameFile(in, out)) {
            throw new RecordingException(out + ": is also the recording to read");
        }
        try (CameraReader reader = input.open(in)) {
            Selection selection = selection(reader.layout());
            WholeFile.write(out, temporary -> convert(reader, format, temporary, selection));
            PrintWriter text = spec.commandLine().getOut();
            text.println(summary(selection));
            if (reader.rowsFromBottom() != format.rowsFromBottom()) {
                text.printf(
                        "rows are kept as they are: %s counts them from the %s, %s from the %s%n",
                        reader.format(),
                        reader.rowsFromBottom() ? "bottom" : "top",
                        format.formatName(),
                        format.rowsFromBottom() ? "bottom" : "top");
            }
            reader.warnings()
                    .byName()
                    .forEach((name, count) ->
                            text.printf(Locale.ROOT, "warning: %,d %s%n", count, name.replace('_', ' ')));
            text.flush();
        }
        return 0;
    }

    private ParameterException wrongUsage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private CameraFormat formatOf(Path file) {
        String name = Objects.toString(file.getFileName(), "").toLowerCase(Locale.ROOT);
        if (name.endsWith(".raw")) {
            throw wrongUsage(file + ": .raw does not tell which encoding; give --to evt2 or --to evt3");
        }
        List<CameraFormat> formats = Arrays.stream(CameraFormat.values())
                .filter(format -> format.endings().stream().anyMatch(name::endsWith))
                .toList();
        if (formats.size() != 1) {
            throw wrongUsage(file + ": its ending does not tell the format; give --to "
                    + (formats.isEmpty()
                            ? "FORMAT, one of " + CameraFormat.names()
                            : formats.stream().map(CameraFormat::formatName).collect(Collectors.joining(" or --to "))));
        }
        return formats.get(0);
    }

    private Selection selection(CameraLayout layout) {
        int width = layout.getWidth();
        int height = layout.getHeight();
        Region pixels = region == null ? new Region(0, 0, width, height) : region;
        if (pixels.x() + pixels.width() > width || pixels.y() + pixels.height() > height) {
            throw wrongUsage("--roi " + pixels.x() + "," + pixels.y() + "," + pixels.width() + "," + pixels.height()
                    + " is not within the " + width + "x" + height + " pixels of " + in);
        }
        return new Selection(fromMicros, toMicros, pixels.x(), pixels.y(), pixels.width(), pixels.height(), eventsOnly);
    }

    /** The least time of the events that are to be written. */
    private long firstMicros() throws IOException {
        CameraBatch batch = new CameraBatch();
        CameraBatch selected = new CameraBatch();
        long first = Long.MAX_VALUE;
        try (CameraReader reader = input.open(in)) {
            Selection selection = selection(reader.layout());
            while (read(reader, batch)) {
                selection.select(batch, selected);
                for (int i = 0; i < selected.size(); i++) {
                    first = Math.min(first, selected.timeMicros()[i]);
                }
            }
        }
        if (first == Long.MAX_VALUE) {
            throw new RecordingException(in + ": no event is left to write, so there is none to begin at 0 us");
        }
        return first;
    }

    private void convert(CameraReader reader, CameraFormat format, Path file, Selection selection) throws IOException {
        CameraBatch batch = new CameraBatch();
        CameraBatch selected = new CameraBatch();
        try (CameraWriter writer = create(format, file, reader.layout());
                ProgressBar progress = Progress.bar("convert", "events", -1)) {
            if (rebase) {
                selection.shiftBy(-firstMicros());
            }
            while (read(reader, batch)) {
                selection.select(batch, selected);
                write(selected, writer);
                progress.stepTo(selection.eventsIn());
            }
        }
    }

    /** Reads the next part; a recording of more than a batch holds is refused as soon as that shows. */
    private boolean read(CameraReader reader, CameraBatch batch) throws IOException {
        boolean more = reader.read(batch);
        if (!eventsOnly && reader.warnings().count(Warning.OTHER_ITEMS) > 0) {
            throw refused(in + " also holds frames, another stream or other items that are no events"
                    + " (--events-only leaves them out)");
        }
        return more;
    }

    private CameraWriter create(CameraFormat format, Path file, CameraLayout layout) throws IOException {
        try {
            return format.create(file, layout);
        } catch (RecordingException e) {
            throw refused(e.getMessage().replace(file + ": ", ""));
        }
    }

    private void write(CameraBatch batch, CameraWriter writer) throws IOException {
        try {
            writer.write(batch);
        } catch (RecordingException e) {
            throw refused(e.getMessage() + hint(batch));
        }
    }

    private RecordingException refused(String why) {
        return new RecordingException(out + ": " + why);
    }

    /** Which option may help. */
    private String hint(CameraBatch refused) {
        if (refused.markers().size() + refused.imu().size() > 0) {
            return " (--events-only leaves out triggers, special events and inertial samples)";
        }
        return rebase ? "" : " (--rebase shifts the first event to 0 us)";
    }

    private String summary(Selection selection) throws IOException {
        long bytesIn = Files.size(in);
        long bytesOut = Files.size(out);
        return String.format(
                Locale.ROOT,
                "%,d events in, %,d out%s; %,d bytes in, %,d out, ratio %.3f",
                selection.eventsIn(),
                selection.eventsOut(),
                selection.leftOut() == 0
                        ? ""
                        : String.format(
                                Locale.ROOT,
                                "; %,d triggers, special events and inertial samples left out",
                                selection.leftOut()),
                bytesIn,
                bytesOut,
                (double) bytesOut / Math.max(1, bytesIn));
    }

    private static final class RegionConverter implements ITypeConverter<Region> {

        private static final Pattern REGION = Pattern.compile("(\\d{1,5}),(\\d{1,5}),(\\d{1,5}),(\\d{1,5})");

        @Override
        public Region convert(String value) {
            Matcher numbers = REGION.matcher(value);
            if (numbers.matches()) {
                Region region = new Region(
                        Integer.parseInt(numbers.group(1)),
                        Integer.parseInt(numbers.group(2)),
                        Integer.parseInt(numbers.group(3)),
                        Integer.parseInt(numbers.group(4)));
                if (region.width() > 0 && region.height() > 0) {
                    return region;
                }
            }
            throw new TypeConversionException("'" + value + "' is not X,Y,WIDTH,HEIGHT of at least one pixel");
        }
    }
}
