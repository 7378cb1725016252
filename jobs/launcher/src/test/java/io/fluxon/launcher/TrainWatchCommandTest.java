package io.fluxon.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fluxon.networks.engine.DeltaGru;
import io.fluxon.networks.model.Model;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** On a made-up set of three training subjects and one test subject, who rest, wave slowly and clap. */
class TrainWatchCommandTest {

    private static final int SECONDS = 62;

    @TempDir
    private Path folder;

    private final StringWriter out = new StringWriter();

    @BeforeEach
    void writeTheSet() throws IOException {
        Random random = new Random(1);
        for (int subject : new int[] {1600, 1601, 1602, 1631}) {
            for (String sensor : new String[] {"accel", "gyro"}) {
                StringBuilder lines = new StringBuilder();
                for (String activity : new String[] {"F", "R", "S"}) {
                    double hertz = activity.equals("F") ? 0 : activity.equals("R") ? 4 : 0.8;
                    long start = "FRS".indexOf(activity) * 200_000_000_000L + subject;
                    for (int i = 0; i < SECONDS * 20; i++) {
                        double wave = hertz == 0 ? 0 : 3 * Math.sin(2 * Math.PI * hertz * i / 20);
                        lines.append(subject + "," + activity + "," + (start + i * 50_000_000L));
                        for (int axis = 0; axis < 3; axis++) {
                            double gravity = axis == 2 && sensor.equals("accel") ? 9.8 : 0;
                            lines.append("," + (float) (wave + gravity + 0.1 * random.nextGaussian()));
                        }
                        lines.append(";\n");
                    }
                }
                Path file = folder.resolve("wisdm2019/" + sensor + "/data_" + subject + "_" + sensor + "_watch.txt");
                Files.createDirectories(file.getParent());
                Files.writeString(file, lines);
            }
        }
    }

    private int train(String... arguments) {
        out.getBuffer().setLength(0);
        return new CommandLine(new TrainWatchCommand())
                .setOut(new PrintWriter(out))
                .execute(arguments);
    }

    @Test
    void theTableThePicturesAndTheModelComeOutAndTheModelIsTheSameAgain() throws IOException {
        Path model = folder.resolve("small.nir");
        Path again = folder.resolve("again").resolve("small.nir");
        Files.createDirectories(again.getParent());

        assertThat(train(
                        "--data",
                        folder.toString(),
                        "--out",
                        model.toString(),
                        "--folds",
                        "3",
                        "--test",
                        "--thresholds",
                        "0,0.2",
                        "--plots",
                        folder.toString()))
                .isZero();

        assertThat(out.toString())
                .contains(
                        "trained on 3 subjects of WISDM 2019 and 0 of GeoTec, 270 windows of 2 s",
                        "cross-validation, 3 subjects, 270 windows of seven activities",
                        "test, 1 subjects, 90 windows of seven activities",
                        "ridge on 84 features",
                        "network, reset every window",
                        "operations saved",
                        "windows after a change of activity");
        for (String picture : new String[] {
            "cross-validation-confusion", "cross-validation-thresholds", "test-confusion", "test-thresholds"
        }) {
            assertThat(folder.resolve(picture + ".svg")).isNotEmptyFile();
        }

        assertThat(train("--data", folder.toString(), "--out", again.toString(), "--test", "--json"))
                .isZero();
        assertThat(again).hasSameBinaryContentAs(model);
        JsonNode result = new ObjectMapper().readTree(out.toString());
        JsonNode network = result.get("test").get("network, history carried");
        assertThat(network.get("windows").asInt()).isEqualTo(90);
        assertThat(network.get("right").asInt()).isGreaterThan(80);
        assertThat(network.get("worstSubject").asText()).isEqualTo("1631");
        assertThat(result.get("test").get("ridge on 84 features").get("right").asInt())
                .isGreaterThan(80);
        JsonNode thresholds = result.get("test").get("thresholds");
        assertThat(thresholds.get(0).get("saved").asDouble()).isLessThan(0.05);
        assertThat(thresholds.get(thresholds.size() - 1).get("saved").asDouble())
                .isGreaterThan(0.5);

        Model read = Model.read(model);
        assertThat(read.provenance()).startsWith("fluxon train watch on 3 subjects");
        assertThat(read.stepMicros()).isEqualTo(50_000);
        assertThat(DeltaGru.compile(read).windowSteps()).isEqualTo(40);
    }
}
