package io.fluxon.connectors.camera.packets;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder;
import io.fluxon.connectors.camera.CameraDecoder.Damage;
import io.fluxon.connectors.camera.files.CameraReader;
import io.fluxon.connectors.camera.files.WordReader;
import io.fluxon.connectors.camera.words.WordEncoding;
import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.schemas.CameraLayout;
import java.io.Closeable;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Cuts a recording into stretches of its own words that each decode alone: a head restores what earlier words had told
 * (the time, and of EVT3 the row and the base of vectors), the rest are the recording's words as they are. A packet is
 * over before the first event at or after the end of its interval [k packetMicros, (k + 1) packetMicros), or where it would
 * grow beyond its bytes. An interval without events gives no packet; words that give no events go with the packet before
 * them. A recording that is no stream of words is cut as libcaer words.
 */
final class Packetizer implements Closeable {

    private static final int PART_WORDS = 1 << 13;

    /** A packet's content and what its envelope says of it. */
    record Packet(byte[] payload, int events, long firstMicros, long lastMicros) {}

    private final String origin;
    private final WordReader reader;
    private final Optional<EventWords> eventWords;
    private final CameraDecoder decoder;
    private final int wordBytes;
    private final long packetMicros;
    private final byte[] part;
    private int partAt;
    private int partEnd;

    private final byte[] payload;
    private int payloadBytes;
    private int events;
    private long intervalEndMicros;
    private final TimeRange range = new TimeRange();

    private final byte[] head;
    private final CameraBatch wordEvents = new CameraBatch();

    /**
     * @param packetMicros at least 1
     * @param maxBytes of a payload, more than a head and a word
     */
    Packetizer(String origin, CameraReader recording, long packetMicros, int maxBytes) throws IOException {
        this.origin = origin;
        this.packetMicros = packetMicros;
        eventWords =
                recording instanceof WordReader ? Optional.empty() : Optional.of(new EventWords(origin, recording));
        reader = recording instanceof WordReader words ? words : asWords(origin, recording, eventWords.orElseThrow());
        decoder = reader.decoder();
        wordBytes = decoder.wordBytes();
        head = new byte[decoder.maxHeadBytes()];
        if (packetMicros < 1 || maxBytes < head.length + wordBytes) {
            throw new IllegalArgumentException("packets of " + packetMicros + " us and " + maxBytes + " bytes");
        }
        part = new byte[PART_WORDS * wordBytes];
        payload = new byte[maxBytes];
    }

    private static WordReader asWords(String origin, CameraReader recording, EventWords words) {
        CameraLayout layout = recording.layout();
        CameraDecoder decoder = WordEncoding.LIBCAER.decoder(layout.getWidth(), layout.getHeight(), Damage.REFUSE);
        words.firstMicros().ifPresent(decoder::startNear);
        return new WordReader(origin, recording.format(), WordEncoding.LIBCAER, layout, words, decoder);
    }

    /** The words that the recording's events were turned into, if it is none of words. */
    Optional<EventWords> eventWords() {
        return eventWords;
    }

    WordEncoding encoding() {
        return reader.encoding();
    }

    CameraLayout layout() {
        return reader.layout();
    }

    /** The next packet, null behind the last. */
    Packet next() throws IOException {
        try {
            while (nextWord()) {
                int headBytes = decoder.writeHead(head, 0);
                wordEvents.clear();
                decoder.decode(part, partAt, partAt + wordBytes, wordEvents);
                Packet complete = isForNext() ? complete() : null;
                // The first event's time tells near which time the first word stands, so they must not be far apart.
                boolean first = events == 0 && wordEvents.sizeOfAll() > 0 && head.length > 0;
                if (payloadBytes == 0 || first || payloadBytes + wordBytes > payload.length) {
                    System.arraycopy(head, 0, payload, 0, headBytes);
                    payloadBytes = headBytes;
                }
                appendWord();
                if (complete != null) {
                    return complete;
                }
            }
            if (partAt < partEnd) {
                decoder.decode(part, partAt, partEnd, wordEvents);
                partAt = partEnd;
            }
            decoder.end();
        } catch (MalformedPacketException e) {
            throw new RecordingException(origin + ": " + e.getMessage());
        }
        return events == 0 ? null : complete();
    }

    private boolean nextWord() throws IOException {
        if (partAt == partEnd) {
            partAt = 0;
            partEnd = reader.readWords(part);
        }
        return partEnd - partAt >= wordBytes;
    }

    private boolean isForNext() {
        if (events == 0) {
            return false;
        }
        return payloadBytes + wordBytes > payload.length
                || wordEvents.sizeOfAll() > 0 && wordMicros() >= intervalEndMicros;
    }

    /** The time of what the word gave, of which there is at least one; a word has one time. */
    private long wordMicros() {
        return wordEvents.size() > 0
                ? wordEvents.timeMicros()[0]
                : wordEvents.markers().timeMicros(0);
    }

    private void appendWord() {
        System.arraycopy(part, partAt, payload, payloadBytes, wordBytes);
        partAt += wordBytes;
        payloadBytes += wordBytes;
        if (wordEvents.sizeOfAll() > 0) {
            if (events == 0) {
                intervalEndMicros = (wordMicros() / packetMicros + 1) * packetMicros;
            }
            events += wordEvents.sizeOfAll();
            range.add(wordEvents);
        }
    }

    private Packet complete() {
        Packet packet =
                new Packet(Arrays.copyOf(payload, payloadBytes), events, range.firstMicros(), range.lastMicros());
        payloadBytes = 0;
        events = 0;
        range.clear();
        return packet;
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
