package io.fluxon.connectors.camera;

import io.fluxon.connectors.camera.DecodingWarnings.Warning;
import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.connectors.packets.MalformedPacketException.Rule;

/**
 * Turns a stream of event words into events: a state machine that is fed byte ranges of any size. Cutting the stream at
 * other places gives the same events. Times are those that the words mean, extended over wraps of the format's counter.
 *
 * <p>Words that the format reserves, pads with or continues others with are counted in {@link #warnings()}. An event that
 * breaks a rule, such as one outside the sensor, is an exception that names its byte; or, if {@link Damage#COUNT} was asked
 * for, it is counted and left out, and decoding goes on at the next word.
 */
public abstract class CameraDecoder {

    /** What to do with an event that breaks a rule. */
    public enum Damage {
        /** Throw at the first. */
        REFUSE,
        /** Count it and go on. */
        COUNT
    }

    private static final int MAX_WORD_BYTES = 8;

    protected final int width;
    protected final int height;
    private final boolean counting;
    private final DecodingWarnings warnings = new DecodingWarnings();

    private final int wordBytes;
    private final byte[] begunWord = new byte[MAX_WORD_BYTES];
    private int begunBytes;

    /** Bytes of the stream before the range that is being decoded. */
    private long streamOffset;

    /** @param wordBytes 1 to 8; ranges are handed on in multiples of it */
    protected CameraDecoder(int wordBytes, int width, int height, Damage damage) {
        if (width < 1 || width > CameraBatch.MAX_SIDE || height < 1 || height > CameraBatch.MAX_SIDE) {
            throw new IllegalArgumentException("a sensor of " + width + "x" + height + " pixels");
        }
        this.wordBytes = wordBytes;
        this.width = width;
        this.height = height;
        this.counting = damage == Damage.COUNT;
    }

    /**
     * Appends the events of the next bytes of the stream to the batch. On an exception the batch's new content and the
     * decoder's state are unspecified.
     */
    public final void decode(byte[] bytes, int from, int to, CameraBatch batch) throws MalformedPacketException {
        int at = from;
        if (begunBytes > 0) {
            while (begunBytes < wordBytes && at < to) {
                begunWord[begunBytes++] = bytes[at++];
            }
            if (begunBytes < wordBytes) {
                return;
            }
            decodeWords(begunWord, 0, wordBytes, batch);
            streamOffset += wordBytes;
            begunBytes = 0;
        }
        int rest = (to - at) % wordBytes;
        decodeWords(bytes, at, to - rest, batch);
        streamOffset += to - rest - at;
        System.arraycopy(bytes, to - rest, begunWord, 0, rest);
        begunBytes = rest;
    }

    /** The stream is over; it must not end within a word. */
    public void end() throws MalformedPacketException {
        if (begunBytes > 0) {
            int bytes = begunBytes;
            begunBytes = 0;
            if (!counting) {
                throw new MalformedPacketException(
                        Rule.TRUNCATED_PAYLOAD,
                        "byte " + streamOffset + ": the last word has " + bytes + " of " + wordBytes + " bytes");
            }
            warnings.add(Warning.TRUNCATED_BYTES, bytes);
        }
    }

    /** Says where in its file the next byte stands; offsets in messages count from there. */
    public final void startAt(long byteOffset) {
        streamOffset = byteOffset;
    }

    /**
     * Before the first word: the true time of the first event is at most half the counter's period away from this time.
     * Without it, the counter's first value is taken as it stands.
     */
    public void startNear(long micros) {}

    /** Longest head of this format, bytes. */
    public int maxHeadBytes() {
        return 0;
    }

    /**
     * Writes the words that bring a fresh decoder into this one's state, up to the wraps of its counter, which {@link
     * #startNear} restores; then what follows decodes on its own.
     *
     * @return bytes written, at most {@link #maxHeadBytes()}
     */
    public int writeHead(byte[] into, int at) {
        return 0;
    }

    public final int wordBytes() {
        return wordBytes;
    }

    public final DecodingWarnings warnings() {
        return warnings;
    }

    /** Decodes whole words: {@code to - from} is a multiple of the word's size. */
    protected abstract void decodeWords(byte[] bytes, int from, int to, CameraBatch batch)
            throws MalformedPacketException;

    /** An event outside the sensor: throws or counts. {@code at - from} is the place of its word in the range. */
    protected final void outside(int from, int at, long x, long y) throws MalformedPacketException {
        refuseOr(
                Warning.EVENTS_OUTSIDE_GEOMETRY,
                Rule.OUTSIDE_GEOMETRY,
                from,
                at,
                "x=" + x + " y=" + y + " outside " + width + "x" + height);
    }

    /** Throws with the place of the word in the stream, or counts one of {@code warning}. */
    protected final void refuseOr(Warning warning, Rule rule, int from, int at, String detail)
            throws MalformedPacketException {
        if (!counting) {
            throw new MalformedPacketException(rule, "byte " + (streamOffset + at - from) + ": " + detail);
        }
        warnings.add(warning, 1);
    }

    protected final void warn(Warning warning) {
        warnings.add(warning, 1);
    }
}
