package io.fluxon.networks.imports;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Folders of stored parameters, small ones and those of the shared data. */
final class TestingFolders {

    private TestingFolders() {}

    /** Where trained networks may be; the test is skipped without. */
    static Path trained(String name) {
        String configured = System.getenv("FLUXON_DATA");
        Path data = configured == null
                ? Path.of(System.getProperty("fluxon.root", "../.."), "..", "shared", "data")
                : Path.of(configured);
        Path place = data.resolve("nets").resolve(name);
        assumeTrue(Files.exists(place), "skipped: no network at " + place + "; set FLUXON_DATA to the data's folder");
        return place;
    }

    /** Adds a parameter and writes the manifest anew; the entry's text begins the manifest's next line. */
    static void add(Path folder, String name, int[] shape, double... values) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (double value : values) {
            bytes.putFloat((float) value);
        }
        Files.write(folder.resolve(name + ".f32"), bytes.array());
        Path manifest = folder.resolve("manifest.json");
        String before = Files.exists(manifest) ? Files.readString(manifest).replaceAll("}\\s*$", ",") : "{";
        String dimensions =
                Arrays.stream(shape).mapToObj(Integer::toString).collect(Collectors.joining(", ", "[", "]"));
        Files.writeString(manifest, before + "\n\"" + name + "\": " + dimensions + "}");
    }

    static void addNeurons(Path folder, String name, double beta, double threshold) throws IOException {
        add(folder, name + ".threshold", new int[] {1}, threshold);
        add(folder, name + ".beta", new int[] {1}, beta);
    }

    static double[] ramp(int count) {
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = i + 1;
        }
        return values;
    }
}
