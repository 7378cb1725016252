package io.fluxon.streams;

import io.fluxon.connectors.kafka.KafkaRecord;
import io.fluxon.streams.SensorPosition.Held;
import io.fluxon.streams.pulses.DigitiserState;
import io.fluxon.streams.pulses.DigitiserStateSerializer;
import io.fluxon.streams.pulses.TestingDigitiser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * The states that are stored as {@code src/test/resources/state/NAME-vN.bin}, and their serializers' snapshots as
 * {@code NAME-serializer-vN.bin}: what a savepoint of that version holds.
 *
 * <p>To add one, add it to {@link #ALL} and run {@link #main} in {@code operators/streams}; where an encoding changes, give
 * its new version a new number and leave the old file as it is. A file that is there is never written again.
 */
final class StoredStates {

    /** By the name of the file. */
    static final Map<String, Stored<?>> ALL = all();

    record Stored<S>(KeyState<S> state, KeyStateSerializer<S> serializer) {}

    private StoredStates() {}

    /** Writes the files that are missing. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of("src/test/resources/state");
        for (Map.Entry<String, Stored<?>> entry : ALL.entrySet()) {
            write(folder.resolve(entry.getKey() + ".bin"), bytes(entry.getValue()));
            write(
                    folder.resolve(entry.getKey().replace("-v", "-serializer-v") + ".bin"),
                    snapshotBytes(entry.getValue().serializer()));
        }
    }

    private static void write(Path file, byte[] bytes) throws IOException {
        if (!Files.exists(file)) {
            Files.write(file, bytes);
        }
    }

    static <S> byte[] bytes(Stored<S> stored) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        stored.serializer().serialize(stored.state(), out);
        return out.getCopyOfBuffer();
    }

    static byte[] snapshotBytes(TypeSerializer<?> serializer) throws IOException {
        DataOutputSerializer out = new DataOutputSerializer(64);
        TypeSerializerSnapshot.writeVersionedSnapshot(out, serializer.snapshotConfiguration());
        return out.getCopyOfBuffer();
    }

    private static Map<String, Stored<?>> all() {
        Map<String, Stored<?>> states = new LinkedHashMap<>();
        KeyState<TestingFunction.State> counted = key();
        counted.function = new TestingFunction.State();
        counted.function.packets = 17;
        counted.function.hash = -5;
        states.put("key-v1", new Stored<>(counted, new KeyStateSerializer<>(new TestingFunction.StateSerializer())));
        states.put(
                "key-without-function-v1",
                new Stored<>(key(), new KeyStateSerializer<>(new TestingFunction.StateSerializer())));
        KeyState<DigitiserState> digitiser = key();
        digitiser.function = TestingDigitiser.state();
        states.put(
                "key-of-digitiser-v1",
                new Stored<>(digitiser, new KeyStateSerializer<>(new DigitiserStateSerializer())));
        return states;
    }

    /** Two sensors: one within an epoch with gaps and held packets, one after its END. */
    private static <S> KeyState<S> key() {
        KeyState<S> state = new KeyState<>();
        SensorPosition open = state.sensor("first sensor");
        open.begin(3);
        open.nextSequence = 11;
        open.lastOffset = 4_000_000_000_000L;
        open.addGap(2, 4);
        open.addGap(7, 7);
        open.addHeld(0, held(3, 13, false));
        open.addHeld(1, held(3, 15, true));
        open.addHeld(2, held(4, 0, false));
        SensorPosition ended = state.sensor("zweiter Sensor \u00b5");
        ended.begin(1L << 53);
        ended.nextSequence = 6;
        ended.ended = true;
        state.appendUnixMillis = 1_700_000_000_123L;
        state.silenceTold = true;
        state.timerUnixMillis = 1_700_003_600_124L;
        return state;
    }

    private static Held held(long epoch, long sequence, boolean end) {
        byte[] value = new byte[40];
        for (int i = 0; i < value.length; i++) {
            value[i] = (byte) (epoch * 31 + sequence + i);
        }
        return new Held(
                epoch,
                sequence,
                end,
                1_000_000 * sequence,
                1_000_000 * sequence + 999,
                new KafkaRecord(
                        "fluxon.testing.packets",
                        2,
                        1_000 + sequence,
                        1_700_000_000_000L + sequence,
                        "key".getBytes(StandardCharsets.UTF_8),
                        value));
    }
}
