package io.fluxon.launcher.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class DemoCommandTest {

    @TempDir
    private Path directory;

    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--camera a.bin --simulate camera | --camera and --simulate camera exclude each other",
                "--watch a --simulate pulses,watch | --watch and --simulate watch exclude each other",
                "--simulate sonar | 'sonar' is not one of camera, watch, pulses",
                "--simulate camera,Watch | 'Watch' is not one of camera, watch, pulses",
                "--model a.nir | should be in KEY=VALUE format but was a.nir",
                "--model sonar=a.nir | 'sonar' is not one of camera, watch, pulses",
                "--simulate watch --model camera=a.nir | --model is for camera, which is not played",
                "--pulses a.lh5 --labels labels.txt | --labels goes with --camera",
                "--simulate watch --duration -1 | --duration is -1.0, must be above 0 s",
            })
    void optionsThatContradictAreWrongUsage(String arguments, String message) {
        assertThat(execute(arguments)).isEqualTo(2);
        assertThat(err.toString().lines().findFirst())
                .hasValueSatisfying(line -> assertThat(line).contains(message));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--watch missing | missing: no such file",
                "--watch . | holds no file data_SUBJECT_",
                "--pulses missing.lh5 | missing.lh5: no such file",
                "--simulate pulses --model pulses=missing.nir | missing.nir",
                "--simulate watch --model watch=missing.nir | missing.nir",
                "--simulate camera --model camera=missing.nir | missing.nir",
            })
    void filesThatCannotBeUsedAreRefusedBeforeAnythingStarts(String arguments, String message) {
        StringBuilder inDirectory = new StringBuilder();
        for (String word : arguments.split(" ")) {
            inDirectory
                    .append(word.replaceFirst("(missing|[.]$)", directory + "/$1"))
                    .append(' ');
        }

        assertThat(execute(inDirectory.toString().strip())).isEqualTo(1);
        assertThat(err.toString()).contains(message).doesNotContain("starting Kafka");
    }

    private int execute(String arguments) {
        CommandLine commandLine = new CommandLine(new DemoCommand());
        commandLine.setErr(new PrintWriter(err, true));
        commandLine.setExecutionExceptionHandler((failure, command, result) -> {
            command.getErr().println(failure.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        });
        return commandLine.execute(arguments.split(" "));
    }
}
