package io.fluxon.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fluxon.networks.engine.DeltaGru;
import io.fluxon.pipelines.ShippedModels;
import io.fluxon.training.watch.WatchData;
import io.fluxon.training.watch.WatchEvaluation;
import io.fluxon.training.watch.WatchEvaluation.History;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchModelTest {

    @TempDir
    private Path folder;

    /** The card: 90.7 % on the test subjects, the worst at 83.1 %, with 71.2 % of the operations saved. */
    @Test
    void theShippedModelAnswersTheTestSubjectsAsItsCardSays() throws Exception {
        WatchEvaluation evaluation = carried(recorded());

        assertThat(evaluation.activities().score().total()).isEqualTo(3738);
        assertThat(evaluation.activities().score().accuracy()).isBetween(0.902, 0.912);
        assertThat(evaluation.worst().accuracy()).isGreaterThan(0.82);
        assertThat(evaluation.strangers().score().accuracy()).isGreaterThan(0.96);
        assertThat(evaluation.saved()).isBetween(0.70, 0.72);
    }

    /** A tenth of the samples lost in each stream on its own, and up to 20 ms of jitter in the gyroscope's stamps. */
    @Test
    void lossAndJitterOfEachStreamCostItLittle() throws Exception {
        Path watch = recorded();
        Random random = new Random(1);
        for (int subject = 1630; subject <= 1636; subject++) {
            for (String sensor : new String[] {"accel", "gyro"}) {
                String name = "data_" + subject + "_" + sensor + "_watch.txt";
                StringBuilder damaged = new StringBuilder();
                try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                        new GZIPInputStream(
                                Files.newInputStream(watch.resolve("wisdm2019/" + sensor + "/" + name + ".gz"))),
                        StandardCharsets.US_ASCII))) {
                    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                        if (random.nextInt(10) > 0) {
                            String[] fields = line.split(",");
                            long jitter = sensor.equals("gyro") ? random.nextInt(20_000_000) : 0;
                            fields[2] = Long.toString(Long.parseLong(fields[2]) + jitter);
                            damaged.append(String.join(",", fields)).append('\n');
                        }
                    }
                }
                Files.writeString(folder.resolve(name), damaged);
            }
        }

        WatchEvaluation evaluation = carried(folder);

        assertThat(evaluation.activities().score().total()).isBetween(3700, 3738);
        assertThat(evaluation.activities().score().accuracy()).isGreaterThan(0.88);
    }

    private static WatchEvaluation carried(Path watch) throws IOException {
        return WatchEvaluation.of(
                DeltaGru.compile(ShippedModels.wisdm().open()),
                WatchData.load(watch).test(),
                History.CARRIED);
    }

    private static Path recorded() {
        String configured = System.getenv("FLUXON_DATA");
        Path data = configured == null
                ? Path.of(System.getProperty("fluxon.root", "../.."), "..", "shared", "data")
                : Path.of(configured);
        Path watch = data.resolve("watch").normalize();
        assumeTrue(Files.isDirectory(watch), "no " + watch + "; set FLUXON_DATA to the folder of the recordings");
        return watch;
    }
}
