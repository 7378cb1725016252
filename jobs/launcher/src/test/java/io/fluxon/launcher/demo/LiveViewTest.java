package io.fluxon.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxon.schemas.Decision;
import io.fluxon.schemas.DecisionKind;
import io.fluxon.schemas.SequenceReport;
import io.fluxon.schemas.SequenceReportKind;
import io.fluxon.schemas.Truth;
import java.net.URI;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LiveViewTest {

    private static final Lane.Progress PROGRESS =
            new Lane.Progress(1_125, 97.2, 143_515, 13_440.4, 37, 48.6, OptionalLong.of(14));
    private static final Lane.Progress NOTHING = new Lane.Progress(0, 0, 0, 0, 0, 0, OptionalLong.empty());

    private final CameraLane camera = new CameraLane("50 recordings", replay -> false, false, null);

    @Test
    void showsEveryFigureOfTheCameraInAnEvenBox() {
        CameraTally tally = camera.tally();
        tally.deadLetter();
        for (int i = 0; i < 5; i++) {
            SequenceReportKind kind = i < 2 ? SequenceReportKind.GAP : SequenceReportKind.DUPLICATE;
            tally.sequenceReport(new SequenceReport("camera", 1L, kind, 3L, 5L, null));
        }
        for (int epoch = 1; epoch <= 13; epoch++) {
            tally.truth(new Truth("camera", (long) epoch, "60013", epoch == 13 ? "4" : "7", null, null));
            Decision decision = CameraTallyTest.decision(epoch, 0, DecisionKind.FINAL, 20_000, "7");
            decision.put("recordingId", "60013");
            tally.live(decision, 0, 6);
            tally.committed(decision, 0, 344);
        }

        assertThat(LiveView.lines(snapshot(PROGRESS), 120))
                .containsExactly("""
                        ┌─ Fluxon ─────────────────────────────────────────────────────── 1:02:03 ─┐
                        │ job         running  web UI http://127.0.0.1:40161                       │
                        ├─ camera: 50 recordings ──────────────────────────────────────────────────┤
                        │ input            97 packets/s     13,440 events/s     37 recordings      │
                        │ pipeline         14 lag   gaps 2  duplicates 3  dead letters 1           │
                        │ decisions        49 /s        13 final   right 12/13 92.3 %              │
                        │ last        7  truth 4  WRONG  (60013)                                   │
                        │ p50/p99     live 6/6 ms   committed 344/344 ms                           │
                        └─────────────────────────────────────────────────────────── Ctrl-C stops ─┘
                        """.lines().toArray(String[]::new));
    }

    @Test
    void showsADashWhereNothingIsKnown() {
        assertThat(LiveView.lines(snapshot(NOTHING), 120))
                .anyMatch(line -> line.contains("- lag"))
                .anyMatch(line -> line.contains("last        -  "))
                .anyMatch(line -> line.contains("right - (nothing labelled)"))
                .anyMatch(line -> line.contains("live -/- ms   committed -/- ms"));
    }

    @Test
    void aRecordingOrALabelCannotDriveTheTerminal() {
        CameraTally tally = camera.tally();
        tally.truth(new Truth("camera", 1L, "a", "\u001b[31m4", null, null));
        tally.live(CameraTallyTest.decision(1, 0, DecisionKind.FINAL, 20_000, "7\u009b2J\u202e"), 0, 0);

        assertThat(LiveView.lines(snapshot(NOTHING), 120))
                .anyMatch(line -> line.contains("7?2J?  truth ?[31m4  WRONG"))
                .noneMatch(line -> line.chars().anyMatch(Character::isISOControl));
    }

    @Test
    void threeLanesFitATerminalOf80ColumnsAnd24Rows() {
        WatchLane watch = new WatchLane("simulated watch", replay -> false, false, null);
        PulsesLane pulses = new PulsesLane("simulated detector pair", replay -> false, false, null);
        for (int i = 0; i < 4; i++) {
            watch.tally().truth(new Truth("watch-1631", 1L, null, i == 3 ? "teeth" : "typing", 40L * i, 40L * (i + 1)));
            Decision decision =
                    WatchTallyTest.decision(i, 40 * i, 40 * (i + 1), "typing", 250 * (i + 1), 1_000 * (i + 1));
            watch.tally().live(decision, 0, 9);
            watch.tally().committed(decision, 0, 260);
        }
        pulses.tally().truth(PulsesTallyTest.truth(1, PulsesTallyTest.trueHit(0, 1_000, 500, true)));
        pulses.tally().committed(PulsesTallyTest.hits(1, PulsesTallyTest.hit(0, 1_000, 510)), 0, 270);
        pulses.tally().live(PulsesTallyTest.hits(1, PulsesTallyTest.hit(0, 1_000, 510)), 0, 5);
        pulses.tally().spectrum(PulsesTallyTest.spectrum(0, 0));
        Snapshot snapshot = new Snapshot(
                12.3,
                "RUNNING",
                URI.create("http://127.0.0.1:40161"),
                Stream.of(camera, watch, pulses)
                        .map(lane -> lane.section(PROGRESS))
                        .toList());

        List<String> lines = LiveView.lines(snapshot, 80);

        assertThat(lines).hasSizeLessThanOrEqualTo(23).allSatisfy(line -> assertThat(line)
                .hasSize(76));
        assertThat(lines).containsSubsequence("""
                        ├─ watch: simulated watch ─────────────────────────────────────────────────┤
                        │ windows           4 decided   right 3/4 75.0 %                           │
                        │ last        typing  truth teeth  WRONG  (watch-1631)                     │
                        │ saved       75.0 % of the operations of a dense network                  │
                        │ p50/p99     live 9/9 ms   committed 260/260 ms                           │
                        ├─ pulses: simulated detector pair ────────────────────────────────────────┤
                        │ hits              1   coincidences 0   pile-ups 0                        │
                        │ found       100.0 %   energy ±2.00/- %  time ±0/- ps                     │
                        │ spectrum    ch 0  ▁▂█▁  264-280 keV                                      │
                        │ p50/p99     live 5/5 ms   committed 270/270 ms                           │
                        """.lines().toArray(String[]::new));
    }

    @Test
    void hasAnAsciiForm() {
        assertThat(LiveView.lines(snapshot(PROGRESS), 80)).map(LiveView::ascii).allSatisfy(line -> assertThat(line)
                .matches("\\p{ASCII}{76}"));
    }

    @Test
    void fitsANarrowTerminal() {
        assertThat(LiveView.lines(snapshot(PROGRESS), 40))
                .allSatisfy(line -> assertThat(line).hasSize(40));
    }

    private Snapshot snapshot(Lane.Progress progress) {
        return new Snapshot(3723.9, "RUNNING", URI.create("http://127.0.0.1:40161"), List.of(camera.section(progress)));
    }
}
