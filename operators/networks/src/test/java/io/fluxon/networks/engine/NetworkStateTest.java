package io.fluxon.networks.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class NetworkStateTest {

    private final NetworkPlan plan = NetworkPlan.compile(TestingNetworks.counting(2, 1000, 0.02, 1.5));

    /** A spike in step 0, a membrane at rest in step 3, and a step 7 still open. */
    private NetworkState busyState() {
        NetworkState state = plan.newState();
        plan.advance(
                state, plan.newScratch(), new int[] {0, 0, 1, 1, 0}, new long[] {100, 200, 3000, 7001, 7999}, 0, 5);
        return state;
    }

    @Test
    void theBytesRestoreAnEqualState() throws IOException {
        NetworkState state = busyState();

        NetworkState restored = NetworkState.readFrom(input(bytesOf(state)));

        assertThat(restored).isEqualTo(state).hasSameHashCodeAs(state);
        assertThat(restored.events()).isEqualTo(5);
        assertThat(restored.spikes()).isEqualTo(1);
        assertThat(restored.synapticOperations()).isEqualTo(5 * 2 + 2);
    }

    @Test
    void theBytesOfVersion1StillRestoreAndGoOn() throws IOException {
        NetworkState restored;
        try (InputStream in = getClass().getResourceAsStream("network-state-v1.bin")) {
            restored = NetworkState.readFrom(input(in.readAllBytes()));
        }
        NetworkState expected = busyState();

        assertSameButForSinglePrecision(restored, expected);
        for (NetworkState state : new NetworkState[] {restored, expected}) {
            plan.advance(state, plan.newScratch(), new int[] {1, 0}, new long[] {7999, 12_000}, 0, 2);
            plan.complete(state, plan.newScratch());
        }
        assertSameButForSinglePrecision(restored, expected);
        assertThat(restored.spikes()).isEqualTo(3);
    }

    private void assertSameButForSinglePrecision(NetworkState actual, NetworkState expected) {
        assertThat(actual.events()).isEqualTo(expected.events());
        assertThat(actual.spikes()).isEqualTo(expected.spikes());
        assertThat(actual.synapticOperations()).isEqualTo(expected.synapticOperations());
        for (int c = 0; c < 2; c++) {
            assertThat(plan.score(actual, c)).isCloseTo(plan.score(expected, c), within(1e-6));
        }
    }

    @Test
    void aRestoredStateGoesOnLikeTheOriginal() throws IOException {
        NetworkState original = busyState();
        NetworkState restored = NetworkState.readFrom(input(bytesOf(original)));

        for (NetworkState state : new NetworkState[] {original, restored}) {
            plan.advance(state, plan.newScratch(), new int[] {1, 1}, new long[] {7999, 12_000}, 0, 2);
            plan.complete(state, plan.newScratch());
        }

        assertThat(restored).isEqualTo(original);
        assertThat(restored.spikes()).isEqualTo(2);
    }

    @Test
    void anUnknownVersionIsRefusedByNumber() throws IOException {
        byte[] bytes = bytesOf(busyState());
        for (int version : new int[] {0, 3, 255}) {
            bytes[0] = (byte) version;
            assertThatThrownBy(() -> NetworkState.readFrom(input(bytes)))
                    .isInstanceOf(IOException.class)
                    .hasMessage("network state of version " + version + ", this release reads 1 and 2");
        }
    }

    @Test
    void everyTruncationIsRefused() throws IOException {
        byte[] bytes = bytesOf(busyState());
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> NetworkState.readFrom(input(cut))).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void equalityLooksAtEveryPart() {
        assertThat(busyState()).isEqualTo(busyState());
        assertNoticed(state -> state.drive[1][0] = -0.0);
        assertNoticed(state -> state.potential[0][1] = Math.nextUp(state.potential[0][1]));
        assertNoticed(state -> state.clock[1][0]++);
        assertNoticed(state -> state.due[0][0] ^= 1);
        assertNoticed(state -> state.populationSpikes[0]++);
        assertNoticed(state -> state.step++);
        assertNoticed(state -> state.open = false);
        assertNoticed(state -> state.completedStep++);
        assertNoticed(state -> state.events++);
        assertNoticed(state -> state.spikes++);
        assertNoticed(state -> state.synapticOperations++);
    }

    private void assertNoticed(Consumer<NetworkState> change) {
        NetworkState other = busyState();
        change.accept(other);
        assertThat(other).isNotEqualTo(busyState());
    }

    private static byte[] bytesOf(NetworkState state) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        state.writeTo(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private static DataInputStream input(byte[] bytes) {
        return new DataInputStream(new ByteArrayInputStream(bytes));
    }
}
