package io.fluxon.launcher;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.files.CameraRecording;
import io.fluxon.connectors.camera.files.ReadOptions;
import io.fluxon.connectors.camera.files.RecordingFiles;
import io.fluxon.networks.imports.ImportOptions;
import io.fluxon.networks.imports.NetworkFamily;
import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.NirFile;
import io.fluxon.networks.model.NirGraph;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Trained networks with the number of output spikes of every class for each sample, as others computed them. */
enum TestingReferences {
    NMNIST_SLAYER("nmnist_loihi_slayer/Trained/ref_counts_test50.csv", 50, "NMNISTFc1", 2, 3) {
        @Override
        Model model(Path nets) throws IOException {
            return NetworkFamily.SLAYER.read(
                    nets.resolve("nmnist_loihi_slayer/Trained"), ImportOptions.NONE.withInputShape(2, 34, 34));
        }

        /** An event's step is its time rounded; a step's input is 0 or 1. */
        @Override
        Samples samples(Path nets) throws IOException {
            return new CameraSteps(nets, true);
        }
    },

    NMNIST_CNN("nir_cnn_nmnist/ref_counts_test50.csv", 50, "1", 2, 3) {
        @Override
        Model model(Path nets) throws IOException {
            return ofGraph(
                    nets.resolve("nir_cnn_nmnist/cnn_sinabs.nir"),
                    Map.of(
                            "step_us", "1000",
                            "classes", "0,1,2,3,4,5,6,7,8,9",
                            "preset", "sinabs",
                            "spike_test", "above",
                            "spikes_per_step", "one"));
        }

        /** A step's input is the number of events whose times begin with it. */
        @Override
        Samples samples(Path nets) throws IOException {
            return new CameraSteps(nets, false);
        }
    },

    BRAILLE_RSNN("nir_braille_rsnn/ref_counts_noDelay_bias_zero.csv", 1158, "lif1.lif", 2, 3) {
        @Override
        Model model(Path nets) throws IOException {
            return ofGraph(
                    nets.resolve("nir_braille_rsnn/braille_noDelay_bias_zero.nir"),
                    Map.of(
                            "step_us", "5000",
                            "dt", "1e-4",
                            "classes", "0,1,2,3,4,5,6",
                            "preset", "snntorch",
                            "reset", "zero",
                            "reset_time", "at_spike"));
        }

        @Override
        Samples samples(Path nets) throws IOException {
            return brailleSteps(nets);
        }
    },

    BRAILLE_L2MU("l2mu_braille/ref_counts.csv", 1158, "h", -1, 2) {
        @Override
        Model model(Path nets) throws IOException {
            return NetworkFamily.L2MU.read(nets.resolve("l2mu_braille"), ImportOptions.NONE);
        }

        @Override
        Samples samples(Path nets) throws IOException {
            return brailleSteps(nets);
        }
    },

    WISDM("wisdm_scnn_neurobench/ref_counts_350.csv", 350, "leaky2", -1, 3) {
        @Override
        Model model(Path nets) throws IOException {
            return NetworkFamily.SNNTORCH.read(
                    nets.resolve("wisdm_scnn_neurobench/weights_f32"),
                    ImportOptions.NONE
                            .withInputShape(6, 1)
                            .withLayers("conv1 padding=4, maxpool 2, leaky1, conv2, maxpool 2, leaky2, flatten, linear,"
                                    + " leaky3")
                            .withStepMicros(50_000)
                            .withClasses(List.of("P", "O", "F", "Q", "R", "G", "S")));
        }

        /** 40 samples of accelerometer and gyroscope, 20 Hz. */
        @Override
        Samples samples(Path nets) throws IOException {
            ByteBuffer windows = ByteBuffer.wrap(
                            Files.readAllBytes(nets.resolve("wisdm_scnn_neurobench/windows_350x40x6.f32")))
                    .order(ByteOrder.LITTLE_ENDIAN);
            return window -> {
                double[][] steps = new double[40][6];
                int first = Integer.parseInt(window) * 40 * 6;
                for (int i = 0; i < 40 * 6; i++) {
                    steps[i / 6][i % 6] = windows.getFloat((first + i) * Float.BYTES);
                }
                return steps;
            };
        }
    };

