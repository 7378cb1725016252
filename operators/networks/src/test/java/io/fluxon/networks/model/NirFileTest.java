package io.fluxon.networks.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.fluxon.networks.engine.NetworkPlan;
import io.jhdf.HdfFile;
import io.jhdf.Utils;
import io.jhdf.api.DatasetCreationOptions;
import io.jhdf.filter.DeflatePipelineFilter;
import io.jhdf.filter.Filter;
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
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NirFileTest {

    private static final int DAMAGED_FILES = 3000;

    @TempDir
    private Path folder;

    @Test
    void randomGraphsOfEveryNodeTypeComeBackEqual() throws IOException {
        Path file = folder.resolve("graph.nir");
        for (int seed = 0; seed < 6; seed++) {
            NirGraph graph = new TestingNodes(seed).graph();

            NirFile.write(graph, file);

            assertThat(NirFile.read(file)).usingRecursiveComparison().isEqualTo(graph);
        }
    }

    @Test
    void everyNodeTypeIsAmongThem() {
        assertThat(new TestingNodes(1).oneOfEach())
                .<Class<?>>extracting(NirNode::getClass)
                .containsExactlyInAnyOrder(NirNode.class.getPermittedSubclasses());
    }

    @Test
    void parametersAreWrittenInSinglePrecisionIfThatLosesNothing() throws IOException {
        Path file = folder.resolve("graph.nir");
        NirFile.write(
                NirGraph.chain(
                        Map.entry("floats", new NirNode.Scale(Tensor.of(0.5, 0.1f))),
                        Map.entry("doubles", new NirNode.Scale(Tensor.of(0.5, 0.1)))),
                file);

        try (HdfFile hdf = new HdfFile(file)) {
            assertThat(hdf.getDatasetByPath("/node/nodes/floats/scale").getJavaType())
                    .isEqualTo(float.class);
            assertThat(hdf.getDatasetByPath("/node/nodes/doubles/scale").getJavaType())
                    .isEqualTo(double.class);
        }
    }

    @Test
    void graphsThatTheLayoutCannotHold() {
        NirNode node = new NirNode.I(Tensor.of(1));
        NirNode empty = new NirNode.I(Tensor.of());
        assertNotWritten(new NirGraph(Map.of("a", node), List.of(), Map.of()), "a graph without edges");
        assertNotWritten(NirGraph.chain(Map.entry("a", node), Map.entry("b/c", node)), "node b/c: a name must not");
        assertNotWritten(NirGraph.chain(Map.entry("a", node), Map.entry("b", empty)), "node b: r is empty");
    }

    private void assertNotWritten(NirGraph graph, String expected) {
        Path file = folder.resolve("unwritten.nir");
        assertThatThrownBy(() -> NirFile.writeWhole(graph, file))
                .isInstanceOf(ModelException.class)
                .hasMessageContaining(expected);
        assertThat(folder).isEmptyDirectory();
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
                .containsExactly(0.1, 2, 3);
    }

    @Test
    void numbersOfEveryWidthAreRead() throws IOException {
        List<Object> threes = List.of(
                new byte[] {3, 3},
                new short[] {3, 3},
                new int[] {3, 3},
                new long[] {3, 3},
                new float[] {3, 3},
                new double[] {3, 3},
                3,
                3L,
                3f,
                3d);
        for (Object three : threes) {
            NirGraph graph = NirFile.read(
                    new TestingModelFile().put("node/nodes/hidden/tau", three).write(folder.resolve("model.nir")));

            assertThat(((NirNode.Lif) graph.nodes().get("hidden")).tauSeconds())
                    .isEqualTo(three.getClass().isArray() ? Tensor.of(3, 3) : new Tensor(new int[0], new double[] {3}));
        }
    }

    @Test
    void compressedChunksAreRead() throws IOException {
        float[][] weight = new float[7][9];
        for (int i = 0; i < 63; i++) {
            weight[i / 9][i % 9] = i;
        }
        for (DatasetCreationOptions options : List.of(
                DatasetCreationOptions.builder().deflate(4).build(),
                DatasetCreationOptions.builder()
                        .shuffle()
                        .deflate()
                        .chunkDimensions(3, 4)
                        .build(),
                DatasetCreationOptions.builder().chunkDimensions(7, 2).build())) {
            NirGraph graph = NirFile.read(new TestingModelFile()
                    .put("node/nodes/hidden_weights/weight", weight, options)
                    .write(folder.resolve("model.nir")));

            assertThat(((NirNode.Linear) graph.nodes().get("hidden_weights")).weight())
                    .isEqualTo(new Tensor(
                            new int[] {7, 9},
                            IntStream.range(0, 63).asDoubleStream().toArray()));
        }
    }

    @Test
    void convolutionsTakeScalarsForPairsAndWordsForPadding() throws IOException {
        TestingModelFile file = new TestingModelFile()
                .put("node/nodes/hidden/type", "Conv2d")
                .put("node/nodes/hidden/weight", new float[4][2][3][5])
                .put("node/nodes/hidden/bias", new float[4])
                .put("node/nodes/hidden/stride", 2)
                .put("node/nodes/hidden/dilation", new long[] {1})
                .put("node/nodes/hidden/groups", new long[] {1})
                .put("node/nodes/hidden/padding", new long[] {1, 2});
        assertThat(conv2d(file).stride()).containsExactly(2, 2);
        assertThat(conv2d(file).dilation()).containsExactly(1, 1);
        assertThat(conv2d(file).inputShape()).isEmpty();
        assertThat(conv2d(file).padding().sizes()).containsExactly(1, 2);
        assertThat(conv2d(file.put("node/nodes/hidden/padding", 1)).padding().sizes())
                .containsExactly(1, 1);
        assertThat(conv2d(file.put("node/nodes/hidden/padding", "same"))
                        .padding()
                        .mode())
                .isEqualTo(NirNode.Padding.Mode.SAME);
        assertThat(conv2d(file.put("node/nodes/hidden/padding", "valid"))
                        .padding()
                        .mode())
                .isEqualTo(NirNode.Padding.Mode.VALID);
        assertRefused(file.put("node/nodes/hidden/padding", "full"), "node hidden: padding is full, must be same");
        assertRefused(
                file.put("node/nodes/hidden/padding", new int[3]), "node hidden: padding has 3 values, not 1 or 2");
    }

    private NirNode.Conv2d conv2d(TestingModelFile file) throws IOException {
        return (NirNode.Conv2d)
                NirFile.read(file.write(folder.resolve("model.nir"))).nodes().get("hidden");
    }

    @Test
    void aCubaNeuronWithoutResetAndInputWeightHasZeroAndOne() throws IOException {
        NirGraph graph = NirFile.read(new TestingModelFile()
                .put("node/nodes/hidden/type", "CubaLIF")
                .put("node/nodes/hidden/tau_mem", new double[] {1, 2})
                .put("node/nodes/hidden/tau_syn", new double[] {3, 4})
                .remove("node/nodes/hidden/v_reset")
                .write(folder.resolve("model.nir")));

        NirNode.CubaLif lif = (NirNode.CubaLif) graph.nodes().get("hidden");
        assertThat(lif.vReset()).isEqualTo(Tensor.of(0, 0));
        assertThat(lif.wIn()).isEqualTo(Tensor.of(1, 1));
    }

    @Test
    void whatANodeDoesNotNeedIsLeftOut() throws IOException {
        Path plain = new TestingModelFile().write(folder.resolve("plain.nir"));
        Path rich = new TestingModelFile()
                .put("node/nodes/hidden/noise", "pink")
                .put("node/nodes/hidden/metadata/author", "a")
                .put("node/nodes/input/dtype", new int[] {7})
                .put("node/metadata/list", new int[] {1, 2})
                .put("node/metadata/more/deep", 1)
                .put("extra/thing", 1)
                .write(folder.resolve("rich.nir"));

        assertThat(NirFile.read(rich)).usingRecursiveComparison().isEqualTo(NirFile.read(plain));
    }

    @Test
    void scalarsOfAnyTypeInTheMetadataAreText() throws IOException {
        NirGraph graph = NirFile.read(new TestingModelFile()
                .put("node/metadata/dt", 0.001)
                .put("node/metadata/step_us", 1000L)
                .put("node/metadata/half", 0.5f)
                .write(folder.resolve("model.nir")));

        assertThat(graph.metadata())
                .containsEntry("dt", "0.001")
                .containsEntry("step_us", "1000")
                .containsEntry("half", "0.5")
                .containsEntry("name", "testing");
    }

    @Test
    void nodesOfNestedGraphsAreNamedWithTheirPath() {
        TestingModelFile file = new TestingModelFile()
                .put("node/nodes/hidden/type", "NIRGraph")
                .put("node/nodes/hidden/edges", new String[][] {{"in", "a"}, {"a", "out"}})
                .put("node/nodes/hidden/nodes/in/type", "Input")
                .put("node/nodes/hidden/nodes/in/shape", 2)
                .put("node/nodes/hidden/nodes/a/type", "I")
                .put("node/nodes/hidden/nodes/out/type", "Output")
                .put("node/nodes/hidden/nodes/out/shape", 2);
        assertRefused(file, ": node hidden.a: no dataset named r");
        assertRefused(file.remove("node/nodes/hidden/nodes/a"), ": node hidden: edge in -> a: no node named a");
    }

    @Test
    void nestedGraphsHaveALimit() {
        TestingModelFile file = new TestingModelFile().put("node/nodes/hidden/type", "NIRGraph");
        String path = "node/nodes/hidden";
        for (int i = 0; i < 32; i++) {
            path += "/nodes/g";
            file.put(path + "/type", "NIRGraph");
        }
        assertRefused(file, "a graph in a graph, more than 32 deep");
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
                new TestingModelFile().put("node/nodes/hidden/type", "Izhikevich"),
                "node hidden: type Izhikevich is not one of NIRGraph, Input, Output, Flatten, ");
        assertRefused(
                new TestingModelFile().remove("node/nodes/hidden").put("node/nodes/hidden", new int[] {1}),
                "node hidden is not a group");
        assertRefused(
                new TestingModelFile().put("node/nodes/hidden_weights/weight", new float[6]),
                "node hidden_weights: Linear has a weight [6], need [..., outputs, inputs]");
        assertRefused(new TestingModelFile().put("node/edges", new long[5][2]), "edges are not strings");
        assertRefused(
                new TestingModelFile().put("node/edges", new String[] {"input", "hidden"}), "edges has not the shape");
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
        assertModelRefused(new TestingModelFile().remove("node/metadata"), "metadata: no step_us");
        assertModelRefused(
                new TestingModelFile().put("node/metadata/integrator", "exact"),
                "integrator is exact, must be one of euler, exponential");
        assertModelRefused(
                new TestingModelFile().put("node/metadata/step_us", "1ms"), "step_us is 1ms, not a whole number");
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
        assertRefusedInLittleMemory(bytes, "node " + dataset.replaceAll("/.*", ""), "more than 16777216 elements");
    }

    private static byte[] littleEndian(long... values) {
        ByteBuffer buffer = ByteBuffer.allocate(8 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        Arrays.stream(values).forEach(buffer::putLong);
        return buffer.array();
    }

    @Test
    void aChunkThatInflatesToMoreThanAChunkIsRefusedBeforeMemoryIsTaken() throws IOException {
        Filter bomb = new DeflatePipelineFilter() {
            @Override
            public byte[] encode(byte[] data, int[] filterData) {
                return super.encode(new byte[64 << 20], filterData);
            }
        };
        byte[] bytes = Files.readAllBytes(new TestingModelFile()
                .put(
                        "node/nodes/hidden/tau",
                        new double[] {1, 2},
                        DatasetCreationOptions.builder().filter(bomb).build())
                .write(folder.resolve("bomb.nir")));

        assertRefusedInLittleMemory(bytes, "node hidden: tau has a chunk that is not of 16 bytes");
    }

    @Test
    void anObjectHeaderThatContinuesInItselfIsRefused() throws IOException {
        byte[] bytes = Files.readAllBytes(new TestingModelFile().write(folder.resolve("model.nir")));
        byte[] continued = Arrays.copyOf(bytes, bytes.length + 32);
        ByteBuffer file = ByteBuffer.wrap(continued).order(ByteOrder.LITTLE_ENDIAN);
        int header = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("OHDR");
        // The first message of the header and the only one of the block behind the old end lead to that block.
        file.put(header + 10, (byte) 0x10)
                .putShort(header + 11, (short) 16)
                .putLong(header + 14, bytes.length)
                .putLong(header + 22, 32);
        file.position(bytes.length);
        file.put("OCHK".getBytes(StandardCharsets.US_ASCII))
                .put((byte) 0x10)
                .putShort((short) 16)
                .put((byte) 0);
        file.putLong(bytes.length).putLong(32);
        TestingModelFile.repairChecksums(continued);

        assertThatThrownBy(() -> NirFile.read(new ByteArrayInputStream(continued), "endless"))
                .isInstanceOf(ModelException.class)
                .hasMessage("endless: not a readable HDF5 model file: needs more memory than there is: "
                        + "StackOverflowError");
    }

    private static void assertRefusedInLittleMemory(byte[] bytes, String... expected) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        assertThatThrownBy(() -> NirFile.read(new ByteArrayInputStream(bytes), "claim"))
                .isInstanceOf(ModelException.class)
                .message()
                .contains(expected)
                .doesNotContain("\n");
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(32L << 20);
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
}
