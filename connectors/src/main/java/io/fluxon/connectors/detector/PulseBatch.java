package io.fluxon.connectors.detector;

import java.util.Arrays;

/**
 * Digitised pulses of one digitiser in the order of its records, as parallel arrays, with all waveforms in one array;
 * reused from packet to packet. Elements from {@link #size()} on are meaningless, and an array is replaced when it has to
 * grow.
 */
public final class PulseBatch {

    /** What {@link #ownEnergy()} and {@link #ownShortEnergy()} hold where the digitiser measured none. */
    public static final int NONE = -1;

    private int size;
    private int[] channel = new int[64];
    private long[] stampPicos = new long[64];
    private int[] ownEnergy = new int[64];
    private int[] ownShortEnergy = new int[64];
    private int[] sampleEnd = new int[64];
    private short[] samples = new short[64 * 128];

    public void clear() {
        size = 0;
    }

    /**
     * Adds a pulse; its samples are then to be written to {@link #samples()} from {@link #sampleStart} on.
     *
     * @param picos the digitiser's own time stamp, picoseconds since the epoch's base
     * @param energy what the digitiser itself measured, or {@link #NONE}
     * @param shortEnergy the same in the short gate
     */
    public void add(int pulseChannel, long picos, int energy, int shortEnergy, int sampleCount) {
        if (size == channel.length) {
            int length = 2 * size;
            channel = Arrays.copyOf(channel, length);
            stampPicos = Arrays.copyOf(stampPicos, length);
            ownEnergy = Arrays.copyOf(ownEnergy, length);
            ownShortEnergy = Arrays.copyOf(ownShortEnergy, length);
            sampleEnd = Arrays.copyOf(sampleEnd, length);
        }
        channel[size] = pulseChannel;
        stampPicos[size] = picos;
        ownEnergy[size] = energy;
        ownShortEnergy[size] = shortEnergy;
        sampleEnd[size] = sampleStart(size) + sampleCount;
        if (sampleEnd[size] > samples.length) {
            samples = Arrays.copyOf(samples, Math.max(sampleEnd[size], 2 * samples.length));
        }
        size++;
    }

    public int size() {
        return size;
    }

    public int[] channel() {
        return channel;
    }

    /** The digitiser's own time stamps, picoseconds since the epoch's base. */
    public long[] stampPicos() {
        return stampPicos;
    }

    /** Energies that the digitiser measured, least significant bits; never used by the analysis, only compared with. */
    public int[] ownEnergy() {
        return ownEnergy;
    }

    /** Energies in the digitiser's short gate. */
    public int[] ownShortEnergy() {
        return ownShortEnergy;
    }

    /** All waveforms, unsigned 16 bits a sample. */
    public short[] samples() {
        return samples;
    }

    /** Index in {@link #samples()} of the pulse's first sample. */
    public int sampleStart(int pulse) {
        return pulse == 0 ? 0 : sampleEnd[pulse - 1];
    }

    /** Index after the pulse's last sample. */
    public int sampleEnd(int pulse) {
        return sampleEnd[pulse];
    }
}
