package io.fluxon.connectors.detector;

import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.schemas.DetectorLayout;

/** Turns the bytes of one packet of one encoding into pulses. Stateless: a packet needs no other to be decoded. */
public interface PulseDecoder {

    /**
     * Appends the pulses in {@code bytes[from, to)} to the batch; on an exception the batch's new content is
     * unspecified. Stamps are at least 0 and never run back, channels and samples are those of the layout.
     *
     * @param layout its fields are within their bounds
     */
    void decode(byte[] bytes, int from, int to, DetectorLayout layout, PulseBatch batch)
            throws MalformedPacketException;
}
