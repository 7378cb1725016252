package io.fluxon.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.fluxon.schemas.Decision;
import io.fluxon.schemas.DecisionKind;
import io.fluxon.schemas.Truth;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchTallyTest {

    private final WatchTally tally = new WatchTally();

    @Test
    void judgesADecisionWhicheverOfDecisionAndTruthComesFirst() {
        tally.truth(truth(0L, 100L, "typing"));
        tally.committed(decision(0, 0, 40, "typing"), 0, 0);
        tally.committed(decision(1, 100, 140, "typing"), 0, 0);
        tally.truth(truth(100L, 200L, "teeth"));

        assertThat(tally.counts().decisions()).isEqualTo(2);
        assertThat(tally.counts().labelled()).isEqualTo(2);
        assertThat(tally.counts().correct()).isEqualTo(1);
    }

    @Test
    void aWindowAcrossTwoActivitiesIsNotLabelled() {
        tally.truth(truth(0L, 100L, "typing"));
        tally.truth(truth(100L, 200L, "teeth"));
        tally.committed(decision(0, 80, 120, "typing"), 0, 0);
        tally.committed(decision(1, 60, 100, "typing"), 0, 0);

        assertThat(tally.counts().decisions()).isEqualTo(2);
        assertThat(tally.counts().labelled()).isEqualTo(1);
    }

    @Test
    void truthOfAWholeEpochHoldsForEveryWindow() {
        tally.committed(decision(0, 80, 120, "typing"), 0, 0);
        tally.truth(truth(null, null, "typing"));

        assertThat(tally.counts().correct()).isEqualTo(1);
    }

    @Test
    void dropsLiveDecisionsThatComeAgainAndShowsTheNewest() {
        tally.truth(truth(0L, 100L, "typing"));
        for (int time = 0; time < 2; time++) {
            tally.live(decision(0, 0, 40, "typing"), 1_000, 1_005);
            tally.live(decision(1, 40, 80, "teeth"), 1_000, 1_005);
        }

        assertThat(tally.liveResults()).isEqualTo(2);
        assertThat(tally.counts().last()).isEqualTo(new Tally.LastDecision("teeth", "typing", "watch-1631"));
        assertThat(tally.common().live()).isEqualTo(new Tally.Latency(5L, 5L));
    }

    @Test
    void savedOperationsAreThoseOfADenseNetworkThatWereNotNeeded() {
        assertThat(tally.counts().operationsSavedPercent()).isNull();

        // Both count from the start of the epoch.
        tally.committed(decision(0, 0, 40, "typing", 300, 1_000), 0, 0);
        tally.committed(decision(1, 40, 80, "typing", 500, 2_000), 0, 0);

        assertThat(tally.counts().operationsSavedPercent()).isEqualTo(75, within(1e-9));
    }

    @Test
    void remembersNoMoreThanItHasTo() {
        for (int i = 0; i < 100_000; i++) {
            tally.committed(decision(i, 0, 40, "typing"), 0, 0);
        }
        tally.truth(truth(0L, 100L, "typing"));

        assertThat(tally.counts().decisions()).isEqualTo(100_000);
        assertThat(tally.counts().labelled()).isEqualTo(1_000);
    }

    private static Truth truth(Long fromOffset, Long toOffset, String label) {
        return new Truth("watch-1631", 1L, "1631", label, fromOffset, toOffset);
    }

    private static Decision decision(long sequence, long fromOffset, long toOffset, String label) {
        return decision(sequence, fromOffset, toOffset, label, 0, 0);
    }

    static Decision decision(
            long sequence, long fromOffset, long toOffset, String label, long operations, long denseOperations) {
        return Decision.newBuilder(CameraTallyTest.decision(1, sequence, DecisionKind.FINAL, toOffset, label))
                .setSensorId("watch-1631")
                .setFromOffset(fromOffset)
                .setScores(List.of())
                .setSynapticOperations(operations)
                .setDenseOperations(denseOperations)
                .build();
    }
}
