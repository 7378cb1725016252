package io.fluxon.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The analysis of real recordings against what others measured on them; the figures of docs/pulse-pipeline.md. */
class AnalyzeCommandTest {

    private static final List<String> LEGEND_RUNS =
            List.of("cal-20230318T012144Z", "cal-20230318T012228Z", "phy-20230322T160139Z");

    @TempDir
    private Path directory;

    private static Path recorded(String name) {
        String configured = System.getenv("FLUXON_DATA");
        Path data = configured == null
                ? Path.of(System.getProperty("fluxon.root", "../.."), "..", "shared", "data")
                : Path.of(configured);
        Path file = data.resolve("pulses").resolve(name);
        assumeTrue(Files.exists(file), "skipped: no " + file + "; set FLUXON_DATA to the recordings' folder");
        return file;
    }

    private static JsonNode json(List<String> arguments) throws Exception {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commandLine = Fluxon.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        assertThat(commandLine.execute(arguments.toArray(String[]::new)))
                .as(err.toString())
                .isZero();
        return new ObjectMapper().readTree(out.toString());
    }

    private static List<String> legendArguments() {
        List<String> arguments = new ArrayList<>(List.of("analyze", "--json"));
        for (String run : LEGEND_RUNS) {
            String tier = "legend_hpge/l200-p03-r001-" + run + "-tier_";
            arguments.add(recorded(tier + "raw.lh5").toString());
            for (String reference : List.of("dsp", "hit")) {
                arguments.add("--reference");
                arguments.add(recorded(tier + reference + ".lh5").toString());
            }
        }
        return arguments;
    }

    private static JsonNode find(JsonNode list, String of, String selection) {
        for (JsonNode entry : list) {
            if (entry.get("of").asText().equals(of)
                    && entry.get("selection").asText().equals(selection)) {
                return entry;
            }
        }
        throw new AssertionError("no " + of + " " + selection + " in " + list);
    }

    @Test
    void germaniumEnergiesFollowTrapEmaxInEveryDetector() throws Exception {
        JsonNode channels = json(legendArguments()).get("channels");

        assertThat(channels).hasSize(3);
        double[] mostKeV = {1.3, 0.8, 0.5};
        for (int i = 0; i < 3; i++) {
            JsonNode channel = channels.get(i);
            assertThat(channel.get("waveforms").asInt()).isEqualTo(30);
            // All 20 of the calibration and one of the physics run, which all three share; its other 9 hold no pulse.
            assertThat(channel.get("triggered").asInt()).isEqualTo(21);
            assertThat(channel.get("saturated").asInt()).isZero();
            for (String selection : List.of("ALL", "CLEAN", "VALID")) {
                JsonNode energy = find(channel.get("energies"), "trapEmax", selection);
                assertThat(energy.get("fit").get("correlation").asDouble()).isGreaterThan(0.999);
                assertThat(energy.get("fit").get("gain").asDouble()).isCloseTo(1, within(0.002));
            }
            JsonNode clean = find(channel.get("energies"), "trapEmax", "CLEAN");
            assertThat(clean.get("fit").get("correlation").asDouble()).isGreaterThan(0.99998);
            assertThat(clean.get("residual_kev").asDouble()).isLessThan(mostKeV[i]);
            // Half a sample of 16 ns: tp_50 is a whole one, the first above half.
            JsonNode times = find(channel.get("times"), "tp_50", "CLEAN");
            assertThat(times.get("median_ps").asDouble()).isCloseTo(8000, within(2000.0));
            assertThat(times.get("half_width_68_ps").asDouble()).isLessThan(8000);
        }
        assertThat(channels.get(0).get("pile_ups").asInt()).isEqualTo(2);
    }

    @Test
    void compassEnergiesAndTimesFollowTheFilesOwn() throws Exception {
        JsonNode channels = json(List.of(
                        "analyze",
                        "--json",
                        "--plots",
                        directory.toString(),
                        recorded("caen_compass/compass_test_data.BIN").toString()))
                .get("channels");

        JsonNode pulser = channels.get(0);
        assertThat(pulser.get("waveforms").asInt()).isEqualTo(51);
        assertThat(pulser.get("triggered").asInt()).isEqualTo(51);
        JsonNode energy = find(pulser.get("energies"), "ENERGY", "ALL").get("fit");
        assertThat(energy.get("correlation").asDouble()).isGreaterThan(0.998);
        assertThat(energy.get("residual_rms").asDouble()).isLessThan(0.7);
        assertThat(1 / energy.get("gain").asDouble()).isCloseTo(128, within(0.5));
        JsonNode shortEnergy =
                find(pulser.get("energies"), "ENERGYSHORT", "ALL").get("fit");
        assertThat(shortEnergy.get("correlation").asDouble()).isGreaterThan(0.999);
        assertThat(shortEnergy.get("residual_rms").asDouble()).isLessThan(0.4);
        assertThat(pulser.get("jitter").get("hits_ps").asDouble()).isLessThan(50);
        assertThat(pulser.get("jitter").get("stamps_ps").asDouble()).isGreaterThan(1000);
        // The second channel was read out with the first and shows its baseline.
        assertThat(channels.get(1).get("waveforms").asInt()).isEqualTo(51);
        assertThat(channels.get(1).get("triggered").asInt()).isLessThanOrEqualTo(1);
        assertThat(directory.resolve("spectrum-0.svg")).isNotEmptyFile();
        assertThat(directory.resolve("times-0.svg")).isNotEmptyFile();
    }

    @Test
    void infoCountsPulsesAndSums() throws Exception {
        JsonNode info = json(List.of(
                "info", "--json", recorded("caen_compass/compass_test_data.BIN").toString()));

        assertThat(info.get("format").asText()).isEqualTo("compass");
        assertThat(info.get("channels").asInt()).isEqualTo(8);
        assertThat(info.get("pulses").asInt()).isEqualTo(102);
        assertThat(info.get("samples").asInt()).isEqualTo(102_000);
        assertThat(info.get("first_ps").asLong()).isEqualTo(97_876_200_000L);
        assertThat(info.get("sum_channel").asInt()).isEqualTo(51);
        assertThat(info.get("base_unix_ns").isNull()).isTrue();
    }
}
