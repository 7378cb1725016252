package io.fluxon.streams.pulses;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/** The pulses so far of one channel in one window of event time. */
public final class OpenSpectrum {

    private static final int ENCODING_VERSION = 1;

    /** A bound for reading only. */
    private static final int MAX_BINS = 1 << 20;

    /** Number of the window: it covers [window, window + 1) x its length, since the epoch's base. */
    final long window;

    final int channel;
    long outside;
    long pileUps;
    long saturated;

    /** Bins from firstBin on; a spectrum holds the stretch of bins in which pulses are. */
    private int firstBin;

    private long[] counts = {};

    OpenSpectrum(long window, int channel) {
        this.window = window;
        this.channel = channel;
    }

    /** Number of the window, since the epoch's base. */
    public long window() {
        return window;
    }

    public int channel() {
        return channel;
    }

    /** Pulses in its bins. */
    public long pulses() {
        return Arrays.stream(counts).sum();
    }

    /** Pulses whose energy no bin covers. */
    public long outside() {
        return outside;
    }

    public long pileUps() {
        return pileUps;
    }

    public long saturated() {
        return saturated;
    }

    void count(int bin) {
        if (counts.length == 0) {
            firstBin = bin;
            counts = new long[1];
        } else if (bin < firstBin) {
            long[] wider = new long[counts.length + firstBin - bin];
            System.arraycopy(counts, 0, wider, firstBin - bin, counts.length);
            counts = wider;
            firstBin = bin;
        } else if (bin >= firstBin + counts.length) {
            counts = Arrays.copyOf(counts, bin - firstBin + 1);
        }
        counts[bin - firstBin]++;
    }

    int firstBin() {
        return firstBin;
    }

    /** Pulses by bin, from {@link #firstBin()} on; the first and the last are not empty. */
    long[] counts() {
        return counts;
    }

    OpenSpectrum copy() {
        OpenSpectrum copy = new OpenSpectrum(window, channel);
        copy.outside = outside;
        copy.pileUps = pileUps;
        copy.saturated = saturated;
        copy.firstBin = firstBin;
        copy.counts = counts.clone();
        return copy;
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeByte(ENCODING_VERSION);
        out.writeLong(window);
        out.writeInt(channel);
        out.writeLong(outside);
        out.writeLong(pileUps);
        out.writeLong(saturated);
        out.writeInt(firstBin);
        out.writeInt(counts.length);
        for (long count : counts) {
            out.writeLong(count);
        }
    }

    static OpenSpectrum readFrom(DataInput in) throws IOException {
        int version = in.readUnsignedByte();
        if (version != ENCODING_VERSION) {
            throw new IOException("spectrum of version " + version + ", this release reads " + ENCODING_VERSION);
        }
        OpenSpectrum spectrum = new OpenSpectrum(in.readLong(), in.readInt());
        spectrum.outside = in.readLong();
        spectrum.pileUps = in.readLong();
        spectrum.saturated = in.readLong();
        spectrum.firstBin = in.readInt();
        int bins = in.readInt();
        if (bins < 0 || bins > MAX_BINS) {
            throw new IOException("spectrum with " + bins + " bins, at most " + MAX_BINS);
        }
        spectrum.counts = new long[bins];
        for (int i = 0; i < bins; i++) {
            spectrum.counts[i] = in.readLong();
        }
        return spectrum;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof OpenSpectrum that
                && window == that.window
                && channel == that.channel
                && outside == that.outside
                && pileUps == that.pileUps
                && saturated == that.saturated
                && firstBin == that.firstBin
                && Arrays.equals(counts, that.counts);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(window) * 31 + channel;
    }
}
