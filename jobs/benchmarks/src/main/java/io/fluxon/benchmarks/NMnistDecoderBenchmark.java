package io.fluxon.benchmarks;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.CameraDecoder.Damage;
import io.fluxon.connectors.camera.words.NMnistDecoder;
import io.fluxon.connectors.packets.MalformedPacketException;
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

/** Decoding of packets of 1,000 events, nanoseconds per event. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class NMnistDecoderBenchmark {

    private static final int EVENTS = 1000;
    private static final int SIDE = 34;

    private final CameraBatch batch = new CameraBatch();
    private final byte[] packet = new byte[5 * EVENTS];

    @Setup
    public void fill() {
        Random random = new Random(1);
        int timeMicros = 0;
        for (int at = 0; at < packet.length; at += 5) {
            timeMicros += random.nextInt(20);
            packet[at] = (byte) random.nextInt(SIDE);
            packet[at + 1] = (byte) random.nextInt(SIDE);
            packet[at + 2] = (byte) ((random.nextInt(2) << 7) | (timeMicros >>> 16));
            packet[at + 3] = (byte) (timeMicros >>> 8);
            packet[at + 4] = (byte) timeMicros;
        }
    }

    @Benchmark
    @OperationsPerInvocation(EVENTS)
    public CameraBatch decodeRecords() throws MalformedPacketException {
        batch.clear();
        new NMnistDecoder(SIDE, SIDE, Damage.REFUSE).decode(packet, 0, packet.length, batch);
        return batch;
    }
}
