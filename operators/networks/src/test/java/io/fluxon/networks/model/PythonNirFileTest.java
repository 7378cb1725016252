package io.fluxon.networks.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Files that the nir package for Python wrote. */
class PythonNirFileTest {

    @Test
    void anUnsupportedNodeIsNamedWithItsType() throws IOException {
        assertNamesTheNode("wire/cnn_cubalif_rec.nir");
        assertNamesTheNode("wire/conv_same_padding.nir");
        assertNamesTheNode("nets/nir_cnn_nmnist/cnn_sinabs.nir");
        assertNamesTheNode("nets/nir_braille_rsnn/braille_noDelay_bias_zero.nir");
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

    private static void assertNamesTheNode(String name) {
        Path file = recorded(name);
        assertThatThrownBy(() -> NirFile.read(file))
                .isInstanceOf(ModelException.class)
                .message()
                .matches(
                        Pattern.quote(file.toString())
                                + ": node \\S+: type \\w+ is not one of Input, Output, Flatten, Linear, Affine, LIF, LI, DeltaGRU, PulseNormalization, QuantizedConv1d");
    }

    private static Path recorded(String name) {
        String data = System.getenv("FLUXON_DATA");
        Path folder =
                data == null ? Path.of(System.getProperty("fluxon.root", "."), "..", "shared", "data") : Path.of(data);
        Path file = folder.resolve(name).normalize();
        assumeTrue(Files.isRegularFile(file), "no " + file + "; set FLUXON_DATA to the folder of the recordings");
        return file;
    }
}
