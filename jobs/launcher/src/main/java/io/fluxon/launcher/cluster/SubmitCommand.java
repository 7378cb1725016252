package io.fluxon.launcher.cluster;

import io.fluxon.pipelines.PipelineFile;
import io.fluxon.pipelines.PipelineSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fluxon submit}: a pipeline to a Flink cluster. */
@Command(
        name = "submit",
        description = {
            "Starts a pipeline on a Flink cluster and returns when it runs.",
            "The pipeline's files are read here and travel with the job."
        },
        footer = {
            "",
            "Examples:",
            "  ./fluxon submit wrist.yaml",
            "  ./fluxon submit wrist.yaml --savepoint cluster/savepoints/savepoint-1a2b3c-0123456789ab --parallelism 4"
        })
public final class SubmitCommand implements Callable<Integer> {

    private static final String ROW = "%-10s %s%n";

    @Parameters(paramLabel = "FILE", description = "The pipeline (YAML).")
    private Path file;

    @Option(
            names = "--cluster",
            paramLabel = "URL",
            converter = ClusterAddress.class,
            defaultValue = ClusterAddress.DEFAULT,
            description = "REST interface of the cluster (default: ${DEFAULT-VALUE}).")
    private URI cluster;

    @Option(
            names = "--savepoint",
            paramLabel = "PATH",
            description = "Go on from this savepoint or kept checkpoint: its directory here, or its URI.")
    private String savepoint;

    @Option(
            names = "--allow-non-restored-state",
            description = "Drop a state of the savepoint that the pipeline has no place for, instead of an error.")
    private boolean allowNonRestoredState;

    @Option(names = "--parallelism", paramLabel = "N", description = "Instead of the file's.")
    private Integer parallelism;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (parallelism != null && parallelism < 1) {
            throw new ParameterException(
                    spec.commandLine(), "--parallelism is " + parallelism + ", must be at least 1");
        }
        if (allowNonRestoredState && savepoint == null) {
            throw new ParameterException(spec.commandLine(), "--allow-non-restored-state needs --savepoint");
        }
        PipelineSettings settings = PipelineFile.read(file);
        String start = savepoint == null ? null : existing(savepoint);
        String id = new JobSubmission(cluster, LocalCluster.jobJar(), start, allowNonRestoredState, parallelism)
                .submit(settings);
        PrintWriter out = spec.commandLine().getOut();
        out.printf(Locale.ROOT, ROW, "job", id);
        out.printf(Locale.ROOT, ROW, "web UI", cluster + "/#/job/running/" + id);
        out.flush();
        return 0;
    }

    /** The URI of a savepoint; one on this machine is there. */
    private static String existing(String savepoint) throws IOException {
        String uri = SavepointPlace.uri(savepoint);
        if (uri.startsWith("file:") && !Files.exists(Path.of(URI.create(uri)).resolve("_metadata"))) {
            throw new IOException(savepoint + ": no savepoint; a savepoint's directory holds a file _metadata");
        }
        return uri;
    }
}
