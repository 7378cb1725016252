package io.fluxon.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import picocli.CommandLine;

/** Runs commands as a user would. */
final class TestingCommands {

    /** What a command said and how it ended. */
    record Outcome(int status, String out, String err) {}

    private TestingCommands() {}

    /** Words are joined by their texts, so paths may be among them. */
    static Outcome run(Object... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commandLine = Fluxon.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        int status =
                commandLine.execute(Arrays.stream(words).map(Object::toString).toArray(String[]::new));
        return new Outcome(status, out.toString(), err.toString());
    }

    /** The output of a command that succeeds. */
    static String succeed(Object... words) {
        Outcome outcome = run(words);
        assertThat(outcome.status()).as(outcome.err()).isZero();
        assertThat(outcome.err()).isEmpty();
        return outcome.out();
    }

    /** The one line of JSON of a command that succeeds. */
    static JsonNode json(Object... words) throws Exception {
        String out = succeed(words);
        assertThat(out.lines()).hasSize(1);
        return new ObjectMapper().readTree(out);
    }

    /** The one line of a command that fails. */
    static String fail(Object... words) {
        Outcome outcome = run(words);
        assertThat(outcome.status()).as(outcome.out()).isEqualTo(1);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err().lines()).hasSize(1);
        return outcome.err().strip();
    }

    /** A file of the shared recordings; the calling test is skipped where it is absent. */
    static Path recorded(String name) {
        Path file = TestingData.folder().resolve(name);
        assumeTrue(Files.exists(file), "no " + file + "; set FLUXON_DATA to the folder of the recordings");
        return file;
    }

    /** One event in the N-MNIST layout. */
    static byte[] event(int x, int y, int polarity, int micros) {
        return new byte[] {
            (byte) x, (byte) y, (byte) (polarity << 7 | micros >>> 16), (byte) (micros >>> 8), (byte) micros
        };
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }
}
