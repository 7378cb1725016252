package io.fluxon.launcher.infer;

import io.fluxon.connectors.camera.files.RecordingFiles;
import io.fluxon.connectors.detector.DetectorRecording;
import io.fluxon.connectors.motion.GeoTecFiles;
import io.fluxon.connectors.motion.MotionRecording;
import io.fluxon.connectors.motion.WisdmFiles;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.launcher.CameraInput;
import io.fluxon.networks.engine.NetworkPlan;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of every command that feeds samples into a network, and the samples. */
public final class SampleInput {

    @Option(
            names = "--input",
            required = true,
            arity = "1..*",
            paramLabel = "FILE|FOLDER",
            description =
                    "Recordings of a camera, detector or wearable (files of WISDM or GeoTec, also in folders); arrays of NumPy (.npy) "
                            + "of the shape [steps, inputs] or [samples, steps, inputs]; numbers without a header (.f32, .f64, .u8, .u16, "
                            + ".bits) with --shape; folders or .zip archives of recordings of a camera, or folders of .npy.")
    private List<Path> names;

    @Option(
            names = "--shape",
            paramLabel = "N,T,C",
            split = ",",
            hideParamSyntax = true,
            description = "Samples, steps and inputs of numbers without a header.")
    private int[] shape;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Steps of each sample: what is shorter goes on without input, what is longer is cut.")
    private Integer steps;

    @Option(
            names = "--binary",
            description = "A step's input is 1 wherever it is not 0, however many events there are.")
    private boolean binary;

    @Option(
            names = "--rebase",
            description = "Time 0 of a camera's recording is its first event, not that of its clock.")
    private boolean rebase;

    @Option(
            names = "--nearest",
            description =
                    "An event of a camera belongs to the step whose begin is nearest, not to the one that it is in.")
    private boolean nearest;

    @Mixin
    private CameraInput cameraInput;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    /** The name of a file without folder and ending. */
    public static String baseName(Path file) {
        return Objects.toString(file.getFileName(), "").replaceFirst("(?<=.)\\.[^.]*$", "");
    }

    /**
     * Finds the files, and reads the headers of arrays.
     *
     * @param plan the network that they are for
     */
    public SampleFiles open(NetworkPlan plan) throws IOException {
        if (steps != null && steps < 1) {
            throw new ParameterException(spec.commandLine(), "--steps is " + steps + ", must be at least 1");
        }
        if (shape != null
                && (shape.length < 2
                        || Arrays.stream(shape).anyMatch(length -> length < 1)
                        // of up to 8 bytes each
                        || Arrays.stream(shape).asDoubleStream().reduce(Double.BYTES, (a, b) -> a * b)
                                >= Long.MAX_VALUE)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--shape is " + Arrays.toString(shape) + ", must be SAMPLES,STEPS,INPUTS within 64 bits");
        }
        return new SampleFiles(plan);
    }

    /** All samples of the files given, numbered from 0. */
    public final class SampleFiles implements Closeable {

        private final NetworkPlan plan;
        private final List<RecordingFiles> folders = new ArrayList<>();
        private final List<Path> files = new ArrayList<>();
        /** Each sensor of a subject has a file of its own, so the subjects come when all names are known. */
        private final List<Path> wisdmFiles = new ArrayList<>();

        private final WisdmFiles wisdm;
        private final List<String> subjects;
        private final StepInput input;
        private int nextFile;
        private int nextSubject;
        private Samples samples;
        private Path file;
        private int sample = -1;
        private int step;
        private boolean over;

        private SampleFiles(NetworkPlan plan) throws IOException {
            this.plan = plan;
            this.input = new StepInput(plan.inputs());
            try {
                for (Path name : names) {
                    add(name);
                }
                this.wisdm = wisdmFiles.isEmpty() ? null : WisdmFiles.of(wisdmFiles);
                this.subjects = wisdm == null ? List.of() : wisdm.subjects();
            } catch (IOException | RuntimeException e) {
                close();
                throw e;
            }
        }

        private void add(Path name) throws IOException {
            if (!Files.isDirectory(name)
                    && !name.toString().toLowerCase(Locale.ROOT).endsWith(".zip")) {
                if (!Files.exists(name)) {
                    throw new RecordingException(name + ": no such file");
                }
                addFile(name);
                return;
            }
            List<Path> arrays = arraysIn(name);
            List<Path> motion = motionIn(name);
            List<Path> camera = cameraIn(name, arrays.isEmpty() && motion.isEmpty());
            List<String> kinds = new ArrayList<>();
            if (!arrays.isEmpty()) {
                kinds.add("arrays (" + arrays.get(0).getFileName() + ")");
            }
            if (!motion.isEmpty()) {
                kinds.add("recordings of wearables (" + motion.get(0).getFileName() + ")");
            }
            if (!camera.isEmpty()) {
                kinds.add("recordings of cameras or detectors (" + camera.get(0).getFileName() + ")");
            }
            if (kinds.size() > 1) {
                throw new RecordingException(
                        name + ": holds " + String.join(" and ", kinds) + ", must be of one kind; or name the files");
            }
            files.addAll(arrays);
            motion.forEach(this::addFile);
            files.addAll(camera);
        }

