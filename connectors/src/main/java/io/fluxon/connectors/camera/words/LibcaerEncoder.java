package io.fluxon.connectors.camera.words;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraEncoder;
import io.fluxon.connectors.packets.RecordingException;
import java.io.IOException;
import java.io.OutputStream;

/**
 * The words that {@link LibcaerDecoder} reads. Of the time 31 bits are kept, so what decodes them must be told near which
 * time they start; markers and inertial samples have no words.
 */
public final class LibcaerEncoder implements CameraEncoder {

    private static final long TIME_MASK = (1L << LibcaerDecoder.TIME_BITS) - 1;

    /** What the decoder will make of the times. */
    private final LoopingTime decoded = new LoopingTime(LibcaerDecoder.TIME_BITS);

    private byte[] words = new byte[0];

    @Override
    public void encode(CameraBatch batch, OutputStream out) throws IOException {
        if (batch.markers().size() > 0 || batch.imu().size() > 0) {
            throw new RecordingException("libcaer's polarity words hold no triggers and no inertial samples");
        }
        int bytes = LibcaerDecoder.RECORD_BYTES * batch.size();
        if (words.length < bytes) {
            words = new byte[bytes];
        }
        for (int i = 0; i < batch.size(); i++) {
            long timeMicros = batch.timeMicros()[i];
            if (!decoded.isSet()) {
                decoded.startNear(timeMicros);
            }
            if (timeMicros < 0 || decoded.next(timeMicros & TIME_MASK) != timeMicros) {
                throw new RecordingException(
                        "libcaer's words hold times from 0 on that are less than 2^30 us apart, not " + timeMicros
                                + " us" + (i == 0 ? "" : " after " + batch.timeMicros()[i - 1] + " us"));
            }
            int at = LibcaerDecoder.RECORD_BYTES * i;
            LittleEndian.putInt(words, at, batch.x(i) << 17 | batch.y(i) << 2 | batch.polarity(i) << 1 | 1);
            LittleEndian.putInt(words, at + 4, (int) (timeMicros & TIME_MASK));
        }
        out.write(words, 0, bytes);
    }
}
