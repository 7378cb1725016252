package io.fluxon.connectors.motion;

import io.fluxon.connectors.motion.MotionRecording.Epoch;
import io.fluxon.connectors.motion.MotionRecording.Label;
import io.fluxon.connectors.packets.RecordingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The smartwatch files of the WISDM set of 2019 (Weiss et al., UCI repository no. 507), {@code
 * data_SUBJECT_{accel,gyro}_watch.txt}, plain or gzip, paired by subject. Lines: {@code
 * subject,activity,nanoseconds,x,y,z;} with m/s^2 or rad/s; the time is that of the watch's own clock since it booted. The
 * activity is a letter; the seven hand activities have names here and the others of the set are {@link
 * MotionRecording#NONE}.
 *
 * <p>Lines of one activity in a row are a stretch, in which time must run forward. A stretch that begins before the end
 * of the one before it begins a new epoch.
 */
public final class WisdmFiles {

    /** The seven hand activities by name, in the order of their letters in {@code activity_key.txt}. */
    public static final List<String> ACTIVITIES =
            List.of("typing", "teeth", "catch", "dribbling", "writing", "clapping", "folding");

    private static final String ACTIVITY_LETTERS = "FGOPQRS";
    private static final String OTHER_LETTERS = "ABCDEHIJKLM";

    private static final Pattern FILE_NAME = Pattern.compile("data_(\\d{1,9})_(accel|gyro)_watch\\.txt(\\.gz)?");
    private static final int FOLDERS_DEEP = 4;

    private final Map<String, Path> acceleration = new HashMap<>();
    private final Map<String, Path> angularVelocity = new HashMap<>();
    private final TreeMap<Integer, String> subjects = new TreeMap<>();

    private WisdmFiles() {}

    /** Whether a file is named like those of the set. */
    public static boolean isRecording(Path file) {
        return name(file).matches();
    }

    /** Finds the files of the set among the names given and in the folders given; reads none of them. */
    public static WisdmFiles of(List<Path> names) throws IOException {
        WisdmFiles files = new WisdmFiles();
        for (Path name : names) {
            if (Files.isDirectory(name)) {
                try (Stream<Path> below = Files.walk(name, FOLDERS_DEEP)) {
                    for (Path file : below.filter(Files::isRegularFile).sorted().toList()) {
                        files.add(file);
                    }
                }
            } else if (!Files.exists(name)) {
                throw new RecordingException(name + ": no such file");
            } else if (!files.add(name)) {
                throw new RecordingException(name + ": not named data_SUBJECT_accel_watch.txt or _gyro_watch.txt");
            }
        }
        if (files.subjects.isEmpty()) {
            String places = names.stream().map(Path::toString).collect(Collectors.joining(", "));
            throw new RecordingException(places + ": holds no file data_SUBJECT_{accel,gyro}_watch.txt[.gz]");
        }
        return files;
    }

    /** Subjects with at least one file, by number. */
    public List<String> subjects() {
        return List.copyOf(subjects.values());
    }

    /** Whether both sensors of a subject have a file. */
    public boolean hasBothSensors(String subject) {
        return acceleration.containsKey(subject) && angularVelocity.containsKey(subject);
    }

    /** Reads one subject whole; a sensor without a file is empty in every epoch. */
    public MotionRecording read(String subject) throws IOException {
        if (!subjects.containsValue(subject)) {
            throw new RecordingException("subject " + subject + ": no file of it");
        }
        Path accelerationFile = acceleration.get(subject);
        Path angularVelocityFile = angularVelocity.get(subject);
        Map<String, Stretch> accelerationStretches = read(accelerationFile, subject);
        Map<String, Stretch> angularVelocityStretches = read(angularVelocityFile, subject);
        Map<String, Stretch> all = new LinkedHashMap<>(accelerationStretches);
        angularVelocityStretches.forEach(all::putIfAbsent);

        List<Epoch> epochs = new ArrayList<>();
        long endNanos = Long.MIN_VALUE;
        List<Label> labels = new ArrayList<>();
        Epoch open = new Epoch(new MotionBatch(), new MotionBatch(), labels);
        for (Map.Entry<String, Stretch> entry : all.entrySet()) {
            Stretch acceleration = accelerationStretches.getOrDefault(entry.getKey(), Stretch.EMPTY);
            Stretch angularVelocity = angularVelocityStretches.getOrDefault(entry.getKey(), Stretch.EMPTY);
            long fromNanos = Math.min(acceleration.firstNanos(), angularVelocity.firstNanos());
            long lastNanos = Math.max(acceleration.lastNanos(), angularVelocity.lastNanos());
            if (fromNanos <= endNanos) {
                epochs.add(new Epoch(open.acceleration(), open.angularVelocity(), labels));
                labels = new ArrayList<>();
                open = new Epoch(new MotionBatch(), new MotionBatch(), labels);
            }
            acceleration.appendTo(open.acceleration());
            angularVelocity.appendTo(open.angularVelocity());
            labels.add(new Label(fromNanos, lastNanos + 1, entry.getValue().label()));
            endNanos = lastNanos;
        }
        epochs.add(new Epoch(open.acceleration(), open.angularVelocity(), labels));
        return new MotionRecording(subject, "watch-" + subject, origin(accelerationFile, angularVelocityFile), epochs);
    }

    private boolean add(Path file) throws RecordingException {
        Matcher name = name(file);
        if (!name.matches()) {
            return false;
        }
        String subject = name.group(1);
        Path earlier = (name.group(2).equals("accel") ? acceleration : angularVelocity).putIfAbsent(subject, file);
        if (earlier != null) {
            throw new RecordingException(file + ": the same subject and sensor as " + earlier);
        }
        subjects.put(Integer.valueOf(subject), subject);
        return true;
    }

    private static Matcher name(Path file) {
        return FILE_NAME.matcher(Objects.toString(file.getFileName(), ""));
    }

    /** The stretches of a file in its order, by letter and occurrence. */
    private static Map<String, Stretch> read(Path file, String subject) throws IOException {
        Map<String, Stretch> stretches = new LinkedHashMap<>();
        if (file == null) {
            return stretches;
        }
        TextLines lines = TextLines.read(file);
        String letter = "";
        long previousNanos = 0;
        MotionBatch batch = new MotionBatch();
        while (lines.next()) {
            String[] fields = lines.fields(6);
            if (!fields[0].equals(subject)) {
                throw lines.error("subject " + TextLines.quoted(fields[0]) + " in the file of " + subject);
            }
            long nanos = lines.wholeNumber(fields[2]);
            if (!fields[1].equals(letter)) {
                letter = fields[1];
                batch = new MotionBatch();
                String label = label(letter, lines);
                int occurrence = 0;
                while (stretches.containsKey(letter + occurrence)) {
                    occurrence++;
                }
                stretches.put(letter + occurrence, new Stretch(label, batch));
            } else if (nanos < previousNanos) {
                throw lines.error("time runs back by " + (previousNanos - nanos) + " ns within an activity");
            }
            if (!fields[5].endsWith(";")) {
                throw lines.error("does not end in ';'");
            }
            previousNanos = nanos;
            batch.add(
                    nanos,
                    lines.finite(fields[3]),
                    lines.finite(fields[4]),
                    lines.finite(fields[5].substring(0, fields[5].length() - 1)));
        }
        if (stretches.isEmpty()) {
            throw new RecordingException(file + ": holds no samples");
        }
        return stretches;
    }

    private static String label(String letter, TextLines lines) throws RecordingException {
        if (letter.length() == 1) {
            int index = ACTIVITY_LETTERS.indexOf(letter);
            if (index >= 0) {
                return ACTIVITIES.get(index);
            }
            if (OTHER_LETTERS.contains(letter)) {
                return MotionRecording.NONE;
            }
        }
        throw lines.error(
                "activity " + TextLines.quoted(letter) + " is not one of " + OTHER_LETTERS + ACTIVITY_LETTERS);
    }

    private static String origin(Path accelerationFile, Path angularVelocityFile) {
        if (accelerationFile == null || angularVelocityFile == null) {
            return Objects.requireNonNullElse(accelerationFile, angularVelocityFile)
                    .toString();
        }
        return accelerationFile + " + " + angularVelocityFile;
    }

    /** Samples of one sensor during one activity. */
    private record Stretch(String label, MotionBatch samples) {

        static final Stretch EMPTY = new Stretch("", new MotionBatch());

        long firstNanos() {
            return samples.size() == 0 ? Long.MAX_VALUE : samples.timeNanos()[0];
        }

        long lastNanos() {
            return samples.size() == 0 ? Long.MIN_VALUE : samples.timeNanos()[samples.size() - 1];
        }

        void appendTo(MotionBatch batch) {
            for (int i = 0; i < samples.size(); i++) {
                batch.add(samples.timeNanos()[i], samples.x()[i], samples.y()[i], samples.z()[i]);
            }
        }
    }
}