        /** @param needed whether there is an error if there are none */
        private List<Path> cameraIn(Path name, boolean needed) throws IOException {
            try {
                RecordingFiles recordings = RecordingFiles.of(List.of(name));
                folders.add(recordings);
                return recordings.recordings();
            } catch (RecordingException e) {
                if (!needed) {
                    return List.of();
                }
                // Of a folder it says only which endings there could have been.
                throw Files.isDirectory(name) ? new RecordingException(e.getMessage() + ", .npy") : e;
            }
        }

        private void addFile(Path file) {
            (isWisdm(file) ? wisdmFiles : files).add(file);
        }

        /** Recordings of wearables in a folder and those below it; only names are looked at. */
        private List<Path> motionIn(Path name) throws IOException {
            if (!Files.isDirectory(name)) {
                return List.of();
            }
            try (Stream<Path> below = Files.walk(name)) {
                return below.filter(file -> isWisdm(file) || isGeoTec(file))
                        .sorted()
                        .toList();
            }
        }

        private static List<Path> arraysIn(Path name) throws IOException {
            if (!Files.isDirectory(name)) {
                return List.of();
            }
            try (Stream<Path> below = Files.list(name)) {
                return below.filter(SampleFiles::isNpy).sorted().toList();
            }
        }

        private static boolean isNpy(Path file) {
            return file.toString().toLowerCase(Locale.ROOT).endsWith(".npy");
        }

        /** Number of samples, -1 if it shows only on the way. */
        public long count() throws IOException {
            if (!subjects.isEmpty()) {
                return -1;
            }
            long count = 0;
            for (Path file : files) {
                if (isArray(file)) {
                    count += array(file).samples();
                } else if (isDetector(file)) {
                    return -1;
                } else {
                    count++;
                }
            }
            return count;
        }

        /**
         * Goes to the next sample, the first one at first; false after the last.
         *
         * @throws RecordingException if there is no such sample in the file; the call after that goes on behind it
         */
        public boolean nextSample() throws IOException {
            sample++;
            while (samples == null || !samples.nextSample()) {
                if (samples != null) {
                    samples.close();
                    samples = null;
                }
                if (nextFile < files.size()) {
                    file = files.get(nextFile++);
                    samples = samplesOf(file);
                } else if (nextSubject < subjects.size()) {
                    file = null;
                    samples = motion(wisdm.read(subjects.get(nextSubject++)));
                } else {
                    return false;
                }
            }
            step = 0;
            over = false;
            return true;
        }

        /** Which sample this is. */
        public int number() {
            return sample;
        }

        /** What it is called: by its file, or by its number. */
        public String name() {
            return samples.name().isEmpty() ? Integer.toString(sample) : samples.name();
        }

        /** The name with the ending of its file, where the file is one sample; else the name. */
        String fileName() {
            return file != null && baseName(file).equals(samples.name())
                    ? file.getFileName().toString()
                    : name();
        }

        /** Steps that the sample had so far. */
        public int steps() {
            return step;
        }

        /** Reads the input of the next step; false after the last. */
        boolean nextStep() throws IOException {
            if (steps != null && step == steps) {
                return false;
            }
            over = over || !samples.nextStep(input);
            if (over) {
                if (steps == null) {
                    return false;
                }
                input.clear();
            }
            if (binary) {
                Arrays.fill(input.values(), 0, input.count(), 1);
            }
            step++;
            return true;
        }

        StepInput input() {
            return input;
        }

        private boolean isArray(Path file) {
            return isNpy(file) || RawFile.isRaw(file);
        }

        private boolean isDetector(Path file) throws IOException {
            return !cameraInput.isNamed() && DetectorRecording.isRecording(file);
        }

        private boolean isWisdm(Path file) {
            return !cameraInput.isNamed() && WisdmFiles.isRecording(file);
        }

        private boolean isGeoTec(Path file) {
            return !cameraInput.isNamed() && GeoTecFiles.isRecording(file);
        }

        private MotionSamples motion(MotionRecording recording) throws RecordingException {
            return new MotionSamples(recording, plan.inputShape(), plan.model().stepMicros());
        }

        private Samples samplesOf(Path file) throws IOException {
            if (isArray(file)) {
                return array(file);
            }
            if (isDetector(file)) {
                return new PulseSamples(DetectorRecording.read(file), plan.inputShape());
            }
            if (isGeoTec(file)) {
                return motion(GeoTecFiles.read(file));
            }
            return new CameraSamples(
                    cameraInput.open(file),
                    file.toString(),
                    baseName(file),
                    plan.inputShape(),
                    plan.model().stepMicros(),
                    rebase,
                    nearest);
        }

        private ArraySamples array(Path file) throws IOException {
            if (!isNpy(file) && shape == null) {
                throw new ParameterException(
                        spec.commandLine(), file + ": numbers without a header need --shape SAMPLES,STEPS,INPUTS");
            }
            return ArraySamples.of(
                    isNpy(file) ? NpyFile.open(file) : RawFile.open(file, shape), plan.inputShape(), plan.inputs());
        }

        @Override
        public void close() throws IOException {
            if (samples != null) {
                samples.close();
            }
            for (RecordingFiles folder : folders) {
                folder.close();
            }
        }
    }
}
