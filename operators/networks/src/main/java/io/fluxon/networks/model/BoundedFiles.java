package io.fluxon.networks.model;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads other people's files without trusting their size: {@code mostBytes}, and a file with more is an error. */
public final class BoundedFiles {

    private BoundedFiles() {}

    public static byte[] read(Path file, int mostBytes) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new ModelException("no file " + file.getFileName());
        }
        try (InputStream in = Files.newInputStream(file)) {
            return read(in, mostBytes);
        } catch (ModelException e) {
            throw new ModelException(file.getFileName() + ": " + e.getMessage(), e);
        }
    }

    public static byte[] read(InputStream in, int mostBytes) throws IOException {
        byte[] bytes = in.readNBytes(mostBytes + 1);
        if (bytes.length > mostBytes) {
            throw new ModelException("more than " + mostBytes + " bytes");
        }
        return bytes;
    }
}
