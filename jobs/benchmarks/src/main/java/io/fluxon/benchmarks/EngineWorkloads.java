package io.fluxon.benchmarks;

import io.fluxon.connectors.camera.CameraBatch;
import io.fluxon.connectors.camera.files.CameraRecording;
import io.fluxon.networks.model.Dialect;
import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.NirFile;
import io.fluxon.networks.model.NirGraph;
import io.fluxon.networks.model.NirNode;
import io.fluxon.networks.model.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.ZipFile;

/**
 * Networks and inputs of {@link EngineBenchmark}. The random networks have a step of tau / 16 and a gain of 1, so that the
 * weights enter as they are and a program in C can have the same doubles.
 */
final class EngineWorkloads {

    static final double DECAY = 0.9375;
    static final double THRESHOLD = 1;

    private static final double STEP_SECONDS = 1.0 / 1024;
    private static final double STEPS_PER_TAU = 16;
    private static final double WEIGHT_DEVIATION = 0.15;
    private static final int STEPS = 4096;
    private static final int SIDE = 34;
    private static final int RECORDINGS = 50;
    private static final long SYNTHETIC_MICROS = 300_000;
    private static final int SYNTHETIC_EVENTS = 4_100;

    private EngineWorkloads() {}

    /** Events of a recording, by input of a network [2, 34, 34]. */
    record Recording(int[] inputs, long[] timesMicros) {

        int events() {
            return inputs.length;
        }

        long lengthMicros() {
            return timesMicros[timesMicros.length - 1];
        }
    }

    static int[] sizes(String dashed) {
        return Arrays.stream(dashed.split("-")).mapToInt(Integer::parseInt).toArray();
    }

    /** Weights of layer {@code l}, an array per input; the same for the same sizes. */
    static double[][] rows(int[] sizes, int l) {
        Random random = new Random(l + 1);
        double[][] rows = new double[sizes[l]][sizes[l + 1]];
        for (double[] row : rows) {
            Arrays.setAll(row, j -> (float) (WEIGHT_DEVIATION * random.nextGaussian()));
        }
        return rows;
    }

    /** Fully connected layers of leaky integrate-and-fire neurons. */
    static Model network(int[] sizes) {
        double[] tau = {STEPS_PER_TAU * STEP_SECONDS};
        double[] r = {STEPS_PER_TAU};
        double[] zero = {0};
        Map<String, NirNode> nodes = new LinkedHashMap<>();
        nodes.put("input", new NirNode.Input(new int[] {sizes[0]}));
        for (int l = 0; l + 1 < sizes.length; l++) {
            double[][] rows = rows(sizes, l);
            float[] weight = new float[sizes[l] * sizes[l + 1]];
            for (int in = 0; in < sizes[l]; in++) {
                for (int out = 0; out < sizes[l + 1]; out++) {
                    weight[out * sizes[l] + in] = (float) rows[in][out];
                }
            }
            nodes.put("weights" + l, new NirNode.Linear(weight, sizes[l + 1], sizes[l]));
            nodes.put("neurons" + l, new NirNode.Lif(tau, r, zero, new double[] {THRESHOLD}, zero));
        }
        int outputs = sizes[sizes.length - 1];
        nodes.put("output", new NirNode.Output(new int[] {outputs}));
        List<String> names = List.copyOf(nodes.keySet());
        List<NirGraph.Edge> edges = IntStream.range(1, names.size())
                .mapToObj(i -> new NirGraph.Edge(names.get(i - 1), names.get(i)))
                .toList();
        return new Model(
                new NirGraph(nodes, edges, Map.of()),
                "benchmark",
                "1",
                IntStream.range(0, outputs).mapToObj(Integer::toString).toList(),
                1000,
                Dialect.Preset.NORSE.dialect(STEP_SECONDS),
                "");
    }

    /** A neuron of its own for each pixel of [2, side, side], which the events of both polarities reach by one synapse. */
    static Model plane(int side) {
        double[] zero = {0};
        NirGraph graph = NirGraph.chain(
                Map.entry("input", new NirNode.Input(new int[] {2, side, side})),
                Map.entry(
                        "synapses",
                        new NirNode.Conv2d(
                                new int[] {side, side},
                                new Tensor(new int[] {1, 2, 1, 1}, new double[] {0.3, 0.3}),
                                new int[] {1, 1},
                                new NirNode.Padding(NirNode.Padding.Mode.EXPLICIT, 0, 0),
                                new int[] {1, 1},
                                1,
                                new Tensor(new int[] {1}, zero))),
                Map.entry(
                        "neurons",
                        new NirNode.Lif(
                                new double[] {STEPS_PER_TAU * STEP_SECONDS},
                                new double[] {STEPS_PER_TAU},
                                zero,
                                new double[] {THRESHOLD},
                                zero)),
                Map.entry("count", new NirNode.SumPool2d(new int[] {side, side}, new int[] {side, side}, new int[] {0, 0
                })),
                Map.entry("output", new NirNode.Output(new int[] {1, 1, 1})));
        return new Model(
                graph, "benchmark", "1", List.of("spikes"), 1000, Dialect.Preset.NORSE.dialect(STEP_SECONDS), "");
    }

