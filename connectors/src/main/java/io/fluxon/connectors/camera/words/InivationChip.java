package io.fluxon.connectors.camera.words;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/** iniVation's sensors, as the headers of AEDAT 2.0 and 3.1 name them. */
public enum InivationChip {
    DVS128("DVS128", 128, 128),
    DAVIS128("DAVIS128", 128, 128),
    DAVIS208("DAVIS208", 208, 192),
    DAVIS240("DAVIS240", 240, 180),
    DAVIS346("DAVIS346", 346, 260),
    DAVIS640("DAVIS(?:RGBW?|HET)?640", 640, 480),
    DVXPLORER_LITE("DVXPLORER_?LITE", 320, 240),
    DVXPLORER("DVXPLORER", 640, 480);

    private final Pattern name;
    private final int width;
    private final int height;

    InivationChip(String name, int width, int height) {
        this.name = Pattern.compile(name, Pattern.CASE_INSENSITIVE);
        this.width = width;
        this.height = height;
    }

    /** The chip that a line of text names, such as {@code # AEChip: eu.seebetter.ini.chips.davis.DAVIS240C}. */
    public static Optional<InivationChip> namedIn(String text) {
        return Arrays.stream(values())
                .filter(chip -> chip.name.matcher(text).find())
                .findFirst();
    }

    /** The first chip of this size. */
    public static Optional<InivationChip> ofSize(int width, int height) {
        return Arrays.stream(values())
                .filter(chip -> chip.width == width && chip.height == height)
                .findFirst();
    }

    public int width() {
        return width;
    }

    public int height() {
        return height;
    }
}
