package io.fluxon.launcher.cluster;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A process that outlives whoever started it. A file keeps its number and when it started, {@code PID START_UNIX_MILLIS}: a
 * number alone would in time be another process's.
 */
final class ServerProcess {

    private static final long POLL_MILLIS = 20;

    /** The system's clock may be set while the process runs, which moves the start time that the system tells. */
    private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(1);

    private static final Path SETSID = Path.of("/usr/bin/setsid");

    private final String name;
    private final Path pidFile;

    ServerProcess(String name, Path pidFile) {
        this.name = name;
        this.pidFile = pidFile;
    }

    String name() {
        return name;
    }

    /**
     * Starts the process, apart from the terminal where the system can do that: Ctrl-C there is not meant for it.
     *
     * @param output receives both its standard output and its standard error
     */
    Process start(List<String> command, Path workingDirectory, Path output) throws IOException {
        List<String> detached = new ArrayList<>();
        if (Files.isExecutable(SETSID)) {
            detached.add(SETSID.toString());
        }
        detached.addAll(command);
        Process process = new ProcessBuilder(detached)
                .directory(workingDirectory.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(output.toFile())
                .redirectErrorStream(true)
                .start();
        try {
            long startUnixMillis =
                    process.info().startInstant().orElseGet(Instant::now).toEpochMilli();
            Files.writeString(pidFile, process.pid() + " " + startUnixMillis + "\n");
        } catch (IOException e) {
            process.destroyForcibly();
            throw e;
        }
        return process;
    }

    /** The living process; empty where it has ended, or its number is another's now. */
    Optional<ProcessHandle> find() throws IOException {
        String[] words;
        try {
            words = Files.readString(pidFile, StandardCharsets.UTF_8).strip().split(" ");
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        long pid;
        Instant start;
        try {
            pid = Long.parseLong(words[0]);
            start = Instant.ofEpochMilli(Long.parseLong(words[1]));
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new IOException(pidFile + ": not a process number and a start time in milliseconds", e);
        }
        return ProcessHandle.of(pid).filter(ServerProcess::isAlive).filter(handle -> handle.info()
                .startInstant()
                .map(actual -> Duration.between(start, actual).abs().compareTo(CLOCK_TOLERANCE) < 0)
                .orElse(true));
    }

    /** An ended process whose parent has not asked for its status counts as alive for the JDK, but has no command. */
    private static boolean isAlive(ProcessHandle handle) {
        return handle.isAlive() && handle.info().command().isPresent();
    }

    /** Asks the process to end; nothing where it has ended. */
    void terminate() throws IOException {
        find().ifPresent(ProcessHandle::destroy);
    }

    /** Ends the process at once. */
    void kill() throws IOException {
        find().ifPresent(ProcessHandle::destroyForcibly);
    }

    /** Waits until the process has ended; false where it has not within that time. */
    boolean awaitEnd(Duration patience) throws IOException, InterruptedException {
        long deadlineNanos = System.nanoTime() + patience.toNanos();
        while (find().isPresent()) {
            if (System.nanoTime() - deadlineNanos > 0) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        return true;
    }

    /** Forgets an ended process. */
    void forget() throws IOException {
        Files.deleteIfExists(pidFile);
    }
}
