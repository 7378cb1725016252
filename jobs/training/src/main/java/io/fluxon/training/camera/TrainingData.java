package io.fluxon.training.camera;

import io.fluxon.connectors.camera.files.CameraRecording;
import io.fluxon.connectors.camera.files.ReadOptions;
import io.fluxon.connectors.camera.files.RecordingFiles;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.connectors.replay.Labels;
import io.fluxon.connectors.simulation.LabelledRecording;
import io.fluxon.connectors.simulation.SimulatedCamera;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Labelled recordings and the names of their classes, sorted.
 *
 * @param description where the data came from, one line
 */
public record TrainingData(List<LabelledEvents> examples, List<String> classes, String description) {

    private static final int SIMULATED_CLASSES = 10;

    /**
     * Loads the recordings of a folder or zip archive that the label file names. Without a label file, the archive's only
     * text file {@code train*.txt} is taken; recordings without a label are left alone.
     */
    public static TrainingData load(Path data, Optional<Path> labelFile) throws IOException {
        try (RecordingFiles files = RecordingFiles.of(List.of(data))) {
            Path labelsFrom = labelFile.isPresent() ? labelFile.get() : onlyTrainingLabels(data, files);
            Labels labels = Labels.read(labelsFrom);
            List<CameraRecording> recordings = new ArrayList<>();
            List<String> names = new ArrayList<>();
            for (Path file : files.recordings()) {
                String fileName = file.getFileName().toString();
                Optional<String> label = labels.of(fileName.substring(0, fileName.lastIndexOf('.')));
                if (label.isPresent()) {
                    recordings.add(CameraRecording.of(file, ReadOptions.STRICT));
                    names.add(label.get());
                }
            }
            if (recordings.isEmpty()) {
                throw new RecordingException(labelsFrom + ": names none of the recordings of " + data);
            }
            List<String> classes = new ArrayList<>(new TreeSet<>(names));
            List<LabelledEvents> examples = new ArrayList<>();
            for (int i = 0; i < recordings.size(); i++) {
                examples.add(LabelledEvents.of(recordings.get(i), classes.indexOf(names.get(i))));
            }
            return new TrainingData(
                    examples, classes, examples.size() + " labelled recordings of " + data.getFileName());
        }
    }

    /** The recordings {@code from} to {@code to - 1} of the simulated camera with that seed. */
    public static TrainingData simulate(long seed, int from, int to) throws IOException {
        List<String> classes = new ArrayList<>();
        for (int c = 0; c < SIMULATED_CLASSES; c++) {
            classes.add(Integer.toString(c));
        }
        SimulatedCamera camera = new SimulatedCamera(seed);
        List<LabelledEvents> examples = new ArrayList<>();
        for (int i = from; i < to; i++) {
            LabelledRecording shown = camera.recording(i);
            examples.add(LabelledEvents.of(shown.recording(), classes.indexOf(shown.label())));
        }
        return new TrainingData(
                examples, classes, "recordings " + from + " to " + (to - 1) + " of the simulated camera, seed " + seed);
    }

    /** The same examples with their classes numbered as in {@code otherClasses}, which must hold them all. */
    public TrainingData withClasses(List<String> otherClasses) throws RecordingException {
        List<LabelledEvents> renumbered = new ArrayList<>();
        for (LabelledEvents example : examples) {
            String name = classes.get(example.classIndex());
            if (!otherClasses.contains(name)) {
                throw new RecordingException(description + ": class " + name + " is not one of " + otherClasses);
            }
            renumbered.add(new LabelledEvents(example.recordingId(), example.events(), otherClasses.indexOf(name)));
        }
        return new TrainingData(renumbered, otherClasses, description);
    }

    /** Refuses data that shares a recording with other data. */
    public TrainingData apartFrom(TrainingData other) throws RecordingException {
        Set<String> otherIds = new HashSet<>();
        other.examples.forEach(example -> otherIds.add(example.recordingId()));
        for (LabelledEvents example : examples) {
            if (otherIds.contains(example.recordingId())) {
                throw new RecordingException(
                        "recording " + example.recordingId() + " is held out and trained on at the same time");
            }
        }
        return this;
    }

    private static Path onlyTrainingLabels(Path data, RecordingFiles files) throws IOException {
        List<Path> candidates = files.textFiles("train");
        if (candidates.size() != 1) {
            throw new RecordingException(
                    data + ": has " + candidates.size() + " label files train*.txt, need one or --labels FILE");
        }
        return candidates.get(0);
    }
}
