package io.fluxon.launcher.model;

import io.fluxon.launcher.Printable;
import io.fluxon.networks.imports.ImportOptions;
import io.fluxon.networks.imports.NetworkFamily;
import io.fluxon.networks.model.Model;
import io.fluxon.networks.model.ModelException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code fluxon model import}: networks that other tools trained. */
@Command(
        name = "import",
        description = "Makes a model file of a network that another tool trained.",
        footer = {
            "",
            "Examples:",
            "  ./fluxon model import network.net --from lava --out oxford.nir",
            "  ./fluxon model import Trained/ --from slayer --input-shape 2,34,34 --out nmnist.nir",
            "  ./fluxon model import weights/ --from snntorch --layers 'fc1, leaky1, fc2, leaky2' --out snn.nir"
        })
final class ModelImportCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "DIR|FILE",
            description = "What the tool wrote: lava's network.net, or the folder of weights of the others.")
    private Path place;

    @Option(
            names = "--from",
            required = true,
            paramLabel = "TOOL",
            converter = FamilyConverter.class,
            description = "The tool: lava, slayer, snntorch or l2mu.")
    private NetworkFamily family;

    @Option(names = "--out", required = true, paramLabel = "MODEL", description = "Model file to write, .nir.")
    private Path out;

    @Option(
            names = "--layers",
            paramLabel = "TEXT",
            defaultValue = "",
            description =
                    "Order of the layers of snntorch, by the names of their weights, with maxpool N, sumpool N, avgpool N and "
                            + "flatten between: conv1 padding=4, maxpool 2, leaky1, flatten, linear, leaky2.")
    private String layers;

    @Option(
            names = "--input-shape",
            paramLabel = "C,H,W",
            split = ",",
            hideParamSyntax = true,
            description = "Shape of the input where the weights do not tell, e.g. 2,34,34 for a camera.")
    private int[] inputShape = new int[0];

    @Option(names = "--name", paramLabel = "NAME", defaultValue = "", description = "Name (default: the file's).")
    private String name;

    @Option(
            names = "--classes",
            paramLabel = "A,B,...",
            split = ",",
            hideParamSyntax = true,
            description = "Names of the outputs (default: their numbers).")
    private List<String> classes = List.of();

    @Option(
            names = "--bin-us",
            paramLabel = "N",
            description = "Length of a step, microseconds (default: what the tool takes).")
    private Long stepMicros;

    @Option(
            names = "--transposed",
            description = "Of l2mu: the memory's matrix the other way round than its authors ran it.")
    private boolean transposed;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (stepMicros != null && stepMicros < 1) {
            throw new ParameterException(spec.commandLine(), "--bin-us is " + stepMicros + ", must be at least 1");
        }
        if (Files.isDirectory(out)) {
            throw new ModelException(out + ": a folder, need the name of a model file");
        }
        Model model = family.read(
                place,
                new ImportOptions(
                        name, "", classes, stepMicros == null ? 0 : stepMicros, inputShape, layers, transposed));
        model.write(out);
        PrintWriter text = spec.commandLine().getOut();
        text.println(Printable.of(String.format(
                Locale.ROOT,
                "%s: %s, %d nodes, %,d parameters, %d classes, steps of %,d us",
                out,
                model.name(),
                model.graph().nodes().size(),
                model.graph().nodes().values().stream()
                        .mapToLong(ModelInfo::parameters)
                        .sum(),
                model.classes().size(),
                model.stepMicros())));
        text.flush();
        return 0;
    }

    private static final class FamilyConverter implements ITypeConverter<NetworkFamily> {

        @Override
        public NetworkFamily convert(String value) {
            return Arrays.stream(NetworkFamily.values())
                    .filter(family -> family.toString().equals(value))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException("'" + value + "' is not one of "
                            + Arrays.stream(NetworkFamily.values())
                                    .map(NetworkFamily::toString)
                                    .collect(Collectors.joining(", "))));
        }
    }
}
