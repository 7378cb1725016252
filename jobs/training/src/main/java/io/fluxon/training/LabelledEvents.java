package io.fluxon.training;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraRecording;
import io.fluxon.networks.model.ModelException;

/**
 * One training example: the events of a recording and its class.
 *
 * @param events sorted by time, microseconds from the recording's 0
 * @param classIndex index into the class names
 */
public record LabelledEvents(CameraBatch events, int classIndex) {

    /** Side of the N-MNIST sensor, pixels. */
    static final int SIDE = 34;

    static LabelledEvents of(CameraRecording recording, int classIndex) {
        if (recording.layout().getWidth() != SIDE || recording.layout().getHeight() != SIDE) {
            throw new ModelException(recording.origin() + ": not of a " + SIDE + "x" + SIDE + " camera");
        }
        return new LabelledEvents(recording.events(), classIndex);
    }

    long lastMicros() {
        return events.timeMicros()[events.size() - 1];
    }
}
