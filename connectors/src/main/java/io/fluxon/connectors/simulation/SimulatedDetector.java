package io.fluxon.connectors.simulation;

import io.fluxon.connectors.detector.DetectorEpoch;
import io.fluxon.connectors.detector.DetectorRecording;
import io.fluxon.connectors.detector.PulseBatch;
import io.fluxon.connectors.detector.TruePulses;
import io.fluxon.connectors.packets.Playable;
import io.fluxon.connectors.packets.RecordingException;
import io.fluxon.schemas.DetectorLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;

/**
 * Two simulated detectors face to face with a positron source (the lines of Na-22) between them, read out by one
 * {@link PulseFrontEnd} "pulse-v1" digitiser: channels 0 and 1.
 *
 * <p>Source: what the detectors see of it are Poisson processes whose rates add up to the stated one.
 *
 * <ul>
 *   <li>50 %: an annihilation pair, one photon of 511 keV in each channel at the same moment
 *   <li>35 %: one photon of 511 keV in one of the channels
 *   <li>15 %: one photon of 1275 keV in one of the channels
 * </ul>
 *
 * <p>Deposit: with probability 0.5 (511 keV) or 0.3 (1275 keV) the whole energy, else a Compton deposit, uniform from 60
 * keV to the Compton edge (341 or 1062 keV). Resolution: normal, full width at half maximum 8 % at 511 keV, and
 * proportional to the square root of the energy.
 *
 * <p>Time: the pulses of channel 1 are {@value #CHANNEL_DELAY_PICOS} ps late; in each channel a normal jitter of
 * {@value #JITTER_PICOS} ps standard deviation is added, so the difference of a pair has sqrt(2) times that.
 *
 * <p>Digitiser: {@value #LSB_PER_KEV} LSB per keV. A pulse of {@value #THRESHOLD_KEV} keV or more that starts outside an
 * open waveform of its channel opens one; the clock tick after its start is sample 16 and gives the stamp. Pulses in
 * an open waveform are recorded in it but open none, and pulses below the threshold never do: both are real pile-up.
 *
 * <p>A detector's slices depend on seed, rate and slice length alone, bit for bit.
 */
public final class SimulatedDetector {

    public static final int CHANNELS = 2;
    public static final double LSB_PER_KEV = 2.8;
    public static final double THRESHOLD_KEV = 264;
    public static final long CHANNEL_DELAY_PICOS = 700;
    public static final double JITTER_PICOS = 70;

    private static final double ANNIHILATION_KEV = 511;
    private static final double GAMMA_KEV = 1274.5;
    private static final double LOWEST_DEPOSIT_KEV = 60;
    private static final double RESOLUTION_AT_ANNIHILATION = 0.08 / 2.3548;

    /** Until here a pulse still matters: 1 us after the start less than 1e-6 of its height is left. */
    private static final double PULSE_PICOS = 1e6;

    /** A pulse that starts longer than this before the stamp counts as gone: less than 2 % of its height is left. */
    private static final double OVERLAP_PICOS = 1e3 * PulseFrontEnd.PILE_UP_BEFORE_NANOS;

    private static final int PERIOD_PICOS = PulseFrontEnd.SAMPLE_PERIOD_PICOSECONDS;
    private static final long BEFORE_PICOS = (long) PulseFrontEnd.TRIGGER_SAMPLE * PERIOD_PICOS;
    private static final long AFTER_PICOS =
            (long) (PulseFrontEnd.SAMPLES - PulseFrontEnd.TRIGGER_SAMPLE) * PERIOD_PICOS;

    /** A deposit of energy in a detector. */
    private record Deposit(int channel, double picos, double energyKev) {}

    /**
     * The waveforms whose stamps lie in one stretch of time, by time, and the truth about the pulse that opened each:
     * true start (picoseconds since the base, at most one sample period before the stamp), energy after the
     * resolution (keV), and whether no other pulse overlaps with it in its waveform.
     */
    public record Slice(
            long fromPicos, long toPicos, PulseBatch batch, long[] truePicos, double[] trueEnergyKev, boolean[] alone) {

        /** The slice for a replay, with its truth; it must hold pulses. */
        public Playable playable(String id, String sensorId) throws RecordingException {
            DetectorLayout layout =
                    new DetectorLayout(PulseFrontEnd.NAME, CHANNELS, (long) PERIOD_PICOS, PulseFrontEnd.ADC_BITS);
            DetectorRecording recording = DetectorRecording.of(
                    id, "simulated detector", layout, List.of("0", "1"), OptionalLong.empty(), batch);
            return DetectorEpoch.playable(
                    recording, sensorId, Optional.of(new TruePulses(truePicos, trueEnergyKev, alone)));
        }
    }

    private final SplittableRandom random;
    private final double meanIntervalPicos;
    private final long slicePicos;
    private final List<Deposit> deposits = new ArrayList<>();
    private final long[] openUntilPicos = new long[CHANNELS];
    private final double[] waveform = new double[PulseFrontEnd.SAMPLES];
    private double nextEventPicos;
    private long fromPicos;

