package io.fluxon.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Random;

/**
 * Streams of event words for the decoders' benchmarks, 1280 x 720 pixels, from a fixed seed. Run as a program it writes them
 * to files: {@code java ... io.fluxon.benchmarks.SyntheticStream FOLDER}.
 */
public final class SyntheticStream {

    /** How the events lie. */
    public enum Kind {
        /** 95 % of the events in bursts of 32 neighbours in a row, which EVT3 sends as vectors of 12, 12 and 8; a burst a microsecond. */
        DENSE,
        /** As dense, but each pixel of a burst's 32 takes part with a chance of one half. */
        RAGGED,
        /** Every event alone at a pixel of its own, ten a microsecond. */
        SPARSE
    }

    public static final int WIDTH = 1280;
    public static final int HEIGHT = 720;

    /** Events of the streams that the figures are measured on. */
    public static final int EVENTS = 16_000_000;

    private static final int BURST = 32;
    private static final double BURST_SHARE = 0.95;
    private static final long SEED = 20_26;

    private ByteBuffer words = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);

    private SyntheticStream() {}

    public static void main(String[] arguments) throws IOException {
        Path folder = Files.createDirectories(Path.of(arguments[0]));
        for (Kind kind : Kind.values()) {
            Path file = folder.resolve(kind.name().toLowerCase(Locale.ROOT) + ".raw");
            byte[] header = ("% evt 3.0\n% format EVT3;height=" + HEIGHT + ";width=" + WIDTH + "\n% end\n")
                    .getBytes(StandardCharsets.US_ASCII);
            byte[] stream = evt3(kind, EVENTS);
            byte[] whole = Arrays.copyOf(header, header.length + stream.length);
            System.arraycopy(stream, 0, whole, header.length, stream.length);
            Files.write(file, whole);
            System.out.printf("%s: %,d events, %,d bytes%n", file, EVENTS, whole.length);
        }
    }

    /** At least this many events as EVT3 words. */
    public static byte[] evt3(Kind kind, int events) {
        SyntheticStream stream = new SyntheticStream();
        Random random = new Random(SEED);
        int sent = 0;
        for (int micros = 0; sent < events; micros++) {
            if ((micros & 0xFFF) == 0) {
                stream.word16(8, micros >>> 12);
            }
            stream.word16(6, micros & 0xFFF);
            sent += stream.burst(kind, random);
            // Between two bursts as many single events as make up their share.
            double singles = kind == Kind.SPARSE ? 10 : BURST * (1 / BURST_SHARE - 1) * (kind == Kind.DENSE ? 1 : 0.5);
            for (double left = singles; left >= 1 || random.nextDouble() < left; left--) {
                stream.word16(0, random.nextInt(HEIGHT));
                stream.word16(2, random.nextInt(2) << 11 | random.nextInt(WIDTH));
                sent++;
            }
        }
        return stream.bytes();
    }

    private int burst(Kind kind, Random random) {
        if (kind == Kind.SPARSE) {
            return 0;
        }
        int mask = kind == Kind.DENSE ? -1 : random.nextInt();
        word16(0, random.nextInt(HEIGHT));
        word16(3, random.nextInt(2) << 11 | random.nextInt(WIDTH - BURST));
        word16(4, mask & 0xFFF);
        word16(4, mask >>> 12 & 0xFFF);
        word16(5, mask >>> 24);
        return Integer.bitCount(mask);
    }

    /** Sparse events as EVT2 words, the high part of the time every 64 us. */
    public static byte[] evt2(int events) {
        SyntheticStream stream = new SyntheticStream();
        Random random = new Random(SEED);
        for (int micros = 0; micros < events; micros++) {
            if ((micros & 0x3F) == 0) {
                stream.word32(8 << 28 | micros >>> 6);
            }
            int pixel = random.nextInt(WIDTH) << 11 | random.nextInt(HEIGHT);
            stream.word32(random.nextInt(2) << 28 | (micros & 0x3F) << 22 | pixel);
        }
        return stream.bytes();
    }

    /** The same events as the records of DAT files. */
    public static byte[] dat(int events) {
        SyntheticStream stream = new SyntheticStream();
        Random random = new Random(SEED);
        for (int micros = 0; micros < events; micros++) {
            stream.word32(micros);
            int pixel = random.nextInt(WIDTH) | random.nextInt(HEIGHT) << 14;
            stream.word32(random.nextInt(2) << 28 | pixel);
        }
        return stream.bytes();
    }

    private void word16(int type, int content) {
        room().putShort((short) (type << 12 | content));
    }

    private void word32(int word) {
        room().putInt(word);
    }

    private ByteBuffer room() {
        if (words.remaining() < Integer.BYTES) {
            words = ByteBuffer.allocate(2 * words.capacity())
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .put(words.flip());
        }
        return words;
    }

    private byte[] bytes() {
        return Arrays.copyOf(words.array(), words.position());
    }
}
