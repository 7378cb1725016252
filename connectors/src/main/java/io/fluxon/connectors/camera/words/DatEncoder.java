package io.fluxon.connectors.camera.words;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraEncoder;
import io.fluxon.connectors.packets.RecordingException;
import java.io.IOException;
import java.io.OutputStream;

/**
 * The records that {@link DatDecoder} reads. Of the time 32 bits are kept: the first event must come before 2<sup>32</sup>
 * us, and each later one within 2<sup>31</sup> us of the one before it. Markers and inertial samples have no records.
 */
public final class DatEncoder implements CameraEncoder {

    static final int MAX_SIDE = 1 << 14;

    private final WordBuffer words = new WordBuffer();

    /** What a decoder makes of the records so far. */
    private final LoopingTime time = new LoopingTime(32);

    @Override
    public void encode(CameraBatch batch, OutputStream out) throws IOException {
        PropheseeLimits.check("dat", batch, MAX_SIDE, Long.MAX_VALUE, 0);
        for (int i = 0; i < batch.size(); i++) {
            long timeMicros = batch.timeMicros()[i];
            boolean first = !time.isSet();
            if (time.next(timeMicros & 0xFFFF_FFFFL) != timeMicros) {
                throw new RecordingException(
                        "dat holds the low 32 bits of times only, from which " + timeMicros + " us does not follow: "
                                + (first ? "it is too large for a beginning" : "the gap is too long"));
            }
            words.put32((int) timeMicros, out);
            words.put32(batch.polarity(i) << 28 | batch.y(i) << 14 | batch.x(i), out);
        }
        words.flush(out);
    }
}
