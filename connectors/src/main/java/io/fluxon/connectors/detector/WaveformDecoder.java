package io.fluxon.connectors.detector;

import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.connectors.packets.MalformedPacketException.Rule;
import io.fluxon.schemas.DetectorLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Waveforms of digitisers without a stream format of their own, little-endian. Per pulse: u16 channel, u16 zero, i64 time
 * stamp in picoseconds since the epoch's base, u32 number of samples n, n times u16.
 */
public final class WaveformDecoder implements PulseDecoder {

    public static final String ENCODING = "waveform-u16";

    private static final int HEADER_BYTES = 16;

    /** Bytes of a pulse with so many samples. */
    public static int pulseBytes(int samples) {
        return Math.addExact(HEADER_BYTES, Math.multiplyExact(Short.BYTES, samples));
    }

    /**
     * Writes a pulse with the samples in {@code samples[from, to)} at the buffer's position, whatever its byte order.
     *
     * @param channel 0 to 65,535
     */
    public static void write(ByteBuffer out, int channel, long stampPicos, short[] samples, int from, int to) {
        ByteBuffer little = out.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        little.putShort((short) channel).putShort((short) 0).putLong(stampPicos).putInt(to - from);
        little.asShortBuffer().put(samples, from, to - from);
        out.position(little.position() + Short.BYTES * (to - from));
    }

    @Override
    public void decode(byte[] bytes, int from, int to, DetectorLayout layout, PulseBatch batch)
            throws MalformedPacketException {
        PulseReader in = new PulseReader(bytes, from, to, layout, batch);
        while (in.hasRemaining()) {
            in.record(HEADER_BYTES);
            int channel = in.channel();
            int reserved = in.unsignedShort();
            if (reserved != 0) {
                throw in.malformed(Rule.VALUE_OUT_OF_RANGE, "the third and fourth byte are " + reserved + ", not 0");
            }
            long stampPicos = in.stampPicos();
            in.pulse(channel, stampPicos, PulseBatch.NONE, PulseBatch.NONE, in.unsignedInt());
        }
    }
}
