package io.fluxon.connectors.camera.words;

import io.fluxon.connectors.camera.CameraDecoder.Damage;

/** EVT 3.0 straight from the table. */
final class TestingEvt3 extends TestingReference {

    private long high;
    private long low;
    private long row = UNKNOWN;
    private long base = UNKNOWN;
    private int basePolarity;

    TestingEvt3(int width, int height, Damage damage) {
        super(width, height, damage, 12);
    }

    @Override
    void word(long word, int at) {
        switch (bits(word, 15, 12)) {
            case 0x0 -> row = bits(word, 10, 0);
            case 0x2 -> pixel(bits(word, 10, 0), bits(word, 11, 11), at);
            case 0x3 -> {
                basePolarity = bits(word, 11, 11);
                base = bits(word, 10, 0);
            }
            case 0x4 -> vector(word, 12, at);
            case 0x5 -> vector(word, 8, at);
            case 0x6 -> low = bits(word, 11, 0);
            case 0x8 -> {
                long before = high;
                boolean first = !counted();
                high = count(bits(word, 11, 0));
                // Equal bits are the same high part repeated, which says nothing new.
                if (first || high != before) {
                    low = 0;
                }
            }
            case 0xA -> {
                if (counted()) {
                    trigger(timeMicros(), bits(word, 11, 8), bits(word, 0, 0));
                } else {
                    warn("events_before_time");
                }
            }
            case 0x7, 0xF -> warn("continuation_words");
            default -> warn("other_words");
        }
    }

    /** The time in the registers. */
    long timeMicros() {
        return high * 4096 + low;
    }

    private void vector(long word, int columns, int at) {
        for (int i = 0; i < columns; i++) {
            if (bits(word, i, i) == 1) {
                pixel(base == UNKNOWN ? UNKNOWN : base + i, basePolarity, at);
            }
        }
        if (base != UNKNOWN) {
            base += columns;
        }
    }

    private void pixel(long x, int polarity, int at) {
        if (!counted()) {
            warn("events_before_time");
        } else if (row == UNKNOWN || x == UNKNOWN) {
            warn("events_before_address");
        } else {
            event(timeMicros(), (int) x, (int) row, polarity, at);
        }
    }
}
