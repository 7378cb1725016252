package io.fluxon.connectors.motion;

import io.fluxon.connectors.motion.MotionRecording.Epoch;
import io.fluxon.connectors.motion.MotionRecording.Label;
import io.fluxon.connectors.packets.RecordingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The smartwatch files of the GeoTec set (Matey-Sanz et al., Data in Brief 2023, doi 10.1016/j.dib.2023.109809), {@code
 * sSUBJECT_EXECUTION_sw.csv}, plain or gzip: both sensors at about 100 Hz during everyday movements, none of them an
 * activity of {@link WisdmFiles}. Columns: {@code x_acc,y_acc,z_acc,x_gyro,y_gyro,z_gyro,timestamp,label} with m/s^2,
 * rad/s and Unix milliseconds; neighbouring samples may have the same time.
 */
public final class GeoTecFiles {

    private static final String HEADER = "x_acc,y_acc,z_acc,x_gyro,y_gyro,z_gyro,timestamp,label";
    private static final List<String> MOVEMENTS =
            List.of("SEATED", "STANDING_UP", "WALKING", "TURNING", "SITTING_DOWN");
    private static final Pattern FILE_NAME = Pattern.compile("((s\\d{1,9})_\\d{1,9})_sw\\.csv(\\.gz)?");
    private static final int FOLDERS_DEEP = 4;
    private static final long NANOS_PER_MILLISECOND = 1_000_000;
    private static final long MAX_MILLISECONDS = Long.MAX_VALUE / NANOS_PER_MILLISECOND - 1;

    private GeoTecFiles() {}

    /** Whether a file is named like those of the set. */
    public static boolean isRecording(Path file) {
        return name(file).matches();
    }

    /** The files of the set in a folder, by name. */
    public static List<Path> in(Path folder) throws IOException {
        try (Stream<Path> below = Files.walk(folder, FOLDERS_DEEP)) {
            return below.filter(GeoTecFiles::isRecording).sorted().toList();
        }
    }

    /** The subject of a file, e.g. "s01". */
    public static String subject(Path file) throws RecordingException {
        return matched(file).group(2);
    }

    /** Reads one execution; times become nanoseconds, the label is {@link MotionRecording#NONE} throughout. */
    public static MotionRecording read(Path file) throws IOException {
        Matcher name = matched(file);
        TextLines lines = TextLines.read(file);
        if (!lines.next() || !String.join(",", lines.fields(8)).equals(HEADER)) {
            throw new RecordingException(file + ": line 1: not " + HEADER);
        }
        MotionBatch acceleration = new MotionBatch();
        MotionBatch angularVelocity = new MotionBatch();
        long previousNanos = 0;
        while (lines.next()) {
            String[] fields = lines.fields(8);
            long milliseconds = lines.wholeNumber(fields[6]);
            if (milliseconds > MAX_MILLISECONDS) {
                throw lines.error("the time " + milliseconds + " is beyond " + MAX_MILLISECONDS + " ms");
            }
            long nanos = milliseconds * NANOS_PER_MILLISECOND;
            if (nanos < previousNanos) {
                throw lines.error("time runs back by " + (previousNanos - nanos) + " ns");
            }
            if (!MOVEMENTS.contains(fields[7])) {
                throw lines.error("label " + TextLines.quoted(fields[7]) + " is not one of " + MOVEMENTS);
            }
            previousNanos = nanos;
            acceleration.add(nanos, lines.finite(fields[0]), lines.finite(fields[1]), lines.finite(fields[2]));
            angularVelocity.add(nanos, lines.finite(fields[3]), lines.finite(fields[4]), lines.finite(fields[5]));
        }
        if (acceleration.size() == 0) {
            throw new RecordingException(file + ": holds no samples");
        }
        Label label = new Label(acceleration.timeNanos()[0], previousNanos + 1, MotionRecording.NONE);
        return new MotionRecording(
                name.group(1),
                "watch-" + name.group(2),
                file.toString(),
                List.of(new Epoch(acceleration, angularVelocity, List.of(label))));
    }

    private static Matcher matched(Path file) throws RecordingException {
        Matcher name = name(file);
        if (!name.matches()) {
            throw new RecordingException(file + ": not named sSUBJECT_EXECUTION_sw.csv");
        }
        return name;
    }

    private static Matcher name(Path file) {
        return FILE_NAME.matcher(Objects.toString(file.getFileName(), ""));
    }
}
