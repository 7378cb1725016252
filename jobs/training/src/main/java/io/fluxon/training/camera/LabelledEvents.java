package io.fluxon.training.camera;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.files.CameraRecording;
import io.fluxon.connectors.packets.RecordingException;
import java.io.IOException;

/**
 * One training example: the events of a recording and its class.
 *
 * @param recordingId name of the recording
 * @param events sorted by time, microseconds from the recording's 0
 * @param classIndex index into the class names
 */
public record LabelledEvents(String recordingId, CameraBatch events, int classIndex) {

    /** Side of the N-MNIST sensor, pixels. */
    static final int SIDE = 34;

    /** Training keeps every step of a recording in memory. */
    private static final long MAX_MICROS = 10_000_000;

    static LabelledEvents of(CameraRecording recording, int classIndex) throws IOException {
        CameraBatch events = recording.events();
        if (events.timeMicros()[events.size() - 1] > MAX_MICROS) {
            throw new RecordingException(recording.origin() + ": longer than " + MAX_MICROS / 1_000_000 + " s");
        }
        return new LabelledEvents(recording.id(), events, classIndex);
    }

    long lastMicros() {
        return events.timeMicros()[events.size() - 1];
    }
}
