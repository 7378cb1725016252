package io.fluxon.connectors.camera.words;

import io.fluxon.connectors.camera.CameraDecoder.Damage;

/** DAT's records straight from the table. */
final class TestingDat extends TestingReference {

    TestingDat(int width, int height, Damage damage) {
        super(width, height, damage, 32);
    }

    @Override
    void word(long word, int at) {
        event(count(bits(word, 31, 0) & 0xFFFF_FFFFL), bits(word, 45, 32), bits(word, 59, 46), bits(word, 60, 60), at);
    }
}