    private final String reference;
    private final int sampleCount;
    private final String hiddenLayer;
    private final int hiddenColumn;
    private final int firstColumn;

    TestingReferences(String reference, int sampleCount, String hiddenLayer, int hiddenColumn, int firstColumn) {
        this.reference = reference;
        this.sampleCount = sampleCount;
        this.hiddenLayer = hiddenLayer;
        this.hiddenColumn = hiddenColumn;
        this.firstColumn = firstColumn;
    }

    abstract Model model(Path nets) throws IOException;

    abstract Samples samples(Path nets) throws IOException;

    /** A table, the sample's name in the first column. */
    String reference() {
        return reference;
    }

    int sampleCount() {
        return sampleCount;
    }

    /** The layer whose spikes the reference counts too. */
    String hiddenLayer() {
        return hiddenLayer;
    }

    /** Column of the hidden layer's spikes, or -1. */
    int hiddenColumn() {
        return hiddenColumn;
    }

    /** The counts of a row of the table: the hidden layer's, where there is one, and the classes'. */
    String expectedCounts(String[] row) {
        StringBuilder counts = new StringBuilder(hiddenColumn < 0 ? "" : row[hiddenColumn] + ":");
        for (int c = firstColumn; c < row.length; c++) {
            counts.append(' ').append(row[c]);
        }
        return counts.toString();
    }

    /** The input of every step of a sample. */
    @FunctionalInterface
    interface Samples extends AutoCloseable {

        double[][] steps(String sample) throws IOException;

        @Override
        default void close() throws IOException {}
    }

    private static Model ofGraph(Path file, Map<String, String> open) throws IOException {
        NirGraph graph = NirFile.read(file);
        Map<String, String> metadata = new HashMap<>(open);
        metadata.put("name", file.getFileName().toString());
        metadata.put("version", "1");
        return Model.of(graph.withMetadata(metadata), file.toString());
    }

    /** 256 steps of 12 bits, the highest first. */
    private static Samples brailleSteps(Path nets) throws IOException {
        byte[] bits = Files.readAllBytes(nets.resolve("l2mu_braille/braille7_1158x256x12.bits"));
        return sample -> {
            double[][] steps = new double[256][12];
            int first = Integer.parseInt(sample) * 256 * 12;
            for (int i = 0; i < 256 * 12; i++) {
                steps[i / 12][i % 12] = bits[(first + i) >> 3] >> (7 - ((first + i) & 7)) & 1;
            }
            return steps;
        };
    }

    /** The first 300 ms of a recording of N-MNIST. */
    private static final class CameraSteps implements Samples {

        private static final int STEPS = 300;
        private static final int SIDE = 34;

        private final RecordingFiles files;
        private final boolean roundedAndBinary;

        CameraSteps(Path nets, boolean roundedAndBinary) throws IOException {
            this.files = RecordingFiles.of(List.of(nets.resolveSibling("dvs/nmnist/nmnist.zip")));
            this.roundedAndBinary = roundedAndBinary;
        }

        @Override
        public double[][] steps(String sample) throws IOException {
            Path file = files.recordings().stream()
                    .filter(path -> path.getFileName().toString().equals(sample + ".bs2"))
                    .findFirst()
                    .orElseThrow();
            CameraBatch events = CameraRecording.of(file, ReadOptions.STRICT).events();
            double[][] steps = new double[STEPS][2 * SIDE * SIDE];
            for (int i = 0; i < events.size(); i++) {
                long micros = events.timeMicros()[i];
                int step = (int) (roundedAndBinary ? Math.rint(micros / 1000.0) : micros / 1000);
                if (step < STEPS) {
                    int input = (events.polarity(i) * SIDE + events.y(i)) * SIDE + events.x(i);
                    steps[step][input] = roundedAndBinary ? 1 : steps[step][input] + 1;
                }
            }
            return steps;
        }

        @Override
        public void close() throws IOException {
            files.close();
        }
    }
}
