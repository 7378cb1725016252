package io.fluxon.connectors.camera.words;

import io.fluxon.connectors.camera.CameraDecoder;
import io.fluxon.connectors.camera.CameraDecoder.Damage;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The encodings of event words that packets carry: a camera's own bytes, decoded one packet at a time. */
public enum WordEncoding {
    DAT("dat", DatDecoder::new),
    EVT2("evt2", Evt2Decoder::new),
    EVT21("evt2.1", (width, height, damage) -> new Evt21Decoder(width, height, false, damage)),
    EVT21_LEGACY("evt2.1-legacy", (width, height, damage) -> new Evt21Decoder(width, height, true, damage)),
    EVT3("evt3", Evt3Decoder::new),
    LIBCAER("libcaer", LibcaerDecoder::new),
    NMNIST("nmnist", NMnistDecoder::new);

    /** Makes a decoder for a sensor. */
    private interface Factory {
        CameraDecoder make(int width, int height, Damage damage);
    }

    private final String encodingName;
    private final Factory factory;

    WordEncoding(String encodingName, Factory factory) {
        this.encodingName = encodingName;
        this.factory = factory;
    }

    public static Optional<WordEncoding> of(String encodingName) {
        return Arrays.stream(values())
                .filter(encoding -> encoding.encodingName.equals(encodingName))
                .findFirst();
    }

    public static List<String> names() {
        return Arrays.stream(values()).map(WordEncoding::encodingName).toList();
    }

    /** The name in a packet's envelope. */
    public String encodingName() {
        return encodingName;
    }

    /** A decoder of a stream of these words, in its first state. */
    public CameraDecoder decoder(int width, int height, Damage damage) {
        return factory.make(width, height, damage);
    }
}
