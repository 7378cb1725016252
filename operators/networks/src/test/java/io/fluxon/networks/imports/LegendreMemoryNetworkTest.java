package io.fluxon.networks.imports;

import static io.fluxon.networks.imports.TestingFolders.add;
import static io.fluxon.networks.imports.TestingFolders.addNeurons;
import static io.fluxon.networks.imports.TestingFolders.ramp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.ModelException;
import io.fluxon.networks.model.NirNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LegendreMemoryNetworkTest {

    @TempDir
    Path folder;

    @Test
    void theMemoryIsOneBlockPerMemoryAsStoredOrTransposed() throws Exception {
        addNetwork();

        Model model = NetworkFamily.L2MU.read(folder, ImportOptions.NONE);
        Model transposed = NetworkFamily.L2MU.read(folder, ImportOptions.NONE.withTransposed(true));

        assertThat(matrix(model, "A")).containsExactly(1, 2, 0, 0, 3, 4, 0, 0, 0, 0, 1, 2, 0, 0, 3, 4);
        assertThat(matrix(transposed, "A")).containsExactly(1, 3, 0, 0, 2, 4, 0, 0, 0, 0, 1, 3, 0, 0, 2, 4);
        assertThat(matrix(model, "B")).containsExactly(1, 0, 2, 0, 0, 1, 0, 2);
        assertThat(model.stepMicros()).isEqualTo(5000);
    }

    @Test
    void whatReachesTheNextStepGoesThroughADelayOfOne() throws Exception {
        addNetwork();
        Model model = NetworkFamily.L2MU.read(folder, ImportOptions.NONE.withStepMicros(1000));

        NirNode.Delay delay = (NirNode.Delay) model.graph().nodes().get("m_previous");
        assertThat(delay.delaySeconds().values()).hasSize(4).containsOnly(0.001);
        assertThat(model.graph().edges())
                .filteredOn(edge -> edge.from().equals("m_previous"))
                .extracting(edge -> edge.to())
                .containsExactlyInAnyOrder("e_m", "A");
        assertThat(model.graph().edges())
                .filteredOn(edge -> edge.from().equals("h_previous"))
                .extracting(edge -> edge.to())
                .containsExactlyInAnyOrder("e_h", "W_h");
        assertThat(model.graph().edges())
                .filteredOn(edge -> edge.from().equals("m"))
                .extracting(edge -> edge.to())
                .containsExactlyInAnyOrder("m_previous", "W_m");
    }

    @Test
    void shapesThatDoNotFitAndMissingPartsAreOneLine() throws Exception {
        addNetwork();
        Files.delete(folder.resolve("e_h.weight.f32"));
        assertFails("no file e_h.weight.f32");
        Files.delete(folder.resolve("manifest.json"));
        addNetwork();
        add(folder, "extra.weight", new int[] {1}, 1);
        assertFails("no layer takes extra.weight");
        Files.delete(folder.resolve("manifest.json"));
        add(folder, "e_x.weight", new int[] {2, 3}, ramp(6));
        assertFails("nothing named output_transformation.weight");
        add(folder, "output_transformation.weight", new int[] {2, 3}, ramp(6));
        add(folder, "A.weight", new int[] {2, 2}, ramp(4));
        add(folder, "e_h.weight", new int[] {2, 4}, ramp(8));
        assertFails("e_h.weight has the shape [2, 4], need [2, 3]");
    }

    @Test
    void theBrailleNetworkHasItsPublishedSizes() throws Exception {
        Model model = NetworkFamily.L2MU.read(TestingFolders.trained("l2mu_braille"), ImportOptions.NONE);
        assertThat(matrix(model, "A")).hasSize(490 * 490);
        assertThat(model.classes()).hasSize(7);
        assertThat(model.name()).isEqualTo("l2mu_braille");
        assertThat(model.graph().nodes()).hasSize(17);
    }

    private void assertFails(String part) {
        assertThatThrownBy(() -> NetworkFamily.L2MU.read(folder, ImportOptions.NONE))
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith(folder.toString())
                .hasMessageContaining(part);
    }

    private static double[] matrix(Model model, String node) {
        return ((NirNode.Linear) model.graph().nodes().get(node)).weight().values();
    }

    /** Three inputs, two memories of order two, three hidden neurons, two classes. */
    private void addNetwork() throws IOException {
        add(folder, "e_x.weight", new int[] {2, 3}, ramp(6));
        add(folder, "e_h.weight", new int[] {2, 3}, ramp(6));
        add(folder, "e_m.weight", new int[] {2, 4}, ramp(8));
        add(folder, "A.weight", new int[] {2, 2}, ramp(4));
        add(folder, "B.weight", new int[] {2, 1}, ramp(2));
        add(folder, "W_x.weight", new int[] {3, 3}, ramp(9));
        add(folder, "W_h.weight", new int[] {3, 3}, ramp(9));
        add(folder, "W_m.weight", new int[] {3, 4}, ramp(12));
        add(folder, "output_transformation.weight", new int[] {2, 3}, ramp(6));
        add(folder, "output_transformation.bias", new int[] {2}, ramp(2));
        for (String neurons : new String[] {"spk_u", "spk_m", "spk_h", "spk_output"}) {
            addNeurons(folder, neurons, 0.5, 1);
        }
    }
}
