package io.fluxon.connectors.camera.files;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.DecodingWarnings;
import io.fluxon.schemas.CameraLayout;
import java.io.Closeable;
import java.io.IOException;

/** An open recording that is read part by part; it needs memory for a part of it only. One thread uses it. */
public interface CameraReader extends Closeable {

    /** Name of what was found, e.g. evt3; more precise than the file's format where that has variants. */
    String format();

    /** Pixels of the sensor. */
    CameraLayout layout();

    /** Whether the format counts rows from the bottom of the scene. Events keep the rows of the file all the same. */
    default boolean rowsFromBottom() {
        return false;
    }

    /**
     * Clears the batch and fills it with the next part, which may be empty.
     *
     * @return false if the recording is over and nothing was read
     * @throws io.fluxon.connectors.packets.RecordingException one line that names the file, the byte and the rule
     */
    boolean read(CameraBatch batch) throws IOException;

    /** What gave no event so far. */
    DecodingWarnings warnings();
}
