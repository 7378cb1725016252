package io.fluxon.connectors.camera;

import io.fluxon.connectors.packets.RecordingException;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Turns events into the words of one encoding, the reverse of its {@link CameraDecoder}: what is decoded from the words is
 * event for event what was encoded, at the same times and in the same order; markers come where their times put them.
 */
public interface CameraEncoder {

    /**
     * Appends the words of the batch to those written before.
     *
     * @throws RecordingException if the encoding cannot hold an event, marker or inertial sample of the batch exactly; one
     *     line that says which and why, without the name of a file
     */
    void encode(CameraBatch batch, OutputStream out) throws IOException;
}
