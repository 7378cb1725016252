package io.fluxon.networks.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxon.networks.model.Dialect;
import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.ModelException;
import io.fluxon.networks.model.NirNode;
import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.DatasetCreationOptions;
import io.jhdf.api.WritableGroup;
import io.jhdf.filter.DeflatePipelineFilter;
import io.jhdf.filter.Filter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LavaNetworkTest {

    @TempDir
    Path folder;

    @Test
    void denseLayersGetTheChipsFactorAndADelayOfOneStep() throws Exception {
        Path file = write("dense", "CUBA", 1, new float[][] {{1, -2, 3}, {0, 5, -6}});

        Model model = NetworkFamily.LAVA.read(file, ImportOptions.NONE);

        assertThat(((NirNode.Linear) model.graph().nodes().get("layer0.weight"))
                        .weight()
                        .values())
                .containsExactly(64, -128, 192, 0, 320, -384);
        NirNode.LoihiCubaLif neurons =
                (NirNode.LoihiCubaLif) model.graph().nodes().get("layer0");
        assertThat(neurons.threshold()).isEqualTo(384);
        assertThat(neurons.currentDecay()).isEqualTo(4096);
        assertThat(neurons.voltageDecay()).isEqualTo(415);
        assertThat(model.dialect()).isEqualTo(Dialect.Preset.LAVA.dialect(0.001));
        assertThat(model.name()).isEqualTo("network");
        assertThat(model.provenance()).isEqualTo("imported from network.net (lava-dl)");
    }

    @Test
    void whatCannotBeImportedIsOneLineThatNamesTheLayerAndTheRule() throws Exception {
        float[][] weight = {{1, 2}};
        assertFails(write("conv", "CUBA", 1, weight), "layer 0: type conv with neurons CUBA");
        assertFails(write("dense", "SDNN", 1, weight), "layer 0: type dense with neurons SDNN");
        assertFails(write("dense", "CUBA", 2, weight), "layer 0: refDelay is 2");
        assertFails(write("dense", "CUBA", 1, new float[][] {{0.5f}}), "layer 0: weight [0, 0] is 0.5");
        assertFails(write("dense", "CUBA", 1, new float[][] {{300}}), "300");
        Path text = folder.resolve("text.net");
        Files.writeString(text, "no HDF5");
        assertFails(text, "not a readable HDF5 model file");
        assertFails(folder.resolve("none.net"), "none.net: no such file");
        Path empty = folder.resolve("empty.net");
        try (WritableHdfFile hdf = HdfFile.write(empty)) {
            hdf.putGroup("layer");
        }
        assertFails(empty, "no layers");
    }

    @Test
    void aChunkThatInflatesToMoreThanAChunkIsRefusedWithItsLayer() {
        Filter bomb = new DeflatePipelineFilter() {
            @Override
            public byte[] encode(byte[] data, int[] filterData) {
                return super.encode(new byte[64 << 20], filterData);
            }
        };
        Path file = write(
                "dense",
                "CUBA",
                1,
                new float[][] {{1, 2}},
                DatasetCreationOptions.builder().filter(bomb).build());

        assertFails(file, "layer 0: weight has a chunk that is not of 8 bytes");
    }

    @Test
    void theOxfordNetworkHasItsPublishedSizes() throws Exception {
        Model model = NetworkFamily.LAVA.read(TestingFolders.trained("oxford_loihi/network.net"), ImportOptions.NONE);
        assertThat(((NirNode.LoihiCubaLif) model.graph().nodes().get("layer0")).shape())
                .containsExactly(256);
        assertThat(((NirNode.LoihiCubaLif) model.graph().nodes().get("layer1")).shape())
                .containsExactly(200);
        assertThat(((NirNode.LoihiCubaLif) model.graph().nodes().get("layer1")).voltageDecay())
                .isEqualTo(409);
    }

    @Test
    void aSigmaDeltaNetworkIsRefusedByItsFirstLayersType() {
        assertFails(
                TestingFolders.trained("lava_dl_sdnn/pilotnet_sdnn/network.net"),
                "layer 0: type input with neurons SDNN, need dense with CUBA or LOIHI");
    }

    private static void assertFails(Path file, String part) {
        assertThatThrownBy(() -> NetworkFamily.LAVA.read(file, ImportOptions.NONE))
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageContaining(part);
    }

    private Path write(String type, String neuronType, int refDelay, float[][] weight) {
        return write(type, neuronType, refDelay, weight, DatasetCreationOptions.DEFAULT);
    }

    private Path write(
            String type, String neuronType, int refDelay, float[][] weight, DatasetCreationOptions creation) {
        Path file = folder.resolve("network.net");
        try (WritableHdfFile hdf = HdfFile.write(file)) {
            WritableGroup layer = hdf.putGroup("layer").putGroup("0");
            layer.putDataset("type", new String[] {type});
            layer.putDataset("weight", weight, creation);
            WritableGroup neuron = layer.putGroup("neuron");
            neuron.putDataset("type", neuronType);
            neuron.putDataset("iDecay", 4096L);
            neuron.putDataset("vDecay", 415L);
            neuron.putDataset("vThMant", 6L);
            neuron.putDataset("refDelay", (long) refDelay);
        }
        return file;
    }
}
