package io.fluxon.launcher.demo;

import java.util.ArrayDeque;
import java.util.Deque;

/** The rate of a growing count over the last two seconds. */
final class RateMeter {

    private static final long WINDOW_NANOS = 2_000_000_000L;

    private record Sample(long nanos, long count) {}

    private final Deque<Sample> samples = new ArrayDeque<>();

    /** Takes a sample and returns the rate per second; 0 at the first. */
    double perSecond(long nowNanos, long count) {
        samples.addLast(new Sample(nowNanos, count));
        while (samples.size() > 2 && nowNanos - samples.getFirst().nanos() > WINDOW_NANOS) {
            samples.removeFirst();
        }
        Sample first = samples.getFirst();
        return nowNanos == first.nanos() ? 0 : (count - first.count()) * 1e9 / (nowNanos - first.nanos());
    }
}
