package io.fluxon.launcher;

import static io.fluxon.launcher.TestingCommands.fail;
import static io.fluxon.launcher.TestingCommands.json;
import static io.fluxon.launcher.TestingCommands.run;
import static io.fluxon.launcher.TestingCommands.succeed;
import static io.fluxon.launcher.infer.TestingNpy.bytes;
import static io.fluxon.launcher.infer.TestingNpy.floats;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fluxon.launcher.infer.TestingNpy;
import io.fluxon.networks.model.NirGraph;
import io.fluxon.networks.model.NirGraph.Edge;
import io.fluxon.networks.model.NirNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelCommandTest {

    @TempDir
    private Path directory;

    private Path model;
    private Path input;

    @BeforeEach
    void writeModel() throws Exception {
        model = TestingModels.write(TestingModels.twoThresholds(), directory.resolve("two.nir"));
        input = Files.write(
                directory.resolve("in.npy"), TestingNpy.file("|u1", "(2, 2, 2)", bytes(1, 0, 1, 1, 0, 1, 0, 0)));
    }

    /** The neurons' spikes come back to them. */
    private static NirGraph recurrent() {
        NirGraph chain = TestingModels.twoThresholds();
        Map<String, NirNode> nodes = new HashMap<>(chain.nodes());
        nodes.put("back", new NirNode.Linear(new float[] {0, 1, 1, 0}, 2, 2));
        List<Edge> edges = new ArrayList<>(chain.edges());
        edges.add(new Edge("neurons", "back"));
        edges.add(new Edge("back", "neurons"));
        return new NirGraph(nodes, edges, Map.of("name", "loop", "version", "3", "classes", "a,b", "step_us", "500"));
    }

    @Test
    void infoTellsTheGraphInTheOrderOfItsValues() throws Exception {
        JsonNode info =
                json("model", "info", TestingModels.write(recurrent(), directory.resolve("loop.nir")), "--json");

        assertThat(info.get("name").asText()).isEqualTo("loop");
        assertThat(info.get("missing")).isEmpty();
        assertThat(info.get("dialect").get("dt").asText()).isEqualTo("5.0E-4");
        assertThat(info.get("nodes").findValuesAsText("name"))
                .containsExactly("input", "weights", "neurons", "output", "back");
        assertThat(info.get("nodes").findValuesAsText("type"))
                .containsExactly("Input", "Linear", "LIF", "Output", "Linear");
        for (JsonNode edge : info.get("edges")) {
            assertThat(edge.get("previousStep").asBoolean())
                    .isEqualTo(edge.get("from").asText().equals("back"));
        }
        // 2 x 4 weights and 5 x 2 of the neurons
        assertThat(info.get("parameters").asInt()).isEqualTo(18);
        assertThat(info.get("denseOperations").asInt()).isEqualTo(8);
        assertThat(info.get("layers")).hasSize(1);
        assertThat(info.get("stateBytes").asInt()).isPositive();
    }

    @Test
    void infoSaysWhatAFileOfOthersLacks() {
        assertThat(succeed("model", "info", model).lines())
                .contains("missing   name, version, classes, step_us", "classes   0, 1", "  input -> weights")
                .anyMatch(line -> line.startsWith("dialect   dt 0.001 (assumed), step_us 1000 (assumed), integrator"))
                .anyMatch(line -> line.matches("  neurons +LIF +\\[2\\] +10 parameters"));
    }

    @Test
    void infoShowsGraphsThatTheEngineDoesNotRun() throws Exception {
        NirGraph gru = NirGraph.chain(
                Map.entry("in", new NirNode.Input(new int[] {1})),
                Map.entry(
                        "gru",
                        new NirNode.DeltaGru(new float[3], new float[3], new float[3], new float[3], 0, 0, 1, 1)),
                Map.entry("out", new NirNode.Output(new int[] {1})));

        JsonNode info = json("model", "info", TestingModels.write(gru, directory.resolve("gru.nir")), "--json");

        assertThat(info.get("notRun").asText()).contains("gru");
        assertThat(info.has("layers")).isFalse();
        assertThat(info.get("parameters").asInt()).isEqualTo(12);
    }

    @Test
    void theGraphIsDrawnWithNamesTypesAndShapes() throws Exception {
        Path picture = directory.resolve("loop.svg");

        succeed("model", "draw", TestingModels.write(recurrent(), directory.resolve("loop.nir")), "--out", picture);

        assertThat(Files.readString(picture))
                .startsWith("<?xml")
                .doesNotContain("DOCTYPE")
                .contains(">neurons<", ">LIF<", ">[2]<", "stroke-dasharray");
        assertThat(run("model", "draw", model, "--out", directory.resolve("a.png"))
                        .err())
                .contains("a.png, must end in .svg");
    }

    @Test
    void checkFindsEqualCounts() throws Exception {
        Path reference = Files.writeString(
                directory.resolve("counts.csv"), "sample,label,hidden_spikes,c0,c1\n0,0,9,2,1\n1,0,9,0,1\n");

        String table = succeed(
                "model",
                "check",
                model,
                "--input",
                input,
                "--reference",
                reference,
                "--dt",
                "0.01",
                "--preset",
                "norse");

        assertThat(table.lines())
                .containsExactly(
                        "| model | samples | equal | differing | largest difference | right |",
                        "|---|---|---|---|---|---|",
                        "| two | 2 | 2 | 0 | 0 | 1 of 2 |");
    }

    @Test
    void checkTellsWhichOutputDiffersAndFails() throws Exception {
        Path counts = Files.writeString(directory.resolve("counts.csv"), "sample,c0,c1\n0,2,4\n1,0,1\n");
        Path steps = Files.write(
                directory.resolve("steps.npy"), TestingNpy.file("<f4", "(2, 2, 2)", floats(1, 0, 1, 1, 0, 1, 0, 1)));

        TestingCommands.Outcome totals =
                run("model", "check", model, "--input", input, "--reference", counts, "--dt", "1");
        TestingCommands.Outcome everyStep =
                run("model", "check", model, "--input", input, "--reference", steps, "--dt", "1");

        assertThat(totals.status()).isEqualTo(1);
        assertThat(totals.out().lines())
                .contains("sample 0: output 1 is 1, the reference 4", "| two | 2 | 1 | 1 | 3 | - |");
        assertThat(everyStep.status()).isEqualTo(1);
        assertThat(everyStep.out().lines())
                .contains("sample 1, step 1: output 1 is 0, the reference 1", "| two | 2 | 1 | 1 | 1 | - |");
        assertThat(run("model", "check", model, "--input", input, "--reference", counts, "--dt=1", "--tolerance=3")
                        .status())
                .isZero();
    }

    @Test
    void checkRefusesAReferenceOfOtherOutputsOrSamples() throws Exception {
        Path wide = Files.writeString(directory.resolve("wide.csv"), "sample,c0,c1,c2\n0,2,4,1\n");
        Path others = Files.writeString(directory.resolve("others.csv"), "sample,c0,c1\n7,2,4\n");
        Path steps =
                Files.write(directory.resolve("steps.npy"), TestingNpy.file("|u1", "(2, 1, 2)", bytes(0, 0, 0, 0)));

        assertThat(fail("model", "check", model, "--input", input, "--reference", wide, "--dt", "1"))
                .contains("the reference has 3 outputs of sample 0, the model 2");
        assertThat(fail("model", "check", model, "--input", input, "--reference", others, "--dt", "1"))
                .endsWith("others.csv: knows none of the samples");
        assertThat(fail("model", "check", model, "--input", input, "--reference", steps, "--dt", "1"))
                .contains("steps.npy: has 1 steps of sample 0, which has 2 (--steps N cuts it");
    }

    @Test
    void checkNamesTheSamplesThatTheReferenceDoesNotHave() throws Exception {
        Path counts = Files.writeString(directory.resolve("counts.csv"), "sample,c0,c1\n0,2,1\n");

        TestingCommands.Outcome outcome =
                run("model", "check", model, "--input", input, "--reference", counts, "--dt", "1");

        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.out()).contains("1 sample is not in the reference: 1\n");
    }

    @Test
    void foldersInPlaceOfFilesAreNamed() {
        for (Object[] words : List.of(
                new Object[] {"infer", directory, "--input", input},
                new Object[] {"model", "info", directory},
                new Object[] {"model", "draw", directory, "--out", directory.resolve("a.svg")},
                new Object[] {"model", "check", directory, "--input", input, "--reference", input})) {
            assertThat(fail(words)).isEqualTo("fluxon: " + directory + ": a folder, need a model file");
        }
        assertThat(fail("model", "check", model, "--input", input, "--reference", directory, "--dt", "1"))
                .isEqualTo("fluxon: " + directory + ": a folder, need a table or .npy");
        assertThat(fail("model", "import", directory, "--from", "lava", "--out", directory.resolve("a.nir")))
                .isEqualTo("fluxon: " + directory + ": a folder; lava takes network.net");
        assertThat(fail("model", "import", model, "--from", "slayer", "--out", directory.resolve("a.nir")))
                .isEqualTo("fluxon: " + model + ": no folder; slayer takes the weights'");
        assertThat(fail("model", "import", directory, "--from", "l2mu", "--out", directory))
                .isEqualTo("fluxon: " + directory + ": a folder, need the name of a model file");
        Path missing = directory.resolve("missing");
        assertThat(fail("model", "import", missing, "--from", "lava", "--out", directory.resolve("a.nir")))
                .isEqualTo("fluxon: " + missing + ": no such file");
    }

    @Test
    void anImportNeedsAToolAndAFolder() {
        assertThat(run("model", "import", directory, "--from", "brian", "--out", "a.nir")
                        .err())
                .contains("'brian' is not one of lava, slayer, snntorch, l2mu");
        assertThat(fail("model", "import", directory, "--from", "snntorch", "--out", directory.resolve("a.nir")))
                .contains(directory.toString());
    }
}
