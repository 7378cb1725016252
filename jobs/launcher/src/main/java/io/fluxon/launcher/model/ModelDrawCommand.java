package io.fluxon.launcher.model;

import io.fluxon.launcher.WholeFile;
import io.fluxon.launcher.infer.ModelOptions;
import io.fluxon.networks.model.NirGraph;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code fluxon model draw}: the graph of a network as a picture. */
@Command(
        name = "draw",
        description = "Draws the graph of a network; dashed edges carry what was given in the step before.",
        footer = {"", "Example:", "  ./fluxon model draw rsnn.nir --out rsnn.svg"})
final class ModelDrawCommand implements Callable<Integer> {

    @Parameters(paramLabel = "MODEL", description = "Network, a NIR graph (.nir).")
    private Path file;

    @Option(names = "--out", required = true, paramLabel = "FILE", description = "Picture to write, .svg.")
    private Path out;

    @Mixin
    private ModelOptions options;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (!Objects.toString(out.getFileName(), "").toLowerCase(Locale.ROOT).endsWith(".svg")) {
            throw new ParameterException(spec.commandLine(), "--out is " + out + ", must end in .svg");
        }
        // No file is worth a window system.
        System.setProperty("java.awt.headless", "true");
        NirGraph graph = ModelOptions.read(file);
        ModelInfo info = ModelInfo.of(graph, options.metadata(file, graph), file.toString());
        if (info.nodes().size() > GraphPicture.MAX_NODES) {
            throw new IOException(
                    file + ": has " + info.nodes().size() + " nodes, a picture has room for " + GraphPicture.MAX_NODES);
        }
        WholeFile.write(out, temporary -> GraphPicture.write(info, temporary));
        return 0;
    }
}
