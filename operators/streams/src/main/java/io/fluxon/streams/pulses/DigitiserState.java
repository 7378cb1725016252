package io.fluxon.streams.pulses;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Collection;
import java.util.Collections;
import java.util.Objects;
import java.util.TreeMap;

/** What the pulse pipeline keeps of one digitiser during an epoch. */
public final class DigitiserState {

    private static final int ENCODING_VERSION = 1;

    /** A bound for reading only. */
    private static final int MAX_SPECTRA = 1 << 20;

    /** Window and channel of a spectrum; windows are closed in this order. */
    record SpectrumKey(long window, int channel) implements Comparable<SpectrumKey> {

        @Override
        public int compareTo(SpectrumKey other) {
            return window != other.window
                    ? Long.compare(window, other.window)
                    : Integer.compare(channel, other.channel);
        }
    }

    /**
     * What the open spectra are of.
     *
     * @param recordingId empty if the epoch replays none
     * @param windowPicos length of a window
     */
    record Binning(
            String sensorId,
            String recordingId,
            String clockDomain,
            long baseUnixNanos,
            long windowPicos,
            String energyUnit,
            double firstEdge,
            double binWidth) {}

    final long epoch;
    final CoincidenceFinder coincidences;

    /** Of the packet last taken in; a state without packets is never kept. */
    Binning binning;

    final TreeMap<SpectrumKey, OpenSpectrum> spectra = new TreeMap<>();
    long nextSequence;
    long missingPackets;

    DigitiserState(long epoch) {
        this(epoch, new CoincidenceFinder());
    }

    private DigitiserState(long epoch, CoincidenceFinder coincidences) {
        this.epoch = epoch;
        this.coincidences = coincidences;
    }

    public long epoch() {
        return epoch;
    }

    /** Packets that never came. */
    public long missingPackets() {
        return missingPackets;
    }

    /** Spectra of windows that are not closed yet, by window and channel. */
    public Collection<OpenSpectrum> openSpectra() {
        return Collections.unmodifiableCollection(spectra.values());
    }

    OpenSpectrum spectrum(long window, int channel) {
        return spectra.computeIfAbsent(
                new SpectrumKey(window, channel), key -> new OpenSpectrum(key.window(), key.channel()));
    }

    DigitiserState copy() {
        DigitiserState copy = new DigitiserState(epoch, coincidences.copy());
        spectra.forEach((key, spectrum) -> copy.spectra.put(key, spectrum.copy()));
        copy.binning = binning;
        copy.nextSequence = nextSequence;
        copy.missingPackets = missingPackets;
        return copy;
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeByte(ENCODING_VERSION);
        out.writeLong(epoch);
        out.writeLong(nextSequence);
        out.writeLong(missingPackets);
        coincidences.writeTo(out);
        out.writeUTF(binning.sensorId());
        out.writeUTF(binning.recordingId());
        out.writeUTF(binning.clockDomain());
        out.writeLong(binning.baseUnixNanos());
        out.writeLong(binning.windowPicos());
        out.writeUTF(binning.energyUnit());
        out.writeDouble(binning.firstEdge());
        out.writeDouble(binning.binWidth());
        out.writeInt(spectra.size());
        for (OpenSpectrum spectrum : spectra.values()) {
            spectrum.writeTo(out);
        }
    }

    static DigitiserState readFrom(DataInput in) throws IOException {
        int version = in.readUnsignedByte();
        if (version != ENCODING_VERSION) {
            throw new IOException("digitiser state of version " + version + ", this release reads " + ENCODING_VERSION);
        }
        long epoch = in.readLong();
        long nextSequence = in.readLong();
        long missingPackets = in.readLong();
        DigitiserState state = new DigitiserState(epoch, CoincidenceFinder.readFrom(in));
        state.nextSequence = nextSequence;
        state.missingPackets = missingPackets;
        state.binning = new Binning(
                in.readUTF(),
                in.readUTF(),
                in.readUTF(),
                in.readLong(),
                in.readLong(),
                in.readUTF(),
                in.readDouble(),
                in.readDouble());
        int count = in.readInt();
        if (count < 0 || count > MAX_SPECTRA) {
            throw new IOException("digitiser state with " + count + " spectra, at most " + MAX_SPECTRA);
        }
        for (int i = 0; i < count; i++) {
            OpenSpectrum spectrum = OpenSpectrum.readFrom(in);
            state.spectra.put(new SpectrumKey(spectrum.window, spectrum.channel), spectrum);
        }
        return state;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DigitiserState that
                && epoch == that.epoch
                && nextSequence == that.nextSequence
                && missingPackets == that.missingPackets
                && coincidences.equals(that.coincidences)
                && Objects.equals(binning, that.binning)
                && spectra.equals(that.spectra);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(epoch) * 31 + Long.hashCode(nextSequence);
    }
}
