package io.fluxon.connectors.camera.fuzzing;

import io.fluxon.connectors.camera.files.CameraFormat;
import io.fluxon.connectors.camera.words.WordEncoding;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The event messages of ROS 2 bags, which mutated bags seldom reach. An input is u16, little-endian, where the second message
 * begins behind these two bytes; then two messages.
 */
final class BagMessageFuzz implements FuzzTarget {

    private TestingBag bag;

    @Override
    public String name() {
        return "ros2-messages";
    }

    @Override
    public boolean accepts(byte[] input) throws IOException {
        if (input.length < 2) {
            return false;
        }
        if (bag == null) {
            bag = new TestingBag();
        }
        int first = ByteBuffer.wrap(input).order(ByteOrder.LITTLE_ENDIAN).getShort() & 0xFFFF;
        int cut = Math.min(2 + first, input.length);
        bag.setMessages(Arrays.copyOfRange(input, 2, cut), Arrays.copyOfRange(input, cut, input.length));
        return RecordingFuzz.accepts(bag.file(), Optional.of(CameraFormat.ROS2));
    }

    @Override
    public List<byte[]> seeds() {
        // 1000 ns behind the time base at (2, 3).
        byte[] mono = {-24, 3, 0, 0, 2, 0, 3, 0};
        return List.of(
                seed(TestingBag.message("evt3", TestingSeeds.words(WordEncoding.EVT3))),
                seed(TestingBag.message("libcaer", TestingSeeds.words(WordEncoding.LIBCAER))),
                seed(TestingBag.message("mono", mono)));
    }

    private static byte[] seed(byte[] message) {
        return ByteBuffer.allocate(2 + 2 * message.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putShort((short) message.length)
                .put(message)
                .put(message)
                .array();
    }
}
