package io.fluxon.networks.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.jhdf.api.DatasetCreationOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What the fuzzer calls, and what must hold for any bytes taken as a model file: they give a graph or one ModelException of
 * one line, and so do the graph's shapes. HDF5's checksums are made right before, as else they would keep all damage out.
 */
public final class NirFileFuzz {

    private NirFileFuzz() {}

    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        accepts(input);
    }

    /** Whether the input is a model file. */
    static boolean accepts(byte[] input) throws IOException {
        byte[] file = input.clone();
        TestingModelFile.repairChecksums(file);
        NirGraph graph;
        try {
            graph = NirFile.read(new ByteArrayInputStream(file), "fuzzed");
        } catch (ModelException e) {
            assertThat(e.getMessage()).startsWith("fuzzed: ").doesNotContain("\n", "\r");
            return false;
        }
        try {
            Shapes.of(graph.flattened());
        } catch (ModelException e) {
            assertThat(e.getMessage()).startsWith("node ").doesNotContain("\n", "\r");
        }
        return true;
    }

    /** Valid files to begin with; those that other tools wrote, with the structures of older HDF5, if they are at hand. */
    static List<byte[]> seeds(Path folder) throws IOException {
        Path file = folder.resolve("seed.nir");
        List<byte[]> seeds = new ArrayList<>();
        seeds.add(Files.readAllBytes(new TestingModelFile().write(file)));
        seeds.add(Files.readAllBytes(new TestingModelFile()
                .put(
                        "node/nodes/hidden_weights/weight",
                        new double[][] {{1, 2, 3}, {4, 5, 6}},
                        DatasetCreationOptions.builder()
                                .chunkDimensions(1, 2)
                                .shuffle()
                                .deflate()
                                .build())
                .write(file)));
        NirFile.write(new TestingNodes(1).graph(), file);
        seeds.add(Files.readAllBytes(file));
        for (String name : PythonNirFileTest.VALID) {
            Path recorded = PythonNirFileTest.path(name);
            if (Files.isRegularFile(recorded)) {
                seeds.add(Files.readAllBytes(recorded));
            }
        }
        Files.delete(file);
        return seeds;
    }
}
