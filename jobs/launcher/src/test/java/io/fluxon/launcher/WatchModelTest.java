package io.fluxon.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxon.networks.engine.DeltaGru;
import io.fluxon.pipelines.ShippedModels;
import io.fluxon.training.watch.WatchData;
import io.fluxon.training.watch.WatchEvaluation;
import io.fluxon.training.watch.WatchEvaluation.History;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class WatchModelTest {

    /** The card: 90.7 % on the test subjects, the worst at 83.1 %, with 71.2 % of the operations saved. */
    @Test
    void theShippedModelAnswersTheTestSubjectsAsItsCardSays() throws Exception {
        String configured = System.getenv("FLUXON_DATA");
        Path data = configured == null
                ? Path.of(System.getProperty("fluxon.root", "../.."), "..", "shared", "data")
                : Path.of(configured);
        Path watch = data.resolve("watch").normalize();
        assumeTrue(Files.isDirectory(watch), "no " + watch + "; set FLUXON_DATA to the folder of the recordings");

        WatchEvaluation evaluation = WatchEvaluation.of(
                DeltaGru.compile(ShippedModels.wisdm().open()),
                WatchData.load(watch).test(),
                History.CARRIED);

        assertThat(evaluation.activities().score().total()).isEqualTo(3738);
        assertThat(evaluation.activities().score().accuracy()).isBetween(0.902, 0.912);
        assertThat(evaluation.worst().accuracy()).isGreaterThan(0.82);
        assertThat(evaluation.strangers().score().accuracy()).isGreaterThan(0.96);
        assertThat(evaluation.saved()).isBetween(0.70, 0.72);
    }
}
