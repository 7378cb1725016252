package io.fluxon.streams.pulses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CoincidenceFinderTest {

    private static final long WINDOW_PICOS = 1_000;

    private record Pulse(int channel, long picos) {}

    @Test
    void pairsEqualASlowSearchOverEverythingThatCame() throws Exception {
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            List<Pulse> pulses = new ArrayList<>();
            long picos = 0;
            for (int i = 0; i < 400; i++) {
                picos += random.nextInt(600);
                pulses.add(new Pulse(random.nextInt(3), picos - random.nextInt(500)));
            }

            assertThat(pairs(pulses))
                    .as("seed " + seed)
                    .isEqualTo(slowPairs(pulses))
                    .isNotEmpty();
        }
    }

    @Test
    void aPulseAtTheEdgeOfTheWindowCounts() {
        assertThat(slowPairs(List.of(new Pulse(0, 0), new Pulse(1, WINDOW_PICOS))))
                .hasSize(1);
        CoincidenceFinder finder = new CoincidenceFinder();
        finder.add(0, 0, 1);
        assertThat(finder.nearest(0, WINDOW_PICOS, WINDOW_PICOS)).isZero();
        assertThat(finder.nearest(0, -WINDOW_PICOS, WINDOW_PICOS)).isZero();
        assertThat(finder.nearest(0, WINDOW_PICOS + 1, WINDOW_PICOS)).isEqualTo(CoincidenceFinder.NONE);
        assertThat(finder.nearest(1, 0, WINDOW_PICOS)).isEqualTo(CoincidenceFinder.NONE);
    }

    @Test
    void aClaimOfManyWaitingPulsesIsRefusedBeforeAnythingIsAllocated() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeByte(1);
        out.writeInt(Integer.MAX_VALUE);

        assertThatThrownBy(() -> CoincidenceFinder.readFrom(in(bytes)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("waiting pulses");
    }

    /** Through the finder, which is written, read, copied and cleared of old pulses on the way. */
    private static List<List<Pulse>> pairs(List<Pulse> pulses) throws IOException {
        List<List<Pulse>> pairs = new ArrayList<>();
        CoincidenceFinder finder = new CoincidenceFinder();
        for (int i = 0; i < pulses.size(); i++) {
            Pulse pulse = pulses.get(i);
            if (pulse.channel() < 2) {
                int partner = finder.nearest(1 - pulse.channel(), pulse.picos(), WINDOW_PICOS);
                if (partner == CoincidenceFinder.NONE) {
                    finder.add(pulse.channel(), pulse.picos(), i);
                } else {
                    pairs.add(List.of(pulses.get((int) finder.energy(partner)), pulse));
                    finder.remove(partner);
                }
            }
            if (i % 10 == 0) {
                // No later pulse is more than 500 ps before this one.
                finder.forgetBefore(pulse.picos() - 500 - WINDOW_PICOS);
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                finder.writeTo(new DataOutputStream(bytes));
                CoincidenceFinder read = CoincidenceFinder.readFrom(in(bytes));
                assertThat(read).isEqualTo(finder).hasSameHashCodeAs(finder);
                finder = read.copy();
            }
        }
        return pairs;
    }

    private static List<List<Pulse>> slowPairs(List<Pulse> pulses) {
        List<List<Pulse>> pairs = new ArrayList<>();
        List<Pulse> free = new ArrayList<>();
        for (Pulse pulse : pulses) {
            Pulse partner = null;
            for (Pulse candidate : free) {
                long distance = Math.abs(candidate.picos() - pulse.picos());
                if (candidate.channel() + pulse.channel() == 1
                        && distance <= WINDOW_PICOS
                        && (partner == null || distance < Math.abs(partner.picos() - pulse.picos()))) {
                    partner = candidate;
                }
            }
            if (partner == null) {
                free.add(pulse);
            } else {
                Pulse taken = partner;
                free.removeIf(candidate -> candidate == taken);
                pairs.add(List.of(partner, pulse));
            }
        }
        return pairs;
    }

    private static DataInputStream in(ByteArrayOutputStream bytes) {
        return new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
    }
}