    /** The trained convolutional network of NIR's paper. */
    static Model convolutional() throws IOException {
        return new Model(
                NirFile.read(data("nets/nir_cnn_nmnist/cnn_sinabs.nir")),
                "nir_cnn_nmnist",
                "1",
                IntStream.range(0, 10).mapToObj(Integer::toString).toList(),
                1000,
                new Dialect(
                        1e-3,
                        Dialect.Integrator.EULER,
                        Dialect.Reset.SUBTRACT,
                        Dialect.ResetTime.AT_SPIKE,
                        Dialect.SpikeTest.ABOVE,
                        Dialect.SpikesPerStep.ONE,
                        Dialect.Current.NEW,
                        0),
                "");
    }

    /** Inputs that spike, for {@link #STEPS} steps; each spikes with the given probability. */
    static int[][] active(int inputs, int percent) {
        Random random = new Random(percent);
        int[][] active = new int[STEPS][];
        Arrays.setAll(active, k -> IntStream.range(0, inputs)
                .filter(i -> random.nextInt(100) < percent)
                .toArray());
        return active;
    }

    static double[] ones(int count) {
        double[] ones = new double[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    /** Writes the network of three layers and its input as {@code lif_step.c} reads them. */
    static void writeForC(Path file, int[] sizes, int activePercent) throws IOException {
        int[][] active = active(sizes[0], activePercent);
        int indices = Arrays.stream(active).mapToInt(step -> step.length).sum();
        int weights = sizes[0] * sizes[1] + sizes[1] * sizes[2];
        ByteBuffer bytes = ByteBuffer.allocate(
                        4 * Integer.BYTES + (2 + weights) * Double.BYTES + (STEPS + indices) * Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        bytes.putInt(sizes[0]).putInt(sizes[1]).putInt(sizes[2]).putInt(STEPS);
        bytes.putDouble(DECAY).putDouble(THRESHOLD);
        for (int l = 0; l < 2; l++) {
            for (double[] row : rows(sizes, l)) {
                for (double weight : row) {
                    bytes.putDouble(weight);
                }
            }
        }
        for (int[] step : active) {
            bytes.putInt(step.length);
            for (int input : step) {
                bytes.putInt(input);
            }
        }
        Files.write(file, bytes.array());
    }

    /** N-MNIST's test recordings at hand, or random events at their rate. */
    static List<Recording> recordings() throws IOException {
        Path archive = data("dvs/nmnist/nmnist.zip");
        if (!Files.exists(archive)) {
            return IntStream.range(0, RECORDINGS)
                    .mapToObj(EngineWorkloads::synthetic)
                    .toList();
        }
        List<Recording> recordings = new ArrayList<>();
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            zip.stream()
                    .filter(entry -> entry.getName().matches(".*/600\\d\\d\\.bs2"))
                    .limit(RECORDINGS)
                    .forEach(entry -> {
                        try (InputStream in = zip.getInputStream(entry)) {
                            recordings.add(
                                    recording(CameraRecording.of(entry.getName(), archive.toString(), in.readAllBytes())
                                            .events()));
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
        }
        if (recordings.isEmpty()) {
            throw new IOException(archive + ": no test recordings");
        }
        return recordings;
    }

    /** What {@link #recordings} gives, in words. */
    static String recordingsAtHand() {
        return Files.exists(data("dvs/nmnist/nmnist.zip"))
                ? RECORDINGS + " test recordings of N-MNIST"
                : "random events, 4,100 in 300 ms (no recordings; set FLUXON_DATA to their folder)";
    }

    static boolean hasConvolutional() {
        return Files.exists(data("nets/nir_cnn_nmnist/cnn_sinabs.nir"));
    }

    private static Recording recording(CameraBatch events) {
        int[] inputs = new int[events.size()];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = (events.polarity(i) * SIDE + events.y(i)) * SIDE + events.x(i);
        }
        return new Recording(inputs, Arrays.copyOf(events.timeMicros(), inputs.length));
    }

    private static Recording synthetic(int seed) {
        Random random = new Random(seed);
        return new Recording(
                random.ints(SYNTHETIC_EVENTS, 0, 2 * SIDE * SIDE).toArray(),
                random.longs(SYNTHETIC_EVENTS, 0, SYNTHETIC_MICROS).sorted().toArray());
    }

    private static Path data(String file) {
        String configured = System.getenv("FLUXON_DATA");
        return Path.of(configured == null ? "../shared/data" : configured).resolve(file);
    }
}
