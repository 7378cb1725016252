package io.fluxon.launcher;

import static io.fluxon.launcher.TestingCommands.event;
import static io.fluxon.launcher.TestingCommands.fail;
import static io.fluxon.launcher.TestingCommands.join;
import static io.fluxon.launcher.TestingCommands.succeed;
import static io.fluxon.launcher.infer.TestingNpy.bytes;
import static io.fluxon.launcher.infer.TestingNpy.floats;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fluxon.launcher.infer.TestingNpy;
import io.fluxon.networks.model.NirGraph;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class InferCommandTest {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    private Path directory;

    private Path model;
    private Path camera;

    @BeforeEach
    void writeModels() throws Exception {
        model = TestingModels.write(TestingModels.twoThresholds(), directory.resolve("two.nir"));
        camera = TestingModels.write(TestingModels.polarities(), directory.resolve("camera.nir"));
    }

    /** Two samples of three steps: spikes of the first neuron 1 and 2, of the second 1 and 0. */
    private Path twoSamples() throws Exception {
        return write(
                "samples.npy",
                TestingNpy.file("<f4", "(2, 3, 2)", floats(1, 0, 0.4f, 2, 0.5f, 0.5f, 3, 0, 0.6f, 0.1f, -1, 0)));
    }

    private Path write(String name, byte[] content) throws Exception {
        return Files.write(directory.resolve(name), content);
    }

    private static List<JsonNode> lines(Object... words) throws Exception {
        List<JsonNode> nodes = new ArrayList<>();
        for (String line : succeed(words).lines().toList()) {
            nodes.add(MAPPER.readTree(line));
        }
        return nodes;
    }

    private static int[] counts(JsonNode sample) {
        int[] counts = new int[sample.get("counts").size()];
        Arrays.setAll(counts, i -> sample.get("counts").get(i).asInt());
        return counts;
    }

    @Test
    void countsTheSpikesOfEverySample() throws Exception {
        List<JsonNode> lines =
                lines("infer", model, "--input", twoSamples(), "--dt", "0.01", "--integrator", "euler", "--json");

        assertThat(lines).hasSize(3);
        assertThat(lines.get(0).get("sample").asText()).isEqualTo("0");
        assertThat(counts(lines.get(0))).containsExactly(1, 1);
        assertThat(lines.get(0).get("argmax").asInt()).isZero();
        assertThat(lines.get(0).get("steps").asInt()).isEqualTo(3);
        assertThat(lines.get(0).get("spikes").get("neurons").asInt()).isEqualTo(2);
        assertThat(lines.get(0).get("denseOperations").asInt()).isEqualTo(3 * 4);
        // five inputs that are not 0, each a column of two weights
        assertThat(lines.get(0).get("synapticOperations").asInt()).isEqualTo(10);
        assertThat(lines.get(0).get("seconds").asDouble()).isPositive();
        assertThat(lines.get(0).has("label")).isFalse();
        assertThat(lines.get(0).has("scores")).isFalse();
        assertThat(counts(lines.get(1))).containsExactly(2, 0);
        JsonNode summary = lines.get(2).get("summary");
        assertThat(summary.get("samples").asInt()).isEqualTo(2);
        assertThat(summary.get("steps").asInt()).isEqualTo(6);
        assertThat(summary.get("activationSparsity").asDouble()).isEqualTo(1 - 4 / 12.0);
        assertThat(summary.has("accuracy")).isFalse();
    }

    @Test
    void saysTheSameInWords() throws Exception {
        Path labels = Files.writeString(directory.resolve("labels.csv"), "sample,label\n0,1\n1,0\n");

        assertThat(succeed(
                                "infer",
                                model,
                                "--input",
                                twoSamples(),
                                "--labels",
                                labels,
                                "--dt",
                                "0.01",
                                "--integrator",
                                "euler")
                        .lines())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("0: class 0, label 1; outputs 1 1; 2 spikes, "),
                        line -> assertThat(line).startsWith("1: class 0, label 0; outputs 2 0; 2 spikes, "),
                        line -> assertThat(line).isEqualTo("samples    2"),
                        line -> assertThat(line)
                                .isEqualTo("accuracy   50.00 % (1 of 2 right, 95 % interval 9.45 to 90.55 %)"),
                        line -> assertThat(line).isEqualTo("sparsity   0.6667 of the activations are 0"),
                        line -> assertThat(line).startsWith("operations ").endsWith(" a sample; dense 12"),
                        line -> assertThat(line).startsWith("speed      ").contains("; 6 steps in "));
    }

    @Test
    void endsAtTheFirstLineThatCannotBeWritten() throws Exception {
        StringBuilder written = new StringBuilder();
        CommandLine commandLine = Fluxon.commandLine();
        commandLine.setOut(new PrintWriter(new Writer() {

            @Override
            public void write(char[] text, int offset, int length) throws IOException {
                written.append(text, offset, length);
                throw new IOException("Broken pipe");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        }));

        commandLine.execute("infer", model.toString(), "--input", twoSamples().toString(), "--dt", "1");

        assertThat(written).startsWith("0: ").doesNotContain("1: ", "samples");
    }

    @Test
    void labelsAreOfNamesWithOrWithoutTheEndingAndPrintedAsClasses() throws Exception {
        Path described = TestingModels.write(
                TestingModels.twoThresholds().withMetadata(Map.of("classes", "left,right", "dt", "1")),
                directory.resolve("described.nir"));
        Path input = write("one.npy", TestingNpy.file("<f4", "(1, 2)", floats(2, 0)));
        Path ending = Files.writeString(directory.resolve("ending.txt"), "one.npy,1\n");
        Path other = Files.writeString(directory.resolve("other.txt"), "1,1\n");

        assertThat(succeed("infer", described, "--input", input, "--labels", ending))
                .startsWith("one: class left, label right; outputs 1 0;");
        TestingCommands.Outcome outcome = TestingCommands.run("infer", described, "--input", input, "--labels", other);
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err()).isEqualTo("fluxon: " + other + ": knows none of the samples\n");
    }

    @Test
    void whereNothingComesOutThereIsNoClass() throws Exception {
        Path labels = write("labels.u8", bytes(0));
        for (Path input : List.of(
                write("silent.npy", TestingNpy.file("|u1", "(1, 2)", bytes(0, 0))),
                write("short.npy", TestingNpy.file("|u1", "(0, 2)", bytes())))) {
            List<JsonNode> lines = lines("infer", model, "--input", input, "--labels", labels, "--dt", "1", "--json");

            assertThat(lines.get(0).get("argmax").isNull()).isTrue();
            assertThat(lines.get(1).get("summary").get("accuracy").get("right").asInt())
                    .isZero();
        }
        Path empty = write("empty.npy", TestingNpy.file("|u1", "(0, 1, 2)", bytes()));
        assertThat(fail("infer", model, "--input", empty, "--dt", "1")).endsWith("the input holds no samples");
    }

    @Test
    void labelsMayBeNumbersInTheOrderOfTheSamples() throws Exception {
        for (Path labels : List.of(
                write("labels.u8", bytes(0, 0)), write("labels.npy", TestingNpy.file("|u1", "(2,)", bytes(0, 0))))) {
            JsonNode summary = lines("infer", model, "--input", twoSamples(), "--labels", labels, "--dt", "1", "--json")
                    .get(2)
                    .get("summary");

            assertThat(summary.get("accuracy").get("right").asInt()).isEqualTo(2);
        }
    }

    @Test
    void stepsCutOrLengthenASample() throws Exception {
        List<JsonNode> cut = lines("infer", model, "--input", twoSamples(), "--dt", "1", "--steps", "1", "--json");
        List<JsonNode> longer = lines("infer", model, "--input", twoSamples(), "--dt", "1", "--steps", "9", "--json");

        assertThat(counts(cut.get(0))).containsExactly(1, 0);
        assertThat(cut.get(2).get("summary").get("steps").asInt()).isEqualTo(2);
        assertThat(counts(longer.get(1))).containsExactly(2, 0);
        assertThat(longer.get(2).get("summary").get("steps").asInt()).isEqualTo(18);
    }

    @Test
    void binaryInputsAreOneWhereverTheyAreNotZero() throws Exception {
        List<JsonNode> lines = lines("infer", model, "--input", twoSamples(), "--dt", "1", "--binary", "--json");

        assertThat(counts(lines.get(0))).containsExactly(3, 2);
    }

    @Test
    void rawNumbersHaveTheirShapeFromTheCommandLine() throws Exception {
        Path bits = write("samples.bits", bytes(0b10010000, 0b11110000));

        List<JsonNode> lines = lines("infer", model, "--input", bits, "--shape", "2,3,2", "--dt", "1", "--json");

        assertThat(counts(lines.get(0))).containsExactly(1, 1);
        assertThat(counts(lines.get(1))).containsExactly(2, 2);
    }

    @Test
    void aFolderOfArraysIsASampleAFileByItsName() throws Exception {
        Path folder = Files.createDirectory(directory.resolve("folder"));
        Files.write(folder.resolve("b.npy"), TestingNpy.file("|b1", "(2, 2)", bytes(1, 0, 1, 0)));
        Files.write(folder.resolve("a.npy"), TestingNpy.file("|i1", "(1, 2)", bytes(0, 1)));

        List<JsonNode> lines = lines("infer", model, "--input", folder, "--dt", "1", "--json");

        assertThat(lines.get(0).get("sample").asText()).isEqualTo("a");
        assertThat(counts(lines.get(0))).containsExactly(0, 1);
        assertThat(lines.get(1).get("sample").asText()).isEqualTo("b");
        assertThat(counts(lines.get(1))).containsExactly(2, 0);
    }

    @Test
    void aFolderIsOfOneKind() throws Exception {
        Path folder = Files.createDirectory(directory.resolve("mixed"));
        assertThat(fail("infer", model, "--input", folder, "--dt", "1"))
                .contains("mixed: holds no file that ends in .raw, ")
                .endsWith(", .npy");
        Files.write(folder.resolve("a.npy"), TestingNpy.file("|i1", "(1, 2)", bytes(0, 1)));
        Files.write(folder.resolve("b.bin"), event(0, 0, 0, 1));

        assertThat(fail("infer", model, "--input", folder, "--dt", "1"))
                .contains("mixed: holds arrays (a.npy) and recordings of cameras or detectors (b.bin), must be of one");
    }

    @Test
    void aCamerasEventsAreCountedFromTheZeroOfItsClock() throws Exception {
        // Steps of 10 ms: OFF in step 0, both in step 1, ON in step 3.
        Path recording = write(
                "recording.bin",
                join(
                        event(0, 0, 0, 9_999),
                        event(33, 33, 1, 10_000),
                        event(5, 6, 0, 19_000),
                        event(7, 8, 1, 39_999),
                        event(7, 8, 1, 39_999)));
        Object[] words = {"infer", camera, "--input", recording, "--bin-us", "10000", "--integrator", "euler", "--json"
        };

        List<JsonNode> lines = lines(words);
        List<JsonNode> rebased = lines(with(words, "--rebase"));
        List<JsonNode> nearest = lines(with(words, "--nearest"));

        assertThat(lines.get(0).get("sample").asText()).isEqualTo("recording");
        assertThat(counts(lines.get(0))).containsExactly(2, 2);
        assertThat(lines.get(0).get("steps").asInt()).isEqualTo(4);
        // 0, 1 and 9,001 us are step 0, 30,000 us is step 3
        assertThat(counts(rebased.get(0))).containsExactly(1, 2);
        // 9,999 and 10,000 us are step 1, 19,000 us is step 2, 39,999 us is step 4
        assertThat(counts(nearest.get(0))).containsExactly(2, 2);
        assertThat(nearest.get(0).get("steps").asInt()).isEqualTo(5);
    }

    /** Subject 7: the gyroscope begins 10 ms after the accelerometer and ends with it. */
    private Path watch() throws Exception {
        Path folder = Files.createDirectory(directory.resolve("watch"));
        Files.writeString(
                folder.resolve("data_7_accel_watch.txt"),
                "7,F,1000000000,9,9,9;\n7,F,1010000000,1,0,0;\n7,F,1030000000,1,1,0;\n");
        Files.writeString(folder.resolve("data_7_gyro_watch.txt"), "7,F,1010000000,0,0,1;\n7,F,1030000000,0,0,0.1;\n");
        return folder;
    }

    @Test
    void aWearablesSensorsAreJoinedAndHeld() throws Exception {
        Path six = TestingModels.write(TestingModels.thresholds(6), directory.resolve("six.nir"));
        Path folder = watch();
        Path geoTec = Files.writeString(
                directory.resolve("s01_02_sw.csv"),
                "x_acc,y_acc,z_acc,x_gyro,y_gyro,z_gyro,timestamp,label\n1,0,0,0,2,0,1000,SEATED\n");
        Object[] options = {"--bin-us", "10000", "--integrator", "euler", "--json"};

        List<JsonNode> fromFolder = lines(words(new Object[] {"infer", six, "--input", folder}, options));
        List<JsonNode> fromFiles = lines(words(
                new Object[] {
                    "infer",
                    six,
                    "--input",
                    folder.resolve("data_7_gyro_watch.txt"),
                    geoTec,
                    folder.resolve("data_7_accel_watch.txt")
                },
                options));

        // Steps begin at 1.01 s; the one at 1.02 s has no sample of its own.
        assertThat(fromFolder).hasSize(2);
        assertThat(fromFolder.get(0).get("sample").asText()).isEqualTo("7");
        assertThat(fromFolder.get(0).get("steps").asInt()).isEqualTo(3);
        assertThat(counts(fromFolder.get(0))).containsExactly(3, 1, 0, 0, 0, 2);
        assertThat(fromFiles).hasSize(3);
        assertThat(fromFiles.get(0).get("sample").asText()).isEqualTo("s01_02");
        assertThat(counts(fromFiles.get(0))).containsExactly(1, 0, 0, 0, 1, 0);
        assertThat(fromFiles.get(1).get("sample").asText()).isEqualTo("7");
        assertThat(counts(fromFiles.get(1))).isEqualTo(counts(fromFolder.get(0)));
    }

    @Test
    void aSubjectWithoutASensorIsToldAndTheOthersAreRun() throws Exception {
        Path six = TestingModels.write(TestingModels.thresholds(6), directory.resolve("six.nir"));
        Path folder = watch();
        Files.writeString(folder.resolve("data_3_accel_watch.txt"), "3,F,1000000000,9,9,9;\n");

        TestingCommands.Outcome outcome = TestingCommands.run("infer", six, "--input", folder, "--bin-us", "10000");

        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.err().lines()).singleElement().satisfies(line -> assertThat(line)
                .contains("sample 3: has no angular velocity"));
        assertThat(outcome.out()).startsWith("7: ").contains("samples    1\n");
    }

    @Test
    void aDetectorsPulsesAreSamplesOfOneInput() throws Exception {
        Path one = TestingModels.write(TestingModels.thresholds(1), directory.resolve("one.nir"));
        Files.writeString(
                directory.resolve("settings.xml"),
                "<configuration><board><sampleTime>2000</sampleTime><adcBitCount>14</adcBitCount>"
                        + "<channelCount>8</channelCount></board></configuration>");
        Path recording = write("run.bin", join(bytes(0xE8, 0xCA), pulse(2000, 0, 3, 0, 1), pulse(9000, 1, 16383, 2)));

        List<JsonNode> lines =
                lines("infer", one, "--input", recording, "--bin-us", "10000", "--integrator", "euler", "--json");

        assertThat(lines).hasSize(3);
        assertThat(lines.get(0).get("sample").asText()).isEqualTo("0");
        assertThat(lines.get(0).get("steps").asInt()).isEqualTo(4);
        assertThat(counts(lines.get(0))).containsExactly(2);
        assertThat(lines.get(1).get("sample").asText()).isEqualTo("1");
        assertThat(lines.get(1).get("steps").asInt()).isEqualTo(3);
        assertThat(counts(lines.get(1))).containsExactly(3);
        assertThat(fail("infer", model, "--input", recording, "--bin-us", "1"))
                .contains("run.bin: a detector's waveform needs an Input [1], the model's is [2]");
    }

    /** A CoMPASS record of board and channel 0 with nothing but a waveform. */
    private static byte[] pulse(long picos, int... samples) {
        ByteBuffer record = ByteBuffer.allocate(21 + 2 * samples.length).order(ByteOrder.LITTLE_ENDIAN);
        record.putInt(0).putLong(picos).putInt(0).put((byte) 1).putInt(samples.length);
        for (int sample : samples) {
            record.putShort((short) sample);
        }
        return record.array();
    }

    private static Object[] words(Object[] first, Object[] then) {
        return Stream.of(first, then).flatMap(Arrays::stream).toArray();
    }

    private static Object[] with(Object[] words, Object more) {
        Object[] longer = Arrays.copyOf(words, words.length + 1);
        longer[words.length] = more;
        return longer;
    }

    @Test
    void optionsGoBeforeTheMetadataOfTheModel() throws Exception {
        NirGraph graph = TestingModels.twoThresholds()
                .withMetadata(Map.of("classes", "left,right", "dt", "0.01", "integrator", "exponential"));
        Path described = TestingModels.write(graph, directory.resolve("described.nir"));
        Path input = write("one.npy", TestingNpy.file("<f4", "(1, 2)", floats(0.6f, 0)));

        // Exponentially, v = (1 - 1 / e) 0.6 stays below the threshold.
        assertThat(succeed("infer", described, "--input", input)).startsWith("one: no spikes; outputs 0 0;");
        assertThat(succeed("infer", described, "--input", input, "--integrator", "euler"))
                .startsWith("one: class left; outputs 1 0;");
        assertThat(succeed("infer", described, "--input", input, "--preset", "norse"))
                .startsWith("one: class left; outputs 1 0;");
        assertThat(succeed("infer", described, "--input", input, "--dt", "0.1"))
                .startsWith("one: class left; outputs 1 0;");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "two.nir --input samples.npy | two.nir: does not say how long a step is; give --dt SECONDS, or --bin-us",
                "two.nir --input samples.npy --dt 0 | --dt is 0.0, must be a positive number",
                "two.nir --input samples.npy --bin-us 0 | --bin-us is 0, must be at least 1",
                "two.nir --input samples.npy --dt 1 --preset loihi | 'loihi' is not one of fluxon, norse, ",
                "two.nir --input samples.npy --dt 1 --reset none | 'none' is not one of zero, subtract",
                "two.nir --input samples.npy --dt 1 --set dt=2 | --set dt: is not one of integrator, reset, ",
                "two.nir --input samples.npy --dt 1 --set current=older | --set current: 'older' is not one of new, old",
                "two.nir --input samples.npy --dt 1 --set current | fluxon: Value for option '--set'",
                "two.nir --input samples.npy --dt 1 --steps 0 | --steps is 0, must be at least 1",
                "two.nir --input two.f32 --dt 1 | two.f32: numbers without a header need --shape",
                "two.nir --input two.f32 --dt 1 --shape 3 | --shape is [3], must be SAMPLES,STEPS,INPUTS",
                "two.nir --dt 1 | Missing required option: '--input",
            })
    void wrongUsageIsOneLine(String arguments, String message) throws Exception {
        twoSamples();
        write("two.f32", floats(1, 2));

        TestingCommands.Outcome outcome = TestingCommands.run(words(arguments));

        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err().lines()).singleElement().satisfies(line -> assertThat(line)
                .contains(message));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "two.nir --input wide.npy | wide.npy: an array [1, 3], the model takes [steps, 2] or [samples, steps, 2]",
                "two.nir --input nan.npy | nan.npy: sample 0, step 0, input 1: is NaN, not a finite number",
                "two.nir --input missing.npy | missing.npy: no such file",
                "two.nir --input recording.bin | a camera of 34x34 pixels needs an Input [2, 34, 34], the model's is [2]",
                "camera.nir --input wide.npy | the model takes [steps, 2, 34, 34] or [samples, steps, 2, 34, 34], also with",
                "camera.nir --input back.csv | an event at 2 us comes after those of a later step of 1000000 us",
                "two.nir --input samples.npy --labels wrong.csv | wrong.csv: label 7 is none of the model's 2 classes",
                "two.nir --input data_7_gyro_watch.txt | a wearable's motion needs an Input [6], or [3] without angular velocity, the",
                "two.nir --input two.f32 --shape 1,2,2 | two.f32: [1, 2, 2] needs 16 bytes, the file has 8",
            })
    void whatCannotBeRunIsOneLine(String arguments, String message) throws Exception {
        twoSamples();
        write("two.f32", floats(1, 2));
        write("wide.npy", TestingNpy.file("|i1", "(1, 3)", bytes(1, 2, 3)));
        write("nan.npy", TestingNpy.file("<f4", "(1, 2)", floats(1, Float.NaN)));
        write("recording.bin", event(0, 0, 0, 1));
        Files.writeString(directory.resolve("back.csv"), "%geometry:34,34\n1,1,1,1000001\n1,1,1,2\n");
        Files.writeString(directory.resolve("data_7_gyro_watch.txt"), "7,F,1,0,0,0;\n");
        Files.writeString(directory.resolve("wrong.csv"), "sample,label\n0,7\n");

        assertThat(fail(with(words(arguments), "--bin-us=1000000"))).contains(message);
    }

    private Object[] words(String arguments) {
        return Arrays.stream(("infer " + arguments).split(" "))
                .map(word -> word.matches(".*\\.(nir|npy|bin|csv|txt|f32)") ? directory.resolve(word) : word)
                .toArray();
    }
}
