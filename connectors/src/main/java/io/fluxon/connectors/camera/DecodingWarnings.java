package io.fluxon.connectors.camera;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** How often a stream held what gave no event. */
public final class DecodingWarnings {

    /** Why something gave no event. The first seven are part of the formats; the others are damage. */
    public enum Warning {
        /** A word of a type that the format reserves or that is not for pixels, such as a vendor's monitoring words. */
        OTHER_WORDS,
        /** The continuation of such a word. */
        CONTINUATION_WORDS,
        /** A word that fills up. */
        PADDING_WORDS,
        /** An event before the stream told the high part of the time. */
        EVENTS_BEFORE_TIME,
        /** An event before the stream told the row, or the base column of a vector. */
        EVENTS_BEFORE_ADDRESS,
        /** An event that the camera itself marked as invalid. */
        INVALID_EVENTS,
        /** A frame or another item that is not made of events. */
        OTHER_ITEMS,
        /** An event outside the sensor's pixels. */
        EVENTS_OUTSIDE_GEOMETRY,
        /** An event older than the one before it, where the format does not allow that. */
        EVENTS_BACK_IN_TIME,
        /** Bytes at the end that are no whole word, record or packet. */
        TRUNCATED_BYTES,
        /** A packet whose content contradicts its header or does not unpack. */
        DAMAGED_PACKETS,
        /** A line of text that is no event. */
        DAMAGED_LINES,
        /** Bytes passed over on the way to the next place where decoding can go on. */
        SKIPPED_BYTES
    }

    private static final Warning[] WARNINGS = Warning.values();

    private final long[] counts = new long[WARNINGS.length];

    public void add(Warning warning, long count) {
        counts[warning.ordinal()] += count;
    }

    public long count(Warning warning) {
        return counts[warning.ordinal()];
    }

    public void addAll(DecodingWarnings others) {
        for (int i = 0; i < counts.length; i++) {
            counts[i] += others.counts[i];
        }
    }

    /** Counts above 0 by name in lower case. */
    public Map<String, Long> byName() {
        Map<String, Long> byName = new LinkedHashMap<>();
        for (Warning warning : WARNINGS) {
            if (count(warning) > 0) {
                byName.put(warning.name().toLowerCase(Locale.ROOT), count(warning));
            }
        }
        return byName;
    }
}
