package io.fluxon.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fluxon.networks.model.PulseModel;
import io.fluxon.pipelines.ShippedModels;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class TrainPulsesCommandTest {

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();

    private int fluxon(String... arguments) {
        CommandLine commandLine = Fluxon.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        return commandLine.execute(arguments);
    }

    /** The bounds that the project set itself, on the first of the pulses of the published table. */
    @Test
    void theShippedModelIsNearTheBoundAndBeatsTheClassicalMethodsWherePulsesAreDisturbed() throws Exception {
        Path model = directory.resolve("shipped.nir");
        ShippedModels.pulseV1().openPulses().write(model);
        assertThat(fluxon("train", "pulses", "--model", model.toString(), "--test", "--test-pulses", "2000", "--json"))
                .isZero();
        JsonNode result = new ObjectMapper().readTree(out.toString());
        for (String quantity : new String[] {"time", "energy"}) {
            JsonNode sets = result.get(quantity);
            double inFloats = rms(sets, "ideal", "network, float");
            double inIntegers = rms(sets, "ideal", "network, integer");
            assertThat(inFloats).isLessThan(1.10);
            assertThat(inIntegers).isLessThan(1.10).isLessThan(1.03 * inFloats);
            for (String set : new String[] {"pile-up", "drift", "shape", "all"}) {
                assertThat(rms(sets, set, "network, integer"))
                        .as("%s, %s", quantity, set)
                        .isLessThan(rms(sets, set, "least squares"))
                        .isLessThan(rms(sets, set, quantity.equals("time") ? "constant fraction" : "trapezoid"))
                        .isLessThan(1.03 * rms(sets, set, "network, float"));
            }
        }
    }

    private static double rms(JsonNode sets, String set, String method) {
        return sets.get(set).get(method).get("rmsOverBound").asDouble();
    }

    @Test
    void trainsWritesPrintsAndDraws() throws Exception {
        Path model = directory.resolve("small.nir");
        Path plots = directory.resolve("plots");
        assertThat(fluxon(
                        "train",
                        "pulses",
                        "--out",
                        model.toString(),
                        "--pulses",
                        "2000",
                        "--test",
                        "--test-pulses",
                        "200",
                        "--plots",
                        plots.toString()))
                .isZero();
        assertThat(out.toString())
                .contains("model small -> " + model)
                .contains("constant fraction")
                .contains("trapezoid")
                .contains("1.000 is 59.66 ps at 0.9 of full scale, 58.92 ps if the level were known")
                .contains("200 unseen pulses per set");
        assertThat(PulseModel.read(model).provenance()).isEqualTo("fluxon train pulses --pulses 2000");
        try (Stream<Path> files = Files.list(plots)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder(
                            "pulse-times-ideal.svg",
                            "pulse-times-all.svg",
                            "pulse-time-by-amplitude-ideal.svg",
                            "pulse-time-by-amplitude-all.svg",
                            "pulse-energy-by-amplitude-ideal.svg",
                            "pulse-energy-by-amplitude-all.svg");
        }
    }
}
