package io.fluxon.connectors.detector;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/** Recordings of detectors for tests, and CoMPASS records by the byte. */
final class TestingPulses {

    private TestingPulses() {}

    /** A file below the folder of recorded pulses; without it the test is skipped. */
    static Path recorded(String name) {
        String configured = System.getenv("FLUXON_DATA");
        Path data = configured == null
                ? Path.of(System.getProperty("fluxon.root", ".."), "..", "shared", "data")
                : Path.of(configured);
        Path file = data.resolve("pulses").resolve(name);
        assumeTrue(Files.isRegularFile(file), "skipped: no " + file + "; set FLUXON_DATA to the recordings' folder");
        return file;
    }

    /** The word that opens CoMPASS bytes. */
    static byte[] word(int content) {
        return new byte[] {(byte) (0xE0 | content), (byte) 0xCA};
    }

    /** A CoMPASS record with every field: energy, calibrated energy, short energy, waveform. */
    static byte[] compassRecord(
            int board, int channel, long picos, int energy, int shortEnergy, int kind, int... samples) {
        ByteBuffer out = ByteBuffer.allocate(33 + 2 * samples.length).order(ByteOrder.LITTLE_ENDIAN);
        out.putShort((short) board).putShort((short) channel).putLong(picos);
        out.putShort((short) energy).putDouble(1.5).putShort((short) shortEnergy);
        out.putInt(0x4000).put((byte) kind).putInt(samples.length);
        for (int sample : samples) {
            out.putShort((short) sample);
        }
        return out.array();
    }

    static byte[] waveform(int channel, int reserved, long picos, int... samples) {
        ByteBuffer out = ByteBuffer.allocate(16 + 2 * samples.length).order(ByteOrder.LITTLE_ENDIAN);
        out.putShort((short) channel).putShort((short) reserved).putLong(picos).putInt(samples.length);
        for (int sample : samples) {
            out.putShort((short) sample);
        }
        return out.array();
    }

    static byte[] joined(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteBuffer out = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            out.put(part);
        }
        return out.array();
    }
}
