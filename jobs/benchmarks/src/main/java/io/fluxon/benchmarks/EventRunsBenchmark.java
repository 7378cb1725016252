package io.fluxon.benchmarks;

import io.fluxon.streams.network.EventRuns;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A packet of 8192 events whose times run back by a little, nanoseconds per event. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class EventRunsBenchmark {

    private static final int EVENTS = 8192;
    private static final long NEVER = Long.MAX_VALUE;

    private final long[] timesMicros = new long[EVENTS];
    private final int[] inputs = new int[EVENTS];
    private final long[] clock = new long[EVENTS];
    private final int[] selected = new int[EVENTS];

    @Setup
    public void fill() {
        Random random = new Random(1);
        for (int i = 0; i < EVENTS; i++) {
            timesMicros[i] = 1_000_000 + i / 10 + random.nextInt(20);
            inputs[i] = random.nextInt(2 * 34 * 34);
        }
    }

    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public int endOfRun() {
        return EventRuns.endOfRun(timesMicros, 0, EVENTS, NEVER, 0, NEVER);
    }

    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public int rebaseTimes() {
        return EventRuns.rebaseTimes(timesMicros, 0, EVENTS, 1_000_000, 1_000_000, 900_000, clock);
    }

    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public int selectEvents() {
        return EventRuns.selectEvents(inputs, timesMicros, 0, EVENTS, 1_000_400, 1_000_000, 900_000, selected, clock);
    }

    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public long latest() {
        return EventRuns.latest(timesMicros, 0, EVENTS);
    }
}
