package io.fluxon.launcher;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Directories of the embedded servers: made on start, removed on close. */
public final class TemporaryDirectory {

    private static final Logger LOG = LoggerFactory.getLogger(TemporaryDirectory.class);

    private static final int DELETE_ATTEMPTS = 5;
    private static final long RETRY_MILLIS = 100;

    private TemporaryDirectory() {}

    /** Makes a directory named {@code fluxon-NAME-PROCESS-...}, and removes those that killed processes left. */
    public static Path create(String name) throws IOException {
        Path directory = Files.createTempDirectory(prefix(name));
        deleteAbandoned(name, directory.getParent());
        return directory;
    }

    /** Deletes the directories of that name whose process is gone; what cannot be listed or deleted stays. */
    static void deleteAbandoned(String name, Path folder) {
        Pattern pattern = Pattern.compile("fluxon-" + Pattern.quote(name) + "-(\\d{1,18})-\\d+");
        try (DirectoryStream<Path> candidates = Files.newDirectoryStream(folder, "fluxon-" + name + "-*")) {
            for (Path candidate : candidates) {
                Matcher matcher = pattern.matcher(candidate.getFileName().toString());
                if (matcher.matches()
                        && ProcessHandle.of(Long.parseLong(matcher.group(1))).isEmpty()) {
                    deleteOnce(candidate);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            LOG.info("abandoned directories in {} stay", folder, e);
        }
    }

    /** How the names of this process's directories begin. */
    static String prefix(String name) {
        return "fluxon-" + name + "-" + ProcessHandle.current().pid() + "-";
    }

    /**
     * Deletes a directory with all it holds. A server may still write to it for a moment, so it is tried again; what
     * stays is logged, as it spoils no result.
     */
    public static void delete(Path directory) {
        for (int attempt = 1; ; attempt++) {
            try {
                deleteOnce(directory);
                return;
            } catch (IOException e) {
                if (attempt == DELETE_ATTEMPTS || !pause()) {
                    LOG.warn("{} is left behind", directory, e);
                    return;
                }
            }
        }
    }

    private static boolean pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void deleteOnce(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException e) throws IOException {
                Files.deleteIfExists(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
