package io.fluxon.streams.pulses;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Pairs pulses of two channels of one digitiser by time. A pulse pairs with the pulse of the other channel that is nearest
 * in time, within the window, came before it and has no partner yet; of equally near ones with the one that came first. So
 * a pulse is in at most one pair.
 *
 * <p>This is the memory of one digitiser: the pulses of both channels that still wait for a partner.
 */
final class CoincidenceFinder {

    private static final int ENCODING_VERSION = 1;

    /** A bound for reading only: a packet of 900 KiB holds fewer pulses, and those of old packets are forgotten. */
    private static final int MAX_WAITING = 1 << 20;

    /** No partner. */
    static final int NONE = -1;

    private int waiting;
    private int[] channel = new int[16];
    private long[] picos = new long[16];
    private double[] energy = new double[16];

    /**
     * The partner of a pulse among those that wait.
     *
     * @param pulsePicos time of the pulse, picoseconds since the epoch's base
     * @return its index, or {@link #NONE}
     */
    int nearest(int otherChannel, long pulsePicos, long windowPicos) {
        int best = NONE;
        long bestDistance = windowPicos;
        for (int i = 0; i < waiting; i++) {
            long distance = Math.abs(picos[i] - pulsePicos);
            if (channel[i] == otherChannel && (distance < bestDistance || best == NONE && distance == bestDistance)) {
                best = i;
                bestDistance = distance;
            }
        }
        return best;
    }

    long picos(int index) {
        return picos[index];
    }

    double energy(int index) {
        return energy[index];
    }

    void add(int pulseChannel, long pulsePicos, double pulseEnergy) {
        if (waiting == channel.length) {
            channel = Arrays.copyOf(channel, 2 * waiting);
            picos = Arrays.copyOf(picos, 2 * waiting);
            energy = Arrays.copyOf(energy, 2 * waiting);
        }
        channel[waiting] = pulseChannel;
        picos[waiting] = pulsePicos;
        energy[waiting] = pulseEnergy;
        waiting++;
    }

    /** Takes out a pulse that has found its partner. */
    void remove(int index) {
        int after = waiting - index - 1;
        System.arraycopy(channel, index + 1, channel, index, after);
        System.arraycopy(picos, index + 1, picos, index, after);
        System.arraycopy(energy, index + 1, energy, index, after);
        waiting--;
    }

    /** Forgets the pulses before a time that no later pulse can be near to. */
    void forgetBefore(long firstPicos) {
        int kept = 0;
        for (int i = 0; i < waiting; i++) {
            if (picos[i] >= firstPicos) {
                channel[kept] = channel[i];
                picos[kept] = picos[i];
                energy[kept] = energy[i];
                kept++;
            }
        }
        waiting = kept;
    }

    CoincidenceFinder copy() {
        CoincidenceFinder copy = new CoincidenceFinder();
        copy.waiting = waiting;
        copy.channel = channel.clone();
        copy.picos = picos.clone();
        copy.energy = energy.clone();
        return copy;
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeByte(ENCODING_VERSION);
        out.writeInt(waiting);
        for (int i = 0; i < waiting; i++) {
            out.writeInt(channel[i]);
            out.writeLong(picos[i]);
            out.writeDouble(energy[i]);
        }
    }

    static CoincidenceFinder readFrom(DataInput in) throws IOException {
        int version = in.readUnsignedByte();
        if (version != ENCODING_VERSION) {
            throw new IOException("coincidences of version " + version + ", this release reads " + ENCODING_VERSION);
        }
        int count = in.readInt();
        if (count < 0 || count > MAX_WAITING) {
            throw new IOException("coincidences with " + count + " waiting pulses, at most " + MAX_WAITING);
        }
        CoincidenceFinder finder = new CoincidenceFinder();
        for (int i = 0; i < count; i++) {
            finder.add(in.readInt(), in.readLong(), in.readDouble());
        }
        return finder;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CoincidenceFinder that
                && Arrays.equals(channel, 0, waiting, that.channel, 0, that.waiting)
                && Arrays.equals(picos, 0, waiting, that.picos, 0, that.waiting)
                && Arrays.equals(energy, 0, waiting, that.energy, 0, that.waiting);
    }

    @Override
    public int hashCode() {
        return waiting == 0 ? 0 : Long.hashCode(picos[waiting - 1]) * 31 + waiting;
    }
}
