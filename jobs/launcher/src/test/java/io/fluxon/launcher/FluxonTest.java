package io.fluxon.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class FluxonTest {

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int fluxon(String... arguments) {
        CommandLine commandLine = Fluxon.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(arguments);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--nonsense | Unknown option: '--nonsense'",
                "nonsense | Unmatched argument at index 0: 'nonsense'",
                "info | Missing required parameter: 'FILE'",
                "info a.bin --speed 1 | Unknown options: '--speed', '1'",
                "info a.bin --format avi | 'avi' is not one of evt2, evt2.1, evt3",
                "info a.bin --geometry 34 | '34' is not WIDTHxHEIGHT",
                "info a.bin --geometry 0x34 | '0x34' is not WIDTHxHEIGHT",
                "info a.bin --geometry 40000x34 | '40000x34' is not WIDTHxHEIGHT",
                "topics | Missing required subcommand: list or create",
                "topics list | Missing required option: '--bootstrap=HOST:PORT'",
                "topics create --bootstrap localhost:1 --partitions 0 | --partitions is 0, must be at least 1",
                "replay a.bin --bootstrap localhost:1 | Missing required option: '--sensor=ID'",
                "replay a.bin --bootstrap localhost:1 --sensor a --kind pulses --loop | --loop goes with --kind camera",
                "replay a.bin --bootstrap localhost:1 --kind watch --resume | --resume goes with --kind camera",
                "demo --speed -1 | '-1' is neither a number above 0 nor 'max'",
                "demo --speed fast | 'fast' is neither a number above 0 nor 'max'",
                "demo --duration 0 | --duration is 0.0, must be above 0 s",
                "demo --labels labels.txt | --labels goes with --camera",
                "train camera --out a.nir | --data=DIR | --simulate=N",
                "train camera --out a.nir --data a --simulate 5 | mutually exclusive",
                "train camera --simulate 5 | Missing required option: '--out=MODEL'",
                "train camera --out a.nir --simulate 5 --folds 1 | --folds is 1, must be at least 2",
                "train watch --out a.nir | --data=DIR",
                "train watch --data a --out a.nir --folds 1 | --folds is 1, must be at least 2",
                "train watch --data a --out a.nir --thresholds -1 | --thresholds holds -1.0, must not be negative",
                "train watch --data a --out a.nir --plots a | --plots draws the results of --folds and --test",
                "train pulses | give either --out to train a model or --model to test one",
                "train pulses --out a.nir --model b.nir | give either --out to train a model or --model to test one",
                "train pulses --model a.nir | --model goes with --test or --plots",
                "train pulses --out a.nir --pulses 5 | --pulses is 5, must be 1000 to 1000000000",
                "pipeline | Missing required subcommand: check or init",
                "pipeline check | Missing required parameter: 'FILE'",
                "pipeline init | Missing required parameter: 'KIND'",
                "pipeline init radar | 'radar' is not one of camera, watch, pulses",
                "demo -D novalue | should be in KEY=VALUE format",
            })
    void wrongUsageIsOneLineAndStatus2(String arguments, String message) {
        assertThat(fluxon(arguments.split(" "))).isEqualTo(2);
        assertThat(err.toString().lines()).singleElement().satisfies(line -> assertThat(line)
                .startsWith("fluxon: ")
                .contains(message)
                .contains("--help"));
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "info missing.bin | missing.bin: no such file",
                "info notes.txt | neither its first bytes nor its name are those of a recording",
                "info cut.bin | the last word has 3 of 5 bytes",
                "info far.bin --geometry 34x34 | outside 34x34",
                "replay empty.bin --sensor a --bootstrap 127.0.0.1:1 | holds no events",
                "info missing.lh5 | missing.lh5: no such file",
                "info bad.lh5 | bad.lh5: not a readable HDF5 file",
                "info compass.bin | compass.bin: no settings.xml",
                "analyze cut.bin | cut.bin: ",
                "analyze bad.lh5 | bad.lh5: not a readable HDF5 file",
                "demo --camera missing.bin | missing.bin: no such file",
                "demo --camera good.bin cut.bin | the last word has 3 of 5 bytes",
                "demo --camera good.bin --labels missing.txt | missing.txt: no such file",
                "demo --camera good.bin --labels notes.txt | line 1: not of the form",
                "demo --camera folder | folder: holds no",
                "demo --camera bad.zip | bad.zip: not a",
                "replay cut.bin --sensor a --bootstrap 127.0.0.1:1 | the last word has 3 of 5 bytes",
                "train camera --simulate 5 --out no-such-folder/a.nir | a.nir: cannot be written",
                "train camera --simulate 5 --out folder | folder: cannot be written",
                "train pulses --out folder | folder: cannot be written",
                "train pulses --model missing.nir --test | missing.nir: no such file",
                "train pulses --model notes.txt --test | notes.txt: not a readable HDF5 model file",
                "topics list --bootstrap nonsense | nonsense: ",
                "topics list --bootstrap no-such-host.invalid:9092 | no-such-host.invalid:9092: ",
            })
    void badInputIsOneLineAndStatus1(String arguments, String message) throws Exception {
        write("notes.txt", "some notes".getBytes(StandardCharsets.UTF_8));
        write("good.bin", event(1, 2, 100));
        write("cut.bin", new byte[] {1, 2, 3});
        write("far.bin", event(34, 2, 100));
        write("empty.bin", new byte[0]);
        write("bad.zip", new byte[] {1, 2, 3});
        write("bad.lh5", new byte[] {1, 2, 3});
        write("compass.bin", new byte[] {(byte) 0xEF, (byte) 0xCA});
        Files.createDirectory(directory.resolve("folder"));

        List<String> inDirectory = List.of(arguments.split(" ")).stream()
                .map(word -> word.matches("[a-z]+\\.(bin|lh5|txt|zip)|folder")
                        ? directory.resolve(word).toString()
                        : word)
                .toList();

        assertThat(fluxon(inDirectory.toArray(String[]::new))).isEqualTo(1);
        assertThat(err.toString().lines())
                .singleElement()
                .satisfies(line -> assertThat(line).startsWith("fluxon: ").contains(message));
        assertThat(out.toString()).isEmpty();
    }

    @Test
    @Timeout(60)
    void anUnreachableBrokerIsNamedAndGivenUp() {
        assertThat(fluxon("topics", "list", "--bootstrap", "127.0.0.1:1")).isEqualTo(1);

        assertThat(err.toString()).isEqualToIgnoringNewLines("fluxon: 127.0.0.1:1: no Kafka broker answers within 8 s");
    }

    @Test
    void aSensorNameThatThePipelineWouldRefuseIsWrongUsage() {
        assertThat(fluxon("replay", "a.bin", "--bootstrap", "127.0.0.1:1", "--sensor", "s".repeat(250)))
                .isEqualTo(2);
        assertThat(err.toString()).startsWith("fluxon: --sensor has 250 characters, may have 249");
    }

    @Test
    void anErrorIsOneLineToo() {
        Callable<Integer> failing = () -> {
            throw new StackOverflowError("deep\n\tat somewhere");
        };
        CommandLine commandLine = new CommandLine(CommandSpec.wrapWithoutInspection(failing));
        commandLine.setErr(new PrintWriter(err, true));

        assertThat(Fluxon.execute(commandLine)).isEqualTo(1);
        assertThat(err.toString().lines()).containsExactly("fluxon: java.lang.StackOverflowError: deep");
    }

    @Test
    void aFileNameCannotDriveTheTerminal() {
        assertThat(fluxon("info", "\u001b[2Jmissing.bin")).isEqualTo(1);
        assertThat(err.toString()).startsWith("fluxon: ?[2Jmissing.bin: ");
    }

    @Test
    void verboseAddsTheStackTrace() {
        assertThat(fluxon("info", "missing.bin", "--verbose")).isEqualTo(1);
        assertThat(err.toString()).contains("missing.bin: no such file", "\tat io.fluxon");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "analyze",
                "convert",
                "demo",
                "info",
                "pipeline",
                "pipeline check",
                "pipeline init",
                "replay",
                "topics",
                "topics list",
                "topics create",
                "train",
                "train camera",
                "train watch",
                "train pulses",
                "view"
            })
    void everyCommandHasHelpWithAnExample(String command) {
        String[] words = (command + " --help").strip().split(" ");

        assertThat(fluxon(words)).isZero();
        assertThat(out.toString()).contains("Usage: fluxon", "Example", ("./fluxon " + command).strip());
        assertThat(err.toString()).isEmpty();
    }

    private void write(String name, byte[] bytes) throws Exception {
        Files.write(directory.resolve(name), bytes);
    }

    private static byte[] event(int x, int y, int micros) {
        return new byte[] {(byte) x, (byte) y, (byte) (micros >>> 16), (byte) (micros >>> 8), (byte) micros};
    }
}
