package io.fluxon.launcher.view;

/** What a picture shows of a recording. */
enum Mode {
    /** Events per pixel. */
    COUNTS("counts"),
    /** How long ago each pixel had its last event. */
    TIME_SURFACE("time-surface"),
    /** Time to the right, rows downwards. */
    RASTER("raster");

    private final String modeName;

    Mode(String modeName) {
        this.modeName = modeName;
    }

    /** The name in options and captions, which picocli offers and accepts. */
    @Override
    public String toString() {
        return modeName;
    }
}
