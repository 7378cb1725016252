package io.fluxon.benchmarks;

import io.fluxon.connectors.motion.MotionEpoch;
import io.fluxon.connectors.motion.MotionRecording;
import io.fluxon.connectors.simulation.SimulatedWrist;
import io.fluxon.networks.engine.DeltaGru;
import io.fluxon.pipelines.ShippedModels;
import io.fluxon.schemas.Decision;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.streams.watch.WatchClassifier;
import java.util.List;
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

/** One simulated recording of about 60 s of both sensors, microseconds per recording. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class WatchClassifierBenchmark {

    private final MotionRecording recording = new SimulatedWrist(1).next();
    private final List<SensorPacket> packets = new MotionEpoch(recording, 0, 0, 0).packets(MotionEpoch.PACKET_NANOS, 0);
    private final DeltaGru network =
            DeltaGru.compile(ShippedModels.simulatedWrist().open());
    private final WatchClassifier classifier = new WatchClassifier(network);
    private final WatchClassifier dense = new WatchClassifier(network.withThresholds(0, 0));

    /** Packets to about 30 decisions: decoding, join, normalisation, network; no Kafka, no Flink. */
    @Benchmark
    public List<Decision> classify() throws Exception {
        return classifier.classify(packets);
    }

    /** The same with thresholds of 0: every change is sent. */
    @Benchmark
    public List<Decision> classifyWithoutThresholds() throws Exception {
        return dense.classify(packets);
    }
}
