package io.fluxon.launcher.explain;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.ModelException;
import io.fluxon.pipelines.PipelineFile;
import io.fluxon.pipelines.PipelineSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code fluxon explain}: makes a recorded decision again and shows what it came from. */
@Command(
        name = "explain",
        description = {
            "Makes a decision again from the packets behind it, by the pipeline's own code, and shows which inputs and spikes",
            "it came from; docs/explain.md says what the shares mean. Nothing is written to the broker."
        },
        footer = {"", "Example:", "  ./fluxon explain --decision cam-1:3:17 --pipeline camera.yaml --svg decision.svg"})
public final class ExplainCommand implements Callable<Integer> {

    @Option(
            names = "--decision",
            required = true,
            paramLabel = "SENSOR:EPOCH:SEQUENCE",
            converter = NameConverter.class,
            description = "Which one, by the fields of its record.")
    private DecisionName name;

    @Option(names = "--pipeline", required = true, paramLabel = "FILE", description = "File of the pipeline (YAML).")
    private Path pipeline;

    @Option(names = "--bootstrap", paramLabel = "HOST:PORT", description = "Kafka broker, if not the file's.")
    private String bootstrap;

    @Option(
            names = "--savepoint",
            paramLabel = "DIR",
            description = "Savepoint or checkpoint of the pipeline's job to begin with, if it lies within the epoch.")
    private Path savepoint;

    @Option(names = "--model", paramLabel = "FILE", description = "Another model (NIR) that sees the same packets.")
    private Path otherModel;

    @Option(names = "--json", description = "Print one JSON object instead of text.")
    private boolean json;

    @Option(names = "--svg", paramLabel = "FILE", description = "Draw inputs and spikes over time.")
    private Path svg;

    @Spec
    private CommandSpec spec;

    static final class NameConverter implements ITypeConverter<DecisionName> {

        @Override
        public DecisionName convert(String text) {
            try {
                return DecisionName.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(e.getMessage());
            }
        }
    }

    @Override
    public Integer call() throws IOException {
        PipelineSettings settings = PipelineFile.read(pipeline);
        if (settings.network() == null) {
            throw new ParameterException(
                    spec.commandLine(), pipeline + ": analyses pulses, and an analysis gives no decisions");
        }
        if (svg != null
                && svg.toAbsolutePath().getParent() != null
                && !Files.isDirectory(svg.toAbsolutePath().getParent())) {
            throw new NoSuchFileException(svg.toAbsolutePath().getParent().toString());
        }
        Model other = otherModel == null ? null : open(otherModel);
        Explanation explanation =
                Explanation.of(settings, bootstrap == null ? settings.bootstrap() : bootstrap, name, savepoint, other);
        if (svg != null) {
            RasterPicture.write(svg, explanation);
        }
        PrintWriter out = spec.commandLine().getOut();
        ExplanationOutput output = new ExplanationOutput(explanation);
        if (json) {
            out.println(new ObjectMapper().writeValueAsString(output.json()));
        } else {
            output.print(out);
        }
        out.flush();
        return 0;
    }

    private static Model open(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new ModelException(file + ": no such file");
        }
        return Model.read(file);
    }
}
