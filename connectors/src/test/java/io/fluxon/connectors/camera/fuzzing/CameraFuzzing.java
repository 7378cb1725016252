package io.fluxon.connectors.camera.fuzzing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Fuzzes one target after the other with Jazzer, guided by the coverage of our classes, each for as many seconds as the
 * property fuzz.seconds says. Runs in the profile {@code fuzz} only. All files are below target/fuzzing: the inputs that
 * reached something new, with which the next run begins, what the fuzzer said, and the inputs that broke something.
 */
class CameraFuzzing {

    private static final Path FOLDER = Path.of("target", "fuzzing").toAbsolutePath();

    /** No input may need more memory or time than this. */
    private static final String MAX_HEAP = "-Xmx512m";

    private static final int MAX_INPUT_SECONDS = 10;

    private static final int MAX_INPUT_BYTES = 1 << 17;
    private static final String OURS = "io.fluxon.**";

    /** Jazzer's watches over calls that our readers do not make of input; to install them takes most of a short run. */
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

    /** All, or the one that the property fuzz.target names. */
    static List<String> targets() {
        String only = System.getProperty(FuzzedTarget.NAME, "");
        return FuzzTarget.all().stream()
                .map(FuzzTarget::name)
                .filter(name -> only.isEmpty() || name.equals(only))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void noInputBreaksTheRules(String name) throws Exception {
        int seconds = Integer.getInteger("fuzz.seconds");
        Path seeds = writeSeeds(FuzzTarget.named(name));
        Path corpus = Files.createDirectories(FOLDER.resolve("corpus").resolve(name));
        Path findings = Files.createDirectories(FOLDER.resolve("findings").resolve(name));
        Path log = Files.createDirectories(FOLDER.resolve("logs")).resolve(name + ".log");

        Process fuzzer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        MAX_HEAP,
                        "-XX:+UseSerialGC",
                        "-XX:-OmitStackTraceInFastThrow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-D" + FuzzedTarget.NAME + "=" + name,
                        "com.code_intelligence.jazzer.Jazzer",
                        "--target_class=" + FuzzedTarget.class.getName(),
                        "--instrumentation_includes=" + OURS,
                        "--custom_hook_includes=" + OURS,
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
                    .as("%s: still running %s s after its end; see %s", name, SPARE_SECONDS, log)
                    .isTrue();
        } finally {
            fuzzer.destroyForcibly();
        }
        assertThat(fuzzer.exitValue())
                .as(() -> name + ": an input in " + findings + " breaks a rule; from " + log + ":\n" + shown(log))
                .isZero();
    }

    private static Path writeSeeds(FuzzTarget target) throws IOException {
        Path folder = Files.createDirectories(FOLDER.resolve("seeds").resolve(target.name()));
        List<byte[]> seeds = target.seeds();
        for (int i = 0; i < seeds.size(); i++) {
            Files.write(folder.resolve(Integer.toString(i)), seeds.get(i));
        }
        return folder;
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
