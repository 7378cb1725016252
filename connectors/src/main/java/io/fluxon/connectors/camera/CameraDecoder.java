package io.fluxon.connectors.camera;

import io.fluxon.connectors.packets.MalformedPacketException;

/** Turns the bytes of one packet of one encoding into events. Stateless: a packet needs no other to be decoded. */
public interface CameraDecoder {

    /**
     * Appends the events in {@code bytes[from, to)} to the batch; on an exception the batch's new content is
     * unspecified.
     *
     * @param firstEventMicros time of the first event since the epoch's base, which restores what the encoding's own
     *     short counter has lost
     */
    void decode(byte[] bytes, int from, int to, long firstEventMicros, int width, int height, CameraBatch batch)
            throws MalformedPacketException;
}
