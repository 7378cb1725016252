package io.fluxon.networks.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxon.networks.model.Dialect;
import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.ModelException;
import io.fluxon.networks.model.NirNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlayerNetworkTest {

    private static final String DESCRIPTION = """
            simulation:
                Ts: 2.0
                tSample: 350
            neuron:
                type:     LOIHI
                vThMant:  80 # comment
                vDecay:   128
                iDecay:   1024
                refDelay: 1
                wgtExp:   0
            """;
    private static final ImportOptions THREE_INPUTS = ImportOptions.NONE.withInputShape(3);

    @TempDir
    Path folder;

    @BeforeEach
    void writeNetwork() throws IOException {
        Files.writeString(folder.resolve("network.yaml"), DESCRIPTION);
        pack("Fc1.txt.gz", "1\n2\n3\n-4\n-5\n-6\n");
        pack("Fc2.txt.gz", "7\n-0\n0\n9\n1\n-256");
        Files.writeString(folder.resolve("accuracy.txt"), "not weights");
    }

    @Test
    void weightsAndThresholdsCarryTheChipsFactor() throws Exception {
        Model model = read(THREE_INPUTS);

        NirNode.Linear first = (NirNode.Linear) model.graph().nodes().get("Fc1.weight");
        NirNode.Linear second = (NirNode.Linear) model.graph().nodes().get("Fc2.weight");
        assertThat(first.weight().shape()).containsExactly(2, 3);
        assertThat(first.weight().values()).containsExactly(64, 128, 192, -256, -320, -384);
        assertThat(second.weight().shape()).containsExactly(3, 2);
        assertThat(second.weight().values()).containsExactly(448, 0.0, 0.0, 576, 64, -16384);
        NirNode.LoihiCubaLif neurons =
                (NirNode.LoihiCubaLif) model.graph().nodes().get("Fc2");
        assertThat(neurons.shape()).containsExactly(3);
        assertThat(neurons.threshold()).isEqualTo(5120);
        assertThat(neurons.currentDecay()).isEqualTo(1024);
        assertThat(neurons.voltageDecay()).isEqualTo(128);
        assertThat(model.stepMicros()).isEqualTo(2000);
        assertThat(model.dialect()).isEqualTo(Dialect.Preset.LAVA.dialect(0.002));
        assertThat(model.dialect().transmissionSteps()).isEqualTo(1);
    }

    @Test
    void anInputInSpaceIsFlattened() throws Exception {
        Model model = read(ImportOptions.NONE.withInputShape(1, 3, 1));
        assertThat(((NirNode.Input) model.graph().nodes().get("input")).shape()).containsExactly(1, 3, 1);
        assertThat(model.graph().nodes().get("flatten")).isInstanceOf(NirNode.Flatten.class);
    }

    @Test
    void whatCannotBeImportedIsOneLineThatNamesThePlaceAndTheRule() throws Exception {
        assertFails(ImportOptions.NONE, "2,34,34");
        assertFails(ImportOptions.NONE.withInputShape(4), "Fc1.txt.gz: 6 weights");
        pack("Other2.txt.gz", "1\n");
        assertFails(THREE_INPUTS, "Fc2.txt.gz and Other2.txt.gz");
        Files.delete(folder.resolve("Other2.txt.gz"));
        pack("Fc2.txt.gz", "7\nx\n");
        assertFails(THREE_INPUTS, "Fc2.txt.gz: line 2 is x");
        pack("Fc2.txt.gz", "7\n256\n");
        assertFails(THREE_INPUTS, "Fc2.txt.gz: weight [0, 1] is 256");
        pack("Fc2.txt.gz", "7\r8\n");
        assertFails(THREE_INPUTS, "Fc2.txt.gz: its lines");
        Files.writeString(folder.resolve("Fc2.txt.gz"), "7\n");
        assertFails(THREE_INPUTS, "Fc2.txt.gz: not readable gzip");
        Files.delete(folder.resolve("Fc2.txt.gz"));
        pack("Fc3.txt.gz", "7\n8\n");
        assertFails(THREE_INPUTS, "no weights of layer 2");
    }

    @Test
    void unpackedWeightsAreBounded() throws Exception {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(folder.resolve("Fc1.txt.gz")))) {
            byte[] zeros = "0\n".repeat(1 << 19).getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 65; i++) {
                out.write(zeros);
            }
        }
        assertFails(THREE_INPUTS, "Fc1.txt.gz", "more than");
    }

    @Test
    void theDescriptionMustFitTheNeuron() throws Exception {
        for (String[] change : new String[][] {
            {"LOIHI", "SRMALPHA", "neuron.type"},
            {"refDelay: 1", "refDelay: 2", "refDelay"},
            {"wgtExp:   0", "wgtExp: 1", "wgtExp"},
            {"vDecay:   128", "vDecay: x", "vDecay"},
            {"vDecay:   128", "vDecay: 4097", "4097"},
            {"vThMant:  80", "vThMant: 0", "vThMant"},
            {"Ts: 2.0", "Ts: 0", "simulation.Ts"},
            {"neuron:", "neuron: [", "YAML"},
        }) {
            Files.writeString(folder.resolve("network.yaml"), DESCRIPTION.replace(change[0], change[1]));
            assertFails(THREE_INPUTS, change[2]);
        }
        Files.delete(folder.resolve("network.yaml"));
        assertFails(THREE_INPUTS, "no file network.yaml");
    }

    @Test
    void theNMnistNetworkHasItsPublishedSizes() throws Exception {
        Model model = NetworkFamily.SLAYER.read(
                TestingFolders.trained("nmnist_loihi_slayer/Trained"), ImportOptions.NONE.withInputShape(2, 34, 34));
        assertThat(((NirNode.LoihiCubaLif) model.graph().nodes().get("NMNISTFc1")).shape())
                .containsExactly(512);
        assertThat(((NirNode.LoihiCubaLif) model.graph().nodes().get("NMNISTFc2")).shape())
                .containsExactly(10);
        assertThat(model.stepMicros()).isEqualTo(1000);
    }

    private Model read(ImportOptions options) throws IOException {
        return NetworkFamily.SLAYER.read(folder, options);
    }

    private void assertFails(ImportOptions options, String... parts) {
        assertThatThrownBy(() -> read(options))
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith(folder.toString())
                .hasMessageContainingAll(parts);
    }

    private void pack(String name, String text) throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(folder.resolve(name)))) {
            out.write(text.getBytes(StandardCharsets.US_ASCII));
        }
    }
}
