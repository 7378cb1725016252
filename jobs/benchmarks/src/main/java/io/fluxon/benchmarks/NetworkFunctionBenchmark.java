package io.fluxon.benchmarks;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.files.CameraRecording;
import io.fluxon.connectors.camera.packets.CameraEpoch;
import io.fluxon.connectors.motion.MotionEpoch;
import io.fluxon.connectors.simulation.SimulatedCamera;
import io.fluxon.connectors.simulation.SimulatedWrist;
import io.fluxon.networks.engine.DeltaGru;
import io.fluxon.pipelines.ShippedModels;
import io.fluxon.schemas.Decision;
import io.fluxon.schemas.SensorKind;
import io.fluxon.schemas.SensorPacket;
import io.fluxon.streams.network.NetworkFunction;
import io.fluxon.streams.network.NetworkSettings;
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

/**
 * Packets to decisions, without Kafka and Flink, microseconds per recording: a simulated camera's of 300 ms, about 3,500
 * events, and a simulated watch's of about 60 s of both sensors.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class NetworkFunctionBenchmark {

    private static final NetworkSettings CAMERA = NetworkSettings.defaults(SensorKind.CAMERA);
    private static final NetworkSettings WATCH = NetworkSettings.defaults(SensorKind.WATCH);

    private final NetworkFunction camera =
            new NetworkFunction(SensorKind.CAMERA, ShippedModels.nmnist().open(), CAMERA);
    private final DeltaGru network =
            DeltaGru.compile(ShippedModels.simulatedWrist().open());
    private final NetworkFunction watch = new NetworkFunction(SensorKind.WATCH, network, WATCH);
    private final NetworkFunction watchWithoutThresholds =
            new NetworkFunction(SensorKind.WATCH, network.withThresholds(0, 0), WATCH);
    private List<SensorPacket> cameraPackets;
    private List<SensorPacket> watchPackets;
    private CameraBatch events;
    private int[] inputs;

    @Setup
    public void record() throws IOException {
        CameraRecording recording = new SimulatedCamera(1).next().recording();
        cameraPackets = new CameraEpoch(recording, "camera", 0, "benchmark", 0).packets(CameraEpoch.PACKET_MICROS, 0);
        watchPackets = new MotionEpoch(new SimulatedWrist(1).next(), 0, 0, 0).packets(MotionEpoch.PACKET_NANOS, 0);
        events = recording.events();
        inputs = new int[events.size()];
    }

    /** Pixels to input indices. */
    @Benchmark
    public int[] bindInputs() {
        NetworkFunction.bindInputs(events, 34, 34, true, inputs);
        return inputs;
    }

    /** Decoding, the 2312-128-10 network, 16 decisions. */
    @Benchmark
    public List<Decision> camera() throws Exception {
        return camera.classify(cameraPackets);
    }

    /** Decoding, join, normalisation, network, about 30 decisions. */
    @Benchmark
    public List<Decision> watch() throws Exception {
        return watch.classify(watchPackets);
    }

    /** The same with thresholds of 0: every change is sent. */
    @Benchmark
    public List<Decision> watchWithoutThresholds() throws Exception {
        return watchWithoutThresholds.classify(watchPackets);
    }
}
