package io.fluxon.benchmarks;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder;
import io.fluxon.connectors.camera.CameraDecoder.Damage;
import io.fluxon.connectors.camera.words.WordEncoding;
import io.fluxon.connectors.packets.MalformedPacketException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Decoding of {@link SyntheticStream}s of 16 million events in parts of 64 KiB, each into a cleared batch, on one thread:
 * nanoseconds per event. As a program of its own it runs all cases in turn, several times over, and prints millions of events
 * per second of the thread's processor time, beside their ratio to the plain loop of the same turn.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 4, time = 1)
@Fork(1)
public class CameraDecoderBenchmark {

    private static final int PART_BYTES = 1 << 16;
    private static final int TURNS = 5;

    /** What a measured iteration did. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Work {
        public long events;
        public long cpuNanos;
    }

    @Param({"dense", "ragged", "sparse", "evt2", "dat"})
    public String stream;

    private final CameraBatch batch = new CameraBatch();
    private byte[] bytes;
    private WordEncoding encoding;

    @Setup
    public void generate() {
        switch (stream) {
            case "evt2" -> {
                encoding = WordEncoding.EVT2;
                bytes = SyntheticStream.evt2(SyntheticStream.EVENTS);
            }
            case "dat" -> {
                encoding = WordEncoding.DAT;
                bytes = SyntheticStream.dat(SyntheticStream.EVENTS);
            }
            default -> {
                encoding = WordEncoding.EVT3;
                bytes = SyntheticStream.evt3(
                        SyntheticStream.Kind.valueOf(stream.toUpperCase(Locale.ROOT)), SyntheticStream.EVENTS);
            }
        }
    }

    /** This project's decoder of the stream's encoding. */
    @Benchmark
    @OperationsPerInvocation(SyntheticStream.EVENTS)
    public CameraBatch decode(Work work) throws MalformedPacketException {
        long startNanos = threadCpuNanos();
        CameraDecoder decoder = encoding.decoder(SyntheticStream.WIDTH, SyntheticStream.HEIGHT, Damage.REFUSE);
        for (int at = 0; at < bytes.length; at += PART_BYTES) {
            batch.clear();
            decoder.decode(bytes, at, Math.min(bytes.length, at + PART_BYTES), batch);
            work.events += batch.size();
        }
        work.cpuNanos += threadCpuNanos() - startNanos;
        return batch;
    }

    /** The yardstick, for EVT3. */
    @Benchmark
    @OperationsPerInvocation(SyntheticStream.EVENTS)
    public PlainEvt3Loop plainLoop(Work work) {
        long startNanos = threadCpuNanos();
        PlainEvt3Loop loop = new PlainEvt3Loop();
        for (int at = 0; at < bytes.length; at += PART_BYTES) {
            loop.size = 0;
            loop.decode(bytes, at, Math.min(bytes.length, at + PART_BYTES));
            work.events += loop.size;
        }
        work.cpuNanos += threadCpuNanos() - startNanos;
        return loop;
    }

    private static long threadCpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    public static void main(String[] arguments) throws RunnerException {
        List<String> cases = List.of(
                "plainLoop dense",
                "decode dense",
                "plainLoop ragged",
                "decode ragged",
                "plainLoop sparse",
                "decode sparse",
                "decode evt2",
                "decode dat");
        Map<String, List<Double>> rates = new LinkedHashMap<>();
        cases.forEach(each -> rates.put(each, new ArrayList<>()));
        for (int turn = 1; turn <= TURNS; turn++) {
            for (String each : cases) {
                double rate = measure(each.split(" ")[0], each.split(" ")[1]);
                rates.get(each).add(rate);
                System.err.printf(Locale.ROOT, "turn %d of %d  %-18s %5.0f%n", turn, TURNS, each, rate);
            }
        }
        System.out.println("million events per second of processor time, median of " + TURNS + " turns (least to most);"
                + " ratio to the plain loop of the same turn");
        for (String each : cases) {
            String stream = each.split(" ")[1];
            String yardstick = "plainLoop " + (stream.equals("evt2") || stream.equals("dat") ? "dense" : stream);
            List<Double> ratios = new ArrayList<>();
            for (int turn = 0; turn < TURNS; turn++) {
                ratios.add(rates.get(each).get(turn) / rates.get(yardstick).get(turn));
            }
            System.out.printf(
                    Locale.ROOT,
                    "%-18s %s   x %s of %s%n",
                    each,
                    range(rates.get(each), "%.0f"),
                    range(ratios, "%.2f"),
                    yardstick);
        }
    }

    private static double measure(String method, String stream) throws RunnerException {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(CameraDecoderBenchmark.class.getName() + "." + method + "$")
                        .param("stream", stream)
                        .forks(1)
                        .warmupIterations(3)
                        .warmupTime(TimeValue.seconds(1))
                        .measurementIterations(3)
                        .measurementTime(TimeValue.seconds(1))
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run();
        Map<String, Result> counters = results.iterator().next().getSecondaryResults();
        return 1e3
                * counters.get("events").getScore()
                / counters.get("cpuNanos").getScore();
    }

    private static String range(List<Double> values, String format) {
        List<Double> sorted = values.stream().sorted().toList();
        return String.format(
                Locale.ROOT,
                format + " (" + format + " to " + format + ")",
                sorted.get(sorted.size() / 2),
                sorted.get(0),
                sorted.get(sorted.size() - 1));
    }
}
