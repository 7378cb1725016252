package io.fluxon.connectors.camera.packets;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.files.CameraReader;
import io.fluxon.connectors.camera.words.LibcaerEncoder;
import io.fluxon.connectors.packets.RecordingException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.OptionalLong;

/**
 * The pixel events of a recording whose own layout is no stream of words, as libcaer words. Its markers and inertial samples
 * are left out.
 */
final class EventWords extends InputStream {

    private final String origin;
    private final CameraReader reader;
    private final LibcaerEncoder encoder = new LibcaerEncoder();
    private final CameraBatch batch = new CameraBatch();
    private final ByteArrayOutputStream encoded = new ByteArrayOutputStream();
    private byte[] words = new byte[0];
    private int at;
    private OptionalLong firstMicros = OptionalLong.empty();

    private long triggersLeftOut;
    private long specialLeftOut;
    private long imuLeftOut;

    EventWords(String origin, CameraReader reader) throws IOException {
        this.origin = origin;
        this.reader = reader;
        refill();
    }

    /** Time of the first event, of which the words keep the low part only; empty if there is none. */
    OptionalLong firstMicros() {
        return firstMicros;
    }

    /** Triggers so far that the words do not hold. */
    long triggersLeftOut() {
        return triggersLeftOut;
    }

    /** Other markers so far that the words do not hold. */
    long specialLeftOut() {
        return specialLeftOut;
    }

    /** Inertial samples so far that the words do not hold. */
    long imuLeftOut() {
        return imuLeftOut;
    }

    @Override
    public int read() throws IOException {
        return at < words.length || refill() ? words[at++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        if (at == words.length && !refill()) {
            return -1;
        }
        int bytes = Math.min(length, words.length - at);
        System.arraycopy(words, at, into, from, bytes);
        at += bytes;
        return bytes;
    }

    private boolean refill() throws IOException {
        at = 0;
        words = new byte[0];
        while (words.length == 0 && reader.read(batch)) {
            if (firstMicros.isEmpty() && batch.size() > 0) {
                firstMicros = OptionalLong.of(batch.timeMicros()[0]);
            }
            triggersLeftOut += batch.markers().triggers();
            specialLeftOut += batch.markers().size() - batch.markers().triggers();
            imuLeftOut += batch.imu().size();
            batch.markers().clear();
            batch.imu().clear();
            encoded.reset();
            try {
                encoder.encode(batch, encoded);
            } catch (RecordingException e) {
                throw new RecordingException(origin + ": " + e.getMessage());
            }
            words = encoded.toByteArray();
        }
        return words.length > 0;
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
