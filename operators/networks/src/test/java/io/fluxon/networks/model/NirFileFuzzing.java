package io.fluxon.networks.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Fuzzes the reader of model files with Jazzer for as many seconds as the property fuzz.seconds says, in a heap so small
 * ({@code fuzz.heap}) that whatever is allocated by a number in a file shows. Runs in the profile {@code fuzz} only. All
 * files are below target/fuzzing: the inputs that reached something new, with which the next run begins, what the fuzzer
 * said, and the inputs that broke something.
 */
class NirFileFuzzing {

    private static final Path FOLDER = Path.of("target", "fuzzing").toAbsolutePath();
    private static final int MAX_INPUT_SECONDS = 10;
    private static final int MAX_INPUT_BYTES = 1 << 17;

    /** The coverage of the library counts too: most of what a file can do happens there. */
    private static final String COVERED = "io.fluxon.**" + File.pathSeparator + "io.jhdf.**";

    /** Jazzer's watches over calls that a reader of files does not make; to install them takes most of a short run. */
    private static final String UNUSED_WATCHES = Stream.of(
                    "ClojureLangHooks",
                    "Deserialization",
                    "ExpressionLanguageInjection",
                    "LdapInjection",
                    "NamingContextLookup",
                    "OsCommandInjection",
                    "ReflectiveCall",
                    "RegexInjection",
                    "RegexRoadblocks",
                    "ScriptEngineInjection",
                    "ServerSideRequestForgery",
                    "SqlInjection",
                    "XPathInjection")
            .map("com.code_intelligence.jazzer.sanitizers."::concat)
            .collect(Collectors.joining(File.pathSeparator));

    private static final int LINES_SHOWN = 40;
    private static final int SPARE_SECONDS = 120;

    @Test
    void noInputBreaksTheRules() throws Exception {
        int seconds = Integer.getInteger("fuzz.seconds");
        Path seeds = Files.createDirectories(FOLDER.resolve("seeds"));
        List<byte[]> files = NirFileFuzz.seeds(seeds);
        for (int i = 0; i < files.size(); i++) {
            Files.write(seeds.resolve(Integer.toString(i)), files.get(i));
        }
        Path corpus = Files.createDirectories(FOLDER.resolve("corpus"));
        Path findings = Files.createDirectories(FOLDER.resolve("findings"));
        Path log = Files.createDirectories(FOLDER.resolve("logs")).resolve("nir.log");

        Process fuzzer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx" + System.getProperty("fuzz.heap"),
                        "-XX:+UseSerialGC",
                        "-XX:-OmitStackTraceInFastThrow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "com.code_intelligence.jazzer.Jazzer",
                        "--target_class=" + NirFileFuzz.class.getName(),
                        "--instrumentation_includes=" + COVERED,
                        "--custom_hook_includes=" + COVERED,
                        "--disabled_hooks=" + UNUSED_WATCHES,
                        "--reproducer_path=" + log.getParent(),
                        "-artifact_prefix=" + findings + File.separator,
                        "-max_total_time=" + seconds,
                        "-timeout=" + MAX_INPUT_SECONDS,
                        "-max_len=" + MAX_INPUT_BYTES,
                        "-rss_limit_mb=0",
                        "-print_final_stats=1",
                        corpus.toString(),
                        seeds.toString(),
                        findings.toString())
                .directory(FOLDER.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(fuzzer.waitFor(seconds + SPARE_SECONDS, TimeUnit.SECONDS))
                    .as("still running %s s after its end; see %s", SPARE_SECONDS, log)
                    .isTrue();
        } finally {
            fuzzer.destroyForcibly();
        }
        assertThat(fuzzer.exitValue())
                .as(() -> "an input in " + findings + " breaks a rule; from " + log + ":\n" + shown(log))
                .isZero();
    }

    /** From the finding on. */
    private static String shown(Path log) {
        try {
            List<String> lines = Files.readAllLines(log);
            int from = 0;
            for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).startsWith("==")) {
                    from = i;
                    break;
                }
            }
            return String.join("\n", lines.subList(from, Math.min(lines.size(), from + LINES_SHOWN)));
        } catch (IOException e) {
            return e.toString();
        }
    }
}