    /**
     * @param eventHertz events of the source seen in at least one channel, per second, at most 1e6
     * @param slicePicos length of a slice, at least 1 us
     */
    public SimulatedDetector(long seed, double eventHertz, long slicePicos) {
        if (!(eventHertz > 0 && eventHertz <= 1e6)) {
            throw new IllegalArgumentException("eventHertz is " + eventHertz + ", must be above 0 and at most 1e6");
        }
        if (slicePicos < 1_000_000) {
            throw new IllegalArgumentException("slicePicos is " + slicePicos + ", must be at least 1000000");
        }
        this.random = new SplittableRandom(seed);
        this.meanIntervalPicos = 1e12 / eventHertz;
        this.slicePicos = slicePicos;
        this.nextEventPicos = BEFORE_PICOS + meanIntervalPicos * PulseFrontEnd.exponential(random);
        Arrays.fill(openUntilPicos, Long.MIN_VALUE);
    }

    /** The next stretch of time; the first begins at 0. Its batch is its own. */
    public Slice next() {
        long toPicos = fromPicos + slicePicos;
        // the last waveform of the slice still holds what comes until AFTER_PICOS after it
        while (nextEventPicos < toPicos + 2 * AFTER_PICOS) {
            event(nextEventPicos);
            nextEventPicos += meanIntervalPicos * PulseFrontEnd.exponential(random);
        }
        deposits.sort(Comparator.comparingDouble(Deposit::picos));
        List<Deposit> triggers = new ArrayList<>();
        for (Deposit deposit : deposits) {
            long stamp = stampPicos(deposit);
            if (stamp >= fromPicos
                    && stamp < toPicos
                    && deposit.energyKev() >= THRESHOLD_KEV
                    && stamp >= openUntilPicos[deposit.channel()]) {
                openUntilPicos[deposit.channel()] = stamp + AFTER_PICOS;
                triggers.add(deposit);
            }
        }
        PulseBatch batch = new PulseBatch();
        long[] truePicos = new long[triggers.size()];
        double[] trueEnergyKev = new double[triggers.size()];
        boolean[] alone = new boolean[triggers.size()];
        int oldest = 0;
        for (int i = 0; i < triggers.size(); i++) {
            Deposit trigger = triggers.get(i);
            long stamp = stampPicos(trigger);
            long firstPicos = stamp - BEFORE_PICOS;
            while (deposits.get(oldest).picos() < firstPicos - PULSE_PICOS) {
                oldest++;
            }
            alone[i] = fillWaveform(trigger, firstPicos, oldest);
            truePicos[i] = Math.round(trigger.picos());
            trueEnergyKev[i] = trigger.energyKev();
            batch.add(trigger.channel(), stamp, PulseBatch.NONE, PulseBatch.NONE, PulseFrontEnd.SAMPLES);
            PulseFrontEnd.digitise(waveform, random, batch.samples(), batch.sampleStart(i));
        }
        deposits.removeIf(deposit -> deposit.picos() < toPicos - BEFORE_PICOS - 2 * PULSE_PICOS);
        Slice slice = new Slice(fromPicos, toPicos, batch, truePicos, trueEnergyKev, alone);
        fromPicos = toPicos;
        return slice;
    }

    /** Writes the waveform without noise; true if {@code trigger} is the only pulse in it. */
    private boolean fillWaveform(Deposit trigger, long firstPicos, int oldest) {
        Arrays.fill(waveform, PulseFrontEnd.PEDESTAL + PulseFrontEnd.MAX_OFFSET * (2 * random.nextDouble() - 1));
        boolean alone = true;
        for (int i = oldest; i < deposits.size(); i++) {
            Deposit deposit = deposits.get(i);
            if (deposit.picos() >= firstPicos + BEFORE_PICOS + AFTER_PICOS) {
                break;
            }
            if (deposit.channel() == trigger.channel()) {
                PulseFrontEnd.SHAPE.addTo(
                        waveform,
                        PulseFrontEnd.PERIOD_NANOS,
                        (deposit.picos() - firstPicos) / 1e3,
                        deposit.energyKev() * LSB_PER_KEV);
                alone &= deposit == trigger || deposit.picos() < firstPicos + BEFORE_PICOS - OVERLAP_PICOS;
            }
        }
        return alone;
    }

    /** The first clock tick after the start. */
    private static long stampPicos(Deposit deposit) {
        return (Math.floorDiv((long) Math.floor(deposit.picos()), PERIOD_PICOS) + 1) * PERIOD_PICOS;
    }

    private void event(double picos) {
        double kind = random.nextDouble();
        if (kind < 0.5) {
            deposit(0, picos, ANNIHILATION_KEV, 0.5);
            deposit(1, picos, ANNIHILATION_KEV, 0.5);
        } else if (kind < 0.85) {
            deposit(random.nextInt(CHANNELS), picos, ANNIHILATION_KEV, 0.5);
        } else {
            deposit(random.nextInt(CHANNELS), picos, GAMMA_KEV, 0.3);
        }
    }

    private void deposit(int channel, double picos, double photonKev, double fullProbability) {
        double edge = photonKev / (1 + ANNIHILATION_KEV / (2 * photonKev));
        double kev = random.nextDouble() < fullProbability
                ? photonKev
                : LOWEST_DEPOSIT_KEV + (edge - LOWEST_DEPOSIT_KEV) * random.nextDouble();
        kev += RESOLUTION_AT_ANNIHILATION * Math.sqrt(kev * ANNIHILATION_KEV) * Gaussian.next(random);
        double late = channel * CHANNEL_DELAY_PICOS + JITTER_PICOS * Gaussian.next(random);
        if (kev > 0) {
            deposits.add(new Deposit(channel, picos + late, kev));
        }
    }
}
