package io.fluxon.launcher.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fluxon.launcher.Printable;
import io.fluxon.launcher.cluster.ClusterStatus.JobStatus;
import io.fluxon.launcher.cluster.ClusterStatus.ProcessStatus;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code fluxon cluster}: a Flink cluster and a Kafka broker as processes of this machine. */
@Command(
        name = "cluster",
        description = "Starts or stops a Flink cluster and a Kafka broker on this machine, reachable from it alone.",
        synopsisSubcommandLabel = "(start | status | stop)",
        footer = {"", "Example:", "  ./fluxon cluster start"})
public final class ClusterCommand implements Runnable {

    private static final String ROW = "%-14s %s%n";
    private static final int HIGHEST_PORT = 65_535;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing required subcommand: start, status or stop");
    }

    @Command(
            name = "start",
            description = "Starts a broker, a job manager and task managers, and makes the topics of the catalogue.",
            footer = {
                "",
                "Examples:",
                "  ./fluxon cluster start",
                "  ./fluxon cluster start --taskmanagers 1 --slots 4 -D taskmanager.memory.process.size=4g"
            })
    int start(
            @Option(
                            names = "--directory",
                            paramLabel = "DIR",
                            description = "Where all of it lies (default: cluster, beside logs).")
                    Path directory,
            @Option(
                            names = "--taskmanagers",
                            paramLabel = "N",
                            defaultValue = "" + ClusterSettings.DEFAULT_TASK_MANAGERS,
                            description = "Processes that run the jobs (default: ${DEFAULT-VALUE}).")
                    int taskManagers,
            @Option(
                            names = "--slots",
                            paramLabel = "N",
                            defaultValue = "" + ClusterSettings.DEFAULT_SLOTS,
                            description =
                                    "Slots of each: a job takes as many as its parallelism (default: ${DEFAULT-VALUE}).")
                    int slots,
            @Option(
                            names = "--rest-port",
                            paramLabel = "P",
                            defaultValue = "" + ClusterSettings.DEFAULT_REST_PORT,
                            description = "Port of the web UI; 0 takes a free one (default: ${DEFAULT-VALUE}).")
                    int restPort,
            @Option(
                            names = "--kafka-port",
                            paramLabel = "P",
                            defaultValue = "" + ClusterSettings.DEFAULT_KAFKA_PORT,
                            description = "Port of the broker; 0 takes a free one (default: ${DEFAULT-VALUE}).")
                    int kafkaPort,
            @Option(
                            names = "-D",
                            paramLabel = "KEY=VALUE",
                            description = "Option of Flink, e.g. -D taskmanager.memory.process.size=4g.")
                    Map<String, String> flinkOptions)
            throws IOException, InterruptedException {
        requireBetween("--taskmanagers", taskManagers, 1, Integer.MAX_VALUE);
        requireBetween("--slots", slots, 1, Integer.MAX_VALUE);
        requireBetween("--rest-port", restPort, 0, HIGHEST_PORT);
        requireBetween("--kafka-port", kafkaPort, 0, HIGHEST_PORT);
        ClusterSettings settings = new ClusterSettings(
                directoryOrDefault(directory),
                taskManagers,
                slots,
                restPort,
                kafkaPort,
                flinkOptions == null ? Map.of() : flinkOptions);
        LocalCluster cluster = LocalCluster.start(settings);
        cluster.leaveRunning();
        PrintWriter out = spec.commandLine().getOut();
        out.printf(Locale.ROOT, ROW, "web UI", cluster.rest());
        out.printf(Locale.ROOT, ROW, "Kafka", cluster.bootstrap());
        out.printf(Locale.ROOT, ROW, "slots", taskManagers * slots);
        out.printf(
                Locale.ROOT, ROW, "directory", Printable.of(cluster.directory().toString()));
        out.flush();
        return 0;
    }

    @Command(
            name = "status",
            description = "Says what of a cluster is alive. Exit status 1 where anything of it is not.",
            footer = {"", "Example:", "  ./fluxon cluster status --json"})
    int status(
            @Option(
                            names = "--directory",
                            paramLabel = "DIR",
                            description = "The cluster's (default: cluster, beside logs).")
                    Path directory,
            @Option(names = "--json", description = "Print one JSON object instead of text.") boolean json)
            throws IOException, InterruptedException {
        Path place = directoryOrDefault(directory);
        Optional<LocalCluster> cluster = LocalCluster.find(place);
        ClusterStatus status = cluster.isPresent()
                ? cluster.get().status()
                : new ClusterStatus(place.toString(), false, null, null, List.of(), false, false, 0, 0, 0, List.of());
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(new ObjectMapper().writeValueAsString(status));
        } else if (cluster.isEmpty()) {
            out.println("no cluster in " + Printable.of(status.directory()));
        } else {
            print(status, out);
        }
        out.flush();
        return status.running() ? 0 : 1;
    }

    private static void print(ClusterStatus status, PrintWriter out) {
        for (ProcessStatus process : status.processes()) {
            out.printf(Locale.ROOT, ROW, process.name(), process.alive() ? "process " + process.pid() : "ended");
        }
        out.printf(
                Locale.ROOT,
                ROW,
                "web UI",
                status.restAnswers()
                        ? String.format(
                                Locale.ROOT,
                                "%s, %d task managers, %d of %d slots free",
                                status.rest(),
                                status.taskManagers(),
                                status.freeSlots(),
                                status.slots())
                        : status.rest() + " does not answer");
        out.printf(Locale.ROOT, ROW, "Kafka", status.kafka() + (status.brokerAnswers() ? "" : " does not answer"));
        for (JobStatus job : status.jobs()) {
            out.printf(Locale.ROOT, ROW, "job", job.id() + " " + job.state() + " " + Printable.of(job.name()));
        }
    }

    @Command(
            name = "stop",
            description = "Ends what start started. Topics, checkpoints, savepoints and logs stay.",
            footer = {"", "Example:", "  ./fluxon cluster stop"})
    int stop(
            @Option(
                            names = "--directory",
                            paramLabel = "DIR",
                            description = "The cluster's (default: cluster, beside logs).")
                    Path directory)
            throws IOException, InterruptedException {
        Path place = directoryOrDefault(directory);
        Optional<LocalCluster> cluster = LocalCluster.find(place);
        List<String> stopped = cluster.isPresent() ? cluster.get().stop() : List.of();
        PrintWriter out = spec.commandLine().getOut();
        out.println(
                stopped.isEmpty()
                        ? "nothing runs in " + Printable.of(place.toString())
                        : "stopped " + String.join(", ", stopped));
        out.flush();
        return 0;
    }

    /** Beside the logs, so that it is the same from wherever the command is called. */
    private static Path directoryOrDefault(Path directory) {
        Path chosen = directory == null
                ? Path.of(System.getProperty("fluxon.logs", "logs"))
                        .toAbsolutePath()
                        .resolveSibling("cluster")
                : directory;
        return chosen.toAbsolutePath().normalize();
    }

    private void requireBetween(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new ParameterException(
                    spec.commandLine(),
                    option + " is " + value + ", must be "
                            + (most == Integer.MAX_VALUE ? "at least " + least : "from " + least + " to " + most));
        }
    }
}
