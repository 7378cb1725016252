package io.fluxon.connectors.camera.words;

import io.fluxon.connectors.camera.CameraDecoder.Damage;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * A slow decoder that is written word by word from the layout table, for comparison. It gives the lines of
 * {@link TestingWords#outcome}.
 */
abstract class TestingReference {

    static final long UNKNOWN = -1;

    private final int width;
    private final int height;
    private final Damage damage;
    private final long period;

    private final List<String> events = new ArrayList<>();
    private final List<String> markers = new ArrayList<>();
    private final TreeMap<String, Long> warnings = new TreeMap<>();
    private String error;

    /** What the counter begins near to, in its unit; unknown if nobody said. */
    long near = UNKNOWN;

    private long counter = UNKNOWN;
    private long loops;

    /** @param counterBits of the counter that starts again */
    TestingReference(int width, int height, Damage damage, int counterBits) {
        this.width = width;
        this.height = height;
        this.damage = damage;
        this.period = 1L << counterBits;
    }

    List<String> outcome(byte[] bytes, int wordBytes) {
        int at = 0;
        for (; at + wordBytes <= bytes.length && error == null; at += wordBytes) {
            long word = 0;
            for (int i = 0; i < wordBytes; i++) {
                word |= (bytes[at + i] & 0xFFL) << 8 * i;
            }
            word(word, at);
        }
        if (error == null && at < bytes.length) {
            int left = bytes.length - at;
            if (damage == Damage.REFUSE) {
                error = "TRUNCATED_PAYLOAD byte " + at + ": the last word has " + left + " of " + wordBytes + " bytes";
            } else {
                warnings.put("truncated_bytes", (long) left);
            }
        }
        if (error != null) {
            return List.of(error);
        }
        List<String> lines = new ArrayList<>(events);
        lines.addAll(markers);
        warnings.forEach((name, count) -> lines.add(count + " " + name));
        return lines;
    }

    abstract void word(long word, int at);

    /** Bits {@code low} to {@code high} of the word. */
    static int bits(long word, int high, int low) {
        return (int) (word >>> low & (1L << high - low + 1) - 1);
    }

    boolean counted() {
        return counter != UNKNOWN;
    }

    /** The counter's value, extended over the times it started again. */
    long count(long value) {
        if (counter == UNKNOWN) {
            if (near != UNKNOWN) {
                while (Math.abs((loops + 1) * period + value - near) <= Math.abs(loops * period + value - near)) {
                    loops++;
                }
            }
        } else {
            long change = value - counter;
            if (change <= -period / 2) {
                loops++;
            } else if (loops > 0 && change >= period - period / 64) {
                loops--;
            }
        }
        counter = value;
        return loops * period + value;
    }

    void event(long micros, int x, int y, int polarity, int at) {
        if (error != null) {
            return;
        }
        if (x < width && y < height) {
            events.add(micros + " us (" + x + ", " + y + ") " + polarity);
        } else if (damage == Damage.COUNT) {
            warn("events_outside_geometry");
        } else {
            error = "OUTSIDE_GEOMETRY byte " + at + ": x=" + x + " y=" + y + " outside " + width + "x" + height;
        }
    }

    void trigger(long micros, int channel, int value) {
        markers.add(micros + " us TRIGGER " + channel + " " + value);
    }

    void warn(String name) {
        warnings.merge(name, 1L, Long::sum);
    }
}
