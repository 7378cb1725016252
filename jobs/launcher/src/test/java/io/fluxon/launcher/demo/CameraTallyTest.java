package io.fluxon.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.fluxon.schemas.Decision;
import io.fluxon.schemas.DecisionKind;
import io.fluxon.schemas.SequenceReport;
import io.fluxon.schemas.SequenceReportKind;
import io.fluxon.schemas.Truth;
import java.util.List;
import org.junit.jupiter.api.Test;

class CameraTallyTest {

    private final CameraTally tally = new CameraTally();

    @Test
    void judgesADecisionWhicheverOfDecisionAndTruthComesFirst() {
        tally.truth(truth(1, "7"));
        tally.committed(decision(1, 0, DecisionKind.FINAL, 300_000, "7"), 0, 0);
        tally.committed(decision(2, 0, DecisionKind.FINAL, 300_000, "7"), 0, 0);
        tally.truth(truth(2, "4"));
        tally.committed(decision(3, 0, DecisionKind.FINAL, 300_000, "7"), 0, 0);

        assertThat(tally.counts().decisions()).isEqualTo(3);
        assertThat(tally.counts().labelled()).isEqualTo(2);
        assertThat(tally.counts().correct()).isEqualTo(1);
    }

    @Test
    void dropsLiveDecisionsThatComeAgain() {
        for (int time = 0; time < 2; time++) {
            tally.live(decision(1, 0, DecisionKind.ESTIMATE, 20_000, "1"), 0, 5);
            tally.live(decision(1, 1, DecisionKind.FINAL, 30_000, "1"), 0, 5);
        }

        assertThat(tally.liveResults()).isEqualTo(2);
    }

    @Test
    void measuresFromAppendToVisibility() {
        tally.live(decision(1, 0, DecisionKind.ESTIMATE, 20_000, "1"), 1_000, 1_004);
        tally.committed(decision(1, 1, DecisionKind.FINAL, 30_000, "1"), 1_000, 1_250);

        assertThat(tally.common().live()).isEqualTo(new Tally.Latency(4L, 4L));
        assertThat(tally.common().committed()).isEqualTo(new Tally.Latency(250L, 250L));
    }

    @Test
    void theCurveTakesTheLatestEstimateAtOrBeforeEachPoint() {
        tally.truth(truth(1, "7"));
        tally.live(decision(1, 0, DecisionKind.ESTIMATE, 20_000, "4"), 0, 0);
        tally.live(decision(1, 1, DecisionKind.ESTIMATE, 40_000, "7"), 0, 0);
        tally.live(decision(1, 2, DecisionKind.FINAL, 70_000, "7"), 0, 0);
        tally.truth(truth(2, "7"));
        tally.live(decision(2, 0, DecisionKind.ESTIMATE, 40_000, "7"), 0, 0);
        tally.live(decision(2, 1, DecisionKind.FINAL, 55_000, "1"), 0, 0);

        CameraTally.Curve curve = tally.curve();

        assertThat(curve.recordings()).isEqualTo(2);
        assertThat(curve.right())
                .as("20 ms: wrong and none; 40 ms: both right; 60 ms: the second ended wrong at 55 ms")
                .isEqualTo(List.of(0L, 2L, 1L, 1L));
    }

    @Test
    void aRecordingOfAYearEndsBeyondTheCurve() {
        tally.truth(truth(1, "7"));
        tally.live(decision(1, 0, DecisionKind.ESTIMATE, 20_000, "7"), 0, 0);
        tally.live(decision(1, 1, DecisionKind.FINAL, 365L * 86_400 * 1_000_000, "4"), 0, 0);

        assertThat(tally.curve().right()).isEqualTo(List.of(1L));
    }

    @Test
    void unlabelledRecordingsAreNotOnTheCurve() {
        tally.live(decision(1, 0, DecisionKind.FINAL, 70_000, "7"), 0, 0);

        assertThat(tally.curve().recordings()).isZero();
    }

    @Test
    void countsReportsByKind() {
        tally.sequenceReport(report(SequenceReportKind.GAP));
        tally.sequenceReport(report(SequenceReportKind.DUPLICATE));
        tally.sequenceReport(report(SequenceReportKind.DUPLICATE));
        tally.sequenceReport(report(SequenceReportKind.LATE));
        tally.deadLetter();

        assertThat(tally.common().gaps()).isEqualTo(1);
        assertThat(tally.common().duplicates()).isEqualTo(2);
        assertThat(tally.common().deadLetters()).isEqualTo(1);
    }

    private static Truth truth(long epoch, String label) {
        return new Truth("camera", epoch, "recording", label, null, null);
    }

    private static SequenceReport report(SequenceReportKind kind) {
        return new SequenceReport("camera", 1L, kind, 3L, 5L, null);
    }

    static Decision decision(long epoch, long sequence, DecisionKind kind, long toMicros, String label) {
        return Decision.newBuilder()
                .setSensorId("camera")
                .setEpoch(epoch)
                .setSequence(sequence)
                .setKind(kind)
                .setFromOffset(0)
                .setToOffset(toMicros)
                .setBaseUnixNanos(0)
                .setOffsetUnitPicoseconds(1_000_000)
                .setLabel(label)
                .setClassIndex(0)
                .setScores(List.of())
                .setModel("testing")
                .setModelVersion("1")
                .setEvents(0)
                .setSpikes(0)
                .setSynapticOperations(0)
                .setDenseOperations(0)
                .setMissingPackets(0)
                .build();
    }
}
