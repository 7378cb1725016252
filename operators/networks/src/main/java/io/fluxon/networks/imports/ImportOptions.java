package io.fluxon.networks.imports;

import io.fluxon.networks.model.ModelException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a trained network's own files do not say.
 *
 * @param name of the model; blank: the name of the file or folder, without its ending
 * @param version of the model; blank: 1
 * @param classes in the order of the outputs; empty: their numbers from 0
 * @param stepMicros length of a step, microseconds; 0: what the family's files say or its tool takes for granted
 * @param inputShape without batch dimension; empty: the inputs of the first layer, which then must be dense
 * @param layers order of the layers and what holds no weights, as {@link SnnTorchNetwork} reads it; blank: the order in
 *     which the weights are listed
 * @param transposed of a Legendre memory: the memory's matrix the other way round than its authors ran it
 */
public record ImportOptions(
        String name,
        String version,
        List<String> classes,
        long stepMicros,
        int[] inputShape,
        String layers,
        boolean transposed) {

    public static final ImportOptions NONE = new ImportOptions("", "", List.of(), 0, new int[0], "", false);

    public ImportOptions {
        classes = List.copyOf(classes);
        if (stepMicros < 0) {
            throw new ModelException("a step of " + stepMicros + " us, must be at least 1");
        }
        for (int dimension : inputShape) {
            if (dimension < 1) {
                throw new ModelException("the input shape has a dimension of " + dimension + ", must be at least 1");
            }
        }
    }

    public ImportOptions withClasses(List<String> newClasses) {
        return new ImportOptions(name, version, newClasses, stepMicros, inputShape, layers, transposed);
    }

    public ImportOptions withInputShape(int... shape) {
        return new ImportOptions(name, version, classes, stepMicros, shape, layers, transposed);
    }

    public ImportOptions withLayers(String newLayers) {
        return new ImportOptions(name, version, classes, stepMicros, inputShape, newLayers, transposed);
    }

    public ImportOptions withStepMicros(long micros) {
        return new ImportOptions(name, version, classes, micros, inputShape, layers, transposed);
    }

    public ImportOptions withTransposed(boolean newTransposed) {
        return new ImportOptions(name, version, classes, stepMicros, inputShape, layers, newTransposed);
    }

    String nameOr(Path place) {
        if (!name.isBlank()) {
            return name;
        }
        String last = place.toAbsolutePath().normalize().getFileName().toString();
        return last.contains(".") ? last.substring(0, last.lastIndexOf('.')) : last;
    }

    String versionOrFirst() {
        return version.isBlank() ? "1" : version;
    }

    List<String> classesOf(int outputs) {
        if (classes.isEmpty()) {
            return IntStream.range(0, outputs).mapToObj(Integer::toString).toList();
        }
        if (classes.size() != outputs) {
            throw new ModelException(classes.size() + " classes are named, the network has " + outputs + " outputs");
        }
        return classes;
    }

    long stepMicrosOr(long usual) {
        return stepMicros == 0 ? usual : stepMicros;
    }
}
