package io.fluxon.connectors.camera.words;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraEncoder;
import io.fluxon.connectors.camera.CameraMarkers;
import java.io.IOException;
import java.io.OutputStream;

/**
 * The words that {@link Evt3Decoder} reads. The parts of the time and the row stand wherever they change; the high part in
 * as many steps as it takes the decoder to follow its wraps, four for each 2<sup>24</sup> us, also before the first event.
 * Times end at {@value #END_MICROS} us, 2<sup>34</sup>. Triggers stand before the first event that is later; inertial
 * samples and other markers have no words.
 *
 * <p>Events that follow each other with rising columns within the same 32, at the same time, row and polarity, are a group
 * of vectors of 12, 12 and 8 where that is no longer than a word each. Cameras write such groups, from columns that divide
 * by 32, and Prophesee's own reader takes no others.
 */
public final class Evt3Encoder implements CameraEncoder {

    static final int MAX_SIDE = 1 << 11;
    private static final long END_MICROS = 1L << 34;
    private static final int MAX_CHANNELS = 1 << 4;
    private static final int GROUP_COLUMNS = 32;

    /** Words of a group of vectors without its base. */
    private static final int GROUP_WORDS = 3;

    private static final int TIME_BITS = 12;
    private static final int UNKNOWN = -1;

    private final WordBuffer words = new WordBuffer();

    // What the words so far have brought a decoder to; unknown before the first of a kind.
    private long high = UNKNOWN;
    private int lowMicros = UNKNOWN;
    private int row = UNKNOWN;
    private int polarityAndBase = UNKNOWN;

    @Override
    public void encode(CameraBatch batch, OutputStream out) throws IOException {
        PropheseeLimits.check("evt3", batch, MAX_SIDE, END_MICROS, MAX_CHANNELS);
        CameraMarkers markers = batch.markers();
        int marker = 0;
        int i = 0;
        while (i < batch.size()) {
            long timeMicros = batch.timeMicros()[i];
            while (marker < markers.size() && markers.timeMicros(marker) < timeMicros) {
                trigger(markers, marker++, out);
            }
            time(timeMicros, out);
            if (batch.y(i) != row) {
                row = batch.y(i);
                word(Evt3Decoder.ROW, row, out);
            }
            i = events(batch, i, out);
        }
        while (marker < markers.size()) {
            trigger(markers, marker++, out);
        }
        words.flush(out);
    }

    private void trigger(CameraMarkers markers, int i, OutputStream out) throws IOException {
        time(markers.timeMicros(i), out);
        word(Evt3Decoder.TRIGGER, markers.channel(i) << 8 | markers.value(i), out);
    }

    private void time(long timeMicros, OutputStream out) throws IOException {
        long newHigh = timeMicros >> TIME_BITS;
        if (high == UNKNOWN) {
            timeHigh(HighTimes.first(TIME_BITS, newHigh), out);
        }
        while (high != newHigh) {
            timeHigh(HighTimes.next(TIME_BITS, high, newHigh), out);
        }
        int newLowMicros = (int) timeMicros & 0xFFF;
        if (newLowMicros != lowMicros) {
            lowMicros = newLowMicros;
            word(Evt3Decoder.TIME_LOW, lowMicros, out);
        }
    }

    private void timeHigh(long newHigh, OutputStream out) throws IOException {
        word(Evt3Decoder.TIME_HIGH, (int) newHigh & 0xFFF, out);
        high = newHigh;
        lowMicros = UNKNOWN;
    }

    /** Writes event i, and with it those that make a group with it; returns the one behind them. */
    private int events(CameraBatch batch, int i, OutputStream out) throws IOException {
        long timeMicros = batch.timeMicros()[i];
        int base = batch.x(i) & -GROUP_COLUMNS;
        int addressOfBase = batch.address()[i] - batch.x(i) + base;
        int mask = 0;
        int end = i;
        int lastOffset = -1;
        while (end < batch.size() && batch.timeMicros()[end] == timeMicros) {
            int offset = batch.address()[end] - addressOfBase;
            if (offset <= lastOffset || offset >= GROUP_COLUMNS) {
                break;
            }
            mask |= 1 << offset;
            lastOffset = offset;
            end++;
        }
        int polarity = batch.polarity(i) << 11;
        boolean atBase = polarityAndBase == (polarity | base);
        if (end - i < (atBase ? GROUP_WORDS : GROUP_WORDS + 1)) {
            word(Evt3Decoder.EVENT, polarity | batch.x(i), out);
            return i + 1;
        }
        if (!atBase) {
            word(Evt3Decoder.VECTOR_BASE, polarity | base, out);
        }
        word(Evt3Decoder.VECTOR_12, mask & 0xFFF, out);
        word(Evt3Decoder.VECTOR_12, mask >>> 12 & 0xFFF, out);
        word(Evt3Decoder.VECTOR_8, mask >>> 24, out);
        // A base of 2048 has no bits in the word.
        polarityAndBase = base + GROUP_COLUMNS < MAX_SIDE ? polarity | base + GROUP_COLUMNS : UNKNOWN;
        return end;
    }

    private void word(int type, int content, OutputStream out) throws IOException {
        words.put16(type << 12 | content, out);
    }
}
