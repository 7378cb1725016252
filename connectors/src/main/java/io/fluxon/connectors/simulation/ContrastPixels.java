package io.fluxon.connectors.simulation;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Pixels that signal changes of log intensity, after Lichtsteiner, Posch and Delbruck (2008) and, for the events' times,
 * Rebecq, Gehrig and Scaramuzza (ESIM, 2018).
 *
 * <p>A pixel holds a memorised level M, at first the log intensity L(0). It signals ON at the first t with L(t) - M =
 * thetaOn and OFF at the first t with L(t) - M = -thetaOff. Then it rests for the refractory time rho, in which M follows
 * L, so that M = L(t + rho); with rho = 0 that is the level of the event itself. Between two given moments L is a straight
 * line, so an event's time is exact for that line and is cut to whole microseconds. L and theta are natural logarithms of
 * intensity ratios, without unit.
 */
final class ContrastPixels {

    private final double[] onThresholds;
    private final double[] offThresholds;
    private final double refractoryMicros;
    private final double[] logIntensity;
    private final double[] memorised;
    private final double[] readyMicros;
    private long nowMicros;
    private long[] events = new long[4096];
    private int size;

    /** Pixels that have looked at {@code logIntensity}, one value per pixel, for long and now begin at time 0. */
    ContrastPixels(double[] onThresholds, double[] offThresholds, double refractoryMicros, double[] logIntensity) {
        this.onThresholds = onThresholds;
        this.offThresholds = offThresholds;
        this.refractoryMicros = refractoryMicros;
        this.logIntensity = logIntensity.clone();
        this.memorised = logIntensity.clone();
        this.readyMicros = new double[logIntensity.length];
    }

    /** Lets the log intensity go in a straight line from what it was to {@code next} at {@code untilMicros}. */
    void advance(double[] next, long untilMicros) {
        double stepMicros = untilMicros - nowMicros;
        for (int pixel = 0; pixel < next.length; pixel++) {
            double before = logIntensity[pixel];
            double after = next[pixel];
            double slope = (after - before) / stepMicros;
            double level = memorised[pixel];
            double ready = readyMicros[pixel];
            if (ready > nowMicros) {
                level = ready < untilMicros ? before + slope * (ready - nowMicros) : after;
            }
            boolean brighter = after - level >= onThresholds[pixel];
            while (brighter || level - after >= offThresholds[pixel]) {
                double crossed = level + (brighter ? onThresholds[pixel] : -offThresholds[pixel]);
                double crossedMicros =
                        Math.min(untilMicros, Math.max(nowMicros, nowMicros + (crossed - before) / slope));
                add((long) crossedMicros, pixel, brighter ? 1 : 0);
                ready = crossedMicros + refractoryMicros;
                level = ready < untilMicros ? crossed + slope * refractoryMicros : after;
                brighter = after - level >= onThresholds[pixel];
            }
            logIntensity[pixel] = after;
            memorised[pixel] = level;
            readyMicros[pixel] = ready;
        }
        nowMicros = untilMicros;
    }

    /**
     * Adds the events of shot noise from time 0 until now: Poisson at {@code ratePerPixelHertz} in every pixel, ON and
     * OFF alike, independent of the light and without effect on the memorised levels.
     */
    void addShotNoise(double ratePerPixelHertz, SplittableRandom random) {
        double meanGapMicros = 1e6 / (ratePerPixelHertz * logIntensity.length);
        double micros = 0;
        while (true) {
            micros -= meanGapMicros * StrictMath.log(1 - random.nextDouble());
            if (micros >= nowMicros) {
                return;
            }
            add((long) micros, random.nextInt(logIntensity.length), random.nextInt(2));
        }
    }

    /** All events so far, oldest first; events of the same microsecond by pixel. */
    long[] sortedEvents() {
        long[] sorted = Arrays.copyOf(events, size);
        Arrays.sort(sorted);
        return sorted;
    }

    static long timeMicros(long event) {
        return event >>> 32;
    }

    static int pixel(long event) {
        return (int) event >>> 1;
    }

    /** 1 = brighter (ON), 0 = darker (OFF). */
    static int polarity(long event) {
        return (int) event & 1;
    }

    private void add(long micros, int pixel, int polarity) {
        if (size == events.length) {
            events = Arrays.copyOf(events, size * 2);
        }
        events[size++] = micros << 32 | pixel << 1 | polarity;
    }
}
