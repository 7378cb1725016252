package io.fluxon.launcher.view;

import java.awt.Color;
import java.awt.image.IndexColorModel;

/**
 * The 256 colours of all pictures, on black: ON is orange and OFF is blue, which colour-blind readers tell apart, and their
 * sum is white. The rest are the greys of the page and its text.
 */
final class Palette {

    static final Color ON = new Color(255, 145, 0);
    static final Color OFF = new Color(0, 110, 255);
    static final Color BOTH = Color.WHITE;
    static final Color PAGE = new Color(26, 26, 26);
    static final Color TEXT = new Color(225, 225, 225);

    /** Levels of one colour alone. */
    private static final int PURE = 48;

    /** Levels of each colour where both are. */
    private static final int MIXED = 11;

    private static final int FIRST_ON = 1;
    private static final int FIRST_OFF = FIRST_ON + PURE;
    private static final int FIRST_MIXED = FIRST_OFF + PURE;
    private static final int FIRST_GREY = FIRST_MIXED + MIXED * MIXED;
    private static final int COLOURS = 256;

    static final IndexColorModel MODEL = model();

    private Palette() {}

    /** The colour of two brightnesses from 0 to 1; what is above 0 is never quite black. */
    static byte index(double on, double off) {
        if (on <= 0 && off <= 0) {
            return 0;
        }
        if (off <= 0) {
            return (byte) (FIRST_ON + level(on, PURE));
        }
        if (on <= 0) {
            return (byte) (FIRST_OFF + level(off, PURE));
        }
        return (byte) (FIRST_MIXED + level(on, MIXED) * MIXED + level(off, MIXED));
    }

    private static int level(double brightness, int levels) {
        return Math.min(levels - 1, (int) (brightness * levels));
    }

    private static IndexColorModel model() {
        byte[] red = new byte[COLOURS];
        byte[] green = new byte[COLOURS];
        byte[] blue = new byte[COLOURS];
        for (int i = 0; i < COLOURS; i++) {
            double on = 0;
            double off = 0;
            if (i >= FIRST_GREY) {
                int grey = PAGE.getRed() + (255 - PAGE.getRed()) * (i - FIRST_GREY) / (COLOURS - 1 - FIRST_GREY);
                red[i] = (byte) grey;
                green[i] = (byte) grey;
                blue[i] = (byte) grey;
                continue;
            }
            if (i >= FIRST_MIXED) {
                on = (1.0 + (i - FIRST_MIXED) / MIXED) / MIXED;
                off = (1.0 + (i - FIRST_MIXED) % MIXED) / MIXED;
            } else if (i >= FIRST_OFF) {
                off = (1.0 + i - FIRST_OFF) / PURE;
            } else if (i >= FIRST_ON) {
                on = (1.0 + i - FIRST_ON) / PURE;
            }
            red[i] = (byte) Math.round(on * ON.getRed() + off * OFF.getRed());
            green[i] = (byte) Math.round(on * ON.getGreen() + off * OFF.getGreen());
            blue[i] = (byte) Math.round(on * ON.getBlue() + off * OFF.getBlue());
        }
        return new IndexColorModel(8, COLOURS, red, green, blue);
    }
}
