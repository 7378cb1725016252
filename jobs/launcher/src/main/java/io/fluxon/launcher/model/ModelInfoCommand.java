package io.fluxon.launcher.model;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fluxon.launcher.infer.ModelOptions;
import io.fluxon.networks.model.NirGraph;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fluxon model info}: what a model file holds. */
@Command(
        name = "info",
        description =
                "Shows the graph of a network, its shapes and parameters, what a key keeps of it, and which of its layers cost "
                        + "nothing while the sensor is silent.",
        footer = {"", "Example:", "  ./fluxon model info cnn.nir --preset sinabs --bin-us 1000"})
final class ModelInfoCommand implements Callable<Integer> {

    @Parameters(paramLabel = "MODEL", description = "Network, a NIR graph (.nir).")
    private Path file;

    @Mixin
    private ModelOptions options;

    @Option(names = "--json", description = "Print one JSON object instead of text.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        NirGraph graph = ModelOptions.read(file);
        ModelInfo info = ModelInfo.of(graph, options.metadata(file, graph), file.toString());
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(new ObjectMapper().writeValueAsString(info));
        } else {
            info.print(out);
        }
        out.flush();
        return 0;
    }
}
