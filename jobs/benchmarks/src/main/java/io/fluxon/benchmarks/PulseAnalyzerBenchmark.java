package io.fluxon.benchmarks;

import io.fluxon.connectors.detector.PulseBatch;
import io.fluxon.connectors.simulation.SimulatedDetector;
import io.fluxon.networks.engine.QuantizedPulseNetwork;
import io.fluxon.pipelines.ShippedModels;
import io.fluxon.signals.pulses.ConstantFractionTime;
import io.fluxon.signals.pulses.FrontEnds;
import io.fluxon.signals.pulses.PoleZero;
import io.fluxon.signals.pulses.PulseAnalyzer;
import io.fluxon.signals.pulses.PulseMeasurement;
import io.fluxon.signals.pulses.PulseSettings;
import io.fluxon.signals.pulses.TrapezoidFilter;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What is done to one pulse, nanoseconds: waveforms of 64 samples of pulse-v1, and one of 8,192 as germanium gives. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class PulseAnalyzerBenchmark {

    private static final int LONG = 8_192;

    private final PulseBatch batch =
            new SimulatedDetector(1, 10_000, 100_000_000_000L).next().batch();
    private final PulseAnalyzer analyzer =
            new PulseAnalyzer(FrontEnds.settings().get("pulse-v1"));
    private final QuantizedPulseNetwork network =
            QuantizedPulseNetwork.compile(ShippedModels.pulseV1().openPulses());
    private final PulseMeasurement measurement = new PulseMeasurement();

    private final PulseSettings germanium = FrontEnds.settings().get("legend-hpge");
    private final PulseAnalyzer germaniumAnalyzer = new PulseAnalyzer(germanium);
    private final short[] waveform = germaniumWaveform();
    private final double[] values = new double[LONG];
    private final double[] corrected = new double[LONG];
    private final double[] sums = new double[LONG + 1];
    private int next;

    /** A step of 5,000 LSB in the middle that decays with the germanium's constant, on a baseline of 10,000. */
    private static short[] germaniumWaveform() {
        short[] samples = new short[LONG];
        for (int i = 0; i < LONG; i++) {
            double height = i < LONG / 2 ? 0 : 5_000 * Math.exp(-(i - LONG / 2) / 31_250.0);
            samples[i] = (short) Math.round(10_000 + height + 3 * Math.sin(i * 12.9898));
        }
        return samples;
    }

    private int pulse() {
        next = next + 1 == batch.size() ? 0 : next + 1;
        return next;
    }

    /** All measurements of a pulse of 64 samples, the template's fit included. */
    @Benchmark
    public PulseMeasurement analyze() {
        int pulse = pulse();
        analyzer.analyze(batch.samples(), batch.sampleStart(pulse), batch.sampleEnd(pulse), measurement);
        return measurement;
    }

    /** The integer network on a pulse of 64 samples. */
    @Benchmark
    public long measure() {
        network.measure(batch.samples(), batch.sampleStart(pulse()));
        return network.timePicoseconds();
    }

    /** All measurements of a germanium pulse of 8,192 samples. */
    @Benchmark
    public PulseMeasurement analyzeGermanium() {
        germaniumAnalyzer.analyze(waveform, 0, LONG, measurement);
        return measurement;
    }

    /** 8,192 samples. */
    @Benchmark
    public double[] aboveBaseline() {
        PoleZero.aboveBaseline(waveform, 0, LONG, 10_000, 1, values);
        return values;
    }

    /** 8,192 samples. */
    @Benchmark
    public double[] correct() {
        PoleZero.correct(values, LONG, 0.99997, corrected);
        return corrected;
    }

    /** 8,192 samples. */
    @Benchmark
    public double[] sums() {
        TrapezoidFilter.sums(corrected, LONG, sums);
        return sums;
    }

    /** 8,192 samples. */
    @Benchmark
    public double[] shape() {
        TrapezoidFilter.shape(sums, LONG, 32, 16, values);
        return values;
    }

    /** 1,500 samples. */
    @Benchmark
    public double maximum() {
        return TrapezoidFilter.maximum(sums, LONG / 2, LONG / 2 + 1_500, 625, 188);
    }

    /** The crossing within 200 samples. */
    @Benchmark
    public double constantFraction() {
        return ConstantFractionTime.of(corrected, LONG, LONG / 2 - 80, LONG / 2 + 120, 0.5, 64);
    }
}
