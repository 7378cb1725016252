package io.fluxon.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.fluxon.streams.StoredStates.Stored;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KeyStateSerializerTest {

    /** What reading a few hundred damaged bytes may allocate, bytes. */
    private static final long MAX_ALLOCATED = 32 << 20;

    static Stream<String> stored() {
        return StoredStates.ALL.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("stored")
    void aStoredStateOfEachVersionIsRead(String name) throws Exception {
        assertThatIsRead(name, StoredStates.ALL.get(name));
    }

    private static <S> void assertThatIsRead(String name, Stored<S> expected) throws Exception {
        byte[] bytes = resource(name);
        DataInputDeserializer in = new DataInputDeserializer(bytes);
        KeyState<S> read = expected.serializer().deserialize(in);

        assertThat(in.available()).isZero();
        assertThat(read).isEqualTo(expected.state()).hasSameHashCodeAs(expected.state());
        assertThat(read.sensors)
                .usingRecursiveComparison()
                .withStrictTypeChecking()
                .isEqualTo(expected.state().sensors);
        assertThat(read.timerUnixMillis).isEqualTo(expected.state().timerUnixMillis);
    }

    @ParameterizedTest
    @MethodSource("stored")
    void theSerializerIsRestoredFromItsStoredSnapshot(String name) throws Exception {
        assertThatSerializerIsRestored(name, StoredStates.ALL.get(name));
    }

    private static <S> void assertThatSerializerIsRestored(String name, Stored<S> expected) throws Exception {
        TypeSerializerSnapshot<KeyState<S>> snapshot = TypeSerializerSnapshot.readVersionedSnapshot(
                new DataInputDeserializer(resource(name.replace("-v", "-serializer-v"))),
                KeyStateSerializerTest.class.getClassLoader());
        TypeSerializerSchemaCompatibility<KeyState<S>> compatibility =
                expected.serializer().snapshotConfiguration().resolveSchemaCompatibility(snapshot);

        assertThat(snapshot.restoreSerializer()).isEqualTo(expected.serializer());
        assertThat(compatibility.isCompatibleAsIs()).isTrue();
        assertThat(snapshot.restoreSerializer().deserialize(new DataInputDeserializer(resource(name))))
                .isEqualTo(expected.state());
    }

    @Test
    void theStateOfAnotherFunctionIsIncompatible() throws Exception {
        assertThatIsIncompatible(
                StoredStates.ALL.get("key-v1").serializer(),
                StoredStates.ALL.get("key-of-digitiser-v1").serializer());
    }

    @SuppressWarnings("unchecked")
    private static <S> void assertThatIsIncompatible(KeyStateSerializer<S> now, KeyStateSerializer<?> before) {
        TypeSerializerSnapshot<KeyState<S>> snapshot = ((KeyStateSerializer<S>) before).snapshotConfiguration();

        assertThat(now.snapshotConfiguration()
                        .resolveSchemaCompatibility(snapshot)
                        .isIncompatible())
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("stored")
    void aCopyIsEqualAndIndependent(String name) throws Exception {
        Stored<?> expected = StoredStates.ALL.get(name);
        byte[] before = StoredStates.bytes(expected);
        KeyState<?> copy = copied(expected);
        assertThat(copy).isEqualTo(expected.state());
        assertThat(copy.sensors).usingRecursiveComparison().isEqualTo(expected.state().sensors);

        copy.sensor("third");
        copy.sensors.get(0).addGap(1, 1);
        copy.sensors.get(0).gaps[0]++;
        copy.sensors.get(0).removeFirstHeld();
        copy.sensors.get(0).begin(9);

        assertThat(StoredStates.bytes(expected)).isEqualTo(before);
    }

    private static <S> KeyState<S> copied(Stored<S> stored) {
        return stored.serializer().copy(stored.state());
    }

    @ParameterizedTest
    @MethodSource("stored")
    void truncatedStateIsRefusedWhereverItEnds(String name) throws Exception {
        KeyStateSerializer<?> serializer = StoredStates.ALL.get(name).serializer();
        byte[] whole = resource(name);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> serializer.deserialize(new DataInputDeserializer(cut)))
                    .as("the first " + length + " bytes")
                    .isInstanceOf(IOException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("stored")
    void damagedStateIsReadOrRefusedWithoutLargeAllocation(String name) throws Exception {
        KeyStateSerializer<?> serializer = StoredStates.ALL.get(name).serializer();
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        byte[] whole = resource(name);
        Random random = new Random(1);
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] damaged = whole.clone();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                damaged[random.nextInt(damaged.length)] = (byte) (random.nextBoolean() ? 0x7F : random.nextInt(256));
            }
            long before = threads.getCurrentThreadAllocatedBytes();
            try {
                serializer.deserialize(new DataInputDeserializer(damaged));
            } catch (IOException e) {
                refused++;
            }
            assertThat(threads.getCurrentThreadAllocatedBytes() - before)
                    .as("bytes allocated for damage " + i)
                    .isLessThan(MAX_ALLOCATED);
        }
        assertThat(refused).isGreaterThan(1_000);
    }

    @Test
    void aStateOfAnUnknownVersionIsRefused() {
        assertThatThrownBy(() -> StoredStates.ALL
                        .get("key-v1")
                        .serializer()
                        .deserialize(new DataInputDeserializer(new byte[] {9, 0, 0})))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("version 9");
    }

    @Test
    void aStateOfMoreSensorsThanAKeyMayHaveIsRefused() throws Exception {
        byte[] bytes = resource("key-v1");
        bytes[1] = 9;

        assertThatThrownBy(
                        () -> StoredStates.ALL.get("key-v1").serializer().deserialize(new DataInputDeserializer(bytes)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("9 sensors, at most 8");
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = KeyStateSerializerTest.class.getResourceAsStream("/state/" + name + ".bin")) {
            return in.readAllBytes();
        }
    }
}
