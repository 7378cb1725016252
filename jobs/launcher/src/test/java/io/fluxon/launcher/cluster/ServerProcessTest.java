package io.fluxon.launcher.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerProcessTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path folder;

    private Path pidFile;
    private ServerProcess process;

    @BeforeEach
    void describe() {
        pidFile = folder.resolve("sleeper.pid");
        process = new ServerProcess("sleeper", pidFile);
    }

    @Test
    void isFoundByItsFileUntilItEnds() throws Exception {
        long pid = sleep().pid();

        assertThat(new ServerProcess("sleeper", pidFile).find()).get().returns(pid, ProcessHandle::pid);
        assertThat(process.awaitEnd(Duration.ofMillis(50))).isFalse();
        process.terminate();
        assertThat(process.awaitEnd(PATIENCE)).isTrue();
        assertThat(process.find()).isEmpty();
        process.terminate();
        process.kill();
    }

    @Test
    void anotherProcessUnderItsNumberIsNotItself() throws Exception {
        long pid = sleep().pid();
        Instant hourEarlier = Instant.now().minus(Duration.ofHours(1));
        Files.writeString(pidFile, pid + " " + hourEarlier.toEpochMilli());

        assertThat(process.find()).isEmpty();
        process.kill();

        assertThat(ProcessHandle.of(pid)).as("left alone").get().returns(true, ProcessHandle::isAlive);
        ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    @Test
    void whatNobodyStartedHasEnded() throws Exception {
        assertThat(process.find()).isEmpty();
        assertThat(process.awaitEnd(Duration.ZERO)).isTrue();
    }

    @Test
    void aDamagedFileIsNamed() throws Exception {
        Files.writeString(pidFile, "12");

        assertThatThrownBy(process::find)
                .isInstanceOf(IOException.class)
                .hasMessage(pidFile + ": not a process number and a start time in milliseconds");
    }

    private Process sleep() throws IOException {
        return process.start(List.of("sleep", "60"), folder, folder.resolve("sleeper.out"));
    }
}
