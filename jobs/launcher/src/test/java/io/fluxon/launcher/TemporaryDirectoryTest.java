package io.fluxon.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryDirectoryTest {

    private static final int FILES = 3_000;

    @TempDir
    private Path parent;

    @Test
    void deletesTheWholeTree() throws Exception {
        Path directory = Files.createDirectory(parent.resolve("server"));
        Files.createDirectories(directory.resolve("a/b"));
        Files.writeString(directory.resolve("a/b/file"), "1");

        TemporaryDirectory.delete(directory);

        assertThat(directory).doesNotExist();
    }

    @Test
    void nothingToDeleteIsNoFailure() {
        assertThatCode(() -> TemporaryDirectory.delete(parent.resolve("gone"))).doesNotThrowAnyException();
    }

    @Test
    void filesThatAppearMeanwhileAreNoFailure() throws Exception {
        Path directory = Files.createDirectory(parent.resolve("server"));
        Files.createFile(directory.resolve("first"));
        CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> write(directory));

        TemporaryDirectory.delete(directory);

        writing.join();
        TemporaryDirectory.delete(directory);
        assertThat(directory).doesNotExist();
    }

    private static void write(Path directory) {
        try {
            for (int i = 0; i < FILES; i++) {
                Files.createFile(directory.resolve(Integer.toString(i)));
            }
        } catch (NoSuchFileException e) {
            // The directory was deleted.
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
