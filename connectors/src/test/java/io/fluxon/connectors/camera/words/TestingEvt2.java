package io.fluxon.connectors.camera.words;

import io.fluxon.connectors.camera.CameraDecoder.Damage;

/** EVT 2.0 straight from the table. */
final class TestingEvt2 extends TestingReference {

    private long high;

    TestingEvt2(int width, int height, Damage damage) {
        super(width, height, damage, 28);
    }

    /** The high part of the time. */
    long highMicros() {
        return high * 64;
    }

    @Override
    void word(long word, int at) {
        int type = bits(word, 31, 28);
        long micros = highMicros() + bits(word, 27, 22);
        if (type == 0x8) {
            high = count(bits(word, 27, 0));
        } else if (type == 0xF) {
            warn("continuation_words");
        } else if (type != 0x0 && type != 0x1 && type != 0xA) {
            warn("other_words");
        } else if (!counted()) {
            warn("events_before_time");
        } else if (type == 0xA) {
            trigger(micros, bits(word, 12, 8), bits(word, 0, 0));
        } else {
            event(micros, bits(word, 21, 11), bits(word, 10, 0), type, at);
        }
    }
}
