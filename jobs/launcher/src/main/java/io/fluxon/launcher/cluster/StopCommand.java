package io.fluxon.launcher.cluster;

import io.fluxon.launcher.Printable;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fluxon stop}: ends a job with a savepoint. */
@Command(
        name = "stop",
        description = "Stops a job with a savepoint, from which submit goes on, and prints where that is.",
        footer = {"", "Example:", "  ./fluxon stop 1a2b3c4d5e6f708192a3b4c5d6e7f809 --savepoint savepoints"})
public final class StopCommand implements Callable<Integer> {

    private static final Pattern JOB = Pattern.compile("[0-9a-f]{32}");

    @Parameters(paramLabel = "JOB", description = "The job's number, as submit and cluster status print it.")
    private String job;

    @Option(
            names = "--savepoint",
            required = true,
            paramLabel = "DIR",
            description = "The savepoint gets a directory of its own in this one.")
    private String directory;

    @Option(
            names = "--cluster",
            paramLabel = "URL",
            converter = ClusterAddress.class,
            defaultValue = ClusterAddress.DEFAULT,
            description = "REST interface of the cluster (default: ${DEFAULT-VALUE}).")
    private URI cluster;

    @Option(
            names = "--drain",
            description = "End the streams before the savepoint: what is open closes as if nothing more would come.")
    private boolean drain;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (!JOB.matcher(job).matches()) {
            throw new ParameterException(spec.commandLine(), "'" + job + "' is not 32 hexadecimal digits");
        }
        String savepoint = new FlinkRest(cluster).stopWithSavepoint(job, SavepointPlace.uri(directory), drain);
        PrintWriter out = spec.commandLine().getOut();
        out.println(Printable.of(savepoint));
        out.flush();
        return 0;
    }
}
