package io.fluxon.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Files that are there whole or not at all: each is written under a temporary name beside its own, and then moved. */
public final class WholeFile {

    /** Writes a file. */
    @FunctionalInterface
    public interface Content {

        void writeTo(Path temporary) throws IOException;
    }

    private WholeFile() {}

    /** Replaces a file of that name; after a failure it is as it was. */
    public static void write(Path file, Content content) throws IOException {
        Path target = file.toAbsolutePath();
        if (Files.exists(target) && !Files.isRegularFile(target)) {
            throw new IOException(file + ": is no file that could be replaced");
        }
        if (!Files.isDirectory(target.getParent())) {
            throw new IOException(file + ": there is no folder " + target.getParent());
        }
        Path temporary = target.resolveSibling(
                "." + target.getFileName() + "." + ProcessHandle.current().pid() + ".part");
        // An interrupt by the keyboard ends the process without passing here again.
        temporary.toFile().deleteOnExit();
        try {
            content.writeTo(temporary);
            Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
