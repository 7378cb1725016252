package io.fluxon.networks.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.fluxon.networks.engine.NetworkPlan;
import io.fluxon.networks.model.NirGraph.Edge;
import io.jhdf.Utils;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NirFileTest {

    private static final int DAMAGED_FILES = 3000;

    @TempDir
    private Path folder;

    @Test
    void everyNodeTypeComesBackEqual() throws IOException {
        Map<String, NirNode> nodes = new LinkedHashMap<>();
        nodes.put("input", new NirNode.Input(new int[] {2, 3, 4}));
        nodes.put("flatten", new NirNode.Flatten(new int[] {2, 3, 4}, 0, -1));
        nodes.put("linear", new NirNode.Linear(randomWeights(5 * 24), 5, 24));
        nodes.put(
                "lif",
                new NirNode.Lif(
                        new double[] {1e-3, 0.02, 0.1, 1, 2},
                        new double[] {1, 2, 3, 4, 5},
                        new double[] {0, -1, 0.5, 1e-300, 1e300},
                        new double[] {1, 1, 1, 1, Math.PI},
                        new double[] {0, 0, -0.1, 0, 0}));
        nodes.put("readout", new NirNode.Linear(randomWeights(5), 1, 5));
        nodes.put("li", new NirNode.Li(new double[] {0.05}, new double[] {0.5}, new double[] {0.25}));
        nodes.put("output", new NirNode.Output(new int[] {1}));
        List<String> names = List.copyOf(nodes.keySet());
        List<Edge> edges = List.of(
                new Edge(names.get(0), names.get(1)),
                new Edge(names.get(1), names.get(2)),
                new Edge(names.get(2), names.get(3)),
                new Edge(names.get(3), names.get(4)),
                new Edge(names.get(3), names.get(3)),
                new Edge(names.get(5), names.get(6)));
        NirGraph graph = new NirGraph(nodes, edges, Map.of("name", "n", "note", "a,b\nc \u00b5s"));

        NirFile.write(graph, folder.resolve("graph.nir"));

        assertThat(NirFile.read(folder.resolve("graph.nir")))
                .usingRecursiveComparison()
                .isEqualTo(graph);
    }

    @Test
    void aModelComesBackEqual() throws IOException {
        Model model = Model.read(new TestingModelFile().write(folder.resolve("one.nir")));
        model.write(folder.resolve("two.nir"));

        Model again = Model.read(folder.resolve("two.nir"));

        assertThat(again)
                .usingRecursiveComparison()
                .ignoringFields("graph.metadata")
                .isEqualTo(model);
        assertThat(again.name()).isEqualTo("testing");
        assertThat(again.version()).isEqualTo("7");
        assertThat(again.classes()).containsExactly("only");
        assertThat(again.stepMicros()).isEqualTo(1000);
        assertThat(NetworkPlan.compile(again).layers()).hasSize(2);
    }

    @Test
    void weightsAreRowMajorByOutput() throws IOException {
        NirGraph graph = NirFile.read(new TestingModelFile().write(folder.resolve("model.nir")));

        NirNode.Linear linear = (NirNode.Linear) graph.nodes().get("hidden_weights");
        assertThat(linear.outputs()).isEqualTo(2);
        assertThat(linear.inputs()).isEqualTo(3);
        assertThat(linear.weight().values()).containsExactly(1, 2, 3, 4, 5, 6);
    }

    @Test
    void aResetPotentialThatIsNotThereIsZero() throws IOException {
        NirGraph graph = NirFile.read(
                new TestingModelFile().remove("node/nodes/hidden/v_reset").write(folder.resolve("model.nir")));

        assertThat(((NirNode.Lif) graph.nodes().get("hidden")).vReset().values())
                .containsExactly(0, 0);
    }

    @Test
    void numbersOfAnyTypeAndScalarsAreRead() throws IOException {
        NirGraph graph = NirFile.read(new TestingModelFile()
                .put("node/nodes/hidden/tau", 0.02f)
                .put("node/nodes/hidden/r", new int[] {1, 2})
                .put("node/nodes/input/shape", new int[] {3})
                .put("node/nodes/hidden_weights/weight", new double[][] {{0.1, 2, 3}})
                .write(folder.resolve("model.nir")));

        NirNode.Lif lif = (NirNode.Lif) graph.nodes().get("hidden");
        assertThat(lif.tauSeconds().values()).containsExactly(0.02f);
        assertThat(lif.r().values()).containsExactly(1, 2);
        assertThat(((NirNode.Input) graph.nodes().get("input")).shape()).containsExactly(3);
        assertThat(((NirNode.Linear) graph.nodes().get("hidden_weights"))
                        .weight()
                        .values())
                .containsExactly(0.1f, 2, 3);
    }

    @Test
    void missingParts() {
        assertRefused(new TestingModelFile().remove("node/nodes/hidden/tau"), "node hidden: no dataset named tau");
        assertRefused(new TestingModelFile().remove("node/nodes/readout/type"), "node readout: no dataset named type");
        assertRefused(
                new TestingModelFile().remove("node/nodes/readout_weights/weight"),
                "node readout_weights: no dataset named weight");
        assertRefused(new TestingModelFile().remove("node/edges"), "no dataset named edges");
        assertRefused(new TestingModelFile().remove("node/nodes"), "no group named nodes");
        assertRefused(new TestingModelFile().remove("node"), "no group named node");
        assertRefused(new TestingModelFile().remove("node/nodes/hidden"), "no node named hidden");
    }

    @Test
    void partsOfAnotherType() {
        assertRefused(
                new TestingModelFile().put("node/nodes/hidden/tau", new String[] {"a", "b"}),
                "node hidden: tau is not numeric");
        assertRefused(new TestingModelFile().put("node/nodes/hidden/tau", "a"), "node hidden: tau is not numeric");
        assertRefused(
                new TestingModelFile().put("node/nodes/hidden/type", 7), "node hidden: type is not a scalar string");
        assertRefused(
                new TestingModelFile().put("node/nodes/hidden/type", "CubaLIF"),
                "node hidden: type CubaLIF is not one of Input, Output, Flatten, Linear, Affine, LIF, LI, DeltaGRU, PulseNormalization, QuantizedConv1d");
        assertRefused(
                new TestingModelFile().remove("node/nodes/hidden").put("node/nodes/hidden", new int[] {1}),
                "node hidden is not a group");
        assertRefused(
                new TestingModelFile().put("node/nodes/hidden_weights/weight", new float[6]),
                "node hidden_weights: weight has 1 dimensions");
        assertRefused(new TestingModelFile().put("node/edges", new long[5][2]), "edges are not strings");
        assertRefused(
                new TestingModelFile().put("node/edges", new String[] {"input", "hidden"}), "edges has not the shape");
        assertRefused(new TestingModelFile().put("node/metadata/name", 3), "metadata: name is not a scalar string");
    }

    @Test
    void numbersThatAreNone() {
        assertRefused(
                new TestingModelFile()
                        .put("node/nodes/hidden_weights/weight", new float[][] {{1, 2, 3}, {4, Float.NaN, 6}}),
                "node hidden_weights: weight[4] is NaN, not a finite number");
        assertRefused(
                new TestingModelFile().put("node/nodes/readout/tau", new double[] {Double.POSITIVE_INFINITY}),
                "node readout: tau[0] is Infinity, not a finite number");
        // Finite as a double, but weights are floats.
        assertRefused(
                new TestingModelFile().put("node/nodes/readout_weights/weight", new double[][] {{1, 1e39}}),
                "node readout_weights: weight[1] is 1.0E39");
        assertRefused(
                new TestingModelFile().put("node/nodes/input/shape", new double[] {2.5}),
                "node input: shape[0] is 2.5, not a whole number");
        assertRefused(
                new TestingModelFile().put("node/nodes/input/shape", new long[] {1L << 40}),
                "node input: shape[0] is ");
    }

    @Test
    void namesWithLineBreaksDoNotBreakTheLine() {
        assertRefused(new TestingModelFile().put("node/nodes/hidden/type", "LIF\r\n\tat evil"), "type LIF");
        assertRefused(new TestingModelFile().put("node/nodes/new\nline/type", "IF"), "node new");
        assertRefused(
                new TestingModelFile().put("node/edges", new String[][] {{"input", "no\nwhere"}}), "no node named no");
    }

    @Test
    void metadataThatDoesNotFit() {
        assertModelRefused(new TestingModelFile().remove("node/metadata/name"), "metadata: no name");
        assertModelRefused(new TestingModelFile().remove("node/metadata"), "metadata: no integrator");
        assertModelRefused(new TestingModelFile().put("node/metadata/integrator", "euler"), "must be exponential");
        assertModelRefused(new TestingModelFile().put("node/metadata/step_us", "1ms"), "step_us is not a whole number");
        assertModelRefused(new TestingModelFile().put("node/metadata/step_us", "0"), "step_us is 0");
        assertModelRefused(new TestingModelFile().put("node/metadata/version", " "), "must not be blank");
        assertModelRefused(new TestingModelFile().put("node/metadata/classes", ","), "classes");
        assertModelRefused(new TestingModelFile().put("node/metadata/classes", "a,,b"), "classes");
    }

    @Test
    void aFileThatIsNotThereKeepsItsUsualException() {
        assertThatThrownBy(() -> NirFile.read(folder.resolve("nothing.nir"))).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void noHdf5AtAll() {
        assertBytesRefused(new byte[0]);
        assertBytesRefused(new byte[4096]);
        assertBytesRefused("some text, no model\nof any kind\n".repeat(50).getBytes(StandardCharsets.US_ASCII));
    }

    @Test
    void everyTruncationIsRefused() throws IOException {
        byte[] bytes = Files.readAllBytes(new TestingModelFile().write(folder.resolve("model.nir")));
        for (int length = 0; length < bytes.length; length += 13) {
            readOrRefuse(Arrays.copyOf(bytes, length));
        }
    }

    @Test
    void randomDamageIsReadOrRefusedAndNothingElse() throws IOException {
        byte[] bytes = Files.readAllBytes(new TestingModelFile().write(folder.resolve("model.nir")));
        Random random = new Random(11);
        int refused = 0;
        for (int i = 0; i < DAMAGED_FILES; i++) {
            byte[] damaged = bytes.clone();
            for (int j = 0; j <= random.nextInt(8); j++) {
                damaged[random.nextInt(damaged.length)] = (byte) (random.nextInt(3) == 0 ? 255 : random.nextInt());
            }
            if (i % 2 == 0) {
                TestingModelFile.repairChecksums(damaged);
            }
            refused += readOrRefuse(damaged) ? 0 : 1;
        }
        assertThat(refused).isBetween(DAMAGED_FILES / 10, DAMAGED_FILES);
    }

    @Test
    void hugeClaimsAreRefusedBeforeMemoryIsTaken() throws IOException {
        assertClaimRefused(new float[7][11], "hidden_weights/weight", 1L << 20, 1L << 20);
        assertClaimRefused(new float[7][11], "hidden_weights/weight", Integer.MAX_VALUE, 2);
        // The product of these is 2^64, which is 0 in 64 bits.
        assertClaimRefused(new double[3][5][7][11], "hidden/tau", 1L << 16, 1L << 16, 1L << 16, 1L << 16);
    }

    private void assertClaimRefused(Object array, String dataset, long... claim) throws IOException {
        byte[] bytes = Files.readAllBytes(
                new TestingModelFile().put("node/nodes/" + dataset, array).write(folder.resolve("claim.nir")));
        int[] real = Utils.getDimensions(array);
        byte[] pattern = littleEndian(Arrays.stream(real).asLongStream().toArray());
        byte[] replacement = littleEndian(claim);
        int patched = 0;
        for (int at = 0; at + pattern.length <= bytes.length; at++) {
            if (Arrays.equals(bytes, at, at + pattern.length, pattern, 0, pattern.length)) {
                System.arraycopy(replacement, 0, bytes, at, replacement.length);
                patched++;
            }
        }
        assertThat(patched).as("dimensions found in the file").isPositive();
        TestingModelFile.repairChecksums(bytes);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThatThrownBy(() -> NirFile.read(new ByteArrayInputStream(bytes), "claim"))
                .isInstanceOf(ModelException.class)
                .message()
                .contains("node " + dataset.replaceAll("/.*", ""), "elements, more than 16777216")
                .doesNotContain("\n");
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(32L << 20);
    }

    private static byte[] littleEndian(long... values) {
        ByteBuffer buffer = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.stream(values).forEach(buffer::putLong);
        return buffer.array();
    }

    /** True where the bytes were read; anything but a graph or a one-line ModelException fails the test. */
    static boolean readOrRefuse(byte[] bytes) {
        return Assertions.assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            try {
                NirFile.read(new ByteArrayInputStream(bytes), "damaged");
                return true;
            } catch (ModelException e) {
                assertThat(e.getMessage()).startsWith("damaged: ").doesNotContain("\n", "\r");
                return false;
            }
        });
    }

    private static void assertBytesRefused(byte[] bytes) {
        assertThatThrownBy(() -> NirFile.read(new ByteArrayInputStream(bytes), "some.nir"))
                .isInstanceOf(ModelException.class)
                .message()
                .startsWith("some.nir: not a readable HDF5 model file: ")
                .doesNotContain("\n");
    }

    private void assertRefused(TestingModelFile file, String expected) {
        Path path = file.write(folder.resolve("broken.nir"));
        assertThatThrownBy(() -> NirFile.read(path))
                .isInstanceOf(ModelException.class)
                .message()
                .startsWith(path + ": ")
                .contains(expected)
                .doesNotContain("\n", "\r");
    }

    private void assertModelRefused(TestingModelFile file, String expected) {
        Path path = file.write(folder.resolve("broken.nir"));
        assertThatThrownBy(() -> Model.read(path))
                .isInstanceOf(ModelException.class)
                .message()
                .startsWith(path + ": ")
                .contains(expected)
                .doesNotContain("\n");
    }

    private static float[] randomWeights(int length) {
        Random random = new Random(length);
        float[] weights = new float[length];
        for (int i = 0; i < length; i++) {
            weights[i] = (float) random.nextGaussian();
        }
        return weights;
    }
}
