package io.fluxon.connectors.camera.words;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder;
import io.fluxon.connectors.camera.TestingRecordings;
import io.fluxon.connectors.packets.MalformedPacketException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;

/** Words as little-endian bytes, and what a decoder makes of them as lines of text. */
final class TestingWords {

    private TestingWords() {}

    static byte[] words16(int... words) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * words.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int word : words) {
            bytes.putShort((short) word);
        }
        return bytes.array();
    }

    static byte[] words32(int... words) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * words.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int word : words) {
            bytes.putInt(word);
        }
        return bytes.array();
    }

    static byte[] words64(long... words) {
        ByteBuffer bytes = ByteBuffer.allocate(8 * words.length).order(ByteOrder.LITTLE_ENDIAN);
        for (long word : words) {
            bytes.putLong(word);
        }
        return bytes.array();
    }

    /** Events, then markers, then warnings, one a line; or only the error, if there was one. */
    static List<String> outcome(CameraDecoder decoder, byte[] bytes) {
        return outcome(decoder, bytes, bytes.length);
    }

    /** The same, with the bytes handed on in ranges that end at {@code cuts}, ascending, and at the end. */
    static List<String> outcome(CameraDecoder decoder, byte[] bytes, int... cuts) {
        CameraBatch batch = new CameraBatch();
        try {
            int from = 0;
            for (int cut : cuts) {
                decoder.decode(bytes, from, cut, batch);
                from = cut;
            }
            decoder.decode(bytes, from, bytes.length, batch);
            decoder.end();
        } catch (MalformedPacketException e) {
            return List.of(e.rule() + " " + e.getMessage());
        }
        return lines(batch, decoder);
    }

    static List<String> lines(CameraBatch batch, CameraDecoder decoder) {
        List<String> lines = new ArrayList<>(TestingRecordings.events(batch));
        for (int i = 0; i < batch.markers().size(); i++) {
            lines.add(marker(batch, i));
        }
        new TreeMap<>(decoder.warnings().byName()).forEach((name, count) -> lines.add(count + " " + name));
        return lines;
    }

    static String marker(CameraBatch batch, int i) {
        return batch.markers().timeMicros(i) + " us " + batch.markers().kind(i) + " "
                + batch.markers().channel(i) + " " + batch.markers().value(i);
    }

    /** Up to {@code atMost} ascending places in {@code length} bytes. */
    static int[] cuts(Random random, int length, int atMost) {
        return random.ints(random.nextInt(atMost + 1), 0, length + 1).sorted().toArray();
    }
}
