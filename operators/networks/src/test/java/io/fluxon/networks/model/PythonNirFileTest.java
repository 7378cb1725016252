package io.fluxon.networks.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Files that the nir package for Python wrote. */
class PythonNirFileTest {

    static final List<String> VALID = List.of(
            "nets/nir_lif/lif_norse.nir",
            "nets/nir_lif/lif_rockpool.nir",
            "nets/nir_lif/two_lif_neurons.nir",
            "nets/nir_braille_rsnn/braille_noDelay_bias_zero.nir",
            "wire/conv_same_padding.nir",
            "wire/cnn_cubalif_rec.nir");

    @Test
    void theShapesOfEveryFileFit() throws IOException {
        assertThat(shapes("nets/nir_lif/lif_norse.nir").output("output")).containsExactly(1);
        assertThat(shapes("nets/nir_lif/lif_rockpool.nir").output("output")).containsExactly(1, 1, 1);
        assertThat(shapes("nets/nir_lif/two_lif_neurons.nir").output("out")).containsExactly(1);
        assertThat(shapes("nets/nir_braille_rsnn/braille_noDelay_bias_zero.nir").input("lif1.lif"))
                .containsExactly(38);
        assertThat(shapes("wire/conv_same_padding.nir").output("output")).hasSize(3);
        assertThat(shapes("wire/cnn_cubalif_rec.nir").input("rec")).containsExactly(10);
        Shapes cnn = shapes("nets/nir_cnn_nmnist/cnn_sinabs.nir");
        assertThat(cnn.output("input")).containsExactly(2, 34, 34);
        assertThat(cnn.output("0")).containsExactly(16, 16, 16);
        assertThat(cnn.output("4")).containsExactly(16, 8, 8);
        assertThat(cnn.output("7")).containsExactly(8, 4, 4);
        assertThat(cnn.output("8")).containsExactly(128);
        assertThat(cnn.output("output")).containsExactly(10);
    }

    private static Shapes shapes(String name) throws IOException {
        return Shapes.of(NirFile.read(recorded(name)).flattened());
    }

    @Test
    void parametersComeInTheShapeAndPrecisionOfTheFile() throws IOException {
        NirGraph graph = NirFile.read(recorded("wire/cnn_cubalif_rec.nir"));

        NirNode.CubaLif lif = (NirNode.CubaLif) graph.nodes().get("lif");
        NirNode.Conv2d convolution = (NirNode.Conv2d) graph.nodes().get("conv");
        assertThat(lif.tauSynSeconds().shape()).containsExactly(10);
        assertThat(convolution.weight().shape()).containsExactly(4, 2, 3, 3);
        assertThat(((NirNode.If) graph.nodes().get("if")).vThreshold().shape()).containsExactly(4, 8, 8);
        assertThat(graph.edges()).contains(new NirGraph.Edge("lif", "rec"), new NirGraph.Edge("rec", "lif"));
        assertThat(graph.metadata()).containsOnly(Map.entry("dt", "0.001"), Map.entry("who", "test"));
    }

    @Test
    void paddingIsReadAsAWord() throws IOException {
        NirGraph graph = NirFile.read(recorded("wire/conv_same_padding.nir"));

        assertThat(((NirNode.Conv2d) graph.nodes().get("conv2d")).padding().mode())
                .isEqualTo(NirNode.Padding.Mode.SAME);
    }

    @Test
    void aNestedGraphWhoseEdgesNameNoNodeIsRefused() {
        Path file = recorded("nets/nir_braille_rsnn/braille_noDelay_bias_zero_subgraph.nir");

        assertThatThrownBy(() -> NirFile.read(file))
                .isInstanceOf(ModelException.class)
                .hasMessage(file + ": node lif1: edge input -> lif: no node named lif");
    }

    @Test
    void anAffineNodeComesWithItsBias() throws IOException {
        NirGraph graph = NirFile.read(recorded("nets/nir_lif/lif_norse.nir"));
        assertThat(graph.nodes().values())
                .filteredOn(NirNode.Affine.class::isInstance)
                .singleElement()
                .satisfies(node ->
                        assertThat(((NirNode.Affine) node).bias().values()).hasSize(1));
    }

    @Test
    void randomDamageIsReadOrRefusedAndNothingElse() throws IOException {
        byte[] bytes = Files.readAllBytes(recorded("nets/nir_lif/lif_norse.nir"));
        Random random = new Random(13);
        for (int i = 0; i < 3000; i++) {
            byte[] damaged = bytes.clone();
            for (int j = 0; j <= random.nextInt(8); j++) {
                damaged[random.nextInt(damaged.length)] = (byte) (random.nextInt(3) == 0 ? 255 : random.nextInt());
            }
            NirFileTest.readOrRefuse(damaged);
        }
    }

    private static Path recorded(String name) {
        Path file = path(name);
        assumeTrue(Files.isRegularFile(file), "no " + file + "; set FLUXON_DATA to the folder of the recordings");
        return file;
    }

    /** Where a recorded file is, if it is there. */
    static Path path(String name) {
        String data = System.getenv("FLUXON_DATA");
        Path folder =
                data == null ? Path.of(System.getProperty("fluxon.root", "."), "..", "shared", "data") : Path.of(data);
        return folder.resolve(name).normalize();
    }
}
