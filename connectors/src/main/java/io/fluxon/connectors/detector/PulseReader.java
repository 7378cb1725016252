package io.fluxon.connectors.detector;

import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.connectors.packets.MalformedPacketException.Rule;
import io.fluxon.schemas.DetectorLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Little-endian records of pulses, with the rules that are the same in every encoding. */
final class PulseReader {

    private final ByteBuffer in;
    private final byte[] bytes;
    private final int from;
    private final DetectorLayout layout;
    private final PulseBatch batch;
    private int recordAt;
    private long previousPicos;

    PulseReader(byte[] bytes, int from, int to, DetectorLayout layout, PulseBatch batch) {
        this.in = ByteBuffer.wrap(bytes, from, to - from).order(ByteOrder.LITTLE_ENDIAN);
        this.bytes = bytes;
        this.from = from;
        this.recordAt = from;
        this.layout = layout;
        this.batch = batch;
    }

    boolean hasRemaining() {
        return in.hasRemaining();
    }

    /** Begins a record whose part before the samples has so many bytes. */
    void record(int headerBytes) throws MalformedPacketException {
        recordAt = in.position();
        require(headerBytes);
    }

    int channel() throws MalformedPacketException {
        int channel = unsignedShort();
        if (channel >= layout.getChannels()) {
            throw malformed(Rule.OUTSIDE_GEOMETRY, "channel " + channel + " of " + layout.getChannels());
        }
        return channel;
    }

    long stampPicos() throws MalformedPacketException {
        long picos = in.getLong();
        if (picos < 0) {
            throw malformed(
                    Rule.VALUE_OUT_OF_RANGE, "time stamp " + Long.toUnsignedString(picos) + " ps is 2^63 or more");
        }
        if (picos < previousPicos) {
            throw malformed(
                    Rule.TIME_RUNS_BACK, "time stamp " + picos + " ps is older than the one before, " + previousPicos);
        }
        previousPicos = picos;
        return picos;
    }

    int unsignedByte() {
        return in.get() & 0xFF;
    }

    int unsignedShort() {
        return in.getShort() & 0xFFFF;
    }

    long unsignedInt() {
        return in.getInt() & 0xFFFF_FFFFL;
    }

    void skip(int count) {
        in.position(in.position() + count);
    }

    /** Reads the samples, which end the record, and adds the pulse. */
    void pulse(int channel, long stampPicos, int energy, int shortEnergy, long sampleCount)
            throws MalformedPacketException {
        require(sampleCount * Short.BYTES);
        batch.add(channel, stampPicos, energy, shortEnergy, (int) sampleCount);
        int pulse = batch.size() - 1;
        int start = batch.sampleStart(pulse);
        int all = readSamples(bytes, in.position(), batch.samples(), start, batch.sampleEnd(pulse));
        if (all >>> layout.getAdcBits() != 0) {
            throw malformed(
                    Rule.VALUE_OUT_OF_RANGE, "a sample of the pulse needs more than " + layout.getAdcBits() + " bits");
        }
        skip((int) sampleCount * Short.BYTES);
    }

    /** Copies samples to {@code samples[start, end)}; returns the OR of all, whose highest bit is the largest sample's. */
    private static int readSamples(byte[] bytes, int at, short[] samples, int start, int end) {
        int all = 0;
        int next = at;
        for (int i = start; i < end; i++) {
            int sample = bytes[next] & 0xFF | (bytes[next + 1] & 0xFF) << 8;
            next += Short.BYTES;
            samples[i] = (short) sample;
            all |= sample;
        }
        return all;
    }

    MalformedPacketException malformed(Rule rule, String detail) {
        return new MalformedPacketException(rule, "byte " + (recordAt - from) + ": " + detail);
    }

    private void require(long count) throws MalformedPacketException {
        if (in.remaining() < count) {
            throw malformed(
                    Rule.TRUNCATED_PAYLOAD,
                    "the pulse needs " + count + " bytes more, the payload has " + in.remaining());
        }
    }
}
