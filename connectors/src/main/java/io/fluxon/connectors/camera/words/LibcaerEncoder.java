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
            int at = LibcaerDecoder.RECORD_BYTES * i;
            LittleEndian.putInt(words, at, batch.x(i) << 17 | batch.y(i) << 2 | batch.polarity(i) << 1 | 1);
            LittleEndian.putInt(words, at + 4, (int) batch.timeMicros()[i] & 0x7FFF_FFFF);
        }
        out.write(words, 0, bytes);
    }
}
