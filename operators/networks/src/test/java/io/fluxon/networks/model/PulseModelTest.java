package io.fluxon.networks.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fluxon.networks.engine.QuantizedPulseNetwork;
import io.fluxon.networks.engine.TestingPulseModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PulseModelTest {

    private PulseModel model;

    @TempDir
    private Path directory;

    @BeforeEach
    void makeModel() {
        model = TestingPulseModels.random(new SplittableRandom(7));
    }

    @Test
    void aFileKeepsEveryInteger() throws Exception {
        Path file = directory.resolve("pulses.nir");
        model.write(file);
        PulseModel read = PulseModel.read(file);

        assertThat(read.name()).isEqualTo("random");
        assertThat(read.frontEnd()).isEqualTo("pulse-v1");
        assertThat(read.samplePeriodPicoseconds()).isEqualTo(4_000);
        assertThat(read.triggerSample()).isEqualTo(16);
        assertThat(read.referencePicoseconds()).isEqualTo(-2_000);
        assertThat(read.graph().edges())
                .containsExactlyInAnyOrderElementsOf(model.graph().edges());
        model.graph().nodes().forEach((name, node) -> assertThat(
                        read.graph().nodes().get(name))
                .usingRecursiveComparison()
                .isEqualTo(node));
        assertThat(QuantizedPulseNetwork.compile(ModelFile.of(file).openPulses())
                        .samples())
                .isEqualTo(64);
    }

    @Test
    void aClassifierIsNoPulseModel() {
        Path file = directory.resolve("classifier.nir");
        NirFile.write(
                new NirGraph(model.graph().nodes(), model.graph().edges(), Map.of("name", "a", "version", "1")), file);
        assertThatThrownBy(() -> PulseModel.read(file))
                .isInstanceOf(ModelException.class)
                .hasMessage(file + ": metadata: no front_end");
    }

    @Test
    void metadataThatAreNoNumbersAreRefused() {
        Path file = directory.resolve("bad.nir");
        Map<String, String> metadata = new HashMap<>(Map.of(
                "name", "a", "version", "1", "front_end", "pulse-v1", "trigger_sample", "16", "reference_ps", "0"));
        metadata.put("sample_period_ps", "four");
        NirFile.write(new NirGraph(model.graph().nodes(), model.graph().edges(), metadata), file);
        assertThatThrownBy(() -> PulseModel.read(file))
                .isInstanceOf(ModelException.class)
                .hasMessage(file + ": metadata: sample_period_ps is four, not a whole number");
    }

    @Test
    void aTruncatedFileIsAnErrorOfOneLine() throws Exception {
        Path file = directory.resolve("pulses.nir");
        model.write(file);
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
        assertThatThrownBy(() -> PulseModel.read(file))
                .isInstanceOf(ModelException.class)
                .hasMessageStartingWith(file.toString())
                .hasMessageNotContaining("\n");
    }

    @Test
    void integersBeyondTheirRangeAreRefused() {
        assertThatThrownBy(() -> convolution(1 << 29, 3, 100))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining("multiplier 536870912 and shift 3, not in [2^30, 2^31) and [0, 31]");
        assertThatThrownBy(() -> convolution(1 << 30, 32, 100)).isInstanceOf(ModelException.class);
        assertThatThrownBy(() -> convolution(1 << 30, 3, Integer.MAX_VALUE))
                .isInstanceOf(ModelException.class)
                .hasMessage("QuantizedConv1d: the sum of output 0 can leave 32 bits");
        assertThatThrownBy(() -> new NirNode.PulseNormalization(new int[64], 16, 40, 65, 1_000, 4_096))
                .isInstanceOf(ModelException.class)
                .hasMessage("PulseNormalization takes the height from samples 40 to 65 of 64");
    }

    private static NirNode convolution(int multiplier, int shift, int bias) {
        return new NirNode.QuantizedConv1d(
                new byte[] {1},
                new int[] {bias},
                new int[] {multiplier},
                new int[] {shift},
                1,
                1,
                1,
                1,
                true,
                new float[1],
                new float[1]);
    }
}
