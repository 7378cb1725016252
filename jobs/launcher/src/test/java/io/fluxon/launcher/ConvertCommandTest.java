package io.fluxon.launcher;

import static io.fluxon.launcher.TestingCommands.event;
import static io.fluxon.launcher.TestingCommands.fail;
import static io.fluxon.launcher.TestingCommands.join;
import static io.fluxon.launcher.TestingCommands.json;
import static io.fluxon.launcher.TestingCommands.recorded;
import static io.fluxon.launcher.TestingCommands.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConvertCommandTest {

    @TempDir
    private Path directory;

    /** Events at 100, 200, 300, 400 us on a diagonal. */
    private Path diagonal() throws Exception {
        return Files.write(
                directory.resolve("diagonal.bin"),
                join(event(1, 1, 1, 100), event(2, 2, 0, 200), event(3, 3, 1, 300), event(4, 4, 0, 400)));
    }

    private List<String> csvLines(Path file) throws Exception {
        return Files.readAllLines(file).stream()
                .filter(line -> !line.startsWith("%"))
                .toList();
    }

    private void assertOnlyFiles(String... names) throws Exception {
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrder(names);
        }
    }

    @Test
    void writesEveryEventAndSaysHowMany() throws Exception {
        Path out = directory.resolve("out.csv");

        String said = succeed("convert", diagonal(), out);

        assertThat(csvLines(out)).containsExactly("1,1,1,100", "2,2,0,200", "3,3,1,300", "4,4,0,400");
        assertThat(said)
                .isEqualToIgnoringNewLines("4 events in, 4 out; 20 bytes in, " + Files.size(out) + " out, ratio "
                        + String.format("%.3f", Files.size(out) / 20.0));
        assertOnlyFiles("diagonal.bin", "out.csv");
    }

    @Test
    void anIntervalHoldsItsBeginAndNotItsEnd() throws Exception {
        Path out = directory.resolve("out.csv");

        assertThat(succeed("convert", diagonal(), out, "--from-us", "200", "--to-us", "400"))
                .startsWith("4 events in, 2 out;");

        assertThat(csvLines(out)).containsExactly("2,2,0,200", "3,3,1,300");
    }

    @Test
    void aRegionKeepsCoordinatesAndGeometry() throws Exception {
        Path out = directory.resolve("out.csv");

        succeed("convert", diagonal(), out, "--roi", "2,3,2,2");

        assertThat(csvLines(out)).containsExactly("3,3,1,300");
        assertThat(json("info", out, "--json").get("width").asInt()).isEqualTo(34);
    }

    @Test
    void rebaseBeginsAtTheFirstEventThatIsWritten() throws Exception {
        Path out = directory.resolve("out.csv");

        succeed("convert", diagonal(), out, "--rebase", "--roi", "2,2,10,10");

        assertThat(csvLines(out)).containsExactly("2,2,0,0", "3,3,1,100", "4,4,0,200");
    }

    @Test
    void anExistingFileIsReplaced() throws Exception {
        Path out = Files.writeString(directory.resolve("out.csv"), "something longer than what will be written there");

        succeed("convert", diagonal(), out, "--to-us", "101");

        assertThat(csvLines(out)).containsExactly("1,1,1,100");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "diagonal.bin out.raw | out.raw: .raw does not tell which encoding; give --to evt2 or --to evt3",
                "diagonal.bin out.aedat | out.aedat: its ending does not tell the format; give --to aedat2 or --to aedat3.1",
                "diagonal.bin out.txt | out.txt: its ending does not tell the format; give --to FORMAT, one of evt2, ",
                "diagonal.bin out.csv --to avi | 'avi' is not one of evt2, ",
                "diagonal.bin out.csv --roi 1,2,3 | '1,2,3' is not X,Y,WIDTH,HEIGHT",
                "diagonal.bin out.csv --roi 1,2,0,4 | '1,2,0,4' is not X,Y,WIDTH,HEIGHT",
                "diagonal.bin out.csv --roi 30,2,5,4 | --roi 30,2,5,4 is not within the 34x34 pixels of ",
                "diagonal.bin out.csv --from-us 5 --to-us 5 | --from-us is 5, must be less than --to-us",
            })
    void wrongUsageLeavesNoFile(String arguments, String message) throws Exception {
        diagonal();

        TestingCommands.Outcome outcome = TestingCommands.run(words(arguments));

        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err().lines()).singleElement().satisfies(line -> assertThat(line)
                .contains(message));
        assertOnlyFiles("diagonal.bin");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "diagonal.bin diagonal.bin | diagonal.bin: is also the recording to read",
                "missing.bin out.csv | missing.bin: no such file",
                "diagonal.bin folder/out.csv | out.csv: there is no folder ",
                "diagonal.bin out.csv --rebase --to-us 50 | diagonal.bin: no event is left to write",
                "diagonal.bin out.csv --geometry 4x4 | diagonal.bin: byte 15: x=4 y=4 outside 4x4",
            })
    void aFailureIsOneLineAndLeavesNoFile(String arguments, String message) throws Exception {
        diagonal();

        assertThat(fail(words(arguments))).startsWith("fluxon: ").contains(message);
        assertOnlyFiles("diagonal.bin");
    }

    private Object[] words(String arguments) {
        return Stream.concat(
                        Stream.of("convert"),
                        Stream.of(arguments.split(" "))
                                .map(word -> word.matches("[a-z/]+\\.[a-z]+")
                                        ? directory.resolve(word).toString()
                                        : word))
                .toArray();
    }

    @Test
    void whatTheFormatCannotHoldIsRefusedWithTheOptionThatHelps() throws Exception {
        Path aedat = recorded("dvs/aedat4/sample.aedat4");
        Path out = directory.resolve("out.csv");

        assertThat(fail("convert", aedat, out))
                .startsWith("fluxon: " + out + ": ")
                .contains("--events-only");
        assertOnlyFiles();
        assertThat(succeed("convert", aedat, out, "--events-only"))
                .startsWith("111,954 events in, 111,954 out; ")
                .contains("special events and inertial samples left out");

        Path neuromorphic = directory.resolve("out.bin");
        assertThat(fail("convert", aedat, neuromorphic, "--events-only", "--roi", "0,0,34,34"))
                .startsWith("fluxon: " + neuromorphic + ": ");
        assertOnlyFiles("out.csv");
    }

    /** The damage at the recording's end would be met first if it were read. */
    @Test
    void aFormatThatCannotBeWrittenIsRefusedBeforeTheRecordingIsRead() throws Exception {
        Path cut = Files.write(directory.resolve("cut.bin"), join(event(1, 1, 1, 2), new byte[3]));
        Path out = directory.resolve("out.aedat");

        assertThat(fail("convert", cut, out, "--to", "aedat2", "--rebase"))
                .isEqualTo("fluxon: " + out
                        + ": aedat2 cannot be written; can be: evt2, evt3, dat, aedat4, es, nmnist, csv");
        assertOnlyFiles("cut.bin");
    }

    /** Event Stream of an ATIS: two events, and an exposure measurement between them. */
    private Path atis() throws Exception {
        return Files.write(
                directory.resolve("atis.es"),
                join(
                        "Event Stream".getBytes(StandardCharsets.US_ASCII),
                        new byte[] {2, 0, 0, 2, 8, 0, 6, 0},
                        new byte[] {10 << 2 | 1 << 1, 1, 0, 2, 0},
                        new byte[] {5 << 2 | 1, 1, 0, 2, 0},
                        new byte[] {5 << 2, 3, 0, 4, 0}));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--rebase"})
    void whatIsNoEventIsLeftOutOnlyOnDemand(String option) throws Exception {
        Path atis = atis();
        Path out = directory.resolve("out.csv");
        Object[] words = Stream.of("convert", atis, out, option)
                .filter(word -> !word.equals(""))
                .toArray();

        assertThat(fail(words))
                .isEqualTo("fluxon: " + out + ": " + atis
                        + " also holds frames, another stream or other items that are no events"
                        + " (--events-only leaves them out)");
        assertOnlyFiles("atis.es");
        assertThat(succeed(Stream.concat(Stream.of(words), Stream.of("--events-only"))
                                .toArray())
                        .lines()
                        .toList())
                .satisfies(lines -> assertThat(lines.get(0)).startsWith("2 events in, 2 out; "))
                .contains("warning: 1 other items");
    }

    @Test
    void theSummaryTellsWhatWasDamaged() throws Exception {
        Path cut = Files.write(directory.resolve("cut.bin"), join(event(9, 9, 1, 1), event(1, 1, 1, 2), new byte[3]));

        assertThat(succeed("convert", cut, directory.resolve("out.csv"), "--geometry", "4x4", "--lenient")
                        .lines()
                        .toList())
                .satisfies(lines -> assertThat(lines.get(0)).startsWith("1 events in, 1 out; "))
                .contains("warning: 1 events outside geometry", "warning: 3 truncated bytes");
    }

    @Test
    void theSummaryTellsWhereRowsAreCountedFromTheOtherSide() throws Exception {
        Path es = directory.resolve("out.es");
        Path copy = directory.resolve("copy.es");
        Path csv = directory.resolve("out.csv");

        assertThat(succeed("convert", diagonal(), es))
                .contains("rows are kept as they are: nmnist counts them from the top, es from the bottom");
        assertThat(succeed("convert", es, copy)).doesNotContain("rows");
        assertThat(succeed("convert", es, csv))
                .contains("rows are kept as they are: es counts them from the bottom, csv from the top");
        assertThat(csvLines(csv)).containsExactly("1,1,1,100", "2,2,0,200", "3,3,1,300", "4,4,0,400");
    }

    /** From every format that has recordings to others and back: all counts and sums are as they were. */
    @ParameterizedTest
    @CsvSource({
        "dvs/nmnist/sample_nmnist.bin, csv es nmnist",
        "dvs/event_stream/dvs.es, csv es",
        "dvs/prophesee_evt2/evt2.raw, evt3 csv evt2 aedat4 dat",
        "dvs/aedat4/sample.aedat4, aedat4 csv",
    })
    void conversionsKeepEverySum(String name, String formats) throws Exception {
        Path file = recorded(name);
        JsonNode expected = sums(file);
        List<String> read = List.of();
        for (String format : formats.split(" ")) {
            Path out = directory.resolve("out-" + format);
            List<Object> words = new ArrayList<>(List.of("convert", file, out, "--to", format));
            words.addAll(read);
            if (format.equals("csv") && expected.get("imu").asInt() > 0) {
                words.add("--events-only");
                ((ObjectNode) expected).put("imu", 0);
            }
            succeed(words.toArray());
            read = List.of("--format", format);
            assertThat(sums(out, "--format", format)).as(format).isEqualTo(expected);
            file = out;
        }
    }

    private static JsonNode sums(Path file, String... options) throws Exception {
        Object[] words = Stream.concat(Stream.of("info", file, "--json"), Stream.of(options))
                .toArray();
        ObjectNode info = (ObjectNode) json(words);
        info.remove(List.of("format", "warnings"));
        return info;
    }
}
