package io.fluxon.connectors.detector;

import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.connectors.packets.MalformedPacketException.Rule;
import io.fluxon.schemas.DetectorLayout;

/**
 * List-mode records of the CAEN CoMPASS readout, binary format 2, little-endian. One word 0xCAE<i>x</i> says what every
 * record holds: bit 0 of <i>x</i> an energy in channels, bit 1 a calibrated energy, bit 2 an energy in the short gate, bit
 * 3 a waveform. A record: u16 board, u16 channel, u64 time stamp in picoseconds since the run's start, [u16 energy], [f64
 * calibrated energy], [u16 short energy], u32 flags, [u8 kind of waveform, u32 number of samples n, n times u16].
 *
 * <p>All records of a packet are one board's. Only the waveform of the input itself, kind 1, is taken. The calibrated
 * energy and the flags are passed over: the analysis makes its own.
 */
public final class CompassDecoder implements PulseDecoder {

    public static final String ENCODING = "compass";

    static final int WORD_BYTES = 2;
    static final int WORD = 0xCAE0;
    private static final int WORD_MASK = 0xFFF0;

    static final int ENERGY = 1;
    static final int CALIBRATED_ENERGY = 1 << 1;
    static final int SHORT_ENERGY = 1 << 2;
    static final int WAVEFORM = 1 << 3;

    private static final int INPUT_WAVEFORM = 1;

    /** Whether the bytes begin with the word that opens such a file. */
    static boolean isWord(int first, int second) {
        return ((first | second << 8) & WORD_MASK) == WORD;
    }

    /** Bytes of a record without its samples. */
    static int headerBytes(int content) {
        return 16
                + ((content & ENERGY) != 0 ? 2 : 0)
                + ((content & CALIBRATED_ENERGY) != 0 ? 8 : 0)
                + ((content & SHORT_ENERGY) != 0 ? 2 : 0)
                + ((content & WAVEFORM) != 0 ? 5 : 0);
    }

    @Override
    public void decode(byte[] bytes, int from, int to, DetectorLayout layout, PulseBatch batch)
            throws MalformedPacketException {
        PulseReader in = new PulseReader(bytes, from, to, layout, batch);
        in.record(WORD_BYTES);
        int word = in.unsignedShort();
        if ((word & WORD_MASK) != WORD) {
            throw in.malformed(
                    Rule.VALUE_OUT_OF_RANGE, "the payload begins with " + Integer.toHexString(word) + ", not cae.");
        }
        int content = word & ~WORD_MASK;
        int headerBytes = headerBytes(content);
        int packetBoard = -1;
        while (in.hasRemaining()) {
            in.record(headerBytes);
            int board = in.unsignedShort();
            if (packetBoard >= 0 && board != packetBoard) {
                throw in.malformed(Rule.OUTSIDE_GEOMETRY, "board " + board + " in a packet of board " + packetBoard);
            }
            packetBoard = board;
            int channel = in.channel();
            long stampPicos = in.stampPicos();
            int energy = (content & ENERGY) != 0 ? in.unsignedShort() : PulseBatch.NONE;
            if ((content & CALIBRATED_ENERGY) != 0) {
                in.skip(Double.BYTES);
            }
            int shortEnergy = (content & SHORT_ENERGY) != 0 ? in.unsignedShort() : PulseBatch.NONE;
            in.skip(Integer.BYTES);
            long samples = 0;
            if ((content & WAVEFORM) != 0) {
                int kind = in.unsignedByte();
                if (kind != INPUT_WAVEFORM) {
                    throw in.malformed(
                            Rule.VALUE_OUT_OF_RANGE, "a waveform of kind " + kind + " is not the input's, 1");
                }
                samples = in.unsignedInt();
            }
            in.pulse(channel, stampPicos, energy, shortEnergy, samples);
        }
    }
}
