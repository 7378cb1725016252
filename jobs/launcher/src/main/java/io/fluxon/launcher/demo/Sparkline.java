package io.fluxon.launcher.demo;

import java.util.List;

/** A histogram in one line of block characters. */
final class Sparkline {

    private static final String BLOCKS = "▁▂▃▄▅▆▇█";

    /** What stands for the blocks where they cannot be shown. */
    private static final String ASCII_BLOCKS = ".:-=+*#@";

    private Sparkline() {}

    /**
     * Neighbouring bins are added up where there are more than fit. The highest column is a full block and the others are
     * in proportion, rounded up; a column without counts is blank.
     *
     * @param columns largest length of the line
     */
    static String of(List<Long> counts, int columns) {
        int length = Math.min(columns, counts.size());
        long[] sums = new long[length];
        long highest = 0;
        for (int bin = 0; bin < counts.size(); bin++) {
            int column = (int) ((long) bin * length / counts.size());
            sums[column] += counts.get(bin);
            highest = Math.max(highest, sums[column]);
        }
        StringBuilder line = new StringBuilder();
        for (long sum : sums) {
            int level = (int) Math.ceil((double) sum * BLOCKS.length() / Math.max(1, highest));
            line.append(level == 0 ? ' ' : BLOCKS.charAt(level - 1));
        }
        return line.toString();
    }

    static String ascii(String line) {
        String ascii = line;
        for (int level = 0; level < BLOCKS.length(); level++) {
            ascii = ascii.replace(BLOCKS.charAt(level), ASCII_BLOCKS.charAt(level));
        }
        return ascii;
    }
}
