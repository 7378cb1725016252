package io.fluxon.launcher;

/** Text from outside, such as a file name, for a terminal. */
public final class Printable {

    private Printable() {}

    /**
     * The text with '?' for each control and format character: they could move the cursor, recolour or reorder what
     * stands around them.
     */
    public static String of(String text) {
        return text.replaceAll("[\\p{Cc}\\p{Cf}\\x{2028}\\x{2029}]", "?");
    }
}
