package io.fluxon.training.watch;

import io.fluxon.connectors.motion.GeoTecFiles;
import io.fluxon.connectors.motion.MotionBatch;
import io.fluxon.connectors.motion.MotionRecording;
import io.fluxon.connectors.motion.MotionRecording.Epoch;
import io.fluxon.connectors.motion.MotionRecording.Label;
import io.fluxon.connectors.motion.WisdmFiles;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.connectors.simulation.SimulatedWrist;
import io.fluxon.signals.motion.MotionResampler;
import io.fluxon.signals.motion.MotionResampler.Stream;
import io.fluxon.signals.motion.ResamplerState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Resampled and labelled wrist movement by subject. WISDM's subjects up to 1630 are for training and those from 1631 on for
 * the test; of GeoTec, whose movements are none of the activities, s01 to s10 and from s11 on. Subjects without both
 * sensors are left out.
 */
public record WatchData(List<Subject> training, List<Subject> test) {

    /** Distance of the samples: 20 per second. */
    public static final long PERIOD_NANOS = 50_000_000;

    /** Samples of a window: 2 s. */
    public static final int WINDOW_STEPS = 40;

    /** The classes in the order of the outputs: WISDM's seven hand activities, then none of them. */
    public static final List<String> CLASSES;

    private static final int LAST_TRAINING_SUBJECT = 1630;
    private static final int LAST_TRAINING_STRANGER = 10;

    private static final int SIMULATED_RECORDINGS = 4;
    private static final int TEST_SHARE = 4;

    /** One stream is read whole before the other; of what waits, a day fits. */
    private static final int MAX_AHEAD = 1 << 20;

    static {
        List<String> classes = new ArrayList<>(WisdmFiles.ACTIVITIES);
        classes.add(MotionRecording.NONE);
        CLASSES = List.copyOf(classes);
    }

    /** Index of the class for movements that are none of the activities. */
    public static final int NONE_CLASS = CLASSES.size() - 1;

    /**
     * All segments of a person.
     *
     * @param stranger whether of GeoTec, another watch and none of the activities
     */
    public record Subject(String id, boolean stranger, List<Segment> segments) {

        int windows() {
            return segments.stream().mapToInt(Segment::windows).sum();
        }
    }

    /**
     * A gap-free run of joint samples during one activity.
     *
     * @param samples {@link MotionResampler#CHANNELS} values per sample
     */
    record Segment(int classIndex, float[] samples) {

        int steps() {
            return samples.length / MotionResampler.CHANNELS;
        }

        /** Whole windows from the segment's beginning. */
        int windows() {
            return steps() / WINDOW_STEPS;
        }
    }

