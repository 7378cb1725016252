package io.fluxon.launcher.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fluxon.launcher.TemporaryDirectory;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code fluxon bench pipeline}. */
@Command(
        name = "pipeline",
        description = {
            "Measures Kafka to decoder to network to Kafka, with simulated sensors; broker, cluster and measurement run in"
                    + " this one process.",
            "Modes: throughput, the way of the packets in all its kinds, in turn, and the bare kernel; latency, at a paced"
                    + " rate; keys, very many watches; growth, throughput against the number of keys and neurons."
        },
        footer = {
            "",
            "Examples:",
            "  ./fluxon bench pipeline --json > figures.json",
            "  ./fluxon bench pipeline --mode latency --rate 1e6",
            "  ./fluxon bench pipeline --mode growth --out figures/"
        })
final class BenchPipelineCommand implements Callable<Integer> {

    private static final double DEFAULT_SECONDS = 20;
    private static final double QUICK_SECONDS = 1;
    private static final int DEFAULT_ROUNDS = 3;
    private static final int MAX_KEYS = 1_000_000;
    private static final double MAX_RATE = 1e9;

    enum Mode {
        THROUGHPUT("throughput"),
        LATENCY("latency"),
        KEYS("keys"),
        GROWTH("growth");

        private final String modeName;

        Mode(String modeName) {
            this.modeName = modeName;
        }

        /** The name in options, which picocli offers and accepts. */
        @Override
        public String toString() {
            return modeName;
        }
    }

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.",
            defaultValue = "throughput")
    private Mode mode;

    @Option(names = "--seconds", paramLabel = "S", description = "Measured length of each run (default 20).")
    private Double seconds;

    @Option(names = "--rounds", paramLabel = "N", description = "Turns of all kinds (default 3).")
    private Integer rounds;

    @Option(names = "--rate", paramLabel = "R", description = "latency: events per second (default 1e6).")
    private double eventsPerSecond = 1e6;

    @Option(names = "--keys", paramLabel = "N", description = "keys: watches (default 100000).")
    private int keys = 100_000;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "growth: where the picture and its data are written (default: the current folder).")
    private Path out = Path.of("");

    @Option(names = "--profile", description = "throughput: also say where the processor time goes.")
    private boolean profile;

    @Option(names = "--quick", description = "Short and small: whether it works, not how fast it is.")
    private boolean quick;

    @Option(names = "--json", description = "Print the result as JSON.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        check();
        double runSeconds = seconds != null ? seconds : quick ? QUICK_SECONDS : DEFAULT_SECONDS;
        int turns = rounds != null ? rounds : quick ? 1 : DEFAULT_ROUNDS;
        PrintWriter progress = spec.commandLine().getErr();
        Path folder = TemporaryDirectory.create("bench");
        Report report = new Report(quick);
        try {
            switch (mode) {
                case THROUGHPUT -> new Throughput(folder, runSeconds, turns, quick, profile, progress).run(report);
                case LATENCY -> new Latency(folder, runSeconds, quick, eventsPerSecond, progress).run(report);
                case KEYS -> new Keys(folder, quick ? Math.min(keys, 1000) : keys, quick, progress).run(report);
                case GROWTH -> new Growth(folder, runSeconds, out, quick, progress).run(report);
                default -> throw new IllegalStateException("mode " + mode);
            }
        } finally {
            TemporaryDirectory.delete(folder);
        }
        ObjectNode result = report.result();
        spec.commandLine().getOut().println(json ? result.toPrettyString() : report.text());
        return 0;
    }

    private void check() {
        require(seconds == null || seconds >= 0.1 && seconds <= 3600, "--seconds must be 0.1 to 3600");
        require(rounds == null || rounds >= 1 && rounds <= 100, "--rounds must be 1 to 100");
        require(keys >= 1 && keys <= MAX_KEYS, "--keys must be 1 to " + MAX_KEYS);
        require(eventsPerSecond >= 1000 && eventsPerSecond <= MAX_RATE, "--rate must be 1000 to 1e9");
    }

    private void require(boolean condition, String rule) {
        if (!condition) {
            throw new ParameterException(spec.commandLine(), rule);
        }
    }
}
