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
    void whatAKilledProcessLeftIsRemovedAndWhatALivingOneUsesIsNot(@TempDir Path folder) throws Exception {
        Process ended = new ProcessBuilder("true").start();
        ended.waitFor();
        Path abandoned = Files.createDirectories(folder.resolve("fluxon-test-" + ended.pid() + "-123/inside"))
                .getParent();
        Files.writeString(abandoned.resolve("inside/file"), "content");
        Path used = Files.createDirectory(
                folder.resolve("fluxon-test-" + ProcessHandle.current().pid() + "-123"));
        Path foreign = Files.createDirectory(folder.resolve("fluxon-test-notes"));
        Path otherName = Files.createDirectory(folder.resolve("fluxon-other-" + ended.pid() + "-123"));

        TemporaryDirectory.deleteAbandoned("test", folder);

        assertThat(abandoned).doesNotExist();
        assertThat(used).exists();
        assertThat(foreign).exists();
        assertThat(otherName).exists();
    }

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
