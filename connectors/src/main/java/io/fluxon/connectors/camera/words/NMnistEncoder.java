package io.fluxon.connectors.camera.words;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraEncoder;
import io.fluxon.connectors.packets.RecordingException;
import java.io.IOException;
import java.io.OutputStream;

/**
 * The records that {@link NMnistDecoder} reads. A time below 2<sup>23</sup> us is written as it is; later ones follow as many
 * overflow records as bring them below that, of which more than {@value #MAX_OVERFLOWS} in a row are refused.
 */
public final class NMnistEncoder implements CameraEncoder {

    private static final int TIME_BITS = 23;
    private static final int MAX_OVERFLOWS = 1 << 20;
    private static final byte[] OVERFLOW = {0, (byte) NMnistDecoder.OVERFLOW_ROW, 0, 0, 0};

    private final int width;
    private final int height;
    private long newestMicros;
    private long overflowMicros;
    private final byte[] event = new byte[NMnistDecoder.RECORD_BYTES];

    public NMnistEncoder(int width, int height) throws RecordingException {
        if (width > NMnistDecoder.MAX_WIDTH || height > NMnistDecoder.MAX_HEIGHT) {
            throw new RecordingException("a sensor of " + width + "x" + height + " pixels; the N-MNIST layout holds "
                    + NMnistDecoder.MAX_WIDTH + "x" + NMnistDecoder.MAX_HEIGHT);
        }
        this.width = width;
        this.height = height;
    }

    @Override
    public void encode(CameraBatch batch, OutputStream out) throws IOException {
        if (batch.markers().size() > 0 || batch.imu().size() > 0) {
            throw new RecordingException("the N-MNIST layout holds no triggers and no inertial samples");
        }
        for (int i = 0; i < batch.size(); i++) {
            long timeMicros = batch.timeMicros()[i];
            if (timeMicros < newestMicros) {
                throw new RecordingException("an event at " + timeMicros + " us behind " + newestMicros
                        + " us; the N-MNIST layout's time starts at 0 and never runs back");
            }
            if (batch.x(i) >= width || batch.y(i) >= height) {
                throw new RecordingException(
                        "x=" + batch.x(i) + " y=" + batch.y(i) + " outside " + width + "x" + height);
            }
            writeOverflows(timeMicros, out);
            long rawMicros = timeMicros - overflowMicros;
            event[0] = (byte) batch.x(i);
            event[1] = (byte) batch.y(i);
            event[2] = (byte) (batch.polarity(i) << 7 | rawMicros >>> 16);
            event[3] = (byte) (rawMicros >>> 8);
            event[4] = (byte) rawMicros;
            out.write(event);
            newestMicros = timeMicros;
        }
    }

    private void writeOverflows(long timeMicros, OutputStream out) throws IOException {
        long beyondMicros = timeMicros - overflowMicros - (1 << TIME_BITS) + 1;
        if (beyondMicros <= 0) {
            return;
        }
        long overflows = (beyondMicros - 1) / NMnistDecoder.OVERFLOW_MICROS + 1;
        if (overflows > MAX_OVERFLOWS) {
            throw new RecordingException("no event between " + newestMicros + " and " + timeMicros
                    + " us; the N-MNIST layout would fill that with " + overflows + " records");
        }
        for (long overflow = 0; overflow < overflows; overflow++) {
            out.write(OVERFLOW);
        }
        overflowMicros += overflows * NMnistDecoder.OVERFLOW_MICROS;
    }
}
