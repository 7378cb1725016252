package io.fluxon.networks.imports;

import static io.fluxon.networks.imports.TestingFolders.add;
import static io.fluxon.networks.imports.TestingFolders.addNeurons;
import static io.fluxon.networks.imports.TestingFolders.ramp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.fluxon.networks.model.Dialect;
import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.ModelException;
import io.fluxon.networks.model.NirGraph.Edge;
import io.fluxon.networks.model.NirNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnnTorchNetworkTest {

    private static final String WISDM_LAYERS =
            "conv1 padding=4, maxpool 2, leaky1, conv2, maxpool 2, leaky2, flatten, linear, leaky3";

    @TempDir
    Path folder;

    @Test
    void theNeuronsOfAStoredModuleGetTimeConstantsThatGiveTheirDecayBack() throws Exception {
        add(folder, "fc.weight", new int[] {2, 3}, ramp(6));
        addNeurons(folder, "lif", 0.75, 0.5);

        Model model = read(ImportOptions.NONE.withStepMicros(2000));

        NirNode.Lif lif = (NirNode.Lif) model.graph().nodes().get("lif");
        assertThat(lif.tauSeconds().values()).containsExactly(new double[] {0.008, 0.008}, within(1e-15));
        assertThat(lif.r().values()).containsExactly(new double[] {4, 4}, within(1e-12));
        assertThat(lif.vThreshold().values()).containsExactly(0.5, 0.5);
        assertThat(model.dialect()).isEqualTo(Dialect.Preset.SNNTORCH.dialect(0.002));
        assertThat(model.stepMicros()).isEqualTo(2000);
        assertThat(model.classes()).containsExactly("0", "1");
        assertThat(((NirNode.Input) model.graph().nodes().get("input")).shape()).containsExactly(3);
        assertThat(model.graph().edges())
                .containsExactly(new Edge("input", "fc"), new Edge("fc", "lif"), new Edge("lif", "output"));
        assertThat(model.provenance()).doesNotContain(folder.getParent().toString());
    }

    @Test
    void neuronsThatDoNotLeakAreIntegratorsAndBetaIsClamped() throws Exception {
        add(folder, "fc.weight", new int[] {1, 1}, 1);
        addNeurons(folder, "whole", 1.5, 1);
        addNeurons(folder, "none", -1, 1);

        Model model = read(ImportOptions.NONE);

        assertThat(((NirNode.If) model.graph().nodes().get("whole")).r().values())
                .containsExactly(1);
        assertThat(((NirNode.Lif) model.graph().nodes().get("none"))
                        .tauSeconds()
                        .values())
                .containsExactly(0.001);
    }

    @Test
    void aSynapticNeuronIsACurrentBasedOne() throws Exception {
        add(folder, "fc.weight", new int[] {1, 1}, 1);
        add(folder, "syn.alpha", new int[] {1}, 0.5);
        addNeurons(folder, "syn", 0.75, 1);

        NirNode.CubaLif neuron =
                (NirNode.CubaLif) read(ImportOptions.NONE).graph().nodes().get("syn");

        assertThat(neuron.tauSynSeconds().values()).containsExactly(new double[] {0.002}, within(1e-15));
        assertThat(neuron.tauMemSeconds().values()).containsExactly(new double[] {0.004}, within(1e-15));
        assertThat(neuron.wIn().values()).containsExactly(new double[] {2}, within(1e-12));
        assertThat(neuron.r().values()).containsExactly(new double[] {4}, within(1e-12));
    }

    @Test
    void theStoredResetMechanismIsTheDialects() throws Exception {
        add(folder, "fc.weight", new int[] {1, 1}, 1);
        add(folder, "a.reset_mechanism_val", new int[] {1}, 1);
        addNeurons(folder, "a", 0.5, 1);
        assertThat(read(ImportOptions.NONE).dialect().reset()).isEqualTo(Dialect.Reset.ZERO);

        addNeurons(folder, "b", 0.5, 1);
        assertFails(ImportOptions.NONE, "b", "resets otherwise");
    }

    @Test
    void convolutionsAndPoolsFollowTheTextAndTheirShapesAreKnown() throws Exception {
        add(folder, "conv.weight", new int[] {2, 1, 3, 3}, ramp(18));
        addNeurons(folder, "lif1", 0.5, 1);
        add(folder, "fc.weight", new int[] {3, 18}, ramp(54));
        add(folder, "fc.bias", new int[] {3}, ramp(3));
        addNeurons(folder, "lif2", 0.5, 1);

        Model model = read(ImportOptions.NONE
                .withInputShape(1, 12, 12)
                .withLayers("conv padding=1 stride=2, avgpool 2, lif1, flatten, fc, lif2"));

        assertThat(((NirNode.Lif) model.graph().nodes().get("lif1"))
                        .tauSeconds()
                        .shape())
                .containsExactly(2, 3, 3);
        assertThat(((NirNode.Conv2d) model.graph().nodes().get("conv")).bias().values())
                .containsExactly(0, 0);
        assertThat(model.graph().nodes().get("fc")).isInstanceOf(NirNode.Affine.class);
    }

    @Test
    void withoutATextTheManifestSaysTheOrderAndDenseLayersAreFlattenedBefore() throws Exception {
        add(folder, "conv.weight", new int[] {2, 1, 1}, ramp(2));
        addNeurons(folder, "lif1", 0.5, 1);
        add(folder, "fc.weight", new int[] {2, 8}, ramp(16));
        addNeurons(folder, "lif2", 0.5, 1);

        Model model = read(ImportOptions.NONE.withInputShape(1, 4));

        assertThat(model.graph().edges()).hasSize(6);
        assertThat(model.graph().nodes().values()).anyMatch(NirNode.Flatten.class::isInstance);
    }

    @Test
    void whatCannotBeImportedIsOneLineThatNamesThePlaceAndTheRule() throws Exception {
        assertFails(ImportOptions.NONE, "manifest.json");
        add(folder, "fc.weight", new int[] {2, 3}, ramp(6));
        addNeurons(folder, "lif", 0.5, 1);
        assertFails(ImportOptions.NONE.withLayers("fc"), "no layer takes", "lif.beta");
        assertFails(ImportOptions.NONE.withLayers("fc, lif, softmax"), "layer 'softmax'", "fc, lif", "maxpool");
        assertFails(ImportOptions.NONE.withLayers("fc, maxpool 2, lif"), "layer maxpool 2", "[2]");
        assertFails(ImportOptions.NONE.withLayers("fc padding=1, lif"), "padding");
        assertFails(ImportOptions.NONE.withLayers("fc, lif, lif"), "layer lif", "twice");
        assertFails(ImportOptions.NONE.withLayers("fc, , lif"), "layer");
        assertFails(ImportOptions.NONE.withLayers("lif, fc"), "layer lif", "--input-shape");
        assertFails(ImportOptions.NONE.withLayers("conv, fc"), "layer 'conv'");
        assertFails(ImportOptions.NONE.withInputShape(4), "layer fc", "[4]", "[3]", "--layers");
        assertFails(ImportOptions.NONE.withClasses(List.of("a")), "1 classes", "2 outputs");
        assertFails(ImportOptions.NONE.withTransposed(true), "transposed");
    }

    @Test
    void damagedFoldersAreOneLine() throws Exception {
        add(folder, "fc.weight", new int[] {1, 2}, 1, Double.NaN);
        assertFails(ImportOptions.NONE, "fc.weight.f32", "NaN");
        Files.write(folder.resolve("fc.weight.f32"), new byte[7]);
        assertFails(ImportOptions.NONE, "fc.weight.f32", "7 bytes", "need 8");
        Files.delete(folder.resolve("fc.weight.f32"));
        assertFails(ImportOptions.NONE, "no file fc.weight.f32");
        for (String manifest : List.of(
                "{\"../x\": [1]}",
                "{\"x\": [1000000, 1000000]}",
                "{\"x\": [0]}",
                "{\"x\": \"a\"}",
                "{\"x\": [1], \"x\": [1]}",
                "[]",
                "{")) {
            Files.writeString(folder.resolve("manifest.json"), manifest);
            assertFails(ImportOptions.NONE, "manifest.json");
        }
    }

    @Test
    void theActivityClassifierOfNeuroBenchHasItsPublishedShape() throws Exception {
        Path trained = TestingFolders.trained("wisdm_scnn_neurobench/weights_f32");
        Model model = NetworkFamily.SNNTORCH.read(
                trained,
                ImportOptions.NONE
                        .withInputShape(6, 1)
                        .withLayers(WISDM_LAYERS)
                        .withStepMicros(50_000)
                        .withClasses(List.of("P", "O", "F", "Q", "R", "G", "S")));

        assertThat(model.graph().nodes()).hasSize(11);
        assertThat(((NirNode.Lif) model.graph().nodes().get("leaky1")).r().shape())
                .containsExactly(200, 4);
        assertThat(((NirNode.Lif) model.graph().nodes().get("leaky2")).r().shape())
                .containsExactly(256, 2);
        assertThatThrownBy(() -> NetworkFamily.SNNTORCH.read(trained, ImportOptions.NONE.withInputShape(6, 1)))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("layer conv1");
    }

    private Model read(ImportOptions options) throws IOException {
        return NetworkFamily.SNNTORCH.read(folder, options);
    }

    private void assertFails(ImportOptions options, String... parts) {
        assertThatThrownBy(() -> read(options))
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith(folder.toString())
                .hasMessageContainingAll(parts);
    }
}
