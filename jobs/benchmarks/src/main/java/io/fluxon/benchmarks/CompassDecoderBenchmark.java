package io.fluxon.benchmarks;

import io.fluxon.connectors.detector.PulseBatch;
import io.fluxon.connectors.detector.PulsePackets;
import io.fluxon.connectors.packets.MalformedPacketException;
import io.fluxon.schemas.DetectorLayout;
import io.fluxon.schemas.PacketKind;
import io.fluxon.schemas.SensorPacket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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

/** Decoding and checking of a packet of 400 CoMPASS records of 1,000 samples each, microseconds per packet. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class CompassDecoderBenchmark {

    private static final int PULSES = 400;
    private static final int SAMPLES = 1_000;

    private final SensorPacket packet = packet();
    private final PulseBatch batch = new PulseBatch();

    private static SensorPacket packet() {
        ByteBuffer payload =
                ByteBuffer.allocate(2 + PULSES * (25 + 2 * SAMPLES)).order(ByteOrder.LITTLE_ENDIAN);
        payload.putShort((short) 0xCAED);
        for (int i = 0; i < PULSES; i++) {
            payload.putShort((short) 0).putShort((short) (i % 2)).putLong(1_000_000L * i);
            payload.putShort((short) 500)
                    .putShort((short) 200)
                    .putInt(0)
                    .put((byte) 1)
                    .putInt(SAMPLES);
            for (int k = 0; k < SAMPLES; k++) {
                payload.putShort((short) (k * 7 % 4_096));
            }
        }
        return SensorPacket.newBuilder()
                .setSensorId("board")
                .setEpoch(0)
                .setSequence(1)
                .setKind(PacketKind.DATA)
                .setRecordingId(null)
                .setOrigin("benchmark")
                .setEncoding("compass")
                .setLayout(new DetectorLayout("caen-compass", 2, 2_000L, 14))
                .setClockDomain("benchmark")
                .setBaseUnixNanos(0)
                .setOffsetUnitPicoseconds(1)
                .setFirstOffset(0)
                .setLastOffset(1_000_000L * (PULSES - 1))
                .setEventCount(PULSES)
                .setReceivedUnixNanos(0)
                .setPayload(payload.flip())
                .build();
    }

    @Benchmark
    public PulseBatch decode() throws MalformedPacketException {
        PulsePackets.decode(packet, batch);
        return batch;
    }
}
