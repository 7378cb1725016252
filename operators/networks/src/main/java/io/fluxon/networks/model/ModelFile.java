package io.fluxon.networks.model;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The bytes of a model file and where they came from: what a job ships to its tasks, each of which opens it once. */
public final class ModelFile implements Serializable {

    private static final long serialVersionUID = 1;

    private final String origin;
    private final byte[] bytes;

    private ModelFile(String origin, byte[] bytes) {
        this.origin = origin;
        this.bytes = bytes;
    }

    public static ModelFile of(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return of(in, file.toString());
        } catch (NoSuchFileException e) {
            throw new ModelException(file + ": no such file", e);
        }
    }

    /** Takes in a stream; {@code origin} names it in errors. */
    public static ModelFile of(InputStream in, String origin) throws IOException {
        try {
            return new ModelFile(origin, BoundedFiles.read(in, HdfGroup.MAX_FILE_BYTES));
        } catch (ModelException e) {
            throw new ModelException(origin + ": " + e.getMessage(), e);
        }
    }

    public Model open() {
        try {
            return Model.read(new ByteArrayInputStream(bytes), origin);
        } catch (IOException e) {
            throw new ModelException(origin + ": " + e.getMessage(), e);
        }
    }

    /** The same as {@link #open()} of a model that measures pulses. */
    public PulseModel openPulses() {
        try {
            return PulseModel.read(new ByteArrayInputStream(bytes), origin);
        } catch (IOException e) {
            throw new ModelException(origin + ": " + e.getMessage(), e);
        }
    }
}
