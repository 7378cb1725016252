package io.fluxon.benchmarks;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.files.CameraRecording;
import io.fluxon.connectors.camera.packets.CameraEpoch;
import io.fluxon.connectors.simulation.SimulatedCamera;
import io.fluxon.networks.engine.NetworkPlan;
import io.fluxon.pipelines.ShippedModels;
import io.fluxon.schemas.Decision;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.streams.camera.EpochClassifier;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One simulated recording of 300 ms, about 3,500 events, microseconds per recording. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class EpochClassifierBenchmark {

    private final EpochClassifier classifier =
            new EpochClassifier(NetworkPlan.compile(ShippedModels.nmnist().open()));
    private List<SensorPacket> packets;
    private CameraBatch events;
    private int[] inputs;

    @Setup
    public void record() throws IOException {
        CameraRecording recording = new SimulatedCamera(1).next().recording();
        packets = new CameraEpoch(recording, "camera", 0, "benchmark", 0).packets(CameraEpoch.PACKET_MICROS, 0);
        events = recording.events();
        inputs = new int[events.size()];
    }

    /** Pixels to input indices. */
    @Benchmark
    public int[] bindInputs() {
        EpochClassifier.bindInputs(events, 34, 34, inputs);
        return inputs;
    }

    /** Packets to decisions: decoding, the 2312-128-10 network, 16 decisions; no Kafka, no Flink. */
    @Benchmark
    public List<Decision> classify() throws Exception {
        return classifier.classify(packets);
    }
}
