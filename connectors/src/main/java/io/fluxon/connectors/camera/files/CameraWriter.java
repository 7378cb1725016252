package io.fluxon.connectors.camera.files;

import io.fluxon.connectors.camera.CameraBatch;
import java.io.Closeable;
import java.io.IOException;

/** A recording that is being written part by part; it is whole once it is closed. */
public interface CameraWriter extends Closeable {

    /**
     * Appends a part.
     *
     * @throws io.fluxon.connectors.packets.RecordingException if the format cannot hold an event, marker or inertial sample
     *     of the part exactly; one line that says which and why, without the name of the file
     */
    void write(CameraBatch batch) throws IOException;
}
