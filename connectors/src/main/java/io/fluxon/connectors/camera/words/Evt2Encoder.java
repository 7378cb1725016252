package io.fluxon.connectors.camera.words;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraEncoder;
import io.fluxon.connectors.camera.CameraMarkers;
import java.io.IOException;
import java.io.OutputStream;

/**
 * The words that {@link Evt2Decoder} reads. The high part of the time stands wherever it changes, in as many steps as it
 * takes the decoder to follow its wraps: three for each 2<sup>34</sup> us, also before the first event. Times end at
 * {@value #END_MICROS} us, 2<sup>44</sup>. Triggers stand before the first event that is later; inertial samples and other
 * markers have no words.
 */
public final class Evt2Encoder implements CameraEncoder {

    static final int MAX_SIDE = 1 << 11;
    private static final long END_MICROS = 1L << 44;
    private static final int MAX_CHANNELS = 1 << 5;

    private final WordBuffer words = new WordBuffer();

    /** The high part that was written last; -1 before the first. */
    private long high = -1;

    @Override
    public void encode(CameraBatch batch, OutputStream out) throws IOException {
        PropheseeLimits.check("evt2", batch, MAX_SIDE, END_MICROS, MAX_CHANNELS);
        CameraMarkers markers = batch.markers();
        int marker = 0;
        for (int i = 0; i < batch.size(); i++) {
            long timeMicros = batch.timeMicros()[i];
            while (marker < markers.size() && markers.timeMicros(marker) < timeMicros) {
                trigger(markers, marker++, out);
            }
            word(batch.polarity(i), timeMicros, batch.x(i) << 11 | batch.y(i), out);
        }
        while (marker < markers.size()) {
            trigger(markers, marker++, out);
        }
        words.flush(out);
    }

    private void trigger(CameraMarkers markers, int i, OutputStream out) throws IOException {
        word(Evt2Decoder.TRIGGER, markers.timeMicros(i), markers.channel(i) << 8 | markers.value(i), out);
    }

    private void word(int type, long timeMicros, int content, OutputStream out) throws IOException {
        long newHigh = timeMicros >> Evt2Decoder.TIME_LOW_BITS;
        if (high < 0) {
            timeHigh(HighTimes.first(Evt2Decoder.TIME_HIGH_BITS, newHigh), out);
        }
        while (high != newHigh) {
            timeHigh(HighTimes.next(Evt2Decoder.TIME_HIGH_BITS, high, newHigh), out);
        }
        words.put32(type << 28 | (int) (timeMicros & 0x3F) << 22 | content, out);
    }

    private void timeHigh(long newHigh, OutputStream out) throws IOException {
        words.put32(Evt2Decoder.TIME_HIGH << 28 | (int) (newHigh & 0xFFF_FFFF), out);
        high = newHigh;
    }
}
