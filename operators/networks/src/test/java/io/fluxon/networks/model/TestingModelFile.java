package io.fluxon.networks.model;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.DatasetCreationOptions;
import io.jhdf.api.WritableGroup;
import io.jhdf.checksum.JenkinsLookup3HashLittle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** A model file as its datasets by path, good at first, for tests to break. */
final class TestingModelFile {

    private final Map<String, Object> datasets = new TreeMap<>();
    private final Map<String, DatasetCreationOptions> options = new HashMap<>();

    TestingModelFile() {
        put("version", "1.0.0");
        put("node/type", "NIRGraph");
        put("node/edges", new String[][] {
            {"input", "hidden_weights"},
            {"hidden_weights", "hidden"},
            {"hidden", "readout_weights"},
            {"readout_weights", "readout"},
            {"readout", "output"}
        });
        put("node/nodes/input/type", "Input");
        put("node/nodes/input/shape", new long[] {3});
        put("node/nodes/hidden_weights/type", "Linear");
        put("node/nodes/hidden_weights/weight", new float[][] {{1, 2, 3}, {4, 5, 6}});
        put("node/nodes/hidden/type", "LIF");
        put("node/nodes/hidden/tau", new double[] {0.02, 0.02});
        put("node/nodes/hidden/r", new double[] {1, 1});
        put("node/nodes/hidden/v_leak", new double[2]);
        put("node/nodes/hidden/v_threshold", new double[] {1, 1});
        put("node/nodes/hidden/v_reset", new double[2]);
        put("node/nodes/readout_weights/type", "Linear");
        put("node/nodes/readout_weights/weight", new float[][] {{1, -1}});
        put("node/nodes/readout/type", "LI");
        put("node/nodes/readout/tau", new double[] {0.05});
        put("node/nodes/readout/r", new double[] {1});
        put("node/nodes/readout/v_leak", new double[1]);
        put("node/nodes/output/type", "Output");
        put("node/nodes/output/shape", new long[] {1});
        put("node/metadata/name", "testing");
        put("node/metadata/version", "7");
        put("node/metadata/classes", "only");
        put("node/metadata/step_us", "1000");
        put("node/metadata/integrator", "exponential");
    }

    TestingModelFile put(String path, Object value) {
        return put(path, value, DatasetCreationOptions.DEFAULT);
    }

    TestingModelFile put(String path, Object value, DatasetCreationOptions creation) {
        datasets.put(path, value);
        options.put(path, creation);
        return this;
    }

    TestingModelFile remove(String path) {
        datasets.keySet().removeIf(key -> key.equals(path) || key.startsWith(path + "/"));
        return this;
    }

    Path write(Path file) {
        try (WritableHdfFile hdf = HdfFile.write(file)) {
            Map<String, WritableGroup> groups = new HashMap<>();
            groups.put("", hdf);
            datasets.forEach(
                    (path, value) -> group(groups, parent(path)).putDataset(name(path), value, options.get(path)));
        }
        return file;
    }

    /**
     * Makes the checksums of the superblock and of every object header right again, so that damage reaches the reader
     * behind them. Layout of a header, version 2: "OHDR", version, flags, optional times and attribute limits, size of the
     * messages, messages, checksum; little-endian. The superblock, version 2 and 3, has 44 bytes and its checksum.
     */
    static void repairChecksums(byte[] bytes) {
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.length >= 48 && (bytes[8] == 2 || bytes[8] == 3)) {
            file.putInt(44, JenkinsLookup3HashLittle.hash(Arrays.copyOf(bytes, 44)));
        }
        byte[] signature = "OHDR".getBytes(StandardCharsets.US_ASCII);
        for (int at = 0; at + 64 < bytes.length; at++) {
            if (!Arrays.equals(bytes, at, at + 4, signature, 0, 4)) {
                continue;
            }
            int flags = bytes[at + 5];
            int sizeAt = at + 6 + ((flags & 32) != 0 ? 16 : 0) + ((flags & 16) != 0 ? 4 : 0);
            int sizeBytes = 1 << (flags & 3);
            long size = file.getLong(sizeAt) & (sizeBytes == 8 ? -1L : (1L << (8 * sizeBytes)) - 1);
            long end = sizeAt + sizeBytes + size;
            if (size >= 0 && size < bytes.length && end + 4 <= bytes.length) {
                byte[] header = Arrays.copyOfRange(bytes, at, (int) end);
                file.putInt((int) end, JenkinsLookup3HashLittle.hash(header));
            }
        }
    }

    private static WritableGroup group(Map<String, WritableGroup> groups, String path) {
        WritableGroup group = groups.get(path);
        if (group == null) {
            group = group(groups, parent(path)).putGroup(name(path));
            groups.put(path, group);
        }
        return group;
    }

    private static String parent(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }

    private static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