    /** Reads the folder {@code wisdm2019} in the folder given, or the set itself there, and {@code geotec} beside it. */
    public static WatchData load(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new RecordingException(folder + ": not a folder");
        }
        Path wisdm = folder.resolve("wisdm2019");
        WisdmFiles files = WisdmFiles.of(List.of(Files.isDirectory(wisdm) ? wisdm : folder));
        List<Subject> training = new ArrayList<>();
        List<Subject> test = new ArrayList<>();
        for (String id : files.subjects()) {
            if (files.hasBothSensors(id)) {
                Subject subject = new Subject(id, false, segments(files.read(id)));
                (Integer.parseInt(id) <= LAST_TRAINING_SUBJECT ? training : test).add(subject);
            }
        }
        Path geotec = folder.resolve("geotec");
        if (Files.isDirectory(geotec)) {
            for (Path file : GeoTecFiles.in(geotec)) {
                String id = GeoTecFiles.subject(file);
                List<Subject> part = Integer.parseInt(id.substring(1)) <= LAST_TRAINING_STRANGER ? training : test;
                Optional<Subject> known =
                        part.stream().filter(s -> s.id().equals(id)).findFirst();
                Subject subject = known.orElseGet(() -> new Subject(id, true, new ArrayList<>()));
                if (known.isEmpty()) {
                    part.add(subject);
                }
                subject.segments().addAll(segments(GeoTecFiles.read(file)));
            }
        }
        if (training.isEmpty()) {
            throw new RecordingException(folder + ": no subject up to " + LAST_TRAINING_SUBJECT + " with both sensors");
        }
        return new WatchData(training, test);
    }

    /**
     * Simulated wearers instead: {@code wearers} for training with the seeds from {@code firstSeed} on, and a quarter as many
     * for the test with the seeds after those; 4 recordings of each.
     */
    public static WatchData simulate(long firstSeed, int wearers) {
        return new WatchData(
                simulated(firstSeed, wearers), simulated(firstSeed + wearers, Math.max(1, wearers / TEST_SHARE)));
    }

    private static List<Subject> simulated(long firstSeed, int wearers) {
        List<Subject> subjects = new ArrayList<>();
        for (long seed = firstSeed; seed < firstSeed + wearers; seed++) {
            SimulatedWrist wrist = new SimulatedWrist(seed);
            List<Segment> segments = new ArrayList<>();
            for (int i = 0; i < SIMULATED_RECORDINGS; i++) {
                segments.addAll(segments(wrist.next()));
            }
            subjects.add(new Subject("sim-" + seed, false, segments));
        }
        return subjects;
    }

    /** One line for people. */
    public String description() {
        return describe(training);
    }

    static String describe(List<Subject> subjects) {
        if (subjects.get(0).id().startsWith("sim-")) {
            return subjects.size() + " simulated wearers, "
                    + subjects.stream().mapToInt(Subject::windows).sum() + " windows of 2 s";
        }
        long strangers = subjects.stream().filter(Subject::stranger).count();
        return (subjects.size() - strangers) + " subjects of WISDM 2019 and " + strangers + " of GeoTec, "
                + subjects.stream().mapToInt(Subject::windows).sum() + " windows of 2 s";
    }

    static List<Segment> segments(MotionRecording recording) {
        List<Segment> segments = new ArrayList<>();
        for (Epoch epoch : recording.epochs()) {
            Collector collector = new Collector(epoch.labels(), segments);
            MotionResampler resampler = new MotionResampler(PERIOD_NANOS, MotionResampler.LARGEST_GAP_NANOS, MAX_AHEAD);
            ResamplerState state = resampler.newState();
            float[] joint = new float[MotionResampler.CHANNELS];
            feed(resampler, state, Stream.ACCELERATION, epoch.acceleration(), joint, collector);
            feed(resampler, state, Stream.ANGULAR_VELOCITY, epoch.angularVelocity(), joint, collector);
            collector.close();
        }
        return segments;
    }

    private static void feed(
            MotionResampler resampler,
            ResamplerState state,
            Stream stream,
            MotionBatch batch,
            float[] joint,
            Collector sink) {
        for (int i = 0; i < batch.size(); i++) {
            resampler.accept(
                    state, stream, batch.timeNanos()[i], batch.x()[i], batch.y()[i], batch.z()[i], joint, sink);
        }
    }

    /** Gathers the samples of a segment and label; what lies between labels is left out. */
    private static final class Collector implements MotionResampler.Sink {

        private final List<Label> labels;
        private final List<Segment> segments;
        private int label;
        private float[] gathered = new float[1 << 12];
        private int size;

        Collector(List<Label> labels, List<Segment> segments) {
            this.labels = labels;
            this.segments = segments;
        }

        @Override
        public void accept(long timeNanos, boolean newSegment, float[] sample) {
            if (newSegment) {
                close();
            }
            while (label < labels.size() && timeNanos >= labels.get(label).toNanos()) {
                close();
                label++;
            }
            if (label == labels.size() || timeNanos < labels.get(label).fromNanos()) {
                return;
            }
            if (size + sample.length > gathered.length) {
                gathered = Arrays.copyOf(gathered, 2 * gathered.length);
            }
            System.arraycopy(sample, 0, gathered, size, sample.length);
            size += sample.length;
        }

        void close() {
            if (size > 0) {
                int classIndex = CLASSES.indexOf(labels.get(label).name());
                segments.add(new Segment(classIndex, Arrays.copyOf(gathered, size)));
                size = 0;
            }
        }
    }
}
