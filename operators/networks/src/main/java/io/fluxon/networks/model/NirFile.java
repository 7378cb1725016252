package io.fluxon.networks.model;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * NIR graphs in HDF5, as the {@code nir} Python package writes them: {@code /node/nodes/NAME/type} and one dataset per
 * parameter, {@code /node/edges} [E, 2], {@code /node/metadata/KEY}.
 *
 * <p>All node types of {@link NirNode} are read and written, under NIR's names and those that their Javadoc gives, with NIR's
 * names of parameters; {@code docs/networks.md} has them. Numbers may have any type and are kept in double precision;
 * they are written in single precision where that loses nothing. Datasets that a node does not need are left out.
 *
 * <p>A file of up to 64 MiB is accepted, and 2<sup>24</sup> numbers in it; both are checked before anything is allocated.
 */
public final class NirFile {

    private static final String NIR_VERSION = "1.0.0";

    private NirFile() {}

    public static NirGraph read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return read(in, file.toString());
        }
    }

    /** Reads a graph from a stream; {@code origin} names the stream in errors. */
    public static NirGraph read(InputStream in, String origin) throws IOException {
        try {
            return HdfGroup.read(BoundedFiles.read(in, HdfGroup.MAX_FILE_BYTES), NirReader::read);
        } catch (ModelException e) {
            throw new ModelException(origin + ": " + e.getMessage(), e);
        }
    }

    public static void write(NirGraph graph, Path file) {
        try (WritableHdfFile hdf = HdfFile.write(file)) {
            hdf.putDataset("version", NIR_VERSION);
            NirWriter.write(graph, hdf.putGroup("node"), "");
        }
    }

    /** Writes the graph so that a reader of {@code file} sees the old one or the whole new one. */
    static void writeWhole(NirGraph graph, Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (!Files.isDirectory(directory)) {
            throw new ModelException(file + ": no folder " + directory);
        }
        Path unfinished = directory.resolve(file.getFileName() + ".part");
        try {
            write(graph, unfinished);
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(unfinished);
        }
    }
}
