package io.fluxon.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxon.schemas.DecisionKind;
import io.fluxon.schemas.Truth;
import java.net.URI;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class LiveViewTest {

    private static final Tally.Counts COUNTS = new Tally.Counts(
            230,
            13,
            13,
            12,
            1,
            2,
            3,
            new Tally.LastDecision("7", "4", "60013"),
            new Tally.Latency(6L, 1_097L),
            new Tally.Latency(344L, 2_143L),
            0,
            0);

    @Test
    void showsEveryFigureInAnEvenBox() {
        Snapshot snapshot = snapshot(OptionalLong.of(14), COUNTS);

        assertThat(LiveView.lines(snapshot, 120)).containsExactly("""
                        ┌─ Fluxon: 50 recordings ──────────────────────────────────────── 1:02:03 ─┐
                        │ input               97 packets/s          13,440 events/s                │
                        │                  1,125 packets           143,515 events                  │
                        │                     37 recordings                                        │
                        │                                                                          │
                        │ pipeline            14 packets lag    (at last checkpoint)               │
                        │                      2 gaps                    3 duplicates              │
                        │                      1 dead letters   job running                        │
                        │                                                                          │
                        │ decisions           49 decisions/s            13 final                   │
                        │             last 7  truth 4  WRONG  (60013)                              │
                        │             right 12/13  92.3 %                                          │
                        │                                                                          │
                        │ latency     live       p50      6 ms   p99  1,097 ms                     │
                        │             committed  p50    344 ms   p99  2,143 ms                     │
                        │                                                                          │
                        │ web UI      http://127.0.0.1:40161                                       │
                        └─────────────────────────────────────────────────────────── Ctrl-C stops ─┘
                        """.lines().toArray(String[]::new));
    }

    @Test
    void showsADashWhereNothingIsKnown() {
        Tally.Counts nothing = new Tally().counts();

        assertThat(LiveView.lines(snapshot(OptionalLong.empty(), nothing), 120))
                .anyMatch(line -> line.contains("- packets lag"))
                .anyMatch(line -> line.contains("last -"))
                .anyMatch(line -> line.contains("right - (nothing labelled)"))
                .anyMatch(line -> line.contains("live       p50      - ms   p99      - ms"));
    }

    @Test
    void aRecordingOrALabelCannotDriveTheTerminal() {
        Tally tally = new Tally();
        tally.truth(new Truth("camera", 1L, "a", "\u001b[31m4", null, null));
        tally.live(TallyTest.decision(1, 0, DecisionKind.FINAL, 20_000, "7\u009b2J\u202e"), 0, 0);

        assertThat(LiveView.lines(snapshot(OptionalLong.empty(), tally.counts()), 120))
                .anyMatch(line -> line.contains("last 7?2J?  truth ?[31m4  WRONG"))
                .noneMatch(line -> line.chars().anyMatch(Character::isISOControl));
    }

    @Test
    void fitsANarrowTerminal() {
        assertThat(LiveView.lines(snapshot(OptionalLong.of(14), COUNTS), 40))
                .allSatisfy(line -> assertThat(line).hasSize(40));
    }

    private static Snapshot snapshot(OptionalLong lagPackets, Tally.Counts counts) {
        return new Snapshot(
                "50 recordings",
                3723.9,
                1_125,
                97.2,
                143_515,
                13_440.4,
                37,
                "RUNNING",
                lagPackets,
                48.6,
                counts,
                URI.create("http://127.0.0.1:40161"));
    }
}
